import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { requestEvents } from '@/db/schema/debt-requests';
import { exchangeItems } from '@/db/schema/exchange';
import { calendarYears, memberships, users } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { addDays, moscowMoment } from '@/lib/calendar/moscow';
import {
  countDebtRequests,
  listDebtRequests,
  parseRegistryQuery,
  type RegistryQuery,
  registryParams,
} from '@/lib/debt-requests/registry';
import {
  answeredOf,
  averageOf,
  type Figure,
  type Figures,
  OUTCOMES,
  queryOfFigure,
  receivedOf,
  type Statistics,
  sentOf,
  statisticsByOrganization,
  statisticsOf,
  yesShareOf,
} from '@/lib/debt-requests/statistics';
import { statisticsSheets } from '@/lib/debt-requests/statistics-file';
import { parseStatisticsQuery, periodsOf, piecesOf, unitOf } from '@/lib/debt-requests/statistics-period';
import { STATUSES } from '@/lib/debt-requests/workflow';
import { writeWorkbook } from '@/lib/imports/write-workbook';
import { type DebtRequestRow, makeDivision, makeOrganization, makePerson, makeRequest } from '../factories';
import { Chance } from '../random';
import { resetDatabase } from '../setup/reset-database';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let head: Person;

const TODAY = '2026-11-19';
const now = moscowMoment(TODAY, '10:42');
const NOVEMBER = { from: '2026-11-01', to: '2026-11-30', division: null };

beforeEach(async () => {
  await resetDatabase();
  organization = await makeOrganization();
  head = await makePerson(organization);
});

const make = (given: Partial<DebtRequestRow>) =>
  makeRequest(organization, {
    sentDate: '2026-11-10',
    responseDate: addDays(given.sentDate ?? '2026-11-10', 7),
    ...(['prepared', 'ready', 'sending'].includes(given.status ?? '') ? { hasDebt: false } : {}),
    ...given,
  });

/** An answer that «Отклик» sent and the portal confirmed at that Moscow time. */
const answered = (sentDate: string, on: string, given: Partial<DebtRequestRow> = {}, time = '12:00') =>
  make({
    status: 'answered',
    answerSource: 'person',
    hasDebt: false,
    sentDate,
    answeredAt: moscowMoment(on, time),
    ...given,
  });

const returned = (request: DebtRequestRow) =>
  db.insert(requestEvents).values({
    organizationId: request.organizationId,
    requestId: request.id,
    action: 'returnForRework',
    fromStatus: 'prepared',
    toStatus: 'rework',
  });

const refused = (request: DebtRequestRow, errorCode: string, errorText: string, given = {}) =>
  db.insert(exchangeItems).values({
    organizationId: request.organizationId,
    requestId: request.id,
    actionType: 'Revoke',
    state: 'refused',
    errorKind: 'portal',
    errorCode,
    errorText,
    ...given,
  });

/** How many rows a link gives, of the query as the address line carries it. */
async function listed(person: Person, query: RegistryQuery): Promise<number> {
  const asked = parseRegistryQuery(Object.fromEntries(registryParams({ ...query, size: 100 })));
  const { rows, total } = await listDebtRequests(person, asked, now);
  expect(rows.length).toBe(Math.min(total, 100));
  return total;
}

const numbersOf = ({ outcomes, yes }: Figures): Record<Figure, number> => ({
  ...outcomes,
  received: receivedOf(outcomes),
  answered: answeredOf(outcomes),
  sent: sentOf(outcomes),
  yes,
});

/** Every number of the page gives exactly as many rows as it says. Gives how many numbers were not zero. */
async function everyFigureIsItsList(person: Person, statistics: Statistics): Promise<number> {
  let numbers = 0;
  const all = { of: { division: statistics.query.division, assignee: null }, figures: statistics.total };
  const check = async (query: RegistryQuery, said: number) => {
    const where = `${person.roles} ${registryParams(query)}`;
    // there is no link to nothing, and yet the list must be empty
    if (said === 0) return expect(await countDebtRequests(person, query, now), where).toBe(0);
    numbers += 1;
    expect(await listed(person, query), where).toBe(said);
  };
  for (const { of, figures } of [all, ...statistics.divisions, ...statistics.people])
    for (const [figure, said] of Object.entries(numbersOf(figures)))
      await check(queryOfFigure(figure as Figure, statistics.query, of), said);
  for (const column of statistics.columns)
    await check(queryOfFigure('received', column, all.of), receivedOf(column.outcomes));
  return numbers;
}

/** What is not nothing. */
const some = (counts: object) => Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

describe('outcomes', () => {
  test('each status stands where it belongs, and all together are what was received', async () => {
    for (const status of STATUSES) await make({ status });
    const { total } = await statisticsOf(head, NOVEMBER, now);
    // an answer that «Отклик» knows nothing of was given elsewhere
    expect(some(total.outcomes)).toEqual({ elsewhere: 1, waiting: 7, expired: 1, revoked: 1 });
    expect(receivedOf(total.outcomes)).toBe(10);
    expect([averageOf(total), yesShareOf(total), total.worst]).toEqual([null, null, null]);
  });

  test('answers by who chose them; a draft beside an answer given elsewhere chose nothing', async () => {
    for (const [answerSource, count] of [
      ['person', 1],
      ['autofill', 2],
      ['excel', 3],
      ['autoanswer', 4],
    ] as const)
      for (let i = 0; i < count; i++)
        await answered('2026-11-10', '2026-11-11', { answerSource, hasDebt: i === 0 && answerSource === 'person' });
    await make({ status: 'answered', answerSource: 'person', hasDebt: true, answeredAt: null });
    await make({ status: 'answered', answerSource: 'autofill', hasDebt: true, answeredAt: null });
    await make({ status: 'in_progress', answerSource: 'person', hasDebt: true });
    const statistics = await statisticsOf(head, NOVEMBER, now);
    expect(numbersOf(statistics.total)).toEqual({
      received: 13,
      answered: 12,
      sent: 10,
      yes: 1,
      person: 1,
      autofill: 2,
      excel: 3,
      autoanswer: 4,
      elsewhere: 2,
      waiting: 1,
      expired: 0,
      revoked: 0,
    });
    expect(yesShareOf(statistics.total)).toBe(0.1);
    // total, the only person «не назначен», and one day: ten numbers twice, and the column
    expect(await everyFigureIsItsList(head, statistics)).toBe(21);
  });

  test('the registry’s filter by who chose the answer holds for drafts too', async () => {
    await make({ status: 'in_progress', answerSource: 'person', hasDebt: true });
    await make({ status: 'in_progress' });
    await make({ status: 'answered', answerSource: 'person', answeredAt: null });
    const of = (given: string) =>
      listed(head, parseRegistryQuery(Object.fromEntries(new URLSearchParams(`${given}&answered=1`))));
    expect(await of('source=person')).toBe(1);
    expect(await of('source=here')).toBe(1);
    expect(await of('source=elsewhere')).toBe(1);
    expect(await of('source=nobody')).toBe(3);
  });

  test('both days of the period are in it, and no other', async () => {
    for (const sentDate of ['2026-10-31', '2026-11-01', '2026-11-30', '2026-12-01']) await make({ sentDate });
    const { total, days } = await statisticsOf(head, NOVEMBER, now);
    expect(receivedOf(total.outcomes)).toBe(2);
    expect([days[0]!.from, days.at(-1)!.from]).toEqual(['2026-11-01', '2026-11-30']);
  });
});

describe('time to answer', () => {
  test('working days over a holiday, by the Moscow date of the portal’s confirmation', async () => {
    // 4 November is a holiday: Friday 30.10 → Thursday 05.11 is Monday, Tuesday, Thursday
    await answered('2026-10-30', '2026-11-05');
    const october = { from: '2026-10-01', to: '2026-10-31', division: null };
    expect((await statisticsOf(head, october, now)).total).toMatchObject({ days: 3, worst: 3 });
    // a minute before midnight and at midnight
    await answered('2026-11-09', '2026-11-09', {}, '23:59');
    await answered('2026-11-09', '2026-11-10', {}, '00:00');
    const slow = await answered('2026-11-09', '2026-11-16', { requestNumber: '00123' });
    const statistics = await statisticsOf(head, NOVEMBER, now);
    expect(statistics.total).toMatchObject({ days: 6, worst: 5 });
    expect(averageOf(statistics.total)).toBe(2);
    expect(statistics.slowest).toEqual({ id: slow.id, requestNumber: '00123' });
  });

  test('a day off that the organization added is not counted, in another organization it is', async () => {
    const other = await makePerson(await makeOrganization());
    await db.insert(calendarYears).values({
      organizationId: organization.id,
      year: 2026,
      daysOff: ['2026-11-11'],
      workingDays: ['2026-11-14'],
      setBy: head.userId,
    });
    const given = { status: 'answered', answerSource: 'person', hasDebt: false, sentDate: '2026-11-10' } as const;
    // 11 (off for us), 12, 13, Saturday 14 (worked by us), 16
    for (const id of [organization.id, organization.id, other.organizationId])
      await makeRequest(
        { id },
        { ...given, answeredAt: moscowMoment(id === other.organizationId ? '2026-11-16' : '2026-11-13', '09:00') },
      );
    expect((await statisticsOf(head, NOVEMBER, now)).total).toMatchObject({ days: 4, worst: 2 });
    expect((await statisticsOf(other, NOVEMBER, now)).total).toMatchObject({ days: 4, worst: 4 });
    await answered('2026-11-13', '2026-11-16');
    expect((await statisticsOf(head, NOVEMBER, now)).total.days).toBe(6);
  });

  test('the period may lie long before the answers, or after today', async () => {
    await answered('2025-11-28', '2026-11-18');
    const { total } = await statisticsOf(head, { from: '2025-11-01', to: '2025-11-30', division: null }, now);
    expect(total.worst).toBeGreaterThan(230);
    const later = await statisticsOf(head, { from: '2026-12-01', to: '2026-12-31', division: null }, now);
    expect([receivedOf(later.total.outcomes), later.days.length]).toEqual([0, 31]);
  });
});

test('returns for rework and the portal’s refusals are those of the requests counted', async () => {
  const [one, two, before] = [await make({}), await make({}), await make({ sentDate: '2026-10-31' })];
  const foreign = await makeRequest(await makeOrganization(), { sentDate: '2026-11-10' });
  for (const request of [one, one, two, before, foreign]) await returned(request);
  await db.insert(requestEvents).values({ organizationId: organization.id, requestId: one.id, action: 'take' });
  for (const request of [one, one, before, foreign]) await refused(request, 'EXP001', 'Ошибка  «А»\n=1+1');
  await refused(two, 'INT002', 'Другая');
  await refused(two, 'INT002', 'Своя', { errorKind: 'message' });
  await refused(two, 'INT002', 'Принято', { state: 'accepted' });
  const { total, refusals, people } = await statisticsOf(head, NOVEMBER, now);
  expect(total).toMatchObject({ returns: 3, returned: 2 });
  expect(people.map(({ figures }) => figures.returns)).toEqual([3]);
  expect(refusals).toEqual([
    { code: 'EXP001', text: 'Ошибка  «А»\n=1+1', count: 2, requests: 1 },
    { code: 'INT002', text: 'Другая', count: 1, requests: 1 },
  ]);
});

describe('a random organization', () => {
  let directorate: string;
  let north: string;
  let south: string;
  let executor: Person;
  let boss: Person;
  let stranger: Person;
  let made: DebtRequestRow[];
  let returns: string[];

  beforeEach(async () => {
    directorate = await makeDivision(organization, 'Дирекция');
    north = await makeDivision(organization, 'Северный', { parentId: directorate });
    south = await makeDivision(organization, 'Южный');
    executor = await makePerson(organization, ['executor'], { divisionId: north });
    boss = await makePerson(organization, ['head'], { divisionId: directorate });
    await db.update(users).set({ lastName: 'Ёлкина' }).where(eq(users.id, executor.userId));
    await db.update(users).set({ lastName: '=Жукова' }).where(eq(users.id, boss.userId));
    stranger = await makePerson(await makeOrganization());
    const chance = new Chance(20261119);
    const random = () => chance.next();
    const pick = <T>(list: readonly T[]): T => chance.pick(list);
    made = [];
    returns = [];
    for (let i = 0; i < 260; i++) {
      const status = pick([...STATUSES, 'answered', 'answered', 'answered'] as const);
      const day = 1 + Math.floor(random() * 18);
      const request = await make({
        status,
        divisionId: pick([directorate, north, south, null]),
        assigneeId: pick([executor.userId, boss.userId, null]),
        responsibleId: pick([head.userId, boss.userId]),
        answerSource: pick(['person', 'autofill', 'excel', 'autoanswer', null] as const),
        hasDebt: pick([true, false]),
        // a few outside the period
        sentDate: `2026-${pick(['10', '11', '11', '11', '11'])}-${String(day).padStart(2, '0')}`,
        answeredAt:
          status === 'answered' && random() < 0.8
            ? moscowMoment(
                `2026-11-${String(Math.min(19, day + Math.floor(random() * 9))).padStart(2, '0')}`,
                pick(['00:00', '02:59', '12:00', '23:59']),
              )
            : null,
      });
      made.push(request);
      if (random() < 0.2) {
        await returned(request);
        returns.push(request.id);
      }
    }
    await makeRequest({ id: stranger.organizationId }, { sentDate: '2026-11-10' });
  }, 60_000);

  /** Whom each request is shown to, in other words than the product's. */
  const sees: [string, () => Person, (request: DebtRequestRow) => boolean][] = [
    ['head', () => head, () => true],
    [
      'executor',
      () => executor,
      ({ assigneeId, divisionId }) => assigneeId === executor.userId || (assigneeId === null && divisionId === north),
    ],
    [
      'division head',
      () => boss,
      ({ assigneeId, responsibleId, divisionId }) =>
        divisionId === directorate ||
        divisionId === north ||
        assigneeId === boss.userId ||
        responsibleId === boss.userId,
    ],
  ];

  const rawly = (requests: DebtRequestRow[]) => {
    const of = (condition: (request: DebtRequestRow) => boolean) => requests.filter(condition).length;
    const sent = ({ status, answeredAt, answerSource }: DebtRequestRow) =>
      status === 'answered' && answeredAt !== null && answerSource !== null;
    return {
      received: requests.length,
      answered: of(({ status }) => status === 'answered'),
      sent: of(sent),
      yes: of((request) => sent(request) && request.hasDebt === true),
      person: of((request) => sent(request) && request.answerSource === 'person'),
      autofill: of((request) => sent(request) && request.answerSource === 'autofill'),
      excel: of((request) => sent(request) && request.answerSource === 'excel'),
      autoanswer: of((request) => sent(request) && request.answerSource === 'autoanswer'),
      elsewhere: of((request) => request.status === 'answered' && !sent(request)),
      waiting: of(({ status }) => !['answered', 'expired', 'revoked'].includes(status)),
      expired: of(({ status }) => status === 'expired'),
      revoked: of(({ status }) => status === 'revoked'),
    };
  };

  test.each(sees)(
    '%s: figures are a raw count, and every one is its list',
    { timeout: 120_000 },
    async (_, who, may) => {
      const person = who();
      const seen = made.filter((request) => request.sentDate >= NOVEMBER.from && may(request));
      expect(seen.length).toBeGreaterThan(30);
      const statistics = await statisticsOf(person, NOVEMBER, now);
      expect(numbersOf(statistics.total)).toEqual(rawly(seen));
      expect(statistics.total.returns).toBe(seen.filter(({ id }) => returns.includes(id)).length);
      for (const { of, figures } of statistics.people)
        expect(numbersOf(figures)).toEqual(
          rawly(seen.filter(({ assigneeId }) => (assigneeId ?? 'none') === of.assignee)),
        );
      for (const { of, figures } of statistics.divisions) {
        const ids = of.division === directorate ? [directorate, north] : [of.division];
        expect(numbersOf(figures)).toEqual(rawly(seen.filter(({ divisionId }) => ids.includes(divisionId ?? 'none'))));
      }
      const top = statistics.divisions.filter(({ depth }) => depth === 0);
      expect(top.reduce((sum, { figures }) => sum + receivedOf(figures.outcomes), 0)).toBe(seen.length);
      expect(statistics.columns.reduce((sum, { outcomes }) => sum + receivedOf(outcomes), 0)).toBe(seen.length);
      expect(await everyFigureIsItsList(person, statistics)).toBeGreaterThan(40);
    },
  );

  test('a division with those below it, and what is of none', { timeout: 60_000 }, async () => {
    const inside = await statisticsOf(head, { ...NOVEMBER, division: directorate }, now);
    expect(inside.divisions.map(({ name, depth }) => `${depth} ${name}`)).toEqual(['0 Дирекция', '1 Северный']);
    expect(numbersOf(inside.total)).toEqual(numbersOf(inside.divisions[0]!.figures));
    await everyFigureIsItsList(head, inside);
    const below = await statisticsOf(head, { ...NOVEMBER, division: north }, now);
    expect(below.divisions.map(({ name, depth }) => `${depth} ${name}`)).toEqual(['0 Северный']);
    const none = await statisticsOf(head, { ...NOVEMBER, division: 'none' }, now);
    expect(none.divisions.map(({ of }) => of.division)).toEqual(['none']);
    await everyFigureIsItsList(head, none);
  });

  test('nothing of another organization, whatever is asked for', async () => {
    const foreign = await statisticsOf(stranger, NOVEMBER, now);
    expect(numbersOf(foreign.total)).toMatchObject({ received: 1, waiting: 1, answered: 0 });
    expect([foreign.total.returns, foreign.divisions, foreign.slowest]).toEqual([0, [], null]);
    const asked = await statisticsOf(stranger, { ...NOVEMBER, division: north }, now);
    expect([receivedOf(asked.total.outcomes), asked.people, asked.refusals]).toEqual([0, [], []]);
  });

  test('the workbook has the same numbers, real dates, and no formula', { timeout: 60_000 }, async () => {
    await refused(made.find(({ sentDate }) => sentDate > '2026-11-05')!, '=2+2', '@Текст');
    const statistics = await statisticsOf(head, NOVEMBER, now);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await writeWorkbook({ sheets: statisticsSheets(statistics) })) as never);
    expect(book.worksheets.map(({ name }) => name)).toEqual([
      'Итоги',
      'По дням',
      'По подразделениям',
      'По исполнителям',
      'Отказы портала',
    ]);
    const rowsOf = (name: string) => {
      const rows: unknown[][] = [];
      book.getWorksheet(name)!.eachRow((row) => rows.push((row.values as unknown[]).slice(1)));
      return rows;
    };
    for (const sheet of book.worksheets)
      sheet.eachRow((row) => row.eachCell((cell) => expect(cell.formula).toBeUndefined()));
    const totals = Object.fromEntries(rowsOf('Итоги') as [string, unknown][]);
    expect(totals).toMatchObject({
      'Дата направления запроса, с': new Date('2026-11-01T00:00:00Z'),
      'Дата направления запроса, по': new Date('2026-11-30T00:00:00Z'),
      Поступило: receivedOf(statistics.total.outcomes),
      'Отвечено вручную': statistics.total.outcomes.person,
      'Ещё без ответа': statistics.total.outcomes.waiting,
      'Из них «Да»': statistics.total.yes,
      'Худшее время ответа, рабочих дней': statistics.total.worst,
      'Среднее время ответа, рабочих дней': Math.round(averageOf(statistics.total)! * 100) / 100,
    });
    const counts = ({ outcomes }: Pick<Figures, 'outcomes'>) => [
      receivedOf(outcomes),
      ...OUTCOMES.map((outcome) => outcomes[outcome]),
    ];
    expect(rowsOf('По дням').slice(1)).toEqual(
      statistics.days.map((day) => [new Date(`${day.from}T00:00:00Z`), ...counts(day)]),
    );
    expect(statistics.days.length).toBe(19);
    for (const [name, rows] of [
      ['По подразделениям', statistics.divisions],
      ['По исполнителям', statistics.people],
    ] as const)
      expect(
        rowsOf(name)
          .slice(1)
          .map((row) => row.slice(1, 10)),
      ).toEqual(rows.map(({ figures }) => counts(figures)));
    expect(
      rowsOf('По исполнителям')
        .slice(1)
        .map(([name]) => name),
    ).toEqual(['=Жукова\u00a0А.\u00a0И.', 'Ёлкина\u00a0А.\u00a0И.', 'не\u00a0назначен']);
    expect(rowsOf('Отказы портала').slice(1)).toEqual([['=2+2', '@Текст', 1, 1]]);
  });

  test('in each organization with the rights there and by its calendar', async () => {
    expect(await statisticsByOrganization(executor, NOVEMBER, now)).toEqual([]);
    await db.insert(memberships).values({
      userId: executor.userId,
      organizationId: stranger.organizationId,
      roles: ['head'],
      gisEmployeeGuid: randomUUID(),
    });
    const rows = await statisticsByOrganization(executor, NOVEMBER, now);
    const own = await statisticsOf(executor, NOVEMBER, now);
    expect(new Map(rows.map(({ id, figures }) => [id, receivedOf(figures.outcomes)]))).toEqual(
      new Map([
        [organization.id, receivedOf(own.total.outcomes)],
        [stranger.organizationId, 1],
      ]),
    );
    await db.update(memberships).set({ blockedAt: now }).where(eq(memberships.organizationId, stranger.organizationId));
    expect(await statisticsByOrganization(executor, NOVEMBER, now)).toEqual([]);
  });
});

describe('period', () => {
  const parse = (asked: Record<string, string>) => parseStatisticsQuery(asked, TODAY);

  test('this month unless asked for another', () => {
    expect(parse({}).query).toEqual(NOVEMBER);
    expect(parse({ division: 'none' }).query).toEqual({ ...NOVEMBER, division: 'none' });
    expect(parse({ from: '2026-02-01', to: '28.02.2026', division: 'x' }).query).toEqual({
      from: '2026-02-01',
      to: '2026-02-28',
      division: null,
    });
    expect(periodsOf(TODAY).map(({ period }) => Object.values(period).join(' '))).toEqual([
      '2026-11-01 2026-11-30',
      '2026-10-01 2026-10-31',
      '2026-10-01 2026-12-31',
      '2026-01-01 2026-12-31',
    ]);
    expect(periodsOf('2026-01-31')[1]!.period).toEqual({ from: '2025-12-01', to: '2025-12-31' });
  });

  test('what is wrong is said beside its field, and what was typed stays', () => {
    expect(parse({ from: '31.02.2026', to: '2026-03-01' })).toEqual({
      query: null,
      division: null,
      typed: { from: '31.02.2026', to: '2026-03-01' },
      errors: { from: 'Такой даты нет. Введите её так: 19.11.2026.' },
    });
    expect(parse({ from: '2026-03-02', to: '2026-03-01' })).toMatchObject({
      query: null,
      typed: { from: '2026-03-02', to: '2026-03-01' },
      errors: { to: 'Конец периода раньше его начала.' },
    });
    expect(parse({ to: '2026-03-01' }).errors).toEqual({ from: 'Укажите, с\u00a0какой даты считать.' });
    expect(parse({ from: '2026-03-01' }).errors).toEqual({ to: 'Укажите, по\u00a0какую дату считать.' });
    expect(parse({ from: '2021-11-19', to: '2026-11-18' }).errors).toEqual({});
    expect(parse({ from: '2021-11-19', to: '2026-11-19' }).errors).toEqual({
      to: 'Период не\u00a0может быть длиннее 5\u00a0лет.',
    });
  });

  test('days up to 31 of them, weeks up to 26, then months; pieces follow each other and end with the period', () => {
    expect(unitOf({ from: '2026-10-01', to: '2026-10-31' })).toBe('day');
    expect(unitOf({ from: '2026-10-01', to: '2026-11-01' })).toBe('week');
    expect(unitOf({ from: '2026-01-01', to: '2026-07-01' })).toBe('week');
    expect(unitOf({ from: '2026-01-01', to: '2026-07-02' })).toBe('month');
    expect(piecesOf({ from: '2026-11-05', to: '2026-11-17' }, 'week')).toEqual([
      { from: '2026-11-05', to: '2026-11-08' },
      { from: '2026-11-09', to: '2026-11-15' },
      { from: '2026-11-16', to: '2026-11-17' },
    ]);
    expect(piecesOf({ from: '2025-12-31', to: '2026-02-01' }, 'month')).toEqual([
      { from: '2025-12-31', to: '2025-12-31' },
      { from: '2026-01-01', to: '2026-01-31' },
      { from: '2026-02-01', to: '2026-02-01' },
    ]);
  });

  test('the year in weeks and months adds up as well', async () => {
    for (const sentDate of ['2026-01-01', '2026-03-31', '2026-10-01', '2026-11-19']) await make({ sentDate });
    const year = await statisticsOf(head, { from: '2026-01-01', to: '2026-12-31', division: null }, now);
    expect(
      year.columns.map(({ from, outcomes }) => `${from} ${receivedOf(outcomes)}`).filter((one) => !one.endsWith(' 0')),
    ).toEqual(['2026-01-01 1', '2026-03-01 1', '2026-10-01 1', '2026-11-01 1']);
    expect(year.columns.at(-1)!.to).toBe(TODAY);
    await everyFigureIsItsList(head, year);
    const quarter = await statisticsOf(head, { from: '2026-10-01', to: '2026-12-31', division: null }, now);
    expect(quarter.columns.reduce((sum, { outcomes }) => sum + receivedOf(outcomes), 0)).toBe(2);
  });
});
