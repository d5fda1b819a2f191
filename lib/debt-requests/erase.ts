import { and, asc, between, count, desc, eq, inArray, isNotNull, lte, notInArray, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { anyOf } from '@/db/many';
import { answerTrails, debtRequestAccounts } from '@/db/schema/court-cases';
import {
  debtors,
  debtRequests,
  erasedRequests,
  erasures,
  fileContents,
  files,
  fileUploads,
  requestAddresses,
  requestEvents,
} from '@/db/schema/debt-requests';
import { exchangeItems, exchanges } from '@/db/schema/exchange';
import { answerFileRows, answerFiles, fileExportParts, fileExports } from '@/db/schema/imports';
import { notifications, presence } from '@/db/schema/notifications';
import { bulkItems, bulkRuns } from '@/db/schema/registry';
import { users } from '@/db/schema/staff';
import { hasRole, type Person, shortName } from '@/lib/auth/actor';
import { moscowToday } from '@/lib/calendar/moscow';
import { invalid, type Refusal, type Result } from '@/lib/errors';
import { wakeWorker } from '@/lib/exchange/queue';
import { realDate } from './registry-query';
import { OPEN, STATUSES, type Status } from './workflow';

/**
 * «Удаление архивных запросов»: an admin has the requests with terms of a past period erased, for ever. What tells of people
 * goes from every table and from the messages; that there was a request, what became of it and who had it erased stays.
 */

const day = z
  .string()
  .default('')
  .transform((text, ctx) => {
    const date = realDate(text);
    if (date) return date;
    ctx.addIssue('Укажите дату.');
    return z.NEVER;
  });
/** Terms of requests, both included. */
export const erasurePeriodSchema = z.object({ from: day, to: day });
export const startErasureSchema = erasurePeriodSchema.extend({
  /** How many requests the person saw. */
  count: z.int().positive(),
  /** The same number, typed. */
  confirmation: z.string().trim().max(20, 'Введите число.').default(''),
});
type Period = z.output<typeof erasurePeriodSchema>;

const FORBIDDEN: Refusal = {
  ok: false,
  reason: 'forbidden',
  message: 'Архивные запросы удаляет администратор.',
};

export interface ErasurePreview {
  count: number;
  /** In the order of the workflow, none with zero. */
  byStatus: { status: Status; count: number }[];
  /** Requests of the period that stay: something about them is not finished. */
  unfinished: number;
}

/** How many requests `startErasure` would erase. Changes nothing. Refuses others than admins, and a period not wholly past. */
export async function previewErasure(
  person: Person,
  input: Period,
  now = new Date(),
): Promise<Result<{ preview: ErasurePreview }>> {
  if (!hasRole(person, 'admin')) return FORBIDDEN;
  return periodRefusal(input, now) ?? { ok: true, preview: await countRequests(db, person, input) };
}

function periodRefusal({ from, to }: Period, now: Date): Refusal | null {
  if (from > to) return invalid('Проверьте период.', { to: 'Конец периода раньше начала.' });
  if (to >= moscowToday(now))
    return invalid('Проверьте период.', {
      to: 'Срок этих запросов ещё не\u00a0прошёл. Укажите день раньше сегодняшнего.',
    });
  return null;
}

const inPeriod = (organizationId: string, { from, to }: Period): SQL =>
  and(eq(debtRequests.organizationId, organizationId), between(debtRequests.responseDate, from, to))!;

/** «Архивный», and no message about it is still on its way. That the term has passed is a matter of the period. */
const erasable = and(
  notInArray(debtRequests.status, [...OPEN, 'sending']),
  sql`not exists (
    select from exchange_items i left join exchanges e on e.id = i.exchange_id
    where i.request_id = debt_requests.id and (i.state = 'open' or e.state not in ('done', 'refused')))`,
)!;

async function countRequests(tx: Tx | typeof db, person: Person, period: Period): Promise<ErasurePreview> {
  const rows = await tx
    .select({
      status: debtRequests.status,
      total: count(),
      erasable: sql<number>`(count(*) filter (where ${erasable}))::int`,
    })
    .from(debtRequests)
    .where(inPeriod(person.organizationId, period))
    .groupBy(debtRequests.status);
  const of = (status: Status) => rows.find((row) => row.status === status)?.erasable ?? 0;
  const total = rows.reduce((sum, row) => sum + row.total, 0);
  const erased = rows.reduce((sum, row) => sum + row.erasable, 0);
  return {
    count: erased,
    byStatus: STATUSES.map((status) => ({ status, count: of(status) })).filter((row) => row.count > 0),
    unfinished: total - erased,
  };
}

/**
 * Has the requests of the period erased; the worker does it (`carryErasures`). Refuses: others than admins; a period not
 * wholly past; `confirmation` that is not the number seen, beside its field; `stale` when the number is another by now;
 * `notAllowed` while one runs or when there is nothing to erase.
 */
export async function startErasure(
  person: Person,
  input: z.output<typeof startErasureSchema>,
  now = new Date(),
): Promise<Result> {
  if (!hasRole(person, 'admin')) return FORBIDDEN;
  const refusal = periodRefusal(input, now);
  if (refusal) return refusal;
  if (input.confirmation !== String(input.count))
    return invalid('Число не\u00a0совпадает.', { confirmation: `Чтобы удалить, введите число ${input.count}.` });
  const running: Refusal = {
    ok: false,
    reason: 'notAllowed',
    message: 'Удаление уже идёт. Дождитесь, когда оно закончится.',
  };
  return db.transaction(async (tx) => {
    const { organizationId } = person;
    const busy = and(eq(erasures.organizationId, organizationId), eq(erasures.state, 'running'));
    if ((await tx.$count(erasures, busy)) > 0) return running;
    const { count: total } = await countRequests(tx, person, input);
    if (total === 0)
      return { ok: false, reason: 'notAllowed', message: 'В\u00a0этом периоде удалять уже нечего.' } as const;
    if (total !== input.count)
      return {
        ok: false,
        reason: 'stale',
        message: `Пока вы проверяли, число запросов изменилось: теперь их\u00a0${total}. Посчитайте ещё раз.`,
      } as const;
    const started = await tx
      .insert(erasures)
      .values({
        organizationId,
        startedBy: person.userId,
        deadlineFrom: input.from,
        deadlineTo: input.to,
        total,
        startedAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: erasures.id });
    if (started.length === 0) return running;
    await wakeWorker(tx);
    return { ok: true } as const;
  });
}

export interface ErasureRow {
  id: string;
  startedBy: string;
  from: string;
  to: string;
  /** Requests that the person had erased, and those that are. What changed meanwhile stays. */
  total: number;
  erased: number;
  state: 'running' | 'done';
  startedAt: Date;
  finishedAt: Date | null;
}

/** The journal of erasures of the organization, the latest first, at most a hundred; null for others than admins. */
export async function listErasures(person: Person): Promise<ErasureRow[] | null> {
  if (!hasRole(person, 'admin')) return null;
  const rows = await db
    .select({
      erasure: erasures,
      user: users,
      erased: sql<number>`(select count(*) from erased_requests e where e.erasure_id = ${erasures.id})::int`,
    })
    .from(erasures)
    .innerJoin(users, eq(users.id, erasures.startedBy))
    .where(eq(erasures.organizationId, person.organizationId))
    .orderBy(desc(erasures.startedAt), desc(erasures.id))
    .limit(100);
  return rows.map(({ erasure, user, erased }) => ({
    id: erasure.id,
    startedBy: shortName(user),
    from: erasure.deadlineFrom,
    to: erasure.deadlineTo,
    total: erasure.total,
    erased,
    state: erasure.state as ErasureRow['state'],
    startedAt: erasure.startedAt,
    finishedAt: erasure.finishedAt,
  }));
}

type Erasure = typeof erasures.$inferSelect;

/** Requests erased in one transaction. */
const CHUNK = 200;

/**
 * The worker's part: a chunk of every erasure under way. Killed at any point it goes on, since what is left is found by the
 * rows themselves. Gives how much was done.
 */
export async function carryErasures(now: Date): Promise<number> {
  const running = await db
    .select()
    .from(erasures)
    .where(eq(erasures.state, 'running'))
    .orderBy(asc(erasures.startedAt));
  let moved = 0;
  for (const erasure of running) moved += await db.transaction((tx) => eraseChunk(tx, erasure, now));
  return moved;
}

async function eraseChunk(tx: Tx, erasure: Erasure, now: Date): Promise<number> {
  const { organizationId } = erasure;
  if (await filesUnderWay(tx, organizationId)) return 0;
  const due = and(
    inPeriod(organizationId, { from: erasure.deadlineFrom, to: erasure.deadlineTo }),
    erasable,
    // what came or changed after the person had read the number was not in it
    lte(debtRequests.updatedAt, erasure.startedAt),
  );
  const locked = await tx
    .select({ id: debtRequests.id })
    .from(debtRequests)
    .where(due)
    .orderBy(asc(debtRequests.responseDate), asc(debtRequests.requestNumber), asc(debtRequests.id))
    .limit(CHUNK)
    .for('update', { skipLocked: true });
  if (locked.length === 0) {
    // those that somebody holds are taken the next time
    if ((await tx.$count(debtRequests, due)) > 0 || !(await eraseAddresses(tx, organizationId))) return 0;
    await finish(tx, erasure, now);
    return 1;
  }
  // asked again under the lock: no message can be on its way any more
  const requests = await tx
    .select({
      requestId: debtRequests.id,
      subrequestGuid: debtRequests.subrequestGuid,
      requestNumber: debtRequests.requestNumber,
      responseDate: debtRequests.responseDate,
      status: debtRequests.status,
      hasDebt: debtRequests.hasDebt,
      answerSource: debtRequests.answerSource,
      answeredAt: debtRequests.answeredAt,
      automatic: sql<Record<string, unknown> | null>`(
        select e.data - 'reason' - 'hasDebt' - 'automatic' from request_events e
        where e.request_id = debt_requests.id and e.action = 'send' and e.data ->> 'automatic' = 'true'
          and debt_requests.answer_source = 'autoanswer'
        order by e.id desc limit 1)`,
      gisMessageGuid: sql<string | null>`(
        select e.gis_message_guid from exchange_items i join exchanges e on e.id = i.exchange_id
        where i.request_id = debt_requests.id and i.action_type = 'Send' and i.state = 'accepted'
          and debt_requests.answered_at is not null
        order by i.id desc limit 1)`,
    })
    .from(debtRequests)
    .where(
      and(
        due,
        inArray(
          debtRequests.id,
          locked.map(({ id }) => id),
        ),
      ),
    );
  if (requests.length === 0) return 1;
  await tx
    .insert(erasedRequests)
    .values(requests.map((request) => ({ ...request, organizationId, erasureId: erasure.id })));
  await eraseRows(
    tx,
    organizationId,
    requests.map(({ requestId }) => requestId),
    now,
  );
  return requests.length;
}

/** A file being read or written may hold what is erased: it ends first, and then goes with the rest. */
async function filesUnderWay(tx: Tx, organizationId: string): Promise<boolean> {
  const reading = and(
    eq(answerFiles.organizationId, organizationId),
    inArray(answerFiles.state, ['checking', 'applying']),
  );
  const writing = and(eq(fileExports.organizationId, organizationId), eq(fileExports.state, 'building'));
  return (await tx.$count(answerFiles, reading)) + (await tx.$count(fileExports, writing)) > 0;
}

/** Everything of these requests but `erased_requests`, which is written already. */
async function eraseRows(tx: Tx, organizationId: string, ids: string[], now: Date): Promise<void> {
  // the trigger of the trails lets go of those whose request is in `erased_requests`
  await tx.delete(answerTrails).where(inArray(answerTrails.requestId, ids));
  await tx.delete(debtRequestAccounts).where(inArray(debtRequestAccounts.requestId, ids));
  await tx.delete(requestEvents).where(inArray(requestEvents.requestId, ids));
  await tx.delete(notifications).where(inArray(notifications.requestId, ids));
  await tx.delete(presence).where(inArray(presence.requestId, ids));

  const attached = tx.select({ id: files.id }).from(files).where(inArray(files.requestId, ids));
  await tx.delete(fileUploads).where(inArray(fileUploads.fileId, attached));
  await tx.delete(fileContents).where(inArray(fileContents.fileId, attached));
  await tx.delete(files).where(inArray(files.requestId, ids));
  await tx.delete(debtors).where(inArray(debtors.requestId, ids));

  const sent = await tx
    .delete(exchangeItems)
    .where(inArray(exchangeItems.requestId, ids))
    .returning({ id: exchangeItems.exchangeId });
  await eraseMessages(tx, organizationId, unique(sent));

  const done = await tx.delete(bulkItems).where(inArray(bulkItems.requestId, ids)).returning({ id: bulkItems.runId });
  const runs = unique(done);
  // a comment to a colleague may name people
  if (runs.length > 0)
    await tx
      .update(bulkRuns)
      .set({ params: {} })
      .where(
        and(inArray(bulkRuns.id, runs), sql`not exists (select from bulk_items i where i.run_id = ${bulkRuns.id})`),
      );

  const loaded = unique(
    await tx
      .selectDistinct({ id: answerFileRows.fileId })
      .from(answerFileRows)
      .where(inArray(answerFileRows.requestId, ids)),
  );
  if (loaded.length > 0) {
    await tx
      .update(answerFiles)
      .set({
        bytes: null,
        state: sql`case ${answerFiles.state} when 'checked' then 'cancelled' else ${answerFiles.state} end`,
        finishedAt: sql`coalesce(${answerFiles.finishedAt}, ${now.toISOString()}::timestamptz)`,
      })
      .where(inArray(answerFiles.id, loaded));
    await tx.delete(answerFileRows).where(inArray(answerFileRows.fileId, loaded));
  }

  await tx.delete(debtRequests).where(inArray(debtRequests.id, ids));
}

const unique = (rows: { id: string | null }[]): string[] => [
  ...new Set(rows.flatMap(({ id }) => (id === null ? [] : [id]))),
];

/** Texts of those answers messages that carry nothing of a kept request any more, and of what was asked about them. */
async function eraseMessages(tx: Tx, organizationId: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const empty = unique(
    await tx
      .update(exchanges)
      // our own check quotes what does not fit the format
      .set({ requestXml: null, ackXml: null, replyXml: null, errorText: null })
      .where(
        and(
          inArray(exchanges.id, ids),
          inArray(exchanges.state, ['done', 'refused']),
          sql`not exists (select from exchange_items i where i.exchange_id = ${exchanges.id})`,
        ),
      )
      .returning({ id: exchanges.id }),
  );
  if (empty.length > 0)
    await tx
      .update(exchanges)
      .set({ replyXml: null })
      .where(
        and(
          eq(exchanges.organizationId, organizationId),
          inArray(sql`${exchanges.query} ->> 'aboutExchangeId'`, empty),
        ),
      );
}

/**
 * Address lines that no request has any more. False while somebody holds one: a request of it is just being written. Nothing is
 * waited for under these locks, so that no ring of waiting comes about; asked again under them, since a request may have come.
 */
async function eraseAddresses(tx: Tx, organizationId: string): Promise<boolean> {
  const unused = and(
    eq(requestAddresses.organizationId, organizationId),
    sql`not exists (select from debt_requests r
      where r.organization_id = request_addresses.organization_id and r.address_id = request_addresses.id)`,
  );
  const locked = tx.select({ id: requestAddresses.id }).from(requestAddresses).where(unused);
  const lines = await locked.for('update', { skipLocked: true });
  if (lines.length > 0) {
    const ids = lines.map(({ id }) => id);
    await tx.delete(requestAddresses).where(and(unused, anyOf(requestAddresses.id, ids)));
  }
  return (await tx.$count(requestAddresses, unused)) === 0;
}

/** The last rows are gone: now whatever else may show them, as nobody can tell which of it does. */
async function finish(tx: Tx, erasure: Erasure, now: Date): Promise<void> {
  const { organizationId } = erasure;
  if ((await tx.$count(erasedRequests, eq(erasedRequests.erasureId, erasure.id))) > 0) {
    await tx
      .update(exchanges)
      .set({ replyXml: null })
      .where(
        and(
          eq(exchanges.organizationId, organizationId),
          eq(exchanges.operation, 'exportDebtSubrequests'),
          eq(exchanges.state, 'done'),
          isNotNull(exchanges.replyXml),
          // a kept answer whose reply was lost is proved by what was asked about it
          sql`not exists (select from exchange_items i where i.exchange_id::text = ${exchanges.query} ->> 'aboutExchangeId')`,
        ),
      );
    const exports = await tx
      .update(fileExports)
      .set({ state: 'deleted' })
      .where(and(eq(fileExports.organizationId, organizationId), eq(fileExports.state, 'done')))
      .returning({ id: fileExports.id });
    if (exports.length > 0) await tx.delete(fileExportParts).where(inArray(fileExportParts.exportId, unique(exports)));
  }
  await tx
    .update(erasures)
    .set({ state: 'done', finishedAt: now })
    .where(and(eq(erasures.id, erasure.id), eq(erasures.state, 'running')));
}

/** Those of these subrequests that were erased here: they are not taken in again. */
export async function erasedAmong(tx: Tx, organizationId: string, guids: string[]): Promise<Set<string>> {
  if (guids.length === 0) return new Set();
  const rows = await tx
    .select({ guid: erasedRequests.subrequestGuid })
    .from(erasedRequests)
    .where(and(eq(erasedRequests.organizationId, organizationId), anyOf(erasedRequests.subrequestGuid, guids)));
  return new Set(rows.map(({ guid }) => guid));
}

/** A reply that shows an erased request again is not kept, or its text would bring back what was erased. */
export async function dropReplyOfErased(
  tx: Tx,
  message: { id: string; organizationId: string },
  guids: string[],
): Promise<void> {
  if ((await erasedAmong(tx, message.organizationId, guids)).size > 0)
    await tx.update(exchanges).set({ replyXml: null }).where(eq(exchanges.id, message.id));
}
