import { and, asc, eq, getTableColumns, inArray, isNull, lt, lte, min, sql } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { anyOf } from '@/db/many';
import { debtRequests, fileContents, files, fileUploads, nsiItems, syncRuns } from '@/db/schema/debt-requests';
import { exchangeItems, exchanges, type FrozenAnswer, type FrozenFile } from '@/db/schema/exchange';
import { organizations } from '@/db/schema/staff';
import { systemOf } from '@/lib/auth/actor';
import { deadlineEnd, isPast, moscowToday } from '@/lib/calendar/moscow';
import { type Engine, type ExchangeRecord, type OperationHandler, pollAt, timeScale } from '@/lib/exchange/engine';
import { enqueueExport, enqueueItem, retryAt } from '@/lib/exchange/queue';
import { checkActions } from '@/lib/gis/check-actions';
import { attachmentHash, uploadFile } from '@/lib/gis/file-store';
import { MESSAGE_LIMIT } from '@/lib/gis/formats';
import { importResponsesMessage, type NsiRef, type ResponseAction } from '@/lib/gis/messages/debt-requests';
import type { ItemResult } from '@/lib/gis/messages/reply';
import { log } from '@/lib/log';
import { type ActiveRule, activeRule, fateByCases } from './autoanswer-rule';
import { NSI_DEBT_DOCUMENTS, NSI_IDENTITY_DOCUMENTS } from './card';
import { receivedSinceRestore } from './restored';
import { startSync } from './sync';
import { type DebtRequest, lockRequests, tellOf, transitionAll } from './transition';
import { type Verdict, verdictsOf } from './verdict';

/** Answers on their way out: from open items to messages, and from the portal's word to the request's status. */

type Item = typeof exchangeItems.$inferSelect;
type WaitingItem = Item & { subrequestGuid: string; responseDate: string };

/** Why an item did not go or was refused. */
interface Failure {
  kind: 'portal' | 'message' | 'invalid' | 'file' | 'deadline' | 'cancelled' | 'undelivered' | 'conflict' | 'unknown';
  code?: string | null;
  text: string;
}

/**
 * Gathers open items into messages of up to 100, per organization. First come the checks that need no portal: the
 * deadline, then the key, then the age of the last sync, then files (uploaded once). Returns the number of messages made.
 */
export async function gatherAnswers(engine: Engine): Promise<number> {
  if (!engine.signer) await releaseQueued(engine);
  const waiting = await db
    .select({ organizationId: exchangeItems.organizationId, since: min(exchangeItems.createdAt) })
    .from(exchangeItems)
    .where(and(waitingItems(), lte(exchangeItems.nextAt, engine.now())))
    .groupBy(exchangeItems.organizationId);
  let made = 0;
  for (const { organizationId, since } of waiting) {
    try {
      await dropOverdue(engine, organizationId);
      await takeBackAutomatic(engine, organizationId);
      // after a restore even the last hour of a term waits: what would go may be at the portal in other words
      if (!engine.signer || !(await receivedSinceRestore(db, organizationId))) continue;
      if (!(await syncIsFresh(engine, organizationId, since!))) continue;
      made += await gather(engine, organizationId);
    } catch (error) {
      // one organization's trouble must not hold up the others
      log.error({ organizationId, err: error }, 'gathering failed');
    }
  }
  return made;
}

/**
 * While the key cannot be used, answers that stand in a message not yet sent go back to waiting: so they can be taken
 * back and end with their term like all the others.
 */
async function releaseQueued(engine: Engine): Promise<void> {
  await db.transaction(async (tx) => {
    const idle = await tx
      .update(exchanges)
      .set({ state: 'refused', errorKind: 'key', errorText: 'Ключ подписи недоступен.', finishedAt: engine.now() })
      .where(
        and(eq(exchanges.operation, 'importResponses'), eq(exchanges.state, 'queued'), isNull(exchanges.leaseToken)),
      )
      .returning({ id: exchanges.id });
    if (idle.length === 0) return;
    await tx
      .update(exchangeItems)
      .set({ exchangeId: null })
      .where(
        and(
          inArray(
            exchangeItems.exchangeId,
            idle.map(({ id }) => id),
          ),
          eq(exchangeItems.state, 'open'),
        ),
      );
  });
}

const waitingItems = () => and(eq(exchangeItems.state, 'open'), isNull(exchangeItems.exchangeId));

/** Answers whose term ended while they waited are never sent: the request becomes «Просрочен». */
async function dropOverdue(engine: Engine, organizationId: string): Promise<void> {
  const late = await loadItems(
    and(
      waitingItems(),
      eq(exchangeItems.organizationId, organizationId),
      lt(debtRequests.responseDate, moscowToday(engine.now())),
    ),
  );
  if (late.length > 0) await db.transaction((tx) => endItems(tx, engine, late, DEADLINE));
}

const DEADLINE: Failure = {
  kind: 'deadline',
  text: 'Крайний срок ответа истёк в 24:00 по Москве, ответ не отправлен.',
};

// after the term nothing new can follow a withdrawal either
const isLate = (item: WaitingItem, now: Date): boolean => isPast(item.responseDate, now);

/**
 * What no person chose is judged once more before it leaves: somebody may have answered on the portal meanwhile, a court case
 * may have come, the run may have been stopped or the rule switched off. Then the answer waits for a person.
 */
async function takeBackAutomatic(engine: Engine, organizationId: string): Promise<void> {
  const now = engine.now();
  const items = await loadItems(
    and(
      waitingItems(),
      eq(exchangeItems.organizationId, organizationId),
      lte(exchangeItems.nextAt, now),
      isNull(exchangeItems.createdBy),
      eq(exchangeItems.actionType, 'Send'),
      eq(exchangeItems.mayHaveArrived, false),
    ),
  );
  if (items.length === 0) return;
  const rule = await activeRule(db, organizationId);
  const requests = await db
    .select({
      ...getTableColumns(debtRequests),
      stopped: sql<boolean>`exists (select from request_events e join auto_runs r on r.id::text = e.data ->> 'runId'
        where e.request_id = debt_requests.id and e.action = 'send' and r.state = 'stopped')`,
    })
    .from(debtRequests)
    .where(and(anyOf(debtRequests.id, requestIds(items)), eq(debtRequests.answerSource, 'autoanswer')));
  const verdicts = await verdictsOf(db, organizationId, requests, now);
  for (const request of requests) {
    const text = whyNotByItself(request, rule, verdicts.get(request.id)!);
    if (text === null) continue;
    await db.transaction(async (tx) => {
      const own = items.filter((item) => item.requestId === request.id);
      const locked = await lockRequests(tx, systemOf(organizationId), [request.id]);
      const ended = await finishItems(
        tx,
        own,
        failed('not_sent', { kind: 'cancelled', text: `Автоответ не\u00a0отправлен: ${text}.` }, engine),
      );
      const waiting = sendingAmong(locked, ended);
      await transitionAll(tx, systemOf(organizationId), waiting, { action: 'unsent', data: { reason: text }, now });
      await tellOf(tx, 'autoTakenBack', systemOf(organizationId), waiting);
    });
  }
}

/** Why an automatic answer that waits must not go any more, in words; null = it may. */
function whyNotByItself(
  request: DebtRequest & { stopped: boolean },
  rule: ActiveRule | null,
  verdict: Verdict,
): string | null {
  if (!rule || request.stopped) return 'автоответ прерван';
  if (request.gisResponseStatus !== 'NotSent') return 'на\u00a0портале уже есть ответ';
  const fate = fateByCases(verdict, rule.which);
  return fate.goes ? null : fate.reason;
}

/**
 * Answers go out on a sync that is not older than the organization's setting; else one is started first. An attempt to
 * sync after the answer was ready counts even if it failed: the term weighs more, and the portal refuses what it must.
 */
async function syncIsFresh(engine: Engine, organizationId: string, since: Date): Promise<boolean> {
  const [row] = await db
    .select({
      fresh: sql<boolean>`bool_or(
        (${syncRuns.state} = 'done' and ${syncRuns.finishedAt} >= ${engine.now().toISOString()}::timestamptz - ${organizations.freshnessHours} * interval '1 hour')
        or (${syncRuns.state} in ('done', 'failed', 'stopped') and ${syncRuns.finishedAt} >= ${since.toISOString()}::timestamptz))`,
    })
    .from(syncRuns)
    .innerJoin(organizations, eq(organizations.id, syncRuns.organizationId))
    .where(eq(syncRuns.organizationId, organizationId));
  if (row?.fresh || (await isUrgent(engine, organizationId))) return true;
  await db.transaction((tx) => startSync(tx, systemOf(organizationId), engine.now(), 'sending'));
  return false;
}

/** The last hour of a term: waiting for anything else would lose the answer, and the portal refuses what it must. */
async function isUrgent(engine: Engine, organizationId: string): Promise<boolean> {
  const [first] = await loadItems(and(waitingItems(), eq(exchangeItems.organizationId, organizationId)));
  return first !== undefined && deadlineEnd(first.responseDate).getTime() - engine.now().getTime() < 60 * 60 * 1000;
}

/** Messages of one organization made in a pass: as many as the exchange carries at a time. */
const MESSAGES = 4;

/**
 * Messages of what is due now, the earliest terms first; returns how many. Files of at most a hundred answers are uploaded, so
 * that what is gathered goes out before more is.
 */
async function gather(engine: Engine, organizationId: string): Promise<number> {
  const due = and(
    waitingItems(),
    eq(exchangeItems.organizationId, organizationId),
    lte(exchangeItems.nextAt, engine.now()),
  );
  const candidates = await db
    .select({
      id: exchangeItems.id,
      hasFiles: sql<boolean>`coalesce(jsonb_path_exists(${exchangeItems.content}, 'lax $.**.fileId'), false)`,
    })
    .from(exchangeItems)
    .innerJoin(debtRequests, eq(debtRequests.id, exchangeItems.requestId))
    .where(due)
    .orderBy(asc(debtRequests.responseDate), asc(exchangeItems.id))
    .limit(MESSAGE_LIMIT * MESSAGES);
  const withFiles = candidates.filter(({ hasFiles }) => hasFiles).map(({ id }) => id);
  const uploading = new Set(withFiles.slice(0, MESSAGE_LIMIT));
  const unready =
    uploading.size > 0
      ? await uploadFilesOf(engine, organizationId, await loadItems(and(due, anyOf(exchangeItems.id, [...uploading]))))
      : new Set<number>();
  const ids = candidates
    .filter(({ id, hasFiles }) => !unready.has(id) && (!hasFiles || uploading.has(id)))
    .map(({ id }) => id);
  if (ids.length === 0) return 0;
  return db.transaction(async (tx) => {
    const claimed = await tx
      .select({ id: exchangeItems.id, createdBy: exchangeItems.createdBy })
      .from(exchangeItems)
      .where(and(due, anyOf(exchangeItems.id, ids)))
      .for('update', { skipLocked: true });
    const order = new Map(ids.map((id, i) => [id, i]));
    claimed.sort((a, b) => order.get(a.id)! - order.get(b.id)!);
    let made = 0;
    for (let at = 0; at < claimed.length; at += MESSAGE_LIMIT) {
      const own = claimed.slice(at, at + MESSAGE_LIMIT);
      const [message] = await tx
        .insert(exchanges)
        .values({
          organizationId,
          service: 'debtRequests',
          operation: 'importResponses',
          nextAt: engine.now(),
          createdBy: own[0]!.createdBy,
        })
        .returning({ id: exchanges.id });
      await tx
        .update(exchangeItems)
        .set({ exchangeId: message!.id })
        .where(
          anyOf(
            exchangeItems.id,
            own.map(({ id }) => id),
          ),
        );
      made++;
    }
    return made;
  });
}

/** At most a hundred. */
function loadItems(where: ReturnType<typeof and>, tx: Tx | typeof db = db): Promise<WaitingItem[]> {
  return tx
    .select({
      ...getTableColumns(exchangeItems),
      subrequestGuid: debtRequests.subrequestGuid,
      responseDate: debtRequests.responseDate,
    })
    .from(exchangeItems)
    .innerJoin(debtRequests, eq(debtRequests.id, exchangeItems.requestId))
    .where(where)
    .orderBy(asc(debtRequests.responseDate), asc(exchangeItems.id))
    .limit(MESSAGE_LIMIT);
}

const filesIn = (content: FrozenAnswer | null): FrozenFile[] =>
  content ? [...content.files, ...content.debtors.flatMap((debtor) => debtor.files)] : [];

/** Puts every file of the items into the portal's store, once per organization. Returns ids of items that cannot go yet. */
async function uploadFilesOf(engine: Engine, organizationId: string, items: WaitingItem[]): Promise<Set<number>> {
  const unready = new Set<number>();
  const [organization] = await db
    .select({ orgPpaGuid: organizations.orgPpaGuid })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  let storeAnswers = true;
  for (const item of items) {
    for (const frozen of filesIn(item.content)) {
      const failure = await uploadOne(engine, organizationId, organization!.orgPpaGuid, frozen, storeAnswers);
      if (!failure) continue;
      unready.add(item.id);
      if (failure === 'notAsked') break;
      if (failure.transient) storeAnswers = failure.code != null;
      await db.transaction((tx) =>
        failure.transient ? retryItems(tx, engine, [item], failure.text) : refuseItems(tx, engine, [item], failure),
      );
      break;
    }
  }
  return unready;
}

/** `mayAsk` false: the store did not answer a moment ago and is not asked for every file of this pass. */
async function uploadOne(
  engine: Engine,
  organizationId: string,
  orgPpaGuid: string,
  frozen: FrozenFile,
  mayAsk: boolean,
): Promise<(Failure & { transient: boolean }) | 'notAsked' | null> {
  const [known] = await db
    .select({ fileId: fileUploads.fileId })
    .from(fileUploads)
    .where(and(eq(fileUploads.fileId, frozen.fileId), eq(fileUploads.organizationId, organizationId)));
  if (known) return null;
  if (!mayAsk) return 'notAsked';
  const [file] = await db
    .select({ extension: files.extension, gostHash: files.gostHash, bytes: fileContents.bytes })
    .from(files)
    .innerJoin(fileContents, eq(fileContents.fileId, files.id))
    .where(and(eq(files.id, frozen.fileId), eq(files.organizationId, organizationId)));
  if (!file) return { kind: 'file', text: `Файл «${frozen.name}» не найден.`, transient: false };
  if (!file.gostHash) {
    await db
      .update(files)
      .set({ gostHash: attachmentHash(file.bytes) })
      .where(eq(files.id, frozen.fileId));
  }
  const uploaded = await uploadFile(engine.connection, {
    orgPpaGuid,
    context: 'debtreq',
    bytes: file.bytes,
    extension: file.extension,
  });
  if (!uploaded.ok) {
    return {
      kind: 'file',
      code: uploaded.code,
      text: `Файл «${frozen.name}»: ${uploaded.text}`,
      transient: uploaded.transient,
    };
  }
  await db
    .insert(fileUploads)
    .values({ fileId: frozen.fileId, organizationId, attachmentGuid: uploaded.attachmentGuid })
    .onConflictDoNothing();
  return null;
}

/** The message of answers. */
export const importResponses: OperationHandler = {
  async build(row, header, engine) {
    const items = await openItemsOf(row);
    const late = items.filter((item) => isLate(item, engine.now()));
    if (late.length > 0) await db.transaction((tx) => endItems(tx, engine, late, DEADLINE));
    const due = items.filter((item) => !late.includes(item));
    if (due.length === 0) {
      return { xml: null, text: late.length > 0 ? DEADLINE.text : 'Отправлять больше нечего.', kind: 'deadline' };
    }

    const references = await referencesOf(due);
    const actions: ResponseAction[] = [];
    const bad: { item: WaitingItem; text: string }[] = [];
    for (const item of due) {
      const action = actionOf(item, references);
      if (typeof action === 'string') bad.push({ item, text: action });
      else actions.push(action);
    }
    // each action on its own, so that one bad answer never takes the others along
    const { bad: problems, xml } = checkActions(actions, header);
    for (const [transportGuid, sentences] of problems) {
      bad.push({ item: due.find((item) => item.transportGuid === transportGuid)!, text: sentences.join(' ') });
    }
    for (const { item, text } of bad) {
      await db.transaction((tx) => refuseItems(tx, engine, [item], { kind: 'invalid', text }));
    }
    if (xml) return { xml, valid: true };
    const good = actions.filter((action) => !problems.has(action.transportGuid));
    if (good.length === 0) return { xml: null, text: 'Ни один ответ не прошёл проверку.', kind: 'invalid' };
    return { xml: importResponsesMessage(header, good) };
  },

  async settle(tx, row, outcome, engine) {
    const items = await openItemsOf(row, tx);
    // all at once and in one order: a page of a receiving locks the same rows
    await tx.execute(sql`select from debt_requests where ${anyOf(sql`id`, requestIds(items))} order by id for update`);
    switch (outcome.kind) {
      case 'responses':
        await settleResults(tx, engine, row, items, outcome.results);
        return;
      case 'undelivered':
        await retryItems(tx, engine, items, outcome.text);
        return;
      case 'refused':
        if (outcome.transient) {
          await retryItems(tx, engine, items, [outcome.code, outcome.text].filter(Boolean).join(': '));
        } else {
          await refuseItems(tx, engine, items, { kind: 'message', code: outcome.code, text: outcome.text });
        }
        return;
      case 'invalid':
        await refuseItems(tx, engine, items, { kind: 'invalid', text: outcome.text });
        return;
      default:
        // unknown, or a reply of another kind, which says nothing about the answers
        await lookUp(tx, engine, row, items);
    }
  },
};

const openItemsOf = (row: ExchangeRecord, tx: Tx | typeof db = db): Promise<WaitingItem[]> =>
  loadItems(and(eq(exchangeItems.exchangeId, row.id), eq(exchangeItems.state, 'open')), tx);

/** Revoking what is not «sent» means that it is withdrawn already (PROTOCOL §5.4, pitfalls). */
const ALREADY_REVOKED = 'не имеет статус "Ответ отправлен"';

async function settleResults(
  tx: Tx,
  engine: Engine,
  row: ExchangeRecord,
  items: WaitingItem[],
  results: ItemResult[],
): Promise<void> {
  const byTransport = new Map(results.map((result) => [result.transportGuid, result]));
  const accepted: { item: WaitingItem; updateDate: Date | null }[] = [];
  const missing: WaitingItem[] = [];
  const refused: WaitingItem[] = [];
  for (const item of items) {
    const result = byTransport.get(item.transportGuid);
    if (!result) {
      missing.push(item);
      continue;
    }
    const text = result.errors.map((error) => error.text).join('\n');
    if (result.errors.length === 0 || (item.actionType === 'Revoke' && text.includes(ALREADY_REVOKED))) {
      accepted.push({ item, updateDate: result.updateDate });
    } else {
      const code = result.errors.map((error) => error.code).join(', ');
      await refuseItems(tx, engine, [item], { kind: 'portal', code, text });
      refused.push(item);
    }
  }
  if (refused.length > 0) await lookAbsent(tx, engine, refused);
  await acceptItems(tx, engine, accepted);
  if (missing.length > 0) {
    log.warn({ exchange: row.id, missing: missing.length }, 'the portal did not answer for every action');
    await lookUp(tx, engine, row, missing);
  }
}

/** The portal took these: answers become «Отправлен», withdrawals open the request for a new answer. */
export async function acceptItems(
  tx: Tx,
  engine: Engine,
  accepted: { item: Item; updateDate: Date | null }[],
): Promise<void> {
  if (accepted.length === 0) return;
  const now = engine.now();
  const system = systemOf(accepted[0]!.item.organizationId);
  const requests = await lockRequests(tx, system, requestIds(accepted.map(({ item }) => item)));
  const dates = JSON.stringify(accepted.map(({ item, updateDate }) => ({ id: item.id, at: updateDate })));
  const finished = await finishItems(
    tx,
    accepted.map(({ item }) => item),
    {
      state: 'accepted',
      finishedAt: now,
      updateDate: sql`(select n.at from json_to_recordset(${dates}::json) as n(id bigint, at timestamptz)
        where n.id = ${exchangeItems.id})` as unknown as Date,
    },
  );
  const requestsOf = (actionType: string) => {
    const ids = new Set(finished.filter((item) => item.actionType === actionType).map((item) => item.requestId));
    return requests.filter((request) => ids.has(request.id));
  };
  await transitionAll(tx, system, requestsOf('Send'), {
    action: 'accepted',
    // the portal's moment, not that of our poll: an answer confirmed at 23:56 was in time
    set: {
      answeredAt: sql`coalesce((select i.update_date from exchange_items i where i.request_id = ${debtRequests.id}
        and i.state = 'accepted' order by i.id desc limit 1), ${now.toISOString()}::timestamptz)` as unknown as Date,
    },
    now,
  });
  // a receiving may have shown the withdrawal before its own message told of it
  const withdrawn = requestsOf('Revoke').filter((request) => request.status === 'answered');
  await transitionAll(tx, system, withdrawn, { action: 'correct', set: { answeredAt: null }, now });
}

const requestIds = (items: Item[]): string[] => [...new Set(items.map((item) => item.requestId))];

/** The portal (or our own check) said no: the answer is kept, the request becomes «Ошибка отправки». */
export async function refuseItems(tx: Tx, engine: Engine, items: Item[], failure: Failure): Promise<void> {
  if (items.length === 0) return;
  const system = systemOf(items[0]!.organizationId);
  const requests = await lockRequests(tx, system, requestIds(items));
  const finished = await finishItems(tx, items, failed('refused', failure, engine));
  await transitionAll(tx, system, sendingAmong(requests, finished), {
    action: 'refused',
    data: { kind: failure.kind, code: failure.code ?? null, text: failure.text },
    now: engine.now(),
  });
}

/** The requests of these items that are on their way; a refused withdrawal leaves its request «Отправлен», as it is. */
function sendingAmong(requests: DebtRequest[], items: Item[]): DebtRequest[] {
  const ids = new Set(items.map((item) => item.requestId));
  return requests.filter((request) => ids.has(request.id) && request.status === 'sending');
}

/** After a refusal the request may be gone or answered elsewhere: one look by GUID tells. */
async function lookAbsent(tx: Tx, engine: Engine, items: WaitingItem[]): Promise<void> {
  await enqueueExport(tx, {
    organizationId: items[0]!.organizationId,
    service: 'debtRequests',
    operation: 'exportDebtSubrequests',
    query: { kind: 'subrequests', subrequestGuids: items.map((item) => item.subrequestGuid), purpose: 'absent' },
    nextAt: engine.now(),
  });
}

/** The term ended before anything was submitted. */
export async function endItems(tx: Tx, engine: Engine, items: Item[], failure: Failure): Promise<void> {
  if (items.length === 0) return;
  const system = systemOf(items[0]!.organizationId);
  const requests = await lockRequests(tx, system, requestIds(items));
  const finished = await finishItems(tx, items, failed('not_sent', failure, engine));
  await transitionAll(tx, system, sendingAmong(requests, finished), {
    action: 'unsent',
    to: 'expired',
    set: { statusBeforeExpiry: 'ready' },
    now: engine.now(),
  });
}

/**
 * What provably had no effect, or may be repeated without harm (`mayHaveArrived`), goes again, word for word, in a
 * message to come. Items that were taken back meanwhile stay taken back.
 */
export async function retryItems(
  tx: Tx,
  engine: Engine,
  items: Item[],
  text: string,
  mayHaveArrived = false,
): Promise<void> {
  if (items.length === 0) return;
  await lockRequests(tx, systemOf(items[0]!.organizationId), requestIds(items));
  const finished = await finishItems(tx, items, failed('not_sent', { kind: 'undelivered', text }, engine));
  for (const item of finished) {
    const next = {
      organizationId: item.organizationId,
      requestId: item.requestId,
      createdBy: item.createdBy,
      attempt: item.attempt + 1,
      mayHaveArrived: mayHaveArrived || item.mayHaveArrived,
      nextAt: retryAt(engine.now(), item.attempt + 1, timeScale(engine)),
    };
    await enqueueItem(
      tx,
      item.actionType === 'Send'
        ? { ...next, actionType: 'Send', content: item.content! }
        : { ...next, actionType: 'Revoke' },
    );
  }
}

const failed = (state: 'refused' | 'not_sent', failure: Failure, engine: Engine) => ({
  state,
  errorKind: failure.kind,
  errorCode: failure.code ?? null,
  errorText: failure.text,
  finishedAt: engine.now(),
});

/** Ends those that are still open and gives them back; whoever was first has decided about the others. */
function finishItems(tx: Tx, items: Item[], fields: Partial<typeof exchangeItems.$inferInsert>): Promise<Item[]> {
  return tx
    .update(exchangeItems)
    .set(fields)
    .where(
      and(
        anyOf(
          exchangeItems.id,
          items.map((item) => item.id),
        ),
        eq(exchangeItems.state, 'open'),
        // what was read as waiting may have joined a message since
        items.some((item) => item.exchangeId === null) ? isNull(exchangeItems.exchangeId) : undefined,
      ),
    )
    .returning();
}

/**
 * Outcome unknown: ask the portal what it holds before an answer is sent again (`receive.ts` settles it). A withdrawal is
 * simply repeated: what is withdrawn already is told by the portal, while a look may show the state of two days ago.
 */
async function lookUp(tx: Tx, engine: Engine, row: ExchangeRecord, items: WaitingItem[]): Promise<void> {
  await retryItems(
    tx,
    engine,
    items.filter((item) => item.actionType === 'Revoke'),
    'Неизвестно, дошёл ли отзыв.',
    true,
  );
  const answers = items.filter((item) => item.actionType === 'Send');
  if (answers.length === 0) {
    await tx
      .update(exchanges)
      .set({ state: 'refused', finishedAt: engine.now() })
      .where(and(eq(exchanges.id, row.id), eq(exchanges.state, 'unknown')));
    return;
  }
  await enqueueExport(tx, {
    organizationId: row.organizationId,
    service: 'debtRequests',
    operation: 'exportDebtSubrequests',
    query: {
      kind: 'subrequests',
      subrequestGuids: answers.map((item) => item.subrequestGuid),
      purpose: 'unknown',
      aboutExchangeId: row.id,
    },
    nextAt: pollAt(engine, 0),
  });
}

interface References {
  nsi: Map<string, NsiRef>;
  uploads: Map<string, { attachmentGuid: string; hash: string }>;
}

async function referencesOf(items: WaitingItem[]): Promise<References> {
  const fileIds = items.flatMap((item) => filesIn(item.content).map((file) => file.fileId));
  const [dictionary, uploads] = await Promise.all([
    db.select().from(nsiItems),
    fileIds.length
      ? db
          .select({ fileId: files.id, attachmentGuid: fileUploads.attachmentGuid, hash: files.gostHash })
          .from(fileUploads)
          .innerJoin(files, eq(files.id, fileUploads.fileId))
          .where(and(inArray(fileUploads.fileId, fileIds), eq(fileUploads.organizationId, items[0]!.organizationId)))
      : [],
  ]);
  return {
    nsi: new Map(
      dictionary.map((item) => [
        `${item.registryNumber}/${item.code}`,
        { code: item.code, guid: item.guid, name: item.name },
      ]),
    ),
    uploads: new Map(
      uploads.map((upload) => [upload.fileId, { attachmentGuid: upload.attachmentGuid, hash: upload.hash! }]),
    ),
  };
}

/** The frozen answer in the portal's words, or a sentence that says what is missing. */
function actionOf(item: WaitingItem, references: References): ResponseAction | string {
  const ids = { transportGuid: item.transportGuid, subrequestGuid: item.subrequestGuid };
  if (item.actionType === 'Revoke') return { ...ids, actionType: 'Revoke' };
  const content = item.content!;
  const missing: string[] = [];
  const reference = (registryNumber: number, code: string | null): NsiRef => {
    const found = references.nsi.get(`${registryNumber}/${code}`);
    if (!found) missing.push(`В справочнике НСИ ${registryNumber} портала нет записи ${code}.`);
    return found ?? { code: '', guid: '' };
  };
  const attachment = (file: FrozenFile) => {
    const upload = references.uploads.get(file.fileId);
    if (!upload) missing.push(`Файл «${file.name}» не загружен на портал.`);
    return {
      name: file.name,
      description: file.name,
      attachmentGuid: upload?.attachmentGuid ?? '',
      hash: upload?.hash ?? '',
    };
  };
  const action: ResponseAction = {
    ...ids,
    actionType: 'Send',
    answer: {
      hasDebt: content.hasDebt,
      description: content.description,
      executorGuid: content.executorGuid,
      additionalFiles: content.files.map(attachment),
      debtors: content.debtors.map((debtor) => ({
        lastName: debtor.lastName,
        firstName: debtor.firstName,
        middleName: debtor.middleName,
        snils: debtor.snils,
        document: debtor.document
          ? {
              type: reference(NSI_IDENTITY_DOCUMENTS, debtor.document.typeCode),
              series: debtor.document.series,
              number: debtor.document.number,
            }
          : null,
        documents: debtor.files.map((file) => ({
          type: reference(NSI_DEBT_DOCUMENTS, file.documentTypeCode),
          attachment: attachment(file),
        })),
      })),
    },
  };
  return missing.length > 0 ? missing.join(' ') : action;
}
