import { and, asc, count, eq, inArray, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { debtors, debtRequests, files } from '@/db/schema/debt-requests';
import { users } from '@/db/schema/staff';
import { hasRole, onBehalfOf, type Person, shortName } from '@/lib/auth/actor';
import { shownPage } from '@/lib/paging';
import { visibleTo } from './transition';

/** «Подготовленные исполнителем»: answers that wait for whoever is responsible, beside what they answer. Read only. */

export interface PreparedAnswer {
  id: string;
  version: number;
  requestNumber: string;
  requestingOrganization: string;
  address: string;
  addressDetails: string | null;
  responseDate: string;
  hasDebt: boolean;
  description: string | null;
  debtors: { name: string; snils: string | null }[];
  files: number;
  verification: string;
  preparedBy: string | null;
  preparedAt: Date | null;
}

export interface PreparedPage {
  rows: PreparedAnswer[];
  total: number;
  page: number;
  /** Over all pages. */
  yes: number;
  no: number;
}

export const PREPARED_PAGE = 50;

export interface PreparedQuery {
  /** Who prepared it. */
  assignee: string | null;
  page: number;
}

/** What this person reviews: an admin all, a head what is in his divisions or on him; nobody else reviews. */
const toReview = (person: Person) =>
  and(
    visibleTo(person),
    eq(debtRequests.status, 'prepared'),
    hasRole(person, 'admin', 'head') ? undefined : inArray(debtRequests.responsibleId, onBehalfOf(person)),
  );

/** «отсутствует» first, for it is checked together; within it by the term. A page beyond the end gives the last. */
export async function listPrepared(person: Person, query: PreparedQuery): Promise<PreparedPage> {
  const condition = and(toReview(person), query.assignee ? eq(debtRequests.assigneeId, query.assignee) : undefined);
  const [totals] = await db
    .select({ total: count(), yes: sql<number>`(count(*) filter (where ${debtRequests.hasDebt}))::int` })
    .from(debtRequests)
    .where(condition);
  const page = shownPage(query.page, totals!.total, PREPARED_PAGE);
  const rows = await db
    .select({ request: debtRequests, by: users })
    .from(debtRequests)
    .leftJoin(users, eq(users.id, debtRequests.answerSavedBy))
    .where(condition)
    .orderBy(
      asc(debtRequests.hasDebt),
      asc(debtRequests.responseDate),
      asc(debtRequests.requestNumber),
      asc(debtRequests.id),
    )
    .limit(PREPARED_PAGE)
    .offset((page - 1) * PREPARED_PAGE);
  const ids = rows.map(({ request }) => request.id);
  const [people, attached] =
    ids.length === 0
      ? [[], []]
      : await Promise.all([
          db.select().from(debtors).where(inArray(debtors.requestId, ids)).orderBy(asc(debtors.position)),
          db
            .select({ requestId: files.requestId, count: count() })
            .from(files)
            .where(and(inArray(files.requestId, ids), inArray(files.place, ['answer', 'debtor'])))
            .groupBy(files.requestId),
        ]);
  return {
    total: totals!.total,
    yes: totals!.yes,
    no: totals!.total - totals!.yes,
    page,
    rows: rows.map(({ request, by }) => ({
      id: request.id,
      version: request.version,
      requestNumber: request.requestNumber,
      requestingOrganization: request.requestingOrganization,
      address: request.address,
      addressDetails: request.addressDetails,
      responseDate: request.responseDate,
      hasDebt: request.hasDebt!,
      description: request.description,
      debtors: people
        .filter((debtor) => debtor.requestId === request.id)
        .map((debtor) => ({
          name: [debtor.lastName, debtor.firstName, debtor.middleName].filter(Boolean).join(' '),
          snils: debtor.snils,
        })),
      files: attached.find(({ requestId }) => requestId === request.id)?.count ?? 0,
      verification: request.verification,
      preparedBy: by ? shortName(by) : null,
      preparedAt: request.answerSavedAt,
    })),
  };
}

/** How many wait for this person's review, for the number on the tab. */
export async function countPrepared(person: Person): Promise<number> {
  const [row] = await db.select({ total: count() }).from(debtRequests).where(toReview(person));
  return row!.total;
}
