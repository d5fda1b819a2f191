import { and, asc, count, eq, inArray, notInArray, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { db } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import { users } from '@/db/schema/staff';
import { type Person, shortName } from '@/lib/auth/actor';
import { moscowToday } from '@/lib/calendar/moscow';
import { visibleTo } from './transition';
import { OPEN, STATUSES, type Status } from './workflow';

/** Queries of the registry («Реестр»). Read only. */

export const PAGE_SIZES = [20, 50, 100] as const;

/** A status of ours, or one of the two that the screen shows as a status: «Не сопоставлен», «Архивный». */
export type StatusFilter = Status | 'unmatched' | 'archived';

export interface RegistryQuery {
  number: string;
  status: StatusFilter | null;
  /** «Показывать размещенные запросы»: also answered ones. */
  answered: boolean;
  page: number;
  size: (typeof PAGE_SIZES)[number];
}

/** Parameters of the address line; whatever is not understood gives the default, never an error. */
export function parseRegistryQuery(params: Record<string, string | string[] | undefined>): RegistryQuery {
  const one = (name: string) => {
    const value = params[name];
    return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
  };
  const status = one('status');
  const page = Number(one('page'));
  const size = Number(one('size'));
  return {
    number: one('number').replaceAll('\u0000', '').slice(0, 30),
    status: ([...STATUSES, 'unmatched', 'archived'] as string[]).includes(status) ? (status as StatusFilter) : null,
    answered: one('answered') === '1',
    page: Number.isInteger(page) && page > 0 && page <= 100_000 ? page : 1,
    size: PAGE_SIZES.find((known) => known === size) ?? 20,
  };
}

export interface RegistryRow {
  id: string;
  requestNumber: string;
  periodStart: string;
  periodEnd: string;
  requestingOrganization: string;
  address: string;
  addressDetails: string | null;
  addressType: string | null;
  sentDate: string;
  responseDate: string;
  status: Status;
  matchState: string;
  hasDebt: boolean | null;
  debtorCount: number;
  assigneeName: string | null;
  answeredAt: Date | null;
}

/** «Новых, Несопоставленных, …»: they follow the filter (1С lines 1035, 1046). */
export interface RegistryCounters {
  new: number;
  unmatched: number;
  ready: number;
  answered: number;
  revoked: number;
  expired: number;
}

export interface RegistryPage {
  rows: RegistryRow[];
  total: number;
  page: number;
  counters: RegistryCounters;
}

/**
 * One page of what the person may see, by deadline, then number. Without a status the list shows what is open and what
 * expired today; answered ones on demand; revoked and archived by their status. A page beyond the end gives the last.
 */
export async function listDebtRequests(person: Person, query: RegistryQuery, now = new Date()): Promise<RegistryPage> {
  const today = moscowToday(now);
  const matching = and(visibleTo(person), numberFilter(query), statusFilter(query, today));
  const [totals, counters] = await Promise.all([
    db.select({ total: count() }).from(debtRequests).where(matching),
    countersOf(person, query, today),
  ]);
  const total = totals[0]!.total;
  const page = Math.min(query.page, Math.max(1, Math.ceil(total / query.size)));
  const assignee = alias(users, 'assignee');
  const rows = await db
    .select({
      id: debtRequests.id,
      requestNumber: debtRequests.requestNumber,
      periodStart: debtRequests.periodStart,
      periodEnd: debtRequests.periodEnd,
      requestingOrganization: debtRequests.requestingOrganization,
      address: debtRequests.address,
      addressDetails: debtRequests.addressDetails,
      addressType: debtRequests.addressType,
      sentDate: debtRequests.sentDate,
      responseDate: debtRequests.responseDate,
      status: debtRequests.status,
      matchState: debtRequests.matchState,
      hasDebt: debtRequests.hasDebt,
      debtorCount: sql<number>`(select count(*)::int from debtors where debtors.request_id = ${debtRequests.id})`,
      assignee: { lastName: assignee.lastName, firstName: assignee.firstName, patronymic: assignee.patronymic },
      answeredAt: debtRequests.answeredAt,
    })
    .from(debtRequests)
    .leftJoin(assignee, eq(assignee.id, debtRequests.assigneeId))
    .where(matching)
    .orderBy(asc(debtRequests.responseDate), asc(debtRequests.requestNumber), asc(debtRequests.id))
    .limit(query.size)
    .offset((page - 1) * query.size);
  return {
    rows: rows.map(({ assignee: person, status, ...row }) => ({
      ...row,
      status: status as Status,
      assigneeName: person ? shortName(person) : null,
    })),
    total,
    page,
    counters,
  };
}

/** How many new requests the person has, for the number beside the menu item. */
export async function countNew(person: Person): Promise<number> {
  const [row] = await db
    .select({ total: count() })
    .from(debtRequests)
    .where(and(visibleTo(person), eq(debtRequests.status, 'new')));
  return row!.total;
}

/** Has this person's organization received anything yet? Tells the first run from a filter over nothing. */
export async function hasAnyRequest(person: Person): Promise<boolean> {
  const rows = await db.select({ id: debtRequests.id }).from(debtRequests).where(visibleTo(person)).limit(1);
  return rows.length > 0;
}

// the number is found by its beginning; % and _ typed by a person are plain characters
function numberFilter(query: RegistryQuery): SQL | undefined {
  return query.number
    ? sql`${debtRequests.requestNumber} like ${`${query.number.replace(/[\\%_]/g, '\\$&')}%`}`
    : undefined;
}

function statusFilter(query: RegistryQuery, today: string): SQL | undefined {
  switch (query.status) {
    case null: {
      const shown = sql`(${inArray(debtRequests.status, [...OPEN, 'sending'])} or (${debtRequests.status} = 'expired' and ${debtRequests.responseDate} >= ${yesterdayOf(today)}))`;
      return query.answered ? sql`(${shown} or ${debtRequests.status} = 'answered')` : shown;
    }
    case 'unmatched':
      return and(eq(debtRequests.status, 'new'), eq(debtRequests.matchState, 'unmatched'));
    case 'archived':
      return and(notInArray(debtRequests.status, [...OPEN, 'sending']), sql`${debtRequests.responseDate} < ${today}`);
    default:
      return eq(debtRequests.status, query.status);
  }
}

// a term that ended at 24:00 is seen as expired only the day after: that is «expired today»
const yesterdayOf = (today: string) => sql`(${today}::date - 1)`;

async function countersOf(person: Person, query: RegistryQuery, today: string): Promise<RegistryCounters> {
  const of = (condition: SQL) => sql<number>`(count(*) filter (where ${condition}))::int`;
  const status = debtRequests.status;
  const followed = query.status === null ? undefined : statusFilter(query, today);
  const [row] = await db
    .select({
      new: of(sql`${status} = 'new'`),
      unmatched: of(sql`${status} = 'new' and ${debtRequests.matchState} = 'unmatched'`),
      ready: of(sql`${status} = 'ready'`),
      answered: of(sql`${status} = 'answered'`),
      revoked: of(sql`${status} = 'revoked'`),
      expired: of(sql`${status} = 'expired'`),
    })
    .from(debtRequests)
    .where(and(visibleTo(person), numberFilter(query), followed));
  return row!;
}
