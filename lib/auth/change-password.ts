import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { users } from '@/db/schema/staff';
import { invalid, notFound, type Result } from '@/lib/errors';
import type { Person } from './actor';
import { attempt } from './login';
import { nextTryInWords, TOO_MANY } from './login-error';
import { hashPassword, MAX_PASSWORD, passwordProblem, verifyPassword } from './password';

const typed = z.string().max(MAX_PASSWORD * 2, `Пароль длиннее ${MAX_PASSWORD} знаков.`);

export const changePasswordSchema = z.object({ current: typed, next: typed, repeat: typed });

/**
 * The person's own new password. Ends every session of his, also the one that asks: give it a new one with the returned
 * `tokenVersion`. Refuses (`invalid`, by field) a wrong present password, counted and delayed like a log-in so that an
 * unattended screen is no way to guess it, a weak new one, the same one, and a repetition that differs.
 */
export async function changePassword(
  person: Person,
  input: z.output<typeof changePasswordSchema>,
): Promise<Result<{ tokenVersion: number }>> {
  const [user] = await db.select().from(users).where(eq(users.id, person.userId));
  if (!user) return notFound;
  const problem = passwordProblem(input.next, user.login);
  if (problem) return invalid('Пароль не\u00a0изменён.', { next: problem });
  if (input.next !== input.repeat) return invalid('Пароль не\u00a0изменён.', { repeat: 'Пароли не\u00a0совпадают.' });
  if (input.next === input.current) {
    return invalid('Пароль не\u00a0изменён.', { next: 'Новый пароль такой же, как прежний.' });
  }

  // the address of the account itself: a guess here neither delays log-ins nor is delayed by them
  const checked = await attempt(user.login, `user:${user.id}`, async () =>
    (await verifyPassword(user.passwordHash, input.current)) ? user : null,
  );
  if (!checked.ok) {
    const why = checked.reason === 'wrong' ? 'Прежний пароль не\u00a0подходит.' : TOO_MANY;
    return invalid('Пароль не\u00a0изменён.', { current: why + nextTryInWords(checked.retryAfterSeconds) });
  }
  const [changed] = await db
    .update(users)
    .set({ passwordHash: await hashPassword(input.next), tokenVersion: sql`${users.tokenVersion} + 1` })
    // not when somebody else changed or reset it meanwhile
    .where(and(eq(users.id, user.id), eq(users.tokenVersion, user.tokenVersion)))
    .returning({ tokenVersion: users.tokenVersion });
  if (!changed) return { ok: false, reason: 'stale', message: 'Пароль уже сменили. Войдите снова.' };
  return { ok: true, tokenVersion: changed.tokenVersion };
}
