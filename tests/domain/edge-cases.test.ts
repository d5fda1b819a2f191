import { desc, eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { db } from '@/db/client';
import { debtRequests, syncRuns } from '@/db/schema/debt-requests';
import { exchangeItems } from '@/db/schema/exchange';
import { deadlineEnd } from '@/lib/calendar/moscow';
import { cancelSending, correct, saveDraft, sendAnswer } from '@/lib/debt-requests/answer';
import type { Answer } from '@/lib/debt-requests/answer-schema';
import { previewBulk, startBulk } from '@/lib/debt-requests/bulk';
import { getDebtRequest } from '@/lib/debt-requests/card';
import { expireOverdue } from '@/lib/debt-requests/expire';
import { requestSync, stopSync } from '@/lib/debt-requests/sync';
import { uploadFile } from '@/lib/files/files';
import { runJob } from '@/lib/jobs/run';
import { JOBS } from '@/lib/jobs/table';
import { workOnce } from '@/lib/jobs/worker';
import { log } from '@/lib/log';
import { answerNo, answerYes, type DebtRequestRow, makePerson, reload } from '../factories';
import { openPortal, type Portal } from '../portal';
import { resetDatabase } from '../setup/reset-database';

/** Rarer misfortunes on the way of an answer, each found once in a review: lag after a lost reply, hanging stores, midnight. */

// what the table of jobs reads of the installation
process.env.AUTH_SECRET = 'only for this test, long enough to be taken';
process.env.GIS_URL = 'http://127.0.0.1:9';

let portal: Portal;
const HOUR = 60 * 60 * 1000;

beforeEach(async () => {
  await resetDatabase();
  portal = await openPortal();
});
afterEach(async () => {
  vi.restoreAllMocks();
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
/** Steps until the condition holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await holds()) return;
    await workOnce(portal.engine);
  }
  throw new Error('never');
}
async function sendInBulk(ids: string[]): Promise<void> {
  const selected = { action: 'send' as const, selection: { ids } };
  const shown = await previewBulk(portal.head, selected);
  if (!shown.ok) throw new Error(shown.reason);
  expect(await startBulk(portal.head, { ...selected, stamp: shown.preview.stamp })).toMatchObject({ ok: true });
}
const pdf = Buffer.from('%PDF-1.4 x');
async function attach(request: DebtRequestRow) {
  const uploaded = await uploadFile(portal.head, { requestId: request.id, name: 'приказ.pdf', bytes: pdf });
  if (!uploaded.ok) throw new Error(uploaded.reason);
  return { id: uploaded.file.id, documentTypeCode: '1' };
}
async function withdrawnByUs(request: DebtRequestRow, answer = answerYes()) {
  await send(request, answer);
  await portal.work();
  portal.advance(HOUR);
  portal.stand.control.set({ statusLagMs: 0 });
  const { version } = await reload(request.id);
  expect(await correct(portal.head, { id: request.id, version, reason: 'ошибка' })).toMatchObject({ ok: true });
  await portal.work();
  const open = await reload(request.id);
  expect(open.status).toBe('in_progress');
  return open;
}

test('an answer whose first attempt may have arrived cannot be taken back and replaced as if nothing went out', async () => {
  const [request] = await arrived();
  portal.stand.control.set({ statusLagMs: 48 * HOUR });
  portal.stand.control.inject({ fault: 'lostAck', match: { operation: 'importResponses' } });
  await send(request!, answerYes());
  // the look says NotSent (lag), the item waits for its next attempt
  await until(async () => {
    const item = await lastItem(request!);
    if (item.attempt !== 2) return false;
    return true;
  });
  await db
    .update(exchangeItems)
    .set({ nextAt: new Date(Date.now() + HOUR) })
    .where(eq(exchangeItems.state, 'open'));
  expect((await lastItem(request!)).exchangeId).toBeNull();
  const { version } = await reload(request!.id);
  const cancelled = await cancelSending(portal.head, { id: request!.id, version });
  if (cancelled.ok) {
    await send(await reload(request!.id), answerNo('другой'));
    await portal.work();
  }
  expect(atPortal(request!).distinctContents).toBe(1);
});

test('corrected answer (new СНИЛС) lost before the portal, old answer still shown by lag: must not count as accepted', async () => {
  const [request] = await arrived();
  const open = await withdrawnByUs(request!, answerYes());
  portal.stand.control.set({ statusLagMs: HOUR / 2 }); // still shows the first answer
  portal.stand.control.inject({ fault: 'drop', match: { operation: 'importResponses' } });
  portal.advance(1000);
  await send(open, answerYes({ snils: '' }));
  await portal.work();
  expect(atPortal(request!).shownStatus).toBe('Sent');
  expect([(await reload(request!.id)).status, atPortal(request!).status]).toEqual(['answered', 'Sent']);
});

test('a Revoke that never arrived, portal still shows NotSent by lag: must not count as withdrawn', async () => {
  const [request] = await arrived();
  await send(request!, answerYes());
  await portal.work();
  portal.stand.control.set({ statusLagMs: 48 * HOUR });
  portal.stand.control.inject({ fault: 'drop', match: { operation: 'importResponses' } });
  const { version } = await reload(request!.id);
  await correct(portal.head, { id: request!.id, version, reason: 'ошибка' });
  await portal.work();
  expect([(await reload(request!.id)).status, atPortal(request!).status]).toEqual(['in_progress', 'NotSent']);
});

test('unknown outcome, lag, deadline passes before the next attempt: the answer that arrived is not «Просрочен» for ever', async () => {
  const [request] = await arrived();
  portal.stand.control.set({ statusLagMs: 48 * HOUR });
  portal.advance(deadlineEnd(request!.responseDate).getTime() - portal.engine.now().getTime() - 30_000);
  await portal.receive();
  portal.stand.control.inject({ fault: 'lostAck', match: { operation: 'importResponses' } });
  await send(request!, answerYes());
  await until(async () => (await lastItem(request!)).attempt === 2);
  portal.advance(60_000);
  await portal.work();
  portal.advance(49 * HOUR);
  await portal.receive();
  expect(atPortal(request!)).toMatchObject({ status: 'Sent', shownStatus: 'Sent' });
  expect((await reload(request!.id)).status).toBe('answered');
});

test('answered in the cabinet on the last day, seen after midnight (lag): not «Просрочен» for ever', async () => {
  const [request] = await arrived();
  portal.stand.control.set({ statusLagMs: 48 * HOUR });
  portal.advance(deadlineEnd(request!.responseDate).getTime() - portal.engine.now().getTime() - HOUR);
  portal.stand.control.answerElsewhere({ subrequestGuid: request!.subrequestGuid });
  portal.advance(2 * HOUR);
  await expireOverdue(portal.engine.now());
  portal.advance(60 * HOUR);
  await portal.receive();
  expect(await reload(request!.id)).toMatchObject({ gisResponseStatus: 'Sent', status: 'answered' });
});

test('sending taken back while its file is being uploaded: the answer must not come back to life', async () => {
  const [request] = await arrived();
  const file = await attach(request!);
  portal.stand.control.inject({ fault: 'delay', match: { operation: 'upload' }, ms: 5000 });
  portal.engine.connection.timeoutMs = 1500;
  await send(request!, answerYes({ files: [file] }));
  const pass = workOnce(portal.engine);
  await until2(async () => portal.stand.control.state().faults.some((f) => f.struck > 0));
  const { version } = await reload(request!.id);
  expect(await cancelSending(portal.head, { id: request!.id, version })).toMatchObject({ ok: true });
  await pass;
  for (let i = 0; i < 20; i++) await workOnce(portal.engine);
  expect([
    (await reload(request!.id)).status,
    (await lastItem(request!)).state,
    atPortal(request!).acceptedSends,
  ]).toEqual(['ready', 'not_sent', 0]);
});
async function until2(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 5000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('never');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a file store that hangs does not stop all other exchange', async () => {
  const requests = await arrived(12);
  for (const request of requests) await send(request, answerYes({ files: [await attach(request)] }));
  // production in small: call 60 s → 0.2 s, retries 60…1800 s → 0.06…1.8 s
  portal.engine.connection.timeoutMs = 200;
  portal.engine.pollSeconds = [0.01];
  portal.stand.control.inject({ fault: 'delay', match: { operation: 'upload' }, ms: 400, times: 'always' });
  const started = await requestSync(portal.head, portal.engine.now());
  if (!started.ok) throw new Error();
  const end = Date.now() + 4000;
  let passes = 0;
  const worker = (async () => {
    while (Date.now() < end) {
      await workOnce(portal.engine);
      passes++;
    }
  })();
  await Promise.race([worker, new Promise((resolve) => setTimeout(resolve, 4000))]);
  const [run] = await db.select().from(syncRuns).where(eq(syncRuns.id, started.syncRunId));
  const snapshot = { passes, state: run!.state };
  portal.stand.control.clearFaults();
  await worker;
  expect(snapshot.state).toBe('done');
}, 60_000);

test('another answer stands at the portal after an unknown outcome: a person sees it', async () => {
  const [request] = await arrived();
  portal.stand.control.inject({ fault: 'drop', match: { operation: 'importResponses' } });
  await send(request!, answerYes());
  portal.stand.control.answerElsewhere({ subrequestGuid: request!.subrequestGuid, hasDebt: false });
  await portal.work();
  const card = await getDebtRequest(portal.head, request!.id);
  expect(card!.refusal ?? card!.request.status).toMatchObject({
    text: 'На портале размещён другой ответ на этот запрос.',
  });
});

test('one broken item of a mass work does not stop the whole worker', async () => {
  const [broken, other] = await arrived(2);
  for (const r of [broken!, other!]) await saveDraft(portal.head, { id: r.id, version: r.version, answer: answerNo() });
  // an open item beside an open status: what R5 or a restored backup leaves
  await db.insert(exchangeItems).values({
    organizationId: broken!.organizationId,
    requestId: broken!.id,
    actionType: 'Revoke',
    nextAt: new Date(Date.now() + 1000 * HOUR),
  });
  await sendInBulk([broken!.id]);
  await send(await reload(other!.id));
  for (let i = 0; i < 30; i++) await workOnce(portal.engine).catch(() => {});
  expect((await reload(other!.id)).status).toBe('answered');
});

test('a page that cannot be taken in does not keep the receiving running for ever', async () => {
  portal.stand.control.addRequest({ orgPPAGUID: portal.organization.orgPpaGuid, periodStart: '0000-01-01' });
  const started = await requestSync(portal.head, portal.engine.now());
  if (!started.ok) throw new Error();
  for (let i = 0; i < 50; i++) await workOnce(portal.engine);
  portal.advance(48 * HOUR);
  await stopSync(portal.head, { id: started.syncRunId });
  for (let i = 0; i < 50; i++) await workOnce(portal.engine);
  const [run] = await db.select().from(syncRuns).where(eq(syncRuns.id, started.syncRunId));
  expect(run!.state).not.toBe('running');
});

test('a hundred refusals are looked at in one message, not in a hundred', async () => {
  const requests = await arrived(30);
  portal.stand.control.inject({ fault: 'itemError', times: 'always' });
  const before = portal.stand.control.counters().received.exportDebtSubrequests ?? 0;
  for (const request of requests) await send(request);
  await portal.work();
  expect((portal.stand.control.counters().received.exportDebtSubrequests ?? 0) - before).toBeLessThanOrEqual(1);
});

test('a mass work of 100 answers goes in one message of 100', async () => {
  const requests = await arrived(100);
  for (const r of requests) await saveDraft(portal.head, { id: r.id, version: r.version, answer: answerNo() });
  await sendInBulk(requests.map((r) => r.id));
  await portal.work();
  expect(portal.stand.control.counters().received.importResponses).toBe(1);
});

test('an answer in a message that the key keeps from going: can be taken back, and ends with its term', async () => {
  const [first, second] = await arrived(2);
  await send(first!);
  await send(second!);
  const { signer } = portal.engine;
  portal.engine.signer = {
    ...signer!,
    sign: async () => {
      const { SigningProblem } = await import('@/lib/gis/signature/problem');
      throw new SigningProblem('Токен вынут');
    },
  } as never;
  portal.engine.pollSeconds = [10];
  await portal.work();
  portal.engine.signer = null; // restart without a usable key
  const { version } = await reload(first!.id);
  expect.soft(await cancelSending(portal.head, { id: first!.id, version })).toMatchObject({ ok: true });
  portal.advance(deadlineEnd(first!.responseDate).getTime() - portal.engine.now().getTime() + HOUR);
  await portal.work();
  expect.soft((await reload(second!.id)).status).toBe('expired');
});

test('an answer cannot be withdrawn after its term: no new one would be taken', async () => {
  const [request] = await arrived();
  await send(request!);
  await portal.work();
  await db.update(debtRequests).set({ responseDate: '2020-01-01' }).where(eq(debtRequests.id, request!.id));
  const { version } = await reload(request!.id);
  expect(await correct(portal.head, { id: request!.id, version, reason: 'поздно' })).toMatchObject({ ok: false });
});

test('a Revoke queued across midnight of the term is not sent', async () => {
  const [request] = await arrived();
  await send(request!);
  await portal.work();
  const url = portal.engine.connection.url;
  portal.engine.connection.url = 'http://127.0.0.1:1';
  portal.engine.pollSeconds = [10];
  const { version } = await reload(request!.id);
  await correct(portal.head, { id: request!.id, version, reason: 'ошибка' });
  await portal.work();
  portal.engine.connection.url = url;
  portal.engine.pollSeconds = [0];
  portal.advance(deadlineEnd(request!.responseDate).getTime() - portal.engine.now().getTime() + HOUR);
  await portal.work();
  expect(atPortal(request!).arrivals.filter(({ kind }) => kind === 'Revoke')).toHaveLength(0);
});

test('answeredAt is the moment of the portal, not of our poll', async () => {
  const [request] = await arrived();
  portal.engine.pollSeconds = [1800];
  await send(request!);
  await portal.work();
  portal.advance(2 * HOUR);
  await portal.work();
  const item = await lastItem(request!);
  expect((await reload(request!.id)).answeredAt).toEqual(item.updateDate);
});

test('a daily receiving that failed at 04:15 is tried again before the next day', async () => {
  portal.stand.control.inject({ fault: 'EXP001000', match: { operation: 'exportDebtSubrequests' }, times: 5 });
  expect(await portal.receive()).toMatchObject({ state: 'failed' });
  await db.update(syncRuns).set({ startedBy: null });
  portal.advance(8 * HOUR);
  for (const job of JOBS) await runJob(job, portal.engine.now());
  await portal.work();
  expect(await db.select().from(syncRuns)).not.toHaveLength(1);
});

test('an answer of unknown fate that the portal refuses to look up leaves a way out', async () => {
  const [request] = await arrived();
  portal.stand.control.inject({ fault: 'lostAck', match: { operation: 'importResponses' } });
  portal.stand.control.inject({
    fault: 'messageError',
    match: { operation: 'exportDebtSubrequests' },
    code: 'AUT011003',
    text: 'доступ запрещён',
    times: 'always',
  });
  await send(request!);
  for (let i = 0; i < 200; i++) await workOnce(portal.engine);
  // a hundred final refusals later nobody can do anything about it
  expect((await reload(request!.id)).status).not.toBe('sending');
});

test('the portal corrects «д. 12» to «д. 1»: the card follows', async () => {
  const { subrequestGuid } = portal.stand.control.addRequest({
    orgPPAGUID: portal.organization.orgPpaGuid,
    houseAddress: 'г Верхнеозёрск, ул Новая, д. 12',
  });
  await portal.receive();
  await db.update(debtRequests).set({ address: 'г Верхнеозёрск, ул Новая, д. 123' });
  await portal.receive();
  expect((await portal.request(subrequestGuid)).address).toBe('г Верхнеозёрск, ул Новая, д. 12');
});

test('taken back during an upload and sent anew: the failure of the old one does not touch the new one', async () => {
  const [request] = await arrived();
  const file = await attach(request!);
  portal.stand.control.inject({ fault: 'delay', match: { operation: 'upload' }, ms: 600 });
  await db.execute(sql`update files set extension = 'exe'`); // the store will refuse it
  await send(request!, answerYes({ files: [file] }));
  const pass = workOnce(portal.engine);
  await until2(async () => portal.stand.control.state().faults.some((f) => f.struck > 0));
  await cancelSending(portal.head, { id: request!.id, version: (await reload(request!.id)).version });
  expect(await send(await reload(request!.id), answerNo())).toMatchObject({ ok: true });
  await pass;
  for (let i = 0; i < 20; i++) await workOnce(portal.engine);
  expect([(await reload(request!.id)).status, (await lastItem(request!)).state]).toEqual(['answered', 'accepted']);
});

test('gathered answers go out before all files of a large batch are uploaded', async () => {
  const requests = await arrived(130);
  for (const request of requests) await send(request, answerYes({ files: [await attach(request)] }));
  portal.stand.control.keepLog({ limit: 2000 });
  await portal.work();
  const operations = portal.stand.control.log().map(({ operation }) => operation);
  const first = operations.indexOf('importResponses');
  expect(operations.slice(0, first).filter((operation) => operation === 'upload').length).toBeLessThanOrEqual(100);
}, 60_000);

test('a look that cannot be read is no reason to send again', async () => {
  const [request] = await arrived();
  portal.stand.control.inject({ fault: 'drop', match: { operation: 'importResponses' } });
  portal.stand.control.addRequest({
    orgPPAGUID: portal.organization.orgPpaGuid,
    guid: request!.subrequestGuid,
    periodStart: 'неизвестно',
  });
  portal.stand.control.answerElsewhere({ subrequestGuid: request!.subrequestGuid, hasDebt: false });
  await send(request!, answerYes());
  for (let i = 0; i < 30; i++) await workOnce(portal.engine);
  expect(atPortal(request!).acceptedSends).toBe(0);
});

test('results of answers and a page of a receiving at once: no deadlock', async () => {
  const requests = await arrived(100);
  portal.stand.control.inject({ fault: 'itemError', times: 'always' });
  portal.engine.pollSeconds = [60];
  for (const request of requests) await send(request);
  await requestSync(portal.head, portal.engine.now());
  await workOnce(portal.engine);
  await workOnce(portal.engine);
  portal.advance(61_000);
  const logged: unknown[] = [];
  const error = log.error;
  log.error = ((fields: unknown) =>
    logged.push((fields as { err?: { cause?: { code?: string } } }).err?.cause?.code)) as never;
  await workOnce(portal.engine);
  log.error = error;
  expect(logged).toEqual([]);
});

test('ten minutes before the end of the term an old receiving and a failing export do not hold the answer back', async () => {
  const [request] = await arrived();
  portal.advance(deadlineEnd(request!.responseDate).getTime() - portal.engine.now().getTime() - 600_000);
  portal.engine.pollSeconds = [10, 60, 300, 900, 1800];
  portal.stand.control.inject({
    fault: 'EXP001000',
    match: { operation: 'exportDebtSubrequests' },
    times: 'always',
  });
  expect(await send(request!, answerYes())).toMatchObject({ ok: true });
  for (let second = 0; second < 660; second += 10) {
    while (await workOnce(portal.engine));
    portal.advance(10_000);
  }
  expect(atPortal(request!).acceptedSends).toBe(1);
});

test('mass sending keeps who filled the answer in', async () => {
  const [request] = await arrived();
  const executor = await makePerson(portal.organization, ['head', 'executor']);
  await saveDraft(executor, { id: request!.id, version: request!.version, answer: answerNo() });
  await sendInBulk([request!.id]);
  await portal.work();
  expect((await reload(request!.id)).answerSavedBy).toBe(executor.userId);
});

test('an answer withdrawn in the cabinet after ours was shown as sent: the request asks for an answer again', async () => {
  const [request] = await arrived();
  await send(request!);
  await portal.work();
  await portal.receive();
  expect((await reload(request!.id)).gisResponseStatus).toBe('Sent');
  // somebody revokes it in the cabinet: same request, no answer any more
  const { subrequestGuid, requestGuid, requestNumber } = request!;
  const held = atPortal(request!);
  portal.stand.control.addRequest({ ...held, guid: subrequestGuid, requestGuid, requestNumber, arrivals: [] } as never);
  portal.advance(5 * HOUR);
  await portal.receive();
  expect(await reload(request!.id)).toMatchObject({
    gisResponseStatus: 'NotSent',
    status: 'in_progress',
    answeredAt: null,
  });
  // and answers it there: our confirmation is not that answer's
  portal.stand.control.answerElsewhere({ subrequestGuid, hasDebt: true });
  portal.advance(5 * HOUR);
  await portal.receive();
  expect(await reload(request!.id)).toMatchObject({ gisResponseStatus: 'Sent', status: 'answered', answeredAt: null });
});

test('another answer of the same content-by-name in the cabinet (other СНИЛС and files) is not taken for ours', async () => {
  const [request] = await arrived();
  portal.stand.control.inject({ fault: 'drop', match: { operation: 'importResponses' } });
  portal.stand.control.answerElsewhere({ subrequestGuid: request!.subrequestGuid, hasDebt: true });
  // the cabinet's debtor has no СНИЛС; ours has
  await send(request!, answerYes({ lastName: 'Проверкин', firstName: 'Иван', snils: '11223344595' }));
  await portal.work();
  const [item] = await db
    .select()
    .from(exchangeItems)
    .where(eq(exchangeItems.requestId, request!.id))
    .orderBy(desc(exchangeItems.id));
  expect(item!.state).not.toBe('accepted');
});

test('two workers while a file fails to upload: no worker pass fails', async () => {
  const [request] = await arrived();
  const uploaded = await uploadFile(portal.head, {
    requestId: request!.id,
    name: 'п.pdf',
    bytes: Buffer.from('%PDF-1.4 x'),
  });
  if (!uploaded.ok) throw new Error();
  portal.stand.control.inject({ fault: 'virusNotChecked', match: { operation: 'upload' }, times: 6 });
  await send(request!, answerYes({ files: [{ id: uploaded.file.id, documentTypeCode: '1' }] }));
  const results = await Promise.allSettled([workOnce(portal.engine), workOnce(portal.engine), workOnce(portal.engine)]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
});

test('our own withdrawal whose Ack was lost, its effect seen by a receiving first: the message settles, nothing hangs', async () => {
  const [request, other] = await arrived(2);
  await send(request!);
  await portal.work();
  await portal.receive();
  expect((await reload(request!.id)).gisResponseStatus).toBe('Sent');
  portal.stand.control.inject({ fault: 'lostAck', match: { operation: 'importResponses' } });
  const { version } = await reload(request!.id);
  await correct(portal.head, { id: request!.id, version, reason: 'ошибка' });
  await until(async () => (await lastItem(request!)).attempt === 2);
  // the repeated withdrawal waits, while a receiving shows the request without an answer; another answer joins its message
  await db
    .update(exchangeItems)
    .set({ nextAt: new Date(Date.now() + HOUR) })
    .where(eq(exchangeItems.state, 'open'));
  await portal.receive();
  expect(await reload(request!.id)).toMatchObject({ gisResponseStatus: 'NotSent', status: 'answered' });
  await db
    .update(exchangeItems)
    .set({ nextAt: new Date(0) })
    .where(eq(exchangeItems.state, 'open'));
  await send(other!);
  await portal.work();
  expect([(await reload(request!.id)).status, (await reload(other!.id)).status]).toEqual(['in_progress', 'answered']);
});

test('withdrawn by us and answered anew, while a lagging portal shows the moment between: it stays «Отправлен»', async () => {
  const [request] = await arrived();
  await send(request!, answerYes());
  await portal.work();
  portal.advance(HOUR);
  await portal.receive();
  const { version } = await reload(request!.id);
  await correct(portal.head, { id: request!.id, version, reason: 'ошибка' });
  await portal.work();
  portal.advance(HOUR);
  await send(await reload(request!.id), answerNo('исправлено'));
  await portal.work();
  expect((await reload(request!.id)).status).toBe('answered');
  portal.stand.control.set({ statusLagMs: HOUR / 2 });
  await portal.receive();
  expect(atPortal(request!)).toMatchObject({ shownStatus: 'NotSent', status: 'Sent' });
  expect(await reload(request!.id)).toMatchObject({ status: 'answered', description: 'исправлено' });
});

test.each([
  ['seen by a receiving meanwhile', true],
  ['seen by nobody', false],
])(
  'our withdrawal arrived, its repetition is refused for another reason, %s: it counts as withdrawn',
  async (_, seen) => {
    const [request] = await arrived();
    await send(request!);
    await portal.work();
    await portal.receive();
    portal.stand.control.inject({ fault: 'lostAck', match: { operation: 'importResponses' } });
    const { version } = await reload(request!.id);
    await correct(portal.head, { id: request!.id, version, reason: 'ошибка' });
    await until(async () => (await lastItem(request!)).attempt === 2);
    const putOff = (nextAt: Date) => db.update(exchangeItems).set({ nextAt }).where(eq(exchangeItems.state, 'open'));
    await putOff(new Date(Date.now() + HOUR));
    if (seen) await portal.receive();
    portal.stand.control.refuseNext({ subrequestGuid: request!.subrequestGuid, code: 'INT002018', text: 'Отказ' });
    await putOff(new Date(0));
    await portal.work();
    expect(atPortal(request!).status).toBe('NotSent');
    expect(await reload(request!.id)).toMatchObject({ status: 'in_progress', answeredAt: null });
    expect(await lastItem(request!)).toMatchObject({ actionType: 'Revoke', state: 'accepted', errorText: null });
  },
);
