import { and, asc, eq, getTableColumns, gte, inArray, lte, sql } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import { organizations } from '@/db/schema/staff';
import type { Actor } from '@/lib/auth/actor';
import { addDays } from '@/lib/calendar/moscow';
import { type CalendarAdditions, workingDaysLeft } from '@/lib/calendar/working-days';
import type { Trail } from '@/lib/court-cases/debt-rule';
import { calendarOf } from '@/lib/staff/calendar';
import { type ActiveSettings, type AutoAnswerSettings, isActive, type Which } from './autoanswer-schema';
import { type DebtRequest, visibleTo } from './transition';
import { isDoubtful, type Verdict, verdictsOf } from './verdict';
import { OPEN, type Status } from './workflow';

/**
 * Which requests the automatic answer would answer «отсутствует» on a day, and why not the others. Read only: the pages show
 * it, and the run (`autoanswer.ts`) asks it once more for each request under its lock.
 */

/** Settings of an organization, who chose them and when, and in whose name the answers go (drs:executorGUID). */
export interface AutoAnswerRule extends AutoAnswerSettings {
  organizationId: string;
  executorGuid: string | null;
  setBy: string | null;
  setAt: Date | null;
}

const RULE_COLUMNS = {
  organizationId: organizations.id,
  which: sql<Which>`${organizations.autoAnswer}`,
  days: organizations.autoAnswerDays,
  workingDays: organizations.autoAnswerWorkingDays,
  at: organizations.autoAnswerAt,
  comment: organizations.autoAnswerComment,
  executorGuid: organizations.executorGuid,
  setBy: organizations.autoAnswerSetBy,
  setAt: organizations.autoAnswerSetAt,
};

export async function autoAnswerRule(tx: Pick<Tx, 'select'>, organizationId: string): Promise<AutoAnswerRule> {
  const [row] = await tx.select(RULE_COLUMNS).from(organizations).where(eq(organizations.id, organizationId));
  return row!;
}

/** A rule that is switched on. */
export type ActiveRule = AutoAnswerRule & ActiveSettings;

/** The rule of the organization; null while it is off. */
export async function activeRule(tx: Pick<Tx, 'select'>, organizationId: string): Promise<ActiveRule | null> {
  const rule = await autoAnswerRule(tx, organizationId);
  return isActive(rule) ? rule : null;
}

type Days = Pick<AutoAnswerSettings, 'days' | 'workingDays'>;

/** The last term ('YYYY-MM-DD') that a run of this day still reaches: no more days than set are left of it. */
export function lastTermOn(day: string, { days, workingDays }: Days, additions: CalendarAdditions = {}): string {
  if (!workingDays) return addDays(day, days);
  let term = day;
  // days off after the last one counted take no day away
  while (workingDaysLeft(day, addDays(term, 1), additions) <= days) term = addDays(term, 1);
  return term;
}

/**
 * Steps of the history that say nothing of the answer. Everything else, also a step that this version does not know, means
 * that somebody was at it: such a request is never answered by itself.
 */
const UNTOUCHING = [
  'received',
  'refreshed',
  'matched',
  'reassigned',
  'take',
  'takeBack',
  'delegate',
  'hold',
  'release',
  'expire',
  'deadlineMoved',
  'withdrawn',
  'reappeared',
];

export const UNTOUCHING_SQL = sql.raw(`array['${UNTOUCHING.join("','")}']`);

/**
 * Has anybody touched the answer of a request of the outer query, here or on the portal, or is a mass work or a loaded file of
 * somebody about to?
 */
const TOUCHED = sql<boolean>`(exists (select from request_events e where e.request_id = debt_requests.id
    and e.action <> all(${UNTOUCHING_SQL}))
  or exists (select from exchange_items i where i.request_id = debt_requests.id)
  or exists (select from files f where f.request_id = debt_requests.id)
  or exists (select from debtors d where d.request_id = debt_requests.id)
  or exists (select from bulk_items b where b.request_id = debt_requests.id and b.state = 'waiting')
  or exists (select from answer_file_rows r join answer_files u on u.id = r.file_id
    where r.request_id = debt_requests.id and r.state = 'waiting' and u.state in ('checked', 'applying')))`;

/** What becomes of a request on the day: it is answered, and by what reason; or it is left, and why. */
export type Fate = { goes: true; reason: string; trail: Trail | null } | { goes: false; held: boolean; reason: string };

const left = (reason: string, held = false): Fate => ({ goes: false, held, reason });

/** `touched` as the query above says; `verdict` of this moment. Who is responsible or works on it plays no part. */
function fateOf(request: DebtRequest & { touched: boolean }, verdict: Verdict, which: ActiveSettings['which']): Fate {
  const status = request.status as Status;
  if (request.heldBy) return left('решено не\u00a0отправлять автоматически', true);
  if (status === 'prepared') return left('подготовлен исполнителем');
  if (status === 'ready') return left('готов к\u00a0отправке');
  if (status === 'rework') return left('на\u00a0доработке');
  if (status === 'send_failed') return left('портал не\u00a0принял ответ');
  if (status !== 'new' && status !== 'in_progress') return left('уже не\u00a0ждёт ответа');
  const begun =
    request.hasDebt !== null ||
    request.description !== null ||
    request.answerSavedAt !== null ||
    request.answerSource !== null ||
    request.verification !== 'not_needed' ||
    request.documentsPromised;
  if (begun || request.touched) return left('ответ уже готовили');
  if (request.gisResponseStatus !== 'NotSent') return left('на\u00a0портале уже есть ответ');
  return fateByCases(verdict, which);
}

/** What the court cases let go: «нет долга» for certain; with «все» also what they say nothing about. */
export function fateByCases(verdict: Verdict, which: ActiveSettings['which']): Fate {
  if (!verdict.ok) {
    return which === 'all'
      ? { goes: true, reason: 'Не\u00a0сопоставлен с\u00a0помещением: судебные дела не\u00a0проверены.', trail: null }
      : left('не\u00a0сопоставлен с\u00a0помещением');
  }
  const { trail } = verdict;
  if (trail.verdict === 'yes') return left('по\u00a0судебным делам долг есть');
  return trail.verdict === 'no' || (which === 'all' && !isDoubtful(trail))
    ? { goes: true, reason: trail.reason, trail }
    : left('решает человек: данных для уверенного ответа нет');
}

/** What becomes of one request on a day, as things stand now; null when the day's run does not reach its term. */
export async function reachedFate(
  tx: Pick<Tx, 'select'>,
  request: DebtRequest,
  rule: ActiveRule,
  day: string,
  now: Date,
): Promise<Fate | null> {
  const { organizationId, responseDate } = request;
  if (responseDate < day || responseDate > lastTermOn(day, rule, await calendarOf(tx, organizationId))) return null;
  const [row] = await tx.select({ touched: TOUCHED }).from(debtRequests).where(eq(debtRequests.id, request.id));
  const verdict = (await verdictsOf(tx, organizationId, [request], now)).get(request.id)!;
  return fateOf({ ...request, touched: row!.touched }, verdict, rule.which);
}

export interface Planned {
  request: DebtRequest;
  fate: Fate;
}

/**
 * Every open request that the actor sees and that a run of `day` reaches, by term, with what would become of it under these
 * settings as things stand now.
 */
export async function planOf(
  actor: Actor,
  settings: Pick<ActiveSettings, 'which' | 'days' | 'workingDays'>,
  day: string,
  now: Date,
): Promise<Planned[]> {
  const additions = await calendarOf(db, actor.organizationId);
  const requests = await db
    .select({ ...getTableColumns(debtRequests), touched: TOUCHED })
    .from(debtRequests)
    .where(
      and(
        visibleTo(actor),
        inArray(debtRequests.status, [...OPEN]),
        gte(debtRequests.responseDate, day),
        lte(debtRequests.responseDate, lastTermOn(day, settings, additions)),
      ),
    )
    .orderBy(asc(debtRequests.responseDate), asc(debtRequests.requestNumber), asc(debtRequests.id));
  const verdicts = await verdictsOf(db, actor.organizationId, requests, now);
  return requests.map((request) => ({ request, fate: fateOf(request, verdicts.get(request.id)!, settings.which) }));
}

/** What a plan leaves to people: how many by each reason, the most first. */
export function leftOf(plan: Planned[]): { reason: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { fate } of plan) if (!fate.goes) counts.set(fate.reason, (counts.get(fate.reason) ?? 0) + 1);
  return [...counts].map(([reason, n]) => ({ reason, count: n })).sort((a, b) => b.count - a.count);
}

/** The settings in one sentence, without «when»: what goes, and what is left of the term then. */
export function ruleInWords({ which, days, workingDays, at }: AutoAnswerSettings): string {
  if (which === 'off') return 'Автоответ выключен: без человека не\u00a0уходит ничего.';
  const what =
    which === 'all'
      ? 'все запросы без ответа, кроме тех, где в\u00a0судебных делах есть долг или сомнение'
      : 'сопоставленные запросы, по\u00a0которым судебной задолженности нет';
  const kind = workingDays ? 'рабочих' : 'календарных';
  const when =
    days === 0
      ? `в\u00a0последний ${workingDays ? 'рабочий ' : ''}день срока`
      : days === 1
        ? `когда до\u00a0конца срока остался 1\u00a0${workingDays ? 'рабочий' : 'календарный'} день или меньше`
        : `когда до\u00a0конца срока осталось ${days}\u00a0${kind} дня или меньше`;
  return `Каждый день в\u00a0${at} по\u00a0Москве ответ «отсутствует» получат ${what}: ${when}.`;
}
