import { and, eq, inArray } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeDb, connect, db, isDatabaseAway, sql } from '@/db/client';
import { debtRequests, fileContents, files, syncRuns } from '@/db/schema/debt-requests';
import { exchanges } from '@/db/schema/exchange';
import { sendAnswer } from '@/lib/debt-requests/answer';
import { getAnswerFile, uploadAnswers } from '@/lib/debt-requests/answer-files';
import { previewBulk, startBulk } from '@/lib/debt-requests/bulk';
import { SAMPLE_ROWS } from '@/lib/debt-requests/exchange-file';
import { writeExchangeFile } from '@/lib/debt-requests/exchange-file-writer';
import { receiveIfDue, requestSync, stopSync } from '@/lib/debt-requests/sync';
import { uploadFile } from '@/lib/files/files';
import { workOnce } from '@/lib/jobs/worker';
import { answerNo, makeOrganization, makePerson, reload } from '../factories';
import { brokenPromises, openPortal, type Portal } from '../portal';
import { resetDatabase } from '../setup/reset-database';

/** Misfortunes of machines and crowds: a portal that is silent for a day, too few connections, a full disk, overlaps, a giant. */

let portal: Portal;
const HOUR = 60 * 60 * 1000;

beforeEach(async () => {
  await resetDatabase();
  portal = await openPortal();
});
afterEach(() => portal.close());

async function arrived(count = 1) {
  const { subrequestGuids } = portal.stand.control.addRequests({ orgPPAGUID: portal.organization.orgPpaGuid, count });
  await portal.receive();
  return Promise.all(subrequestGuids.map((guid) => portal.request(guid)));
}
const send = async (id: string, now = new Date()) => {
  const { version } = await reload(id);
  const sent = await sendAnswer(portal.head, { id, version, answer: answerNo() }, now);
  expect(sent).toMatchObject({ ok: true });
};
const atPortal = (subrequestGuid: string) => portal.stand.control.subrequest({ subrequestGuid });

test.each([
  ['before the message', undefined],
  ['after its Ack', 'getState'],
])(
  'the portal is silent for 24 hours, from %s on: then everything goes through, once',
  async (_, operation) => {
    const [request] = await arrived();
    // the waiting times of production
    portal.engine.pollSeconds = [10, 60, 300, 900, 1800];
    const fault = portal.stand.control.inject({
      fault: 'drop',
      times: 'always',
      ...(operation ? { match: { operation } } : {}),
    });
    await send(request!.id, portal.engine.now());
    for (let hour = 0; hour < 25; hour++) {
      await portal.work();
      portal.advance(HOUR);
      await receiveIfDue(portal.organization.id, portal.engine.now());
    }
    expect((await reload(request!.id)).status).toBe('sending');
    portal.stand.control.removeFault(fault);
    portal.stand.control.addRequests({ orgPPAGUID: portal.organization.orgPpaGuid, count: 2 });
    // what was under way ends, an hour later somebody presses «Получить запросы»
    for (let step = 0; step < 24; step++) {
      portal.advance(HOUR / 12);
      await receiveIfDue(portal.organization.id, portal.engine.now());
      if (step === 12) await requestSync(portal.head, portal.engine.now());
      await portal.work();
    }
    expect((await reload(request!.id)).status).toBe('answered');
    expect(atPortal(request!.subrequestGuid).acceptedSends).toBe(1);
    expect(await db.$count(debtRequests)).toBe(3);
    expect(await brokenPromises(portal)).toEqual([]);
  },
  60_000,
);

test('the database gives no more connections for a while: nothing is lost, and all goes on', async () => {
  const requests = await arrived(6);
  const usual = process.env.DATABASE_URL!;
  const role = `limited_${process.pid}`;
  await sql.unsafe(`create role ${role} login connection limit 3; grant all on all tables in schema public to ${role};
    grant all on all sequences in schema public to ${role}`);
  const limited = new URL(usual);
  limited.searchParams.set('user', role);
  try {
    process.env.DATABASE_URL = limited.href;
    for (const { id } of requests.slice(0, 3)) await send(id);
    await closeDb();
    // others have taken all there are
    const others = connect(limited.href, { max: 3 });
    await Promise.all([0, 1, 2].map(() => others`select pg_sleep(0.2)`));
    await expect(workOnce(portal.engine)).rejects.toMatchObject({ cause: { code: '53300' } });
    const refused = sendAnswer(portal.head, { id: requests[3]!.id, version: 1, answer: answerNo() });
    await expect(refused).rejects.toMatchObject({ code: '53300' });
    // two come free: fewer than the worker would like to use at once
    await others.end();
    const one = connect(limited.href, { max: 1 });
    await one`select 1`;
    for (const { id } of requests.slice(3)) await send(id);
    await expect
      .poll(
        async () => {
          await workOnce(portal.engine).catch(() => {});
          // what a pass had taken when it failed is free again after its lease
          portal.advance(1000);
          return db.$count(debtRequests, eq(debtRequests.status, 'answered'));
        },
        { timeout: 15_000 },
      )
      .toBe(6);
    await one.end();
  } finally {
    await closeDb();
    process.env.DATABASE_URL = usual;
    await sql.unsafe(`drop owned by ${role}; drop role ${role}`);
  }
  for (const { subrequestGuid } of requests) expect(atPortal(subrequestGuid).distinctContents).toBe(1);
  expect(await brokenPromises(portal)).toEqual([]);
}, 60_000);

test('the disk is full while a file is written: the person is told, nothing is half there, later it works', async () => {
  const [request] = await arrived();
  // the very words of PostgreSQL when it cannot extend a table
  await sql.unsafe(`create function disk_full() returns trigger language plpgsql as $$ begin
      raise exception 'could not extend file "base/1/2": No space left on device' using errcode = 'disk_full'; end $$;
    create trigger disk_full before insert on file_contents for each row execute function disk_full()`);
  const upload = () =>
    uploadFile(portal.head, { requestId: request!.id, name: 'приказ.pdf', bytes: Buffer.from('%PDF-1.4 x') });
  try {
    await expect(upload()).rejects.toMatchObject({ cause: { code: '53100' } });
    expect([await db.$count(files), await db.$count(fileContents)]).toEqual([0, 0]);
    // answers without files are not held up
    await send(request!.id);
    await portal.work();
    expect((await reload(request!.id)).status).toBe('answered');
  } finally {
    await sql.unsafe('drop trigger disk_full on file_contents; drop function disk_full()');
  }
  const [next] = await arrived();
  expect(
    await uploadFile(portal.head, { requestId: next!.id, name: 'приказ.pdf', bytes: Buffer.from('%PDF-1.4 x') }),
  ).toMatchObject({ ok: true });
});

/** While it acts, the database refuses to write into the table as one that is being shut down does. */
async function whileShutDown(table: string, act: () => Promise<void>): Promise<void> {
  await sql.unsafe(`create function shut_down() returns trigger language plpgsql as $$ begin
      raise exception 'terminating connection due to administrator command' using errcode = 'admin_shutdown'; end $$;
    create trigger shut_down before insert on ${table} for each row execute function shut_down()`);
  try {
    await act();
  } finally {
    await sql.unsafe(`drop trigger shut_down on ${table}; drop function shut_down()`);
  }
}

test('the database goes away in the middle of a mass work: no request is refused for that, the work goes on', async () => {
  const requests = await arrived(3);
  await db.update(debtRequests).set({ hasDebt: false, status: 'ready', answerSource: 'person' });
  const chosen = { action: 'send' as const, selection: { ids: requests.map(({ id }) => id) } };
  const shown = await previewBulk(portal.head, chosen);
  if (!shown.ok) throw new Error(shown.reason);
  await startBulk(portal.head, { ...chosen, stamp: shown.preview.stamp });
  await whileShutDown('exchange_items', async () => {
    await expect(workOnce(portal.engine)).rejects.toThrow();
  });
  await portal.work();
  expect(await db.$count(debtRequests, eq(debtRequests.status, 'answered'))).toBe(3);
});

test('the database goes away while a loaded file is checked: it is checked afterwards', async () => {
  const [request] = await arrived();
  const row = { ...SAMPLE_ROWS[0]!, requestNumber: request!.requestNumber, subrequestGuid: request!.subrequestGuid };
  const uploaded = await uploadAnswers(portal.head, { name: 'а.xlsx', bytes: await writeExchangeFile([row]) });
  if (!uploaded.ok) throw new Error(uploaded.reason);
  const state = async () => (await getAnswerFile(portal.head, uploaded.id))!.state;
  await whileShutDown('answer_file_rows', async () => {
    await expect(workOnce(portal.engine)).rejects.toThrow();
    expect(await state()).toBe('checking');
  });
  await portal.work();
  expect(await state()).toBe('checked');
});

test.each([
  ['57P01', true],
  ['53300', true],
  ['08006', true],
  ['ECONNREFUSED', true],
  ['CONNECTION_CLOSED', true],
  ['23505', false],
  ['22P02', false],
  [undefined, false],
])('%s means that the database is away: %s', (code, away) => {
  const error = Object.assign(new Error('x'), { code });
  expect([isDatabaseAway(error), isDatabaseAway(new Error('query', { cause: error })), isDatabaseAway(null)]).toEqual([
    away,
    away,
    false,
  ]);
});

test('by hand, by the schedule and before sending at once, with two workers: one receiving', async () => {
  const [request] = await arrived();
  portal.advance(26 * HOUR);
  const now = portal.engine.now();
  await send(request!.id, now);
  const before = await db.$count(syncRuns);
  await Promise.all([
    requestSync(portal.head, now),
    receiveIfDue(portal.organization.id, now),
    receiveIfDue(portal.organization.id, now),
    workOnce(portal.engine),
    workOnce(portal.engine),
  ]);
  await portal.work();
  expect((await db.$count(syncRuns)) - before).toBe(1);
  expect((await reload(request!.id)).status).toBe('answered');
});

test('one receiving is stopped, the next begins while its page is still on the way: every request once', async () => {
  portal.stand.control.addRequests({ orgPPAGUID: portal.organization.orgPpaGuid, count: 250 });
  const first = await requestSync(portal.head, portal.engine.now());
  if (!first.ok) throw new Error(first.reason);
  await workOnce(portal.engine);
  await stopSync(portal.head, { id: first.syncRunId });
  const second = await requestSync(portal.head, portal.engine.now());
  if (!second.ok) throw new Error(second.reason);
  await portal.work();
  if (second.syncRunId === first.syncRunId) await portal.receive();
  const runs = await db.select().from(syncRuns).where(eq(syncRuns.state, 'running'));
  expect(runs).toEqual([]);
  expect(await db.$count(debtRequests)).toBe(250);
  const open = await db.$count(
    exchanges,
    inArray(exchanges.state, ['queued', 'submitting', 'acknowledged', 'unknown']),
  );
  expect(open).toBe(0);
});

test('an organization with 10,000 new requests beside one with three: the small one does not wait', async () => {
  const small = await makeOrganization();
  const head = await makePerson(small, ['head']);
  portal.stand.control.addOrganization({
    orgPPAGUID: small.orgPpaGuid,
    name: small.name,
    employees: [{ guid: head.gisEmployeeGuid!, fio: head.name }],
  });
  portal.stand.control.addRequests({ orgPPAGUID: portal.organization.orgPpaGuid, count: 10_000 });
  portal.stand.control.addRequests({ orgPPAGUID: small.orgPpaGuid, count: 3 });
  // the giant begins first
  await requestSync(portal.head, portal.engine.now());
  await workOnce(portal.engine);
  await requestSync(head, portal.engine.now());
  const ofSmall = eq(debtRequests.organizationId, small.id);
  const ofGiant = eq(debtRequests.organizationId, portal.organization.id);
  while ((await db.$count(debtRequests, ofSmall)) < 3) await workOnce(portal.engine);
  expect(await db.$count(debtRequests, ofGiant)).toBeLessThanOrEqual(1000);

  // the same with answers: mass sending of all that came, then three by hand
  while ((await db.$count(debtRequests, ofGiant)) < 1000) await workOnce(portal.engine);
  const own = await db.select().from(debtRequests).where(ofGiant).limit(1000);
  await db.update(debtRequests).set({ hasDebt: false, status: 'ready', answerSource: 'person' }).where(ofGiant);
  const chosen = { action: 'send' as const, selection: { ids: own.map(({ id }) => id) } };
  const shown = await previewBulk(portal.head, chosen);
  if (!shown.ok) throw new Error(shown.reason);
  expect(await startBulk(portal.head, { ...chosen, stamp: shown.preview.stamp })).toMatchObject({ ok: true });
  const left = () => db.$count(debtRequests, and(ofGiant, inArray(debtRequests.status, ['ready', 'sending'])));
  await workOnce(portal.engine);
  for (const { id, version } of await db.select().from(debtRequests).where(ofSmall))
    expect(await sendAnswer(head, { id, version, answer: answerNo() }, portal.engine.now())).toMatchObject({
      ok: true,
    });
  while ((await db.$count(debtRequests, and(ofSmall, eq(debtRequests.status, 'answered')))) < 3)
    await workOnce(portal.engine);
  expect(await left()).toBeGreaterThan(500);
}, 120_000);
