import { and, asc, count, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { debtRequests, requestEvents, syncRuns } from '@/db/schema/debt-requests';
import { exchanges } from '@/db/schema/exchange';
import { organizations } from '@/db/schema/staff';
import { type Actor, actorUserId, type Person, systemOf } from '@/lib/auth/actor';
import { addDays, dailyMoments, deadlineEnd, moscowMoment, moscowToday } from '@/lib/calendar/moscow';
import type { Result } from '@/lib/errors';
import { enqueueExport, wakeWorker } from '@/lib/exchange/queue';
import { shownPage } from '@/lib/paging';
import { restoredAt } from './restored';
import { visibleTo } from './transition';
import type { Status } from './workflow';

/** Starting, stopping and watching a receiving of requests. The receiving itself is the worker's (`receive.ts`). */

/** drs:periodOfSendingRequest takes at most 6 months; 180 days fit into any of them. */
const WINDOW_DAYS = 180;

/** Why a receiving was started; `again` = the last one failed, `sending` = before answers go out. */
export type SyncCause = 'manual' | 'schedule' | 'again' | 'login' | 'sending' | 'autoAnswer';

/**
 * «Получить запросы»: starts a receiving for the actor's organization, or gives the one that is running. Any member
 * may: it only reads the portal.
 */
export async function requestSync(
  actor: Actor,
  now = new Date(),
  cause: SyncCause = 'manual',
): Promise<Result<{ syncRunId: string }>> {
  return { ok: true, syncRunId: await db.transaction((tx) => startSync(tx, actor, now, cause)) };
}

/** The same inside a transaction: sending asks for it when the last receiving is too old. */
export async function startSync(tx: Tx, actor: Actor, now: Date, cause: SyncCause): Promise<string> {
  const [organization] = await tx.select().from(organizations).where(eq(organizations.id, actor.organizationId));
  if (!organization) throw new Error('sync of an organization that does not exist');
  const windows = windowsOf(addDays(moscowToday(now), -organization.syncDays), moscowToday(now));
  const [run] = await tx
    .insert(syncRuns)
    .values({
      organizationId: organization.id,
      startedBy: actorUserId(actor),
      cause,
      windows,
      onlyUnanswered: organization.onlyUnanswered,
      startedAt: now,
    })
    // one receiving at a time is the index's word; the running one is as good
    .onConflictDoNothing()
    .returning({ id: syncRuns.id });
  if (!run) {
    const [running] = await tx
      .select({ id: syncRuns.id })
      .from(syncRuns)
      .where(and(eq(syncRuns.organizationId, organization.id), eq(syncRuns.state, 'running')));
    return running ? running.id : startSync(tx, actor, now, cause);
  }
  await enqueueExport(tx, {
    organizationId: organization.id,
    service: 'debtRequests',
    operation: 'exportDebtSubrequests',
    query: { kind: 'period', ...windows[0]!, onlyUnanswered: organization.onlyUnanswered, cursor: null },
    syncRunId: run.id,
    createdBy: actorUserId(actor),
    nextAt: now,
  });
  return run.id;
}

/** Windows of sending dates, oldest first, each within what one message may ask. Both ends are included. */
export function windowsOf(start: string, end: string): { start: string; end: string }[] {
  const windows: { start: string; end: string }[] = [];
  for (let from = start; from <= end; from = addDays(from, WINDOW_DAYS)) {
    const to = addDays(from, WINDOW_DAYS - 1);
    windows.push({ start: from, end: to < end ? to : end });
  }
  return windows;
}

/** Between a failed receiving and the next attempt. */
const AGAIN_MS = 55 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Organizations that have to receive now; `receiveIfDue` does it. */
export async function organizationsToReceive(now: Date): Promise<string[]> {
  const all = await db.select(SCHEDULE).from(organizations).orderBy(asc(organizations.id));
  const due = await Promise.all(all.map(async (one) => ((await causeToReceive(db, one, now)) ? [one.id] : [])));
  return due.flat();
}

/**
 * Starts a receiving when it is due by the organization's hour («Синхронизация выполняется в 04:15»), once for the hour of
 * the day however often and by how many workers this is called. A machine that was off makes the last missed one up; any
 * other receiving since then counts as it. One that failed is tried again after an hour. Returns how many were started.
 */
export function receiveIfDue(organizationId: string, now: Date): Promise<number> {
  return db.transaction(async (tx) => {
    // another worker may be at the same minute
    const [one] = await tx
      .select(SCHEDULE)
      .from(organizations)
      .where(eq(organizations.id, organizationId))
      .for('no key update');
    const cause = one ? await causeToReceive(tx, one, now) : null;
    if (cause) await startSync(tx, systemOf(organizationId), now, cause);
    return cause ? 1 : 0;
  });
}

const SCHEDULE = { id: organizations.id, syncAt: organizations.syncAt, createdAt: organizations.createdAt };

/** Why an organization has to receive now; null = it has not. */
async function causeToReceive(
  tx: Pick<Tx, 'select'>,
  { id, syncAt, createdAt }: { id: string; syncAt: string; createdAt: Date },
  now: Date,
): Promise<'schedule' | 'again' | null> {
  const hour = dailyMoments(syncAt, now).last;
  const restored = await restoredAt(tx);
  // a new organization begins at its next hour; a restored database receives at once
  const due = restored && restored > hour ? restored : createdAt > hour ? null : hour;
  const [last] = await tx
    .select({ state: syncRuns.state, startedAt: syncRuns.startedAt, finishedAt: syncRuns.finishedAt })
    .from(syncRuns)
    .where(
      and(
        eq(syncRuns.organizationId, id),
        // a clock that ran far ahead once must not silence the schedule for ever
        lt(syncRuns.startedAt, new Date(now.getTime() + DAY_MS)),
      ),
    )
    .orderBy(desc(syncRuns.startedAt))
    .limit(1);
  if (last?.state === 'running') return null;
  // one that a restore has ended has its very moment
  if (due && (!last || (last.finishedAt ?? last.startedAt) <= due)) return 'schedule';
  return last?.state === 'failed' && now.getTime() - last.startedAt.getTime() > AGAIN_MS ? 'again' : null;
}

export const stopSyncSchema = z.object({ id: z.uuid() });

/** «Прервать»: the receiving ends after the message that is under way; what was received stays. */
export async function stopSync(person: Person, input: z.output<typeof stopSyncSchema>): Promise<Result> {
  await db.transaction(async (tx) => {
    await tx
      .update(syncRuns)
      .set({ stopRequested: true })
      .where(
        and(
          eq(syncRuns.id, input.id),
          eq(syncRuns.organizationId, person.organizationId),
          eq(syncRuns.state, 'running'),
        ),
      );
    await wakeWorker(tx);
  });
  return { ok: true };
}

/** The hour of the daily receiving, 'HH:MM' Moscow time. */
export async function syncTime(person: Person): Promise<string> {
  const [row] = await db
    .select({ syncAt: organizations.syncAt })
    .from(organizations)
    .where(eq(organizations.id, person.organizationId));
  return row!.syncAt;
}

export interface SyncView {
  id: string;
  cause: SyncCause;
  state: 'running' | 'done' | 'failed' | 'stopped';
  startedAt: Date;
  finishedAt: Date | null;
  pages: number;
  received: number;
  changed: number;
  unchanged: number;
  revoked: number;
  complete: boolean;
  stopRequested: boolean;
  errorCode: string | null;
  errorText: string | null;
  /** When the message under way had no success and will be repeated: the portal's words and the time. */
  waiting: { attempt: number; nextAt: Date; text: string | null } | null;
}

export async function latestSync(person: Person): Promise<SyncView | null> {
  return (await listSyncs(person, 1))[0] ?? null;
}

/** One receiving; null = absent or foreign. */
export async function getSync(person: Person, id: string): Promise<SyncView | null> {
  return (await syncsWhere(person, 1, eq(syncRuns.id, id)))[0] ?? null;
}

/** «Предыдущие синхронизации» begun on these Moscow dates, both included, newest first. */
export const listSyncs = (
  person: Person,
  limit = 20,
  { from, to }: { from?: string | null; to?: string | null } = {},
): Promise<SyncView[]> =>
  syncsWhere(
    person,
    limit,
    and(
      from ? gte(syncRuns.startedAt, moscowMoment(from, '00:00')) : undefined,
      to ? lt(syncRuns.startedAt, deadlineEnd(to)) : undefined,
    ),
  );

async function syncsWhere(person: Person, limit: number, condition?: SQL): Promise<SyncView[]> {
  const runs = await db
    .select()
    .from(syncRuns)
    .where(and(eq(syncRuns.organizationId, person.organizationId), condition))
    .orderBy(desc(syncRuns.startedAt))
    .limit(limit);
  const waiting = await retriesOf(runs.filter((run) => run.state === 'running').map((run) => run.id));
  return runs.map(({ windows: _w, windowIndex: _i, ...run }) => ({
    ...run,
    cause: run.cause as SyncCause,
    state: run.state as SyncView['state'],
    waiting: waiting.get(run.id) ?? null,
  }));
}

export interface SyncResultRow {
  requestId: string;
  requestNumber: string;
  address: string;
  addressDetails: string | null;
  /** Step of the history: received, refreshed, withdrawn, reappeared, expire, answeredElsewhere, deadlineMoved. */
  action: string;
  status: Status;
}

/** Rows of a page of the result window. */
export const RESULT_PAGE = 100;

/** The result window of a receiving: what it brought, request by request (1С lines 1076–1094). Null = absent or foreign. */
export async function syncResults(
  person: Person,
  id: string,
  page: number,
): Promise<{ rows: SyncResultRow[]; total: number; page: number } | null> {
  const [run] = await db
    .select({ id: syncRuns.id })
    .from(syncRuns)
    .where(and(eq(syncRuns.id, id), eq(syncRuns.organizationId, person.organizationId)));
  if (!run) return null;
  const brought = and(eq(requestEvents.syncRunId, id), visibleTo(person));
  const [totals] = await db
    .select({ total: count() })
    .from(requestEvents)
    .innerJoin(debtRequests, eq(debtRequests.id, requestEvents.requestId))
    .where(brought);
  const shown = shownPage(page, totals!.total, RESULT_PAGE);
  const rows = await db
    .select({
      requestId: debtRequests.id,
      requestNumber: debtRequests.requestNumber,
      address: debtRequests.address,
      addressDetails: debtRequests.addressDetails,
      action: requestEvents.action,
      status: debtRequests.status,
    })
    .from(requestEvents)
    .innerJoin(debtRequests, eq(debtRequests.id, requestEvents.requestId))
    .where(brought)
    .orderBy(asc(requestEvents.id))
    .limit(RESULT_PAGE)
    .offset((shown - 1) * RESULT_PAGE);
  return { rows: rows.map((row) => ({ ...row, status: row.status as Status })), total: totals!.total, page: shown };
}

async function retriesOf(runIds: string[]): Promise<Map<string, NonNullable<SyncView['waiting']>>> {
  const found = new Map<string, NonNullable<SyncView['waiting']>>();
  for (const runId of runIds) {
    const [row] = await db
      .select({
        attempt: exchanges.attempt,
        nextAt: exchanges.nextAt,
        text: sql<string | null>`(select error_text from exchanges before where before.id = ${exchanges.retryOf})`,
      })
      .from(exchanges)
      .where(and(eq(exchanges.syncRunId, runId), eq(exchanges.state, 'queued'), sql`${exchanges.attempt} > 1`))
      .limit(1);
    if (row) found.set(runId, row);
  }
  return found;
}
