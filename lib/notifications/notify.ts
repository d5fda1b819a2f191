import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Tx } from '@/db/client';
import { anyOf } from '@/db/many';
import { notifications } from '@/db/schema/notifications';
import { memberships } from '@/db/schema/staff';
import { moscowToday } from '@/lib/calendar/moscow';
import type { Role } from '@/lib/debt-requests/workflow';

/** What happened, as «Уведомления» tell it. Kinds and their sentences are one list, `notification-words.ts`. */
export type NotificationKind =
  | 'newToMe'
  | 'delegated'
  | 'returned'
  | 'takenBack'
  | 'prepared'
  | 'portalRefused'
  | 'deadlineTomorrow'
  | 'deadlineToday'
  | 'withdrawn'
  | 'caseEnded'
  | 'debtRejected'
  | 'toVerify'
  | 'fileReady'
  | 'answersLoaded'
  | 'verifyLate'
  | 'divisionTomorrow'
  | 'organizationToday'
  | 'synced'
  | 'syncFailed'
  | 'autoAnswered'
  | 'autoWaits'
  | 'autoTakenBack'
  | 'certificateEnds'
  | 'unanswered';

export interface NewNotification {
  organizationId: string;
  userId: string;
  kind: NotificationKind;
  requestId?: string | null;
  /** Path within the product, when it is not about one request. */
  href?: string;
  /** Figures and numbers of the sentence. Never a name of a citizen, an address or anything typed into an answer. */
  data?: Record<string, string | number>;
  /** The same fact, told once to this person for ever. */
  once?: string;
}

/**
 * Tells people something in the transaction of what happened, so that a rolled back step tells nothing; whoever stands in
 * for an absent one is told too. Whoever did it himself is not told: leave him out of `news`. The letter, where one is
 * wanted, is written later by `writeLetters`.
 */
export async function notify(tx: Tx, news: NewNotification[]): Promise<void> {
  if (news.length === 0) return;
  const away = await tx
    .select({
      organizationId: memberships.organizationId,
      userId: memberships.userId,
      deputyId: memberships.deputyId,
    })
    .from(memberships)
    .where(
      and(
        anyOf(
          memberships.userId,
          news.map(({ userId }) => userId),
        ),
        sql`${moscowToday()}::date between ${memberships.awayFrom} and ${memberships.awayUntil}`,
      ),
    );
  const forDeputies = news.flatMap((one) =>
    away
      .filter(({ organizationId, userId }) => organizationId === one.organizationId && userId === one.userId)
      .map(({ deputyId }) => ({ ...one, userId: deputyId! })),
  );
  // two ways to the same person tell him once
  const all = new Map(
    [...news, ...forDeputies].map((one) => [`${one.userId} ${one.kind} ${one.requestId ?? one.once}`, one]),
  );
  await tx
    .insert(notifications)
    .values([...all.values()])
    .onConflictDoNothing();
}

/** Ids of those who have the role in the organization and are not blocked in it, in one order for all who tell many. */
export async function membersWith(tx: Tx, organizationId: string, role: Role): Promise<string[]> {
  const rows = await tx
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(
      and(
        eq(memberships.organizationId, organizationId),
        sql`${role} = any(${memberships.roles})`,
        isNull(memberships.blockedAt),
      ),
    )
    .orderBy(asc(memberships.userId));
  return rows.map(({ userId }) => userId);
}

/** Tells every administrator of the organization. */
export async function tellAdmins(tx: Tx, news: Omit<NewNotification, 'userId'> & { once: string }): Promise<void> {
  const admins = await membersWith(tx, news.organizationId, 'admin');
  await notify(
    tx,
    admins.map((userId) => ({ ...news, userId })),
  );
}

/**
 * «Новых для вас: 12»: one notice per person and receiving, however many pages it has. `once` names the receiving; a page
 * that adds requests adds to the number and makes the notice unread again.
 */
export async function notifyCount(tx: Tx, news: (NewNotification & { once: string; count: number })[]): Promise<void> {
  if (news.length === 0) return;
  await tx
    .insert(notifications)
    .values(news.map(({ count, ...one }) => ({ ...one, data: { ...one.data, count } })))
    .onConflictDoUpdate({
      target: [notifications.userId, notifications.organizationId, notifications.once],
      set: {
        data: sql`jsonb_set(excluded.data, '{count}', to_jsonb((${notifications.data} ->> 'count')::int + (excluded.data ->> 'count')::int))`,
        readAt: null,
      },
    });
}
