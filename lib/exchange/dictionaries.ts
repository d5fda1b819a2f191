import { and, eq, gt, inArray, min, or, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { nsiItems } from '@/db/schema/debt-requests';
import { exchanges } from '@/db/schema/exchange';
import { organizations } from '@/db/schema/staff';
import { enqueueExport } from './queue';

/** Dictionaries of the portal that answers refer to: 95 identity documents, 358 documents that confirm a debt. */
const REGISTRIES = [95, 358];

/** Loaded anew after so many days; entries change rarely. */
const REFRESH_DAYS = 7;

/** A dictionary that the portal refused is not asked for again sooner. */
const ASK_AGAIN_MS = 60 * 60 * 1000;

/** Asks for dictionaries that are missing or old, unless a message for them is under way. Returns how many it asked. */
export async function refreshDictionaries(now: Date): Promise<number> {
  return db.transaction(async (tx) => {
    // one asker at a time: two workers starting together ask once
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('nsi'))`);
    const [organization] = await tx
      .select({ id: organizations.id })
      .from(organizations)
      .orderBy(organizations.createdAt)
      .limit(1);
    if (!organization) return 0;
    const loaded = await tx
      .select({ registryNumber: nsiItems.registryNumber, at: min(nsiItems.loadedAt) })
      .from(nsiItems)
      .where(eq(nsiItems.isActual, true))
      .groupBy(nsiItems.registryNumber);
    const asking = await tx
      .select({ query: exchanges.query })
      .from(exchanges)
      .where(
        and(
          eq(exchanges.operation, 'exportNsiItem'),
          or(
            inArray(exchanges.state, ['queued', 'submitting', 'acknowledged']),
            gt(exchanges.createdAt, new Date(now.getTime() - ASK_AGAIN_MS)),
          ),
        ),
      );
    let asked = 0;
    for (const registryNumber of REGISTRIES) {
      const at = loaded.find((row) => row.registryNumber === registryNumber)?.at;
      if (at && now.getTime() - at.getTime() < REFRESH_DAYS * 24 * 60 * 60 * 1000) continue;
      if (asking.some(({ query }) => query?.kind === 'nsi' && query.registryNumber === registryNumber)) continue;
      await enqueueExport(tx, {
        organizationId: organization.id,
        service: 'nsi',
        operation: 'exportNsiItem',
        query: { kind: 'nsi', registryNumber },
        nextAt: now,
      });
      asked++;
    }
    return asked;
  });
}
