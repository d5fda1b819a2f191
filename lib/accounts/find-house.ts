import { eq } from 'drizzle-orm';
import type { Tx } from '@/db/client';
import { houses } from '@/db/schema/houses';
import { grouped } from '@/lib/imports/batches';
import { addressKey } from './address';

export type House = typeof houses.$inferSelect;

/**
 * Finds the organization's house of a row: by the code of the ФИАС, else by the address however it is written. Of those
 * that share a code the address tells which. A sentence where none or several fit.
 */
export async function houseFinder(
  tx: Tx,
  organizationId: string,
): Promise<(row: { address: string; fiasHouseGuid: string | null }) => House | string> {
  const all = await tx.select().from(houses).where(eq(houses.organizationId, organizationId));
  const byFias = grouped(
    all.filter((house) => house.fiasHouseGuid),
    ({ fiasHouseGuid }) => fiasHouseGuid!,
  );
  const byAddress = grouped(all, ({ address }) => addressKey(address));
  return ({ address, fiasHouseGuid }) => {
    const key = addressKey(address);
    const coded = fiasHouseGuid ? (byFias.get(fiasHouseGuid) ?? []) : [];
    if (coded.length === 1) return coded[0]!;
    const found = (coded.length > 1 ? coded : all.length > 0 && key ? (byAddress.get(key) ?? []) : []).filter(
      (house) => coded.length === 0 || addressKey(house.address) === key,
    );
    if (found.length === 1) return found[0]!;
    return found.length > 1 || coded.length > 1
      ? 'Под этот адрес подходят несколько домов. Укажите код ФИАС или точный адрес.'
      : 'Такого дома нет в\u00a0списке. Сначала добавьте его в\u00a0«Дома».';
  };
}
