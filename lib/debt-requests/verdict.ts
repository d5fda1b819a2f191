import { asc, eq } from 'drizzle-orm';
import type { Tx } from '@/db/client';
import { anyOf } from '@/db/many';
import { courtCases, debtRequestAccounts, respondents } from '@/db/schema/court-cases';
import { debtors } from '@/db/schema/debt-requests';
import { accounts } from '@/db/schema/houses';
import { moscowToday } from '@/lib/calendar/moscow';
import { judge, type RuleAccount, type RuleCase, type Trail } from '@/lib/court-cases/debt-rule';
import { batches, grouped } from '@/lib/imports/batches';
import { fillSettings } from '@/lib/staff/fill-settings';
import type { DebtRequest } from './transition';

/** What the court cases say of requests at this moment. Read only: filling is `autofill.ts`, sending asks once more. */

/** The accounts of requests with their cases as the rule wants them, by request. */
async function accountsOf(tx: Pick<Tx, 'select'>, requestIds: string[]): Promise<Map<string, RuleAccount[]>> {
  const result = new Map<string, RuleAccount[]>();
  for (const ids of batches(requestIds)) {
    const linked = await tx
      .select({
        requestId: debtRequestAccounts.requestId,
        id: accounts.id,
        number: accounts.number,
        openedOn: accounts.openedOn,
        closedOn: accounts.closedOn,
      })
      .from(debtRequestAccounts)
      .innerJoin(accounts, eq(accounts.id, debtRequestAccounts.accountId))
      .where(anyOf(debtRequestAccounts.requestId, ids))
      .orderBy(asc(accounts.number));
    const accountIds = [...new Set(linked.map(({ id }) => id))];
    if (accountIds.length === 0) continue;
    const cases = await tx.select().from(courtCases).where(anyOf(courtCases.accountId, accountIds));
    const people =
      cases.length === 0
        ? []
        : await tx
            .select()
            .from(respondents)
            .where(
              anyOf(
                respondents.caseId,
                cases.map(({ id }) => id),
              ),
            )
            .orderBy(asc(respondents.position));
    const peopleOf = grouped(people, ({ caseId }) => caseId);
    const casesOf = grouped(cases, ({ accountId }) => accountId);
    for (const { requestId, ...account } of linked) {
      const own = (casesOf.get(account.id) ?? []).map(
        (one) => ({ ...one, respondents: peopleOf.get(one.id) ?? [] }) as RuleCase,
      );
      result.set(requestId, [...(result.get(requestId) ?? []), { ...account, cases: own }]);
    }
  }
  return result;
}

/** Some case may be a debt: «нет» is not certain. */
export const isDoubtful = (trail: Trail): boolean =>
  trail.accounts.some(({ cases }) => cases.some(({ verdict }) => verdict !== 'no'));

export type Verdict = { ok: true; trail: Trail } | { ok: false; reason: string };

const MATCHED = ['matched', 'manual'];

/** What the rule says of each request now, or why it is not asked. Nothing is written. */
export async function verdictsOf(
  tx: Pick<Tx, 'select'>,
  organizationId: string,
  requests: DebtRequest[],
  now: Date,
): Promise<Map<string, Verdict>> {
  const settings = await fillSettings(tx, organizationId);
  const matched = requests.filter(({ matchState }) => MATCHED.includes(matchState));
  const known = await accountsOf(
    tx,
    matched.map(({ id }) => id),
  );
  return new Map(
    requests.map((request): [string, Verdict] => {
      if (!MATCHED.includes(request.matchState))
        return [request.id, { ok: false, reason: 'Не\u00a0сопоставлен с\u00a0помещением.' }];
      const { periodStart, periodEnd } = request;
      const { verifyYes: _, ...rule } = settings;
      const question = { periodStart, periodEnd, today: moscowToday(now), accounts: known.get(request.id) ?? [] };
      return [request.id, { ok: true, trail: judge(question, rule) }];
    }),
  );
}

/**
 * Why an answer that was filled in by the cases does not follow from them any more, in words; null = it does, or a person
 * has chosen it. A case paid, cancelled or added between filling and sending must not go out as it was.
 */
export async function outdated(tx: Pick<Tx, 'select'>, request: DebtRequest, now: Date): Promise<string | null> {
  if (!['autofill', 'autoanswer'].includes(request.answerSource ?? '') || request.hasDebt === null) return null;
  const verdict = (await verdictsOf(tx, request.organizationId, [request], now)).get(request.id)!;
  if (request.answerSource === 'autoanswer') {
    // the rule may have answered where the cases say nothing: only what they say against «нет» counts
    const against = verdict.ok && (verdict.trail.verdict === 'yes' || isDoubtful(verdict.trail));
    return against ? verdict.trail.reason : null;
  }
  if (!verdict.ok) return verdict.reason;
  const { trail } = verdict;
  if (trail.verdict !== (request.hasDebt ? 'yes' : 'no')) return trail.reason;
  if (!request.hasDebt) return null;
  const named = await tx.select().from(debtors).where(eq(debtors.requestId, request.id));
  const keyOf = (one: { lastName: string; firstName: string; middleName: string | null; snils: string | null }) =>
    [one.lastName, one.firstName, one.middleName, one.snils].join('|').toLowerCase();
  const expected = new Set(trail.debtors.map(keyOf));
  return named.length === expected.size && named.every((one) => expected.has(keyOf(one)))
    ? null
    : 'Ответчики в\u00a0деле теперь другие.';
}
