import { and, asc, eq } from 'drizzle-orm';
import { db, isDatabaseAway } from '@/db/client';
import { fileExportParts, fileExports } from '@/db/schema/imports';
import { personById, RIGHTS_ENDED } from '@/lib/auth/person';
import { withLease } from '@/lib/lease';
import { log } from '@/lib/log';
import { notify } from '@/lib/notifications/notify';

/** The worker's part of «Скачать файл»: builds the oldest set that waits, with the rights of who asked as they are now. */
export async function carryExports(now: Date): Promise<number> {
  const [row] = await db
    .select()
    .from(fileExports)
    .where(eq(fileExports.state, 'building'))
    .orderBy(asc(fileExports.startedAt))
    .limit(1);
  return row ? ((await withLease(`export ${row.id}`, () => carryExport(row, now))) ?? 0) : 0;
}

async function carryExport(row: typeof fileExports.$inferSelect, now: Date): Promise<number> {
  const end = (set: Partial<typeof fileExports.$inferInsert>) =>
    db.transaction(async (tx) => {
      const ended = await tx
        .update(fileExports)
        .set({ ...set, finishedAt: now })
        .where(and(eq(fileExports.id, row.id), eq(fileExports.state, 'building')))
        .returning({ id: fileExports.id });
      if (ended.length === 0) return;
      if (set.state === 'failed') await tx.delete(fileExportParts).where(eq(fileExportParts.exportId, row.id));
      await notify(tx, [
        {
          organizationId: row.organizationId,
          userId: row.startedBy,
          kind: 'fileReady',
          href: '/debt-requests/export',
          data: { failed: set.state === 'failed' ? 1 : 0 },
          once: `export ${row.id}`,
        },
      ]);
    });
  const person = await personById(row.startedBy, row.organizationId);
  if (!person) {
    await end({ state: 'failed', error: RIGHTS_ENDED });
    return 1;
  }
  try {
    // one that was killed begins anew
    await db.delete(fileExportParts).where(eq(fileExportParts.exportId, row.id));
    const tell = (set: Partial<typeof fileExports.$inferInsert>) =>
      db.update(fileExports).set(set).where(eq(fileExports.id, row.id));
    let parts = 0;
    // the writer of workbooks is large: a worker that has none to write starts without it
    const { buildExchangeFiles } = await import('./export-file');
    const refusal = await buildExchangeFiles(person, row, now, {
      total: async (total) => void (await tell({ total })),
      progress: async (done) => void (await tell({ done })),
      part: async (bytes) => void (await db.insert(fileExportParts).values({ exportId: row.id, part: ++parts, bytes })),
    });
    await end(refusal === null ? { state: 'done' } : { state: 'failed', error: refusal });
  } catch (err) {
    if (isDatabaseAway(err)) throw err;
    log.error({ exportId: row.id, err }, 'export failed');
    await end({ state: 'failed', error: 'Внутренняя ошибка. Сообщите администратору.' });
  }
  return 1;
}
