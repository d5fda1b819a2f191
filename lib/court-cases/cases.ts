import { and, asc, count, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { casePayments, courtCases, respondents } from '@/db/schema/court-cases';
import { nsiItems } from '@/db/schema/debt-requests';
import { accountPeople, accounts } from '@/db/schema/houses';
import { accountsVisibleTo } from '@/lib/accounts/accounts';
import { recordAccess } from '@/lib/auth/access-log';
import { hasRole, type Person } from '@/lib/auth/actor';
import { moscowToday } from '@/lib/calendar/moscow';
import { NSI_IDENTITY_DOCUMENTS } from '@/lib/debt-requests/card';
import { searchText, searchWords } from '@/lib/debt-requests/registry';
import { UUID } from '@/lib/debt-requests/registry-query';
import { invalid, notFound, type Refusal, type Result } from '@/lib/errors';
import { notify } from '@/lib/notifications/notify';
import { shownPage } from '@/lib/paging';
import { refusable } from '@/lib/refusable';
import type { CaseForm, paymentSchema } from './case-schema';

/** «Судебная задолженность»: court cases of accounts. Everybody who sees an account reads them; the debt clerks and admins keep them. */

const KEEPERS_ONLY: Refusal = {
  ok: false,
  reason: 'forbidden',
  message: 'Судебную задолженность ведёт служба работы с\u00a0должниками.',
};
const STALE: Refusal = {
  ok: false,
  reason: 'stale',
  message: 'Дело изменили, пока страница была открыта. Обновите её и\u00a0повторите.',
};

export const mayKeepCases = (person: Person): boolean => hasRole(person, 'debt_clerk', 'admin');

export type CourtCase = typeof courtCases.$inferSelect;

export interface CaseRow
  extends Pick<
    CourtCase,
    | 'id'
    | 'kind'
    | 'number'
    | 'filedOn'
    | 'decision'
    | 'awarded'
    | 'collected'
    | 'cancelledOn'
    | 'paidOn'
    | 'effectiveOn'
  > {
  accountId: string;
  accountNumber: string;
  /** «Кравцов А. О., ООО „Ромашка“» */
  respondents: string;
}

/** Kinds of identity documents as the portal names them (НСИ 95), by name; empty until the dictionary has been loaded. */
export async function identityDocuments(tx: Pick<Tx, 'select'> = db): Promise<{ code: string; name: string }[]> {
  return tx
    .select({ code: nsiItems.code, name: nsiItems.name })
    .from(nsiItems)
    .where(and(eq(nsiItems.registryNumber, NSI_IDENTITY_DOCUMENTS), eq(nsiItems.isActual, true)))
    .orderBy(asc(nsiItems.name));
}

/** What a list of cases is narrowed to; open = something may still be owed by it. */
export const CASE_STATES = { open: 'С\u00a0остатком', noDecision: 'Без решения', ended: 'Завершённые' } as const;
export type CaseState = keyof typeof CASE_STATES;

const ENDED = sql`(court_cases.paid_on is not null or court_cases.cancelled_on is not null or court_cases.decision = 'refused'
  or court_cases.enforcement_result = 'collected' or court_cases.collected >= court_cases.awarded)`;

export const CASES_PAGE = 100;

/** A page of cases, the newest first. Every word searched for stands in the number, the account's number or a respondent's name. */
export async function listCases(
  person: Person,
  query: { search: string | null; state: CaseState | null; page: number },
): Promise<{ rows: CaseRow[]; total: number; page: number; text: string }> {
  const text = await searchText(person, query.search);
  const state: Record<CaseState, SQL> = {
    open: sql`court_cases.decision is not null and not coalesce(${ENDED}, false)`,
    noDecision: sql`court_cases.decision is null and not coalesce(${ENDED}, false)`,
    ended: ENDED,
  };
  const where = and(
    eq(courtCases.organizationId, person.organizationId),
    accountsVisibleTo(person),
    query.state ? state[query.state] : undefined,
    ...searchWords(text).map(
      ({
        anywhere,
      }) => sql`(court_cases.number ilike ${anywhere} or accounts.number ilike ${anywhere} or court_cases.act_number ilike ${anywhere}
          or exists (select from respondents r where r.case_id = court_cases.id
            and (r.last_name ilike ${anywhere} or r.first_name ilike ${anywhere} or r.organization_name ilike ${anywhere})))`,
    ),
  );
  const [totals] = await db
    .select({ total: count() })
    .from(courtCases)
    .innerJoin(accounts, eq(accounts.id, courtCases.accountId))
    .where(where);
  const page = shownPage(query.page, totals!.total, CASES_PAGE);
  const rows = await db
    .select({
      id: courtCases.id,
      kind: courtCases.kind,
      number: courtCases.number,
      filedOn: courtCases.filedOn,
      decision: courtCases.decision,
      awarded: courtCases.awarded,
      collected: courtCases.collected,
      cancelledOn: courtCases.cancelledOn,
      paidOn: courtCases.paidOn,
      effectiveOn: courtCases.effectiveOn,
      accountId: accounts.id,
      accountNumber: accounts.number,
      respondents: sql<string>`coalesce((select string_agg(coalesce(r.organization_name,
          concat_ws(' ', r.last_name, left(r.first_name, 1) || '.', left(r.middle_name, 1) || '.')), ', ' order by r.position)
        from respondents r where r.case_id = court_cases.id), '')`,
    })
    .from(courtCases)
    .innerJoin(accounts, eq(accounts.id, courtCases.accountId))
    .where(where)
    .orderBy(desc(courtCases.filedOn), asc(courtCases.number), asc(courtCases.id))
    .limit(CASES_PAGE)
    .offset((page - 1) * CASES_PAGE);
  return { rows, total: totals!.total, page, text };
}

export interface CaseCard {
  one: CourtCase;
  account: { id: string; number: string };
  respondents: (typeof respondents.$inferSelect)[];
  payments: (typeof casePayments.$inferSelect)[];
}

/** A case with its respondents and payments; null = absent, foreign or of another division. Leaves a line in the access log. */
export async function getCase(person: Person, id: string): Promise<CaseCard | null> {
  if (!UUID.test(id)) return null;
  const [row] = await db
    .select({ one: courtCases, account: { id: accounts.id, number: accounts.number } })
    .from(courtCases)
    .innerJoin(accounts, eq(accounts.id, courtCases.accountId))
    .where(and(eq(courtCases.id, id), accountsVisibleTo(person)));
  if (!row) return null;
  const [people, payments] = await Promise.all([
    db.select().from(respondents).where(eq(respondents.caseId, id)).orderBy(asc(respondents.position)),
    db
      .select()
      .from(casePayments)
      .where(eq(casePayments.caseId, id))
      .orderBy(desc(casePayments.paidOn), desc(casePayments.createdAt)),
  ]);
  await recordAccess(person, 'openCourtCase', { subject: `дело ${id}` });
  return { ...row, respondents: people, payments };
}

/** The account of a new case with the people whom a respondent may be taken from; null as in `getCase`. */
export async function accountForCase(
  person: Person,
  accountId: string,
): Promise<{ id: string; number: string; people: (typeof accountPeople.$inferSelect)[] } | null> {
  if (!UUID.test(accountId)) return null;
  const [account] = await db
    .select({ id: accounts.id, number: accounts.number })
    .from(accounts)
    .where(and(eq(accounts.id, accountId), accountsVisibleTo(person)));
  if (!account) return null;
  const people = await db
    .select()
    .from(accountPeople)
    .where(eq(accountPeople.accountId, accountId))
    .orderBy(asc(accountPeople.lastName));
  return { ...account, people };
}

/**
 * Adds a case or changes one, with all its respondents. Refuses a second case of the account with the same kind and number,
 * and a version that was overtaken. A case by which nothing is owed any more tells whoever has answered «Да» by it.
 */
export async function saveCase(person: Person, input: CaseForm): Promise<Result<{ id: string; version: number }>> {
  if (!mayKeepCases(person)) return KEEPERS_ONLY;
  const today = moscowToday();
  return refusable(async (tx) => {
    const [account] = await tx
      .select({ id: accounts.id })
      .from(accounts)
      .where(and(eq(accounts.id, input.accountId), accountsVisibleTo(person)))
      .for('no key update');
    if (!account) return notFound;
    const [same] = await tx
      .select({ id: courtCases.id })
      .from(courtCases)
      .where(
        and(
          eq(courtCases.accountId, account.id),
          eq(courtCases.kind, input.columns.kind),
          eq(courtCases.number, input.columns.number),
          input.id ? sql`${courtCases.id} <> ${input.id}` : undefined,
        ),
      );
    if (same)
      return invalid('Проверьте отмеченные поля.', { 'columns.number': 'У\u00a0этого счёта такое дело уже есть.' });
    for (const column of ['cancelledOn', 'paidOn'] as const)
      if ((input.columns[column] ?? '') > today)
        return invalid('Проверьте отмеченные поля.', { [`columns.${column}`]: 'Эта дата ещё не\u00a0наступила.' });
    const documents = await identityDocuments(tx);
    const unknown = input.respondents.findIndex(
      ({ documentTypeCode: code }) => code !== null && !documents.some((known) => known.code === code),
    );
    if (unknown >= 0)
      return invalid('Проверьте отмеченные поля.', {
        [`respondents.${unknown}.documentTypeCode`]: 'Такого вида документа нет в\u00a0справочнике портала.',
      });
    const set = { ...input.columns, liability: input.liability, updatedAt: new Date() };
    const [saved] = input.id
      ? await tx
          .update(courtCases)
          .set({ ...set, version: sql`${courtCases.version} + 1` })
          .where(
            and(
              eq(courtCases.id, input.id),
              eq(courtCases.accountId, account.id),
              eq(courtCases.organizationId, person.organizationId),
              eq(courtCases.version, input.version),
            ),
          )
          .returning()
      : await tx
          .insert(courtCases)
          .values({ ...set, organizationId: person.organizationId, accountId: account.id, createdBy: person.userId })
          .returning();
    if (!saved) {
      const [there] = await tx
        .select({ id: courtCases.id })
        .from(courtCases)
        .where(and(eq(courtCases.id, input.id!), eq(courtCases.accountId, account.id)));
      return there ? STALE : notFound;
    }
    await tx.delete(respondents).where(eq(respondents.caseId, saved.id));
    if (input.respondents.length > 0)
      await tx.insert(respondents).values(
        input.respondents.map((one, position) => ({
          ...one,
          share: input.liability === 'shares' ? one.share : null,
          organizationId: person.organizationId,
          caseId: saved.id,
          position,
        })),
      );
    await tellOfEndedCases(tx, person.organizationId, [saved.id]);
    return { ok: true, id: saved.id, version: saved.version } as const;
  });
}

/** «Внести платёж»: the remainder shrinks by it. Refuses a day to come and more than is left. */
export async function addPayment(
  person: Person,
  input: z.output<typeof paymentSchema>,
): Promise<Result<{ version: number }>> {
  if (!mayKeepCases(person)) return KEEPERS_ONLY;
  return refusable(async (tx) => {
    const [one] = await tx
      .select()
      .from(courtCases)
      .where(and(eq(courtCases.id, input.caseId), eq(courtCases.organizationId, person.organizationId)))
      .for('update');
    if (!one) return notFound;
    if (one.version !== input.version) return STALE;
    if (input.paidOn > moscowToday())
      return invalid('Проверьте отмеченные поля.', { paidOn: 'Эта дата ещё не\u00a0наступила.' });
    if (one.awarded === null)
      return invalid('Проверьте отмеченные поля.', { sum: 'Сначала укажите присуждённую сумму.' });
    if (input.sum > one.awarded - one.collected)
      return invalid('Проверьте отмеченные поля.', { sum: 'Это больше остатка.' });
    const { version: _, ...payment } = input;
    await tx
      .insert(casePayments)
      .values({ ...payment, organizationId: person.organizationId, createdBy: person.userId });
    const [saved] = await tx
      .update(courtCases)
      .set({
        collected: sql`${courtCases.collected} + ${input.sum}`,
        version: sql`${courtCases.version} + 1`,
        updatedAt: new Date(),
      })
      .where(eq(courtCases.id, one.id))
      .returning({ version: courtCases.version });
    await tellOfEndedCases(tx, person.organizationId, [one.id]);
    return { ok: true, version: saved!.version } as const;
  });
}

/**
 * Whoever answers for a request that was answered «Да» for an account of these cases learns that nothing is owed by the
 * case any more: the answer may have to be withdrawn and corrected. Once per request and case.
 */
export async function tellOfEndedCases(tx: Tx, organizationId: string, caseIds: string[]): Promise<void> {
  if (caseIds.length === 0) return;
  const rows = await tx.execute<{ id: string; number: string; deadline: string; person: string; case_id: string }>(sql`
    select r.id, r.request_number as number, r.response_date::text as deadline, r.responsible_id as person, court_cases.id as case_id
    from court_cases
      join debt_request_accounts a on a.account_id = court_cases.account_id
      join debt_requests r on r.id = a.request_id
    where ${inArray(courtCases.id, caseIds)} and court_cases.organization_id = ${organizationId} and ${ENDED}
      and r.status in ('sending', 'answered') and r.has_debt and r.responsible_id is not null
      and court_cases.period_start <= r.period_end and court_cases.period_end >= r.period_start`);
  await notify(
    tx,
    rows.map((row) => ({
      organizationId,
      userId: row.person,
      kind: 'caseEnded' as const,
      requestId: row.id,
      data: { number: row.number, deadline: row.deadline },
      once: `case ${row.case_id} ended, request ${row.id}`,
    })),
  );
}
