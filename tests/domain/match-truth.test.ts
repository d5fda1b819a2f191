import { and, eq, inArray } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db/client';
import { debtRequestAccounts } from '@/db/schema/court-cases';
import { debtRequests } from '@/db/schema/debt-requests';
import { accountPremises } from '@/db/schema/houses';
import { matchRequests } from '@/lib/debt-requests/match';
import { askBigOrganization, makeBigOrganization } from '@/tests/big-organization';
import { makeOrganization } from '@/tests/factories';

/** The measure of matching: at least 99 % of what can be told, and never a wrong account. */
test.each([1, 2])(
  '3 000 ugly addresses over 25 houses, 7 500 premises, 22 500 accounts (seed %i)',
  async (seed) => {
    const organization = await makeOrganization();
    const big = await makeBigOrganization(organization.id, seed);
    const asked = await askBigOrganization(organization.id, big, 3000);
    await db.transaction((tx) =>
      matchRequests(
        tx,
        organization.id,
        asked.map(({ id }) => id),
      ),
    );
    const rows = await db
      .select({
        id: debtRequests.id,
        premisesId: debtRequests.premisesId,
        state: debtRequests.matchState,
        address: debtRequests.address,
        details: debtRequests.addressDetails,
      })
      .from(debtRequests)
      .where(eq(debtRequests.organizationId, organization.id));
    const found = new Map(rows.map((row) => [row.id, row]));
    const wrong = asked.filter(({ id, truth }) => {
      const { premisesId } = found.get(id)!;
      return premisesId !== null && premisesId !== truth;
    });
    expect(wrong.map(({ id }) => found.get(id))).toEqual([]);
    const resolvable = asked.filter(({ truth }) => truth !== null);
    const missed = resolvable.filter(({ id }) => found.get(id)!.state !== 'matched');
    const share = 1 - missed.length / resolvable.length;
    if (share < 1) console.log(missed.slice(0, 5).map(({ id }) => found.get(id)));
    console.log(`seed ${seed}: matched ${(share * 100).toFixed(2)} % of ${resolvable.length}, wrong ${wrong.length}`);
    expect(share).toBeGreaterThanOrEqual(0.99);

    // what is linked is exactly the accounts of the premises
    const [one] = resolvable.filter(({ id }) => found.get(id)!.premisesId !== null);
    const linked = await db.select().from(debtRequestAccounts).where(eq(debtRequestAccounts.requestId, one!.id));
    const own = await db
      .select()
      .from(accountPremises)
      .where(
        and(
          eq(accountPremises.premisesId, one!.truth!),
          inArray(
            accountPremises.accountId,
            linked.map(({ accountId }) => accountId),
          ),
        ),
      );
    expect(linked).toHaveLength(3);
    expect(own).toHaveLength(3);
  },
  120_000,
);
