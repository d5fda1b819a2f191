import { asc, eq } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { db } from '@/db/client';
import { syncRuns } from '@/db/schema/debt-requests';
import { notifications } from '@/db/schema/notifications';
import { organizations } from '@/db/schema/staff';
import { dailyMoments } from '@/lib/calendar/moscow';
import { listSyncs, organizationsToReceive, receiveIfDue, requestSync } from '@/lib/debt-requests/sync';
import { notificationInWords } from '@/lib/notifications/notification-words';
import { makeOrganization, makePerson } from '../factories';
import { openPortal } from '../portal';
import { resetDatabase } from '../setup/reset-database';

/** When requests are received by themselves. The clock is an argument; every moment is written in Moscow time. */

beforeEach(resetDatabase);

const at = (moment: string): Date => new Date(`${moment}+03:00`);

/** The job of the minute, as an engine runs it. */
async function receiveDue(now: Date): Promise<number> {
  let started = 0;
  for (const id of await organizationsToReceive(now)) started += await receiveIfDue(id, now);
  return started;
}

/** An organization that has been here for long. */
const makeOld = (given: Parameters<typeof makeOrganization>[0] = {}) =>
  makeOrganization({ createdAt: at('2026-01-01T00:00'), ...given });

const runs = (organizationId: string) =>
  db.select().from(syncRuns).where(eq(syncRuns.organizationId, organizationId)).orderBy(asc(syncRuns.startedAt));

/** Ends the running one as the worker would. */
const end = (state: 'done' | 'failed' | 'stopped', moment: string) =>
  db
    .update(syncRuns)
    .set({ state, finishedAt: at(moment) })
    .where(eq(syncRuns.state, 'running'));

test('moments of a daily hour, around it and around midnight', () => {
  expect(dailyMoments('04:15', at('2026-11-28T04:14:59'))).toEqual({
    last: at('2026-11-27T04:15'),
    next: at('2026-11-28T04:15'),
  });
  expect(dailyMoments('04:15', at('2026-11-28T04:15:00'))).toEqual({
    last: at('2026-11-28T04:15'),
    next: at('2026-11-29T04:15'),
  });
  expect(dailyMoments('00:00', at('2026-12-31T23:59')).next).toEqual(at('2027-01-01T00:00'));
  expect(dailyMoments('23:59', at('2027-01-01T00:00')).last).toEqual(at('2026-12-31T23:59'));
});

test.each(['Asia/Kamchatka', 'America/Los_Angeles', 'UTC'])(
  'an office or a server in %s changes nothing',
  async (zone) => {
    const own = process.env.TZ;
    process.env.TZ = zone;
    try {
      expect(dailyMoments('04:15', at('2026-12-31T23:59'))).toEqual({
        last: at('2026-12-31T04:15'),
        next: at('2027-01-01T04:15'),
      });
      const { id } = await makeOld();
      expect(await receiveDue(at('2026-11-28T04:15'))).toBe(1);
      expect(await runs(id)).toMatchObject([{ windows: [{ end: '2026-11-28' }] }]);
    } finally {
      if (own === undefined) delete process.env.TZ;
      else process.env.TZ = own;
    }
  },
);

test('at its hour, once; the next day again', async () => {
  const { id } = await makeOld();
  await requestSync({ kind: 'system', organizationId: id }, at('2026-11-27T04:15'), 'schedule');
  await end('done', '2026-11-27T04:16');
  expect(await receiveDue(at('2026-11-28T04:14'))).toBe(0);
  expect(await receiveDue(at('2026-11-28T04:15'))).toBe(1);
  expect(await receiveDue(at('2026-11-28T04:15'))).toBe(0);
  await end('done', '2026-11-28T04:17');
  expect(await receiveDue(at('2026-11-28T04:18'))).toBe(0);
  expect(await receiveDue(at('2026-11-29T04:15'))).toBe(1);
  expect((await runs(id)).map(({ cause }) => cause)).toEqual(['schedule', 'schedule', 'schedule']);
});

test('two organizations with different hours, each by its own', async () => {
  const early = await makeOld({ syncAt: '02:00' });
  const late = await makeOld({ syncAt: '23:30' });
  for (const { id } of [early, late]) await requestSync({ kind: 'system', organizationId: id }, at('2026-11-27T23:40'));
  await end('done', '2026-11-27T23:41');
  await receiveDue(at('2026-11-28T02:00'));
  expect([await runs(early.id), await runs(late.id)].map((all) => all.length)).toEqual([2, 1]);
  await end('done', '2026-11-28T02:01');
  await receiveDue(at('2026-11-28T23:30'));
  expect([await runs(early.id), await runs(late.id)].map((all) => all.length)).toEqual([2, 2]);
});

test('the machine slept over 04:15, even for three days: one receiving makes it up', async () => {
  const { id } = await makeOld();
  await requestSync({ kind: 'system', organizationId: id }, at('2026-11-25T04:15'), 'schedule');
  await end('done', '2026-11-25T04:16');
  expect(await receiveDue(at('2026-11-28T11:02'))).toBe(1);
  await end('done', '2026-11-28T11:03');
  expect(await receiveDue(at('2026-11-28T11:04'))).toBe(0);
});

test('a person has received after the hour: nothing to make up; before the hour it does not count', async () => {
  const { id } = await makeOld();
  await requestSync({ kind: 'system', organizationId: id }, at('2026-11-28T03:00'));
  await end('done', '2026-11-28T03:01');
  expect(await receiveDue(at('2026-11-28T04:15'))).toBe(1);
  await end('done', '2026-11-28T04:16');
  const other = await makeOld();
  await requestSync({ kind: 'system', organizationId: other.id }, at('2026-11-28T04:20'));
  await end('stopped', '2026-11-28T04:21');
  expect(await receiveDue(at('2026-11-28T09:00'))).toBe(0);
});

test('one that is running over its hour is the one', async () => {
  const { id } = await makeOld();
  await requestSync({ kind: 'system', organizationId: id }, at('2026-11-28T04:10'));
  expect(await receiveDue(at('2026-11-28T04:15'))).toBe(0);
  await end('done', '2026-11-28T04:16');
  expect(await receiveDue(at('2026-11-28T04:17'))).toBe(0);
  expect(await runs(id)).toHaveLength(1);
});

test('a new organization begins at its next hour, not at once', async () => {
  const { id } = await makeOrganization({ createdAt: at('2026-11-28T10:00') });
  expect(await receiveDue(at('2026-11-28T10:01'))).toBe(0);
  expect(await receiveDue(at('2026-11-29T04:15'))).toBe(1);
  expect(await runs(id)).toHaveLength(1);
});

test('the clock is moved back: no second receiving for the hour that was', async () => {
  const { id } = await makeOld();
  await requestSync({ kind: 'system', organizationId: id }, at('2026-11-28T04:15'), 'schedule');
  await end('done', '2026-11-28T04:16');
  for (const moment of ['2026-11-28T03:16', '2026-11-28T04:15', '2026-11-28T04:30'])
    expect(await receiveDue(at(moment))).toBe(0);
  expect(await receiveDue(at('2026-11-29T04:15'))).toBe(1);
  expect(await runs(id)).toHaveLength(2);
});

test('a clock that was a year ahead once does not silence the schedule', async () => {
  const { id } = await makeOld();
  await requestSync({ kind: 'system', organizationId: id }, at('2027-11-28T04:15'));
  await end('done', '2027-11-28T04:16');
  expect(await receiveDue(at('2026-11-28T04:15'))).toBe(1);
});

test('two workers at the same minute start one', async () => {
  const { id } = await makeOld();
  const started = await Promise.all(Array.from({ length: 6 }, () => receiveDue(at('2026-11-28T04:15'))));
  expect(started.reduce((sum, n) => sum + n, 0)).toBe(1);
  expect(await runs(id)).toHaveLength(1);
});

test('the list of a period: Moscow days, both included', async () => {
  const organization = await makeOld();
  const person = await makePerson(organization);
  for (const moment of ['2026-11-26T23:59', '2026-11-27T00:00', '2026-11-28T23:59', '2026-11-29T00:00']) {
    await requestSync(person, at(moment));
    await end('done', moment);
  }
  const within = await listSyncs(person, 100, { from: '2026-11-27', to: '2026-11-28' });
  expect(within.map(({ startedAt }) => startedAt)).toEqual([at('2026-11-28T23:59'), at('2026-11-27T00:00')]);
  expect(await listSyncs(person, 100)).toHaveLength(4);
});

test('three days of failures: repeated every hour, told to the admins once a day with the days; then the report', async () => {
  const portal = await openPortal();
  const admin = await makePerson(portal.organization, ['admin']);
  await makePerson(portal.organization, ['executor']);
  const told = () =>
    db.select().from(notifications).where(eq(notifications.userId, admin.userId)).orderBy(asc(notifications.id));
  await db.update(organizations).set({ createdAt: new Date(portal.engine.now().getTime() - 48 * 60 * 60 * 1000) });
  await portal.receive();
  portal.stand.control.inject({ fault: 'EXP001000', match: { operation: 'exportDebtSubrequests' }, times: 'always' });
  portal.advance(24 * 60 * 60 * 1000);
  for (let hour = 0; hour < 72; hour++) {
    await receiveDue(portal.engine.now());
    await portal.work();
    portal.advance(60 * 60 * 1000);
  }
  const failures = (await told()).filter(({ kind }) => kind === 'syncFailed');
  expect(failures.length).toBeGreaterThanOrEqual(3);
  expect(failures.length).toBeLessThanOrEqual(4);
  expect(notificationInWords('syncFailed', failures.at(-1)!.data)).toMatchObject({
    bad: true,
    title: expect.stringMatching(
      /^Синхронизация не\u00a0удалась, запросы не\u00a0получены уже [34]\u00a0дня: EXP001000 /,
    ),
  });
  const attempts = (await runs(portal.organization.id)).filter(({ state }) => state === 'failed');
  expect(attempts.length).toBeGreaterThan(40);
  expect(new Set(attempts.map(({ cause }) => cause))).toEqual(new Set(['schedule', 'again']));

  portal.stand.control.clearFaults();
  portal.advance(60 * 60 * 1000);
  expect(await receiveDue(portal.engine.now())).toBe(1);
  await portal.work();
  expect((await told()).at(-1)).toMatchObject({ kind: 'synced', data: { received: 0, changed: 0, revoked: 0 } });
  const others = await db.select().from(notifications).where(eq(notifications.kind, 'syncFailed'));
  expect(new Set(others.map(({ userId }) => userId))).toEqual(new Set([admin.userId]));
  await portal.close();
});
