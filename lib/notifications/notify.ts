import type { Tx } from '@/db/client';
import { notifications } from '@/db/schema/notifications';

/** What happened, as «Уведомления» tell it. Kinds and their sentences are one list, `notification-words.ts`. */
export type NotificationKind =
  | 'newToMe'
  | 'delegated'
  | 'returned'
  | 'prepared'
  | 'portalRefused'
  | 'deadlineTomorrow'
  | 'deadlineToday'
  | 'withdrawn'
  | 'unanswered'
  | 'syncFinished'
  | 'syncFailed'
  | 'autoAnswerWaits'
  | 'autoAnswerDone'
  | 'verificationWanted'
  | 'verificationLate'
  | 'caseChanged'
  | 'exportReady'
  | 'importDone';

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
 * Tells people something in the transaction of what happened, so that a rolled back step tells nothing. Whoever did it
 * himself is not told: leave him out of `news`. The letter, where one is wanted, is written later by `writeLetters`.
 */
export async function notify(tx: Tx, news: NewNotification[]): Promise<void> {
  if (news.length === 0) return;
  await tx.insert(notifications).values(news).onConflictDoNothing();
}
