import { eq } from 'drizzle-orm';
import type { Tx } from '@/db/client';
import { courtCases, respondents } from '@/db/schema/court-cases';
import { accountBalances, accountPeople, accountPremises, accounts, houses, premises } from '@/db/schema/houses';
import { parsePremisesNumber, premisesKey } from '@/lib/accounts/premises-number';
import { addDays } from '@/lib/calendar/moscow';
import { DEMO_HOUSES, demoAccount } from '@/tests/stand/demo-data';

/** Accounts and court cases of the demo: most requests of the stand are matched by them, some on purpose are not. */

type Case = Partial<typeof courtCases.$inferInsert> & { legal?: string };

/** What the courts said, by the place in the list of premises. `today` is 'YYYY-MM-DD'. */
const casesOf = (today: string): Record<number, Case> => ({
  0: {},
  7: { decision: 'partial', awarded: 1_490_218, collected: 200_000, enforcementResult: 'partially' },
  13: { enforcementResult: 'collected', collected: 3_581_537 },
  19: { kind: 'order', cancelledOn: addDays(today, -90), cancellationReason: 'Возражения должника' },
  24: { enforcementResult: 'impossible' },
  30: { legal: 'ООО «Ромашка»' },
  35: { paidOn: addDays(today, -30) },
  41: { decision: null, effectiveOn: null, awarded: null, actNumber: null },
});

/** Once, for an organization that has no houses yet. Two houses are left out: their requests stay «Не сопоставлен». */
export async function seedAccounts(tx: Tx, organizationId: string, today: string): Promise<void> {
  const [known] = await tx
    .select({ id: houses.id })
    .from(houses)
    .where(eq(houses.organizationId, organizationId))
    .limit(1);
  if (known) return;
  const cases = casesOf(today);
  for (const house of DEMO_HOUSES) {
    if (!house.fiasHouseGuid) continue;
    const [row] = await tx
      .insert(houses)
      .values({
        organizationId,
        address: house.address,
        fiasHouseGuid: house.fiasHouseGuid,
        gisHouseGuid: house.houseGuid,
      })
      .returning({ id: houses.id });
    for (const written of house.premises) {
      const parsed = parsePremisesNumber(written)!;
      const [premise] = await tx
        .insert(premises)
        .values({
          organizationId,
          houseId: row!.id,
          kind: parsed.kind,
          number: parsed.number + parsed.suffix,
          room: parsed.room,
          key: premisesKey(parsed),
        })
        .returning({ id: premises.id });
      const { place, number, owner } = demoAccount(house, written);
      const [account] = await tx
        .insert(accounts)
        .values({ organizationId, number, openedOn: '2012-05-01' })
        .returning({ id: accounts.id });
      await tx.insert(accountPremises).values({ accountId: account!.id, premisesId: premise!.id });
      const one = { ...owner, birthDate: `19${60 + (place % 35)}-0${1 + (place % 9)}-15` };
      await tx.insert(accountPeople).values({ organizationId, accountId: account!.id, kind: 'owner', ...one });
      await tx.insert(accountBalances).values({
        organizationId,
        accountId: account!.id,
        asOf: `${today.slice(0, 8)}01`,
        sum: cases[place] ? 4_210_055 : (place % 4) * 213_340,
        months: cases[place] ? 9 : place % 4,
      });
      const given = cases[place];
      if (given) await seedCase(tx, organizationId, account!.id, today, place, one, given);
    }
  }
}

async function seedCase(
  tx: Tx,
  organizationId: string,
  accountId: string,
  today: string,
  place: number,
  owner: Pick<typeof respondents.$inferInsert, 'lastName' | 'firstName' | 'middleName' | 'birthDate'>,
  { legal, ...given }: Case,
): Promise<void> {
  const number = `2-${1184 + place}/${Number(today.slice(0, 4)) - 1}`;
  const [row] = await tx
    .insert(courtCases)
    .values({
      organizationId,
      accountId,
      kind: 'claim',
      number,
      filedOn: addDays(today, -500),
      court: 'Судебный участок № 3 Верхнеозёрского района',
      periodStart: addDays(today, -900),
      periodEnd: addDays(today, -540),
      claimed: 3_581_537,
      decision: 'full',
      actNumber: number,
      actDate: addDays(today, -420),
      effectiveOn: addDays(today, -385),
      awarded: 3_581_537,
      ...given,
    })
    .returning({ id: courtCases.id });
  await tx
    .insert(respondents)
    .values(
      legal
        ? { organizationId, caseId: row!.id, position: 0, organizationName: legal }
        : { organizationId, caseId: row!.id, position: 0, ...owner },
    );
}
