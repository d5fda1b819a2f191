import { and, asc, eq, inArray, isNull, lte, min, sql } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { debtRequests, fileContents, files, fileUploads, nsiItems, syncRuns } from '@/db/schema/debt-requests';
import { exchangeItems, exchanges, type FrozenAnswer, type FrozenFile } from '@/db/schema/exchange';
import { organizations } from '@/db/schema/staff';
import { systemOf } from '@/lib/auth/actor';
import { isPast } from '@/lib/calendar/moscow';
import { type Engine, type ExchangeRecord, type OperationHandler, pollAt, timeScale } from '@/lib/exchange/engine';
import { enqueueExport, enqueueItem, retryAt } from '@/lib/exchange/queue';
import { checkActions } from '@/lib/gis/check-actions';
import { attachmentHash, uploadFile } from '@/lib/gis/file-store';
import { MESSAGE_LIMIT } from '@/lib/gis/formats';
import { importResponsesMessage, type NsiRef, type ResponseAction } from '@/lib/gis/messages/debt-requests';
import type { ItemResult } from '@/lib/gis/messages/reply';
import { log } from '@/lib/log';
import { NSI_DEBT_DOCUMENTS, NSI_IDENTITY_DOCUMENTS } from './card';
import { startSync } from './sync';
import { lockRequests, transitionAll } from './transition';

/** Answers on their way out: from open items to messages, and from the portal's word to the request's status. */

type Item = typeof exchangeItems.$inferSelect;
type WaitingItem = Item & { subrequestGuid: string; responseDate: string };

/** Why an item did not go or was refused. */
interface Failure {
  kind: 'portal' | 'message' | 'invalid' | 'file' | 'deadline' | 'undelivered';
  code?: string | null;
  text: string;
}

/**
 * Gathers open items into messages of up to 100, per organization. First come the checks that need no portal: the
 * deadline, then the key, then the age of the last sync, then files (uploaded once). Returns the number of messages made.
 */
export async function gatherAnswers(engine: Engine): Promise<number> {
  const waiting = await db
    .select({ organizationId: exchangeItems.organizationId, since: min(exchangeItems.createdAt) })
    .from(exchangeItems)
    .where(and(waitingItems(), lte(exchangeItems.nextAt, engine.now())))
    .groupBy(exchangeItems.organizationId);
  let made = 0;
  for (const { organizationId, since } of waiting) {
    await dropOverdue(engine, organizationId);
    if (!engine.signer || !(await syncIsFresh(engine, organizationId, since!))) continue;
    while (await gatherOne(engine, organizationId)) made++;
  }
  return made;
}

const waitingItems = () => and(eq(exchangeItems.state, 'open'), isNull(exchangeItems.exchangeId));

/** Answers whose term ended while they waited are never sent: the request becomes «Просрочен». */
async function dropOverdue(engine: Engine, organizationId: string): Promise<void> {
  const late = (await loadItems(and(waitingItems(), eq(exchangeItems.organizationId, organizationId)))).filter((item) =>
    isLate(item, engine.now()),
  );
  if (late.length > 0) await db.transaction((tx) => endItems(tx, engine, late, DEADLINE));
}

const DEADLINE: Failure = {
  kind: 'deadline',
  text: 'Крайний срок ответа истёк в 24:00 по Москве, ответ не отправлен.',
};

const isLate = (item: WaitingItem, now: Date): boolean => item.actionType === 'Send' && isPast(item.responseDate, now);

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
  if (row?.fresh) return true;
  await db.transaction((tx) => startSync(tx, systemOf(organizationId), engine.now()));
  return false;
}

/** One message of what is due now; false when nothing is. */
async function gatherOne(engine: Engine, organizationId: string): Promise<boolean> {
  const due = and(
    waitingItems(),
    eq(exchangeItems.organizationId, organizationId),
    lte(exchangeItems.nextAt, engine.now()),
  );
  const candidates = await loadItems(due);
  if (candidates.length === 0) return false;
  const unready = await uploadFilesOf(engine, organizationId, candidates);
  const ids = candidates.map((item) => item.id).filter((id) => !unready.has(id));
  if (ids.length === 0) return unready.size > 0;
  return db.transaction(async (tx) => {
    const claimed = await tx
      .select({ id: exchangeItems.id, createdBy: exchangeItems.createdBy })
      .from(exchangeItems)
      .where(and(due, inArray(exchangeItems.id, ids)))
      .for('update', { skipLocked: true });
    if (claimed.length === 0) return false;
    const [message] = await tx
      .insert(exchanges)
      .values({
        organizationId,
        service: 'debtRequests',
        operation: 'importResponses',
        nextAt: engine.now(),
        createdBy: claimed[0]!.createdBy,
      })
      .returning({ id: exchanges.id });
    await tx
      .update(exchangeItems)
      .set({ exchangeId: message!.id })
      .where(
        inArray(
          exchangeItems.id,
          claimed.map((item) => item.id),
        ),
      );
    return true;
  });
}

function loadItems(where: ReturnType<typeof and>, tx: Tx | typeof db = db): Promise<WaitingItem[]> {
  return tx
    .select({
      ...itemColumns,
      subrequestGuid: debtRequests.subrequestGuid,
      responseDate: debtRequests.responseDate,
    })
    .from(exchangeItems)
    .innerJoin(debtRequests, eq(debtRequests.id, exchangeItems.requestId))
    .where(where)
    .orderBy(asc(debtRequests.responseDate), asc(exchangeItems.id))
    .limit(MESSAGE_LIMIT) as Promise<WaitingItem[]>;
}

const itemColumns = {
  id: exchangeItems.id,
  organizationId: exchangeItems.organizationId,
  requestId: exchangeItems.requestId,
  exchangeId: exchangeItems.exchangeId,
  actionType: exchangeItems.actionType,
  transportGuid: exchangeItems.transportGuid,
  content: exchangeItems.content,
  state: exchangeItems.state,
  attempt: exchangeItems.attempt,
  nextAt: exchangeItems.nextAt,
  errorKind: exchangeItems.errorKind,
  errorCode: exchangeItems.errorCode,
  errorText: exchangeItems.errorText,
  updateDate: exchangeItems.updateDate,
  createdBy: exchangeItems.createdBy,
  createdAt: exchangeItems.createdAt,
  finishedAt: exchangeItems.finishedAt,
};

const filesIn = (content: FrozenAnswer | null): FrozenFile[] =>
  content ? [...content.files, ...content.debtors.flatMap((debtor) => debtor.files)] : [];

/** Puts every file of the items into the portal's store, once per organization. Returns ids of items that cannot go yet. */
async function uploadFilesOf(engine: Engine, organizationId: string, items: WaitingItem[]): Promise<Set<number>> {
  const unready = new Set<number>();
  const withFiles = items.filter((item) => filesIn(item.content).length > 0);
  if (withFiles.length === 0) return unready;
  const [organization] = await db
    .select({ orgPpaGuid: organizations.orgPpaGuid })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  for (const item of withFiles) {
    for (const frozen of filesIn(item.content)) {
      const failure = await uploadOne(engine, organizationId, organization!.orgPpaGuid, frozen);
      if (!failure) continue;
      unready.add(item.id);
      await db.transaction((tx) =>
        failure.transient ? retryItems(tx, engine, [item], failure.text) : refuseItems(tx, engine, [item], failure),
      );
      break;
    }
  }
  return unready;
}

async function uploadOne(
  engine: Engine,
  organizationId: string,
  orgPpaGuid: string,
  frozen: FrozenFile,
): Promise<(Failure & { transient: boolean }) | null> {
  const [known] = await db
    .select({ fileId: fileUploads.fileId })
    .from(fileUploads)
    .where(and(eq(fileUploads.fileId, frozen.fileId), eq(fileUploads.organizationId, organizationId)));
  if (known) return null;
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
    if (due.length === 0) return { xml: null, text: DEADLINE.text, kind: 'deadline' };

    const references = await referencesOf(due);
    const actions: ResponseAction[] = [];
    const bad: { item: WaitingItem; text: string }[] = [];
    for (const item of due) {
      const action = actionOf(item, references);
      if (typeof action === 'string') bad.push({ item, text: action });
      else actions.push(action);
    }
    // each action on its own, so that one bad answer never takes the others along
    const problems = checkActions(actions).bad;
    for (const [transportGuid, sentences] of problems) {
      bad.push({ item: due.find((item) => item.transportGuid === transportGuid)!, text: sentences.join(' ') });
    }
    for (const { item, text } of bad) {
      await db.transaction((tx) => refuseItems(tx, engine, [item], { kind: 'invalid', text }));
    }
    const good = actions.filter((action) => !problems.has(action.transportGuid));
    if (good.length === 0) return { xml: null, text: 'Ни один ответ не прошёл проверку.', kind: 'invalid' };
    return { xml: importResponsesMessage(header, good) };
  },

  async settle(tx, row, outcome, engine) {
    const items = await openItemsOf(row, tx);
    switch (outcome.kind) {
      case 'responses':
        await settleResults(tx, engine, row, items, outcome.results);
        return;
      case 'undelivered':
        await retryItems(tx, engine, items, outcome.text);
        return;
      case 'unknown':
        await lookUp(tx, engine, row, items);
        return;
      case 'refused':
        if (outcome.transient)
          await retryItems(tx, engine, items, [outcome.code, outcome.text].filter(Boolean).join(': '));
        else await refuseItems(tx, engine, items, { kind: 'message', code: outcome.code, text: outcome.text });
        return;
      case 'invalid':
        await refuseItems(tx, engine, items, { kind: 'invalid', text: outcome.text });
        return;
      default:
        // a reply of another kind to an import says nothing about the answers: look before anything else
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
    }
  }
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
  for (const { updateDate, ids } of groupByDate(accepted)) {
    await tx
      .update(exchangeItems)
      .set({ state: 'accepted', updateDate, finishedAt: now })
      .where(and(inArray(exchangeItems.id, ids), eq(exchangeItems.state, 'open')));
  }
  const revoked = new Set(
    accepted.filter(({ item }) => item.actionType === 'Revoke').map(({ item }) => item.requestId),
  );
  await transitionAll(
    tx,
    system,
    requests.filter((request) => !revoked.has(request.id)),
    { action: 'accepted', set: { answeredAt: now }, now },
  );
  await transitionAll(
    tx,
    system,
    requests.filter((request) => revoked.has(request.id)),
    { action: 'correct', set: { answeredAt: null }, now },
  );
}

function groupByDate(
  accepted: { item: Item; updateDate: Date | null }[],
): { updateDate: Date | null; ids: number[] }[] {
  const groups = new Map<number, { updateDate: Date | null; ids: number[] }>();
  for (const { item, updateDate } of accepted) {
    const key = updateDate?.getTime() ?? 0;
    const group = groups.get(key) ?? { updateDate, ids: [] };
    group.ids.push(item.id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

const requestIds = (items: Item[]): string[] => [...new Set(items.map((item) => item.requestId))];

/** The portal (or our own check) said no: the answer is kept, the request becomes «Ошибка отправки». */
export async function refuseItems(tx: Tx, engine: Engine, items: Item[], failure: Failure): Promise<void> {
  if (items.length === 0) return;
  const system = systemOf(items[0]!.organizationId);
  const requests = await lockRequests(tx, system, requestIds(items));
  await finishItems(tx, engine, items, 'refused', failure);
  await transitionAll(
    tx,
    system,
    // a refused withdrawal leaves the request «Отправлен», as it is
    requests.filter((request) => request.status === 'sending'),
    {
      action: 'refused',
      data: { kind: failure.kind, code: failure.code ?? null, text: failure.text },
      now: engine.now(),
    },
  );
  if (failure.kind === 'portal') await lookAbsent(tx, engine, items);
}

/** After a refusal the request may be gone or answered elsewhere: one look by GUID tells. */
async function lookAbsent(tx: Tx, engine: Engine, items: Item[]): Promise<void> {
  const rows = await tx
    .select({ subrequestGuid: debtRequests.subrequestGuid })
    .from(debtRequests)
    .where(inArray(debtRequests.id, requestIds(items)));
  await enqueueExport(tx, {
    organizationId: items[0]!.organizationId,
    service: 'debtRequests',
    operation: 'exportDebtSubrequests',
    query: { kind: 'subrequests', subrequestGuids: rows.map((row) => row.subrequestGuid), purpose: 'absent' },
    nextAt: engine.now(),
  });
}

/** The term ended before anything was submitted. */
export async function endItems(tx: Tx, engine: Engine, items: Item[], failure: Failure): Promise<void> {
  if (items.length === 0) return;
  const system = systemOf(items[0]!.organizationId);
  const requests = await lockRequests(tx, system, requestIds(items));
  await finishItems(tx, engine, items, 'not_sent', failure);
  await transitionAll(
    tx,
    system,
    requests.filter((request) => request.status === 'sending'),
    { action: 'unsent', to: 'expired', set: { statusBeforeExpiry: 'ready' }, now: engine.now() },
  );
}

/** What provably had no effect goes again, word for word, in a message to come. */
export async function retryItems(tx: Tx, engine: Engine, items: Item[], text: string): Promise<void> {
  if (items.length === 0) return;
  await lockRequests(tx, systemOf(items[0]!.organizationId), requestIds(items));
  await finishItems(tx, engine, items, 'not_sent', { kind: 'undelivered', text });
  for (const item of items) {
    const next = {
      organizationId: item.organizationId,
      requestId: item.requestId,
      createdBy: item.createdBy,
      attempt: item.attempt + 1,
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

async function finishItems(
  tx: Tx,
  engine: Engine,
  items: Item[],
  state: 'refused' | 'not_sent',
  failure: Failure,
): Promise<void> {
  await tx
    .update(exchangeItems)
    .set({
      state,
      errorKind: failure.kind,
      errorCode: failure.code ?? null,
      errorText: failure.text,
      finishedAt: engine.now(),
    })
    .where(
      and(
        inArray(
          exchangeItems.id,
          items.map((item) => item.id),
        ),
        eq(exchangeItems.state, 'open'),
      ),
    );
}

/** Outcome unknown: ask the portal what it holds before anything is sent again (`receive.ts` settles it). */
async function lookUp(tx: Tx, engine: Engine, row: ExchangeRecord, items: WaitingItem[]): Promise<void> {
  if (items.length === 0) return;
  await enqueueExport(tx, {
    organizationId: row.organizationId,
    service: 'debtRequests',
    operation: 'exportDebtSubrequests',
    query: {
      kind: 'subrequests',
      subrequestGuids: items.map((item) => item.subrequestGuid),
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
