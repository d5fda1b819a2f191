import { createHash } from 'node:crypto';
import { and, asc, count, desc, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db, isDatabaseAway } from '@/db/client';
import { insertMany } from '@/db/many';
import { debtRequests } from '@/db/schema/debt-requests';
import { bulkItems, bulkRuns } from '@/db/schema/registry';
import type { Person } from '@/lib/auth/actor';
import { personById, RIGHTS_ENDED } from '@/lib/auth/person';
import { moscowToday } from '@/lib/calendar/moscow';
import { invalid, notFound, type Result } from '@/lib/errors';
import { wakeWorker } from '@/lib/exchange/queue';
import { withLease } from '@/lib/lease';
import { log } from '@/lib/log';
import { COUNT_LIMIT, shownPage } from '@/lib/paging';
import { markReadySaved, savedAnswerProblems, sendSaved } from './answer';
import { delegate, returnForRework } from './assign';
import { fillAnswer, fillMany, fillNo, fillPreview } from './autofill';
import { conditionOf, parseRegistryQuery } from './registry';
import { type DebtRequest, refusalOf, visibleTo } from './transition';
import { ruleOf, type Status } from './workflow';

/**
 * Mass work: «Заполнить ответы», «Готов к отправке», «Отправить ответы», «Делегировать», «Вернуть на доработку» for what was selected or for the whole filter. A person confirms
 * a preview; the worker then does it request by request, in that person's name and with his rights of that moment.
 */

/** More at once is split by a narrower filter. */
const BULK_LIMIT = COUNT_LIMIT;

const bulkActions = ['markReady', 'send', 'delegate', 'returnForRework', 'fill', 'fillNo'] as const;
export type BulkAction = (typeof bulkActions)[number];

/** Selected rows, all that the registry shows under these parameters of its address line, or what a file has saved. */
export const selectionSchema = z.object({
  action: z.enum(bulkActions),
  selection: z.union([
    z.object({ ids: z.array(z.uuid()).min(1).max(BULK_LIMIT) }),
    z.object({ filter: z.string().max(2000) }),
    // what a loaded file of this person has saved
    z.object({ file: z.uuid() }),
  ]),
});
type Selection = z.output<typeof selectionSchema>;

/** What a person says yes to: the selection with the `stamp` of the preview that was read. */
export const confirmedSchema = selectionSchema
  .extend({
    stamp: z.string().max(100),
    /** For «Делегировать»: to whom, and a note. */
    assigneeId: z.uuid('Выберите исполнителя.').optional(),
    /** The note of a delegation; what to correct, for «Вернуть на доработку». */
    comment: z.string().trim().max(1000, 'Комментарий: не\u00a0больше 1000\u00a0знаков.').optional(),
  })
  .refine((input) => input.action !== 'delegate' || input.assigneeId !== undefined, {
    path: ['assigneeId'],
    message: 'Выберите исполнителя.',
  })
  .refine((input) => input.action !== 'returnForRework' || !!input.comment, {
    path: ['comment'],
    message: 'Напишите, что исправить.',
  });

export interface BulkPreview {
  total: number;
  /** Of those that will go: by answer. */
  yes: number;
  no: number;
  /** Without an answer yet: only what needs none goes with them. */
  empty: number;
  /** Those with «Да», to look at before they go: the first ten. */
  withDebt: PreviewRequest[];
  /** The earliest term among those that will go. */
  nearestDeadline: string | null;
  /** The rest, by reason in words; the first ten of each. */
  refused: { reason: string; count: number; requests: PreviewRequest[] }[];
  /** Stands for exactly these requests as they are now. */
  stamp: string;
}

interface PreviewRequest {
  id: string;
  number: string;
}

/** Named one by one in a preview; the rest is a number. */
const NAMED = 10;

/** What a mass work would do, before anybody says yes. Nothing is changed. */
export async function previewBulk(
  person: Person,
  input: Selection,
  now = new Date(),
): Promise<Result<{ preview: BulkPreview }>> {
  const requests = await selected(person, input, now);
  if (requests.length > BULK_LIMIT)
    return invalid(`За один раз можно обработать до ${BULK_LIMIT} запросов. Сузьте отбор.`);
  const fills = input.action === 'fill' || input.action === 'fillNo' ? input.action : null;
  const answers = !fills && ruleOf(input.action).needs.includes('completeAnswer');
  const problems = answers ? await savedAnswerProblems(requests) : new Map<string, string>();
  const filled = fills ? await fillPreview(person, fills, requests, now) : null;
  const preview: BulkPreview = {
    total: requests.length,
    yes: 0,
    no: 0,
    empty: 0,
    withDebt: [],
    nearestDeadline: null,
    refused: [],
    stamp: stampOf(requests),
  };
  for (const request of requests) {
    const refusal = refusalOf(person, request, { action: input.action, now });
    const becomes = filled?.get(request.id);
    const reason =
      refusal && 'message' in refusal
        ? refusal.message
        : becomes && 'reason' in becomes
          ? becomes.reason
          : problems.get(request.id);
    const named = { id: request.id, number: request.requestNumber };
    if (reason) {
      const known = preview.refused.find((group) => group.reason === reason);
      const group = known ?? { reason, count: 0, requests: [] };
      if (!known) preview.refused.push(group);
      group.count++;
      if (group.requests.length < NAMED) group.requests.push(named);
      continue;
    }
    const hasDebt = becomes && 'hasDebt' in becomes ? becomes.hasDebt : request.hasDebt;
    preview[hasDebt === null ? 'empty' : hasDebt ? 'yes' : 'no']++;
    if (hasDebt && preview.withDebt.length < NAMED) preview.withDebt.push(named);
    // they come by their term
    preview.nearestDeadline ??= request.responseDate;
  }
  return { ok: true, preview };
}

const stampOf = (requests: DebtRequest[]): string =>
  createHash('sha256')
    .update(requests.map(({ id, version }) => `${id} ${version}`).join('\n'))
    .digest('base64url');

/**
 * Starts the work over what the preview showed: requests that came, left or changed since refuse it as `stale`, for nobody
 * said yes to them. Whatever changes after the start is refused alone.
 */
export async function startBulk(
  person: Person,
  input: z.output<typeof confirmedSchema>,
  now = new Date(),
): Promise<Result<{ runId: string }>> {
  const requests = await selected(person, input, now);
  if (requests.length === 0) return invalid('Нечего обрабатывать: под отбор ничего не подходит.');
  if (requests.length > BULK_LIMIT)
    return invalid(`За один раз можно обработать до ${BULK_LIMIT} запросов. Сузьте отбор.`);
  if (stampOf(requests) !== input.stamp) {
    return { ok: false, reason: 'stale', message: 'Пока окно было открыто, запросы изменились. Проверьте ещё раз.' };
  }
  const runId = await db.transaction(async (tx) => {
    const [run] = await tx
      .insert(bulkRuns)
      .values({
        organizationId: person.organizationId,
        startedBy: person.userId,
        action: input.action,
        params: { ...(input.assigneeId ? { assigneeId: input.assigneeId } : {}), comment: input.comment ?? '' },
        total: requests.length,
        startedAt: now,
      })
      .returning({ id: bulkRuns.id });
    for (let from = 0; from < requests.length; from += 1000) {
      await tx.execute(
        insertMany(
          bulkItems,
          requests.slice(from, from + 1000).map((request, i) => ({
            runId: run!.id,
            position: from + i,
            requestId: request.id,
            version: request.version,
          })),
        ),
      );
    }
    await wakeWorker(tx);
    return run!.id;
  });
  return { ok: true, runId };
}

async function selected(person: Person, input: Selection, now: Date): Promise<DebtRequest[]> {
  const where =
    'ids' in input.selection
      ? and(visibleTo(person), inArray(debtRequests.id, input.selection.ids))
      : 'file' in input.selection
        ? and(
            visibleTo(person),
            sql`debt_requests.id in (select r.request_id from answer_file_rows r join answer_files f on f.id = r.file_id
              where f.id = ${input.selection.file} and f.organization_id = ${person.organizationId}
                and f.started_by = ${person.userId} and r.state = 'done')`,
          )
        : await conditionOf(
            person,
            parseRegistryQuery(Object.fromEntries(new URLSearchParams(input.selection.filter))),
            moscowToday(now),
          );
  return db
    .select()
    .from(debtRequests)
    .where(where)
    .orderBy(asc(debtRequests.responseDate), asc(debtRequests.requestNumber), asc(debtRequests.id))
    .limit(BULK_LIMIT + 1);
}

export const bulkIdSchema = z.object({ id: z.uuid() });

/** «Прервать»: what is done stays done, the rest is not touched. Whoever started it may. */
export async function stopBulk(person: Person, input: z.output<typeof bulkIdSchema>): Promise<Result> {
  const stopped = await db
    .update(bulkRuns)
    .set({ stopRequested: true })
    .where(and(eq(bulkRuns.id, input.id), ownRuns(person)))
    .returning({ id: bulkRuns.id });
  return stopped.length > 0 ? { ok: true } : notFound;
}

const ownRuns = (person: Person) =>
  and(eq(bulkRuns.organizationId, person.organizationId), eq(bulkRuns.startedBy, person.userId));

export interface BulkView {
  id: string;
  action: BulkAction;
  state: 'running' | 'done' | 'stopped';
  total: number;
  done: number;
  refused: number;
  /** For sending: how far the answers have come. */
  sending: number;
  answered: number;
  failed: number;
  stopRequested: boolean;
  startedAt: Date;
  finishedAt: Date | null;
}

/** Progress of a mass work of this person; the latest one without an id. */
export async function getBulk(person: Person, id?: string): Promise<BulkView | null> {
  const [run] = await db
    .select()
    .from(bulkRuns)
    .where(and(ownRuns(person), id ? eq(bulkRuns.id, id) : undefined))
    .orderBy(desc(bulkRuns.startedAt))
    .limit(1);
  if (!run) return null;
  const of = (condition: ReturnType<typeof sql>) => sql<number>`(count(*) filter (where ${condition}))::int`;
  const [counts] = await db
    .select({
      done: of(sql`${bulkItems.state} = 'done'`),
      refused: of(sql`${bulkItems.state} = 'refused'`),
      sending: of(sql`${bulkItems.state} = 'done' and ${debtRequests.status} = 'sending'`),
      answered: of(sql`${bulkItems.state} = 'done' and ${debtRequests.status} = 'answered'`),
      failed: of(sql`${bulkItems.state} = 'done' and ${debtRequests.status} in ('send_failed', 'expired', 'revoked')`),
    })
    .from(bulkItems)
    .innerJoin(debtRequests, eq(debtRequests.id, bulkItems.requestId))
    .where(eq(bulkItems.runId, run.id));
  return {
    id: run.id,
    action: run.action as BulkAction,
    state: run.state as BulkView['state'],
    total: run.total,
    stopRequested: run.stopRequested,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    ...counts!,
  };
}

export interface BulkResultRow {
  requestId: string;
  requestNumber: string;
  address: string;
  addressDetails: string | null;
  status: Status;
  state: 'waiting' | 'done' | 'refused' | 'stopped';
  /** Why not: our words, or the portal's code and text. */
  reason: string | null;
  portalCode: string | null;
  portalText: string | null;
}

/** Rows of a page of the result window. */
export const RESULT_PAGE = 100;

/** The result window: every request of the work, refused ones first (1С lines 1076–1094, 1482). A page beyond the end gives the last. */
export async function bulkResults(
  person: Person,
  id: string,
  page: number,
): Promise<{ rows: BulkResultRow[]; total: number; page: number } | null> {
  const [run] = await db
    .select({ id: bulkRuns.id })
    .from(bulkRuns)
    .where(and(ownRuns(person), eq(bulkRuns.id, id)));
  if (!run) return null;
  const [totals] = await db.select({ total: count() }).from(bulkItems).where(eq(bulkItems.runId, id));
  const shown = shownPage(page, totals!.total, RESULT_PAGE);
  const rows = await db
    .select({
      requestId: debtRequests.id,
      requestNumber: debtRequests.requestNumber,
      address: debtRequests.address,
      addressDetails: debtRequests.addressDetails,
      status: debtRequests.status,
      state: bulkItems.state,
      reason: bulkItems.reason,
      portalCode: sql<string | null>`last.error_code`,
      portalText: sql<string | null>`last.error_text`,
    })
    .from(bulkItems)
    .innerJoin(debtRequests, eq(debtRequests.id, bulkItems.requestId))
    .leftJoin(
      sql`lateral (select i.error_code, i.error_text from exchange_items i where i.request_id = ${debtRequests.id}
        and ${debtRequests.status} = 'send_failed' order by i.id desc limit 1) last`,
      sql`true`,
    )
    .where(eq(bulkItems.runId, id))
    .orderBy(
      sql`case when ${bulkItems.state} = 'refused' or ${debtRequests.status} = 'send_failed' then 0 else 1 end`,
      asc(bulkItems.position),
    )
    .limit(RESULT_PAGE)
    .offset((shown - 1) * RESULT_PAGE);
  return {
    rows: rows.map((row) => ({ ...row, status: row.status as Status, state: row.state as BulkResultRow['state'] })),
    total: totals!.total,
    page: shown,
  };
}

/** Requests done before their answers are gathered: what fills one message. */
const CHUNK = 100;

/** The worker's part: a chunk of every running work. Returns how many requests were tried. */
export async function carryBulk(now: Date): Promise<number> {
  const runs = await db.select().from(bulkRuns).where(eq(bulkRuns.state, 'running')).orderBy(asc(bulkRuns.startedAt));
  if (runs.length === 0) return 0;
  const tried = await withLease('bulk', async () => {
    let sum = 0;
    for (const run of runs) sum += await carryRun(run, now);
    return sum;
  });
  return tried ?? 0;
}

async function carryRun(run: Run, now: Date): Promise<number> {
  if (run.stopRequested) {
    await finish(run.id, 'stopped', now);
    return 1;
  }
  const items = await db
    .select()
    .from(bulkItems)
    .where(and(eq(bulkItems.runId, run.id), eq(bulkItems.state, 'waiting')))
    .orderBy(asc(bulkItems.position))
    .limit(CHUNK);
  if (items.length === 0) {
    await finish(run.id, 'done', now);
    return 1;
  }
  // the rights of this moment: a person blocked meanwhile sends nothing more
  const person = await personById(run.startedBy, run.organizationId);
  const settled =
    person && (run.action === 'fill' || run.action === 'fillNo') ? await fillTogether(person, run, items, now) : null;
  for (const item of items) {
    if (settled?.has(item.requestId)) continue;
    const input = { id: item.requestId, version: item.version };
    // a killed worker tries an item again: what it did then answers «stale» by its version, and the status tells the rest
    const result = person ? await tryOne(person, run, input, now) : { ok: false, message: RIGHTS_ENDED };
    const done = result.ok || (await wasDone(run, item));
    await db
      .update(bulkItems)
      .set({ state: done ? 'done' : 'refused', reason: done ? null : reasonOf(result) })
      .where(and(eq(bulkItems.runId, run.id), eq(bulkItems.position, item.position), eq(bulkItems.state, 'waiting')));
  }
  return items.length;
}

type Run = typeof bulkRuns.$inferSelect;
type Item = typeof bulkItems.$inferSelect;

/**
 * Most of what is filled is «нет» and nothing else: that part at once, with its items, and what the cases hold. Returns the ids of
 * requests that are settled so. Whatever breaks is tried one by one.
 */
async function fillTogether(person: Person, run: Run, items: Item[], now: Date): Promise<Set<string>> {
  const versions = new Map(items.map((item) => [item.requestId, item.version]));
  try {
    return await db.transaction(async (tx) => {
      const action = run.action as 'fill' | 'fillNo';
      const results = await fillMany(tx, person, action, versions, now);
      const rows = [...results].map(([id, reason]) => ({ id, reason, state: reason === null ? 'done' : 'refused' }));
      await tx.execute(sql`update bulk_items i set state = n.state, reason = n.reason
        from json_to_recordset(${JSON.stringify(rows)}::json) as n(id uuid, state text, reason text)
        where i.run_id = ${run.id} and i.request_id = n.id and i.state = 'waiting'`);
      return new Set(results.keys());
    });
  } catch (err) {
    if (isDatabaseAway(err)) throw err;
    log.error({ runId: run.id, err }, 'filling many at once failed');
    return new Set();
  }
}

/** One request that breaks must not hold up the others. */
async function tryOne(person: Person, run: Run, input: { id: string; version: number }, now: Date) {
  const mark = { bulkVersion: input.version };
  const { assigneeId = '', comment = '' } = run.params;
  try {
    switch (run.action as BulkAction) {
      case 'send':
        return await sendSaved(person, input, now);
      case 'markReady':
        return await markReadySaved(person, input);
      case 'fill':
        return await fillAnswer(person, { ...input, replace: false }, now, mark);
      case 'fillNo':
        return await fillNo(person, input, now, mark);
      case 'delegate':
        return await delegate(person, { ...input, assigneeId, note: comment }, mark);
      case 'returnForRework':
        return await returnForRework(person, { ...input, comment }, mark);
    }
  } catch (err) {
    if (isDatabaseAway(err)) throw err;
    log.error({ requestId: input.id, action: run.action, err }, 'mass work failed on a request');
    return { ok: false, message: 'Внутренняя ошибка. Откройте запрос и повторите действие там.' } as const;
  }
}

const reasonOf = (result: object): string => ('message' in result ? String(result.message) : 'Запрос не найден.');

/** Did this very work do the step already? The history names the person, the step and the version it left behind. */
async function wasDone(run: Run, item: Item): Promise<boolean> {
  const rows = await db.execute(
    sql`select 1 from request_events e where e.request_id = ${item.requestId} and e.action = ${run.action}
      and e.actor_id = ${run.startedBy} and e.data ->> 'bulkVersion' = ${String(item.version)} and e.at >= ${run.startedAt.toISOString()}::timestamptz limit 1`,
  );
  return rows.length > 0;
}

async function finish(runId: string, state: 'done' | 'stopped', now: Date): Promise<void> {
  await db.transaction(async (tx) => {
    if (state === 'stopped') {
      await tx
        .update(bulkItems)
        .set({ state: 'stopped' })
        .where(and(eq(bulkItems.runId, runId), eq(bulkItems.state, 'waiting')));
    }
    await tx
      .update(bulkRuns)
      .set({ state, finishedAt: now })
      .where(and(eq(bulkRuns.id, runId), eq(bulkRuns.state, 'running')));
  });
}
