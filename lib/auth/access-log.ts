import { and, eq, gt, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { accessLog } from '@/db/schema/notifications';
import type { Person } from './actor';

export type AccessAction =
  | 'openRequest'
  | 'downloadFile'
  | 'downloadProof'
  | 'openMessage'
  | 'openAccount'
  | 'openCourtCase'
  | 'exportRequests'
  | 'exportAccessLog';

/**
 * «Журнал доступа» (152-ФЗ, ст. 19): this person saw or took personal data. `subject` names what without telling it: a
 * number, an id, how many rows. The database refuses to change or delete a row.
 */
export async function recordAccess(
  person: Person,
  action: AccessAction,
  about: { requestId?: string; subject?: string } = {},
): Promise<void> {
  const row = { organizationId: person.organizationId, userId: person.userId, action };
  if (action === 'openRequest') {
    // a card renders anew with every change of it: one look is one line
    const [recent] = await db
      .select({ id: accessLog.id })
      .from(accessLog)
      .where(
        and(
          eq(accessLog.organizationId, row.organizationId),
          eq(accessLog.userId, row.userId),
          eq(accessLog.action, action),
          eq(accessLog.requestId, about.requestId!),
          gt(accessLog.at, sql`now() - interval '10 minutes'`),
        ),
      )
      .limit(1);
    if (recent) return;
  }
  await db.insert(accessLog).values({ ...row, requestId: about.requestId ?? null, subject: about.subject ?? null });
}
