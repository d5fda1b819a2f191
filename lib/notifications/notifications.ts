import { and, count, desc, eq, inArray, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { notifications } from '@/db/schema/notifications';
import type { Person } from '@/lib/auth/actor';
import type { Result } from '@/lib/errors';
import { shownPage } from '@/lib/paging';
import { type NotificationWords, notificationInWords } from './notification-words';

/** «Уведомления» of one person in the organization he works in now. */

export interface NotificationView extends NotificationWords {
  id: number;
  at: Date;
  unread: boolean;
  href: string | null;
}

export const NOTIFICATIONS_PAGE = 50;

const own = (person: Person) =>
  and(eq(notifications.userId, person.userId), eq(notifications.organizationId, person.organizationId));

/** What the head of every page shows: no count of all of them, and one query. */
export async function latestNotifications(person: Person, size: number): Promise<NotificationView[]> {
  return (await rowsOf(person).limit(size)).map(viewOf);
}

/** Newest first. A page beyond the end gives the last. */
export async function listNotifications(
  person: Person,
  page: number,
): Promise<{ rows: NotificationView[]; total: number; page: number }> {
  const [totals] = await db.select({ total: count() }).from(notifications).where(own(person));
  const shown = shownPage(page, totals!.total, NOTIFICATIONS_PAGE);
  const rows = await rowsOf(person)
    .limit(NOTIFICATIONS_PAGE)
    .offset((shown - 1) * NOTIFICATIONS_PAGE);
  return { rows: rows.map(viewOf), total: totals!.total, page: shown };
}

const rowsOf = (person: Person) =>
  db.select().from(notifications).where(own(person)).orderBy(desc(notifications.id)).$dynamic();

const viewOf = (row: typeof notifications.$inferSelect): NotificationView => ({
  ...notificationInWords(row.kind, row.data),
  id: row.id,
  at: row.at,
  unread: row.readAt === null,
  href: row.requestId ? `/debt-requests/${row.requestId}` : row.href,
});

export async function countUnread(person: Person): Promise<number> {
  const [row] = await db
    .select({ unread: count() })
    .from(notifications)
    .where(and(own(person), isNull(notifications.readAt)));
  return row!.unread;
}

export const markReadSchema = z.object({ ids: z.array(z.int().positive()).max(1000).optional() });

/** «Отметить прочитанными»: those named, or all. Others' are not touched. */
export async function markRead(person: Person, input: z.output<typeof markReadSchema>): Promise<Result> {
  await db
    .update(notifications)
    .set({ readAt: new Date() })
    .where(
      and(own(person), isNull(notifications.readAt), input.ids ? inArray(notifications.id, input.ids) : undefined),
    );
  return { ok: true };
}

/** Whoever has the card open has read what is told about it. */
export async function markRequestRead(person: Person, requestId: string): Promise<void> {
  await db
    .update(notifications)
    .set({ readAt: new Date() })
    .where(and(own(person), isNull(notifications.readAt), eq(notifications.requestId, requestId)));
}
