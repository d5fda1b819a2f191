import { and, asc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import nodemailer from 'nodemailer';
import { db } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import { letters, notifications } from '@/db/schema/notifications';
import { personSettings } from '@/db/schema/registry';
import { memberships, organizations, users } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { moscowToday } from '@/lib/calendar/moscow';
import { isWorkingDay } from '@/lib/calendar/working-days';
import { OPEN } from '@/lib/debt-requests/workflow';
import { log } from '@/lib/log';
import { calendarsOf } from '@/lib/staff/calendar';
import { notificationInWords, wantsLetter } from './notification-words';

/** Letters: what the person wants of his notices also by e-mail, and the morning's digest. Numbers and terms only. */

/** How long a notice waits for being read before it becomes a letter. */
const PATIENCE_MS = 2 * 60_000;
const MAX_ATTEMPTS = 8;
/** While one worker hands a letter in, the others leave it alone. */
const LEASE_MS = 2 * 60_000;

/**
 * Unread notices become letters, one letter a person: forty prepared answers are forty lines and not forty letters.
 * Without an address, or when the person wants none, nothing is written. Returns how many letters.
 */
export async function writeLetters(now: Date, appUrl: string): Promise<number> {
  return db.transaction(async (tx) => {
    const rows = await tx
      .select({
        notice: notifications,
        email: users.email,
        mail: personSettings.mail,
        organization: organizations.name,
      })
      .from(notifications)
      .innerJoin(users, eq(users.id, notifications.userId))
      .innerJoin(organizations, eq(organizations.id, notifications.organizationId))
      .leftJoin(personSettings, eq(personSettings.userId, notifications.userId))
      .where(
        and(
          isNull(notifications.letteredAt),
          isNull(notifications.readAt),
          lte(notifications.at, new Date(now.getTime() - PATIENCE_MS)),
        ),
      )
      .orderBy(asc(notifications.id))
      .limit(1000)
      .for('update', { of: notifications, skipLocked: true });
    if (rows.length === 0) return 0;
    const wanted = rows.filter(({ email, notice, mail }) => email && wantsLetter(notice.kind, mail ?? {}));
    const people = new Map<string, typeof wanted>();
    for (const row of wanted) {
      const key = `${row.notice.userId} ${row.notice.organizationId}`;
      people.set(key, [...(people.get(key) ?? []), row]);
    }
    const written = [...people.values()].map((group) => letterOf(group, appUrl));
    if (written.length > 0) await tx.insert(letters).values(written).onConflictDoNothing();
    await tx
      .update(notifications)
      .set({ letteredAt: now })
      .where(
        inArray(
          notifications.id,
          rows.map(({ notice }) => notice.id),
        ),
      );
    return written.length;
  });
}

function letterOf(
  group: { notice: typeof notifications.$inferSelect; email: string | null; organization: string }[],
  appUrl: string,
) {
  const { notice, email, organization } = group[0]!;
  const lines = group.map((row) => {
    const { title, detail } = notificationInWords(row.notice.kind, row.notice.data);
    return detail ? `${title}. ${detail}` : title;
  });
  return {
    organizationId: notice.organizationId,
    userId: notice.userId,
    to: email!,
    subject: group.length === 1 ? `Отклик: ${plain(lines[0]!)}` : `Отклик: новых уведомлений: ${group.length}`,
    text: `${organization}\n\n${lines.map(plain).join('\n')}\n\n${appUrl}/notifications\n`,
    once: `notices ${group.map((row) => row.notice.id).join(',')}`.slice(0, 200),
  };
}

/** No-break spaces are for screens. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

/**
 * The morning's digest of a working day by the organization's calendar, to everybody with an address who did not switch
 * it off: how many open requests are on him, due today, due within the next working days, returned. Once a day.
 */
export async function writeDigests(now: Date, appUrl: string): Promise<number> {
  const today = moscowToday(now);
  const calendars = await calendarsOf(db);
  if (![{}, ...calendars.values()].some((additions) => isWorkingDay(today, additions))) return 0;
  const mine = sql`${memberships.userId} in (${debtRequests.responsibleId}, ${debtRequests.assigneeId})`;
  const of = (condition: ReturnType<typeof sql>) => sql<number>`(count(*) filter (where ${condition}))::int`;
  const rows = await db
    .select({
      organizationId: memberships.organizationId,
      organization: organizations.name,
      userId: memberships.userId,
      email: users.email,
      mail: personSettings.mail,
      open: sql<number>`count(*)::int`,
      today: of(sql`${debtRequests.responseDate} = ${today}`),
      returned: of(sql`${debtRequests.status} = 'rework'`),
      prepared: of(sql`${debtRequests.status} = 'prepared'`),
      refused: of(sql`${debtRequests.status} = 'send_failed'`),
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .innerJoin(
      debtRequests,
      and(eq(debtRequests.organizationId, memberships.organizationId), inArray(debtRequests.status, [...OPEN]), mine),
    )
    .leftJoin(personSettings, eq(personSettings.userId, memberships.userId))
    .where(and(isNull(memberships.blockedAt), isNull(users.blockedAt), sql`${users.email} is not null`))
    .groupBy(memberships.organizationId, organizations.name, memberships.userId, users.email, personSettings.mail);
  const wanted = rows.filter(
    (row) => row.mail?.digest !== false && isWorkingDay(today, calendars.get(row.organizationId)),
  );
  if (wanted.length === 0) return 0;
  const made = await db
    .insert(letters)
    .values(
      wanted.map((row) => ({
        organizationId: row.organizationId,
        userId: row.userId,
        to: row.email!,
        subject: `Отклик: на сегодня ${row.today}, всего открытых ${row.open}`,
        text: [
          row.organization,
          '',
          `Открытых запросов: ${row.open}`,
          `Срок сегодня: ${row.today}`,
          `На доработке: ${row.returned}`,
          `Подготовлено и ждёт проверки: ${row.prepared}`,
          `Портал не принял: ${row.refused}`,
          '',
          `${appUrl}/debt-requests`,
          '',
        ].join('\n'),
        once: `digest ${today}`,
      })),
    )
    .onConflictDoNothing()
    .returning({ id: letters.id });
  return made.length;
}

export interface Mailer {
  send(letter: { to: string; subject: string; text: string; messageId: string }): Promise<void>;
}

/** Hands letters in to an SMTP server. */
export function smtpMailer(url: string, from: string): Mailer {
  const transport = nodemailer.createTransport(url, { from });
  return {
    async send({ to, subject, text, messageId }) {
      await transport.sendMail({ to, subject, text, messageId, headers: { 'Auto-Submitted': 'auto-generated' } });
    },
  };
}

/**
 * Sends what waits. A letter is taken by one worker for two minutes; a failure is repeated after 1, 2, 4 … minutes and
 * given up after eight attempts, the reason kept for the admin. Without a mailer a letter is only shown in the product. A
 * worker killed between the server's word and our note sends the letter again, under the same Message-ID.
 */
export async function sendLetters(now: Date, mailer: Mailer | null): Promise<number> {
  let sent = 0;
  for (;;) {
    const [letter] = await db.execute<{ id: string; to: string; subject: string; text: string; attempts: number }>(sql`
      update letters set next_at = ${new Date(now.getTime() + LEASE_MS).toISOString()}, attempts = attempts + 1
      where id = (select id from letters where state = 'waiting' and next_at <= ${now.toISOString()}
        order by next_at, id limit 1 for update skip locked)
      returning id, "to", subject, text, attempts`);
    if (!letter) return sent;
    const id = Number(letter.id);
    const settle = (set: Partial<typeof letters.$inferInsert>) =>
      db
        .update(letters)
        .set(set)
        .where(and(eq(letters.id, id), eq(letters.state, 'waiting')));
    if (!mailer) {
      await settle({ state: 'shown', sentAt: now });
      continue;
    }
    try {
      await mailer.send({ ...letter, messageId: `<otklik-letter-${id}@otklik>` });
      await settle({ state: 'sent', sentAt: now, lastError: null });
      sent++;
    } catch (err) {
      // the server's words may repeat the address: they are the admin's to read, not the log's
      log.warn({ letter: id, attempt: letter.attempts }, 'a letter was not taken');
      const lastError = err instanceof Error ? err.message.slice(0, 500) : 'unknown';
      await settle(
        letter.attempts >= MAX_ATTEMPTS
          ? { state: 'failed', lastError }
          : { lastError, nextAt: new Date(now.getTime() + 60_000 * 2 ** (letter.attempts - 1)) },
      );
    }
  }
}

export interface LetterView {
  id: number;
  at: Date;
  to: string;
  subject: string;
  text: string;
  state: 'waiting' | 'sent' | 'failed' | 'shown';
  lastError: string | null;
}

/** The latest letters to this person. */
export async function listLetters(person: Person): Promise<LetterView[]> {
  const rows = await db
    .select()
    .from(letters)
    .where(and(eq(letters.userId, person.userId), eq(letters.organizationId, person.organizationId)))
    .orderBy(sql`${letters.id} desc`)
    .limit(50);
  return rows.map((row) => ({ ...row, at: row.createdAt, state: row.state as LetterView['state'] }));
}
