import { randomUUID } from 'node:crypto';
import { and, asc, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { debtors, debtRequests, files, requestEvents } from '@/db/schema/debt-requests';
import { exchangeItems } from '@/db/schema/exchange';
import { memberships, organizations } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { cancelSending, complete, correct, markReady, saveDraft, sendAnswer, take } from '@/lib/debt-requests/answer';
import { getDebtRequest } from '@/lib/debt-requests/card';
import { listDebtRequests, parseRegistryQuery } from '@/lib/debt-requests/registry';
import { getExchange, listExchanges, retryExchange } from '@/lib/exchange/journal';
import { enqueueExport } from '@/lib/exchange/queue';
import { downloadFile, uploadFile } from '@/lib/files/files';
import {
  answerNo,
  answerYes,
  type DebtRequestRow,
  makeDivision,
  makeOrganization,
  makePerson,
  makeRequest,
  reload,
} from '../factories';
import { resetDatabase } from '../setup/reset-database';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let head: Person;
let executor: Person;
let stranger: Person;
let request: DebtRequestRow;

beforeEach(async () => {
  await resetDatabase();
  organization = await makeOrganization();
  head = await makePerson(organization, ['head']);
  executor = await makePerson(organization, ['executor'], { canSend: false, gisEmployeeGuid: null });
  stranger = await makePerson(await makeOrganization(), ['head', 'admin', 'executor']);
  request = await makeRequest(organization, { responsibleId: head.userId });
});

const at = (row: { id: string; version: number } = request) => ({ id: row.id, version: row.version });

const history = async (id = request.id) =>
  (await db.select().from(requestEvents).where(eq(requestEvents.requestId, id)).orderBy(asc(requestEvents.id))).map(
    ({ action, actorId, fromStatus, toStatus }) => ({ action, actorId, fromStatus, toStatus }),
  );

test('the history keeps what each save changed, and no СНИЛС', async () => {
  await take(executor, at());
  await saveDraft(executor, { ...at(await reload(request.id)), answer: answerNo('первый') });
  await saveDraft(executor, { ...at(await reload(request.id)), answer: answerYes() });
  const saved = await db
    .select({ data: requestEvents.data })
    .from(requestEvents)
    .where(and(eq(requestEvents.requestId, request.id), eq(requestEvents.action, 'saveDraft')))
    .orderBy(requestEvents.id);
  expect(saved.map(({ data }) => data.difference)).toEqual([
    { hasDebt: { from: '', to: 'отсутствует' }, description: { from: '', to: 'первый' } },
    {
      hasDebt: { from: 'отсутствует', to: 'существует' },
      description: { from: 'первый', to: '' },
      debtors: { from: '', to: 'Образцов Пётр' },
    },
  ]);
  expect(JSON.stringify(saved)).not.toContain('11223344595');
});

describe('an executor', () => {
  test('takes, answers and hands over; every step is in the history', async () => {
    expect(await take(executor, at())).toMatchObject({ ok: true, version: 2 });
    const taken = await reload(request.id);
    expect(taken).toMatchObject({ status: 'in_progress', assigneeId: executor.userId });
    expect(await complete(executor, { ...at(taken), answer: answerYes() })).toMatchObject({ ok: true });
    expect((await reload(request.id)).status).toBe('prepared');
    expect(await history()).toEqual([
      { action: 'take', actorId: executor.userId, fromStatus: 'new', toStatus: 'in_progress' },
      { action: 'complete', actorId: executor.userId, fromStatus: 'in_progress', toStatus: 'prepared' },
    ]);
  });

  test('cannot save what he has not taken, nor send at all', async () => {
    expect(await saveDraft(executor, { ...at(), answer: answerNo() })).toMatchObject({
      ok: false,
      reason: 'forbidden',
    });
    expect(await sendAnswer(executor, { ...at(), answer: answerNo() })).toMatchObject({
      ok: false,
      reason: 'forbidden',
    });
    expect(await reload(request.id)).toMatchObject({ status: 'new', version: 1, hasDebt: null });
    expect(await history()).toEqual([]);
  });

  test('cannot take what another has', async () => {
    const other = await makePerson(organization, ['executor']);
    await take(other, at());
    expect(await take(executor, at(await reload(request.id)))).toMatchObject({ ok: false, reason: 'notFound' });
  });

  test('does not change what he has handed over', async () => {
    await take(executor, at());
    await complete(executor, { ...at(await reload(request.id)), answer: answerNo() });
    const prepared = await reload(request.id);
    expect(await saveDraft(executor, { ...at(prepared), answer: answerYes() })).toMatchObject({
      ok: false,
      reason: 'forbidden',
    });
    expect(await reload(request.id)).toMatchObject({ hasDebt: false, version: prepared.version });
  });
});

describe('sending', () => {
  test('without the portal id of an employee says who can help', async () => {
    const mute = await makePerson(organization, ['head'], { gisEmployeeGuid: null });
    const refused = await sendAnswer(mute, { ...at(), answer: answerNo() });
    expect(refused).toMatchObject({ ok: false, reason: 'forbidden' });
    expect('message' in refused && refused.message).toMatch(/идентификатора сотрудника.*администратор/s);
  });

  test('an incomplete answer names the fields and keeps nothing', async () => {
    const refused = await sendAnswer(head, { ...at(), answer: answerYes({ firstName: '' }) });
    expect(refused).toMatchObject({ ok: false, reason: 'invalid', fields: { 'debtors.0.firstName': 'Введите имя.' } });
    expect(await db.select().from(debtors)).toHaveLength(0);
    expect((await reload(request.id)).status).toBe('new');
  });

  test('СНИЛС is asked for where the organization wants it', async () => {
    await db.update(organizations).set({ snilsRequired: true });
    expect(await sendAnswer(head, { ...at(), answer: answerYes({ snils: '' }) })).toMatchObject({
      fields: { 'debtors.0.snils': expect.stringContaining('СНИЛС') },
    });
  });

  test('freezes what was chosen, in the name of who sent it', async () => {
    await sendAnswer(head, { ...at(), answer: answerYes({ middleName: '', snils: '' }) });
    const [item] = await db.select().from(exchangeItems);
    expect(item).toMatchObject({ actionType: 'Send', state: 'open', createdBy: head.userId });
    expect(item!.content).toEqual({
      hasDebt: true,
      description: null,
      executorGuid: head.gisEmployeeGuid,
      files: [],
      debtors: [{ lastName: 'Образцов', firstName: 'Пётр', middleName: null, snils: null, document: null, files: [] }],
    });
  });

  test('an unverified «Да» does not leave', async () => {
    await db.update(debtRequests).set({ verification: 'required' }).where(eq(debtRequests.id, request.id));
    expect(await sendAnswer(head, { ...at(), answer: answerYes() })).toMatchObject({ ok: false, reason: 'notAllowed' });
  });

  test('a stale version loses nothing and says what the state is', async () => {
    await saveDraft(head, { ...at(), answer: answerNo('первая рука') });
    const refused = await sendAnswer(head, { ...at(), answer: answerYes() });
    expect(refused).toMatchObject({ ok: false, reason: 'stale' });
    expect(await reload(request.id)).toMatchObject({ hasDebt: false, description: 'первая рука' });
  });

  test('is taken back while no message carries it', async () => {
    await sendAnswer(head, { ...at(), answer: answerNo() });
    expect(await cancelSending(head, at(await reload(request.id)))).toMatchObject({ ok: true });
    expect((await reload(request.id)).status).toBe('ready');
    expect((await db.select().from(exchangeItems))[0]).toMatchObject({ state: 'not_sent', errorKind: 'cancelled' });
    expect(await sendAnswer(head, { ...at(await reload(request.id)), answer: answerNo() })).toMatchObject({ ok: true });
  });
});

test('«Готов к отправке» keeps a complete answer waiting', async () => {
  expect(await markReady(head, { ...at(), answer: { ...answerNo(), hasDebt: null } })).toMatchObject({
    reason: 'invalid',
  });
  expect(await markReady(head, { ...at(), answer: answerNo() })).toMatchObject({ ok: true });
  expect((await reload(request.id)).status).toBe('ready');
});

test('withdrawing an answer needs an answer', async () => {
  expect(await correct(head, { ...at(), reason: 'ошибка' })).toMatchObject({ ok: false, reason: 'notAllowed' });
});

describe('files', () => {
  const pdf = Buffer.from('%PDF-1.7 содержимое');
  const upload = async (name = 'приказ.pdf', bytes: Uint8Array = pdf, person = head) =>
    uploadFile(person, { requestId: request.id, name, bytes });
  const uploaded = async () => {
    const result = await upload();
    if (!result.ok) throw new Error(result.reason);
    return result.file;
  };

  test('take their place with the answer, and leave it with «отсутствует» without being lost', async () => {
    const file = await uploaded();
    await saveDraft(head, { ...at(), answer: answerYes({ files: [{ id: file.id, documentTypeCode: '1' }] }) });
    expect((await getDebtRequest(head, request.id))!.debtors[0]!.files).toMatchObject([
      { id: file.id, documentTypeCode: '1' },
    ]);
    await saveDraft(head, {
      ...at(await reload(request.id)),
      answer: { ...answerYes({ files: [{ id: file.id, documentTypeCode: '1' }] }), hasDebt: false },
    });
    const card = (await getDebtRequest(head, request.id))!;
    expect([card.debtors, card.files]).toEqual([[], []]);
    expect((await db.select().from(files))[0]).toMatchObject({ id: file.id, place: 'removed' });
  });

  test('of another request cannot be taken in', async () => {
    const other = await makeRequest(organization);
    const result = await uploadFile(head, { requestId: other.id, name: 'чужой.pdf', bytes: pdf });
    if (!result.ok) throw new Error(result.reason);
    expect(
      await saveDraft(head, { ...at(), answer: { ...answerYes(), files: [{ id: result.file.id }] } }),
    ).toMatchObject({ reason: 'invalid' });
    expect((await db.select().from(files))[0]).toMatchObject({ requestId: other.id, place: 'pending' });
  });

  test.each([
    ['пустой.pdf', new Uint8Array(), /пустой/],
    ['большой.pdf', Buffer.concat([pdf, Buffer.alloc(5 * 1024 * 1024)]), /5 МБ/],
    ['программа.exe', Buffer.from('MZ'), /Можно приложить/],
    ['без расширения', pdf, /Можно приложить/],
    ['картинка.png', pdf, /не похоже на png/],
    ['письмо.docx', pdf, /не похоже на docx/],
    ['текст.txt', Buffer.from([0, 1, 2]), /не похоже на txt/],
  ])('%s is refused with a reason', async (name, bytes, reason) => {
    const result = await upload(name as string, bytes as Uint8Array);
    expect(result).toMatchObject({ ok: false, reason: 'invalid' });
    expect('message' in result && result.message).toMatch(reason as RegExp);
    expect(await db.select().from(files)).toHaveLength(0);
  });

  test('5 МБ exactly pass; a type the portal may refuse passes with a warning', async () => {
    const full = Buffer.alloc(5 * 1024 * 1024, ' ');
    full.set(Buffer.from('%PDF-1.7'));
    expect(await upload('полный.pdf', full)).toMatchObject({
      ok: true,
      file: { warning: null, size: 5 * 1024 * 1024 },
    });
    expect(await upload('заметка.txt', Buffer.from('текст'))).toMatchObject({
      ok: true,
      file: { warning: expect.stringContaining('txt') },
    });
  });

  test('a name from elsewhere is only a name', async () => {
    expect(await upload('..\\..\\C:\\тайна/..<script>.pdf')).toMatchObject({
      ok: true,
      file: { name: '.._script_.pdf' },
    });
  });

  test('are not taken for an answer that is on its way', async () => {
    await sendAnswer(head, { ...at(), answer: answerNo() });
    expect(await upload()).toMatchObject({ ok: false, reason: 'notAllowed' });
  });
});

describe('another organization', () => {
  const NOT_FOUND = { ok: false, reason: 'notFound' };

  test('sees a foreign request exactly as one that does not exist, by every verb and query', async () => {
    const uploaded = await uploadFile(head, { requestId: request.id, name: 'а.pdf', bytes: Buffer.from('%PDF-1.7') });
    if (!uploaded.ok) throw new Error(uploaded.reason);
    const exchangeId = await db.transaction((tx) =>
      enqueueExport(tx, {
        organizationId: organization.id,
        service: 'nsi',
        operation: 'exportNsiItem',
        query: { kind: 'nsi', registryNumber: 95 },
      }),
    );
    for (const id of [request.id, randomUUID()]) {
      const target = { id, version: 1 };
      for (const result of [
        await take(stranger, target),
        await saveDraft(stranger, { ...target, answer: answerNo() }),
        await complete(stranger, { ...target, answer: answerNo() }),
        await markReady(stranger, { ...target, answer: answerNo() }),
        await sendAnswer(stranger, { ...target, answer: answerNo() }),
        await cancelSending(stranger, target),
        await correct(stranger, { ...target, reason: 'x' }),
        await uploadFile(stranger, { requestId: id, name: 'а.pdf', bytes: Buffer.from('%PDF-1.7') }),
        await retryExchange(stranger, { id: exchangeId }),
      ]) {
        expect(result).toEqual(NOT_FOUND);
      }
      expect(await getDebtRequest(stranger, id)).toBeNull();
    }
    expect(await downloadFile(stranger, uploaded.file.id)).toBeNull();
    expect(await downloadFile(head, uploaded.file.id)).toMatchObject({ name: 'а.pdf' });
    expect(await getExchange(stranger, exchangeId)).toBeNull();
    expect(await listExchanges(stranger, { page: 1 })).toMatchObject({ rows: [], total: 0 });
    expect(await listDebtRequests(stranger, parseRegistryQuery({}))).toMatchObject({ rows: [], total: 0 });
    expect(await reload(request.id)).toMatchObject({ version: 1, status: 'new' });
  });

  test('«Обмен» names no request to who does not see it', async () => {
    const north = await makeDivision(organization, 'Север');
    const south = await makeDivision(organization, 'Юг');
    const northern = await makePerson(organization, ['executor'], { divisionId: north });
    const southern = await makePerson(organization, ['executor'], { divisionId: south });
    const request = await makeRequest(organization, { divisionId: north });
    await sendAnswer(head, { id: request.id, version: 1, answer: answerNo() });
    expect((await listExchanges(northern, { page: 1 })).waiting).toMatchObject([{ requestId: request.id }]);
    expect(await listExchanges(southern, { page: 1 })).toMatchObject({ waiting: [], waitingTotal: 0 });
  });

  test('only admins read the raw messages', async () => {
    const exchangeId = await db.transaction((tx) =>
      enqueueExport(tx, {
        organizationId: organization.id,
        service: 'nsi',
        operation: 'exportNsiItem',
        query: { kind: 'nsi', registryNumber: 95 },
      }),
    );
    await db.execute(`update exchanges set request_xml = '<a/>'`);
    expect(await getExchange(head, exchangeId)).toMatchObject({ requestXml: null, mayReadXml: false });
    const admin = await makePerson(organization, ['admin']);
    expect(await getExchange(admin, exchangeId)).toMatchObject({ requestXml: '<a/>', mayReadXml: true });
  });
});

describe('registry', () => {
  const list = (params: Record<string, string> = {}) => listDebtRequests(head, parseRegistryQuery(params));

  test('hides answered, revoked and archived until asked', async () => {
    const today = moscowToday();
    for (const [status, responseDate] of [
      ['answered', today],
      ['revoked', today],
      ['expired', addDays(today, -1)],
      ['expired', addDays(today, -5)],
      ['send_failed', today],
    ] as const) {
      await makeRequest(organization, { status, responseDate, hasDebt: false });
    }
    const statuses = async (params = {}) => (await list(params)).rows.map((row) => row.status).sort();
    expect(await statuses()).toEqual(['expired', 'new', 'send_failed']);
    expect(await statuses({ answered: '1' })).toEqual(['answered', 'expired', 'new', 'send_failed']);
    expect(await statuses({ status: 'revoked' })).toEqual(['revoked']);
    expect(await statuses({ status: 'expired' })).toEqual(['expired', 'expired']);
    expect(await statuses({ status: 'archived' })).toEqual(['expired', 'expired']);
  });

  test('finds by the beginning of the number, with wildcards as plain characters', async () => {
    await makeRequest(organization, { requestNumber: '00123' });
    await makeRequest(organization, { requestNumber: '12345' });
    expect((await list({ number: '001' })).rows.map((row) => row.requestNumber)).toEqual(['00123']);
    expect((await list({ number: '%' })).total).toBe(0);
    expect((await list({ number: '_0' })).total).toBe(0);
  });

  test('pages by deadline and never beyond the end', async () => {
    for (let i = 0; i < 24; i++)
      await makeRequest(organization, { responseDate: addDays(moscowToday(), 10 - (i % 7)) });
    const first = await list({ size: '20' });
    expect(first).toMatchObject({ total: 25, page: 1 });
    const beyond = await list({ size: '20', page: '99' });
    expect(beyond.page).toBe(2);
    const all = [...first.rows, ...beyond.rows];
    expect(new Set(all.map((row) => row.id)).size).toBe(25);
    expect(all.map((row) => row.responseDate)).toEqual(all.map((row) => row.responseDate).sort());
  });

  test.each([
    { page: '-1' },
    { page: 'abc', size: '17', status: 'нет такого' },
    { page: '1e9', number: '\u0000\'"; drop table' },
    { size: 'NaN' },
  ])('garbage in the address line gives a page: %j', async (params) => {
    expect((await list(params as unknown as Record<string, string>)).page).toBe(1);
  });
});

test('a membership that ended leaves no roles behind in the table', async () => {
  await expect(db.update(memberships).set({ roles: ['god'] })).rejects.toThrow();
});

describe('the database itself refuses', () => {
  const breaks: [string, Partial<DebtRequestRow>][] = [
    ['an unknown status', { status: 'lost' }],
    ['sending without an answer', { status: 'sending', hasDebt: null }],
    ['an unverified answer on its way', { status: 'sending', hasDebt: true, verification: 'required' }],
    ['a comment over 1000', { description: 'я'.repeat(1001) }],
  ];
  test.each(breaks)('%s', async (_, set) => {
    await expect(db.update(debtRequests).set(set).where(eq(debtRequests.id, request.id))).rejects.toThrow();
  });
});
