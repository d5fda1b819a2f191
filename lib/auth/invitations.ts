import { createHash, randomBytes } from 'node:crypto';
import { and, eq, exists, gt, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { invitations, memberships, users } from '@/db/schema/staff';
import { invalid, type Result } from '@/lib/errors';
import { hashPassword, MAX_PASSWORD, passwordProblem } from './password';

/** A link that lets one person choose a password once. */

const INVITATION_HOURS = 72;

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * A new link for the person, good once and for 72 hours; earlier links of his die. Gives the secret part of the address,
 * which is kept only hashed and cannot be shown again. The caller has checked that he may.
 */
export async function invite(tx: Tx, userId: string, createdBy: string, now = new Date()): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await tx.delete(invitations).where(eq(invitations.userId, userId));
  await tx.insert(invitations).values({
    tokenHash: hashOf(token),
    userId,
    createdBy,
    createdAt: now,
    expiresAt: new Date(now.getTime() + INVITATION_HOURS * 3_600_000),
  });
  return token;
}

const usable = (token: string, now: Date) =>
  and(
    eq(invitations.tokenHash, hashOf(token)),
    isNull(invitations.usedAt),
    gt(invitations.expiresAt, now),
    exists(
      db
        .select({ one: sql`1` })
        .from(users)
        .innerJoin(memberships, eq(memberships.userId, users.id))
        .where(and(eq(users.id, sql`invitations.user_id`), isNull(users.blockedAt), isNull(memberships.blockedAt))),
    ),
  );

/** The login a link is for; null when it was used, replaced, is too old, or its person is blocked: all look alike. */
export async function findInvitation(token: string, now = new Date()): Promise<{ login: string } | null> {
  const [row] = await db
    .select({ login: users.login })
    .from(invitations)
    .innerJoin(users, eq(users.id, invitations.userId))
    .where(usable(token, now));
  return row ?? null;
}

const typed = z.string().max(MAX_PASSWORD * 2, `Пароль длиннее ${MAX_PASSWORD} знаков.`);
export const acceptSchema = z.object({ token: z.string().max(100), next: typed, repeat: typed });

const GONE =
  'Ссылка больше не\u00a0действует: она одноразовая и\u00a0живёт трое суток. Попросите новую у\u00a0администратора.';

/** Sets the password the link was given for; ends the person's sessions. Of two at once one gets through. */
export async function acceptInvitation(
  input: z.output<typeof acceptSchema>,
  now = new Date(),
): Promise<Result<{ login: string }>> {
  const known = await findInvitation(input.token, now);
  if (!known) return { ok: false, reason: 'notAllowed', message: GONE };
  const problem = passwordProblem(input.next, known.login);
  if (problem) return invalid('Пароль не\u00a0принят.', { next: problem });
  if (input.next !== input.repeat) return invalid('Пароль не\u00a0принят.', { repeat: 'Пароли не\u00a0совпадают.' });
  const passwordHash = await hashPassword(input.next);
  return db.transaction(async (tx) => {
    const [used] = await tx
      .update(invitations)
      .set({ usedAt: now })
      .where(usable(input.token, now))
      .returning({ userId: invitations.userId });
    if (!used) return { ok: false, reason: 'notAllowed', message: GONE } as const;
    const [user] = await tx
      .update(users)
      .set({ passwordHash, tokenVersion: sql`${users.tokenVersion} + 1` })
      .where(eq(users.id, used.userId))
      .returning({ login: users.login });
    return { ok: true, login: user!.login } as const;
  });
}
