import { and, asc, eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { debtRequests, requestEvents, syncRuns } from '@/db/schema/debt-requests';
import { exchanges } from '@/db/schema/exchange';
import { organizations } from '@/db/schema/staff';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { correct, saveDraft, sendAnswer } from '@/lib/debt-requests/answer';
import { expireOverdue } from '@/lib/debt-requests/expire';
import { latestSync, requestSync, stopSync, windowsOf } from '@/lib/debt-requests/sync';
import { workOnce } from '@/lib/jobs/worker';
import { answerNo, answerYes, makeOrganization, makePerson, reload } from '../factories';
import { brokenPromises, openPortal, type Portal } from '../portal';
import { resetDatabase } from '../setup/reset-database';

/** Receiving from the real stand: paging, faults, and what the portal says of requests that we know. */

let portal: Portal;

beforeEach(async () => {
  await resetDatabase();
  portal = await openPortal();
});

afterEach(async () => {
  expect(await brokenPromises(portal)).toEqual([]);
  await portal.close();
});

const add = (given: Partial<Parameters<Portal['stand']['control']['addRequest']>[0]> = {}) =>
  portal.stand.control.addRequest({ orgPPAGUID: portal.organization.orgPpaGuid, ...given });

const addMany = (count: number) =>
  portal.stand.control.addRequests({ orgPPAGUID: portal.organization.orgPpaGuid, count }).subrequestGuids;

test('nothing to receive is a success', async () => {
  expect(await portal.receive()).toMatchObject({ state: 'done', complete: true, received: 0, errorText: null });
});

test('a request arrives with everything the message carries, its number as text', async () => {
  const { subrequestGuid } = add({
    requestNumber: '00123',
    addressDetails: 'кв. 5/1',
    asker: { orgRootGuid: '7b0e1f70-0000-4000-8000-000000000001', name: 'УСЗН', tel: '+7 (343) 000-12-34*3' },
  });
  expect(await portal.receive()).toMatchObject({ received: 1, changed: 0, unchanged: 0 });
  const request = await portal.request(subrequestGuid);
  expect(request).toMatchObject({
    requestNumber: '00123',
    addressDetails: 'кв. 5/1',
    requestingOrganization: 'УСЗН',
    requestingOrganizationTel: '+7 (343) 000-12-34*3',
    status: 'new',
    responsibleId: portal.head.userId,
    gisResponseStatus: 'NotSent',
  });
  expect(request.sentDate).toBe(moscowToday());
});

describe.each(['off', 'pagedOutput', 'INT002012'] as const)('last page: %s', (emptyLastPage) => {
  test.each([99, 100, 101, 250])('%i requests arrive once each, twice received', async (count) => {
    portal.stand.control.set({ emptyLastPage });
    addMany(count);
    expect(await portal.receive()).toMatchObject({ state: 'done', complete: true, received: count });
    expect(await portal.receive()).toMatchObject({
      state: 'done',
      received: 0,
      changed: 0,
      unchanged: count,
      revoked: 0,
    });
  });
});

test('a failing page is repeated and the run goes on from it', async () => {
  addMany(150);
  portal.stand.control.inject({
    fault: 'contentNotFound',
    match: { operation: 'exportDebtSubrequests', nth: 2 },
    times: 2,
  });
  expect(await portal.receive()).toMatchObject({ state: 'done', received: 150 });
  const retried = await db
    .select()
    .from(exchanges)
    .where(and(eq(exchanges.operation, 'exportDebtSubrequests'), eq(exchanges.attempt, 3)));
  expect(retried).toHaveLength(1);
});

test.each(['EXP001000', 'http502', 'html', 'drop', 'lostAck', 'halfClosed'] as const)(
  '%s on a page: repeated',
  async (fault) => {
    addMany(3);
    portal.stand.control.inject({ fault, match: { operation: 'exportDebtSubrequests' }, times: 2 });
    expect(await portal.receive()).toMatchObject({ state: 'done', received: 3 });
  },
);

test('half of a result and the end of the stream: asked again', async () => {
  addMany(3);
  portal.stand.control.inject({ fault: 'halfClosed', match: { operation: 'getState' }, times: 2 });
  expect(await portal.receive()).toMatchObject({ state: 'done', received: 3 });
});

test('a portal that never recovers ends the run with its own words; the next run is clean', async () => {
  addMany(1);
  portal.stand.control.inject({ fault: 'EXP001000', match: { operation: 'exportDebtSubrequests' }, times: 5 });
  expect(await portal.receive()).toMatchObject({ state: 'failed', complete: false, errorCode: 'EXP001000' });
  expect(await portal.receive()).toMatchObject({ state: 'done', received: 1 });
});

test('an organization unknown to the portal: the run fails with the code, at once', async () => {
  const stranger = await makeOrganization();
  const person = await makePerson(stranger);
  await requestSync(person);
  await portal.work();
  expect(await latestSync(person)).toMatchObject({ state: 'failed', errorCode: 'AUT011002' });
});

test('other prefixes in the replies change nothing', async () => {
  portal.stand.control.set({ prefixes: { soap: 'S', base: 'ns21', drs: 'd', nsiBase: 'x', nsiCommon: 'y' } });
  addMany(2);
  expect(await portal.receive()).toMatchObject({ state: 'done', received: 2 });
});

test('what the portal does not show in a complete run, and does not know by GUID, is withdrawn; the draft stays', async () => {
  const [gone, here] = addMany(2);
  await portal.receive();
  const request = await portal.request(gone!);
  await saveDraftAs(request, answerYes());
  portal.stand.control.withdraw({ subrequestGuid: gone! });
  expect(await portal.receive()).toMatchObject({ state: 'done', revoked: 1 });
  expect(await portal.request(gone!)).toMatchObject({ status: 'revoked', hasDebt: true });
  expect((await portal.request(here!)).status).toBe('new');
  portal.stand.control.reappear({ subrequestGuid: gone! });
  await portal.receive();
  expect(await portal.request(gone!)).toMatchObject({ status: 'in_progress', hasDebt: true });
});

test('absence in a run that did not end means nothing', async () => {
  const guids = addMany(150);
  await portal.receive();
  portal.stand.control.withdraw({ subrequestGuid: guids[140]! });
  portal.stand.control.inject({ fault: 'EXP001000', match: { operation: 'exportDebtSubrequests', nth: 2 }, times: 5 });
  expect(await portal.receive()).toMatchObject({ state: 'failed' });
  expect((await portal.request(guids[140]!)).status).toBe('new');
});

test('all asked by GUID are gone: INT002012 and notFound mean the same', async () => {
  for (const allNotFound of ['INT002012', 'notFound'] as const) {
    portal.stand.control.set({ allNotFound });
    const [guid] = addMany(1);
    await portal.receive();
    portal.stand.control.withdraw({ subrequestGuid: guid! });
    await portal.receive();
    expect((await portal.request(guid!)).status).toBe('revoked');
  }
});

test('an open request outside of the window is not withdrawn for being absent', async () => {
  const { subrequestGuid } = add();
  await portal.receive();
  await db.update(debtRequests).set({ sentDate: addDays(moscowToday(), -100) });
  await db.update(organizations).set({ syncDays: 1 });
  portal.stand.control.set({ statusLagMs: 0 });
  await portal.receive();
  expect((await portal.request(subrequestGuid)).status).toBe('new');
});

test('somebody answered in the cabinet of the portal: «Отправлен», the draft kept beside', async () => {
  const [guid] = addMany(1);
  await portal.receive();
  await saveDraftAs(await portal.request(guid!), answerYes());
  portal.stand.control.answerElsewhere({ subrequestGuid: guid!, description: 'из кабинета' });
  await portal.receive();
  expect(await portal.request(guid!)).toMatchObject({
    status: 'answered',
    hasDebt: true,
    gisResponseStatus: 'Sent',
    gisAnswer: { hasDebt: false, description: 'из кабинета' },
  });
});

test('with «Получать запросы без ответов» the same is found by the look at what is absent', async () => {
  await db.update(organizations).set({ onlyUnanswered: true });
  const [guid] = addMany(1);
  await portal.receive();
  portal.stand.control.answerElsewhere({ subrequestGuid: guid! });
  expect(await portal.receive()).toMatchObject({ revoked: 0 });
  expect((await portal.request(guid!)).status).toBe('answered');
});

test('the portal answered by itself: a missed term, never «Отправлен»', async () => {
  const { subrequestGuid } = add({ responseDate: moscowToday() });
  await portal.receive();
  portal.stand.control.advanceClock({ days: 2 });
  await portal.receive();
  expect(await portal.request(subrequestGuid)).toMatchObject({ status: 'expired', gisResponseStatus: 'AutoGenerated' });
});

test('with «Получать запросы без ответов» an ended term is still asked about: the portal answered by itself', async () => {
  await db.update(organizations).set({ onlyUnanswered: true });
  const { subrequestGuid } = add({ responseDate: moscowToday() });
  await portal.receive();
  portal.advance(26 * 60 * 60 * 1000);
  await expireOverdue(portal.engine.now());
  portal.stand.control.advanceClock({ days: 1 });
  await portal.receive();
  expect(await portal.request(subrequestGuid)).toMatchObject({ status: 'expired', gisResponseStatus: 'AutoGenerated' });
});

test('the portal moves a passed term: the request is open again, where it was', async () => {
  const { subrequestGuid } = add({ responseDate: moscowToday() });
  await portal.receive();
  await saveDraftAs(await portal.request(subrequestGuid), answerNo());
  await expireOverdue(new Date(Date.now() + 2 * 24 * 60 * 60 * 1000));
  expect((await portal.request(subrequestGuid)).status).toBe('expired');
  portal.stand.control.moveDeadline({ subrequestGuid, responseDate: addDays(moscowToday(), 3) });
  await portal.receive();
  expect(await portal.request(subrequestGuid)).toMatchObject({
    status: 'in_progress',
    hasDebt: false,
    responseDate: addDays(moscowToday(), 3),
  });
});

test('after our answer the portal lags: it stays «Отправлен»; after our withdrawal it stays open', async () => {
  const [guid] = addMany(1);
  await portal.receive();
  const request = await portal.request(guid!);
  portal.stand.control.set({ statusLagMs: 2 * 24 * 60 * 60 * 1000 });
  await sendAnswer(portal.head, { id: request.id, version: request.version, answer: answerNo() });
  await portal.work();
  await portal.receive();
  const sent = await portal.request(guid!);
  expect(sent).toMatchObject({ status: 'answered', gisResponseStatus: 'NotSent' });
  portal.stand.control.set({ statusLagMs: 0 });
  await portal.receive();
  expect((await portal.request(guid!)).gisResponseStatus).toBe('Sent');
  portal.advance(2 * 60 * 60 * 1000);
  await correct(portal.head, { id: sent.id, version: (await reload(sent.id)).version, reason: 'ошибка' });
  await portal.work();
  portal.stand.control.set({ statusLagMs: 60 * 60 * 1000 });
  await portal.receive();
  expect(await reload(sent.id)).toMatchObject({ status: 'in_progress', gisResponseStatus: 'Sent' });
});

test('the newer formats bring what the older lacks, and neither erases the other', async () => {
  const { subrequestGuid } = add({ addressDetails: 'кв. 7' });
  await portal.receive();
  const before = await portal.request(subrequestGuid);
  expect(before).toMatchObject({ addressDetails: 'кв. 7', hmObjectGuid: null });
  for (const exportFormat of ['14.0.0.0', '15.3.0.0']) {
    await db.update(organizations).set({ exportFormat });
    await portal.receive();
  }
  const after = await portal.request(subrequestGuid);
  expect(after).toMatchObject({ addressDetails: 'кв. 7', houseGuid: before.houseGuid, addressType: 'Apartment' });
  expect(after.hmObjectGuid).not.toBeNull();
  await db.update(organizations).set({ exportFormat: '13.1.10.1' });
  expect(await portal.receive()).toMatchObject({ changed: 0, unchanged: 1 });
});

test('two presses of «Получить запросы» make one run', async () => {
  addMany(5);
  const [a, b] = await Promise.all([requestSync(portal.head), requestSync(portal.head)]);
  expect(a).toEqual(b);
  await portal.work();
  expect(await db.select().from(syncRuns)).toHaveLength(1);
});

test('«Прервать» ends the run after the message under way; what came stays', async () => {
  addMany(250);
  const started = await requestSync(portal.head);
  if (!started.ok) throw new Error('refused');
  while ((await latestSync(portal.head))!.pages < 1) await workOnce(portal.engine);
  await stopSync(portal.head, { id: started.syncRunId });
  await portal.work();
  const run = (await latestSync(portal.head))!;
  expect(run.state).toBe('stopped');
  expect(run.received).toBeGreaterThanOrEqual(100);
  expect(run.received).toBeLessThan(250);
  expect(await portal.receive()).toMatchObject({ state: 'done', received: 250 - run.received });
});

test('a worker killed in the middle of a run: the next goes on from the page', async () => {
  addMany(250);
  await requestSync(portal.head);
  while ((await latestSync(portal.head))!.pages < 1) await workOnce(portal.engine);
  // what a killed worker leaves behind: its row leased, in the middle of a call
  await db
    .update(exchanges)
    .set({ state: 'submitting', leaseUntil: new Date(Date.now() - 1000), leaseToken: portal.organization.id })
    .where(eq(exchanges.state, 'queued'));
  await portal.work();
  expect(await latestSync(portal.head)).toMatchObject({ state: 'done', received: 250, complete: true });
});

test('two organizations with one request number see each their own', async () => {
  const other = await makeOrganization();
  const person = await makePerson(other);
  portal.stand.control.addOrganization({ orgPPAGUID: other.orgPpaGuid, name: other.name, employees: [] });
  add({ requestNumber: '777' });
  portal.stand.control.addRequest({ orgPPAGUID: other.orgPpaGuid, requestNumber: '777' });
  await requestSync(person);
  await portal.receive();
  const rows = await db
    .select({ organizationId: debtRequests.organizationId })
    .from(debtRequests)
    .where(eq(debtRequests.requestNumber, '777'));
  expect(new Set(rows.map(({ organizationId }) => organizationId))).toEqual(
    new Set([other.id, portal.organization.id]),
  );
});

test('windows cover every day once and none is longer than the portal takes', () => {
  const windows = windowsOf('2024-01-01', '2026-11-22');
  expect(windows[0]!.start).toBe('2024-01-01');
  expect(windows.at(-1)!.end).toBe('2026-11-22');
  for (const [i, { start, end }] of windows.entries()) {
    expect(end <= addDays(start, 180)).toBe(true);
    if (i > 0) expect(start).toBe(addDays(windows[i - 1]!.end, 1));
  }
});

test('a long look back asks in several windows', async () => {
  await db.update(organizations).set({ syncDays: 400 });
  const { subrequestGuid } = add({ sentDate: addDays(moscowToday(), -300) });
  expect(await portal.receive()).toMatchObject({ state: 'done', received: 1, windowIndex: 3 });
  expect((await portal.request(subrequestGuid)).status).toBe('expired');
});

test('what the portal changed stands in the history', async () => {
  const { subrequestGuid } = add();
  await portal.receive();
  portal.stand.control.moveDeadline({ subrequestGuid, responseDate: addDays(moscowToday(), 30) });
  await portal.receive();
  const request = await portal.request(subrequestGuid);
  const events = await db
    .select()
    .from(requestEvents)
    .where(eq(requestEvents.requestId, request.id))
    .orderBy(asc(requestEvents.id));
  expect(events.at(-1)).toMatchObject({ action: 'refreshed', data: { changed: ['responseDate'] } });
});

async function saveDraftAs(
  request: { id: string; version: number },
  answer: Parameters<typeof saveDraft>[1]['answer'],
) {
  expect(await saveDraft(portal.head, { id: request.id, version: request.version, answer })).toMatchObject({
    ok: true,
  });
}
