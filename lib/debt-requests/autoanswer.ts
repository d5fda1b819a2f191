import { and, desc, eq, getTableColumns, gte, inArray, lt, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { answerTrails } from '@/db/schema/court-cases';
import { autoRuns, debtRequests, requestEvents, syncRuns } from '@/db/schema/debt-requests';
import { organizations, users } from '@/db/schema/staff';
import { hasRole, type Person, shortName, systemOf } from '@/lib/auth/actor';
import { dailyMoments, moscowMoment, moscowToday } from '@/lib/calendar/moscow';
import { notFound, type Result } from '@/lib/errors';
import { enqueueItem } from '@/lib/exchange/queue';
import { log } from '@/lib/log';
import { notifyCount, tellAdmins } from '@/lib/notifications/notify';
import { calendarOf } from '@/lib/staff/calendar';
import { type Moved, type requestVersionSchema, step } from './answer';
import {
  type AutoAnswerRule,
  autoAnswerRule,
  fateOf,
  lastTermOn,
  leftOf,
  planOf,
  RULE_COLUMNS,
  ruleInWords,
  TOUCHED,
} from './autoanswer-rule';
import { requestSync } from './sync';
import { lockRequest, refusalOf, transition } from './transition';
import { verdictsOf } from './verdict';
import { isOpen, type Status } from './workflow';

/**
 * «Автоответ» (manual of РИАС, lines 483–497): once a day, after a successful receiving of that day, answers «отсутствует» to
 * what the organization's rule lets it, in the name of its «Идентификатор исполнителя».
 */

/** Between two attempts to receive what the automatic answer waits for. */
const AGAIN_MS = 55 * 60 * 1000;

/**
 * The worker's part, every minute: runs what is due in each organization. At most one run a day and organization is the
 * database's word; killed at any point it goes on. Returns how many answers were put on their way.
 */
export async function answerAutomatically(now: Date): Promise<number> {
  const rules = await db.select(RULE_COLUMNS).from(organizations).where(ne(organizations.autoAnswer, 'off'));
  let sent = 0;
  for (const rule of rules) {
    try {
      sent += await runOf(rule, now);
    } catch (err) {
      // one organization's trouble must not hold up the others
      log.error({ organizationId: rule.organizationId, err }, 'automatic answer failed');
    }
  }
  return sent;
}

async function runOf(rule: AutoAnswerRule, now: Date): Promise<number> {
  const { organizationId } = rule;
  const day = moscowToday(now);
  const ofOrganization = eq(autoRuns.organizationId, organizationId);
  // a day that is over is not made up: its list was another one
  await db
    .update(autoRuns)
    .set({ state: sql`case when state = 'waiting' then 'missed' else 'stopped' end`, finishedAt: now })
    .where(and(ofOrganization, lt(autoRuns.day, day), inArray(autoRuns.state, ['waiting', 'running'])));
  const due = moscowMoment(day, rule.at);
  if (now < due) return 0;
  const [today] = await db
    .select()
    .from(autoRuns)
    .where(and(ofOrganization, eq(autoRuns.day, day)));
  if (today?.state === 'done' || today?.state === 'stopped') return 0;
  // settings chosen after the hour act from the next day on: that is what their list showed
  if (!today && rule.setAt && rule.setAt > due) return 0;
  if (!(await receivedOn(organizationId, day, now))) {
    await wait(organizationId, day, now);
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
  return run ? carry(run, now) : 0;
}

/** Was there a successful receiving on this Moscow day? */
async function receivedOn(organizationId: string, day: string, now: Date): Promise<boolean> {
  const [row] = await db
    .select({ id: syncRuns.id })
    .from(syncRuns)
    .where(
      and(
        eq(syncRuns.organizationId, organizationId),
        eq(syncRuns.state, 'done'),
        gte(syncRuns.finishedAt, moscowMoment(day, '00:00')),
        sql`${syncRuns.finishedAt} <= ${now.toISOString()}::timestamptz`,
      ),
    )
    .limit(1);
  return row !== undefined;
}

const WAITS = 'сегодня запросы с\u00a0портала ещё не\u00a0получены';

/** Without today's requests it sends nothing: it asks for a receiving, and tells the admins once. */
async function wait(organizationId: string, day: string, now: Date): Promise<void> {
  const [last] = await db
    .select({ state: syncRuns.state, startedAt: syncRuns.startedAt })
    .from(syncRuns)
    .where(eq(syncRuns.organizationId, organizationId))
    .orderBy(desc(syncRuns.startedAt))
    .limit(1);
  // the one under way may be enough
  if (last?.state === 'running') return;
  if (!last || now.getTime() - last.startedAt.getTime() > AGAIN_MS) {
    await requestSync(systemOf(organizationId), now, 'autoAnswer');
    return;
  }
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

async function carry(run: typeof autoRuns.$inferSelect, now: Date): Promise<number> {
  const { organizationId, day } = run;
  const rule = await autoAnswerRule(db, organizationId);
  if (rule.which === 'off') return 0;
  const plan = await planOf(systemOf(organizationId), { ...rule, which: rule.which }, day, now);
  let sent = 0;
  for (const { request, fate } of plan) {
    if (!fate.goes) continue;
    try {
      const answered = await answerOne(run.id, organizationId, day, request.id, now);
      if (answered === 'stopped') break;
      if (answered === 'sent') sent++;
    } catch (err) {
      // one request that breaks must not hold up the others; it stays open and a person answers it
      log.error({ requestId: request.id, err }, 'automatic answer failed on a request');
    }
  }
  await db.transaction(async (tx) => {
    const [ended] = await tx
      .update(autoRuns)
      .set({ state: sql`case when stop_requested then 'stopped' else 'done' end`, finishedAt: now })
      .where(and(eq(autoRuns.id, run.id), eq(autoRuns.state, 'running')))
      .returning();
    if (ended && ended.sent > 0) await tellOfRun(tx, ended);
  });
  return sent;
}

/** One answer in one transaction: all that the plan saw is seen again under the request's lock. */
async function answerOne(
  runId: string,
  organizationId: string,
  day: string,
  requestId: string,
  now: Date,
): Promise<'sent' | 'left' | 'stopped'> {
  const system = systemOf(organizationId);
  return db.transaction(async (tx) => {
    const [run] = await tx
      .select({ state: autoRuns.state, stopRequested: autoRuns.stopRequested })
      .from(autoRuns)
      .where(eq(autoRuns.id, runId));
    // switched off or changed a second ago counts already
    const rule = await autoAnswerRule(tx, organizationId);
    if (rule.which === 'off' || run?.state !== 'running' || run.stopRequested) return 'stopped';
    const locked = await lockRequest(tx, system, requestId);
    if (!locked) return 'left';
    const [request] = await tx
      .select({ ...getTableColumns(debtRequests), touched: TOUCHED })
      .from(debtRequests)
      .where(eq(debtRequests.id, requestId));
    const additions = await calendarOf(tx, organizationId);
    if (request!.responseDate < day || request!.responseDate > lastTermOn(day, rule, additions)) return 'left';
    const verdict = (await verdictsOf(tx, organizationId, [request!], now)).get(requestId)!;
    const fate = fateOf(request!, verdict, rule.which);
    if (!fate.goes) return 'left';
    const { organizationId: _, setBy, setAt, ...setting } = rule;
    const description = rule.comment || null;
    const moved = await transition(tx, system, locked, {
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

/** The admins, and whoever had one of the requests in work, learn how many went. */
async function tellOfRun(tx: Tx, run: typeof autoRuns.$inferSelect): Promise<void> {
  const { organizationId } = run;
  const news = { organizationId, kind: 'autoAnswered' as const, once: `auto ${run.id}` };
  await tellAdmins(tx, { ...news, href: '/settings/requisites#auto', data: { count: run.sent } });
  const workers = await tx
    .select({ userId: debtRequests.assigneeId, count: sql<number>`count(*)::int` })
    .from(requestEvents)
    .innerJoin(debtRequests, eq(debtRequests.id, requestEvents.requestId))
    .where(
      and(
        eq(requestEvents.organizationId, organizationId),
        eq(requestEvents.action, 'send'),
        gte(requestEvents.at, run.startedAt!),
        sql`${requestEvents.data} ->> 'runId' = ${run.id}`,
        sql`${debtRequests.assigneeId} is not null`,
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
  const stopped = await db
    .update(autoRuns)
    .set({
      stopRequested: true,
      state: sql`case when state = 'waiting' then 'stopped' else state end`,
      waitsFor: null,
      finishedAt: sql`case when state = 'waiting' then ${now.toISOString()}::timestamptz end`,
    })
    .where(
      and(
        eq(autoRuns.id, input.id),
        eq(autoRuns.organizationId, person.organizationId),
        inArray(autoRuns.state, ['waiting', 'running']),
      ),
    )
    .returning({ id: autoRuns.id });
  return stopped.length > 0 ? { ok: true } : notFound;
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
  const { last, next } = dailyMoments(rule.at, now);
  if (moscowToday(next) === day) return { day, at: next, waitsFor: null };
  const [today] = await db
    .select()
    .from(autoRuns)
    .where(and(eq(autoRuns.organizationId, rule.organizationId), eq(autoRuns.day, day)));
  const over = today ? today.state !== 'waiting' && today.state !== 'running' : !!rule.setAt && rule.setAt > last;
  return over
    ? { day: moscowToday(next), at: next, waitsFor: null }
    : { day, at: last, waitsFor: today?.waitsFor ?? null };
}

export interface AutoRunView {
  id: string;
  day: string;
  state: 'waiting' | 'running' | 'done' | 'stopped' | 'missed';
  waitsFor: string | null;
  sent: number;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** The latest runs, newest first. Admins only; empty for the others. */
export async function listAutoRuns(person: Person, limit = 14): Promise<AutoRunView[]> {
  if (!hasRole(person, 'admin')) return [];
  const rows = await db
    .select()
    .from(autoRuns)
    .where(eq(autoRuns.organizationId, person.organizationId))
    .orderBy(desc(autoRuns.day))
    .limit(limit);
  return rows.map((row) => ({ ...row, state: row.state as AutoRunView['state'] }));
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
  const rule = await autoAnswerRule(db, person.organizationId);
  if (rule.which === 'off') return null;
  const [next, additions] = await Promise.all([nextRunOf(rule, now), calendarOf(db, person.organizationId)]);
  if (request.responseDate < next.day || request.responseDate > lastTermOn(next.day, rule, additions)) return null;
  const [row] = await db
    .select({ touched: TOUCHED, holder: users })
    .from(debtRequests)
    .leftJoin(users, eq(users.id, debtRequests.heldBy))
    .where(eq(debtRequests.id, request.id));
  const mayHold = refusalOf(person, request, { action: 'hold' }) === null;
  if (row!.holder) return { next, held: { name: shortName(row!.holder), at: request.heldAt! }, mayHold };
  const verdict = (await verdictsOf(db, person.organizationId, [request], now)).get(request.id)!;
  return fateOf({ ...request, touched: row!.touched }, verdict, rule.which).goes ? { next, held: null, mayHold } : null;
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
  const rule = await autoAnswerRule(db, person.organizationId);
  if (rule.which === 'off') return null;
  const next = await nextRunOf(rule, now);
  const plan = await planOf(person, { ...rule, which: rule.which }, next.day, now);
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
