import { and, between, count, eq, gte, lt } from 'drizzle-orm';
import { db } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import type { Person } from '@/lib/auth/actor';
import { addDays, moscowMoment, moscowToday } from '@/lib/calendar/moscow';
import {
  type CalendarAdditions,
  type DeadlineTone,
  deadlineInWords,
  fifthWorkingDay,
  isWorkingDay,
} from '@/lib/calendar/working-days';
import { ownCalendar } from '@/lib/staff/calendar';
import { byDivision, byPerson, divisionsOf, namesOf } from './division-tree';
import { countDebtRequests, parseRegistryQuery, type RegistryQuery } from './registry';
import { visibleTo } from './transition';
import type { Status } from './workflow';

/** «Радар»: what falls due today and on the next five working days, by division and person, ready and not. Read only. */

/** From untouched to done. */
export const BUCKETS = ['new', 'work', 'review', 'ready', 'sent'] as const;
export type Bucket = (typeof BUCKETS)[number];
export type Counts = Record<Bucket, number>;

/** Nothing is owed any more for the statuses that stand in none. */
const BUCKET_OF: Partial<Record<Status, Bucket>> = {
  new: 'new',
  in_progress: 'work',
  rework: 'work',
  send_failed: 'work',
  prepared: 'review',
  ready: 'ready',
  sending: 'ready',
  answered: 'sent',
};

/** «Осталось отправить»: what the registry lists without answered ones. An answer on its way is among them. */
export const leftOf = (counts: Counts): number => counts.new + counts.work + counts.review + counts.ready;

export const allOf = (counts: Counts): number => leftOf(counts) + counts.sent;

export interface RadarDay {
  date: string;
  /** «сегодня», «завтра», «2 раб. дня», «выходной». */
  words: string;
  tone: DeadlineTone;
  working: boolean;
  /** Days that are not shown, all of them off, lie before it. */
  gap: boolean;
  counts: Counts;
}

export interface RadarRow {
  /** Whose requests these are, as the registry is asked for them. */
  of: Pick<RegistryQuery, 'division' | 'assignee'>;
  /** Null = of no division, on nobody. */
  name: string | null;
  /** How many of the divisions shown hold it. */
  depth: number;
  /** One for each day. A directorate's are with those of its divisions, as its filter is. */
  cells: Counts[];
  people: RadarRow[];
}

export interface Attention {
  what: 'failed' | 'unmatched' | 'unassigned' | 'expired';
  /** The term of all of them; null = whatever term. */
  date: string | null;
  count: number;
  query: RegistryQuery;
}

export interface Radar {
  today: string;
  days: RadarDay[];
  /** By division; of people where the organization has none. */
  rows: RadarRow[];
  attention: Attention[];
  /** Answers sent in a working day of the last two weeks, and what is left until the end of two working days from now. */
  pace: { average: number; until: string; left: number } | null;
}

/** The registry's filter behind a number: what is left of the day, or with `sent` all of it. */
export const queryOfCell = (of: RadarRow['of'], date: string, sent: boolean): RegistryQuery => ({
  ...parseRegistryQuery({}),
  ...of,
  dueOn: date,
  answered: sent,
});

/** The same of a whole row, whatever the term. */
export const queryOfRow = (of: RadarRow['of']): RegistryQuery => ({ ...parseRegistryQuery({}), ...of });

/** Everything that the page shows, of what the person may see. */
export async function radarOf(person: Person, now: Date): Promise<Radar> {
  const today = moscowToday(now);
  const additions = await ownCalendar(person);
  const last = fifthWorkingDay(today, additions);
  const [counted, tree, average] = await Promise.all([
    countByDay(person, today, last),
    divisionsOf(person),
    averageOf(person, today, additions),
  ]);
  const days = daysBetween(today, last)
    .filter(
      (date) =>
        date === today || isWorkingDay(date, additions) || counted.some(({ responseDate }) => responseDate === date),
    )
    .map((date, i, all) => {
      const { tone, words } = deadlineInWords(today, date, additions);
      const working = isWorkingDay(date, additions);
      return {
        date,
        words: working || date === today ? words : 'выходной',
        tone,
        working,
        gap: i > 0 && all[i - 1] !== addDays(date, -1),
        counts: sumOf(counted.filter(({ responseDate }) => responseDate === date)),
      };
    });
  const dates = days.map(({ date }) => date);
  const [names, attention] = await Promise.all([namesOf(counted), attentionOf(person, days, now)]);
  const ofPeople = (of: string | null, some: Counted[]) => peopleRows(of, some, dates, names);
  return {
    today,
    days,
    rows:
      tree.length === 0
        ? ofPeople(null, counted)
        : byDivision(person, tree, counted).map(({ division, name, depth, counted: some }) => ({
            of: { division, assignee: null },
            name,
            depth,
            cells: cellsOf(some, dates),
            people: ofPeople(division, some),
          })),
    attention,
    pace: average === null ? null : paceOf(average, days),
  };
}

interface Counted {
  divisionId: string | null;
  assigneeId: string | null;
  responseDate: string;
  bucket: Bucket;
  count: number;
}

async function countByDay(person: Person, from: string, until: string): Promise<Counted[]> {
  const { divisionId, assigneeId, responseDate, status } = debtRequests;
  const rows = await db
    .select({ divisionId, assigneeId, responseDate, status, count: count() })
    .from(debtRequests)
    .where(and(visibleTo(person), between(responseDate, from, until)))
    .groupBy(divisionId, assigneeId, responseDate, status);
  return rows.flatMap((row) => {
    const bucket = BUCKET_OF[row.status as Status];
    return bucket ? [{ ...row, bucket }] : [];
  });
}

function sumOf(counted: Counted[]): Counts {
  const counts = { new: 0, work: 0, review: 0, ready: 0, sent: 0 };
  for (const { bucket, count: more } of counted) counts[bucket] += more;
  return counts;
}

const cellsOf = (counted: Counted[], dates: string[]): Counts[] =>
  dates.map((date) => sumOf(counted.filter(({ responseDate }) => responseDate === date)));

function peopleRows(
  division: string | null,
  counted: Counted[],
  dates: string[],
  names: Map<string | null, string>,
): RadarRow[] {
  return byPerson(names, counted).map(({ assignee, name, counted: some }) => ({
    of: { division, assignee },
    name,
    depth: 0,
    cells: cellsOf(some, dates),
    people: [],
  }));
}

/** «Требуют внимания»: counted by the very filter that each leads to; what is none is left out. */
async function attentionOf(person: Person, days: RadarDay[], now: Date): Promise<Attention[]> {
  const urgent = days.filter(({ tone }) => tone !== 'later');
  const asked: Pick<Attention, 'what' | 'date'>[] = [
    ...urgent.map(({ date }) => ({ what: 'failed' as const, date })),
    ...urgent.map(({ date }) => ({ what: 'unmatched' as const, date })),
    { what: 'unassigned', date: null },
    { what: 'expired', date: addDays(moscowToday(now), -1) },
  ];
  const conditions: Record<Attention['what'], Partial<RegistryQuery>> = {
    failed: { status: 'send_failed' },
    unmatched: { status: 'unmatched' },
    unassigned: { assignee: 'none' },
    expired: { status: 'expired' },
  };
  const found = await Promise.all(
    asked.map(async ({ what, date }) => {
      const query = { ...parseRegistryQuery({}), ...conditions[what], dueOn: date };
      return { what, date, query, count: await countDebtRequests(person, query, now) };
    }),
  );
  return found.filter((one) => one.count > 0);
}

/** Answers that the portal confirmed in the two weeks before today, a working day; null = none. */
async function averageOf(person: Person, today: string, additions: CalendarAdditions): Promise<number | null> {
  const from = addDays(today, -14);
  const worked = daysBetween(from, addDays(today, -1)).filter((date) => isWorkingDay(date, additions)).length;
  const [row] = await db
    .select({ sent: count() })
    .from(debtRequests)
    .where(
      and(
        visibleTo(person),
        eq(debtRequests.status, 'answered'),
        // an answer is never later than its term: the index knows terms
        gte(debtRequests.responseDate, from),
        gte(debtRequests.answeredAt, moscowMoment(from, '00:00')),
        lt(debtRequests.answeredAt, moscowMoment(today, '00:00')),
      ),
    );
  return row!.sent > 0 && worked > 0 ? row!.sent / worked : null;
}

function paceOf(average: number, days: RadarDay[]): Radar['pace'] {
  const until = days.filter(({ working }) => working)[1]!.date;
  const left = days.filter(({ date }) => date <= until).reduce((sum, { counts }) => sum + leftOf(counts), 0);
  return { average, until, left };
}

/** Both included. */
function daysBetween(from: string, until: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= until; day = addDays(day, 1)) days.push(day);
  return days;
}
