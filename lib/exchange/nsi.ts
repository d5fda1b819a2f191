import { and, eq, notInArray, sql } from 'drizzle-orm';
import { nsiItems } from '@/db/schema/debt-requests';
import type { ExportQuery } from '@/db/schema/exchange';
import { exportNsiItemMessage } from '@/lib/gis/messages/nsi';
import { type OperationHandler, timeScale } from './engine';
import { enqueueExport, retryAt } from './queue';

/** Takes in a dictionary of the portal. Asking for it is `dictionaries.ts`. */
export const exportNsiItem: OperationHandler = {
  async build(row, header) {
    return { xml: exportNsiItemMessage(header, (row.query as Extract<ExportQuery, { kind: 'nsi' }>).registryNumber) };
  },

  async settle(tx, row, outcome, engine) {
    const { registryNumber } = row.query as Extract<ExportQuery, { kind: 'nsi' }>;
    if (outcome.kind === 'undelivered' || (outcome.kind === 'refused' && outcome.transient)) {
      await enqueueExport(tx, {
        organizationId: row.organizationId,
        service: 'nsi',
        operation: 'exportNsiItem',
        query: row.query!,
        nextAt: retryAt(engine.now(), row.attempt + 1, timeScale(engine)),
        retry: { of: row.id, attempt: row.attempt + 1 },
      });
    }
    if (outcome.kind !== 'nsi' || outcome.items.length === 0) return;
    const items = [...new Map(outcome.items.map((item) => [item.code, item])).values()];
    await tx
      .insert(nsiItems)
      .values(items.map((item) => ({ registryNumber, ...item, loadedAt: engine.now() })))
      .onConflictDoUpdate({
        target: [nsiItems.registryNumber, nsiItems.code],
        set: {
          guid: sql`excluded.guid`,
          name: sql`excluded.name`,
          isActual: sql`excluded.is_actual`,
          loadedAt: sql`excluded.loaded_at`,
        },
      });
    await tx
      .update(nsiItems)
      .set({ isActual: false })
      .where(
        and(
          eq(nsiItems.registryNumber, registryNumber),
          notInArray(
            nsiItems.code,
            items.map((item) => item.code),
          ),
        ),
      );
  },
};
