import { randomUUID } from 'node:crypto';
import { and, asc, eq, ne, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { answerTrails, courtCases, debtRequestAccounts } from '@/db/schema/court-cases';
import { autoRuns, debtRequests, requestEvents, syncRuns } from '@/db/schema/debt-requests';
import { exchangeItems } from '@/db/schema/exchange';
import { accounts, houses } from '@/db/schema/houses';
import { answerFileRows, answerFiles } from '@/db/schema/imports';
import { notifications } from '@/db/schema/notifications';
import { bulkItems, bulkRuns } from '@/db/schema/registry';
import { organizations } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { addDays, moscowMoment, moscowToday } from '@/lib/calendar/moscow';
import { isWorkingDay } from '@/lib/calendar/working-days';
import { markReady, saveDraft, sendAnswer, sendSaved, take } from '@/lib/debt-requests/answer';
import { delegate, returnForRework } from '@/lib/debt-requests/assign';
import {
  answerAutomatically as answerOf,
  automaticFate,
  hold,
  listAutoRuns,
  nextRunOf,
  release,
  stopAutoRun,
} from '@/lib/debt-requests/autoanswer';
import { lastTermOn } from '@/lib/debt-requests/autoanswer-rule';
import { type AutoAnswerSettings, autoAnswerSchema } from '@/lib/debt-requests/autoanswer-schema';
import { getAutoAnswer, previewAutoAnswer, saveAutoAnswer } from '@/lib/debt-requests/autoanswer-settings';
import { fillNo } from '@/lib/debt-requests/autofill';
import { getDebtRequest } from '@/lib/debt-requests/card';
import { eventInWords } from '@/lib/debt-requests/event-words';
import { meet } from '@/lib/debt-requests/presence';
import { saveGisSettings } from '@/lib/staff/gis-settings';
import {
  answerNo,
  answerYes,
  type DebtRequestRow,
  makeCase,
  makeOrganization,
  makePerson,
  makeRequest,
  reload,
} from '../factories';
import { brokenPromises, openPortal, type Portal } from '../portal';
import { resetDatabase } from '../setup/reset-database';

/** «Автоответ» with a movable clock against the stand: what goes, what never goes, and when. */

let portal: Portal;
let admin: Person;

/** A file of answers that was read and waits for its yes, and a row of it. */
const FILE = { fileName: 'Ответы.xlsx', state: 'checked', emptyMeansNo: false, sendAtOnce: false };
const FILE_ROW = {
  row: 2,
  rows: [2],
  address: 'ул Мира',
  was: '',
  becomes: 'существует',
  difference: '',
  kind: 'changed',
  chosen: true,
};

const SETTINGS: AutoAnswerSettings = { which: 'no_court_debt', days: 1, workingDays: true, at: '08:00', comment: '' };

beforeEach(async () => {
  await resetDatabase();
  portal = await openPortal();
  admin = await makePerson(portal.organization, ['admin']);
  // the portal knows this employee
  await db
    .update(organizations)
    .set({ executorGuid: portal.head.gisEmployeeGuid })
    .where(eq(organizations.id, portal.organization.id));
  goTo(MONDAY, '03:00');
});

afterEach(async () => {
  expect(await brokenPromises(portal)).toEqual([]);
  await portal.close();
});

/** The first Monday from tomorrow on whose five days and the next Monday are worked, and the weekend between is off. */
const MONDAY = (() => {
  for (let day = addDays(moscowToday(), 1); ; day = addDays(day, 1)) {
    const worked = [0, 1, 2, 3, 4, 7].every((n) => isWorkingDay(addDays(day, n)));
    if (worked && !isWorkingDay(addDays(day, 5)) && !isWorkingDay(addDays(day, 6))) return day;
  }
})();
const on = (days: number) => addDays(MONDAY, days);

/** Moves the worker's clock and the stand's to a Moscow moment. */
function goTo(day: string, time: string): void {
  portal.advance(moscowMoment(day, time).getTime() - portal.engine.now().getTime());
}

const now = () => portal.engine.now();
/** The minute of the job; what was received hours ago is received anew first, and the next minute goes on. */
async function answerAutomatically(at: Date): Promise<number> {
  const before = await db.$count(syncRuns);
  const sent = await answerOf(portal.organization.id, at);
  if ((await db.$count(syncRuns)) === before) return sent;
  await portal.work();
  return sent + (await answerOf(portal.organization.id, at));
}

async function switchOn(given: Partial<AutoAnswerSettings> = {}, person = admin) {
  const settings = { ...SETTINGS, ...given };
  const seen = await previewAutoAnswer(person, settings, now());
  if (!seen.ok) return seen;
  return saveAutoAnswer(person, { ...settings, stamp: seen.preview?.stamp ?? '' }, now());
}

/** A request on the stand, received; matched with an account unless told otherwise. */
async function arrived(responseDate: string, { matched = true, cases = 0 } = {}): Promise<DebtRequestRow> {
  const { subrequestGuid } = portal.stand.control.addRequest({
    orgPPAGUID: portal.organization.orgPpaGuid,
    responseDate,
  });
  await portal.receive();
  const request = await portal.request(subrequestGuid);
  if (matched) await match(request, cases);
  return reload(request.id);
}

/** Gives the request a house and an account, with `cases` that confirm a debt. */
async function match(request: DebtRequestRow, cases = 0): Promise<void> {
  const own = { organizationId: request.organizationId };
  const [house] = await db
    .insert(houses)
    .values({ ...own, address: 'ул Мира, д. 1' })
    .returning();
  const [account] = await db
    .insert(accounts)
    .values({ ...own, number: randomUUID().slice(0, 8) })
    .returning();
  for (let i = 0; i < cases; i++)
    await makeCase({ id: request.organizationId }, account!.id, MONDAY, { number: `2-${i}/2025` });
  await db
    .update(debtRequests)
    .set({ matchState: 'matched', houseId: house!.id })
    .where(eq(debtRequests.id, request.id));
  await db.insert(debtRequestAccounts).values({ requestId: request.id, accountId: account!.id });
}

/** A morning: the receiving of the day, the run at its hour, and all messages. */
async function morning(day: string): Promise<number> {
  goTo(day, '04:20');
  await portal.receive();
  goTo(day, '08:00');
  const sent = await answerAutomatically(now());
  await portal.work();
  return sent;
}

const runs = () => db.select().from(autoRuns).orderBy(asc(autoRuns.day));
const onPortal = (request: DebtRequestRow) =>
  portal.stand.control.state().subrequests.find(({ guid }) => guid === request.subrequestGuid)!;

describe('the days', () => {
  test.each([
    // Friday 20.11.2026, one working day left: Monday's term, and what falls on the days off
    ['2026-11-20', { days: 1, workingDays: true }, '2026-11-23'],
    ['2026-11-20', { days: 1, workingDays: false }, '2026-11-21'],
    ['2026-11-20', { days: 0, workingDays: true }, '2026-11-22'],
    ['2026-11-19', { days: 0, workingDays: true }, '2026-11-19'],
    ['2026-11-19', { days: 0, workingDays: false }, '2026-11-19'],
    ['2026-11-16', { days: 4, workingDays: true }, '2026-11-22'],
    // 30.12.2026 is worked, 31.12 and the holidays are not, the first working day after them is 11.01.2027
    ['2026-12-30', { days: 0, workingDays: true }, '2027-01-10'],
    ['2026-12-30', { days: 1, workingDays: true }, '2027-01-11'],
    ['2026-12-31', { days: 0, workingDays: false }, '2026-12-31'],
    // the working Saturday 20.02.2027 counts; 22.02 is off for it, 23.02 is a holiday
    ['2027-02-19', { days: 1, workingDays: true }, '2027-02-23'],
    ['2027-02-19', { days: 0, workingDays: true }, '2027-02-19'],
    ['2027-02-20', { days: 1, workingDays: true }, '2027-02-24'],
    // Friday 05.11.2027 is a day off moved there
    ['2027-11-03', { days: 1, workingDays: true }, '2027-11-08'],
    // a year without data: by ст. 112 ТК РФ
    ['2035-12-28', { days: 1, workingDays: true }, '2036-01-08'],
  ] as const)('on %s with %o the last term is %s', (day, settings, term) => {
    expect(lastTermOn(day, settings)).toBe(term);
  });

  test('a regional day off of the organization counts', () => {
    const additions = { '2026': { daysOff: ['2026-11-23'], workingDays: [] } };
    expect(lastTermOn('2026-11-20', { days: 1, workingDays: true }, additions)).toBe('2026-11-24');
  });
});

describe('what goes', () => {
  test('off by default: nothing goes', async () => {
    await arrived(on(0));
    expect(await morning(on(0))).toBe(0);
    expect(await runs()).toEqual([]);
  });

  test('matched, without court debt, one working day left: «отсутствует» in the organization’s name, confirmed, explained for ever', async () => {
    const request = await arrived(on(1));
    const far = await arrived(on(2));
    expect(await switchOn({ comment: 'Автоматический ответ' })).toEqual({ ok: true });
    expect(await morning(on(0))).toBe(1);
    expect(await reload(request.id)).toMatchObject({
      status: 'answered',
      hasDebt: false,
      description: 'Автоматический ответ',
      answerSource: 'autoanswer',
      answerSavedBy: null,
    });
    expect(onPortal(request)).toMatchObject({ status: 'Sent' });
    expect((await reload(far.id)).status).toBe('new');
    const [item] = await db.select().from(exchangeItems);
    expect(item).toMatchObject({
      createdBy: null,
      content: { hasDebt: false, executorGuid: portal.head.gisEmployeeGuid, debtors: [], files: [] },
    });
    const card = (await getDebtRequest(admin, request.id, now()))!;
    const event = card.events.find(({ action }) => action === 'send')!;
    expect(event.data).toMatchObject({
      automatic: true,
      reason: expect.stringContaining('Судебных дел нет'),
      setting: { which: 'no_court_debt', days: 1, workingDays: true, at: '08:00' },
      setBy: admin.userId,
    });
    // the words of that moment stay when the setting changes
    await switchOn({ which: 'off' });
    expect(eventInWords(event).text).toMatch(
      /^Отправлено автоматически\. Ответ: отсутствует\. Судебных дел нет.*остался 1/,
    );
    const trails = await db.select().from(answerTrails).where(eq(answerTrails.requestId, request.id));
    expect(trails).toMatchObject([{ hasDebt: 'no', actorId: null }]);
    expect(await db.select().from(notifications).where(eq(notifications.kind, 'autoAnswered'))).toMatchObject([
      { userId: admin.userId, data: { count: 1 } },
    ]);
  });

  test('a court debt, a doubt, or no match: left to people', async () => {
    const owes = await arrived(on(0), { cases: 1 });
    const unmatched = await arrived(on(0), { matched: false });
    const doubtful = await arrived(on(0), { cases: 1 });
    await db
      .update(courtCases)
      .set({ awarded: null })
      .where(ne(courtCases.accountId, await accountOf(owes)));
    await switchOn();
    expect(await morning(on(0))).toBe(0);
    for (const { id } of [owes, unmatched, doubtful]) expect((await reload(id)).status).toBe('new');
    expect(await runs()).toMatchObject([{ state: 'done', sent: 0 }]);
  });

  test('«все без ответа» takes what is not matched too, but never what the cases say «Да» or doubt about', async () => {
    const owes = await arrived(on(0), { cases: 1 });
    const unmatched = await arrived(on(0), { matched: false });
    await switchOn({ which: 'all' });
    expect(await morning(on(0))).toBe(1);
    expect((await reload(owes.id)).status).toBe('new');
    expect(await reload(unmatched.id)).toMatchObject({ status: 'answered', hasDebt: false });
  });

  test('in work without any answer goes, and whoever had it learns of it', async () => {
    const executor = await makePerson(portal.organization, ['executor']);
    const request = await arrived(on(0));
    await take(executor, { id: request.id, version: request.version });
    const other = await arrived(on(0));
    expect(
      await delegate(portal.head, {
        id: other.id,
        version: other.version,
        assigneeId: executor.userId,
        note: 'срочно',
      }),
    ).toMatchObject({ ok: true });
    await switchOn();
    expect(await morning(on(0))).toBe(2);
    const told = await db
      .select()
      .from(notifications)
      .where(and(eq(notifications.kind, 'autoAnswered'), eq(notifications.userId, executor.userId)));
    expect(told).toMatchObject([{ data: { count: 2 } }]);
  });
});

describe('what a person touched never goes', () => {
  const touches: Record<string, (request: DebtRequestRow, executor: Person) => Promise<unknown>> = {
    'an empty draft': ({ id, version }) =>
      saveDraft(portal.head, { id, version, answer: { ...answerNo(), hasDebt: null } }),
    'a draft «Нет»': ({ id, version }) => saveDraft(portal.head, { id, version, answer: answerNo() }),
    'a draft «Да»': ({ id, version }) => saveDraft(portal.head, { id, version, answer: answerYes() }),
    'a comment alone': ({ id, version }) =>
      saveDraft(portal.head, { id, version, answer: { ...answerNo('звонил'), hasDebt: null } }),
    ready: ({ id, version }) => markReady(portal.head, { id, version, answer: answerNo() }),
    'filled «Нет» and emptied again': async ({ id, version }) => {
      await fillNo(portal.head, { id, version }, now());
      const filled = await reload(id);
      await saveDraft(portal.head, { id, version: filled.version, answer: { ...answerNo(), hasDebt: null } });
    },
    'returned for rework': async ({ id, version }, executor) => {
      await markReady(portal.head, { id, version, answer: answerNo() });
      const ready = await reload(id);
      return returnForRework(portal.head, {
        id,
        version: ready.version,
        comment: 'проверьте',
        assigneeId: executor.userId,
      });
    },
    'returned for rework and delegated anew': async ({ id, version }, executor) => {
      await markReady(portal.head, { id, version, answer: answerNo() });
      const ready = await reload(id);
      await returnForRework(portal.head, {
        id,
        version: ready.version,
        comment: 'проверьте',
        assigneeId: executor.userId,
      });
      const back = await reload(id);
      return delegate(portal.head, { id, version: back.version, assigneeId: executor.userId, note: '' });
    },
    'a file uploaded and not saved': ({ id, organizationId }) =>
      db.execute(sql`insert into files (organization_id, request_id, name, extension, size, sha256, uploaded_by)
        values (${organizationId}, ${id}, 'Решение', 'pdf', 10, 'x', ${portal.head.userId})`),
    held: ({ id, version }) => hold(portal.head, { id, version }, now()),
    'documents promised in a file': ({ id }) =>
      db.update(debtRequests).set({ documentsPromised: true }).where(eq(debtRequests.id, id)),
    'an unverified «Да»': ({ id }) =>
      db.update(debtRequests).set({ verification: 'required', hasDebt: true }).where(eq(debtRequests.id, id)),
    'waiting in a mass work that somebody has started': async ({ id, organizationId, version }) => {
      const [run] = await db
        .insert(bulkRuns)
        .values({ organizationId, startedBy: portal.head.userId, action: 'markReady', total: 1, state: 'stopped' })
        .returning();
      await db.insert(bulkItems).values({ runId: run!.id, position: 0, requestId: id, version });
    },
    'a row of a loaded file that waits for its yes': async ({ id, organizationId, requestNumber, version }) => {
      const [file] = await db
        .insert(answerFiles)
        .values({ ...FILE, organizationId, startedBy: portal.head.userId })
        .returning();
      await db.insert(answerFileRows).values({ ...FILE_ROW, fileId: file!.id, requestId: id, requestNumber, version });
    },
    'a step of the history that this version does not know': ({ id, organizationId }) =>
      db.insert(requestEvents).values({ organizationId, requestId: id, action: 'somethingNew' }),
  };
  test.each(Object.keys(touches))('%s', async (name) => {
    const executor = await makePerson(portal.organization, ['executor']);
    const request = await arrived(on(0));
    const control = await arrived(on(0));
    await touches[name]!(request, executor);
    await switchOn({ which: 'all' });
    const before = await reload(request.id);
    expect(await morning(on(0))).toBe(1);
    expect(await reload(request.id)).toMatchObject({ status: before.status, version: before.version });
    expect((await reload(control.id)).status).toBe('answered');
    expect(onPortal(request)).toMatchObject({ status: 'NotSent' });
  });

  test('answered in the cabinet and withdrawn there: no saved answer of ours, but somebody was at it', async () => {
    const request = await arrived(on(1));
    portal.stand.control.answerElsewhere({ subrequestGuid: request.subrequestGuid });
    await portal.receive();
    expect((await reload(request.id)).status).toBe('answered');
    await db
      .update(debtRequests)
      .set({ status: 'in_progress', gisResponseStatus: 'NotSent' })
      .where(eq(debtRequests.id, request.id));
    await switchOn({ which: 'all' });
    goTo(on(0), '08:00');
    expect(await answerAutomatically(now())).toBe(0);
    await db.update(debtRequests).set({ status: 'answered' }).where(eq(debtRequests.id, request.id));
  });

  test('the portal refused it: never again by itself', async () => {
    const request = await arrived(on(1));
    portal.stand.control.inject({
      fault: 'itemError',
      match: { operation: 'importResponses' },
      code: 'INT002000',
      text: 'нет',
      times: 1,
    });
    await switchOn();
    expect(await morning(on(0))).toBe(1);
    expect((await reload(request.id)).status).toBe('send_failed');
    expect(await morning(on(1))).toBe(0);
    expect((await reload(request.id)).status).toBe('send_failed');
  });

  test.each([0, 1])(
    'the portal refused it where nobody was matched, %i cases came since: a person decides',
    async (cases) => {
      const request = await arrived(on(1), { matched: false });
      portal.stand.control.refuseNext({ subrequestGuid: request.subrequestGuid, code: 'INT002018', text: 'Отказ' });
      await switchOn({ which: 'all' });
      expect(await morning(on(0))).toBe(1);
      if (cases > 0) await match(request, cases);
      const { version, status } = await reload(request.id);
      expect(status).toBe('send_failed');
      const sent = await sendAnswer(portal.head, { id: request.id, version, answer: answerNo('снова') }, now());
      expect(sent).toMatchObject(cases === 0 ? { ok: true } : { reason: 'notAllowed' });
      await portal.work();
      expect((await reload(request.id)).status).toBe(cases === 0 ? 'answered' : 'send_failed');
    },
  );

  test('a person and the run at the same moment: one answer, the person’s or the rule’s, never both', async () => {
    const requests = [await arrived(on(0)), await arrived(on(0)), await arrived(on(0)), await arrived(on(0))];
    await switchOn();
    goTo(on(0), '04:20');
    await portal.receive();
    goTo(on(0), '05:30');
    await portal.receive();
    await db.update(organizations).set({ autoAnswerAt: '05:00' });
    const at = now();
    const results = await Promise.all([
      answerAutomatically(at),
      answerAutomatically(at),
      ...requests.map(({ id, version }) => sendAnswer(portal.head, { id, version, answer: answerYes() }, at)),
    ]);
    await portal.work();
    const people = results.slice(2) as { ok: boolean }[];
    for (const [i, request] of requests.entries()) {
      const sends = await db
        .select()
        .from(requestEvents)
        .where(and(eq(requestEvents.requestId, request.id), eq(requestEvents.action, 'send')));
      expect(sends).toHaveLength(1);
      expect(await reload(request.id)).toMatchObject({ status: 'answered', hasDebt: people[i]!.ok });
    }
    const [run] = await runs();
    expect(run!.sent).toBe(people.filter(({ ok }) => !ok).length);
  });
});

describe('when', () => {
  test('not before its hour, once a day, the next day what fell due then', async () => {
    await switchOn({ days: 0 });
    const first = await arrived(on(0));
    const second = await arrived(on(1));
    goTo(on(0), '07:59');
    expect(await answerAutomatically(now())).toBe(0);
    expect(await morning(on(0))).toBe(1);
    // it is not the moment any more, whatever comes
    const late = await arrived(on(0));
    expect(await answerAutomatically(now())).toBe(0);
    expect((await reload(late.id)).status).toBe('new');
    expect(await morning(on(1))).toBe(1);
    expect((await reload(first.id)).status).toBe('answered');
    expect((await reload(second.id)).status).toBe('answered');
    expect(await runs()).toMatchObject([
      { day: on(0), sent: 1 },
      { day: on(1), sent: 1 },
    ]);
  });

  test('no receiving today: it asks for one, waits and tells, and goes as soon as one succeeds', async () => {
    const request = await arrived(on(0));
    await switchOn();
    portal.stand.control.inject({ fault: 'EXP001000', match: { operation: 'exportDebtSubrequests' }, times: 'always' });
    goTo(on(0), '08:00');
    // yesterday's receiving does not count
    await db.execute(
      sql`update sync_runs set started_at = started_at - interval '1 day', finished_at = finished_at - interval '1 day'`,
    );
    expect(await answerAutomatically(now())).toBe(0);
    for (let i = 0; i < 10; i++) {
      await portal.work();
      portal.advance(3 * 60 * 1000);
      expect(await answerAutomatically(now())).toBe(0);
    }
    expect(await runs()).toMatchObject([
      { state: 'waiting', waitsFor: expect.stringContaining('ещё не\u00a0получены') },
    ]);
    expect(await nextRunOf({ organizationId: portal.organization.id, at: '08:00', setAt: null }, now())).toMatchObject({
      day: on(0),
      waitsFor: expect.any(String),
    });
    expect(await db.select().from(notifications).where(eq(notifications.kind, 'autoWaits'))).toHaveLength(1);
    expect((await reload(request.id)).status).toBe('new');
    portal.stand.control.clearFaults();
    expect(await portal.receive()).toMatchObject({ state: 'done' });
    expect(await answerAutomatically(now())).toBe(1);
    await portal.work();
    expect((await reload(request.id)).status).toBe('answered');
  });

  test('the day ends while it waits: nothing goes blindly, and the next day shows that it missed', async () => {
    const request = await arrived(on(1));
    await switchOn();
    portal.stand.control.inject({ fault: 'EXP001000', match: { operation: 'exportDebtSubrequests' }, times: 'always' });
    goTo(on(0), '08:00');
    await db.execute(
      sql`update sync_runs set started_at = started_at - interval '1 day', finished_at = finished_at - interval '1 day'`,
    );
    for (let i = 0; i < 10; i++) {
      await answerAutomatically(now());
      await portal.work();
      portal.advance(5 * 60 * 1000);
    }
    portal.stand.control.clearFaults();
    expect(await morning(on(1))).toBe(1);
    expect(await runs()).toMatchObject([
      { day: on(0), state: 'missed', sent: 0 },
      { day: on(1), state: 'done', sent: 1 },
    ]);
    expect((await reload(request.id)).status).toBe('answered');
  });

  test('the machine was off at the hour: it is made up the same day', async () => {
    await switchOn();
    const request = await arrived(on(0));
    goTo(on(0), '15:30');
    expect(await answerAutomatically(now())).toBe(1);
    await portal.work();
    expect((await reload(request.id)).status).toBe('answered');
  });

  test('settings changed at noon act from the next day, as their list says', async () => {
    await switchOn({ days: 0 });
    const request = await arrived(on(1));
    expect(await morning(on(0))).toBe(0);
    goTo(on(0), '12:00');
    expect(await switchOn({ days: 1 })).toEqual({ ok: true });
    expect(await answerAutomatically(now())).toBe(0);
    expect(await morning(on(1))).toBe(1);
    expect((await reload(request.id)).status).toBe('answered');
  });

  test('switched on after the hour of the day: the first run is tomorrow’s', async () => {
    await arrived(on(0));
    const tomorrow = await arrived(on(1));
    goTo(on(0), '12:00');
    const seen = await previewAutoAnswer(admin, SETTINGS, now());
    expect(seen).toMatchObject({
      preview: { next: { day: on(1) }, total: 1, tooLate: 1, rows: [{ id: tomorrow.id }] },
    });
    expect(await switchOn()).toEqual({ ok: true });
    expect(await answerAutomatically(now())).toBe(0);
    expect(await runs()).toEqual([]);
  });

  test('the clock is moved back: the day has had its run', async () => {
    await switchOn({ days: 0 });
    await arrived(on(0));
    expect(await morning(on(0))).toBe(1);
    const again = await arrived(on(0));
    goTo(on(0), '07:00');
    expect(await answerAutomatically(now())).toBe(0);
    goTo(on(0), '08:30');
    expect(await answerAutomatically(now())).toBe(0);
    goTo(addDays(on(0), -1), '09:00');
    expect(await answerAutomatically(now())).toBe(0);
    expect((await reload(again.id)).status).toBe('new');
  });

  test('on days off too: a term on Monday with one working day left goes on Friday, a Saturday’s on Friday with none', async () => {
    await switchOn();
    const monday = await arrived(on(7));
    const saturday = await arrived(on(5));
    expect(await morning(on(4))).toBe(2);
    for (const { id } of [monday, saturday]) expect((await reload(id)).status).toBe('answered');
  });

  test('the portal moves a term away: it waits for its new day', async () => {
    await switchOn();
    const request = await arrived(on(1));
    portal.stand.control.moveDeadline({ subrequestGuid: request.subrequestGuid, responseDate: on(4) });
    expect(await morning(on(0))).toBe(0);
    expect((await reload(request.id)).responseDate).toBe(on(4));
    expect(await morning(on(3))).toBe(1);
  });

  test('withdrawn by the asker before the hour: nothing goes', async () => {
    await switchOn();
    const request = await arrived(on(0));
    portal.stand.control.withdraw({ subrequestGuid: request.subrequestGuid });
    expect(await morning(on(0))).toBe(0);
    expect((await reload(request.id)).status).toBe('revoked');
  });

  test('two organizations, each by its own settings and hour', async () => {
    const other = await makeOrganization();
    const boss = await makePerson(other, ['admin', 'head']);
    portal.stand.control.addOrganization({
      orgPPAGUID: other.orgPpaGuid,
      name: other.name,
      employees: [{ guid: other.executorGuid!, fio: 'Иванов' }],
    });
    const mine = await arrived(on(0));
    const theirs = await makeRequest(other, { responseDate: on(0), responsibleId: boss.userId });
    await match(theirs);
    await switchOn();
    expect(await switchOn({ at: '10:00' }, boss)).toEqual({ ok: true });
    expect(await morning(on(0))).toBe(1);
    expect((await reload(mine.id)).status).toBe('answered');
    expect((await reload(theirs.id)).status).toBe('new');
  });

  test('a killed run goes on: what went stays, the rest goes once', async () => {
    await switchOn();
    const requests = [await arrived(on(0)), await arrived(on(0)), await arrived(on(0))];
    goTo(on(0), '08:00');
    // what a worker killed after the first answer leaves behind
    await db
      .insert(autoRuns)
      .values({ organizationId: portal.organization.id, day: on(0), state: 'running', startedAt: now() });
    expect(await answerAutomatically(now())).toBe(3);
    await db.update(autoRuns).set({ state: 'running', finishedAt: null });
    expect(await answerAutomatically(now())).toBe(0);
    await portal.work();
    for (const { id } of requests) expect((await reload(id)).status).toBe('answered');
    expect(await db.$count(exchangeItems)).toBe(3);
  });

  test('the hour is moved to later after the day’s run: the next one is tomorrow’s, and the list says so', async () => {
    await switchOn({ days: 0 });
    await arrived(on(1));
    expect(await morning(on(0))).toBe(0);
    goTo(on(0), '12:00');
    const seen = await previewAutoAnswer(admin, { ...SETTINGS, at: '15:00' }, now());
    expect(seen).toMatchObject({ preview: { next: { day: on(1) }, total: 1 } });
    expect(await switchOn({ at: '15:00' })).toEqual({ ok: true });
    goTo(on(0), '15:00');
    expect(await answerAutomatically(now())).toBe(0);
    expect(await nextRunOf({ organizationId: portal.organization.id, at: '15:00', setAt: now() }, now())).toMatchObject(
      {
        day: on(1),
      },
    );
  });

  test('a receiving that began yesterday is not one of this day; one that takes long is told of', async () => {
    await arrived(on(1));
    await switchOn({ at: '00:30' });
    goTo(on(1), '00:30');
    await db.update(syncRuns).set({
      startedAt: moscowMoment(on(0), '23:50'),
      finishedAt: moscowMoment(on(1), '00:05'),
    });
    expect(await answerOf(portal.organization.id, now())).toBe(0);
    expect(await db.select().from(syncRuns).where(eq(syncRuns.state, 'running'))).toMatchObject([
      { cause: 'autoAnswer' },
    ]);
    expect(await runs()).toEqual([]);
    goTo(on(1), '00:50');
    expect(await answerOf(portal.organization.id, now())).toBe(0);
    expect(await runs()).toMatchObject([{ state: 'waiting' }]);
    await portal.work();
    expect(await answerOf(portal.organization.id, now())).toBe(1);
    await portal.work();
  });

  test('what fails comes back in the next minutes; in the end the admins learn how many could not go', async () => {
    await switchOn();
    const [one, two] = [await arrived(on(0)), await arrived(on(0))];
    await db.execute(sql`create or replace function refuse_item() returns trigger language plpgsql as $$
      begin raise exception 'disk full'; end $$`);
    await db.execute(
      sql.raw(`create trigger refuse_item before insert on exchange_items for each row
      when (new.request_id = '${two!.id}') execute function refuse_item()`),
    );
    goTo(on(0), '07:30');
    await portal.receive();
    goTo(on(0), '08:00');
    expect(await answerAutomatically(now())).toBe(1);
    expect(await runs()).toMatchObject([{ state: 'running', sent: 1 }]);
    goTo(on(0), '08:31');
    expect(await answerAutomatically(now())).toBe(0);
    expect(await runs()).toMatchObject([{ state: 'done', sent: 1 }]);
    await db.execute(sql`drop trigger refuse_item on exchange_items`);
    const told = await db.select().from(notifications).where(eq(notifications.kind, 'autoAnswered'));
    expect(told).toMatchObject([{ userId: admin.userId, data: { count: 1, failed: 1 } }]);
    await portal.work();
    expect((await reload(one!.id)).status).toBe('answered');
    expect((await reload(two!.id)).status).toBe('new');
  });

  test('somebody has the card open at the hour: he is waited for, half an hour at most', async () => {
    await switchOn();
    const request = await arrived(on(0));
    await meet(portal.head, request.id);
    goTo(on(0), '07:30');
    await portal.receive();
    goTo(on(0), '08:00');
    expect(await answerAutomatically(now())).toBe(0);
    expect(await runs()).toMatchObject([{ state: 'running' }]);
    await meet(portal.head, request.id);
    goTo(on(0), '08:31');
    expect(await answerAutomatically(now())).toBe(1);
    await portal.work();
  });

  test('stopped by an admin while it waits: nothing of that day goes; a stranger stops nothing', async () => {
    await switchOn();
    await arrived(on(0));
    goTo(on(0), '08:00');
    await db
      .insert(autoRuns)
      .values({ organizationId: portal.organization.id, day: on(0), state: 'waiting', waitsFor: 'х' });
    const [run] = await listAutoRuns(admin, now());
    expect(await stopAutoRun(portal.head, { id: run!.id }, now())).toMatchObject({ reason: 'forbidden' });
    const stranger = await makePerson(await makeOrganization(), ['admin']);
    expect(await stopAutoRun(stranger, { id: run!.id }, now())).toMatchObject({ reason: 'notFound' });
    expect(await runs()).toMatchObject([{ state: 'waiting' }]);
    await stopAutoRun(admin, { id: run!.id }, now());
    expect(await answerAutomatically(now())).toBe(0);
    expect(await runs()).toMatchObject([{ state: 'stopped' }]);
  });
});

describe('queued, and not gone yet', () => {
  /** Answers of the run wait: the key cannot be used. */
  async function queued(count = 1) {
    await switchOn();
    const requests = [];
    for (let i = 0; i < count; i++) requests.push(await arrived(on(1)));
    goTo(on(0), '07:30');
    await portal.receive();
    goTo(on(0), '08:00');
    const { signer } = portal.engine;
    portal.engine.signer = null;
    expect(await answerAutomatically(now())).toBe(count);
    await portal.work();
    for (const { id } of requests) expect((await reload(id)).status).toBe('sending');
    // the database has the real clock
    await db.update(exchangeItems).set({ createdAt: now() });
    return { requests, restoreKey: () => (portal.engine.signer = signer) };
  }

  test('somebody answered «существует» on the portal meanwhile: ours does not replace it', async () => {
    const { requests, restoreKey } = await queued();
    const [request] = requests;
    portal.stand.control.answerElsewhere({ subrequestGuid: request!.subrequestGuid, hasDebt: true });
    restoreKey();
    portal.advance(13 * 60 * 60 * 1000);
    await portal.work();
    // the receiving before sending has told of it
    await portal.receive();
    await portal.work();
    expect(await reload(request!.id)).toMatchObject({ status: 'answered', gisAnswer: { hasDebt: true } });
    expect(await db.select().from(exchangeItems)).toMatchObject([{ state: 'not_sent', exchangeId: null }]);
  });

  test('a court case came meanwhile: a person decides, and «отправить всё готовое» does not send it', async () => {
    const { requests, restoreKey } = await queued();
    const [request] = requests;
    await match(await reload(request!.id), 1);
    restoreKey();
    await portal.work();
    const back = await reload(request!.id);
    expect(back).toMatchObject({ status: 'ready', hasDebt: false });
    expect(await sendSaved(portal.head, { id: back.id, version: back.version }, now())).toMatchObject({ ok: false });
    expect(await db.select().from(notifications).where(eq(notifications.kind, 'autoTakenBack'))).toMatchObject([
      { userId: portal.head.userId, requestId: back.id },
    ]);
    expect(onPortal(request!)).toMatchObject({ status: 'NotSent' });
  });

  test.each(['stopped', 'switched off'])('%s: what no message carries is taken back', async (how) => {
    const { requests, restoreKey } = await queued(3);
    const [run] = await listAutoRuns(admin, now());
    expect(run).toMatchObject({ state: 'done', sent: 3, unsent: 3 });
    if (how === 'stopped') expect(await stopAutoRun(admin, { id: run!.id }, now())).toEqual({ ok: true });
    else expect(await switchOn({ which: 'off' })).toEqual({ ok: true });
    restoreKey();
    await portal.work();
    for (const request of requests) {
      expect((await reload(request.id)).status).toBe('ready');
      expect(onPortal(request)).toMatchObject({ status: 'NotSent' });
    }
    expect(await db.$count(exchangeItems, eq(exchangeItems.state, 'open'))).toBe(0);
  });
});

describe('settings', () => {
  test('500 old requests: it does not switch on without the list having been seen, nor over another list', async () => {
    for (let i = 0; i < 5; i++) await arrived(on(0));
    expect(await saveAutoAnswer(admin, { ...SETTINGS, stamp: '' }, now())).toMatchObject({ reason: 'stale' });
    const seen = await previewAutoAnswer(admin, SETTINGS, now());
    if (!seen.ok) throw new Error('refused');
    expect(seen.preview).toMatchObject({ total: 5, noCases: true, next: { day: on(0) } });
    await arrived(on(0));
    expect(await saveAutoAnswer(admin, { ...SETTINGS, stamp: seen.preview!.stamp }, now())).toMatchObject({
      reason: 'stale',
    });
    expect((await getAutoAnswer(admin))!.settings.which).toBe('off');
    expect(await switchOn()).toEqual({ ok: true });
    expect(await getAutoAnswer(admin)).toMatchObject({
      settings: SETTINGS,
      named: true,
      setBy: 'Проверкина\u00a0А.\u00a0И.',
    });
  });

  test('without «Идентификатор исполнителя» it does not switch on, and while it is on the name cannot be taken away', async () => {
    await db.update(organizations).set({ executorGuid: null }).where(eq(organizations.id, portal.organization.id));
    expect(await switchOn()).toMatchObject({
      reason: 'invalid',
      fields: { which: expect.stringContaining('Идентификатор исполнителя') },
    });
    await db
      .update(organizations)
      .set({ executorGuid: randomUUID() })
      .where(eq(organizations.id, portal.organization.id));
    await switchOn();
    const settings = {
      orgPpaGuid: portal.organization.orgPpaGuid,
      executorGuid: null,
      isOperatorSignature: true,
      exportFormat: '13.1.10.1' as const,
      onlyUnanswered: false,
      syncAtLogin: false,
      snilsRequired: false,
      syncAt: '04:15',
      syncDays: 60,
      freshnessHours: 12,
    };
    expect(await saveGisSettings(admin, settings)).toMatchObject({ fields: { executorGuid: expect.any(String) } });
    await switchOn({ which: 'off' });
    expect(await saveGisSettings(admin, settings)).toEqual({ ok: true });
  });

  test('a list seen under one setting says nothing of another, even when both lists are empty', async () => {
    const seen = await previewAutoAnswer(admin, SETTINGS, now());
    if (!seen.ok) throw new Error('refused');
    const stamp = seen.preview!.stamp;
    expect(await saveAutoAnswer(admin, { ...SETTINGS, which: 'all', stamp }, now())).toMatchObject({ reason: 'stale' });
    expect(await saveAutoAnswer(admin, { ...SETTINGS, comment: 'х', stamp }, now())).toMatchObject({ reason: 'stale' });
    expect(await saveAutoAnswer(admin, { ...SETTINGS, stamp }, now())).toEqual({ ok: true });
  });

  test('admins only', async () => {
    expect(await getAutoAnswer(portal.head)).toBeNull();
    expect(await previewAutoAnswer(portal.head, SETTINGS, now())).toMatchObject({ reason: 'forbidden' });
    expect(await saveAutoAnswer(portal.head, { ...SETTINGS, which: 'off', stamp: '' }, now())).toMatchObject({
      reason: 'forbidden',
    });
  });

  test.each([
    [{ days: 5 }, 'days'],
    [{ days: -1 }, 'days'],
    [{ at: '25:00' }, 'at'],
    [{ at: 'утром' }, 'at'],
    [{ comment: 'ы'.repeat(1001) }, 'comment'],
    [{ which: 'некоторые' }, 'which'],
  ])('%o is refused', (given, field) => {
    const result = autoAnswerSchema.safeParse({ ...SETTINGS, ...given });
    expect(result.error?.issues[0]?.path).toEqual([field]);
  });

  test('what they would have done last month, and how many of those a person answered «Да»', async () => {
    const past = async (given: Partial<DebtRequestRow>, touchedDay: string | null) => {
      const responseDate = addDays(moscowToday(now()), -7);
      const request = await makeRequest(portal.organization, {
        responseDate,
        sentDate: addDays(responseDate, -7),
        receivedAt: moscowMoment(addDays(responseDate, -7), '04:16'),
        status: 'answered',
        ...given,
      });
      await match(request);
      if (touchedDay)
        await db.insert(requestEvents).values({
          organizationId: portal.organization.id,
          requestId: request.id,
          action: 'saveDraft',
          at: moscowMoment(touchedDay, '12:00'),
          actorId: portal.head.userId,
        });
    };
    const term = addDays(moscowToday(now()), -7);
    await past({ hasDebt: false }, addDays(term, -6)); // answered in time by a person
    await past({ hasDebt: false }, term); // in the last hours: it would have gone before
    await past({ hasDebt: true }, term); // and this one wrongly
    await past({ status: 'expired' }, null); // nobody did anything
    const seen = await previewAutoAnswer(admin, SETTINGS, now());
    expect(seen).toMatchObject({ preview: { past: { total: 4, would: 3, wrong: 1 } } });
  });

  test('hold and release: whoever may answer it; the card tells', async () => {
    await switchOn();
    const request = await arrived(on(1));
    expect(await automaticFate(portal.head, request, now())).toMatchObject({
      next: { day: on(0) },
      held: null,
      mayHold: true,
    });
    const stranger = await makePerson(portal.organization, ['debt_clerk']);
    expect(await hold(stranger, { id: request.id, version: request.version }, now())).toMatchObject({
      reason: 'forbidden',
    });
    expect(await hold(portal.head, { id: request.id, version: request.version }, now())).toMatchObject({ ok: true });
    expect(await hold(portal.head, { id: request.id, version: request.version }, now())).toMatchObject({ ok: false });
    const held = await reload(request.id);
    expect(await automaticFate(portal.head, held, now())).toMatchObject({ held: { name: portal.head.name } });
    expect(await morning(on(0))).toBe(0);
    expect(await release(portal.head, { id: request.id, version: held.version }, now())).toMatchObject({ ok: true });
    expect(await morning(on(1))).toBe(1);
    expect(
      (await getDebtRequest(portal.head, request.id, now()))!.events.map((event) => eventInWords(event).text),
    ).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Не\u00a0отправлять автоматически: /),
        expect.stringMatching(/^Возвращено автоответу: /),
      ]),
    );
  });
});

async function accountOf(request: DebtRequestRow): Promise<string> {
  const [row] = await db.select().from(debtRequestAccounts).where(eq(debtRequestAccounts.requestId, request.id));
  return row!.accountId;
}
