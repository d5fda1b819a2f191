import { and, desc, eq, gte, inArray, isNotNull, isNull, lt, lte, ne, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { answerTrails } from '@/db/schema/court-cases';
import { autoRuns, debtRequests, syncRuns } from '@/db/schema/debt-requests';
import { exchangeItems } from '@/db/schema/exchange';
import { organizations, users } from '@/db/schema/staff';
import { hasRole, type Person, shortName, systemOf } from '@/lib/auth/actor';
import { addDays, moscowMoment, moscowToday } from '@/lib/calendar/moscow';
import { notFound, type Result } from '@/lib/errors';
import { enqueueItem, wakeWorker } from '@/lib/exchange/queue';
import { log } from '@/lib/log';
import { notifyCount, tellAdmins } from '@/lib/notifications/notify';
import { type Moved, type requestVersionSchema, step } from './answer';
import {
  type ActiveRule,
  type AutoAnswerRule,
  activeRule,
  leftOf,
  planOf,
  reachedFate,
  ruleInWords,
} from './autoanswer-rule';
import { isOpenNow } from './presence';
import { receivedSinceRestore } from './restored';
import { requestSync } from './sync';
import { lockRequest, refusalOf, transition } from './transition';
import { isOpen, type Status } from './workflow';

/**
 * «Автоответ» (manual of РИАС, lines 483–497): once a day, after a successful receiving of that day, answers «отсутствует» to
 * what the organization's rule lets it, in the name of its «Идентификатор исполнителя».
 */

/** Organizations that let «Отклик» answer by itself. */
export async function organizationsToAnswer(): Promise<string[]> {
  const rows = await db.select({ id: organizations.id }).from(organizations).where(ne(organizations.autoAnswer, 'off'));
  return rows.map(({ id }) => id);
}

/**
 * The worker's part, every minute: runs what is due in an organization. At most one run a day is the database's word; killed
 * at any point it goes on. Returns how many answers were put on their way.
 */
export async function answerAutomatically(organizationId: string, now: Date): Promise<number> {
  const rule = await activeRule(db, organizationId);
  if (!rule) return 0;
  const day = moscowToday(now);
  const ofOrganization = eq(autoRuns.organizationId, organizationId);
  // a day that is over is not made up: its list was another one
  await db.transaction(async (tx) => {
    const over = await tx
      .update(autoRuns)
      .set({ state: sql`case when state = 'waiting' then 'missed' else 'stopped' end`, finishedAt: now })
      .where(and(ofOrganization, lt(autoRuns.day, day), inArray(autoRuns.state, ['waiting', 'running'])))
      .returning();
    for (const run of over) await tellOfRun(tx, run, 0);
  });
  const { due, run: today, over } = await runOn(day, rule, now);
  if (now < due || over) return 0;
  const received = await receivingsOf(organizationId, day, now);
  if (!received.running && received.worthTrying) {
    await requestSync(systemOf(organizationId), now, 'autoAnswer');
    received.running = true;
  }
  // what was received hours ago may be out of date: a fresh try comes first, and if it fails the day's success still stands
  if (!received.today || (received.running && !today)) {
    if (!received.today && (!received.running || now.getTime() - due.getTime() > PATIENCE_MS))
      await wait(organizationId, day);
    return 0;
  }
  const [run] = await db
    .insert(autoRuns)
    .values({ organizationId, day, state: 'running', startedAt: now })
    .onConflictDoUpdate({
      target: [autoRuns.organizationId, autoRuns.day],
      set: { state: 'running', waitsFor: null, startedAt: sql`coalesce(${autoRuns.startedAt}, excluded.started_at)` },
      setWhere: inArray(autoRuns.state, ['waiting', 'running']),
    })
    .returning();
  return run ? carry(run, rule, now) : 0;
}

/** The run of a day: when it is due, its row if there is one, and whether it has been or will not be. */
async function runOn(day: string, rule: Pick<AutoAnswerRule, 'organizationId' | 'at' | 'setAt'>, now: Date) {
  const due = moscowMoment(day, rule.at);
  const [run] = await db
    .select()
    .from(autoRuns)
    .where(and(eq(autoRuns.organizationId, rule.organizationId), eq(autoRuns.day, day)));
  // one a day, whatever hour it has been moved to; settings chosen after the hour act from the next day on, as their list showed
  const over = run
    ? run.state !== 'waiting' && run.state !== 'running'
    : due <= now && rule.setAt !== null && rule.setAt > due;
  return { due, run, over };
}

/** Between a failed receiving and the next try of the automatic answer. */
const AGAIN_MS = 55 * 60 * 1000;
/** A receiving that is older is tried anew before anything goes by itself. */
const FRESH_MS = 2 * 60 * 60 * 1000;
/** How long a receiving may be under way before the admins are told that the automatic answer waits for it. */
const PATIENCE_MS = 15 * 60 * 1000;

/** The receivings of this Moscow day, begun and ended in it. */
async function receivingsOf(organizationId: string, day: string, now: Date) {
  const rows = await db
    .select({ state: syncRuns.state, startedAt: syncRuns.startedAt, finishedAt: syncRuns.finishedAt })
    .from(syncRuns)
    .where(
      and(
        eq(syncRuns.organizationId, organizationId),
        or(eq(syncRuns.state, 'running'), gte(syncRuns.startedAt, moscowMoment(day, '00:00'))),
        lte(syncRuns.startedAt, now),
      ),
    )
    .orderBy(desc(syncRuns.startedAt));
  const begun = (row: (typeof rows)[number]) => now.getTime() - row.startedAt.getTime();
  const ended = (row: (typeof rows)[number]) => now.getTime() - (row.finishedAt ?? row.startedAt).getTime();
  const done = rows.filter((row) => row.state === 'done');
  return {
    /** One of them has succeeded, since the database was restored from a backup if it was. */
    today: done.length > 0 && (await receivedSinceRestore(db, organizationId)),
    running: rows.some((row) => row.state === 'running'),
    /** None is fresh, and none has just failed. */
    worthTrying:
      !done.some((row) => begun(row) < FRESH_MS) &&
      !rows.some((row) => row.state !== 'done' && row.state !== 'running' && ended(row) < AGAIN_MS),
  };
}

const WAITS = 'сегодня запросы с\u00a0портала ещё не\u00a0получены';

/** Without today's requests nothing goes; the admins are told once. */
async function wait(organizationId: string, day: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [waiting] = await tx
      .insert(autoRuns)
      .values({ organizationId, day, state: 'waiting', waitsFor: WAITS })
      .onConflictDoNothing()
      .returning({ id: autoRuns.id });
    if (!waiting) return;
    await tellAdmins(tx, {
      organizationId,
      kind: 'autoWaits',
      href: '/exchange/syncs',
      data: { reason: WAITS },
      once: `auto waits ${day}`,
    });
  });
}

/** For how long a run comes back to what failed, and to whoever has a card open and may be answering. */
const COMES_BACK_MS = 30 * 60 * 1000;

async function carry(run: typeof autoRuns.$inferSelect, rule: ActiveRule, now: Date): Promise<number> {
  const { organizationId, day } = run;
  const plan = await planOf(systemOf(organizationId), rule, day, now);
  const comesBack = now.getTime() - run.startedAt!.getTime() < COMES_BACK_MS;
  let [sent, failed, busy] = [0, 0, 0];
  for (const { request, fate } of plan) {
    if (!fate.goes) continue;
    try {
      const answered = await answerOne(run.id, organizationId, day, request.id, comesBack, now);
      if (answered === 'stopped') return sent;
      if (answered === 'sent') sent++;
      if (answered === 'busy') busy++;
    } catch (err) {
      // one request that breaks must not hold up the others
      log.error({ requestId: request.id, err }, 'automatic answer failed on a request');
      failed++;
    }
  }
  // the next minute tries what is left once more
  if (comesBack && failed + busy > 0) return sent;
  await db.transaction(async (tx) => {
    const [ended] = await tx
      .update(autoRuns)
      .set({ state: 'done', finishedAt: now })
      .where(and(eq(autoRuns.id, run.id), eq(autoRuns.state, 'running')))
      .returning();
    if (ended) await tellOfRun(tx, ended, failed);
  });
  return sent;
}

/** One answer in one transaction: all that the plan saw is seen again under the request's lock. */
async function answerOne(
  runId: string,
  organizationId: string,
  day: string,
  requestId: string,
  waitForPeople: boolean,
  now: Date,
): Promise<'sent' | 'left' | 'busy' | 'stopped'> {
  const system = systemOf(organizationId);
  return db.transaction(async (tx) => {
    const [run] = await tx.select({ state: autoRuns.state }).from(autoRuns).where(eq(autoRuns.id, runId));
    // switched off or changed a second ago counts already
    const rule = await activeRule(tx, organizationId);
    if (!rule || run?.state !== 'running') return 'stopped';
    const request = await lockRequest(tx, system, requestId);
    if (!request) return 'left';
    const fate = await reachedFate(tx, request, rule, day, now);
    if (!fate?.goes) return 'left';
    if (waitForPeople && (await isOpenNow(tx, requestId))) return 'busy';
    const { organizationId: _, setBy, setAt, ...setting } = rule;
    const description = rule.comment || null;
    const moved = await transition(tx, system, request, {
      action: 'send',
      set: { hasDebt: false, description, answerSavedAt: now, answerSavedBy: null, answerSource: 'autoanswer' },
      data: {
        automatic: true,
        hasDebt: false,
        reason: fate.reason,
        setting,
        setBy,
        setAt,
        runId,
        rule: ruleInWords(rule),
      },
      now,
    });
    if (!moved.ok) return 'left';
    if (fate.trail) {
      await tx
        .insert(answerTrails)
        .values({ organizationId, requestId, hasDebt: fate.trail.verdict, trail: fate.trail });
    }
    await enqueueItem(tx, {
      organizationId,
      requestId,
      createdBy: null,
      actionType: 'Send',
      content: { hasDebt: false, description, executorGuid: rule.executorGuid!, debtors: [], files: [] },
    });
    await tx
      .update(autoRuns)
      .set({ sent: sql`${autoRuns.sent} + 1` })
      .where(eq(autoRuns.id, runId));
    return 'sent';
  });
}

/** The admins, and whoever had one of the requests in work, learn how many went; the admins also how many could not. */
async function tellOfRun(tx: Tx, run: typeof autoRuns.$inferSelect, failed: number): Promise<void> {
  const { organizationId } = run;
  if (run.sent + failed === 0) return;
  const news = { organizationId, kind: 'autoAnswered' as const, once: `auto ${run.id}` };
  await tellAdmins(tx, { ...news, href: '/settings/requisites#auto', data: { count: run.sent, failed } });
  const workers = await tx
    .select({ userId: debtRequests.assigneeId, count: sql<number>`count(*)::int` })
    .from(debtRequests)
    .where(
      and(
        eq(debtRequests.organizationId, organizationId),
        gte(debtRequests.responseDate, run.day),
        eq(debtRequests.answerSource, 'autoanswer'),
        isNotNull(debtRequests.assigneeId),
        sql`exists (select from request_events e where e.request_id = debt_requests.id and e.action = 'send'
          and e.data ->> 'runId' = ${run.id})`,
      ),
    )
    .groupBy(debtRequests.assigneeId);
  await notifyCount(
    tx,
    workers.map(({ userId, count }) => ({
      ...news,
      userId: userId!,
      once: `auto mine ${run.id}`,
      href: `/debt-requests?status=answered&assignee=${userId}`,
      count,
    })),
  );
}

// --- what a person may say about it

/** «Не отправлять автоматически»: whoever may answer the request keeps it for himself. */
export function hold(person: Person, input: z.output<typeof requestVersionSchema>, now = new Date()): Promise<Moved> {
  return step(person, input.id, async (tx, request) => {
    if (request.heldBy && isOpen(request.status as Status))
      return { ok: false, reason: 'notAllowed', message: 'Этот запрос уже не\u00a0отправляется автоматически.' };
    return transition(tx, person, request, {
      action: 'hold',
      version: input.version,
      to: request.status as Status,
      set: { heldBy: person.userId, heldAt: now },
      now,
    });
  });
}

/** «Вернуть автоответу»: the rule decides about it again. */
export function release(
  person: Person,
  input: z.output<typeof requestVersionSchema>,
  now = new Date(),
): Promise<Moved> {
  return step(person, input.id, async (tx, request) => {
    if (!request.heldBy && isOpen(request.status as Status))
      return { ok: false, reason: 'notAllowed', message: 'Этот запрос и\u00a0так доступен автоответу.' };
    return transition(tx, person, request, {
      action: 'release',
      version: input.version,
      to: request.status as Status,
      set: { heldBy: null, heldAt: null },
      now,
    });
  });
}

export const stopAutoRunSchema = z.object({ id: z.uuid() });

/** «Прервать» / «Не отправлять сегодня»: what went stays on its way, the rest of the day goes to nobody by itself. Admins only. */
export async function stopAutoRun(
  person: Person,
  input: z.output<typeof stopAutoRunSchema>,
  now = new Date(),
): Promise<Result> {
  if (!hasRole(person, 'admin'))
    return { ok: false, reason: 'forbidden', message: 'Автоответ прерывает администратор.' };
  return db.transaction(async (tx) => {
    const stopped = await stopRuns(tx, person.organizationId, now, input.id);
    return stopped > 0 ? ({ ok: true } as const) : notFound;
  });
}

/**
 * A run that waits or is under way is over; what it has sent and no message carries yet is taken back (`deliver.ts`). A run of
 * today that is done can be stopped too, named by `id`, for the sake of that. Returns how many runs.
 */
export async function stopRuns(tx: Tx, organizationId: string, now: Date, id?: string): Promise<number> {
  const stopped = await tx
    .update(autoRuns)
    .set({ state: 'stopped', waitsFor: null, finishedAt: now })
    .where(
      and(
        eq(autoRuns.organizationId, organizationId),
        id ? eq(autoRuns.id, id) : undefined,
        or(
          inArray(autoRuns.state, ['waiting', 'running']),
          id ? and(eq(autoRuns.state, 'done'), eq(autoRuns.day, moscowToday(now))) : undefined,
        ),
      ),
    )
    .returning();
  for (const run of stopped) await tellOfRun(tx, run, 0);
  if (stopped.length > 0) await wakeWorker(tx);
  return stopped.length;
}

// --- reading

export interface NextRun {
  /** Moscow date of the run. */
  day: string;
  /** When it begins, as things stand. */
  at: Date;
  /** It is today's, its hour has passed, and it waits; in words for what. */
  waitsFor: string | null;
}

/** When the rule acts next: today, or tomorrow when today's run has been, or when the settings came after its hour. */
export async function nextRunOf(
  rule: Pick<AutoAnswerRule, 'organizationId' | 'at' | 'setAt'>,
  now: Date,
): Promise<NextRun> {
  const day = moscowToday(now);
  const { due, run, over } = await runOn(day, rule, now);
  if (!over) return { day, at: due, waitsFor: run?.waitsFor ?? null };
  const tomorrow = addDays(day, 1);
  return { day: tomorrow, at: moscowMoment(tomorrow, rule.at), waitsFor: null };
}

export interface AutoRunView {
  id: string;
  day: string;
  state: 'waiting' | 'running' | 'done' | 'stopped' | 'missed';
  waitsFor: string | null;
  sent: number;
  /** Answers of today's run that no message carries yet: they can still be taken back. */
  unsent: number;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** The latest runs, newest first. Admins only; empty for the others. */
export async function listAutoRuns(person: Person, now = new Date(), limit = 14): Promise<AutoRunView[]> {
  if (!hasRole(person, 'admin')) return [];
  const unsent = await db.$count(
    exchangeItems,
    and(
      eq(exchangeItems.organizationId, person.organizationId),
      eq(exchangeItems.state, 'open'),
      eq(exchangeItems.actionType, 'Send'),
      isNull(exchangeItems.exchangeId),
      isNull(exchangeItems.createdBy),
    ),
  );
  const rows = await db
    .select()
    .from(autoRuns)
    .where(eq(autoRuns.organizationId, person.organizationId))
    .orderBy(desc(autoRuns.day))
    .limit(limit);
  const today = moscowToday(now);
  return rows.map((row) => ({
    ...row,
    state: row.state as AutoRunView['state'],
    unsent: row.day === today && row.state !== 'stopped' ? unsent : 0,
  }));
}

export interface HeldBy {
  name: string;
  at: Date;
}

export interface AutomaticFate {
  next: NextRun;
  held: HeldBy | null;
  /** May this person hold or release it? */
  mayHold: boolean;
}

/** What the next run would do with one request, for its card; null while the automatic answer is off or does not reach it. */
export async function automaticFate(
  person: Person,
  request: typeof debtRequests.$inferSelect,
  now = new Date(),
): Promise<AutomaticFate | null> {
  if (!isOpen(request.status as Status)) return null;
  const rule = await activeRule(db, person.organizationId);
  if (!rule) return null;
  const next = await nextRunOf(rule, now);
  const fate = await reachedFate(db, request, rule, next.day, now);
  if (!fate || (!fate.goes && !fate.held)) return null;
  const [holder] = request.heldBy ? await db.select().from(users).where(eq(users.id, request.heldBy)) : [];
  return {
    next,
    held: holder ? { name: shortName(holder), at: request.heldAt! } : null,
    mayHold: refusalOf(person, request, { action: 'hold' }) === null,
  };
}

export interface AutomaticRow {
  id: string;
  version: number;
  requestNumber: string;
  address: string;
  addressDetails: string | null;
  mayHold: boolean;
}

export interface NextAutomatic {
  next: NextRun;
  /** The rule in one sentence. */
  rule: string;
  total: number;
  /** The first of those that go, by term. */
  rows: (AutomaticRow & { reason: string; assigneeName: string | null })[];
  /** The first of those that somebody keeps from going. */
  held: (AutomaticRow & { heldBy: string; heldAt: Date })[];
  /** What is left to people for other reasons. */
  left: { reason: string; count: number }[];
}

/** Rows named in «Завтра уйдёт автоматически». */
const NAMED = 50;

/** What the next run will do with the requests that this person sees; null while the automatic answer is off. */
export async function nextAutomatic(person: Person, now = new Date()): Promise<NextAutomatic | null> {
  const rule = await activeRule(db, person.organizationId);
  if (!rule) return null;
  const next = await nextRunOf(rule, now);
  const plan = await planOf(person, rule, next.day, now);
  const going = plan.flatMap(({ request, fate }) => (fate.goes ? [{ request, reason: fate.reason }] : []));
  const held = plan.filter(({ fate }) => !fate.goes && fate.held).slice(0, NAMED);
  const shown = going.slice(0, NAMED);
  const people = [...shown.map(({ request }) => request.assigneeId), ...held.map(({ request }) => request.heldBy)];
  const named = people.filter((id) => id !== null);
  const rows = named.length ? await db.select().from(users).where(inArray(users.id, named)) : [];
  const names = new Map(rows.map((user) => [user.id, shortName(user)]));
  const rowOf = (request: typeof debtRequests.$inferSelect): AutomaticRow => ({
    id: request.id,
    version: request.version,
    requestNumber: request.requestNumber,
    address: request.address,
    addressDetails: request.addressDetails,
    mayHold: refusalOf(person, request, { action: 'hold' }) === null,
  });
  return {
    next,
    rule: ruleInWords(rule),
    total: going.length,
    rows: shown.map(({ request, reason }) => ({
      ...rowOf(request),
      reason,
      assigneeName: names.get(request.assigneeId ?? '') ?? null,
    })),
    held: held.map(({ request }) => ({
      ...rowOf(request),
      heldBy: names.get(request.heldBy!) ?? '',
      heldAt: request.heldAt!,
    })),
    left: leftOf(plan.filter(({ fate }) => fate.goes || !fate.held)),
  };
}
