import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { db } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import { bulkItems, bulkRuns } from '@/db/schema/registry';
import { users } from '@/db/schema/staff';
import { saveDraft } from '@/lib/debt-requests/answer';
import { bulkResults, carryBulk, getBulk, previewBulk, startBulk, stopBulk } from '@/lib/debt-requests/bulk';
import { answerNo, answerYes, type DebtRequestRow, makeOrganization, makePerson, reload } from '../factories';
import { brokenPromises, openPortal, type Portal } from '../portal';
import { resetDatabase } from '../setup/reset-database';

let portal: Portal;

beforeEach(async () => {
  await resetDatabase();
  portal = await openPortal();
});

afterEach(async () => {
  expect(await brokenPromises(portal)).toEqual([]);
  await portal.close();
});

async function arrived(count: number): Promise<DebtRequestRow[]> {
  const { subrequestGuids } = portal.stand.control.addRequests({ orgPPAGUID: portal.organization.orgPpaGuid, count });
  await portal.receive();
  return Promise.all(subrequestGuids.map((guid) => portal.request(guid)));
}

async function answer(requests: DebtRequestRow[], content = answerNo()): Promise<void> {
  for (const { id, version } of requests) {
    const saved = await saveDraft(portal.head, { id, version, answer: content });
    if (!saved.ok) throw new Error(saved.reason);
  }
}

const all = { filter: '' };
const stampOf = async (input: Parameters<typeof previewBulk>[1], person = portal.head) => {
  const previewed = await previewBulk(person, input);
  return previewed.ok ? previewed.preview.stamp : '';
};
const start = async (action: 'markReady' | 'send', selection: { ids: string[] } | { filter: string } = all) => {
  const stamp = await stampOf({ action, selection });
  const started = await startBulk(portal.head, { action, selection, stamp });
  if (!started.ok) throw new Error(started.reason);
  return started.runId;
};

test('a preview says what will go and what will not and why, and changes nothing', async () => {
  const [yes, no, empty, half] = await arrived(4);
  await answer([yes!], answerYes());
  await answer([no!]);
  await answer([half!], answerYes({ firstName: '' }));
  const result = await previewBulk(portal.head, { action: 'send', selection: all });
  if (!result.ok) throw new Error(result.reason);
  expect(result.preview).toMatchObject({
    total: 4,
    yes: 1,
    no: 1,
    withDebt: [{ id: yes!.id, number: yes!.requestNumber }],
    nearestDeadline: yes!.responseDate,
  });
  expect(result.preview.refused).toEqual(
    expect.arrayContaining([
      { reason: 'Ответ не заполнен.', count: 1, requests: [{ id: empty!.id, number: empty!.requestNumber }] },
      { reason: 'Ответ заполнен не полностью.', count: 1, requests: [{ id: half!.id, number: half!.requestNumber }] },
    ]),
  );
  expect((await reload(yes!.id)).status).toBe('in_progress');
});

test('«Отправить ответы» for the whole filter sends what is complete and says why not of the rest', async () => {
  const requests = await arrived(120);
  const [refused, empty, ...rest] = requests;
  await answer([refused!, ...rest]);
  portal.stand.control.refuseNext({
    subrequestGuid: refused!.subrequestGuid,
    code: 'INT002000',
    text: 'Нет в реестре',
  });
  const runId = await start('send');
  await portal.work();
  expect(await getBulk(portal.head, runId)).toMatchObject({
    state: 'done',
    total: 120,
    done: 119,
    refused: 1,
    answered: 118,
    failed: 1,
    sending: 0,
  });
  const results = (await bulkResults(portal.head, runId, 1))!;
  expect(results.total).toBe(120);
  const bad = results.rows.filter((row) => row.state === 'refused' || row.status === 'send_failed');
  expect(bad).toHaveLength(2);
  expect(results.rows.slice(0, 2)).toEqual(bad);
  expect(bad.find((row) => row.requestId === refused!.id)).toMatchObject({
    portalCode: 'INT002000',
    portalText: 'Нет в реестре',
  });
  expect(bad.find((row) => row.requestId === empty!.id)!.reason).toMatch(/не полностью|не заполнен/);
}, 60_000);

test('«Готов к отправке» in bulk, then the ready ones by their filter', async () => {
  const requests = await arrived(3);
  await answer(requests.slice(0, 2));
  await start('markReady', { ids: requests.map(({ id }) => id) });
  await portal.work();
  expect(await Promise.all(requests.map(async ({ id }) => (await reload(id)).status))).toEqual([
    'ready',
    'ready',
    'new',
  ]);
  await start('send', { filter: 'status=ready' });
  await portal.work();
  expect(await Promise.all(requests.map(async ({ id }) => (await reload(id)).status))).toEqual([
    'answered',
    'answered',
    'new',
  ]);
});

test('what changed while the confirmation was being read refuses it: nobody said yes to that', async () => {
  const requests = await arrived(2);
  await answer(requests);
  const read = await stampOf({ action: 'send', selection: all });
  await answer([await reload(requests[0]!.id)], answerYes());
  const refused = await startBulk(portal.head, { action: 'send', selection: all, stamp: read });
  expect(refused).toMatchObject({ ok: false, reason: 'stale' });
  expect(await getBulk(portal.head)).toBeNull();
  await start('send');
  await portal.work();
  expect(await getBulk(portal.head)).toMatchObject({ answered: 2 });
});

test('what changed after the confirmation is refused alone', async () => {
  const requests = await arrived(2);
  await answer(requests);
  const runId = await start('send');
  const changed = await reload(requests[0]!.id);
  await answer([changed], answerYes());
  await portal.work();
  expect(await getBulk(portal.head, runId)).toMatchObject({ done: 1, refused: 1 });
  expect(await reload(requests[0]!.id)).toMatchObject({ status: 'in_progress', hasDebt: true });
});

test('a work interrupted between the step and its mark is not told as refused, and nothing goes twice', async () => {
  const requests = await arrived(3);
  await answer(requests);
  const runId = await start('send');
  await carryBulk(portal.engine.now());
  // what a worker killed between the two leaves behind
  await db.update(bulkItems).set({ state: 'waiting' }).where(eq(bulkItems.runId, runId));
  await db.update(bulkRuns).set({ state: 'running', finishedAt: null }).where(eq(bulkRuns.id, runId));
  await portal.work();
  expect(await getBulk(portal.head, runId)).toMatchObject({ state: 'done', done: 3, refused: 0, answered: 3 });
  for (const { subrequestGuid } of requests) {
    expect(portal.stand.control.subrequest({ subrequestGuid }).acceptedSends).toBe(1);
  }
});

test('«Прервать» leaves the rest untouched', async () => {
  const requests = await arrived(115);
  await answer(requests);
  const runId = await start('send');
  await carryBulk(portal.engine.now());
  await stopBulk(portal.head, { id: runId });
  await portal.work();
  expect(await getBulk(portal.head, runId)).toMatchObject({ state: 'stopped', done: 100, refused: 0 });
  const untouched = await db.select().from(debtRequests).where(eq(debtRequests.status, 'in_progress'));
  expect(untouched).toHaveLength(15);
});

test('a person blocked meanwhile sends nothing more', async () => {
  const requests = await arrived(2);
  await answer(requests);
  const runId = await start('send');
  await db.update(users).set({ blockedAt: new Date() }).where(eq(users.id, portal.head.userId));
  await portal.work();
  expect(await getBulk(portal.head, runId)).toMatchObject({ done: 0, refused: 2 });
});

test('a stranger neither sees nor stops nor touches it', async () => {
  const requests = await arrived(1);
  await answer(requests);
  const stranger = await makePerson(await makeOrganization(), ['head', 'admin']);
  expect(await startBulk(stranger, { action: 'send', selection: { ids: [requests[0]!.id] }, stamp: '' })).toMatchObject(
    {
      ok: false,
      reason: 'invalid',
    },
  );
  const runId = await start('send');
  expect(await getBulk(stranger, runId)).toBeNull();
  expect(await bulkResults(stranger, runId, 1)).toBeNull();
  expect(await stopBulk(stranger, { id: runId })).toEqual({ ok: false, reason: 'notFound' });
  await portal.work();
  expect((await reload(requests[0]!.id)).status).toBe('answered');
});
