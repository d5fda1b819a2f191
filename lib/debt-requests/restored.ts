import { eq, sql } from 'drizzle-orm';
import type { Tx } from '@/db/client';
import { jobRuns } from '@/db/schema/jobs';
import type { Refusal } from '@/lib/errors';

/**
 * After a restore from a backup (lib/backup) the database does not know what was sent since the backup was made; the portal
 * does. So nothing leaves before a whole receiving that began after the restore has come to its end.
 */

/** The row of `job_runs` that remembers the last restore. */
export const RESTORE = 'restore';

/** When this database was restored from a backup last; null = never. */
export async function restoredAt(tx: Pick<Tx, 'select'>): Promise<Date | null> {
  const [row] = await tx.select({ at: jobRuns.lastSucceededAt }).from(jobRuns).where(eq(jobRuns.job, RESTORE));
  return row?.at ?? null;
}

/** Has the organization received its requests since the last restore? Always true where there was none. */
export async function receivedSinceRestore(tx: Pick<Tx, 'execute'>, organizationId: string): Promise<boolean> {
  const [row] = await tx.execute<{ received: boolean }>(sql`
    select coalesce((
      select exists (
        select from sync_runs
        where organization_id = ${organizationId} and state = 'done' and started_at >= job_runs.last_succeeded_at
      ) from job_runs where job = ${RESTORE}
    ), true) as received`);
  return row!.received;
}

/** Why nothing may be sent or withdrawn by a person yet; null = it may. */
export async function heldByRestore(tx: Pick<Tx, 'execute'>, organizationId: string): Promise<Refusal | null> {
  if (await receivedSinceRestore(tx, organizationId)) return null;
  return {
    ok: false,
    reason: 'notAllowed',
    message:
      'База данных восстановлена из\u00a0резервной копии, и\u00a0этот ответ уже мог быть отправлен. ' +
      'Сначала получите запросы: тогда станет видно, что на\u00a0портале уже есть.',
  };
}
