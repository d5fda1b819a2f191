/** The stand's file store: one call, parts, refusals. */
import { createHash, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Stand, startStand } from '../stand/stand';
import { SAMPLE_ORG } from '../stand/test-client';

const BASE = '/ext-bus-file-store-service/rest/debtreq';
const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(100, 'x')]);
const MIB = 1024 * 1024;

let stand: Stand;
beforeEach(async () => {
  stand = await startStand();
  stand.control.addOrganization({ orgPPAGUID: SAMPLE_ORG, name: 'ООО «Пример»', employees: [] });
});
afterEach(() => stand.close());

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('base64');
const call = (method: string, path: string, headers: Record<string, string> = {}, body?: Buffer) =>
  fetch(stand.url + path, { method, headers, body: body && new Uint8Array(body) });
const whole = (bytes: Buffer, headers: Record<string, string> = {}) =>
  call(
    'PUT',
    BASE,
    { 'X-Upload-OrgPPAGUID': SAMPLE_ORG, 'X-Upload-Filename': 'act.pdf', 'Content-MD5': md5(bytes), ...headers },
    bytes,
  );
const start = (length: number, parts: number) =>
  call('POST', `${BASE}/?upload`, {
    'X-Upload-OrgPPAGUID': SAMPLE_ORG,
    'X-Upload-Filename': 'act.pdf',
    'X-Upload-Length': String(length),
    'X-Upload-Part-Count': String(parts),
  });
const part = (id: string, number: number, bytes: Buffer) =>
  call('PUT', `${BASE}/${id}`, { 'X-Upload-Partnumber': String(number), 'Content-MD5': md5(bytes) }, bytes);
const errorOf = (response: Response) => [response.status, response.headers.get('X-Upload-Error')];
const idOf = (response: Response) => response.headers.get('X-Upload-UploadID')!;

test('one call, then read back whole and in ranges', async () => {
  const id = idOf(
    await whole(PDF, { 'X-Upload-Filename': `=?utf-8?B?${Buffer.from('Судебный акт.pdf').toString('base64')}?=` }),
  );
  expect(stand.control.state().files).toMatchObject([{ guid: id, name: 'Судебный акт.pdf', completed: true }]);

  const head = await call('HEAD', `${BASE}/${id}`);
  expect(head.headers.get('X-Upload-Completed')).toBe('true');
  expect(head.headers.get('X-Upload-Length')).toBe(String(PDF.length));
  expect(Buffer.from(await (await call('GET', `${BASE}/${id}?getfile`)).arrayBuffer())).toEqual(PDF);
  const range = await call('GET', `${BASE}/${id}?getfile`, { Range: 'bytes=1-3' });
  expect([range.status, await range.text(), range.headers.get('Content-Range')]).toEqual([
    206,
    'PDF',
    `bytes 1-3/${PDF.length}`,
  ]);
  expect((await call('GET', `${BASE}/${id}?getfile`, { Range: `bytes=${PDF.length}-` })).status).toBe(416);
});

test('a 6 MiB file in two parts, out of order, one of them twice', async () => {
  const bytes = Buffer.alloc(6 * MIB, 'y');
  PDF.copy(bytes);
  const id = idOf(await start(bytes.length, 2));
  expect((await part(id, 2, bytes.subarray(5 * MIB))).status).toBe(200);
  expect(errorOf(await call('POST', `${BASE}/${id}?completed`))).toEqual([400, 'InvalidStatusException']);
  expect(errorOf(await call('GET', `${BASE}/${id}?getfile`))).toEqual([400, 'InvalidStatusException']);
  expect((await part(id, 1, bytes.subarray(0, 5 * MIB))).status).toBe(200);
  expect((await part(id, 1, bytes.subarray(0, 5 * MIB))).status).toBe(200);
  const before = await call('HEAD', `${BASE}/${id}`);
  expect([before.headers.get('X-Upload-Completed'), before.headers.get('X-Upload-Completed-Parts')]).toEqual([
    'false',
    '1,2',
  ]);
  expect((await call('POST', `${BASE}/${id}?completed`)).status).toBe(200);
  const tail = await call('GET', `${BASE}/${id}?getfile`, { Range: `bytes=${5 * MIB}-${6 * MIB - 1}` });
  expect(bytes.subarray(5 * MIB).equals(Buffer.from(await tail.arrayBuffer()))).toBe(true);
  expect(errorOf(await part(id, 1, PDF))).toEqual([400, 'InvalidStatusException']);
});

test.each<[string, () => Promise<Response>, string]>([
  ['an MD5 of something else', () => whole(PDF, { 'Content-MD5': md5(Buffer.from('no')) }), 'HashConflictException'],
  ['no MD5', () => whole(PDF, { 'Content-MD5': '' }), 'FieldValidationException'],
  [
    'no such organization',
    () => whole(PDF, { 'X-Upload-OrgPPAGUID': randomUUID() }),
    'DataProviderValidationException',
  ],
  ['another length', () => whole(PDF, { 'X-Upload-Length': '1' }), 'InvalidSizeException'],
  ['nothing', () => whole(Buffer.alloc(0)), 'InvalidSizeException'],
  ['more than 5 MiB at once', () => whole(Buffer.concat([PDF, Buffer.alloc(5 * MIB)])), 'InvalidSizeException'],
  [
    'a forbidden character in the name',
    () => whole(PDF, { 'X-Upload-Filename': 'a|b.pdf' }),
    'FieldValidationException',
  ],
  [
    'an encoded forbidden character',
    () => whole(PDF, { 'X-Upload-Filename': '=?utf-8?Q?a=3Fb.pdf?=' }),
    'FieldValidationException',
  ],
  ['a broken encoding', () => whole(PDF, { 'X-Upload-Filename': '=?utf-8?B?/w==?=' }), 'FieldValidationException'],
  ['a name without an extension', () => whole(PDF, { 'X-Upload-Filename': 'act' }), 'ExtensionException'],
  ['a program', () => whole(PDF, { 'X-Upload-Filename': 'act.exe' }), 'ExtensionException'],
  ['content of another kind', () => whole(PDF, { 'X-Upload-Filename': 'act.png' }), 'DetectionException'],
  ['an unknown file', () => call('HEAD', `${BASE}/${randomUUID()}`), 'FileNotFoundException'],
  ['an unknown context', () => call('PUT', BASE.replace('debtreq', 'nothing')), 'ContextNotFoundException'],
  ['a part beyond the count', async () => part(idOf(await start(10, 1)), 2, PDF), 'InvalidPartNumberException'],
  [
    'parts of another length',
    async () => {
      const id = idOf(await start(10, 1));
      await part(id, 1, PDF);
      return call('POST', `${BASE}/${id}?completed`);
    },
    'InvalidSizeException',
  ],
])('%s is refused', async (_, request, error) => {
  expect(errorOf(await request())).toEqual([400, error]);
});

test('another organization may not read it', async () => {
  const other = randomUUID();
  stand.control.addOrganization({ orgPPAGUID: other, name: 'Другая', employees: [] });
  const id = idOf(await whole(PDF));
  const response = await call('GET', `${BASE}/${id}?getfile`, { 'X-Upload-OrgPPAGUID': other });
  expect(errorOf(response)).toEqual([400, 'FilePermissionException']);
});

test('a virus, a scan that is not finished, then through', async () => {
  stand.control.inject({ fault: 'virus', match: { operation: 'upload' } });
  stand.control.inject({ fault: 'virusNotChecked', match: { operation: 'upload' } });
  expect(errorOf(await whole(PDF))).toEqual([400, 'FileVirusInfectionException']);
  expect(errorOf(await whole(PDF))).toEqual([400, 'FileVirusNotCheckedException']);
  expect(idOf(await whole(PDF))).toMatch(/^[0-9a-f-]{36}$/);
  expect(stand.control.state().files).toHaveLength(1);
});
