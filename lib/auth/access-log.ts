import { db } from '@/db/client';
import { accessLog } from '@/db/schema/notifications';
import type { Person } from './actor';

export type AccessAction =
  | 'openRequest'
  | 'downloadFile'
  | 'downloadProof'
  | 'openMessage'
  | 'exportRequests'
  | 'downloadExport'
  | 'downloadImport'
  | 'openAccount'
  | 'openCase'
  | 'exportAccounts';

/**
 * «Журнал доступа» (152-ФЗ, ст. 19): this person saw or took personal data. `subject` names what without telling it: a
 * number, an id, how many rows. The database refuses to change or delete a row.
 */
export async function recordAccess(
  person: Person,
  action: AccessAction,
  about: { requestId?: string; subject?: string } = {},
): Promise<void> {
  await db.insert(accessLog).values({
    organizationId: person.organizationId,
    userId: person.userId,
    action,
    requestId: about.requestId ?? null,
    subject: about.subject ?? null,
  });
}
