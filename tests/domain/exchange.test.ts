import { and, asc, desc, eq, isNull } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { db } from '@/db/client';
import { debtRequests, nsiItems, requestEvents } from '@/db/schema/debt-requests';
import { exchangeItems, exchanges } from '@/db/schema/exchange';
import { addDays, deadlineEnd, moscowToday } from '@/lib/calendar/moscow';
import { cancelSending, correct, saveDraft, sendAnswer } from '@/lib/debt-requests/answer';
import type { Answer } from '@/lib/debt-requests/answer-schema';
import { getDebtRequest } from '@/lib/debt-requests/card';
import { expireOverdue } from '@/lib/debt-requests/expire';
import { exchangesOf, getExchange } from '@/lib/exchange/journal';
import { uploadFile } from '@/lib/files/files';
import { answerNo, answerYes, type DebtRequestRow, makeOrganization, makePerson, reload } from '../factories';
import { brokenPromises, openPortal, type Portal } from '../portal';
import { resetDatabase } from '../setup/reset-database';

/** The whole way of an answer against the real stand, with everything that goes wrong on it. */

let portal: Portal;

beforeEach(async () => {
  await resetDatabase();
  portal = await openPortal();
});

afterEach(async () => {
  expect(await brokenPromises(portal)).toEqual([]);
  await portal.close();
});

async function arrived(count = 1): Promise<DebtRequestRow[]> {
  const { subrequestGuids } = portal.stand.control.addRequests({ orgPPAGUID: portal.organization.orgPpaGuid, count });
  await portal.receive();
  return Promise.all(subrequestGuids.map((guid) => portal.request(guid)));
}

const send = (request: DebtRequestRow, answer: Answer = answerNo()) =>
  sendAnswer(portal.head, { id: request.id, version: request.version, answer }, portal.engine.now());

const atPortal = (request: DebtRequestRow) =>
  portal.stand.control.subrequest({ subrequestGuid: request.subrequestGuid });

const lastItem = async (request: DebtRequestRow) =>
  (
    await db
      .select()
      .from(exchangeItems)
      .where(eq(exchangeItems.requestId, request.id))
      .orderBy(desc(exchangeItems.id))
      .limit(1)
  )[0]!;

test('an answer goes out signed, is confirmed, and is the one that the asker sees', async () => {
  const [request] = await arrived();
  expect(await send(request!, answerYes({ middleName: '' }))).toMatchObject({ ok: true });
  expect((await reload(request!.id)).status).toBe('sending');
  await portal.work();
  expect(await reload(request!.id)).toMatchObject({ status: 'answered', hasDebt: true });
  const held = atPortal(request!);
  expect(held).toMatchObject({ status: 'Sent', acceptedSends: 1 });
  expect(held.arrivals.at(-1)!.answer).toMatchObject({
    hasDebt: true,
    executorGuid: portal.head.gisEmployeeGuid,
    debtors: [{ lastName: 'Образцов', firstName: 'Пётр', snils: '11223344595' }],
  });
  expect(held.arrivals.at(-1)!.answer!.debtors[0]).not.toHaveProperty('middleName', '');
  const events = await db
    .select({ action: requestEvents.action, actorId: requestEvents.actorId })
    .from(requestEvents)
    .where(eq(requestEvents.requestId, request!.id))
    .orderBy(asc(requestEvents.id));
  expect(events).toEqual([
    { action: 'received', actorId: null },
    { action: 'send', actorId: portal.head.userId },
    { action: 'accepted', actorId: null },
  ]);
});

test('a file goes to the store once and the portal accepts its hash; a retry does not upload it again', async () => {
  const [request] = await arrived();
  const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(200_000, 7), Buffer.from('\n%%EOF')]);
  const uploaded = await uploadFile(portal.head, { requestId: request!.id, name: 'Судебный приказ.pdf', bytes: pdf });
  if (!uploaded.ok) throw new Error(uploaded.reason);
  portal.stand.control.inject({ fault: 'EXP001000', match: { operation: 'importResponses' }, times: 2 });
  const file = { id: uploaded.file.id, documentTypeCode: '1' };
  expect(await send(request!, answerYes({ files: [file] }))).toMatchObject({ ok: true });
  await portal.work();
  expect((await lastItem(request!)).attempt).toBe(3);
  expect((await reload(request!.id)).status).toBe('answered');
  expect(portal.stand.control.counters().acknowledged.upload).toBe(1);
  const document = atPortal(request!).arrivals.at(-1)!.answer!.debtors[0]!.documents[0]!;
  expect(document).toMatchObject({ type: { code: '1' } });
});

test('the portal refuses one of two: its code and text stand on the card, the corrected answer goes', async () => {
  const [good, bad] = await arrived(2);
  portal.stand.control.refuseNext({
    subrequestGuid: bad!.subrequestGuid,
    code: 'INT002000',
    text: 'Значение отсутствует в реестре',
  });
  await send(good!);
  await send(bad!);
  await portal.work();
  expect((await reload(good!.id)).status).toBe('answered');
  const failed = await reload(bad!.id);
  expect(failed.status).toBe('send_failed');
  const card = await getDebtRequest(portal.head, bad!.id);
  expect(card!.refusal).toMatchObject({ kind: 'portal', code: 'INT002000', text: 'Значение отсутствует в реестре' });
  expect(card!.actions.send).toEqual({ available: true });
  await send(failed, answerNo('исправлено'));
  await portal.work();
  expect((await reload(bad!.id)).status).toBe('answered');
  expect((await getDebtRequest(portal.head, bad!.id))!.refusal).toBeNull();
});

test.each(['lostAck', 'halfClosed'] as const)(
  '%s, the answer arrived: found by a look, not sent again',
  async (fault) => {
    const [request] = await arrived();
    portal.stand.control.inject({ fault, match: { operation: 'importResponses' } });
    await send(request!);
    await portal.work();
    expect((await reload(request!.id)).status).toBe('answered');
    expect(atPortal(request!).acceptedSends).toBe(1);
    expect(portal.stand.control.counters().received.importResponses).toBe(1);
  },
);

test('lost Ack while the portal lags: the identical content goes again, so the answer is one', async () => {
  const [request] = await arrived();
  portal.stand.control.set({ statusLagMs: 60_000 });
  portal.stand.control.inject({ fault: 'lostAck', match: { operation: 'importResponses' } });
  await send(request!, answerYes());
  await portal.work();
  expect((await reload(request!.id)).status).toBe('answered');
  expect(atPortal(request!)).toMatchObject({ acceptedSends: 2, distinctContents: 1 });
  const states = await db
    .select({ state: exchanges.state })
    .from(exchanges)
    .where(eq(exchanges.operation, 'importResponses'));
  expect(states.map(({ state }) => state).sort()).toEqual(['done', 'refused']);
});

test('connection reset before processing: looked for, not found, sent once', async () => {
  const [request] = await arrived();
  portal.stand.control.inject({ fault: 'drop', match: { operation: 'importResponses' } });
  await send(request!);
  await portal.work();
  expect((await reload(request!.id)).status).toBe('answered');
  expect(atPortal(request!).acceptedSends).toBe(1);
});

test('killed between the call and the saving of the Ack: the next worker looks before it sends', async () => {
  const [request] = await arrived();
  await send(request!);
  // the state that a killed worker leaves: submitted, the Ack never written, the lease run out
  await portal.work();
  expect(atPortal(request!).acceptedSends).toBe(1);
  await db
    .update(exchangeItems)
    .set({ state: 'open', finishedAt: null })
    .where(eq(exchangeItems.requestId, request!.id));
  await db
    .update(exchanges)
    .set({
      state: 'submitting',
      gisMessageGuid: null,
      finishedAt: null,
      leaseUntil: new Date(0),
      leaseToken: request!.id,
    })
    .where(eq(exchanges.operation, 'importResponses'));
  await db.update(debtRequests).set({ status: 'sending', answeredAt: null }).where(eq(debtRequests.id, request!.id));
  await portal.work();
  expect((await reload(request!.id)).status).toBe('answered');
  expect(atPortal(request!).acceptedSends).toBe(1);
  expect(portal.stand.control.counters().received.importResponses).toBe(1);
});

test.each(['http502', 'html', 'EXP001000'] as const)('%s twice: waits and gets through', async (fault) => {
  const [request] = await arrived();
  portal.stand.control.inject({ fault, match: { operation: 'importResponses' }, times: 2 });
  await send(request!);
  await portal.work();
  expect((await reload(request!.id)).status).toBe('answered');
  expect(atPortal(request!)).toMatchObject({ acceptedSends: 1 });
});

test('HTTP 400 refuses the message for good: the answer is kept and says so', async () => {
  const [request] = await arrived();
  portal.stand.control.inject({ fault: 'http400', match: { operation: 'importResponses' } });
  await send(request!, answerNo('не теряется'));
  await portal.work();
  expect(await reload(request!.id)).toMatchObject({ status: 'send_failed', description: 'не теряется' });
  expect((await getDebtRequest(portal.head, request!.id))!.refusal).toMatchObject({ kind: 'message' });
});

test('getState fails for a while: the poll goes on, nothing is sent again', async () => {
  const [request] = await arrived();
  portal.stand.control.inject({ fault: 'http502', match: { operation: 'getState' }, times: 3 });
  await send(request!);
  await portal.work();
  expect((await reload(request!.id)).status).toBe('answered');
  expect(portal.stand.control.counters().received.importResponses).toBe(1);
});

test('the portal forgot the message: looked for by GUID', async () => {
  const [request] = await arrived();
  portal.stand.control.set({ processingMs: 60_000 });
  portal.engine.pollSeconds = [1];
  await send(request!);
  await portal.work();
  portal.stand.control.forgetMessages();
  portal.stand.control.set({ processingMs: 0 });
  portal.engine.pollSeconds = [0];
  portal.advance(120_000);
  await portal.work();
  expect((await reload(request!.id)).status).toBe('answered');
  expect(atPortal(request!).distinctContents).toBe(1);
});

test('the tunnel is down: the answer waits, can be taken back, and goes when the tunnel is up', async () => {
  const [first, second] = await arrived(2);
  const url = portal.engine.connection.url;
  portal.engine.connection.url = 'http://127.0.0.1:1';
  portal.engine.pollSeconds = [10];
  await send(first!);
  await send(second!);
  await portal.work();
  const waiting = await reload(first!.id);
  expect(waiting.status).toBe('sending');
  expect(await lastItem(first!)).toMatchObject({ state: 'open', attempt: 2, exchangeId: null });
  expect(await cancelSending(portal.head, { id: first!.id, version: waiting.version })).toMatchObject({ ok: true });
  expect((await reload(first!.id)).status).toBe('ready');
  portal.engine.connection.url = url;
  portal.advance(10 * 60_000);
  await portal.work();
  portal.engine.pollSeconds = [0];
  portal.advance(60_000);
  await portal.work();
  expect((await reload(second!.id)).status).toBe('answered');
  expect(atPortal(first!).acceptedSends).toBe(0);
});

test('taking back is refused once a message carries the answer', async () => {
  const [request] = await arrived();
  portal.stand.control.set({ processingMs: 60_000 });
  portal.engine.pollSeconds = [60];
  await send(request!);
  await portal.work();
  const { version } = await reload(request!.id);
  expect(await cancelSending(portal.head, { id: request!.id, version })).toMatchObject({
    ok: false,
    reason: 'notAllowed',
  });
});

test('two people press «Отправить» at once: one answer goes, the other is told', async () => {
  const [request] = await arrived();
  const other = await makePerson(portal.organization, ['head'], { gisEmployeeGuid: portal.head.gisEmployeeGuid });
  const input = (description: string) => ({
    id: request!.id,
    version: request!.version,
    answer: answerNo(description),
  });
  const results = await Promise.all([sendAnswer(portal.head, input('первый')), sendAnswer(other, input('второй'))]);
  expect(results.filter((result) => result.ok)).toHaveLength(1);
  expect(results.find((result) => !result.ok)).toMatchObject({ reason: 'stale' });
  await portal.work();
  expect(atPortal(request!).acceptedSends).toBe(1);
});

test('a second open item for one request cannot exist, whoever writes it', async () => {
  const [request] = await arrived();
  await send(request!);
  const { id: _, transportGuid: __, ...copy } = await lastItem(request!);
  await expect(db.insert(exchangeItems).values(copy)).rejects.toThrow();
  await portal.work();
});

test('after the deadline nothing can be sent', async () => {
  const [request] = await arrived();
  const late = new Date(deadlineEnd(request!.responseDate).getTime() + 1000);
  const result = await sendAnswer(
    portal.head,
    { id: request!.id, version: request!.version, answer: answerNo() },
    late,
  );
  expect(result).toMatchObject({ ok: false, reason: 'notAllowed' });
  expect((await reload(request!.id)).status).toBe('new');
});

test('queued across midnight of the deadline: not sent, «Просрочен», the draft kept', async () => {
  const [request] = await arrived();
  const url = portal.engine.connection.url;
  portal.engine.connection.url = 'http://127.0.0.1:1';
  portal.engine.pollSeconds = [10];
  await send(request!, answerNo('готов'));
  await portal.work();
  portal.engine.connection.url = url;
  portal.advance(deadlineEnd(request!.responseDate).getTime() - portal.engine.now().getTime() + 60_000);
  await portal.work();
  expect(await reload(request!.id)).toMatchObject({ status: 'expired', description: 'готов', hasDebt: false });
  expect(await lastItem(request!)).toMatchObject({ state: 'not_sent', errorKind: 'deadline' });
  expect(atPortal(request!).acceptedSends).toBe(0);
});

test('withdrawn between opening and sending: the portal refuses, then the request is «Отозван», the draft kept', async () => {
  const [request] = await arrived();
  portal.stand.control.withdraw({ subrequestGuid: request!.subrequestGuid });
  await send(request!, answerYes());
  await portal.work();
  expect(await reload(request!.id)).toMatchObject({ status: 'revoked', hasDebt: true });
  expect(await lastItem(request!)).toMatchObject({ state: 'refused', errorKind: 'portal', errorCode: 'INT002000' });
});

test('one answer that our own check refuses among a hundred takes no other along', async () => {
  const requests = await arrived(100);
  for (const request of requests) await send(request, answerYes());
  // frozen content that no form would let through: what a bug or a restored backup could leave
  const broken = await lastItem(requests[42]!);
  const content = { ...broken.content!, description: 'x'.repeat(1001) };
  await db.update(exchangeItems).set({ content }).where(eq(exchangeItems.id, broken.id));
  await portal.work();
  const statuses = await db.select({ id: debtRequests.id, status: debtRequests.status }).from(debtRequests);
  expect(statuses.filter(({ status }) => status === 'answered')).toHaveLength(99);
  expect(statuses.find(({ id }) => id === requests[42]!.id)!.status).toBe('send_failed');
  expect(await lastItem(requests[42]!)).toMatchObject({ state: 'refused', errorKind: 'invalid' });
}, 60_000);

test('the portal leaves an action out of its reply: looked for, not forgotten', async () => {
  const [request] = await arrived();
  await send(request!);
  // the portal cannot name an action whose TransportGUID it never saw: the same as leaving it out
  portal.stand.control.set({ processingMs: 1000 });
  portal.engine.pollSeconds = [1];
  await portal.work();
  await db.update(exchangeItems).set({ transportGuid: request!.id }).where(eq(exchangeItems.requestId, request!.id));
  portal.advance(5000);
  portal.engine.pollSeconds = [0];
  await portal.work();
  expect((await reload(request!.id)).status).toBe('answered');
  expect(atPortal(request!).acceptedSends).toBe(1);
});

test('U+2028, ]]>, emoji and markup in a comment arrive as they were typed', async () => {
  const [request] = await arrived();
  const comment = 'строка\u2028другая ]]> <b>&amp;</b> 🙂 "кавычки"\nновая';
  await send(request!, answerNo(comment));
  await portal.work();
  expect(atPortal(request!).arrivals.at(-1)!.answer!.description).toBe(comment);
});

test('an answer is withdrawn on request, and only then open for a new one', async () => {
  const [request] = await arrived();
  await send(request!);
  await portal.work();
  const { version } = await reload(request!.id);
  expect(await correct(portal.head, { id: request!.id, version, reason: 'ошибочно' })).toMatchObject({ ok: true });
  expect((await reload(request!.id)).status).toBe('answered');
  expect(await correct(portal.head, { id: request!.id, version, reason: 'дважды' })).toMatchObject({ ok: false });
  await portal.work();
  const open = await reload(request!.id);
  expect(open).toMatchObject({ status: 'in_progress', answeredAt: null });
  expect(atPortal(request!).status).toBe('NotSent');
  await send(open, answerYes());
  await portal.work();
  expect((await reload(request!.id)).status).toBe('answered');
  expect(atPortal(request!).arrivals.at(-1)!.answer!.hasDebt).toBe(true);
  // two contents on purpose, by a person's word, one after the other
  portal.stand.control.reset();
});

test('withdrawing what the portal does not hold as sent counts as withdrawn', async () => {
  const [request] = await arrived();
  await send(request!);
  await portal.work();
  portal.stand.control.refuseNext({
    subrequestGuid: request!.subrequestGuid,
    code: 'INT002000',
    text: 'Ответ на подзапрос не имеет статус "Ответ отправлен"',
  });
  const { version } = await reload(request!.id);
  await correct(portal.head, { id: request!.id, version, reason: 'ошибочно' });
  await portal.work();
  expect((await reload(request!.id)).status).toBe('in_progress');
});

test('an old sync runs first, then the answer goes', async () => {
  const [request] = await arrived();
  portal.advance(13 * 60 * 60 * 1000);
  portal.stand.control.moveDeadline({
    subrequestGuid: request!.subrequestGuid,
    responseDate: addDays(moscowToday(), 20),
  });
  const before = portal.stand.control.counters().received.exportDebtSubrequests!;
  await send(request!);
  await portal.work();
  expect((await reload(request!.id)).status).toBe('answered');
  expect(portal.stand.control.counters().received.exportDebtSubrequests).toBeGreaterThan(before);
});

test('without a usable key answers wait and the registry serves; with it they go', async () => {
  const [request] = await arrived();
  const { signer } = portal.engine;
  portal.engine.signer = null;
  await send(request!);
  await portal.work();
  expect((await reload(request!.id)).status).toBe('sending');
  expect(await getDebtRequest(portal.head, request!.id)).not.toBeNull();
  portal.engine.signer = signer;
  await portal.work();
  expect((await reload(request!.id)).status).toBe('answered');
});

test("a virus in a file refuses that answer alone, with the portal's word", async () => {
  const [sick, sound] = await arrived(2);
  const uploaded = await uploadFile(portal.head, {
    requestId: sick!.id,
    name: 'приказ.pdf',
    bytes: Buffer.from('%PDF-1.4 x'),
  });
  if (!uploaded.ok) throw new Error(uploaded.reason);
  portal.stand.control.inject({ fault: 'virus', match: { operation: 'upload' } });
  await send(sick!, answerYes({ files: [{ id: uploaded.file.id, documentTypeCode: '1' }] }));
  await send(sound!);
  await portal.work();
  expect((await reload(sick!.id)).status).toBe('send_failed');
  expect(await lastItem(sick!)).toMatchObject({ errorKind: 'file', errorCode: 'FileVirusInfectionException' });
  expect((await reload(sound!.id)).status).toBe('answered');
});

test('a draft saved meanwhile does not change what is on its way', async () => {
  const [request] = await arrived();
  await send(request!, answerNo('первое'));
  const { version } = await reload(request!.id);
  expect(await saveDraft(portal.head, { id: request!.id, version, answer: answerNo('второе') })).toMatchObject({
    ok: false,
  });
  await portal.work();
  expect(atPortal(request!).arrivals.at(-1)!.answer!.description).toBe('первое');
});

test('two workers at once carry every answer once', async () => {
  const requests = await arrived(30);
  for (const request of requests) await send(request);
  await Promise.all([portal.work(), portal.work(), portal.work()]);
  await portal.work();
  expect(await db.select().from(debtRequests).where(eq(debtRequests.status, 'answered'))).toHaveLength(30);
  for (const request of requests) expect(atPortal(request).acceptedSends).toBe(1);
  expect(
    await db
      .select()
      .from(exchangeItems)
      .where(and(eq(exchangeItems.state, 'open'), isNull(exchangeItems.exchangeId))),
  ).toHaveLength(0);
}, 30_000);

test('the term of an open request ends at 24:00 Moscow', async () => {
  const [request] = await arrived();
  const end = deadlineEnd(request!.responseDate).getTime();
  expect(await expireOverdue(new Date(end - 1000))).toBe(0);
  expect(await expireOverdue(new Date(end))).toBe(1);
  expect((await reload(request!.id)).status).toBe('expired');
});

test('dictionaries are there before anything is answered', async () => {
  const codes = await db.select({ code: nsiItems.code }).from(nsiItems).where(eq(nsiItems.registryNumber, 358));
  expect(codes.map(({ code }) => code)).toContain('1');
});

test('the card lists every attempt with its message; another organization sees none', async () => {
  const [request] = await arrived();
  portal.stand.control.inject({ fault: 'http502', match: { operation: 'importResponses' } });
  await send(request!);
  await portal.work();
  portal.advance(60_000);
  await portal.work();
  const attempts = await exchangesOf(portal.head, request!.id);
  expect(attempts.length).toBeGreaterThan(1);
  expect(attempts[0]).toMatchObject({ actionType: 'Send', state: 'accepted', exchangeState: 'done', attempt: 2 });
  expect(attempts[1]).toMatchObject({ state: 'not_sent', attempt: 1 });
  expect(new Set(attempts.map(({ exchangeId }) => exchangeId)).size).toBe(attempts.length);
  const message = await getExchange(portal.head, attempts[0]!.exchangeId!);
  expect(message?.items.map(({ requestId }) => requestId)).toEqual([request!.id]);

  const stranger = await makePerson(await makeOrganization());
  expect(await exchangesOf(stranger, request!.id)).toEqual([]);
  expect(await exchangesOf(portal.head, 'garbage')).toEqual([]);
});
