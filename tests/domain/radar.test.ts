import { eq, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { accounts } from '@/db/schema/houses';
import { calendarYears, memberships } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { personById } from '@/lib/auth/person';
import { moscowMoment } from '@/lib/calendar/moscow';
import { allOf, type Counts, leftOf, queryOfCell, queryOfRow, type Radar, radarOf } from '@/lib/debt-requests/radar';
import {
  countDebtRequests,
  listDebtRequests,
  listDivisions,
  parseRegistryQuery,
  type RegistryQuery,
  registryParams,
} from '@/lib/debt-requests/registry';
import { STATUSES } from '@/lib/debt-requests/workflow';
import { type DebtRequestRow, makeDivision, makeOrganization, makePerson, makeRequest } from '../factories';
import { resetDatabase } from '../setup/reset-database';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let head: Person;

// a Thursday; the working days after it are 20, 23, 24, 25 and 26 November
const now = moscowMoment('2026-11-19', '10:42');
const THURSDAY = '2026-11-19';
const FRIDAY = '2026-11-20';
const SATURDAY = '2026-11-21';
const MONDAY = '2026-11-23';
const LAST = '2026-11-26';
const WORKING = [THURSDAY, FRIDAY, MONDAY, '2026-11-24', '2026-11-25', LAST];

beforeEach(async () => {
  await resetDatabase();
  organization = await makeOrganization();
  head = await makePerson(organization);
});

const make = (given: Partial<DebtRequestRow>) =>
  makeRequest(organization, { responseDate: THURSDAY, hasDebt: given.status === 'new' ? null : false, ...given });

/** What is not nothing. */
const some = (counts: Counts) => Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

/** How many rows a link gives, of the query as the address line carries it. */
async function listed(person: Person, query: RegistryQuery): Promise<number> {
  const asked = parseRegistryQuery(Object.fromEntries(registryParams({ ...query, size: 100 })));
  const { rows, total } = await listDebtRequests(person, asked, now);
  expect(rows.length).toBe(total);
  return total;
}

/** Every number and bar of the page gives exactly as many rows as it says. Gives how many numbers were not zero. */
async function everyCellIsItsList(person: Person, radar: Radar): Promise<number> {
  let numbers = 0;
  const check = async (query: RegistryQuery, said: number) => {
    const where = `${person.roles} ${registryParams(query)}`;
    // there is no link to nothing, and yet the list must be empty
    if (said === 0) return expect(await countDebtRequests(person, query, now), where).toBe(0);
    numbers += 1;
    expect(await listed(person, query), where).toBe(said);
  };
  const all = { of: { division: null, assignee: null }, cells: radar.days.map(({ counts }) => counts) };
  for (const { of, cells } of [all, ...radar.rows.flatMap((row) => [row, ...row.people])]) {
    await Promise.all(
      radar.days.flatMap(({ date }, i) => [
        check(queryOfCell(of, date, false), leftOf(cells[i]!)),
        check(queryOfCell(of, date, true), allOf(cells[i]!)),
      ]),
    );
  }
  for (const { query, count } of radar.attention) expect(await listed(person, query)).toBe(count);
  return numbers;
}

test('each status stands where its answer has come to; what is owed no more is not counted', async () => {
  for (const status of STATUSES) {
    // what has expired had its term before
    if (status !== 'expired') await make({ status });
  }
  const { days } = await radarOf(head, now);
  expect(some(days[0]!.counts)).toEqual({ new: 1, work: 3, review: 1, ready: 2, sent: 1 });
  expect([leftOf(days[0]!.counts), allOf(days[0]!.counts)]).toEqual([7, 8]);
});

describe('days', () => {
  const dates = async (at = now) => (await radarOf(head, at)).days.map(({ date }) => date);

  test('today and the next five working days; the day that ends at 24:00 Moscow time is today until then', async () => {
    expect(await dates()).toEqual(WORKING);
    expect(await dates(new Date('2026-11-19T20:59:59.999Z'))).toEqual(WORKING);
    expect(await dates(new Date('2026-11-19T21:00:00Z'))).toEqual([...WORKING.slice(1), '2026-11-27']);
    await make({ status: 'new' });
    const before = await radarOf(head, new Date('2026-11-19T20:59:59.999Z'));
    expect(leftOf(before.days[0]!.counts)).toBe(1);
    const after = await radarOf(head, new Date('2026-11-19T21:00:00Z'));
    expect(after.days.map(({ counts }) => allOf(counts))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('a term on a Saturday has its own column, in the words of a day off', async () => {
    expect((await radarOf(head, now)).days.map(({ gap }) => gap)).toEqual([false, false, true, false, false, false]);
    await make({ status: 'ready', responseDate: SATURDAY });
    const radar = await radarOf(head, now);
    expect(radar.days.map(({ date, words, tone, gap }) => ({ date, words, tone, gap })).slice(0, 4)).toEqual([
      { date: THURSDAY, words: 'сегодня', tone: 'today', gap: false },
      { date: FRIDAY, words: 'завтра', tone: 'soon', gap: false },
      { date: SATURDAY, words: 'выходной', tone: 'soon', gap: false },
      { date: MONDAY, words: '2\u00a0раб.\u00a0дня', tone: 'later', gap: true },
    ]);
    expect(radar.days[2]!.counts.ready).toBe(1);
    await everyCellIsItsList(head, radar);
  });

  test('on a day off today is shown too, and what is far away is not', async () => {
    await make({ status: 'new', responseDate: '2026-11-30' });
    const { days } = await radarOf(head, moscowMoment(SATURDAY, '12:00'));
    expect(days.map(({ date, working }) => `${date} ${working}`)).toEqual([
      `${SATURDAY} false`,
      ...[...WORKING.slice(2), '2026-11-27'].map((date) => `${date} true`),
    ]);
  });

  test('a day off that the organization added is none to work on', async () => {
    await db.insert(calendarYears).values({
      organizationId: organization.id,
      year: 2026,
      daysOff: [FRIDAY],
      workingDays: [],
      setBy: head.userId,
    });
    expect(await dates()).toEqual([THURSDAY, ...WORKING.slice(2), '2026-11-27']);
    expect(await radarOf(await makePerson(await makeOrganization()), now)).toMatchObject({
      days: [{}, { date: FRIDAY }, {}, {}, {}, {}],
    });
  });
});

describe('rows', () => {
  let north: string;
  let central: string;
  let south: string;
  let executor: Person;
  let colleague: Person;

  beforeEach(async () => {
    const directorate = await makeDivision(organization, 'Дирекция');
    north = await makeDivision(organization, 'Северный', { parentId: directorate });
    central = await makeDivision(organization, 'Центральный', { parentId: directorate });
    south = await makeDivision(organization, 'Южный');
    executor = await makePerson(organization, ['executor'], { divisionId: north });
    colleague = await makePerson(organization, ['executor'], { divisionId: central });
    await db.execute(sql`update users set last_name = 'Ёлкина' where id = ${executor.userId}`);
    await db.execute(sql`update users set last_name = 'Жукова' where id = ${colleague.userId}`);
  });

  const outline = ({ rows }: Radar) =>
    rows.map(({ name, depth, cells, people }) => [
      depth,
      name,
      cells.map(allOf),
      people.map((one) => [one.name, one.cells.map(allOf)]),
    ]);

  test('a directorate with its divisions, people by name, those without any last; nothing where nothing falls due', async () => {
    await make({ divisionId: north, assigneeId: executor.userId });
    await make({ divisionId: north, responseDate: LAST });
    await make({ divisionId: central, assigneeId: executor.userId, responseDate: LAST });
    await make({ divisionId: central, assigneeId: colleague.userId });
    await make({ divisionId: south, responseDate: '2026-11-27' });
    await make({ assigneeId: colleague.userId, responseDate: FRIDAY });
    expect(outline(await radarOf(head, now))).toEqual([
      [
        0,
        'Дирекция',
        [2, 0, 0, 0, 0, 2],
        [
          ['Ёлкина\u00a0А.\u00a0И.', [1, 0, 0, 0, 0, 1]],
          ['Жукова\u00a0А.\u00a0И.', [1, 0, 0, 0, 0, 0]],
          [null, [0, 0, 0, 0, 0, 1]],
        ],
      ],
      [
        1,
        'Северный',
        [1, 0, 0, 0, 0, 1],
        [
          ['Ёлкина\u00a0А.\u00a0И.', [1, 0, 0, 0, 0, 0]],
          [null, [0, 0, 0, 0, 0, 1]],
        ],
      ],
      [
        1,
        'Центральный',
        [1, 0, 0, 0, 0, 1],
        [
          ['Ёлкина\u00a0А.\u00a0И.', [0, 0, 0, 0, 0, 1]],
          ['Жукова\u00a0А.\u00a0И.', [1, 0, 0, 0, 0, 0]],
        ],
      ],
      [0, null, [0, 1, 0, 0, 0, 0], [['Жукова\u00a0А.\u00a0И.', [0, 1, 0, 0, 0, 0]]]],
    ]);
  });

  test('every number leads to exactly as many requests, whoever looks', { timeout: 60_000 }, async () => {
    const places = [north, central, south, null];
    const hands = [executor.userId, colleague.userId, null];
    // every place, hand and status in turn, over all days of the radar, a Saturday and what lies before and after
    const days = [...WORKING, SATURDAY, '2026-11-18', '2026-11-27'];
    let i = 0;
    for (const divisionId of places) {
      for (const assigneeId of hands) {
        for (const status of STATUSES) {
          i += 1;
          const responseDate = status === 'expired' ? '2026-11-18' : days[i % days.length]!;
          await make({ divisionId, assigneeId, status, responseDate });
        }
      }
    }
    await db.insert(accounts).values({ organizationId: organization.id, number: '1' });
    const stranger = await makePerson(await makeOrganization());
    await makeRequest({ id: stranger.organizationId }, { responseDate: THURSDAY });
    const lookers = [
      head,
      executor,
      await makePerson(organization, ['head'], { divisionId: north }),
      await makePerson(organization, ['debt_clerk'], { divisionId: south }),
      stranger,
    ];
    const totals = [];
    for (const person of lookers) {
      const radar = await radarOf(person, now);
      expect(await everyCellIsItsList(person, radar)).toBeGreaterThan(1);
      expect(radar.attention.length).toBeGreaterThan(0);
      // top rows together are all
      for (const [day, { counts }] of radar.days.entries()) {
        const top = radar.rows.filter(({ depth }) => depth === 0);
        expect(top.reduce((sum, { cells }) => sum + allOf(cells[day]!), 0)).toBe(allOf(counts));
      }
      totals.push(radar.days.reduce((sum, { counts }) => sum + allOf(counts), 0));
    }
    const [all, own, northern, clerk, foreign] = totals as [number, ...number[]];
    expect(all).toBeGreaterThan(60);
    expect(clerk).toBe(all);
    expect(own).toBeLessThan(all);
    expect(northern).toBeLessThan(all);
    expect(foreign).toBe(1);
  });

  test('an executor sees what is on him, in whatever division, and what is free in his own', async () => {
    await make({ divisionId: north });
    await make({ divisionId: north, assigneeId: colleague.userId });
    await make({ divisionId: south, assigneeId: executor.userId });
    await make({ divisionId: south });
    const radar = await radarOf(executor, now);
    expect(outline(radar)).toEqual([
      [0, 'Северный', [1, 0, 0, 0, 0, 0], [[null, [1, 0, 0, 0, 0, 0]]]],
      [0, 'Южный', [1, 0, 0, 0, 0, 0], [['Ёлкина\u00a0А.\u00a0И.', [1, 0, 0, 0, 0, 0]]]],
    ]);
    // the filter that the link opens knows the division's name
    expect((await listDivisions(executor)).map(({ name }) => name)).toEqual(['Северный']);
    expect((await listDivisions(executor, south)).map(({ name }) => name)).toEqual(['Северный', 'Южный']);
    expect(await listed(executor, queryOfRow(radar.rows[1]!.of))).toBe(1);
  });

  test('a head sees his divisions, with those below', async () => {
    await make({ divisionId: north });
    await make({ divisionId: south });
    const [directorate] = (await radarOf(head, now)).rows;
    await db
      .update(memberships)
      .set({ divisionId: directorate!.of.division })
      .where(eq(memberships.userId, colleague.userId));
    await db
      .update(memberships)
      .set({ roles: ['head'] })
      .where(eq(memberships.userId, colleague.userId));
    const boss = (await personById(colleague.userId, organization.id))!;
    expect((await radarOf(boss, now)).rows.map(({ name }) => name)).toEqual(['Дирекция', 'Северный']);
  });
});

test('without divisions there are people alone', async () => {
  await make({ assigneeId: head.userId });
  await make({});
  const radar = await radarOf(head, now);
  expect(radar.rows.map(({ of, name }) => [of.division, of.assignee, name])).toEqual([
    [null, head.userId, head.name],
    [null, 'none', null],
  ]);
  await everyCellIsItsList(head, radar);
});

test('what needs attention: by the filter that shows it, and only what there is', async () => {
  expect((await radarOf(head, now)).attention).toEqual([]);
  await make({ status: 'send_failed', assigneeId: head.userId });
  await make({ status: 'new', assigneeId: head.userId, responseDate: SATURDAY });
  await make({ status: 'expired', responseDate: '2026-11-18', assigneeId: head.userId });
  await make({ status: 'expired', responseDate: '2026-11-17', assigneeId: head.userId });
  const said = async () => {
    const radar = await radarOf(head, now);
    await everyCellIsItsList(head, radar);
    return radar.attention.map(({ what, date, count }) => `${what} ${date} ${count}`);
  };
  // without accounts nobody matches anything
  expect(await said()).toEqual([`failed ${THURSDAY} 1`, 'expired 2026-11-18 1']);
  await db.insert(accounts).values({ organizationId: organization.id, number: '1' });
  await make({ status: 'in_progress', responseDate: '2026-12-31' });
  expect(await said()).toEqual([
    `failed ${THURSDAY} 1`,
    `unmatched ${SATURDAY} 1`,
    'unassigned null 1',
    'expired 2026-11-18 1',
  ]);
});

test('the pace: answers of the last two weeks by working days, beside what two days ask for', async () => {
  await make({ status: 'new', responseDate: FRIDAY });
  await make({ status: 'new', responseDate: MONDAY });
  expect((await radarOf(head, now)).pace).toBeNull();
  const answered = (at: Date) => make({ status: 'answered', answeredAt: at, responseDate: THURSDAY });
  await answered(moscowMoment('2026-11-05', '00:00'));
  for (let i = 0; i < 4; i++) await answered(moscowMoment('2026-11-18', '23:59'));
  await answered(moscowMoment('2026-11-04', '23:59'));
  await answered(moscowMoment(THURSDAY, '00:00'));
  expect((await radarOf(head, now)).pace).toEqual({ average: 0.5, until: FRIDAY, left: 1 });
  expect((await radarOf(await makePerson(await makeOrganization()), now)).pace).toBeNull();
});
