import { and, asc, count, desc, eq, gte, inArray, isNull, lte, not, notInArray, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { db } from '@/db/client';
import { anyOf } from '@/db/many';
import { debtRequests } from '@/db/schema/debt-requests';
import { registrySearches } from '@/db/schema/registry';
import { memberships, users } from '@/db/schema/staff';
import { hasRole, onBehalfOf, type Person, shortName } from '@/lib/auth/actor';
import { moscowToday } from '@/lib/calendar/moscow';
import type { Result } from '@/lib/errors';
import { COUNT_LIMIT, shownPage } from '@/lib/paging';
import { type RegistryQuery, type Sort, UUID } from './registry-query';
import { ANSWERED_BY, visibleTo } from './transition';
import { OPEN, type Status } from './workflow';

// both halves of the same subject; pages of the browser import the first alone
export { parseRegistryQuery, type RegistryQuery, registryParams } from './registry-query';

/** Queries of the registry («Реестр»). Read only, but for remembering what was searched. */

export interface RegistryRow {
  id: string;
  version: number;
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
  /** Always false where the organization keeps no accounts. */
  unmatched: boolean;
  hasDebt: boolean | null;
  /** A rule filled the answer in, or sent it by itself. */
  automatic: boolean;
  /** «Ответчики»: names of the debtors of the answer, as a list shows them. */
  debtorNames: string[];
  assigneeName: string | null;
  responsibleName: string | null;
  answeredAt: Date | null;
  /** Numbers of the accounts that matching found and that were open in the period, «10315802, 10315803». */
  accounts: string;
  unifiedAccounts: string;
  /** The newest balances of those accounts together, kopecks; not court sums. */
  balance: number | null;
  months: number | null;
}

/** «Новых, Несопоставленных, …»: they follow the filter (1С lines 1035, 1046). Each at most `COUNT_LIMIT` + 1. */
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
  /** At most `COUNT_LIMIT` + 1: years of requests are not counted to show twenty of them. */
  total: number;
  page: number;
  counters: RegistryCounters;
}

/**
 * One page of what the person may see, by deadline unless sorted otherwise. Without a status the list shows what is open
 * and what expired today; the rest by the checkboxes or by its status. A page beyond the end gives the last.
 */
export async function listDebtRequests(person: Person, query: RegistryQuery, now = new Date()): Promise<RegistryPage> {
  const today = moscowToday(now);
  const conditions = await plainConditions(person, query, today);
  const listed = statusCondition(person, query, today);
  const matching = and(visibleTo(person), listed, ...conditions);
  const counted = and(visibleTo(person), query.status === null ? undefined : listed, ...conditions);
  const { total, ...counters } = await countEach(person, counted, listed);
  const page = shownPage(query.page, Math.min(total, COUNT_LIMIT), query.size);
  const rows = await rowsInOrder(person, matching, await orderOf(person, query), (page - 1) * query.size, query.size);
  return { rows: await withAccounts(rows.map(rowOf)), total, page, counters };
}

async function rowsInOrder(
  person: Person,
  matching: SQL | undefined,
  { parts, keys, descending }: Order,
  offset: number,
  size: number,
) {
  const order = keys.map((key) => (descending ? desc(key) : asc(key)));
  if (parts.length === 1)
    return rowsWhere(person, matching)
      .orderBy(...order)
      .limit(size)
      .offset(offset);
  const ids = parts.map(
    (part) => sql`(select id from debt_requests where ${and(matching, part)}
      order by ${sql.join(order, sql`, `)} limit ${offset + size})`,
  );
  const found = await db.execute<{ id: string }>(
    sql`select id from (${sql.join(ids, sql` union all `)}) listed limit ${size} offset ${offset}`,
  );
  const rows = await rowsWhere(
    person,
    inArray(
      debtRequests.id,
      found.map(({ id }) => id),
    ),
  );
  const place = new Map(found.map(({ id }, i) => [id, i]));
  return rows.sort((a, b) => place.get(a.id)! - place.get(b.id)!);
}

/** Rows of a screen that its query does not give any more, as they are now: they change in place instead of vanishing. */
export async function listByIds(person: Person, ids: string[]): Promise<RegistryRow[]> {
  const known = ids.filter((id) => UUID.test(id));
  if (known.length === 0) return [];
  const rows = await rowsWhere(person, and(visibleTo(person), inArray(debtRequests.id, known)));
  return withAccounts(rows.map(rowOf));
}

const assignee = alias(users, 'assignee');
const responsible = alias(users, 'responsible');

const rowsWhere = (person: Person, condition: SQL | undefined) =>
  db
    .select({
      id: debtRequests.id,
      version: debtRequests.version,
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
      unmatched: unmatchedOf(person),
      hasDebt: debtRequests.hasDebt,
      automatic: sql<boolean>`coalesce(${debtRequests.answerSource} in ('autofill', 'autoanswer'), false)`,
      debtorNames: sql<
        string[]
      >`coalesce((select array_agg(concat_ws(' ', d.last_name, left(d.first_name, 1) || '.', left(d.middle_name, 1) || '.') order by d.position)
        from debtors d where d.request_id = ${debtRequests.id}), '{}')`,
      assignee: { lastName: assignee.lastName, firstName: assignee.firstName, patronymic: assignee.patronymic },
      responsible: {
        lastName: responsible.lastName,
        firstName: responsible.firstName,
        patronymic: responsible.patronymic,
      },
      answeredAt: debtRequests.answeredAt,
    })
    .from(debtRequests)
    .leftJoin(assignee, eq(assignee.id, debtRequests.assigneeId))
    .leftJoin(responsible, eq(responsible.id, debtRequests.responsibleId))
    .where(condition);

type OfAccounts = 'accounts' | 'unifiedAccounts' | 'balance' | 'months';

/** Accounts of the rows of one page: never of the whole list, however it is sorted. */
async function withAccounts(rows: Omit<RegistryRow, OfAccounts>[]): Promise<RegistryRow[]> {
  const ids = rows.map(({ id }) => id);
  const found =
    ids.length === 0
      ? []
      : await db.execute<{
          id: string;
          numbers: string;
          unified: string | null;
          balance: string | null;
          months: number | null;
        }>(sql`
        select r.id, string_agg(a.number, ', ' order by a.number) as numbers,
          string_agg(a.unified_account_number, ', ' order by a.number) as unified, sum(b.sum) as balance, max(b.months) as months
        from debt_requests r join debt_request_accounts l on l.request_id = r.id join accounts a on a.id = l.account_id
          left join lateral (select sum, months from account_balances b where b.account_id = a.id order by as_of desc limit 1) b on true
        where ${inArray(sql`r.id`, ids)} and (a.closed_on is null or a.closed_on >= r.period_start)
        group by r.id`);
  const byId = new Map(found.map((row) => [row.id, row]));
  return rows.map((row) => {
    const own = byId.get(row.id);
    return {
      ...row,
      accounts: own?.numbers ?? '',
      unifiedAccounts: own?.unified ?? '',
      balance: own?.balance == null ? null : Number(own.balance),
      months: own?.months ?? null,
    };
  });
}

function rowOf({
  assignee: taker,
  responsible: answering,
  status,
  ...row
}: Awaited<ReturnType<typeof rowsWhere>>[number]): Omit<RegistryRow, OfAccounts> {
  return {
    ...row,
    status: status as Status,
    assigneeName: taker ? shortName(taker) : null,
    responsibleName: answering ? shortName(answering) : null,
  };
}

const upToLimit = (condition: SQL | undefined): SQL<number> =>
  sql<number>`(select count(*)::int from (select from debt_requests where ${condition} limit ${COUNT_LIMIT + 1}) counted)`;

/** How many requests a query gives, at most `COUNT_LIMIT` + 1. */
export async function countDebtRequests(person: Person, query: RegistryQuery, now = new Date()): Promise<number> {
  const condition = await conditionOf(person, query, moscowToday(now));
  const [row] = await db.execute<{ total: number }>(sql`select ${upToLimit(condition)} as total`);
  return row!.total;
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

/** Every condition of the query together; mass work asks for the same set as the list shows. */
export async function conditionOf(person: Person, query: RegistryQuery, today: string): Promise<SQL | undefined> {
  return and(
    visibleTo(person),
    statusCondition(person, query, today),
    ...(await plainConditions(person, query, today)),
  );
}

async function plainConditions(person: Person, query: RegistryQuery, today: string): Promise<(SQL | undefined)[]> {
  return [
    // a range instead of a pattern: it finds its part of the index whatever plan was made
    query.number ? sql`${BY_NUMBER} >= ${query.number} and ${BY_NUMBER} < ${`${query.number}\u{10ffff}`}` : undefined,
    query.dueToday ? eq(debtRequests.responseDate, today) : undefined,
    query.dueOn ? eq(debtRequests.responseDate, query.dueOn) : undefined,
    query.organization ? eq(debtRequests.requestingOrganizationGuid, query.organization) : undefined,
    query.house ? or(eq(debtRequests.houseGuid, query.house), eq(debtRequests.fiasHouseGuid, query.house)) : undefined,
    // a term is never before the day of sending: the index of terms may begin there
    query.sentFrom
      ? and(gte(debtRequests.sentDate, query.sentFrom), gte(debtRequests.responseDate, query.sentFrom))
      : undefined,
    query.sentTo ? lte(debtRequests.sentDate, query.sentTo) : undefined,
    debtCondition(query),
    sourceCondition(query),
    query.assignee === 'none'
      ? isNull(debtRequests.assigneeId)
      : query.assignee
        ? eq(debtRequests.assigneeId, query.assignee)
        : undefined,
    query.responsible ? eq(debtRequests.responsibleId, query.responsible) : undefined,
    query.division === 'none'
      ? isNull(debtRequests.divisionId)
      : query.division
        ? inArray(debtRequests.divisionId, await divisionsBelow(query.division))
        : undefined,
    query.search ? await searchCondition(person, query.search) : undefined,
  ];
}

/** The division and all below it: known before the query is planned. */
async function divisionsBelow(division: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    with recursive below as (
      select id from divisions where id = ${division}
      union select d.id from divisions d join below on d.parent_id = below.id) select id from below`);
  return [division, ...rows.map(({ id }) => id)];
}

// % and _ typed by a person are plain characters
const plainPattern = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** Digits, compared as such: the index of this order knows the beginning of a number. */
const BY_NUMBER = sql`(${debtRequests.requestNumber} collate "C")`;

function debtCondition(query: RegistryQuery): SQL | undefined {
  if (query.debt === null) return undefined;
  if (query.debt === 'empty') return isNull(debtRequests.hasDebt);
  return eq(debtRequests.hasDebt, query.debt === 'yes');
}

function sourceCondition({ source }: RegistryQuery): SQL | undefined {
  if (source === null) return undefined;
  const elsewhere = eq(ANSWERED_BY, 'elsewhere');
  if (source === 'elsewhere') return elsewhere;
  // a null is neither: then there is no answer yet
  return source === 'here' ? not(elsewhere) : eq(ANSWERED_BY, source);
}

/**
 * Where the organization keeps accounts: a request whose premises nobody has told yet. Whether it keeps any is asked once,
 * not for each request.
 */
const unmatchedOf = (person: Person): SQL<boolean> => sql`(debt_requests.match_state in ('unmatched', 'ambiguous')
  and exists (select from accounts a where a.organization_id = ${person.organizationId}))`;

function statusCondition(person: Person, query: RegistryQuery, today: string): SQL | undefined {
  switch (query.status) {
    case null: {
      // a term that ended at 24:00 is seen as expired only the day after: that is «expired today»
      const expired = query.unanswered
        ? eq(debtRequests.status, 'expired')
        : and(eq(debtRequests.status, 'expired'), sql`${debtRequests.responseDate} >= ${today}::date - 1`);
      return or(
        inArray(debtRequests.status, [...OPEN, 'sending']),
        expired,
        query.answered ? eq(debtRequests.status, 'answered') : undefined,
      );
    }
    case 'any':
      return undefined;
    case 'waiting':
      return inArray(debtRequests.status, [...OPEN, 'sending']);
    case 'unmatched':
      return and(eq(debtRequests.status, 'new'), unmatchedOf(person));
    case 'archived':
      return and(notInArray(debtRequests.status, [...OPEN, 'sending']), sql`${debtRequests.responseDate} < ${today}`);
    default:
      return eq(debtRequests.status, query.status);
  }
}

/**
 * They follow every condition of the filter, the status too (1С line 1046). The checkboxes only widen the list, so without
 * a status the counters tell of what the list hides by default as well; `listed` is what the list does not hide. Each count
 * goes by an index that knows its status.
 */
async function countEach(
  person: Person,
  condition: SQL | undefined,
  listed: SQL | undefined,
): Promise<RegistryCounters & { total: number }> {
  const counts = Object.entries({
    total: listed,
    new: sql`status = 'new'`,
    unmatched: sql`status = 'new' and ${unmatchedOf(person)}`,
    ready: sql`status = 'ready'`,
    answered: sql`status = 'answered'`,
    revoked: sql`status = 'revoked'`,
    expired: sql`status = 'expired'`,
  }).map(([name, part]) => sql`${upToLimit(and(condition, part))} as ${sql.identifier(name)}`);
  const [row] = await db.execute<RegistryCounters & { total: number } & Record<string, unknown>>(
    sql`select ${sql.join(counts, sql`, `)}`,
  );
  return row!;
}

/**
 * The order of a list. Parts stand one after another; within each rows stand by the keys, none of them ever null, so that
 * neighbours are found by comparison. An index knows the keys after the organization.
 */
interface Order {
  parts: SQL[];
  keys: SQL[];
  /** Of the keys, all of them: the list read backwards. */
  descending: boolean;
}

const BY_TERM = [sql`response_date`, sql`request_number`, sql`id`];

/** What an order by a column compares before the term; short ones, as an entry of an index may not be long. */
const SORT_KEYS = {
  deadline: [],
  number: [BY_NUMBER],
  address: [sql`"left"(address || ' ' || coalesce(address_details, ''), 300)`],
  organization: [sql`"left"(requesting_organization, 200)`],
  sent: [sql`sent_date`],
  answered: [sql`coalesce(answered_at, '-infinity'::timestamptz)`],
} satisfies Partial<Record<Sort, SQL[]>>;

const STATUS_ORDER: Status[] = [
  ...(['send_failed', 'rework', 'new', 'in_progress', 'prepared'] as const),
  ...(['ready', 'sending', 'answered', 'expired', 'revoked'] as const),
];

async function orderOf(person: Person, query: RegistryQuery): Promise<Order> {
  const parts = await partsOf(person, query);
  if (parts) return { parts: query.descending ? parts.reverse() : parts, keys: BY_TERM, descending: false };
  const sort = query.sort as keyof typeof SORT_KEYS;
  // who only prepares answers finds his own first, today's on top; who answers for others sees the terms of all
  const own = inArray(debtRequests.assigneeId, onBehalfOf(person));
  const ownFirst = sort === 'deadline' && !query.descending && !hasRole(person, 'head', 'admin', 'debt_clerk');
  return {
    parts: ownFirst ? [own, sql`(${own}) is not true`] : [sql`true`],
    keys: [...SORT_KEYS[sort], ...BY_TERM],
    descending: query.descending,
  };
}

/** Of a column with few values: one part for each, or null for the others. */
async function partsOf(person: Person, { sort }: RegistryQuery): Promise<SQL[] | null> {
  if (sort === 'status') return STATUS_ORDER.map((status) => sql`status = ${status}`);
  if (sort === 'debt') return [sql`has_debt is null`, sql`has_debt = false`, sql`has_debt = true`];
  if (sort !== 'assignee') return null;
  const own = sql`organization_id = ${person.organizationId}`;
  const people = await db.execute<{ id: string }>(sql`
    with recursive assignees as (
      (select assignee_id as id from debt_requests where ${own} order by assignee_id limit 1)
      union all
      select (select assignee_id from debt_requests where ${own} and assignee_id > assignees.id order by assignee_id limit 1)
      from assignees where id is not null)
    select u.id from assignees join users u on u.id = assignees.id order by u.last_name, u.first_name, u.id`);
  return [sql`assignee_id is null`, ...people.map(({ id }) => sql`assignee_id = ${id}`)];
}

export interface Place {
  /** 1…total, at most `COUNT_LIMIT` + 1; null when the request is not in the list (any more). */
  position: number | null;
  /** At most `COUNT_LIMIT` + 1. */
  total: number;
  previousId: string | null;
  nextId: string | null;
}

/**
 * Where a request stands within the list of the query, and its neighbours there. One that left the list, as an answered
 * one does, still has neighbours: those beside the place that the sort gives it. Null when it is not this person's to see.
 */
export async function neighboursOf(
  person: Person,
  query: RegistryQuery,
  id: string,
  now = new Date(),
): Promise<Place | null> {
  if (!UUID.test(id)) return null;
  const [matching, order] = await Promise.all([conditionOf(person, query, moscowToday(now)), orderOf(person, query)]);
  const { parts, keys, descending } = order;
  const part = sql`case ${sql.join(
    parts.map((condition, i) => sql`when ${condition} then ${i}::int`),
    sql` `,
  )} end`;
  const [row] = await db.execute<{ inList: boolean; part: number | null }>(sql`
    select coalesce((${matching}), false) as "inList", ${part} as part
    from debt_requests where ${and(visibleTo(person), eq(debtRequests.id, id))}`);
  if (!row) return null;
  const own = row.part ?? parts.length - 1;
  const all = (columns: SQL[]) => sql`(${sql.join(columns, sql`, `)})`;
  const here = sql`(select ${sql.join(keys, sql`, `)} from debt_requests where id = ${id})`;
  const beside = (forwards: boolean) =>
    and(matching, parts[own], sql`${all(keys)} ${sql.raw(forwards !== descending ? '>' : '<')} ${here}`);
  const nearest = (forwards: boolean) => {
    const order = sql.join(
      keys.map((key) => (forwards !== descending ? asc(key) : desc(key))),
      sql`, `,
    );
    const others = forwards ? parts.slice(own + 1) : parts.slice(0, own).reverse();
    const wanted = [beside(forwards), ...others.map((other) => and(matching, other))];
    const firsts = wanted.map(
      (condition) => sql`(select id from debt_requests where ${condition} order by ${order} limit 1)`,
    );
    return sql`(select id from (${sql.join(firsts, sql` union all `)}) nearest limit 1)`;
  };
  const before = [beside(false), ...parts.slice(0, own).map((other) => and(matching, other))].map(upToLimit);
  const [place] = await db.execute<{ before: number; total: number; previousId: string | null; nextId: string | null }>(
    sql`select ${sql.join(before, sql` + `)} as before, ${upToLimit(matching)} as total,
      ${nearest(false)} as "previousId", ${nearest(true)} as "nextId"`,
  );
  const { before: passed, ...found } = place!;
  return { position: row.inList ? Math.min(passed, COUNT_LIMIT) + 1 : null, ...found };
}

export const searchSchema = z.object({ text: z.string().trim().max(200, 'Искать можно не больше 200 знаков.') });

/**
 * Remembers what a person searches for and gives the id that the address line carries (never the text: a surname or a
 * flat is personal data). An empty text gives null.
 */
export async function rememberSearch(
  person: Person,
  input: z.output<typeof searchSchema>,
): Promise<Result<{ search: string | null }>> {
  if (input.text === '') return { ok: true, search: null };
  const [row] = await db
    .insert(registrySearches)
    .values({ organizationId: person.organizationId, userId: person.userId, text: input.text.replaceAll('\u0000', '') })
    .onConflictDoUpdate({
      target: [registrySearches.userId, registrySearches.organizationId, registrySearches.text],
      set: { createdAt: sql`now()` },
    })
    .returning({ id: registrySearches.id });
  return { ok: true, search: row!.id };
}

/** The remembered text of this person, for the field of the form. */
export async function searchText(person: Person, id: string | null): Promise<string> {
  if (!id) return '';
  const [row] = await db
    .select({ text: registrySearches.text })
    .from(registrySearches)
    .where(and(eq(registrySearches.id, id), eq(registrySearches.userId, person.userId)));
  return row?.text ?? '';
}

/** The first eight words of a search, each as it was typed and as a pattern of `ilike` that finds it anywhere. */
export const searchWords = (text: string): { word: string; anywhere: string }[] =>
  text
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 8)
    .map((word) => ({ word, anywhere: `%${plainPattern(word)}%` }));

/** So many finds are told to the planner one by one: then it knows how common they are. */
const FEW = { lines: 2000, debtors: 500, numbers: 200, requests: 1000 };

/**
 * Every word must stand somewhere: in the number, the address with the premises, or a debtor's name. What few requests have is
 * found here once, and not by each count of a page.
 */
async function searchCondition(person: Person, id: string): Promise<SQL | undefined> {
  const words = searchWords(await searchText(person, id));
  if (words.length === 0) return undefined;
  const condition = and(...(await Promise.all(words.map((word) => wordCondition(person, word)))));
  const found = await db.execute<{ id: string }>(sql`
    select id from debt_requests where organization_id = ${person.organizationId} and ${condition} limit ${FEW.requests + 1}`);
  const ids = found.map((row) => row.id);
  return ids.length > FEW.requests ? condition : (anyOfSome(sql`debt_requests.id`, ids) ?? sql`false`);
}

/** Nothing where there are none: a «false or» hides the rest from the planner. */
const anyOfSome = (column: SQL, ids: string[]): SQL | undefined => (ids.length === 0 ? undefined : anyOf(column, ids));

/**
 * A word is looked for once in what is shorter than the years: the lines of addresses, each kept once; the names of debtors;
 * numbers that are not digits, where the word is not. Requests are then found by what was found.
 */
async function wordCondition(person: Person, { word, anywhere }: { word: string; anywhere: string }): Promise<SQL> {
  const own = sql`organization_id = ${person.organizationId}`;
  const addresses = sql`select id from request_addresses where ${own} and text like lower(${anywhere})`;
  const named = sql`select request_id as id from debtors where ${own} and searched like lower(${anywhere})`;
  const odd = /^\d+$/.test(word) ? sql`` : sql`and request_number ~ '[^0-9]'`;
  const numbered = sql`select id from debt_requests where ${own} ${odd} and request_number like ${anywhere}`;
  const some = (ids: SQL, few: number) =>
    sql`(select coalesce(array_agg(id::text), '{}') from (${ids} limit ${few + 1}) found)`;
  const [found] = await db.execute<Record<'lines' | 'debtors' | 'numbers', string[]>>(sql`
    select ${some(addresses, FEW.lines)} as lines, ${some(named, FEW.debtors)} as debtors,
      ${some(numbered, FEW.numbers)} as numbers`);
  const { lines, debtors, numbers } = found!;
  const somewhere = or(
    lines.length > FEW.lines
      ? sql`debt_requests.address_id in (${addresses})`
      : anyOfSome(sql`debt_requests.address_id`, lines),
    debtors.length > FEW.debtors ? sql`debt_requests.id in (${named})` : anyOfSome(sql`debt_requests.id`, debtors),
    numbers.length > FEW.numbers
      ? sql`debt_requests.request_number like ${anywhere}`
      : anyOfSome(sql`debt_requests.id`, numbers),
  );
  return somewhere ?? sql`false`;
}

export interface Suggestion {
  value: string;
  label: string;
  /** Of the newest requests. */
  count: number;
}

/** Among how many of the newest requests suggestions are looked for: before anything is typed, and then. */
const SUGGESTED_FROM = { unasked: 1000, asked: 5000 };

/**
 * Type-ahead of «Организация, направившая запрос» and «Здание»: what stands in this person's newest requests, the most
 * frequent first.
 */
export async function suggest(person: Person, field: 'organization' | 'house', typed: string): Promise<Suggestion[]> {
  const wanted = plainPattern(typed.trim().replaceAll('\u0000', '')).slice(0, 200);
  const [value, label] =
    field === 'organization'
      ? [sql`requesting_organization_guid`, sql`requesting_organization`]
      : [sql`coalesce(house_guid, fias_house_guid)`, sql`address`];
  return db.execute<Suggestion & Record<string, unknown>>(sql`
    select ${value} as value, min(${label}) as label, count(*)::int as count from debt_requests
    where id in (select id from debt_requests where ${visibleTo(person)}
        order by sent_date desc limit ${wanted === '' ? SUGGESTED_FROM.unasked : SUGGESTED_FROM.asked})
      and ${value} is not null and ${label} ilike ${`%${wanted}%`}
    group by ${value} order by count(*) desc, 2 limit 12`);
}

/** Words for conditions that the address line keeps as ids: names for the chips above the list. */
export async function labelsOf(
  person: Person,
  query: RegistryQuery,
): Promise<{ organization: string | null; house: string | null }> {
  const label = async (column: SQL<string>, condition: SQL | undefined) => {
    const [row] = await db
      .select({ label: column })
      .from(debtRequests)
      .where(and(visibleTo(person), condition))
      .limit(1);
    return row?.label ?? null;
  };
  return {
    organization: query.organization
      ? await label(
          sql<string>`${debtRequests.requestingOrganization}`,
          eq(debtRequests.requestingOrganizationGuid, query.organization),
        )
      : null,
    house: query.house
      ? await label(
          sql<string>`${debtRequests.address}`,
          or(eq(debtRequests.houseGuid, query.house), eq(debtRequests.fiasHouseGuid, query.house)),
        )
      : null,
  };
}

/**
 * Divisions for the filter «Подразделение», those of the person; a directorate before what belongs to it. `chosen` is
 * among them wherever it stands: a request that was given to the person may be of another division.
 */
export async function listDivisions(
  person: Person,
  chosen: string | null = null,
): Promise<{ id: string; name: string; depth: number }[]> {
  const rows = await db.execute<{ id: string; name: string; depth: number }>(sql`
    with recursive tree as (
      select id, name, 0 as depth, array[name] as path from divisions
        where organization_id = ${person.organizationId} and parent_id is null
      union all
      select d.id, d.name, t.depth + 1, t.path || d.name from divisions d join tree t on d.parent_id = t.id
    ) select id, name, depth from tree order by path`);
  return rows.filter(({ id }) => person.divisionIds === null || person.divisionIds.includes(id) || id === chosen);
}

/** Employees for the filters «Исполнитель» and «Ответственный». */
export async function listAssignees(person: Person): Promise<{ id: string; name: string }[]> {
  const rows = await db
    .select({ id: users.id, lastName: users.lastName, firstName: users.firstName, patronymic: users.patronymic })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(eq(memberships.organizationId, person.organizationId))
    .orderBy(asc(users.lastName), asc(users.firstName));
  return rows.map((row) => ({ id: row.id, name: shortName(row) }));
}
