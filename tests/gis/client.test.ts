import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { getState, type PollOutcome, type SubmitOutcome, submit } from '@/lib/gis/client';
import type { GisConnection } from '@/lib/gis/connection';
import { attachmentHash, uploadFile } from '@/lib/gis/file-store';
import { EXPORT_FORMATS, type ExportFormat, type Operation, type Service } from '@/lib/gis/formats';
import {
  type Answer,
  exportSubrequestsMessage,
  importResponsesMessage,
  type ResponseAction,
  type SubrequestsQuery,
} from '@/lib/gis/messages/debt-requests';
import type { Header } from '@/lib/gis/messages/envelope';
import { exportNsiItemMessage } from '@/lib/gis/messages/nsi';
import { readCertificate } from '@/lib/gis/signature/certificate';
import { createDevKey } from '@/lib/gis/signature/dev-key';
import { readPrivateKey } from '@/lib/gis/signature/key';
import { pemSigner, type Signer } from '@/lib/gis/signature/signer';
import { signMessage } from '@/lib/gis/signature/xades';
import { type Stand, startStand } from '../stand/stand';

/** The whole client against the stand, which reads with other code than ours and checks schema, signature and hashes. */
const ORGANIZATION = '7d3f1a52-6c0b-4b7e-9a41-2f5e8c9d0b13';
const EMPLOYEE = 'f1e2d3c4-b5a6-4978-8695-a4b3c2d1e0f9';
const COURT_ACT = { code: '1', guid: '237b587e-0b10-4702-b78c-8d641c3d4d45' };
const PASSPORT = { code: '1', guid: '8d1f6c0a-95a1-4f0e-9b1c-000000000001' };

let stand: Stand;
let connection: GisConnection;
let signer: Signer;
let certificate: string;

beforeAll(async () => {
  const { keyPem, certPem } = await createDevKey({ subject: 'Проверка клиента', passphrase: 'pass' });
  signer = pemSigner({ key: readPrivateKey(keyPem, 'pass'), certificate: readCertificate(certPem) });
  certificate = certPem;
  stand = await startStand({ basicAuth: 'sit:secret' });
  connection = { url: stand.url, basicAuth: 'sit:secret', timeoutMs: 10_000 };
});
afterAll(() => stand?.close());

beforeEach(() => {
  stand.control.reset();
  stand.control.addOrganization({
    orgPPAGUID: ORGANIZATION,
    name: 'УК «Проверка»',
    employees: [{ guid: EMPLOYEE, fio: 'Исполнителев Иван Примерович' }],
  });
  stand.control.registerCertificate({ certificate });
});

const header = (): Header => ({
  messageGuid: randomUUID(),
  date: new Date(),
  orgPpaGuid: ORGANIZATION,
  isOperatorSignature: true,
});

async function submitSigned(service: Service, operation: Operation, xml: string): Promise<SubmitOutcome> {
  return submit(connection, service, operation, await signMessage(xml, signer, { signingTime: new Date() }));
}

/** Request, Ack, one poll: the stand works without delay unless a test says otherwise. */
async function round(service: Service, operation: Operation, xml: string): Promise<PollOutcome> {
  const outcome = await submitSigned(service, operation, xml);
  if (outcome.kind !== 'acknowledged') throw new Error(JSON.stringify(outcome));
  return getState(connection, service, header(), outcome.gisMessageGuid);
}

const exportRound = (query: SubrequestsQuery, format: ExportFormat = '13.1.10.1') =>
  round('debtRequests', 'exportDebtSubrequests', exportSubrequestsMessage(header(), { format, query }));
const importRound = (...actions: ResponseAction[]) =>
  round('debtRequests', 'importResponses', importResponsesMessage(header(), actions));

function today(shiftDays = 0): string {
  return new Date(Date.now() + 3 * 3_600_000 + shiftDays * 86_400_000).toISOString().slice(0, 10);
}
const period = (onlyUnanswered = true, cursor: string | null = null): SubrequestsQuery => ({
  kind: 'period',
  start: today(-30),
  end: today(),
  onlyUnanswered,
  cursor,
});

function addRequest(given: Partial<Parameters<Stand['control']['addRequest']>[0]> = {}): string {
  return stand.control.addRequest({ orgPPAGUID: ORGANIZATION, addressDetails: 'кв. 12', ...given }).subrequestGuid;
}

const NO_DEBT: Answer = {
  hasDebt: false,
  description: null,
  executorGuid: EMPLOYEE,
  debtors: [],
  additionalFiles: [],
};
const send = (subrequestGuid: string, answer: Answer = NO_DEBT): ResponseAction => ({
  transportGuid: randomUUID(),
  subrequestGuid,
  actionType: 'Send',
  answer,
});

function read<K extends PollOutcome['kind']>(outcome: PollOutcome, kind: K): PollOutcome & { kind: K } {
  expect(outcome).toMatchObject({ kind });
  return outcome as PollOutcome & { kind: K };
}

describe('receiving', () => {
  test.each(EXPORT_FORMATS)('a subrequest comes in format %s', async (format) => {
    const guid = addRequest({ requestNumber: '00123', responseDate: today(7), sentDate: today() });
    const { result, surprises } = read(await exportRound(period(), format), 'subrequests');
    expect(surprises).toEqual([]);
    expect(result).toMatchObject({ unreadable: [], nextSubrequestGuid: null });
    expect(result.subrequests).toEqual([
      expect.objectContaining({
        subrequestGuid: guid,
        requestNumber: '00123',
        responseDate: today(7),
        sentDate: today(),
        responseStatus: 'NotSent',
        response: null,
        housingFundObject:
          format === '13.1.10.1'
            ? expect.objectContaining({ addressDetails: 'кв. 12', hmObjectGuid: null, addressType: null })
            : expect.objectContaining({ addressDetails: null, houseGuid: null, addressType: 'Apartment' }),
      }),
    ]);
  });

  test.each(['off', 'pagedOutput', 'INT002012'] as const)('250 come in blocks of 100, ending with: %s', async (end) => {
    stand.control.set({ emptyLastPage: end });
    const { subrequestGuids } = stand.control.addRequests({ orgPPAGUID: ORGANIZATION, count: 250 });
    const seen: string[] = [];
    let cursor: string | null = null;
    let blocks = 0;
    do {
      const outcome: PollOutcome = await exportRound(period(true, cursor));
      blocks++;
      if (outcome.kind === 'nothing') break;
      const { result } = read(outcome, 'subrequests');
      seen.push(...result.subrequests.map((subrequest) => subrequest.subrequestGuid));
      cursor = result.nextSubrequestGuid;
    } while (cursor);
    stand.control.set({ emptyLastPage: 'off' });
    expect(blocks).toBe(end === 'off' ? 3 : 4);
    expect(seen.toSorted()).toEqual(subrequestGuids.toSorted());
  });

  test('nothing to export is no failure', async () => {
    expect(await exportRound(period())).toMatchObject({ kind: 'nothing' });
  });

  test('by GUID and by number, with one not found', async () => {
    const guid = addRequest({ requestNumber: '01202600012345' });
    const stranger = randomUUID();
    const byGuid = read(
      await exportRound({ kind: 'subrequests', subrequestGuids: [guid, stranger] }, '15.3.0.0'),
      'subrequests',
    );
    expect(byGuid.result.subrequests.map((subrequest) => subrequest.subrequestGuid)).toEqual([guid]);
    expect(byGuid.result.notFound).toEqual({ subrequestGuids: [stranger], requestNumbers: [] });
    const byNumber = read(
      await exportRound({ kind: 'numbers', requestNumbers: ['01202600012345', '7'] }),
      'subrequests',
    );
    expect(byNumber.result.notFound).toEqual({ subrequestGuids: [], requestNumbers: ['7'] });
  });

  test('a failing block is told as one that may be repeated', async () => {
    addRequest();
    stand.control.inject({ fault: 'contentNotFound' });
    expect(await exportRound(period())).toMatchObject({ kind: 'refused', transient: true });
    expect((await exportRound(period())).kind).toBe('subrequests');
  });

  test('a period over six months is refused for good', async () => {
    const query = { ...period(), start: today(-400) } as SubrequestsQuery;
    expect(await exportRound(query)).toMatchObject({
      kind: 'refused',
      transient: false,
      code: expect.stringMatching(/\d/),
    });
  });

  test('state 1, then 2, then 3; other prefixes', async () => {
    const { prefixes } = stand.control.set({ receivedMs: 60_000, processingMs: 60_000 });
    stand.control.set({ prefixes: { soap: 'S', base: 'a', drs: 'b', nsiBase: 'c', nsiCommon: 'd' } });
    try {
      addRequest();
      const xml = exportSubrequestsMessage(header(), { format: '13.1.10.1', query: period() });
      const ack = await submitSigned('debtRequests', 'exportDebtSubrequests', xml);
      if (ack.kind !== 'acknowledged') throw new Error(ack.kind);
      const poll = () => getState(connection, 'debtRequests', header(), ack.gisMessageGuid);
      expect(await poll()).toEqual({ kind: 'inProgress', requestState: 1 });
      stand.control.advanceClock({ ms: 60_000 });
      expect(await poll()).toEqual({ kind: 'inProgress', requestState: 2 });
      stand.control.advanceClock({ ms: 60_000 });
      expect(await poll()).toMatchObject({ kind: 'subrequests', surprises: [] });
      stand.control.forgetMessages();
      expect((await poll()).kind).toBe('lost');
    } finally {
      stand.control.set({ receivedMs: 0, processingMs: 0, prefixes });
      stand.control.resetClock();
    }
  });
});

describe('answering', () => {
  async function courtAct(bytes: Buffer = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(2000)])) {
    const uploaded = await uploadFile(connection, {
      orgPpaGuid: ORGANIZATION,
      context: 'debtreq',
      bytes,
      extension: 'pdf',
    });
    if (!uploaded.ok) throw new Error(uploaded.text);
    return {
      name: 'Судебный приказ № 2-123/2026.pdf',
      description: 'Судебный приказ',
      attachmentGuid: uploaded.attachmentGuid,
      hash: attachmentHash(bytes),
    };
  }

  const withDebt = async (): Promise<Answer> => ({
    ...NO_DEBT,
    hasDebt: true,
    description: 'Долг ]]> подтверждён\u2028судом 🏠\nстрока & <тег>',
    debtors: [
      {
        lastName: 'Образцов',
        firstName: 'Пётр',
        middleName: '',
        snils: '11223344595',
        document: { type: PASSPORT, series: '', number: '000123' },
        documents: [{ type: COURT_ACT, attachment: await courtAct() }],
      },
      { lastName: 'Образцова', firstName: 'Анна', middleName: 'Ивановна', snils: null, document: null, documents: [] },
    ],
    additionalFiles: [await courtAct()],
  });

  test('an answer with debtors and files arrives as it was given, and comes back in the next export', async () => {
    const guid = addRequest();
    const answer = await withDebt();
    const action = send(guid, answer);
    const { results } = read(await importRound(action), 'responses');
    expect(results).toEqual([{ transportGuid: action.transportGuid, guid, updateDate: expect.any(Date), errors: [] }]);
    expect(stand.control.subrequest({ subrequestGuid: guid }).arrivals[0]?.answer).toMatchObject({
      hasDebt: true,
      description: answer.description,
      executorGuid: EMPLOYEE,
      debtors: [
        {
          lastName: 'Образцов',
          middleName: undefined,
          identity: { series: undefined, number: '000123' },
          documents: [{ attachment: { name: 'Судебный приказ № 2-123/2026.pdf' } }],
        },
        { firstName: 'Анна', snils: undefined },
      ],
    });

    const { result } = read(await exportRound(period(false)), 'subrequests');
    expect(result.subrequests[0]).toMatchObject({
      requestStatus: 'Processed',
      responseStatus: 'Sent',
      response: {
        hasDebt: true,
        description: answer.description,
        executorFio: 'Исполнителев Иван Примерович',
        debtors: [
          {
            lastName: 'Образцов',
            middleName: null,
            snils: '11223344595',
            files: [{ name: expect.stringMatching(/\.pdf$/) }],
          },
          { lastName: 'Образцова', middleName: 'Ивановна', snils: null, files: [] },
        ],
        files: [{ attachmentGuid: answer.additionalFiles[0]?.attachmentGuid }],
      },
    });
    expect((await exportRound(period(true))).kind).toBe('nothing');
  });

  test('one is refused among others: each has its own result, found by TransportGUID', async () => {
    const guids = [addRequest(), addRequest(), addRequest()];
    stand.control.refuseNext({ subrequestGuid: guids[1]!, code: 'INT002000', text: 'Значение отсутствует в реестре' });
    const actions = guids.map((guid) => send(guid));
    const { results } = read(await importRound(...actions), 'responses');
    const errors = new Map(results.map((result) => [result.transportGuid, result.errors]));
    expect(actions.map((action) => errors.get(action.transportGuid))).toEqual([
      [],
      [{ code: 'INT002000', text: 'Значение отсутствует в реестре' }],
      [],
    ]);
  });

  test('an answer is withdrawn', async () => {
    const guid = addRequest();
    await importRound(send(guid));
    const revoke: ResponseAction = { transportGuid: randomUUID(), subrequestGuid: guid, actionType: 'Revoke' };
    expect(read(await importRound(revoke), 'responses').results[0]?.errors).toEqual([]);
    const again = { ...revoke, transportGuid: randomUUID() };
    expect(read(await importRound(again), 'responses').results[0]?.errors[0]?.text).toContain('Ответ отправлен');
  });

  test('a wrong hash is noticed', async () => {
    const guid = addRequest();
    const answer = await withDebt();
    answer.additionalFiles[0]!.hash = attachmentHash(Buffer.from('another file'));
    expect(read(await importRound(send(guid, answer)), 'responses').results[0]?.errors).toHaveLength(1);
  });

  test('a lost Ack is unknown, though the answer arrived; the same content once more changes nothing', async () => {
    const guid = addRequest();
    stand.control.inject({ fault: 'lostAck', match: { operation: 'importResponses' } });
    const xml = () => importResponsesMessage(header(), [send(guid)]);
    expect(await submitSigned('debtRequests', 'importResponses', xml())).toMatchObject({
      kind: 'unknown',
      replyXml: null,
    });
    const look = read(await exportRound({ kind: 'subrequests', subrequestGuids: [guid] }), 'subrequests');
    expect(look.result.subrequests[0]?.responseStatus).toBe('Sent');
    expect((await round('debtRequests', 'importResponses', xml())).kind).toBe('responses');
    expect(stand.control.subrequest({ subrequestGuid: guid })).toMatchObject({ acceptedSends: 2, distinctContents: 1 });
  });

  test.each([
    ['drop', { kind: 'unknown' }],
    ['http502', { kind: 'unknown', replyXml: expect.stringContaining('502 Bad Gateway') }],
    ['html', { kind: 'unknown', text: expect.stringContaining('веб-страница') }],
    ['http400', { kind: 'refused', transient: false, code: null }],
    ['EXP001000', { kind: 'refused', transient: true, code: 'EXP001000' }],
  ] as const)('the message meets %s', async (fault, outcome) => {
    stand.control.inject({ fault, match: { operation: 'importResponses' } });
    const xml = importResponsesMessage(header(), [send(addRequest())]);
    expect(await submitSigned('debtRequests', 'importResponses', xml)).toMatchObject(outcome);
  });

  test('a whole message is not carried out', async () => {
    stand.control.inject({ fault: 'messageError', code: 'EXP001000' });
    expect(await importRound(send(addRequest()))).toMatchObject({
      kind: 'refused',
      code: 'EXP001000',
      transient: true,
    });
    stand.control.inject({ fault: 'messageError', code: 'EXP001000', asFault: true });
    expect(await importRound(send(addRequest()))).toMatchObject({ kind: 'transport', code: 'EXP001000' });
  });
});

describe('what the portal does not take at all', () => {
  const xml = () => importResponsesMessage(header(), [send(addRequest())]);

  test.each<[string, (signed: string) => string, RegExp | null]>([
    ['a changed byte under the signature', (signed) => signed.replace('>false<', '>true<'), /^(AUT|FMT)/],
    ['another version', (signed) => signed.replace('version="14.0.0.0"', 'version="13.0.0.0"'), null],
    ['a violated schema', (signed) => signed.replace('>Send<', '>Sent<'), /^FMT001300$/],
    ['an unknown organization', (signed) => signed.replaceAll(ORGANIZATION, randomUUID()), /^AUT/],
  ])('%s', async (_, change, code) => {
    const signed = await signMessage(xml(), signer, { signingTime: new Date() });
    expect(change(signed)).not.toBe(signed);
    const outcome = await submit(connection, 'debtRequests', 'importResponses', change(signed));
    expect(outcome).toMatchObject({ kind: 'refused', transient: false, code: code && expect.stringMatching(code) });
    if (outcome.kind === 'refused') expect(outcome.text).toMatch(/[а-я]{5}/i);
  });

  test('an unsigned message, and no password', async () => {
    expect(await submit(connection, 'debtRequests', 'importResponses', xml())).toMatchObject({ kind: 'refused' });
    const stranger = { ...connection, basicAuth: null };
    expect(await submit(stranger, 'debtRequests', 'importResponses', xml())).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('HTTP 401'),
    });
  });
});

describe('dictionaries', () => {
  test.each([
    [358, COURT_ACT, 'Судебный акт'],
    [95, PASSPORT, 'Паспорт гражданина Российской Федерации'],
  ])('%i', async (registry, ref, name) => {
    const { items } = read(await round('nsi', 'exportNsiItem', exportNsiItemMessage(header(), registry)), 'nsi');
    expect(items).toContainEqual({ ...ref, name, isActual: true });
    expect(items.some((item) => !item.isActual)).toBe(true);
  });

  test('one that does not exist holds nothing', async () => {
    expect((await round('nsi', 'exportNsiItem', exportNsiItemMessage(header(), 99999))).kind).toBe('nothing');
  });
});

describe('files', () => {
  const pdf = (length: number) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(length - 9)]);
  const upload = (bytes: Buffer, partSize?: number, extension = 'pdf') =>
    uploadFile(connection, { orgPpaGuid: ORGANIZATION, context: 'debtreq', bytes, extension, partSize });
  const stored = (guid: string) => stand.control.state().files.find((file) => file.guid === guid);
  const methods = () =>
    stand.control.log().map((entry) => `${entry.method} ${entry.path.replace(/[0-9a-f-]{36}/, '…')}`);

  test('5 MiB go in one call, under a name of our own', async () => {
    const outcome = await upload(pdf(5 * 1024 * 1024));
    if (!outcome.ok) throw new Error(outcome.text);
    expect(stored(outcome.attachmentGuid)).toMatchObject({
      length: 5_242_880,
      completed: true,
      orgPPAGUID: ORGANIZATION,
    });
    expect(stored(outcome.attachmentGuid)?.name).toMatch(/^[0-9a-f-]{36}\.pdf$/);
    expect(methods()).toEqual(['PUT /ext-bus-file-store-service/rest/debtreq']);
  });

  test('one byte more goes in parts and is looked at afterwards', async () => {
    const bytes = pdf(5 * 1024 * 1024 + 1);
    const outcome = await upload(bytes);
    if (!outcome.ok) throw new Error(outcome.text);
    expect(stored(outcome.attachmentGuid)).toMatchObject({ length: 5_242_881, completed: true, partCount: 2 });
    expect(methods()).toEqual([
      'POST /ext-bus-file-store-service/rest/debtreq/?upload',
      'PUT /ext-bus-file-store-service/rest/debtreq/…',
      'PUT /ext-bus-file-store-service/rest/debtreq/…',
      'POST /ext-bus-file-store-service/rest/debtreq/…?completed',
      'HEAD /ext-bus-file-store-service/rest/debtreq/…',
    ]);
  });

  test('parts are put together in order: the hash of the whole is accepted with an answer', async () => {
    const bytes = pdf(10_007);
    const outcome = await upload(bytes, 1000);
    if (!outcome.ok) throw new Error(outcome.text);
    const file = {
      name: 'a.pdf',
      description: 'a',
      attachmentGuid: outcome.attachmentGuid,
      hash: attachmentHash(bytes),
    };
    const debtor = { lastName: 'Б', firstName: 'В', middleName: null, snils: null, document: null, documents: [] };
    const answer: Answer = { ...NO_DEBT, hasDebt: true, debtors: [debtor], additionalFiles: [file] };
    expect(read(await importRound(send(addRequest(), answer)), 'responses').results[0]?.errors).toEqual([]);
  });

  test.each([
    ['virus', 'FileVirusInfectionException', false],
    ['virusNotChecked', 'FileVirusNotCheckedException', true],
    ['hashConflict', 'HashConflictException', true],
  ] as const)('%s', async (fault, code, transient) => {
    stand.control.inject({ fault, match: { operation: 'upload' } });
    expect(await upload(pdf(100))).toMatchObject({ ok: false, code, transient });
    expect((await upload(pdf(100))).ok).toBe(true);
    // in the middle of a file in parts
    stand.control.inject({ fault, match: { operation: 'upload', nth: 3 } });
    expect(await upload(pdf(100), 30)).toMatchObject({ ok: false, code, transient });
  });

  test('content that does not fit the extension, and an extension the portal does not take', async () => {
    expect(await upload(pdf(100), undefined, 'docx')).toMatchObject({ ok: false, code: 'DetectionException' });
    expect(await upload(pdf(100), undefined, 'exe')).toMatchObject({ ok: false, code: 'ExtensionException' });
  });

  test('the connection breaks in a part: later', async () => {
    stand.control.inject({ fault: 'drop', match: { operation: 'upload', nth: 2 } });
    expect(await upload(pdf(100), 40)).toMatchObject({ ok: false, transient: true, code: null });
  });
});
