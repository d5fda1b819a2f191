import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Tx } from '@/db/client';
import { type ExportQuery, exchangeItems, exchanges, type FrozenAnswer } from '@/db/schema/exchange';

/**
 * Putting work into the outbox. Everything here is a row in the caller's transaction: either the decision and its
 * message exist together or neither does. The worker is woken when the transaction commits.
 */

export const EXCHANGE_CHANNEL = 'exchange';

export async function wakeWorker(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_notify(${EXCHANGE_CHANNEL}, '')`);
}

/**
 * An answer (or its withdrawal) to go out. The content is frozen here. Fails with a unique violation when the request
 * has an open item already: that is the guarantee against two answers, so the caller must hold the request's row lock.
 */
export async function enqueueItem(
  tx: Tx,
  item: {
    organizationId: string;
    requestId: string;
    createdBy: string | null;
    attempt?: number;
    mayHaveArrived?: boolean;
    nextAt?: Date;
  } & ({ actionType: 'Send'; content: FrozenAnswer } | { actionType: 'Revoke' }),
): Promise<void> {
  await tx.insert(exchangeItems).values(item);
  await wakeWorker(tx);
}

/** Takes back an item that no message carries or may have carried. False = too late or nothing there. */
export async function takeBackItem(tx: Tx, requestId: string): Promise<boolean> {
  const taken = await tx
    .update(exchangeItems)
    .set({ state: 'not_sent', errorKind: 'cancelled', finishedAt: new Date() })
    .where(
      and(
        eq(exchangeItems.requestId, requestId),
        eq(exchangeItems.state, 'open'),
        isNull(exchangeItems.exchangeId),
        eq(exchangeItems.mayHaveArrived, false),
      ),
    )
    .returning({ id: exchangeItems.id });
  return taken.length > 0;
}

/** An export to run; `retry` makes it the next attempt of a message that had no result. */
export async function enqueueExport(
  tx: Tx,
  message: {
    organizationId: string;
    service: 'debtRequests' | 'nsi' | 'homeManagement';
    operation: 'exportDebtSubrequests' | 'exportNsiItem' | 'exportBriefApartmentHouse' | 'exportAccountData';
    query: ExportQuery;
    syncRunId?: string | null;
    createdBy?: string | null;
    nextAt?: Date;
    retry?: { of: string; attempt: number };
  },
): Promise<string> {
  const { retry, ...values } = message;
  const [row] = await tx
    .insert(exchanges)
    .values({ ...values, ...(retry ? { retryOf: retry.of, attempt: retry.attempt } : {}) })
    .returning({ id: exchanges.id });
  await wakeWorker(tx);
  return row!.id;
}

/** Waiting times between attempts that provably had no effect, seconds (PROTOCOL §6: 60–120 s few times, then rarely). */
const RETRY_SECONDS = [60, 120, 300, 900, 1800];

/** The moment of attempt number `attempt` after a failure now; `scale` < 1 on the stand. */
export function retryAt(now: Date, attempt: number, scale: number): Date {
  const seconds = RETRY_SECONDS[Math.min(attempt - 2, RETRY_SECONDS.length - 1)] ?? RETRY_SECONDS[0]!;
  return new Date(now.getTime() + seconds * 1000 * scale);
}
