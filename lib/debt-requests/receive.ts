import { randomUUID } from 'node:crypto';
import { and, asc, eq, gte, inArray, lt, or, sql } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { anyOf, insertMany } from '@/db/many';
import { debtRequests, type PortalAnswer, requestEvents, syncRuns } from '@/db/schema/debt-requests';
import { type ExportQuery, exchangeItems, exchanges } from '@/db/schema/exchange';
import { organizations } from '@/db/schema/staff';
import { type System, systemOf } from '@/lib/auth/actor';
import { addDays, isPast, moscowToday } from '@/lib/calendar/moscow';
import {
  type Engine,
  type ExchangeRecord,
  type OperationHandler,
  type Outcome,
  timeScale,
} from '@/lib/exchange/engine';
import { enqueueExport, retryAt } from '@/lib/exchange/queue';
import { type ExportFormat, MESSAGE_LIMIT } from '@/lib/gis/formats';
import { exportSubrequestsMessage } from '@/lib/gis/messages/debt-requests';
import type { Subrequest } from '@/lib/gis/messages/reply';
import { grouped } from '@/lib/imports/batches';
import { notifyCount, tellAdmins } from '@/lib/notifications/notify';
import { standingOf } from './assign';
import { acceptItems, endItems, refuseItems, retryItems } from './deliver';
import { dropReplyOfErased, erasedAmong } from './erase';
import { findMatches, linkAccounts, matchRequests } from './match';
import { type DebtRequest, lockRequests, transitionAll } from './transition';
import { OPEN, type Status } from './workflow';

/**
 * What the portal shows becomes rows: new requests arrive, known ones are refreshed, ours is never overwritten. A run
 * goes page by page (each page one message, the cursor in its row), then looks by GUID at open requests that the pages
 * did not show.
 */

const DAY_MS = 24 * 60 * 60 * 1000;

/** Attempts of one page before the run fails (PROTOCOL §5.2: repeat that block). */
const PAGE_ATTEMPTS = 5;

export const exportDebtSubrequests: OperationHandler = {
  async build(row, header) {
    const [organization] = await db
      .select({ exportFormat: organizations.exportFormat })
      .from(organizations)
      .where(eq(organizations.id, row.organizationId));
    const asked = row.query as Exclude<ExportQuery, { kind: 'nsi' | 'house' | 'accounts' }>;
    const query =
      asked.kind === 'check' ? { ...asked, kind: 'period' as const, onlyUnanswered: true, cursor: null } : asked;
    return { xml: exportSubrequestsMessage(header, { format: organization!.exportFormat as ExportFormat, query }) };
  },

  async settle(tx, row, outcome, engine) {
    const query = row.query as Exclude<ExportQuery, { kind: 'nsi' | 'house' | 'accounts' }>;
    if (query.kind === 'period') await settlePage(tx, engine, row, query, outcome);
    else if (query.kind === 'subrequests') await settleLook(tx, engine, row, query, outcome);
    if (outcome.kind === 'subrequests') {
      const { subrequests, unreadable } = outcome.result;
      const shown = [...subrequests.map(({ subrequestGuid }) => subrequestGuid), ...unreadableGuids(unreadable)];
      await dropReplyOfErased(tx, row, shown);
    }
  },
};

type PeriodQuery = Extract<ExportQuery, { kind: 'period' }>;
type LookQuery = Extract<ExportQuery, { kind: 'subrequests' }>;

async function settlePage(
  tx: Tx,
  engine: Engine,
  row: ExchangeRecord,
  query: PeriodQuery,
  outcome: Outcome,
): Promise<void> {
  const [run] = await tx.select().from(syncRuns).where(eq(syncRuns.id, row.syncRunId!)).for('update');
  if (run?.state !== 'running') return;
  if (outcome.kind !== 'subrequests' && outcome.kind !== 'nothing') {
    await repeatOrFail(tx, engine, row, run, outcome);
    return;
  }
  const system = systemOf(row.organizationId);
  const page = outcome.kind === 'subrequests' ? outcome.result : EMPTY_PAGE;
  if (await cameBefore(tx, run.id, page.nextSubrequestGuid)) {
    await endRun(tx, engine, run, 'failed', 'Портал отдаёт одни и те же блоки снова и снова');
    return;
  }
  const counts = await takeIn(tx, engine, system, page.subrequests, run.id);
  await markSeen(tx, system, unreadableGuids(page.unreadable), engine.now());
  const progress = {
    pages: run.pages + 1,
    received: run.received + counts.received,
    changed: run.changed + counts.changed,
    unchanged: run.unchanged + counts.unchanged,
  };
  const nextWindow = page.nextSubrequestGuid ? run.windowIndex : run.windowIndex + 1;
  await tx
    .update(syncRuns)
    .set({ ...progress, windowIndex: nextWindow })
    .where(eq(syncRuns.id, run.id));
  if (run.stopRequested) {
    await endRun(tx, engine, run, 'stopped');
    return;
  }
  const window = run.windows[nextWindow];
  if (window) {
    await enqueueExport(tx, {
      organizationId: row.organizationId,
      service: 'debtRequests',
      operation: 'exportDebtSubrequests',
      query: { kind: 'period', ...window, onlyUnanswered: query.onlyUnanswered, cursor: page.nextSubrequestGuid },
      syncRunId: run.id,
      createdBy: row.createdBy,
      nextAt: engine.now(),
    });
    return;
  }
  await tx.update(syncRuns).set({ complete: true }).where(eq(syncRuns.id, run.id));
  await lookForAbsent(tx, engine, run.id);
}

/** A cursor that this run has asked by already: following it would never end. */
async function cameBefore(tx: Tx, runId: string, cursor: string | null): Promise<boolean> {
  if (cursor === null) return false;
  const [row] = await tx
    .select({ id: exchanges.id })
    .from(exchanges)
    .where(and(eq(exchanges.syncRunId, runId), sql`${exchanges.query} ->> 'cursor' = ${cursor}`))
    .limit(1);
  return row !== undefined;
}

async function endRun(
  tx: Tx,
  engine: Engine,
  run: Pick<typeof syncRuns.$inferSelect, 'id'>,
  state: 'done' | 'failed' | 'stopped',
  errorText: string | null = null,
  errorCode: string | null = null,
): Promise<void> {
  const [ended] = await tx
    .update(syncRuns)
    .set({ state, errorText, errorCode, finishedAt: engine.now() })
    .where(eq(syncRuns.id, run.id))
    .returning();
  await tellOfRun(tx, ended!, engine.now());
}

/**
 * The report of a receiving that nobody pressed for, to the admins (1С lines 961–996: the report comes by e-mail). A failure
 * is told once a day, with the number of days that nothing could be received.
 */
async function tellOfRun(tx: Tx, run: typeof syncRuns.$inferSelect, now: Date): Promise<void> {
  const { organizationId, received, changed, revoked } = run;
  const news = { organizationId, href: `/exchange/syncs/${run.id}` };
  if (run.state === 'done' && ['schedule', 'again', 'autoAnswer'].includes(run.cause)) {
    await tellAdmins(tx, { ...news, kind: 'synced', data: { received, changed, revoked }, once: `sync ${run.id}` });
  }
  if (run.state !== 'failed' || run.cause === 'manual') return;
  const [since] = await tx
    .select({ at: sql<string | null>`coalesce(max(finished_at) filter (where state = 'done'), min(started_at))` })
    .from(syncRuns)
    .where(eq(syncRuns.organizationId, organizationId));
  const days = Math.round((now.getTime() - new Date(since!.at!).getTime()) / DAY_MS);
  const problem = [run.errorCode, run.errorText].filter(Boolean).join(' ').slice(0, 300);
  await tellAdmins(tx, {
    ...news,
    kind: 'syncFailed',
    data: { days, problem },
    once: `sync failed ${moscowToday(now)}`,
  });
}

const EMPTY_PAGE = {
  subrequests: [],
  unreadable: [],
  notFound: { subrequestGuids: [], requestNumbers: [] },
  nextSubrequestGuid: null,
};

const unreadableGuids = (unreadable: { subrequestGuid: string | null }[]): string[] =>
  unreadable.flatMap(({ subrequestGuid }) => (subrequestGuid ? [subrequestGuid] : []));

/** A page without a result is asked again a few times; then the run ends with the portal's own words. */
async function repeatOrFail(
  tx: Tx,
  engine: Engine,
  row: ExchangeRecord,
  run: typeof syncRuns.$inferSelect,
  outcome: Outcome,
): Promise<void> {
  const mayRepeat = outcome.kind === 'undelivered' || (outcome.kind === 'refused' && outcome.transient);
  if (mayRepeat && row.attempt < PAGE_ATTEMPTS && !run.stopRequested) {
    await repeat(tx, engine, row);
    return;
  }
  await endRun(
    tx,
    engine,
    run,
    run.stopRequested ? 'stopped' : 'failed',
    'text' in outcome ? outcome.text : 'Портал ответил не на тот вопрос',
    outcome.kind === 'refused' ? outcome.code : null,
  );
}

async function repeat(tx: Tx, engine: Engine, row: ExchangeRecord): Promise<void> {
  await enqueueExport(tx, {
    organizationId: row.organizationId,
    service: 'debtRequests',
    operation: 'exportDebtSubrequests',
    query: row.query!,
    syncRunId: row.syncRunId,
    createdBy: row.createdBy,
    nextAt: retryAt(engine.now(), row.attempt + 1, timeScale(engine)),
    retry: { of: row.id, attempt: row.attempt + 1 },
  });
}

/** For how many days after its term a request is asked about: did the portal answer by itself (PROTOCOL §5.8)? */
const TOLD_DAYS = 10;

/**
 * Open requests that a complete run did not show are looked at by GUID, a hundred at a time, and those whose term has just
 * ended until the portal tells what became of them; then the run is done.
 */
async function lookForAbsent(tx: Tx, engine: Engine, runId: string): Promise<void> {
  const [run] = await tx.select().from(syncRuns).where(eq(syncRuns.id, runId));
  const absent = await tx
    .select({ subrequestGuid: debtRequests.subrequestGuid })
    .from(debtRequests)
    .where(
      and(
        eq(debtRequests.organizationId, run!.organizationId),
        or(
          inArray(debtRequests.status, [...OPEN]),
          and(
            eq(debtRequests.status, 'expired'),
            eq(debtRequests.gisResponseStatus, 'NotSent'),
            gte(debtRequests.responseDate, addDays(moscowToday(engine.now()), -TOLD_DAYS)),
          ),
        ),
        lt(debtRequests.seenAt, run!.startedAt),
      ),
    )
    .orderBy(asc(debtRequests.id))
    .limit(MESSAGE_LIMIT);
  if (absent.length === 0 || run!.stopRequested) {
    await endRun(tx, engine, run!, run!.stopRequested ? 'stopped' : 'done');
    return;
  }
  await enqueueExport(tx, {
    organizationId: run!.organizationId,
    service: 'debtRequests',
    operation: 'exportDebtSubrequests',
    query: { kind: 'subrequests', subrequestGuids: absent.map((row) => row.subrequestGuid), purpose: 'absent' },
    syncRunId: runId,
    nextAt: engine.now(),
  });
}

/** A look by GUID: after an unknown outcome, after a refusal, or for what a run did not show. */
async function settleLook(
  tx: Tx,
  engine: Engine,
  row: ExchangeRecord,
  query: LookQuery,
  outcome: Outcome,
): Promise<void> {
  const system = systemOf(row.organizationId);
  if (outcome.kind !== 'subrequests' && outcome.kind !== 'nothing') {
    const [run] = row.syncRunId
      ? await tx.select().from(syncRuns).where(eq(syncRuns.id, row.syncRunId)).for('update')
      : [];
    if (run) await repeatOrFail(tx, engine, row, run, outcome);
    else if (query.aboutExchangeId) await lookAgain(tx, engine, row, query.aboutExchangeId, outcome);
    else if (row.attempt < PAGE_ATTEMPTS) await repeat(tx, engine, row);
    return;
  }
  const page = outcome.kind === 'subrequests' ? outcome.result : EMPTY_PAGE;
  const asked = query.subrequestGuids.map((guid) => guid.toLowerCase());
  const notFound =
    outcome.kind === 'nothing' ? asked : page.notFound.subrequestGuids.filter((guid) => asked.includes(guid));
  await lockByGuids(tx, system, asked);
  const untold = query.aboutExchangeId
    ? await settleUnknown(tx, engine, query.aboutExchangeId, page.subrequests, notFound)
    : 0;
  await takeIn(tx, engine, system, page.subrequests, row.syncRunId);
  const revoked = await markWithdrawn(tx, engine, system, notFound, row.syncRunId);
  // whatever the portal did not mention at all stays as it is, and this run does not ask for it again
  await markSeen(tx, system, asked, engine.now());
  if (untold > 0) await lookAgain(tx, engine, row, query.aboutExchangeId!, outcome);
  if (row.syncRunId) {
    await tx
      .update(syncRuns)
      .set({ revoked: sql`${syncRuns.revoked} + ${revoked}`, pages: sql`${syncRuns.pages} + 1` })
      .where(eq(syncRuns.id, row.syncRunId));
    await lookForAbsent(tx, engine, row.syncRunId);
  }
}

/** One order for all who lock several requests. */
async function lockByGuids(tx: Tx, system: System, guids: string[]): Promise<void> {
  await tx
    .select({ id: debtRequests.id })
    .from(debtRequests)
    .where(and(eq(debtRequests.organizationId, system.organizationId), anyOf(debtRequests.subrequestGuid, guids)))
    .orderBy(asc(debtRequests.id))
    .for('update');
}

/**
 * The look brought no word about some answers: it is repeated, as long as it takes while the portal is only out of reach.
 * A portal that refuses to say, again and again, leaves the decision to a person.
 */
async function lookAgain(
  tx: Tx,
  engine: Engine,
  row: ExchangeRecord,
  exchangeId: string,
  outcome: Outcome,
): Promise<void> {
  const outOfReach = outcome.kind === 'undelivered' || (outcome.kind === 'refused' && outcome.transient);
  if (outOfReach || row.attempt < PAGE_ATTEMPTS) {
    await repeat(tx, engine, row);
    return;
  }
  const items = await tx
    .select()
    .from(exchangeItems)
    .where(and(eq(exchangeItems.exchangeId, exchangeId), eq(exchangeItems.state, 'open')));
  await refuseItems(tx, engine, items, {
    kind: 'unknown',
    code: outcome.kind === 'refused' ? outcome.code : null,
    text: `Неизвестно, дошёл ли ответ до портала: портал не показывает запрос.${outcome.kind === 'refused' ? ` ${outcome.text}` : ''}`,
  });
  await tx
    .update(exchanges)
    .set({ state: 'refused', finishedAt: engine.now() })
    .where(and(eq(exchanges.id, exchangeId), eq(exchanges.state, 'unknown')));
}

/**
 * What became of answers whose reply was lost, by what the portal holds now. The same answer is there: accepted. Nothing
 * is there, or what is there may be the past (we withdrew it a short while ago, and exports lag): the identical content
 * goes again, which is harmless. Another answer is there, or the request is gone: a person decides. Returns of how many
 * the portal said nothing: only its own word lets an answer go again.
 */
async function settleUnknown(
  tx: Tx,
  engine: Engine,
  exchangeId: string,
  shown: Subrequest[],
  notFound: string[],
): Promise<number> {
  const items = await tx
    .select({ item: exchangeItems, subrequestGuid: debtRequests.subrequestGuid })
    .from(exchangeItems)
    .innerJoin(debtRequests, eq(debtRequests.id, exchangeItems.requestId))
    .where(and(eq(exchangeItems.exchangeId, exchangeId), eq(exchangeItems.state, 'open')));
  const byGuid = new Map(shown.map((subrequest) => [subrequest.subrequestGuid, subrequest]));
  let delivered = 0;
  let untold = 0;
  for (const { item, subrequestGuid } of items) {
    const portal = byGuid.get(subrequestGuid);
    if (!portal) {
      if (notFound.includes(subrequestGuid)) {
        await refuseItems(tx, engine, [item], {
          kind: 'message',
          text: 'Запроса больше нет на портале: его отозвали.',
        });
      } else untold++;
    } else if (portal.responseStatus === 'AutoGenerated') {
      await endItems(tx, engine, [item], { kind: 'deadline', text: 'Портал уже ответил сам: срок ответа истёк.' });
    } else if (portal.responseStatus !== 'Sent' || (await justRevoked(tx, item.requestId, engine.now()))) {
      await retryItems(tx, engine, [item], 'Портал не показывает ответ: отправляем его же ещё раз.', true);
    } else if (isSameAnswer(item.content!, portal)) {
      await acceptItems(tx, engine, [{ item, updateDate: null }]);
      delivered++;
    } else {
      await refuseItems(tx, engine, [item], {
        kind: 'conflict',
        text: 'На портале размещён другой ответ на этот запрос.',
      });
    }
  }
  if (untold === 0) {
    await tx
      .update(exchanges)
      .set({ state: delivered === items.length ? 'done' : 'refused', finishedAt: engine.now() })
      .where(and(eq(exchanges.id, exchangeId), eq(exchanges.state, 'unknown')));
  }
  return untold;
}

/** Formats may leave the answer's content out; then «Sent» alone speaks, since only our message could have set it. */
function isSameAnswer(
  content: NonNullable<(typeof exchangeItems.$inferSelect)['content']>,
  portal: Subrequest,
): boolean {
  if (!portal.response) return true;
  const people = (
    debtors: {
      lastName: string;
      firstName: string;
      middleName: string | null;
      snils: string | null;
      files: { name: string }[];
    }[],
  ) =>
    debtors
      .map((person) =>
        [
          person.lastName,
          person.firstName,
          person.middleName,
          person.snils,
          ...person.files.map((file) => file.name).sort(),
        ]
          .map((part) => (part ?? '').trim().toLowerCase())
          .join('|'),
      )
      .sort()
      .join('||');
  const names = (files: { name: string }[]) =>
    files
      .map((file) => file.name)
      .sort()
      .join('|');
  return (
    portal.response.hasDebt === content.hasDebt &&
    (portal.response.description ?? '').trim() === (content.description ?? '').trim() &&
    people(portal.response.debtors) === people(content.debtors) &&
    names(portal.response.files) === names(content.files)
  );
}

interface Counts {
  received: number;
  changed: number;
  unchanged: number;
}

/** Takes in what the portal showed: at most a page. Idempotent. */
async function takeIn(
  tx: Tx,
  engine: Engine,
  system: System,
  shown: Subrequest[],
  syncRunId: string | null,
): Promise<Counts> {
  const counts: Counts = { received: 0, changed: 0, unchanged: 0 };
  if (shown.length === 0) return counts;
  const subrequests = [...new Map(shown.map((subrequest) => [subrequest.subrequestGuid, subrequest])).values()];
  const [organization] = await tx
    .select({ exportFormat: organizations.exportFormat })
    .from(organizations)
    .where(eq(organizations.id, system.organizationId));
  const format = organization!.exportFormat;
  const known = await tx
    .select()
    .from(debtRequests)
    .where(
      and(
        eq(debtRequests.organizationId, system.organizationId),
        anyOf(
          debtRequests.subrequestGuid,
          subrequests.map((subrequest) => subrequest.subrequestGuid),
        ),
      ),
    )
    .orderBy(asc(debtRequests.id))
    .for('update');
  const byGuid = new Map(known.map((request) => [request.subrequestGuid, request]));

  const unknown = subrequests.filter((subrequest) => !byGuid.has(subrequest.subrequestGuid));
  const erased = await erasedAmong(
    tx,
    system.organizationId,
    unknown.map((subrequest) => subrequest.subrequestGuid),
  );
  const fresh = unknown.filter((subrequest) => !erased.has(subrequest.subrequestGuid));
  counts.received = await insertNew(tx, engine, system, fresh, format, syncRunId);

  const untouched: string[] = [];
  const moved: string[] = [];
  const unanswered: DebtRequest[] = [];
  for (const subrequest of subrequests) {
    const request = byGuid.get(subrequest.subrequestGuid);
    if (!request) continue;
    const portal = portalColumns(subrequest, format, request);
    const changed = differences(request, portal);
    if (changed.length > 0) {
      counts.changed++;
      if (changed.some((column) => OF_THE_PLACE.includes(column))) moved.push(request.id);
      await tx
        .update(debtRequests)
        .set({ ...portal, seenAt: engine.now(), updatedAt: engine.now() })
        .where(eq(debtRequests.id, request.id));
      await tx.insert(requestEvents).values({
        organizationId: system.organizationId,
        requestId: request.id,
        at: engine.now(),
        action: 'refreshed',
        data: { changed, responseDate: portal.responseDate },
        syncRunId,
      });
    } else {
      counts.unchanged++;
      untouched.push(request.id);
    }
    await follow(tx, engine, system, { ...request, ...portal }, syncRunId);
    if (
      request.status === 'answered' &&
      portal.gisResponseStatus === 'NotSent' &&
      !isPast(portal.responseDate, engine.now())
    )
      unanswered.push({ ...request, ...portal });
  }
  await followWithdrawals(tx, engine, system, unanswered, syncRunId);
  if (untouched.length > 0) {
    await tx.update(debtRequests).set({ seenAt: engine.now() }).where(anyOf(debtRequests.id, untouched));
  }
  await matchRequests(tx, system.organizationId, moved);
  return counts;
}

/** Columns by which the premises are found: another value may mean other premises. */
const OF_THE_PLACE: readonly string[] = [
  'houseGuid',
  'addressDetails',
  'hmObjectGuid',
  'addressType',
  'fiasHouseGuid',
  'address',
];

async function insertNew(
  tx: Tx,
  engine: Engine,
  system: System,
  fresh: Subrequest[],
  format: string,
  syncRunId: string | null,
): Promise<number> {
  if (fresh.length === 0) return 0;
  const { organizationId } = system;
  const now = engine.now();
  const arriving = fresh.map((subrequest) => {
    const status = firstStatus(subrequest, now);
    return {
      ...portalColumns(subrequest, format, null),
      id: randomUUID(),
      organizationId,
      subrequestGuid: subrequest.subrequestGuid,
      status,
      statusBeforeExpiry: status === 'expired' ? 'new' : null,
      receivedAt: now,
      seenAt: now,
      updatedAt: now,
    };
  });
  // a row is written once, in its place: each change of it later is a new entry in every index
  const found = await findMatches(tx, organizationId, arriving);
  const placed = arriving.map((one) => {
    const { state: matchState, houseId, premisesId } = found.get(one.id)!;
    return { ...one, matchState, houseId, premisesId };
  });
  const standing = await standingOf(tx, organizationId, placed);
  const rows = await tx.execute<{ id: string; status: Status; responsibleId: string | null }>(sql`
    ${insertMany(
      debtRequests,
      placed.map((one) => ({ ...one, ...standing({ id: one.id, divisionId: null, responsibleId: null }) })),
    )}
    on conflict do nothing returning id, status, responsible_id as "responsibleId"`);
  if (rows.length === 0) return 0;
  await tx.execute(
    insertMany(
      requestEvents,
      rows.map((row) => ({
        organizationId,
        requestId: row.id,
        at: now,
        action: 'received',
        toStatus: row.status,
        syncRunId,
      })),
    ),
  );
  await linkAccounts(
    tx,
    rows.map(({ id }) => id),
  );
  await tellOfNew(tx, system, rows, syncRunId);
  return rows.length;
}

/** Whoever answers for what came learns how much it is. */
async function tellOfNew(
  tx: Tx,
  system: System,
  rows: readonly { id: string; status: Status; responsibleId: string | null }[],
  syncRunId: string | null,
): Promise<void> {
  const fresh = rows.flatMap(({ status, responsibleId }) =>
    status === 'new' && responsibleId ? [{ userId: responsibleId }] : [],
  );
  await notifyCount(
    tx,
    [...grouped(fresh, ({ userId }) => userId)].map(([userId, own]) => ({
      organizationId: system.organizationId,
      userId,
      kind: 'newToMe' as const,
      href: `/debt-requests?status=new&responsible=${userId}`,
      once: `new ${syncRunId ?? rows[0]!.id}`,
      count: own.length,
    })),
  );
}

/** The status in which a request arrives: what the portal says of an answer that we have not given. */
function firstStatus(subrequest: Subrequest, now: Date): Status {
  if (subrequest.responseStatus === 'Sent') return 'answered';
  if (subrequest.responseStatus === 'AutoGenerated' || isPast(subrequest.responseDate, now)) return 'expired';
  return 'new';
}

type PortalColumns = Pick<
  DebtRequest,
  | 'requestGuid'
  | 'requestNumber'
  | 'exportFormat'
  | 'requestingOrganizationGuid'
  | 'requestingOrganization'
  | 'requestingOrganizationTel'
  | 'requestExecutorGuid'
  | 'requestExecutorFio'
  | 'houseGuid'
  | 'addressDetails'
  | 'hmObjectGuid'
  | 'addressType'
  | 'fiasHouseGuid'
  | 'address'
  | 'periodStart'
  | 'periodEnd'
  | 'sentDate'
  | 'responseDate'
  | 'gisRequestStatus'
  | 'gisResponseStatus'
  | 'gisAnswer'
>;

/** The portal's columns of a row. What one format does not bring is kept from the other. */
function portalColumns(subrequest: Subrequest, format: string, known: DebtRequest | null): PortalColumns {
  const object = subrequest.housingFundObject;
  // the older format gives the house only: it must not replace the fuller address of a newer one
  const fuller =
    known && known.exportFormat !== format && known.address.startsWith(`${object.address},`) ? known : null;
  return {
    requestGuid: subrequest.requestGuid,
    requestNumber: subrequest.requestNumber,
    exportFormat: fuller?.exportFormat ?? format,
    requestingOrganizationGuid: subrequest.organization.orgRootGuid,
    requestingOrganization: subrequest.organization.name,
    requestingOrganizationTel: subrequest.organization.tel,
    requestExecutorGuid: subrequest.executor.guid,
    requestExecutorFio: subrequest.executor.fio,
    houseGuid: object.houseGuid ?? known?.houseGuid ?? null,
    addressDetails: object.addressDetails ?? known?.addressDetails ?? null,
    hmObjectGuid: object.hmObjectGuid ?? known?.hmObjectGuid ?? null,
    addressType: object.addressType ?? known?.addressType ?? null,
    fiasHouseGuid: object.fiasHouseGuid ?? known?.fiasHouseGuid ?? null,
    address: fuller?.address ?? object.address,
    periodStart: subrequest.period.start,
    periodEnd: subrequest.period.end,
    sentDate: subrequest.sentDate,
    responseDate: subrequest.responseDate,
    gisRequestStatus: subrequest.requestStatus,
    gisResponseStatus: subrequest.responseStatus,
    gisAnswer: subrequest.responseStatus === 'NotSent' ? null : (portalAnswer(subrequest) ?? known?.gisAnswer ?? null),
  };
}

function portalAnswer({ response }: Subrequest): PortalAnswer | null {
  if (!response) return null;
  return {
    hasDebt: response.hasDebt,
    description: response.description,
    executorFio: response.executorFio,
    debtors: response.debtors.length,
    files: response.files.length + response.debtors.reduce((sum, debtor) => sum + debtor.files.length, 0),
  };
}

function differences(request: DebtRequest, portal: PortalColumns): string[] {
  return (Object.keys(portal) as (keyof PortalColumns)[]).filter(
    (key) => key !== 'exportFormat' && !sameValue(request[key], portal[key]),
  );
}

// jsonb gives its keys back in another order
const sameValue = (a: unknown, b: unknown): boolean =>
  a === b ||
  (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null
    ? Object.entries(b).every(([key, value]) => (a as Record<string, unknown>)[key] === value)
    : false);

/** Steps of our workflow that follow from what the portal says now. */
async function follow(
  tx: Tx,
  engine: Engine,
  system: System,
  request: DebtRequest,
  syncRunId: string | null,
): Promise<void> {
  const now = engine.now();
  const status = request.status as Status;
  const step = (action: Parameters<typeof transitionAll>[3]) =>
    transitionAll(tx, system, [request], { ...action, now, syncRunId });
  const open = (OPEN as readonly Status[]).includes(status);
  const past = isPast(request.responseDate, now);
  if (status === 'revoked' && request.gisResponseStatus === 'NotSent') {
    await step({ action: 'reappeared', to: request.answerSavedAt ? 'in_progress' : 'new' });
  } else if (open && request.gisResponseStatus === 'AutoGenerated') {
    await step({ action: 'expire', set: { statusBeforeExpiry: status }, data: { autoGenerated: true } });
  } else if (
    (open || status === 'expired') &&
    request.gisResponseStatus === 'Sent' &&
    !(await justRevoked(tx, request.id, now))
  ) {
    await step({ action: 'answeredElsewhere' });
  } else if (status === 'expired' && !past && request.gisResponseStatus === 'NotSent') {
    await step({
      action: 'deadlineMoved',
      to: (request.statusBeforeExpiry as Status | null) ?? 'new',
      data: { responseDate: request.responseDate },
    });
  }
}

/** The portal's exports lag by 2–3 days (manual of РИАС line 257). */
const LAG_MS = 4 * 24 * 60 * 60 * 1000;

/** We withdrew this answer ourselves a short while ago: «Sent» is the portal's lag, not somebody's answer. */
async function justRevoked(tx: Tx, requestId: string, now: Date): Promise<boolean> {
  const [last] = await tx
    .select({ actionType: exchangeItems.actionType, finishedAt: exchangeItems.finishedAt })
    .from(exchangeItems)
    .where(and(eq(exchangeItems.requestId, requestId), eq(exchangeItems.state, 'accepted')))
    .orderBy(sql`${exchangeItems.id} desc`)
    .limit(1);
  return last?.actionType === 'Revoke' && now.getTime() - last.finishedAt!.getTime() < LAG_MS;
}

/**
 * Requests that we hold for answered and the portal shows without an answer. Where it has shown the present answer before, this
 * is no lag: the answer is withdrawn. By us, when a withdrawal of ours may have arrived and was refused when repeated; else by
 * somebody on the portal. It says nothing while a withdrawal is under way, whose message settles it, or where one came before
 * the present answer and a lagging portal shows only now the moment between.
 */
async function followWithdrawals(
  tx: Tx,
  engine: Engine,
  system: System,
  requests: DebtRequest[],
  syncRunId: string | null,
): Promise<void> {
  if (requests.length === 0) return;
  const now = engine.now();
  const lagEnd = new Date(now.getTime() - LAG_MS).toISOString();
  const rows = await tx.execute<{ id: string; revoke: string | null }>(sql`
    select r.id, (select i.id from exchange_items i
        where i.request_id = r.id and i.action_type = 'Revoke' and i.state = 'refused' and i.may_have_arrived
          and i.id > coalesce((select max(s.id) from exchange_items s
            where s.request_id = r.id and s.action_type = 'Send' and s.state = 'accepted'), 0)
        order by i.id desc limit 1) as revoke
    from debt_requests r
    where ${inArray(
      sql`r.id`,
      requests.map(({ id }) => id),
    )}
      and exists (select from request_events e
        where e.request_id = r.id and e.action = 'refreshed' and e.data -> 'changed' ? 'gisResponseStatus'
          and e.id > (select max(a.id) from request_events a
            where a.request_id = r.id and a.action in ('accepted', 'answeredElsewhere')))
      and not exists (select from exchange_items i
        where i.request_id = r.id and i.action_type = 'Revoke'
          and (i.state = 'open' or i.state = 'accepted' and i.finished_at > ${lagEnd}::timestamptz))`);
  const byUs = new Map(rows.flatMap(({ id, revoke }) => (revoke === null ? [] : [[id, Number(revoke)] as const])));
  const withdrawn = new Set(rows.map(({ id }) => id));
  if (byUs.size > 0)
    await tx
      .update(exchangeItems)
      .set({ state: 'accepted', errorKind: null, errorCode: null, errorText: null, finishedAt: now })
      .where(inArray(exchangeItems.id, [...byUs.values()]));
  const ours = requests.filter(({ id }) => byUs.has(id));
  const others = requests.filter(({ id }) => withdrawn.has(id) && !byUs.has(id));
  await transitionAll(tx, system, ours, { action: 'correct', set: { answeredAt: null }, now, syncRunId });
  await transitionAll(tx, system, others, { action: 'revokedElsewhere', set: { answeredAt: null }, now, syncRunId });
}

/** Open requests that the portal says it does not know: withdrawn by the asker (PROTOCOL §5.8). Returns how many. */
async function markWithdrawn(
  tx: Tx,
  engine: Engine,
  system: System,
  guids: string[],
  syncRunId: string | null,
): Promise<number> {
  if (guids.length === 0) return 0;
  const rows = await tx
    .select({ id: debtRequests.id })
    .from(debtRequests)
    .where(
      and(
        eq(debtRequests.organizationId, system.organizationId),
        anyOf(debtRequests.subrequestGuid, guids),
        inArray(debtRequests.status, [...OPEN]),
      ),
    );
  if (rows.length === 0) return 0;
  const requests = await lockRequests(
    tx,
    system,
    rows.map((row) => row.id),
  );
  const open = requests.filter((request) => (OPEN as readonly string[]).includes(request.status));
  await transitionAll(tx, system, open, { action: 'withdrawn', now: engine.now(), syncRunId });
  return open.length;
}

async function markSeen(tx: Tx, system: System, guids: string[], at: Date): Promise<void> {
  if (guids.length === 0) return;
  await tx
    .update(debtRequests)
    .set({ seenAt: at })
    .where(and(eq(debtRequests.organizationId, system.organizationId), anyOf(debtRequests.subrequestGuid, guids)));
}
