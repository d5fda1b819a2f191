import { and, asc, eq } from 'drizzle-orm';
import { db } from '@/db/client';
import { fileExports } from '@/db/schema/imports';
import { personById } from '@/lib/auth/person';
import { log } from '@/lib/log';
import { notify } from '@/lib/notifications/notify';

/** The worker's part of «Скачать файл»: builds the oldest file that waits, with the rights of who asked as they are now. */
export async function carryExports(now: Date): Promise<number> {
  const [row] = await db
    .select()
    .from(fileExports)
    .where(eq(fileExports.state, 'building'))
    .orderBy(asc(fileExports.startedAt))
    .limit(1);
  if (!row) return 0;
  const end = (set: Partial<typeof fileExports.$inferInsert>) =>
    db.transaction(async (tx) => {
      const ended = await tx
        .update(fileExports)
        .set({ ...set, finishedAt: now })
        .where(and(eq(fileExports.id, row.id), eq(fileExports.state, 'building')))
        .returning({ id: fileExports.id });
      if (ended.length === 0) return;
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
    await end({ state: 'failed', error: 'Права того, кто начал, больше не\u00a0действуют.' });
    return 1;
  }
  try {
    // the writer of workbooks is large: a worker that has none to write starts without it
    const { buildExchangeFile } = await import('./export-file');
    const built = await buildExchangeFile(person, row.filter, row.onlyMatched, now);
    await end(
      built.ok ? { state: 'done', bytes: built.bytes, total: built.total } : { state: 'failed', error: built.message },
    );
  } catch (err) {
    log.error({ exportId: row.id, err }, 'export failed');
    await end({ state: 'failed', error: 'Внутренняя ошибка. Сообщите администратору.' });
  }
  return 1;
}
