import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { insertMany } from '@/db/many';
import { answerTrails, courtCases } from '@/db/schema/court-cases';
import { debtRequests } from '@/db/schema/debt-requests';
import type { Person } from '@/lib/auth/actor';
import { moscowToday } from '@/lib/calendar/moscow';
import { copyCaseFiles } from '@/lib/court-cases/case-files';
import { tellOfEndedCases } from '@/lib/court-cases/cases';
import type { Trail } from '@/lib/court-cases/debt-rule';
import type { Debtor } from '@/lib/court-cases/debtors';
import { invalid, type Refusal } from '@/lib/errors';
import { membersWith, notifyCount } from '@/lib/notifications/notify';
import { fillSettings } from '@/lib/staff/fill-settings';
import { bareNo, type Moved, missingIn, requestVersionSchema, step, untouched, writeAnswer } from './answer';
import type { Answer } from './answer-schema';
import {
  type DebtRequest,
  lockRequests,
  refusalOf,
  relationsOf,
  tellOf,
  transition,
  transitionAll,
  visibleTo,
} from './transition';
import { type Verdict, verdictsOf } from './verdict';
import { allowed, type Status } from './workflow';

/**
 * «Заполнить ответ»: what the court cases of the matched accounts say, with the reason kept for ever. What they do not say
 * for certain is left to a person, and an automatic «Да» waits for the debt clerk.
 */

const HAS_ANSWER = 'Ответ уже есть: заполненное не\u00a0трогаем.';

/** What filling would make of each of these requests, for the preview of mass work; «Да» and «Нет», or why not. */
export async function fillPreview(
  person: Person,
  action: 'fill' | 'fillNo',
  requests: DebtRequest[],
  now: Date,
): Promise<Map<string, { hasDebt: boolean } | { reason: string }>> {
  const verdicts = await verdictsOf(db, person.organizationId, requests, now);
  return new Map(
    requests.map((request) => {
      const verdict = verdicts.get(request.id)!;
      if (request.answerSavedAt) return [request.id, { reason: HAS_ANSWER }];
      if (action === 'fillNo') {
        const owes = verdict.ok && verdict.trail.verdict === 'yes';
        return [request.id, owes ? { reason: 'По\u00a0судебным делам долг есть.' } : { hasDebt: false }];
      }
      if (!verdict.ok) return [request.id, { reason: verdict.reason }];
      // the exact doubt stands on the card and in the report; here alike ones are counted together
      return [
        request.id,
        verdict.trail.verdict === 'unclear'
          ? { reason: 'Решает человек: данных для уверенного ответа нет.' }
          : { hasDebt: verdict.trail.verdict === 'yes' },
      ];
    }),
  );
}

export const fillSchema = requestVersionSchema.extend({
  /** What stands there already may go; without it an answer that somebody saved is never touched. */
  replace: z.boolean().default(false),
});

/**
 * «Заполнить ответ» of one request by its court cases. Refuses what is not matched, what the rule leaves to a person (its
 * reason is the message) and, without `replace`, an answer that is there. «Готов к отправке» for those who may say so.
 */
export const fillAnswer = (
  person: Person,
  input: z.output<typeof fillSchema>,
  now = new Date(),
  mark: Record<string, unknown> = {},
): Promise<Moved> => fillOne(person, 'fill', input, now, mark);

/** «Заполнить ответ „Нет“»: chosen by a person, kept with what the cases say. Refuses where they say «Да» for certain. */
export const fillNo = (
  person: Person,
  input: z.output<typeof requestVersionSchema>,
  now = new Date(),
  mark: Record<string, unknown> = {},
): Promise<Moved> => fillOne(person, 'fillNo', { ...input, replace: false }, now, mark);

function fillOne(
  person: Person,
  action: 'fill' | 'fillNo',
  { id, version, replace }: z.output<typeof fillSchema>,
  now: Date,
  mark: Record<string, unknown>,
): Promise<Moved> {
  return step(person, id, async (tx, request) => {
    const refusal = refusalOf(person, request, { action, version, now });
    if (refusal) return refusal;
    if (request.answerSavedAt && !replace) return { ok: false, reason: 'notAllowed', message: HAS_ANSWER };
    const verdict = (await verdictsOf(tx, request.organizationId, [request], now)).get(request.id)!;
    const held = heldByCases(action, verdict);
    if (held) return held;
    return writeVerdict(tx, person, request, { action, trail: trailOf(verdict), version, now, mark });
  });
}

const trailOf = (verdict: Verdict): Trail | null => (verdict.ok ? verdict.trail : null);

/** Why the cases do not let an answer be filled in: the rule leaves it to a person, or they say «Да» where «Нет» is wanted. */
function heldByCases(action: 'fill' | 'fillNo', verdict: Verdict): Extract<Refusal, { message: string }> | null {
  const said = trailOf(verdict)?.verdict;
  const held = (message: string) => ({ ok: false, reason: 'notAllowed', message }) as const;
  if (action === 'fillNo')
    return said === 'yes' ? held('По\u00a0судебным делам долг есть. Откройте запрос и\u00a0проверьте.') : null;
  if (!verdict.ok) return held(verdict.reason);
  return said === 'unclear' ? held(verdict.trail.reason) : null;
}

/**
 * The plain part of filling many, all at once: a bare «отсутствует» for each of these requests that `fillAnswer` or `fillNo` would
 * give just that. Returns what became of those where nothing had begun: null = filled, or why the cases hold it, in words. Requests
 * that it does not return are for the verb itself. The history keeps the version that was filled, as of any mass work.
 */
export async function fillMany(
  tx: Tx,
  person: Person,
  action: 'fill' | 'fillNo',
  versions: Map<string, number>,
  now: Date,
): Promise<Map<string, string | null>> {
  const locked = await lockRequests(tx, person, [...versions.keys()]);
  const open = locked.filter(
    (request) => refusalOf(person, request, { action, version: versions.get(request.id)!, now }) === null,
  );
  const empty = await untouched(tx, open);
  const verdicts = await verdictsOf(tx, person.organizationId, empty, now);
  const trailFor = (request: DebtRequest) => trailOf(verdicts.get(request.id)!);
  const results = new Map<string, string | null>();
  const plain: DebtRequest[] = [];
  for (const request of empty) {
    const held = heldByCases(action, verdicts.get(request.id)!);
    if (!held && action === 'fill' && trailFor(request)!.verdict === 'yes') continue;
    results.set(request.id, held?.message ?? null);
    if (!held) plain.push(request);
  }
  const source = action === 'fill' ? ('autofill' as const) : ('person' as const);
  for (const [to, requests] of [
    ['ready', plain.filter((request) => mayMarkReady(person, request))],
    ['in_progress', plain.filter((request) => !mayMarkReady(person, request))],
  ] as const) {
    if (requests.length === 0) continue;
    const { set, changed, difference } = bareNo(person, requests[0]!, source);
    await transitionAll(
      tx,
      person,
      requests,
      { action, to, set: { ...set, verification: 'not_needed' }, data: { changed, difference, hasDebt: false }, now },
      (request) => ({ reason: trailFor(request)?.reason ?? null, bulkVersion: request.version }),
    );
  }
  const trails = plain.flatMap((request) => {
    const trail = trailFor(request);
    return trail ? [trailRow(person, request, trail)] : [];
  });
  if (trails.length > 0) await tx.execute(insertMany(answerTrails, trails));
  return results;
}

/** Whoever may say «Готов к отправке» has said it by filling. */
const mayMarkReady = (person: Person, request: DebtRequest): boolean =>
  allowed('markReady', request.status as Status, relationsOf(person, request));

interface Writing {
  action: 'fill' | 'fillNo';
  trail: Trail | null;
  version: number;
  now: Date;
  mark: Record<string, unknown>;
}

async function writeVerdict(
  tx: Tx,
  person: Person,
  request: DebtRequest,
  { action, trail, version, now, mark }: Writing,
): Promise<{ ok: true; request: DebtRequest } | Refusal> {
  const hasDebt = action === 'fill' && trail!.verdict === 'yes';
  const proven = hasDebt
    ? trail!.accounts.flatMap((account) => account.cases).filter(({ verdict }) => verdict === 'yes')
    : [];
  const answer = {
    ...answerOf(hasDebt, hasDebt ? trail!.debtors : []),
    files: (
      await copyCaseFiles(
        tx,
        person,
        request,
        proven.map(({ caseId }) => caseId),
      )
    ).map((id) => ({ id })),
  };
  const missing = await missingIn(tx, request.organizationId, answer);
  if (missing)
    return {
      ok: false,
      reason: 'notAllowed',
      message: 'В\u00a0деле не\u00a0хватает сведений о\u00a0должнике: дополните дело или заполните ответ вручную.',
    };
  const source = action === 'fill' ? ('autofill' as const) : ('person' as const);
  const saved = await writeAnswer(tx, person, request, answer, source);
  if (!saved.ok) return saved;
  const { verifyYes } = await fillSettings(tx, request.organizationId);
  const moved = await transition(tx, person, request, {
    action,
    version,
    to: mayMarkReady(person, request) ? 'ready' : 'in_progress',
    set: { ...saved.set, verification: hasDebt && verifyYes ? 'required' : 'not_needed' },
    data: { changed: saved.changed, difference: saved.difference, hasDebt, reason: trail?.reason ?? null, ...mark },
    now,
  });
  if (moved.ok && trail) await keepTrail(tx, person, moved.request, trail);
  if (moved.ok && moved.request.verification === 'required') await tellClerks(tx, person, now);
  return moved;
}

/** How many «Да» have come for the debt clerks today. */
async function tellClerks(tx: Tx, person: Person, now: Date): Promise<void> {
  const clerks = await membersWith(tx, person.organizationId, 'debt_clerk');
  await notifyCount(
    tx,
    clerks
      .filter((userId) => userId !== person.userId)
      .map((userId) => ({
        organizationId: person.organizationId,
        userId,
        kind: 'toVerify' as const,
        href: '/court-cases/verification',
        once: `verify ${moscowToday(now)}`,
        count: 1,
      })),
  );
}

const trailRow = (person: Person, request: DebtRequest, trail: Trail) => ({
  organizationId: request.organizationId,
  requestId: request.id,
  actorId: person.userId,
  hasDebt: trail.verdict,
  trail,
});

const keepTrail = (tx: Tx, person: Person, request: DebtRequest, trail: Trail) =>
  tx.insert(answerTrails).values(trailRow(person, request, trail));

const answerOf = (hasDebt: boolean | null, people: Debtor[]): Answer => ({
  hasDebt,
  description: '',
  files: [],
  debtors: people.map((one) => ({
    lastName: one.lastName,
    firstName: one.firstName,
    middleName: one.middleName ?? '',
    snils: one.snils ?? '',
    // a kind without a number, or the reverse, would refuse the answer and says nothing
    ...(one.documentTypeCode && one.documentNumber
      ? {
          documentTypeCode: one.documentTypeCode,
          documentSeries: one.documentSeries ?? '',
          documentNumber: one.documentNumber,
        }
      : { documentTypeCode: '', documentSeries: '', documentNumber: '' }),
    files: [],
  })),
});

// --- the debt clerk's word

/** «Подтверждаю»: the debt of an automatic «Да» is there; the answer may go. */
export function confirmDebt(person: Person, input: z.output<typeof requestVersionSchema>): Promise<Moved> {
  return step(person, input.id, (tx, request) =>
    transition(tx, person, request, {
      action: 'confirmDebt',
      version: input.version,
      to: request.status as Status,
      set: { verification: 'confirmed' },
    }),
  );
}

export const rejectSchema = requestVersionSchema.extend({
  /** «Погашена» or «Отменён судебный приказ». */
  cause: z.enum(['paid', 'cancelled']),
  /** 'YYYY-MM-DD', not later than today. */
  on: z.iso.date('Введите дату.'),
});

/**
 * The debt is paid, or the order cancelled: written into every case that the «Да» stood on; the answer becomes what the
 * cases say now, «Нет» or, where they leave a doubt, none; and the request goes back to whoever answers for it.
 */
export function rejectDebt(person: Person, input: z.output<typeof rejectSchema>, now = new Date()): Promise<Moved> {
  return step(person, input.id, async (tx, request) => {
    const refusal = refusalOf(person, request, { action: 'rejectDebt', version: input.version, now });
    if (refusal) return refusal;
    if (input.on > moscowToday(now))
      return invalid('Проверьте отмеченные поля.', { on: 'Эта дата ещё не\u00a0наступила.' });
    const last = await lastTrail(tx, request.id);
    const caseIds = (last?.trail.accounts ?? []).flatMap((account) =>
      account.cases.filter(({ verdict }) => verdict === 'yes').map(({ caseId }) => caseId),
    );
    if (caseIds.length > 0) {
      await tx
        .update(courtCases)
        .set({
          ...(input.cause === 'paid' ? { paidOn: input.on } : { cancelledOn: input.on }),
          version: sql`${courtCases.version} + 1`,
          updatedAt: now,
        })
        .where(and(inArray(courtCases.id, caseIds), eq(courtCases.organizationId, request.organizationId)));
      await tellOfEndedCases(tx, request.organizationId, caseIds);
    }
    const verdict = (await verdictsOf(tx, request.organizationId, [request], now)).get(request.id)!;
    const sure = verdict.ok && verdict.trail.verdict === 'no';
    const saved = await writeAnswer(tx, person, request, answerOf(sure ? false : null, []), 'autofill');
    if (!saved.ok) return saved;
    const moved = await transition(tx, person, request, {
      action: 'rejectDebt',
      version: input.version,
      set: { ...saved.set, verification: 'rejected', ...(sure ? {} : { answerSource: null, answerSavedAt: null }) },
      data: { cause: input.cause, on: input.on, changed: saved.changed, difference: saved.difference },
      now,
    });
    if (!moved.ok) return moved;
    if (verdict.ok) await keepTrail(tx, person, moved.request, verdict.trail);
    await tellOf(tx, 'debtRejected', person, [moved.request]);
    return moved;
  });
}

// --- reading

export interface KeptTrail {
  at: Date;
  trail: Trail;
}

async function lastTrail(tx: Pick<Tx, 'select'>, requestId: string): Promise<KeptTrail | null> {
  const [row] = await tx
    .select({ at: answerTrails.at, trail: answerTrails.trail })
    .from(answerTrails)
    .where(eq(answerTrails.requestId, requestId))
    .orderBy(desc(answerTrails.id))
    .limit(1);
  return row ? { at: row.at, trail: row.trail as Trail } : null;
}

export interface Explanation {
  /** What the cases say now. */
  now: Verdict;
  /** What they said when the answer was filled in, if it was. */
  kept: KeptTrail | null;
}

/** Why the answer is, or would be, what it is. The caller has seen that the person sees the request. */
export async function explainAnswer(person: Person, request: DebtRequest, now = new Date()): Promise<Explanation> {
  const [verdicts, kept] = await Promise.all([
    verdictsOf(db, person.organizationId, [request], now),
    lastTrail(db, request.id),
  ]);
  return { now: verdicts.get(request.id)!, kept };
}

export interface KnownPerson extends Debtor {
  /** respondent = «ответчик»; owner, resident, payer as of the account. */
  kind: 'respondent' | 'owner' | 'resident' | 'payer';
}

/**
 * People whom a debtor may be picked from by hand (1С lines 1237–1254): respondents of the cases, then owners, residents and
 * payers of the accounts of the request, each once. The caller has seen that the person sees the request.
 */
export async function peopleOf(requestId: string): Promise<KnownPerson[]> {
  const rows = await db.execute<Record<string, string | null>>(sql`
    select * from (
      select 'respondent' as kind, 0 as rank, p.last_name, p.first_name, p.middle_name, p.birth_date::text, p.snils,
        p.document_type_code, p.document_series, p.document_number
      from debt_request_accounts a join court_cases c on c.account_id = a.account_id join respondents p on p.case_id = c.id
      where a.request_id = ${requestId} and p.last_name is not null
      union all
      select p.kind, array_position(array['owner', 'payer', 'resident'], p.kind), p.last_name, p.first_name, p.middle_name,
        p.birth_date::text, p.snils, p.document_type_code, p.document_series, p.document_number
      from debt_request_accounts a join account_people p on p.account_id = a.account_id
      where a.request_id = ${requestId} and p.last_name is not null) people
    order by rank, last_name, first_name, snils nulls last
    limit 200`);
  const known = new Map<string, KnownPerson>();
  for (const row of rows) {
    const one: KnownPerson = {
      kind: row.kind as KnownPerson['kind'],
      lastName: row.last_name!,
      firstName: row.first_name ?? '',
      middleName: row.middle_name ?? null,
      birthDate: row.birth_date ?? null,
      snils: row.snils ?? null,
      documentTypeCode: row.document_type_code ?? null,
      documentSeries: row.document_series ?? null,
      documentNumber: row.document_number ?? null,
    };
    const key = [one.lastName, one.firstName, one.middleName, one.snils].join('|').toLowerCase();
    if (!known.has(key)) known.set(key, one);
  }
  return [...known.values()];
}

export interface ToVerify {
  id: string;
  version: number;
  requestNumber: string;
  responseDate: string;
  address: string;
  addressDetails: string | null;
  kept: KeptTrail | null;
}

/** Automatic «Да» that wait for the debt clerk, by the term; empty for who may not say anything about them. */
export async function listToVerify(person: Person): Promise<ToVerify[]> {
  const rows = await db
    .select()
    .from(debtRequests)
    .where(and(visibleTo(person), eq(debtRequests.verification, 'required'), sql`${debtRequests.status} <> 'expired'`))
    .orderBy(asc(debtRequests.responseDate), asc(debtRequests.requestNumber))
    .limit(200);
  const open = rows.filter((request) => refusalOf(person, request, { action: 'confirmDebt' }) === null);
  return Promise.all(
    open.map(async ({ id, version, requestNumber, responseDate, address, addressDetails }) => ({
      id,
      version,
      requestNumber,
      responseDate,
      address,
      addressDetails,
      kept: await lastTrail(db, id),
    })),
  );
}
