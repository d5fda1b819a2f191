import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { exchanges } from '@/db/schema/exchange';
import { houses } from '@/db/schema/houses';
import { hasRole, type Person } from '@/lib/auth/actor';
import type { Result } from '@/lib/errors';
import { enqueueExport } from '@/lib/exchange/queue';
import { lockOrganization } from '@/lib/staff/organization';

const KEEPERS_ONLY = {
  ok: false,
  reason: 'forbidden',
  message: 'Помещения и\u00a0счета загружает администратор или служба работы с\u00a0должниками.',
} as const;

/**
 * «Загрузить из ГИС ЖКХ»: asks the portal for the premises of every house that has a code; the accounts of each follow its
 * premises. A house that is being asked about already is not asked twice. Gives how many houses were asked about.
 */
export async function loadFromPortal(person: Person): Promise<Result<{ asked: number }>> {
  if (!hasRole(person, 'admin', 'debt_clerk')) return KEEPERS_ONLY;
  return db.transaction(async (tx) => {
    await lockOrganization(tx, person);
    const asking = await tx
      .select({ query: exchanges.query })
      .from(exchanges)
      .where(
        and(
          eq(exchanges.organizationId, person.organizationId),
          eq(exchanges.service, 'homeManagement'),
          inArray(exchanges.state, ['queued', 'submitting', 'acknowledged']),
        ),
      );
    const busy = new Set(asking.map(({ query }) => (query as { houseId: string }).houseId));
    const rows = await tx
      .select({ id: houses.id })
      .from(houses)
      .where(
        and(
          eq(houses.organizationId, person.organizationId),
          eq(houses.kind, 'apartment'),
          sql`coalesce(${houses.gisHouseGuid}, ${houses.fiasHouseGuid}) is not null`,
          // those that share a code are one house for the portal
          isNull(houses.mainHouseId),
        ),
      );
    const due = rows.filter(({ id }) => !busy.has(id));
    for (const { id } of due)
      await enqueueExport(tx, {
        organizationId: person.organizationId,
        service: 'homeManagement',
        operation: 'exportBriefApartmentHouse',
        query: { kind: 'house', houseId: id },
        createdBy: person.userId,
      });
    return { ok: true, asked: due.length } as const;
  });
}
