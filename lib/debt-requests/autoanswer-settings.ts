import { createHash } from 'node:crypto';
import { and, count, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { db } from '@/db/client';
import { courtCases } from '@/db/schema/court-cases';
import { debtRequests } from '@/db/schema/debt-requests';
import { organizations, users } from '@/db/schema/staff';
import { hasRole, type Person, shortName, systemOf } from '@/lib/auth/actor';
import { addDays, moscowMoment, moscowToday } from '@/lib/calendar/moscow';
import { invalid, type Refusal, type Result } from '@/lib/errors';
import { calendarOf } from '@/lib/staff/calendar';
import { type NextRun, nextRunOf, stopRuns } from './autoanswer';
import {
  autoAnswerRule,
  fateByCases,
  lastTermOn,
  leftOf,
  type Planned,
  planOf,
  ruleInWords,
  UNTOUCHING_SQL,
} from './autoanswer-rule';
import {
  type ActiveSettings,
  type AutoAnswerSettings,
  autoAnswerSchema,
  isActive,
  type saveAutoAnswerSchema,
} from './autoanswer-schema';
import { OPEN_STATUSES } from './transition';
import { verdictsOf } from './verdict';

/** «Автоответ» of «Реквизиты»: what it is set to, what it would do, and switching it. Admins only. */

const ADMINS_ONLY: Refusal = { ok: false, reason: 'forbidden', message: 'Автоответ настраивает администратор.' };

export interface AutoAnswerView {
  settings: AutoAnswerSettings;
  /** «Идентификатор исполнителя» is filled in: without it nothing can go by itself. */
  named: boolean;
  setBy: string | null;
  setAt: Date | null;
}

/** As it is set now; null for those who may not see it. */
export async function getAutoAnswer(person: Person): Promise<AutoAnswerView | null> {
  if (!hasRole(person, 'admin')) return null;
  const {
    organizationId: _,
    executorGuid,
    setBy,
    setAt,
    ...settings
  } = await autoAnswerRule(db, person.organizationId);
  const [who] = setBy ? await db.select().from(users).where(eq(users.id, setBy)) : [];
  return { settings, named: executorGuid !== null, setBy: who ? shortName(who) : null, setAt };
}

export interface AutoAnswerRow {
  id: string;
  requestNumber: string;
  address: string;
  responseDate: string;
  reason: string;
}

export interface AutoAnswerPreview {
  /** One sentence: what these settings do. */
  rule: string;
  next: NextRun;
  total: number;
  /** The first of those that would go. */
  rows: AutoAnswerRow[];
  /** What the run reaches and leaves, by reason. */
  left: { reason: string; count: number }[];
  /** Open requests whose term ends before the run. */
  tooLate: number;
  /** Nothing is known of any court: «без судебной задолженности» would be everybody. */
  noCases: boolean;
  /** The terms of the last 30 days, by the court cases as they are now: how many would have gone, and how many of those a person answered «существует». */
  past: { total: number; would: number; wrong: number };
  /** Stands for exactly this list. */
  stamp: string;
}

/** Rows of the list before switching it on. */
const SHOWN = 200;

/**
 * What settings, also ones not saved yet, would do: the list of their next run, and what they would have done of late.
 * `setAt`: when they were saved; ones that are not take effect after this moment.
 */
export async function previewAutoAnswer(
  person: Person,
  settings: AutoAnswerSettings,
  now = new Date(),
  setAt: Date | null = now,
): Promise<Result<{ preview: AutoAnswerPreview | null }>> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  if (!isActive(settings)) return { ok: true, preview: null };
  const { next, plan } = await nextPlan(person, settings, now, setAt);
  const going = goingOf(plan);
  const [past, cases, late] = await Promise.all([
    lookBack(person, settings, now),
    db
      .select({ id: courtCases.id })
      .from(courtCases)
      .where(eq(courtCases.organizationId, person.organizationId))
      .limit(1),
    db
      .select({ total: count() })
      .from(debtRequests)
      .where(
        and(
          eq(debtRequests.organizationId, person.organizationId),
          sql`${debtRequests.status} = any(${OPEN_STATUSES})`,
          lt(debtRequests.responseDate, next.day),
        ),
      ),
  ]);
  return {
    ok: true,
    preview: {
      rule: ruleInWords(settings),
      next,
      total: going.length,
      rows: going.slice(0, SHOWN),
      left: leftOf(plan),
      tooLate: late[0]!.total,
      noCases: cases.length === 0,
      past,
      stamp: stampOf(settings, next, going),
    },
  };
}

async function nextPlan(person: Person, settings: ActiveSettings, now: Date, setAt: Date | null) {
  const next = await nextRunOf({ organizationId: person.organizationId, at: settings.at, setAt }, now);
  return { next, plan: await planOf(systemOf(person.organizationId), settings, next.day, now) };
}

const goingOf = (plan: Planned[]): AutoAnswerRow[] =>
  plan.flatMap(({ request, fate }) =>
    fate.goes
      ? [
          {
            id: request.id,
            requestNumber: request.requestNumber,
            address: [request.address, request.addressDetails].filter(Boolean).join(', '),
            responseDate: request.responseDate,
            reason: fate.reason,
          },
        ]
      : [],
  );

const stampOf = (settings: AutoAnswerSettings, next: NextRun, going: AutoAnswerRow[]): string =>
  createHash('sha256')
    .update(
      [JSON.stringify(autoAnswerSchema.parse(settings)), next.day, ...going.map(({ id }) => id).sort()].join('\n'),
    )
    .digest('base64url');

/**
 * Saves the settings. Switching on or changing what goes needs the list that was seen: as soon as another request would go or
 * one would not, it refuses with `stale`, for nobody said yes to that. Refuses to switch on without «Идентификатор исполнителя».
 */
export async function saveAutoAnswer(
  person: Person,
  input: z.output<typeof saveAutoAnswerSchema>,
  now = new Date(),
): Promise<Result> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const { stamp, ...settings } = input;
  if (isActive(settings)) {
    const { executorGuid } = await autoAnswerRule(db, person.organizationId);
    if (!executorGuid)
      return invalid('Проверьте отмеченные поля.', {
        which:
          'Сначала укажите «Идентификатор исполнителя» на\u00a0вкладке «Связь с\u00a0ГИС\u00a0ЖКХ»: ответы уйдут от\u00a0его имени.',
      });
    const { next, plan } = await nextPlan(person, settings, now, now);
    if (stampOf(settings, next, goingOf(plan)) !== stamp)
      return {
        ok: false,
        reason: 'stale',
        message: 'Список запросов изменился, пока вы\u00a0его смотрели. Посмотрите ещё раз.',
      };
  }
  await db.transaction(async (tx) => {
    // a run that waits or goes on ends with the setting that it was for
    if (!isActive(settings)) await stopRuns(tx, person.organizationId, now);
    await tx
      .update(organizations)
      .set({
        autoAnswer: settings.which,
        autoAnswerDays: settings.days,
        autoAnswerWorkingDays: settings.workingDays,
        autoAnswerAt: settings.at,
        autoAnswerComment: settings.comment,
        autoAnswerSetBy: person.userId,
        autoAnswerSetAt: now,
      })
      .where(eq(organizations.id, person.organizationId));
  });
  return { ok: true };
}

/** How far «за последний месяц» looks. */
const MONTH_DAYS = 30;
const PAST_LIMIT = 10_000;

/**
 * What the settings would have done with the terms of the last 30 days: a request would have gone on the first run that
 * reached it after it came, had nobody touched it before. The court cases are those of now.
 */
async function lookBack(person: Person, settings: ActiveSettings, now: Date): Promise<AutoAnswerPreview['past']> {
  const today = moscowToday(now);
  const additions = await calendarOf(db, person.organizationId);
  const rows = await db
    .select({
      request: debtRequests,
      stoppedAt: sql<string | null>`(select min(e.at) from request_events e where e.request_id = debt_requests.id
        and (e.action = any(array['withdrawn', 'hold']) or e.action <> all(${UNTOUCHING_SQL}))
        and coalesce(e.data ->> 'automatic', '') <> 'true')`,
      automatic: sql<boolean>`exists (select from request_events e where e.request_id = debt_requests.id
        and e.action = 'send' and e.data ->> 'automatic' = 'true')`,
    })
    .from(debtRequests)
    .where(
      and(
        eq(debtRequests.organizationId, person.organizationId),
        gte(debtRequests.responseDate, addDays(today, -MONTH_DAYS)),
        lt(debtRequests.responseDate, today),
      ),
    )
    .orderBy(desc(debtRequests.responseDate))
    .limit(PAST_LIMIT);
  const reach = new Map<string, string>();
  const lastTerm = (day: string) => {
    const known = reach.get(day) ?? lastTermOn(day, settings, additions);
    reach.set(day, known);
    return known;
  };
  const reached = rows.filter(({ request, stoppedAt, automatic }) => {
    const moment = firstRun(request.receivedAt, request.responseDate, settings.at, lastTerm);
    return moment !== null && (automatic || stoppedAt === null || new Date(stoppedAt) > moment);
  });
  const verdicts = await verdictsOf(
    db,
    person.organizationId,
    reached.map(({ request }) => request),
    now,
  );
  const would = reached.filter(({ request }) => fateByCases(verdicts.get(request.id)!, settings.which).goes);
  return {
    total: rows.length,
    would: would.length,
    wrong: would.filter(({ request }) => request.hasDebt || request.gisAnswer?.hasDebt).length,
  };
}

/** The first run after the request came that reaches its term; null when none did before the term ended. */
function firstRun(receivedAt: Date, term: string, at: string, lastTerm: (day: string) => string): Date | null {
  for (let day = moscowToday(receivedAt); day <= term; day = addDays(day, 1)) {
    const moment = moscowMoment(day, at);
    if (moment > receivedAt && lastTerm(day) >= term) return moment;
  }
  return null;
}
