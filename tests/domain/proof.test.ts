import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asc, eq } from 'drizzle-orm';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { requestEvents } from '@/db/schema/debt-requests';
import { exchangeItems, exchanges } from '@/db/schema/exchange';
import type { Person } from '@/lib/auth/actor';
import { correct, sendAnswer } from '@/lib/debt-requests/answer';
import type { Answer } from '@/lib/debt-requests/answer-schema';
import { buildProof, proofAvailability, safeName } from '@/lib/debt-requests/proof';
import { uploadFile } from '@/lib/files/files';
import {
  answerNo,
  answerYes,
  type DebtRequestRow,
  makeOrganization,
  makePerson,
  makeRequest,
  reload,
} from '../factories';
import { foreignToolsAbsent, run } from '../gis/foreign/tools';
import { openPortal, type Portal } from '../portal';
import { resetDatabase } from '../setup/reset-database';

/** «Скачать подтверждение»: what is in it, who gets it, and that a stranger with OpenSSL comes to the right verdict. */

const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(3000, 7), Buffer.from('\n%%EOF')]);

let portal: Portal;

async function arrived(count = 1): Promise<DebtRequestRow[]> {
  const { subrequestGuids } = portal.stand.control.addRequests({ orgPPAGUID: portal.organization.orgPpaGuid, count });
  await portal.receive();
  return Promise.all(subrequestGuids.map((guid) => portal.request(guid)));
}

async function send(request: DebtRequestRow, answer: Answer): Promise<void> {
  const { version } = await reload(request.id);
  const sent = await sendAnswer(portal.head, { id: request.id, version, answer }, portal.engine.now());
  if (!sent.ok) throw new Error(sent.reason);
}

async function attach(request: DebtRequestRow, name: string, bytes: Uint8Array): Promise<string> {
  const uploaded = await uploadFile(portal.head, { requestId: request.id, name, bytes });
  if (!uploaded.ok) throw new Error(uploaded.reason);
  return uploaded.file.id;
}

async function proofOf(request: DebtRequestRow, person: Person = portal.head): Promise<Uint8Array> {
  const proof = await buildProof(person, request.id);
  if (!proof.ok) throw new Error(proof.reason);
  return proof.bytes;
}

const textOf = (zip: Uint8Array, path: string): string => Buffer.from(unzipSync(zip)[path]!).toString('utf8');
const namesIn = (zip: Uint8Array): string[] => Object.keys(unzipSync(zip)).sort();

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** The package as a person has it after unpacking. */
async function unpack(zip: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'otklik-proof-'));
  folders.push(folder);
  for (const [path, bytes] of Object.entries(unzipSync(zip))) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

/** Runs the script as README says, from another folder. */
function verify(folder: string, path = process.env.PATH): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('/bin/sh', [join(folder, 'verify.sh')], {
    cwd: tmpdir(),
    env: { ...process.env, PATH: path },
  });
  return { status, output: `${stdout}${stderr}` };
}

describe('a package of answers that went through the stand', () => {
  let debtor: DebtRequestRow;
  let zip: Uint8Array;

  beforeAll(async () => {
    await resetDatabase();
    portal = await openPortal();
    const requests = await arrived(3);
    debtor = requests[0]!;
    const order = await attach(debtor, 'Приказ №\u00a02-1.pdf', PDF);
    const other = await attach(debtor, 'приказ №\u00a02-1.PDF', Buffer.concat([PDF, PDF]));
    await send(debtor, {
      ...answerYes({ files: [{ id: order, documentTypeCode: '1' }] }),
      description: 'первая <строка>\nвторая & "кавычки" \u2028 🙂',
      files: [{ id: other }],
    });
    await send(requests[1]!, answerNo());
    await send(requests[2]!, answerNo());
    await portal.work();
    zip = await proofOf(debtor);
  });
  afterAll(() => portal.close());

  test('holds what was sent byte for byte, what the portal said, the files, the words and the way to verify', async () => {
    expect(namesIn(zip)).toEqual([
      // a file system that ignores the case of letters must not lose one of them
      'files/Приказ №\u00a02-1 (2).pdf',
      'files/приказ №\u00a02-1.PDF',
      'messages/1/ack.xml',
      'messages/1/message.xml',
      'messages/1/reply.xml',
      'messages/1/transport-guid.txt',
      'verify.sh',
      'ПРОЧТИ-МЕНЯ.txt',
      'история.html',
      'ответ.json',
    ]);
    const received = portal.stand.control.log().find(({ operation }) => operation === 'importResponses')!.body;
    expect(textOf(zip, 'messages/1/message.xml')).toBe(received);
    expect(textOf(zip, 'messages/1/reply.xml')).toContain('importResult');
    expect(Buffer.from(unzipSync(zip)['files/Приказ №\u00a02-1 (2).pdf']!).equals(PDF)).toBe(true);
    const json = JSON.parse(textOf(zip, 'ответ.json'));
    expect(json.messages).toHaveLength(1);
    expect(json.messages[0]).toMatchObject({
      otherAnswers: 2,
      item: { state: 'accepted', actionType: 'Send', answer: { hasDebt: true, debtors: [{ lastName: 'Образцов' }] } },
    });
    expect(json.files).toHaveLength(2);
    for (const file of json.files) expect(received).toContain(`>${file.gost3411_94}<`);
  });

  test('README counts the answers about other households and warns', () => {
    const readme = textOf(zip, 'ПРОЧТИ-МЕНЯ.txt');
    expect(readme).toContain('2 ответа на другие запросы');
    expect(readme).toContain('152-ФЗ');
    expect(readme).toContain('Сертификат лежит в самом сообщении');
  });

  test('the history says it in words, with names and nothing unescaped', () => {
    const page = textOf(zip, 'история.html');
    expect(page).toContain('Проверкина Анна Ивановна');
    expect(page).toContain('Портал принял ответ');
    expect(page).toContain('112-233-445 95');
    expect(page).toContain('первая &lt;строка&gt;\nвторая &amp; &quot;кавычки&quot;');
    expect(page).not.toContain('<строка>');
    expect(page).not.toMatch(/<script|https?:/);
    expect(page).toContain(JSON.parse(textOf(zip, 'ответ.json')).messages[0].item.TransportGUID);
    // links to the files lead to them from the unpacked folder
    for (const [, href] of page.matchAll(/<a href="([^"]+)"/g)) {
      expect(namesIn(zip)).toContain(decodeURIComponent(href!));
    }
    expect([...page.matchAll(/<a href="/g)]).toHaveLength(2);
  });

  test('the history of the request says who took it', async () => {
    const events = await db
      .select()
      .from(requestEvents)
      .where(eq(requestEvents.requestId, debtor.id))
      .orderBy(asc(requestEvents.id));
    expect(events.at(-1)).toMatchObject({ action: 'proofDownloaded', actorId: portal.head.userId, data: {} });
    expect(events.filter(({ action }) => action === 'proofDownloaded')).toHaveLength(1);
  });

  test('every entry says that its name is UTF-8 and made on Unix: other marks make unzip spoil Russian names', () => {
    const central = Buffer.from(zip);
    let at = central.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    let entries = 0;
    for (; central.readUInt32LE(at) === 0x02014b50; entries++) {
      const nameLength = central.readUInt16LE(at + 28);
      const ascii = central.subarray(at + 46, at + 46 + nameLength).every((byte) => byte < 0x80);
      expect((central.readUInt16LE(at + 8) & 0x800) !== 0).toBe(!ascii);
      expect(central.readUInt8(at + 5)).toBe(3);
      at += 46 + nameLength + central.readUInt16LE(at + 30) + central.readUInt16LE(at + 32);
    }
    expect(entries).toBe(10);
  });

  test.skipIf(spawnSync('unzip', ['-v']).error)('unzip finds no error and gives the names as they are', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'otklik-zip-'));
    folders.push(folder);
    await writeFile(join(folder, 'proof.zip'), zip);
    expect(run('unzip', ['-t', join(folder, 'proof.zip')]).toString()).toContain('No errors detected');
    run('unzip', ['-q', join(folder, 'proof.zip'), '-d', folder]);
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['история.html', 'ПРОЧТИ-МЕНЯ.txt']));
    expect(await readdir(join(folder, 'files'))).toContain('приказ №\u00a02-1.PDF');
  });

  describe.skipIf(foreignToolsAbsent)('verified by a stranger', () => {
    test('the script says that the signature is right, what was signed, and that the files are the signed ones', async () => {
      const { status, output } = verify(await unpack(zip));
      expect(output).toContain('Подпись верна.');
      expect(output).toContain('Сертификат: C=RU, O=Учебный контур «Отклик», CN=ООО «Проверка»');
      expect(output).toContain('Об этом запросе подписано: задолженность существует');
      expect(output.match(/Файл тот, что подписан/g)).toHaveLength(2);
      expect(output).toContain('Проверка пройдена.');
      expect(status).toBe(0);
    });

    test('it needs nothing but the programs that README names', async () => {
      const folder = await unpack(zip);
      const tools = join(folder, 'tools');
      await mkdir(tools);
      for (const tool of ['awk', 'sed', 'xmllint', 'openssl', 'mkdir', 'rm', 'cat', 'basename', 'dirname']) {
        const path = run('/bin/sh', ['-c', `command -v ${tool}`])
          .toString()
          .trim();
        await symlink(path, join(tools, tool));
      }
      expect(verify(folder, tools).output).toContain('Проверка пройдена.');
      await rm(join(tools, 'xmllint'));
      expect(verify(folder, tools)).toMatchObject({ status: 2 });
    });

    test('the commands of README, one after another, come to the same verdict', async () => {
      const folder = await unpack(zip);
      const commands = textOf(zip, 'ПРОЧТИ-МЕНЯ.txt')
        .split('\n')
        .filter((line) => line.startsWith('$ '))
        .map((line) => line.slice(2))
        .join('\n');
      const { status, stdout, stderr } = spawnSync('/bin/sh', ['-e'], { input: commands, cwd: folder });
      expect(`${stderr}`.replace(/Engine "gost" set\.\n/g, '')).toBe('');
      expect(status).toBe(0);
      const lines = `${stdout}`.split('\n');
      expect(lines).toContain('Verified OK');
      // README has the reader compare: computed, computed, then both stated
      const [body, properties, stated, statedToo] = lines as [string, string, string, string];
      expect([body, properties]).toEqual([stated, statedToo]);
    });

    const forgeries: [what: string, forge: (xml: string) => string, says: RegExp][] = [
      ['the answer', (xml) => xml.replace('hasDebt>true<', 'hasDebt>false<'), /тело сообщения изменено/],
      ['a space in the body', (xml) => xml.replace('</drs:hasDebt>', '</drs:hasDebt> '), /тело сообщения изменено/],
      ["another household's answer", (xml) => xml.replace(/>false<(?!.*>false<)/s, '>true<'), /тело сообщения/],
      [
        'the time of signing',
        (xml) => xml.replace(/(SigningTime>20)\d\d/, '$100'),
        /время подписи или сведения о сертификате/,
      ],
      ['SignedInfo', (xml) => xml.replace('-ref0"', '-ref1"'), /значение подписи не сходится/],
      [
        'the value of the signature',
        (xml) => xml.replace(/(SignatureValue>.{20})(.)/, (_, head, c) => head + (c === 'A' ? 'B' : 'A')),
        /значение подписи не сходится/,
      ],
      [
        'the certificate',
        (xml) => xml.replace(/(X509Certificate>.{200})(.)/, (_, head, c) => head + (c === 'A' ? 'B' : 'A')),
        /сертификат подменён/,
      ],
      ['well-formedness', (xml) => xml.replace('</soap:Body>', '</soap:Bodу>'), /не XML/],
      ['a second element in the Body', (xml) => xml.replace('</soap:Body>', '<x>1</x></soap:Body>'), /тело сообщения/],
      [
        'the meaning of a prefix',
        (xml) => xml.replace('integration/drs/"', 'integration/drs2/"'),
        /тело сообщения изменено/,
      ],
      [
        'an answer hidden behind a document type',
        (xml) => xml.replace('?>', '?><!DOCTYPE x [<!ENTITY a "b">]>'),
        /начинается не так/,
      ],
      [
        'the signed element moved away, another in its place',
        (xml) => {
          const [, signature] = /(<ds:Signature .*<\/ds:Signature>)/s.exec(xml)!;
          const [, container] = /<soap:Body>(.*)<\/soap:Body>/s.exec(xml)!;
          const forged = container!
            .replace('hasDebt>true<', 'hasDebt>false<')
            .replace('Id="signed-data-container"', 'Id="other"');
          const moved = signature!.replace('</ds:Signature>', `<ds:Object>${container}</ds:Object></ds:Signature>`);
          return xml.replace(container!, () => forged.replace(signature!, () => moved));
        },
        /ПОДПИСЬ НЕ ВЕРНА/,
      ],
      ['the signature removed', (xml) => xml.replace(/<ds:Signature .*<\/ds:Signature>/s, ''), /не одна подпись/],
    ];
    test.each(forgeries)(
      'changed: %s',
      async (_, forge, says) => {
        const folder = await unpack(zip);
        const path = join(folder, 'messages/1/message.xml');
        const xml = await readFile(path, 'utf8');
        const forged = forge(xml);
        expect(forged).not.toBe(xml);
        await writeFile(path, forged);
        const { status, output } = verify(folder);
        expect(output).toMatch(says);
        expect(output).not.toContain('Подпись верна');
        expect(status).toBe(1);
      },
      30_000,
    );

    test('any byte of the signed element and of its signature', async () => {
      const folder = await unpack(zip);
      const path = join(folder, 'messages/1/message.xml');
      const xml = await readFile(path);
      const [start, end] = [xml.indexOf('<drs:importDSR'), xml.lastIndexOf('</soap:Body>')];
      // evenly spread, and other places in each run
      const shift = Math.floor(Math.random() * 1000);
      for (let i = 0; i < 12; i++) {
        const at = start + ((shift + Math.floor(((end - start) * i) / 12)) % (end - start));
        const forged = Buffer.from(xml);
        forged[at] = forged[at] === 0x31 ? 0x32 : 0x31;
        await writeFile(path, forged);
        const { status, output } = verify(folder);
        expect([at, status], output).toEqual([at, 1]);
      }
    }, 60_000);

    test('a changed file, a missing one, an empty package', async () => {
      const folder = await unpack(zip);
      const [name] = await readdir(join(folder, 'files'));
      await writeFile(join(folder, 'files', name!), Buffer.concat([PDF, Buffer.from('x')]));
      expect(verify(folder)).toMatchObject({ status: 1, output: expect.stringMatching(/нет файла, хэш/) });
      await rm(join(folder, 'files'), { recursive: true });
      expect(verify(folder)).toMatchObject({ status: 1, output: expect.stringMatching(/нет файла, хэш/) });
      await rm(join(folder, 'messages'), { recursive: true });
      expect(verify(folder)).toMatchObject({ status: 1, output: expect.stringMatching(/Сообщений.*нет/) });
    });
  });
});

describe('who gets it and when', () => {
  beforeAll(async () => {
    await resetDatabase();
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  test('before anything left there is nothing to prove', async () => {
    const [request] = await arrived();
    const none = { ok: false, reason: 'notAllowed', message: expect.stringContaining('ещё не\u00a0уходил') };
    expect(await buildProof(portal.head, request!.id)).toEqual(none);
    await send(request!, answerNo());
    expect(await buildProof(portal.head, request!.id)).toEqual(none);
    expect(await proofAvailability(portal.head, request!.id)).toEqual({ available: false, reason: none.message });
    await portal.work();
    expect(await buildProof(portal.head, request!.id)).toMatchObject({ ok: true });
    expect(await proofAvailability(portal.head, request!.id)).toEqual({ available: true });
  });

  test('head and admin only; another organization sees nothing at all', async () => {
    const [request] = await arrived();
    await send(request!, answerNo());
    await portal.work();
    for (const role of ['executor', 'debt_clerk'] as const) {
      const person = await makePerson(portal.organization, [role]);
      expect(await buildProof(person, request!.id)).toMatchObject({ ok: false, reason: 'forbidden' });
      expect(await proofAvailability(person, request!.id)).toMatchObject({ available: false });
    }
    const admin = await makePerson(portal.organization, ['admin']);
    expect(await buildProof(admin, request!.id)).toMatchObject({
      ok: true,
      name: `Подтверждение ${request!.requestNumber}.zip`,
    });
    const stranger = await makePerson(await makeOrganization(), ['head', 'admin']);
    expect(await buildProof(stranger, request!.id)).toEqual({ ok: false, reason: 'notFound' });
    expect(await proofAvailability(stranger, request!.id)).toMatchObject({ available: false });
    // one row each for who got it, none for who did not
    const rows = await db.select().from(requestEvents).where(eq(requestEvents.requestId, request!.id));
    expect(rows.filter(({ action }) => action === 'proofDownloaded').map(({ actorId }) => actorId)).toEqual([
      admin.userId,
    ]);
  });

  test.each(['x', '', '00000000-0000-4000-8000-000000000000', "' or 1=1 --"])('%j is no request', async (id) => {
    expect(await buildProof(portal.head, id)).toEqual({ ok: false, reason: 'notFound' });
  });

  test('a refused answer: the attempt is proven, and the next one beside it', async () => {
    const [request] = await arrived();
    portal.stand.control.refuseNext({
      subrequestGuid: request!.subrequestGuid,
      code: 'INT002000',
      text: 'Значение отсутствует в реестре',
    });
    await send(request!, answerNo('первый'));
    await portal.work();
    const refused = await proofOf(request!);
    expect(textOf(refused, 'история.html')).toContain('Портал не принял ответ. INT002000: Значение отсутствует');
    await send(request!, answerNo('второй'));
    await portal.work();
    const zip = await proofOf(request!);
    expect(namesIn(zip)).toContain('messages/2/message.xml');
    expect(textOf(zip, 'messages/1/message.xml')).toContain('первый');
    expect(textOf(zip, 'messages/2/message.xml')).toContain('второй');
    if (!foreignToolsAbsent) expect(verify(await unpack(zip)).output.match(/Подпись верна\./g)).toHaveLength(2);
  });

  test('a withdrawn and corrected answer: all three messages', async () => {
    const [request] = await arrived();
    await send(request!, answerNo());
    await portal.work();
    const { version } = await reload(request!.id);
    await correct(portal.head, { id: request!.id, version, reason: 'ошибочно' });
    await portal.work();
    await send(request!, answerYes());
    await portal.work();
    const zip = await proofOf(request!);
    const json = JSON.parse(textOf(zip, 'ответ.json'));
    expect(json.messages.map(({ item }: { item: { actionType: string } }) => item.actionType)).toEqual([
      'Send',
      'Revoke',
      'Send',
    ]);
    expect(textOf(zip, 'история.html')).toContain('Портал подтвердил отзыв ответа');
    if (foreignToolsAbsent) return;
    const { status, output } = verify(await unpack(zip));
    expect(status).toBe(0);
    expect(output).toContain('ответ отзывается');
  });

  test('a lost reply: the look that settled it comes along', async () => {
    const [request] = await arrived();
    portal.stand.control.inject({ fault: 'lostAck', match: { operation: 'importResponses' } });
    await send(request!, answerNo());
    await portal.work();
    expect((await reload(request!.id)).status).toBe('answered');
    const zip = await proofOf(request!);
    expect(namesIn(zip)).toEqual(
      expect.arrayContaining(['messages/1/look-message.xml', 'messages/1/look-ack.xml', 'messages/1/look-reply.xml']),
    );
    expect(namesIn(zip)).not.toContain('messages/1/reply.xml');
    expect(textOf(zip, 'messages/1/look-reply.xml')).toContain(request!.subrequestGuid);
    expect(textOf(zip, 'история.html')).toContain('он показал, что этот ответ размещён');
    expect(textOf(zip, 'ПРОЧТИ-МЕНЯ.txt')).toContain('look-');
  });

  test('an answer that our own check took out of its message is not in the package', async () => {
    const [good, bad] = await arrived(2);
    await send(good!, answerNo());
    await send(bad!, answerYes());
    const [item] = await db.select().from(exchangeItems).where(eq(exchangeItems.requestId, bad!.id));
    await db
      .update(exchangeItems)
      .set({ content: { ...item!.content!, description: 'x'.repeat(1001) } })
      .where(eq(exchangeItems.id, item!.id));
    await portal.work();
    expect((await reload(bad!.id)).status).toBe('send_failed');
    expect(await buildProof(portal.head, bad!.id)).toMatchObject({ ok: false, reason: 'notAllowed' });
    expect(textOf(await proofOf(good!), 'ПРОЧТИ-МЕНЯ.txt')).toContain('Сведений о других домохозяйствах');
  });

  test('a request whose message was never submitted is refused even if a row names it', async () => {
    const request = await makeRequest(portal.organization);
    const [exchange] = await db
      .insert(exchanges)
      .values({ organizationId: portal.organization.id, service: 'debtRequests', operation: 'importResponses' })
      .returning();
    await db.insert(exchangeItems).values({
      organizationId: portal.organization.id,
      requestId: request.id,
      exchangeId: exchange!.id,
      actionType: 'Revoke',
    });
    expect(await buildProof(portal.head, request.id)).toMatchObject({ ok: false, reason: 'notAllowed' });
    await db.delete(exchangeItems).where(eq(exchangeItems.exchangeId, exchange!.id));
    await db.delete(exchanges).where(eq(exchanges.id, exchange!.id));
  });
});

describe('names of files', () => {
  test.each([
    ['Приказ 2-1.pdf', 'Приказ 2-1.pdf'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['C:\\а\\б.doc', 'C__а_б.doc'],
    ['nul.txt', '_nul.txt'],
    ['CON', '_CON'],
    ['  .скрытый. ', 'скрытый'],
    ['a\u202Efdp.exe', 'a_fdp.exe'],
    ['a\nb\u0000.pdf', 'a_b_.pdf'],
    ['\ud800.pdf', '_.pdf'],
    ['...', 'файл'],
    ['и\u0306.pdf', 'й.pdf'],
  ])('%j becomes %j', (given, expected) => expect(safeName(given)).toBe(expected));

  test('a long one keeps its extension and fits into 255 bytes with a number', () => {
    const name = safeName(`${'ы'.repeat(250)}🙂.docx`);
    expect(name.endsWith('ы.docx')).toBe(true);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
    expect(Buffer.byteLength(safeName(`${'🙂'.repeat(100)}.pdf`))).toBeLessThanOrEqual(240);
  });
});
