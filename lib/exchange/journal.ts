import { and, asc, count, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import { exchangeItems, exchanges } from '@/db/schema/exchange';
import { workerState } from '@/db/schema/jobs';
import { hasRole, type Person } from '@/lib/auth/actor';
import { visibleTo } from '@/lib/debt-requests/transition';
import { notFound, type Result } from '@/lib/errors';
import { wakeWorker } from './queue';

/** «Обмен с ГИС ЖКХ»: what waits, what failed, in the portal's own words. Every query is bound to the organization. */

export const EXCHANGE_STATES = ['queued', 'submitting', 'acknowledged', 'done', 'refused', 'unknown'] as const;
export type ExchangeState = (typeof EXCHANGE_STATES)[number];

export interface ExchangeItemView {
  requestId: string;
  requestNumber: string;
  responseDate: string;
  actionType: string;
  state: string;
  errorCode: string | null;
  errorText: string | null;
}

export interface ExchangeRow {
  id: string;
  operation: string;
  state: ExchangeState;
  attempt: number;
  createdAt: Date;
  submittedAt: Date | null;
  finishedAt: Date | null;
  nextAt: Date;
  polls: number;
  errorKind: string | null;
  errorCode: string | null;
  errorText: string | null;
  items: ExchangeItemView[];
  itemCount: number;
  syncRunId: string | null;
  /** What an export asks for: period, subrequests, check; the number of a dictionary. Null for answers. */
  asks: string | null;
  /** «Повторить сейчас» is safe: the message waits for its time and had no effect yet. */
  canRetry: boolean;
}

/** Answers that no message carries yet. */
export interface WaitingItem extends ExchangeItemView {
  attempt: number;
  nextAt: Date;
}

const PAGE = 50;

export async function listExchanges(
  person: Person,
  query: { page: number; state?: ExchangeState | undefined },
): Promise<{ rows: ExchangeRow[]; total: number; waiting: WaitingItem[]; waitingTotal: number }> {
  const mine = and(
    eq(exchanges.organizationId, person.organizationId),
    query.state ? eq(exchanges.state, query.state) : undefined,
  );
  const waitingItems = and(
    eq(exchangeItems.organizationId, person.organizationId),
    eq(exchangeItems.state, 'open'),
    isNull(exchangeItems.exchangeId),
  );
  const [rows, [totals], waiting, [waitingTotals]] = await Promise.all([
    db
      .select(rowColumns)
      .from(exchanges)
      .where(mine)
      .orderBy(desc(exchanges.createdAt), desc(exchanges.id))
      .limit(PAGE)
      .offset((Math.max(1, query.page) - 1) * PAGE),
    db.select({ total: count() }).from(exchanges).where(mine),
    db
      .select({ ...itemColumns, attempt: exchangeItems.attempt, nextAt: exchangeItems.nextAt })
      .from(exchangeItems)
      .innerJoin(debtRequests, eq(debtRequests.id, exchangeItems.requestId))
      .where(and(waitingItems, visibleTo(person)))
      .orderBy(asc(debtRequests.responseDate), asc(exchangeItems.id))
      .limit(PAGE),
    db
      .select({ total: count() })
      .from(exchangeItems)
      .innerJoin(debtRequests, eq(debtRequests.id, exchangeItems.requestId))
      .where(and(waitingItems, visibleTo(person))),
  ]);
  const items = await itemsOf(
    person,
    rows.map((row) => row.id),
  );
  return {
    rows: rows.map((row) => asRow(row, items.get(row.id) ?? [])),
    total: totals!.total,
    waiting,
    waitingTotal: waitingTotals!.total,
  };
}

/** One message. The raw XML both ways carries personal data and is for admins only; others get null there. */
export async function getExchange(
  person: Person,
  id: string,
): Promise<
  | (ExchangeRow & {
      messageGuid: string;
      gisMessageGuid: string | null;
      requestXml: string | null;
      ackXml: string | null;
      replyXml: string | null;
      mayReadXml: boolean;
      /** A text that was there is gone with archived requests (debt-requests/erase.ts). */
      textErased: boolean;
    })
  | null
> {
  if (!/^[0-9a-f-]{36}$/i.test(id)) return null;
  const [row] = await db
    .select()
    .from(exchanges)
    .where(and(eq(exchanges.id, id), eq(exchanges.organizationId, person.organizationId)));
  if (!row) return null;
  const items = (await itemsOf(person, [id])).get(id) ?? [];
  const mayReadXml = hasRole(person, 'admin');
  return {
    ...asRow(row, items),
    messageGuid: row.messageGuid,
    gisMessageGuid: row.gisMessageGuid,
    requestXml: mayReadXml ? row.requestXml : null,
    ackXml: mayReadXml ? row.ackXml : null,
    replyXml: mayReadXml ? row.replyXml : null,
    mayReadXml,
    // an answer whose fate was found out by asking never had a reply
    textErased:
      row.submittedAt !== null &&
      (row.requestXml === null ||
        (row.operation === 'exportDebtSubrequests' && row.state === 'done' && row.replyXml === null)),
  };
}

export const retrySchema = z.object({ id: z.uuid() });

/** «Повторить сейчас»: does not send anything itself, it only moves the next step of a waiting message to this moment. */
export async function retryExchange(person: Person, input: z.output<typeof retrySchema>): Promise<Result> {
  return db.transaction(async (tx) => {
    const moved = await tx
      .update(exchanges)
      .set({ nextAt: sql`now()` })
      .where(
        and(
          eq(exchanges.id, input.id),
          eq(exchanges.organizationId, person.organizationId),
          inArray(exchanges.state, ['queued', 'acknowledged']),
        ),
      )
      .returning({ id: exchanges.id });
    if (moved.length === 0) return notFound;
    await wakeWorker(tx);
    return { ok: true };
  });
}

/** «Отправить сейчас» for answers that wait for the next attempt. */
export async function retryWaiting(person: Person): Promise<Result> {
  await db.transaction(async (tx) => {
    await tx
      .update(exchangeItems)
      .set({ nextAt: sql`now()` })
      .where(
        and(
          eq(exchangeItems.organizationId, person.organizationId),
          eq(exchangeItems.state, 'open'),
          isNull(exchangeItems.exchangeId),
        ),
      );
    await wakeWorker(tx);
  });
  return { ok: true };
}

/** Can messages be signed, as the worker found at its start? `problem` is a sentence for the admin. */
export async function keyStatus(): Promise<{
  problem: string | null;
  validUntil: Date | null;
  heartbeatAt: Date | null;
}> {
  const [row] = await db.select().from(workerState);
  return {
    problem: row?.keyProblem ?? null,
    validUntil: row?.certificateValidUntil ?? null,
    heartbeatAt: row?.heartbeatAt ?? null,
  };
}

/** One attempt to bring an answer, or its withdrawal, to the portal. Every attempt is a row and a message of its own. */
export interface Attempt {
  itemId: number;
  actionType: string;
  state: string;
  /** 1, and one more for every message that provably had no effect. */
  attempt: number;
  /** The portal's own words about this answer, or ours where it never left. */
  errorCode: string | null;
  errorText: string | null;
  createdAt: Date;
  /** Not before this moment does it join a message. */
  nextAt: Date;
  finishedAt: Date | null;
  /** The message that carried it; null while there is none, and for what never left. */
  exchangeId: string | null;
  exchangeState: ExchangeState | null;
}

/** «Обмен» of one request, newest first, at most `limit`; empty for a foreign or absent one. */
export async function exchangesOf(person: Person, requestId: string, limit = 50): Promise<Attempt[]> {
  if (!/^[0-9a-f-]{36}$/i.test(requestId)) return [];
  return db
    .select({
      itemId: exchangeItems.id,
      actionType: exchangeItems.actionType,
      state: exchangeItems.state,
      attempt: exchangeItems.attempt,
      errorCode: exchangeItems.errorCode,
      errorText: exchangeItems.errorText,
      createdAt: exchangeItems.createdAt,
      nextAt: exchangeItems.nextAt,
      finishedAt: exchangeItems.finishedAt,
      exchangeId: exchangeItems.exchangeId,
      exchangeState: sql<ExchangeState | null>`${exchanges.state}`,
    })
    .from(exchangeItems)
    .leftJoin(exchanges, eq(exchanges.id, exchangeItems.exchangeId))
    .where(and(eq(exchangeItems.requestId, requestId), eq(exchangeItems.organizationId, person.organizationId)))
    .orderBy(desc(exchangeItems.id))
    .limit(limit);
}

/** Messages that a person should look at: refused in the last week or of unknown outcome. */
export async function countTroubled(person: Person): Promise<number> {
  const [row] = await db
    .select({ total: count() })
    .from(exchangeItems)
    .innerJoin(debtRequests, eq(debtRequests.id, exchangeItems.requestId))
    .where(
      and(
        visibleTo(person),
        eq(debtRequests.status, 'send_failed'),
        eq(exchangeItems.state, 'refused'),
        sql`${exchangeItems.id} = (select max(last.id) from exchange_items last where last.request_id = ${debtRequests.id})`,
      ),
    );
  return row!.total;
}

const rowColumns = {
  id: exchanges.id,
  operation: exchanges.operation,
  state: exchanges.state,
  attempt: exchanges.attempt,
  createdAt: exchanges.createdAt,
  submittedAt: exchanges.submittedAt,
  finishedAt: exchanges.finishedAt,
  nextAt: exchanges.nextAt,
  polls: exchanges.polls,
  errorKind: exchanges.errorKind,
  errorCode: exchanges.errorCode,
  errorText: exchanges.errorText,
  syncRunId: exchanges.syncRunId,
  query: exchanges.query,
};

const itemColumns = {
  requestId: debtRequests.id,
  requestNumber: debtRequests.requestNumber,
  responseDate: debtRequests.responseDate,
  actionType: exchangeItems.actionType,
  state: exchangeItems.state,
  errorCode: exchangeItems.errorCode,
  errorText: exchangeItems.errorText,
};

function asRow(
  row: { [key in keyof typeof rowColumns]: (typeof exchanges.$inferSelect)[key] },
  items: ExchangeItemView[],
): ExchangeRow {
  const {
    id,
    operation,
    attempt,
    createdAt,
    submittedAt,
    finishedAt,
    nextAt,
    polls,
    errorKind,
    errorCode,
    errorText,
    syncRunId,
  } = row;
  const state = row.state as ExchangeState;
  return {
    ...{
      id,
      operation,
      state,
      attempt,
      createdAt,
      submittedAt,
      finishedAt,
      nextAt,
      polls,
      errorKind,
      errorCode,
      errorText,
      syncRunId,
    },
    asks: row.query?.kind === 'nsi' ? String(row.query.registryNumber) : (row.query?.kind ?? null),
    items,
    itemCount: items.length,
    canRetry: state === 'acknowledged' || (state === 'queued' && attempt > 1),
  };
}

/** What messages carry, as far as the person sees those requests. */
async function itemsOf(person: Person, exchangeIds: string[]): Promise<Map<string, ExchangeItemView[]>> {
  const byExchange = new Map<string, ExchangeItemView[]>();
  if (exchangeIds.length === 0) return byExchange;
  const rows = await db
    .select({ exchangeId: exchangeItems.exchangeId, ...itemColumns })
    .from(exchangeItems)
    .innerJoin(debtRequests, eq(debtRequests.id, exchangeItems.requestId))
    .where(and(inArray(exchangeItems.exchangeId, exchangeIds), visibleTo(person)))
    .orderBy(asc(exchangeItems.id));
  for (const { exchangeId, ...item } of rows) {
    byExchange.set(exchangeId!, [...(byExchange.get(exchangeId!) ?? []), item]);
  }
  return byExchange;
}
