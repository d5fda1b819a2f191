import { type SQL, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import type { Person } from '@/lib/auth/actor';
import { organizationsOf, personById } from '@/lib/auth/person';
import { moscowToday } from '@/lib/calendar/moscow';
import { isWorkingDay } from '@/lib/calendar/working-days';
import { ownCalendar } from '@/lib/staff/calendar';
import { byDivision, byPerson, divisionsOf, namesOf } from './division-tree';
import { conditionOf, parseRegistryQuery, type RegistryQuery } from './registry';
import { type ColumnUnit, daysOf, type Period, piecesOf, type StatisticsQuery, unitOf } from './statistics-period';
import { ANSWERED_BY } from './transition';

/** «Статистика»: what became of the requests of a period, by day, division and person. Read only. */

/** What became of a request: one of these, so that they add up. First the answers, the four that «Отклик» sent before the rest. */
export const OUTCOMES = [
  'person',
  'autofill',
  'excel',
  'autoanswer',
  'elsewhere',
  'waiting',
  'expired',
  'revoked',
] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type Outcomes = Record<Outcome, number>;

/** Sums, so that those of a directorate are those of its divisions together. */
export interface Figures {
  outcomes: Outcomes;
  /** «Да» among the answers that «Отклик» sent. */
  yes: number;
  /** Working days that those answers took, all together and the longest; null = there are none. */
  days: number;
  worst: number | null;
  /** How many times an answer was returned for rework, and of how many requests. */
  returns: number;
  returned: number;
}

/** «Поступило». */
export const receivedOf = (outcomes: Outcomes): number => OUTCOMES.reduce((sum, one) => sum + outcomes[one], 0);

/** Answers that «Отклик» sent: only of them the content and the moment are known. */
export const sentOf = ({ person, autofill, excel, autoanswer }: Outcomes): number =>
  person + autofill + excel + autoanswer;

/** «Отвечено»: those, and what was answered elsewhere. */
export const answeredOf = (outcomes: Outcomes): number => sentOf(outcomes) + outcomes.elsewhere;

/** Working days from the day of sending to the confirmation of the answer; null = none was sent. */
export const averageOf = ({ outcomes, days }: Figures): number | null =>
  sentOf(outcomes) > 0 ? days / sentOf(outcomes) : null;

/** Share of «Да» among the answers sent, 0…1; null = none was sent. */
export const yesShareOf = ({ outcomes, yes }: Figures): number | null =>
  sentOf(outcomes) > 0 ? yes / sentOf(outcomes) : null;

export interface StatisticsRow {
  /** Whose requests these are, as the registry is asked for them. */
  of: Pick<RegistryQuery, 'division' | 'assignee'>;
  /** Null = of no division, on nobody. */
  name: string | null;
  /** How many of the divisions shown hold it. */
  depth: number;
  figures: Figures;
}

export interface StatisticsColumn extends Period {
  outcomes: Outcomes;
}

export interface PortalRefusal {
  /** Verbatim, both. */
  code: string | null;
  text: string | null;
  count: number;
  /** Of how many requests. */
  requests: number;
}

export interface Statistics {
  query: StatisticsQuery;
  total: Figures;
  /** Whose answer took longest; the earliest of them. */
  slowest: { id: string; requestNumber: string } | null;
  /** Every day of the period up to today. */
  days: StatisticsColumn[];
  /** The same in columns of a drawing. */
  columns: StatisticsColumn[];
  unit: ColumnUnit;
  /** A directorate before what belongs to it, with the requests of those below. Empty where there are no divisions. */
  divisions: StatisticsRow[];
  /** Assignees by name, «не назначен» last. */
  people: StatisticsRow[];
  /** The most frequent first, at most a hundred. */
  refusals: PortalRefusal[];
}

/** What a number of the page counts: an outcome, or several of them together. */
export type Figure = Outcome | 'received' | 'answered' | 'sent' | 'yes';

const ASKED: Record<Figure, Partial<RegistryQuery>> = {
  received: { status: 'any' },
  answered: { status: 'answered' },
  sent: { status: 'answered', source: 'here' },
  yes: { status: 'answered', source: 'here', debt: 'yes' },
  person: { status: 'answered', source: 'person' },
  autofill: { status: 'answered', source: 'autofill' },
  excel: { status: 'answered', source: 'excel' },
  autoanswer: { status: 'answered', source: 'autoanswer' },
  elsewhere: { status: 'answered', source: 'elsewhere' },
  waiting: { status: 'waiting' },
  expired: { status: 'expired' },
  revoked: { status: 'revoked' },
};

/** The registry's filter behind a number: it lists exactly as many requests. */
export const queryOfFigure = (figure: Figure, { from, to }: Period, of: StatisticsRow['of']): RegistryQuery => ({
  ...parseRegistryQuery({}),
  ...ASKED[figure],
  ...of,
  sentFrom: from,
  sentTo: to,
});

/** Everything that the page shows, of what the person may see. */
export async function statisticsOf(person: Person, query: StatisticsQuery, now: Date): Promise<Statistics> {
  const today = moscowToday(now);
  const requests = await requestsOf(person, query, today);
  const [cells, byDay, slowest, refusals, tree] = await Promise.all([
    cellsOf(person, requests),
    countByDay(requests),
    slowestOf(requests),
    refusalsOf(person, requests),
    divisionsOf(person),
  ]);
  // days that have not come are not drawn
  const last = [today, ...byDay.map(({ sentDate }) => sentDate)].sort().at(-1)!;
  const past = { from: query.from, to: query.to < last || today < query.from ? query.to : last };
  const unit = unitOf(query);
  const gathered = (kind: ColumnUnit) =>
    piecesOf(past, kind).map((piece) => ({
      ...piece,
      outcomes: outcomesOf(byDay.filter(({ sentDate }) => sentDate >= piece.from && sentDate <= piece.to)),
    }));
  return {
    query,
    total: sumOf(cells),
    slowest,
    days: gathered('day'),
    columns: gathered(unit),
    unit,
    divisions:
      tree.length === 0
        ? []
        : byDivision(person, tree, cells, query.division).map(({ division, name, depth, counted }) => ({
            of: { division, assignee: null },
            name,
            depth,
            figures: sumOf(counted),
          })),
    people: await peopleOf(query, cells),
    refusals,
  };
}

/** «По организациям»: the same period in each organization of the person, with his rights there and by its calendar. Empty for who belongs to one. */
export async function statisticsByOrganization(
  person: Person,
  { from, to }: Period,
  now: Date,
): Promise<{ id: string; name: string; figures: Figures }[]> {
  const places = await organizationsOf(person.userId);
  if (places.length < 2) return [];
  const rows = [];
  // one after another: a few scans each, and nobody waits for the pool
  for (const place of places) {
    const there = await personById(person.userId, place.id);
    if (!there) continue;
    const requests = await requestsOf(there, { from, to, division: null }, moscowToday(now));
    rows.push({ ...place, figures: sumOf(await cellsOf(there, requests)) });
  }
  return rows;
}

/** «Отклик» sent this answer: `ANSWERED_BY` names who chose it, and `answered_at` is there. */
const SENT = sql`${debtRequests.status} = 'answered' and ${ANSWERED_BY} <> 'elsewhere'`;

/** Of whatever else: the status itself, or that an answer is still owed or on its way. */
const OUTCOME = sql`case ${debtRequests.status} when 'answered' then ${ANSWERED_BY}
  when 'expired' then 'expired' when 'revoked' then 'revoked' else 'waiting' end`;

/**
 * The requests of the query as a subquery: outcome and, of what was sent, working days from the day of sending to the Moscow date
 * of the portal's confirmation. It names only columns of the index `debt_requests_sent`.
 */
async function requestsOf(person: Person, query: StatisticsQuery, today: string): Promise<SQL> {
  const of = { division: query.division, assignee: null };
  const condition = await conditionOf(person, queryOfFigure('received', query, of), today);
  const end = query.to > today ? query.to : today;
  // how many working days there were up to each day: the difference of two is how many lie between
  const calendar = await ownCalendar(person);
  let worked = 0;
  const ordinals = daysOf({ from: query.from, to: end }).map((day) =>
    isWorkingDay(day, calendar) ? ++worked : worked,
  );
  const ordinal = (date: SQL) =>
    sql`(string_to_array(${ordinals.join(',')}, ',')::int[])[least(${date}, ${end}::date) - ${query.from}::date + 1]`;
  // Moscow is UTC+3 all year
  const answeredOn = sql`((${debtRequests.answeredAt} at time zone 'UTC') + interval '3 hours')::date`;
  return sql`(select ${debtRequests.id}, ${debtRequests.divisionId}, ${debtRequests.assigneeId}, ${debtRequests.sentDate},
      ${OUTCOME} as outcome, ${SENT} and ${debtRequests.hasDebt} as yes,
      case when ${SENT} then greatest(0, ${ordinal(answeredOn)} - ${ordinal(sql`${debtRequests.sentDate}`)}) end as days
    from ${debtRequests} where ${condition}) r`;
}

/** The requests of one division on one person. */
interface Cell {
  divisionId: string | null;
  assigneeId: string | null;
  figures: Figures;
}

async function cellsOf(person: Person, requests: SQL): Promise<Cell[]> {
  const [counted, returned] = await Promise.all([
    db.execute<{
      divisionId: string | null;
      assigneeId: string | null;
      outcome: Outcome;
      count: number;
      yes: number;
      days: number;
      worst: number | null;
    }>(sql`
      select division_id as "divisionId", assignee_id as "assigneeId", outcome, count(*)::int as count,
        (count(*) filter (where yes))::int as yes, coalesce(sum(days), 0)::int as days, max(days)::int as worst
      from ${requests} group by 1, 2, 3`),
    db.execute<{ divisionId: string | null; assigneeId: string | null; returns: number; returned: number }>(sql`
      select division_id as "divisionId", assignee_id as "assigneeId", count(*)::int as returns,
        count(distinct r.id)::int as returned
      from request_events e join ${requests} on r.id = e.request_id
      where e.organization_id = ${person.organizationId} and e.action = 'returnForRework' group by 1, 2`),
  ]);
  return [
    ...counted.map(({ divisionId, assigneeId, outcome, count, yes, days, worst }) => ({
      divisionId,
      assigneeId,
      figures: { ...NOTHING, outcomes: { ...NO_OUTCOMES, [outcome]: count }, yes, days, worst },
    })),
    ...returned.map(({ divisionId, assigneeId, returns, returned: of }) => ({
      divisionId,
      assigneeId,
      figures: { ...NOTHING, returns, returned: of },
    })),
  ];
}

const NO_OUTCOMES = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Outcomes;
const NOTHING: Figures = { outcomes: NO_OUTCOMES, yes: 0, days: 0, worst: null, returns: 0, returned: 0 };

function sumOf(cells: Cell[]): Figures {
  const sum = { ...NOTHING, outcomes: { ...NO_OUTCOMES } };
  for (const { figures } of cells) {
    for (const outcome of OUTCOMES) sum.outcomes[outcome] += figures.outcomes[outcome];
    for (const key of ['yes', 'days', 'returns', 'returned'] as const) sum[key] += figures[key];
    if (figures.worst !== null) sum.worst = Math.max(sum.worst ?? 0, figures.worst);
  }
  return sum;
}

async function peopleOf({ division }: StatisticsQuery, cells: Cell[]): Promise<StatisticsRow[]> {
  return byPerson(await namesOf(cells), cells).map(({ assignee, name, counted }) => ({
    of: { division, assignee },
    name,
    depth: 0,
    figures: sumOf(counted),
  }));
}

interface DayCount {
  sentDate: string;
  outcome: Outcome;
  count: number;
}

const countByDay = (requests: SQL): Promise<DayCount[]> =>
  db.execute<DayCount & Record<string, unknown>>(sql`
    select sent_date as "sentDate", outcome, count(*)::int as count from ${requests} group by 1, 2`);

function outcomesOf(counted: DayCount[]): Outcomes {
  const outcomes = { ...NO_OUTCOMES };
  for (const { outcome, count } of counted) outcomes[outcome] += count;
  return outcomes;
}

async function slowestOf(requests: SQL): Promise<Statistics['slowest']> {
  const [row] = await db.execute<{ id: string; requestNumber: string }>(sql`
    select n.id, n.request_number as "requestNumber"
    from (select id from ${requests} where days is not null order by days desc, sent_date, id limit 1) worst
      join debt_requests n on n.id = worst.id`);
  return row ?? null;
}

/** Answers and withdrawals of these requests that the portal refused one by one, in its own words. */
const refusalsOf = (person: Person, requests: SQL): Promise<PortalRefusal[]> =>
  db.execute<PortalRefusal & Record<string, unknown>>(sql`
    select i.error_code as code, i.error_text as text, count(*)::int as count, count(distinct r.id)::int as requests
    from exchange_items i join ${requests} on r.id = i.request_id
    where i.organization_id = ${person.organizationId} and i.state = 'refused' and i.error_kind = 'portal'
    group by 1, 2 order by 3 desc, 1, 2 limit 100`);
