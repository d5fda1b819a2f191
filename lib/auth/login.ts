import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, exists, gt, isNull, lt, ne, or, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { loginAttempts, memberships, users } from '@/db/schema/staff';
import { MAX_PASSWORD, verifyPassword } from './password';

const MAX_LOGIN = 200;
/** Failures older than this are forgotten. */
const MEMORY_HOURS = 24;
/** Where addresses tell nobody apart all failures of an account share this one, and only slow down, never refuse. */
const ANYWHERE = '*';

/** Seconds that must pass after the given number of failures in a row: two are free, then 5, 10, 20 … up to 5 minutes. */
export const delaySeconds = (failures: number): number =>
  failures < 3 ? 0 : Math.min(5 * 2 ** Math.min(failures - 3, 10), 300);

/**
 * Seconds an attempt is slowed down after so many failures on the account from elsewhere within an hour: a guesser with
 * many addresses pays on every try, the owner pays at most 4 seconds and always gets through.
 */
export const slowdownSeconds = (failuresElsewhere: number): number => Math.min(Math.floor(failuresElsewhere / 5), 4);

/** Wrong, or too early: `retryAfterSeconds` says when the next try is looked at (0 = at once). */
export interface AttemptRefused {
  ok: false;
  reason: 'wrong' | 'tooEarly';
  retryAfterSeconds: number;
}

/**
 * One guess at an account's password, counted by (login, address). It counts as a failure *before* `check` runs, with
 * the row locked, so a burst of parallel guesses gets no more tries than a slow one; success forgets the failures of
 * the pair. A stranger at another address can therefore not delay the owner beyond `slowdownSeconds`.
 * `address` null = addresses tell nobody apart (see clientAddress): then nothing is refused, all is slowed down.
 * `check` returns null for a wrong guess.
 */
export async function attempt<T>(
  login: string,
  address: string | null,
  check: () => Promise<T | null>,
): Promise<{ ok: true; value: T } | AttemptRefused> {
  const pair = { login, address: address ?? ANYWHERE };
  const counted = await db.transaction(async (tx) => {
    const ofPair = and(eq(loginAttempts.login, pair.login), eq(loginAttempts.address, pair.address));
    await tx
      .insert(loginAttempts)
      .values({ ...pair, failures: 0, lastFailureAt: new Date(0) })
      .onConflictDoNothing();
    const [row] = await tx
      .select({
        failures: loginAttempts.failures,
        age: sql<number>`extract(epoch from clock_timestamp() - ${loginAttempts.lastFailureAt})::float8`,
      })
      .from(loginAttempts)
      .where(ofPair)
      .for('update');
    const known = row!.age > MEMORY_HOURS * 3600 ? 0 : row!.failures;
    const left = address === null ? 0 : delaySeconds(known) - row!.age;
    if (left > 0) return { tooEarly: Math.ceil(left) };
    await tx
      .update(loginAttempts)
      .set({ failures: known + 1, lastFailureAt: sql`clock_timestamp()` })
      .where(ofPair);
    return { failures: known + 1 };
  });
  if ('tooEarly' in counted) return { ok: false, reason: 'tooEarly', retryAfterSeconds: counted.tooEarly! };

  const [elsewhere] = await db
    .select({ failures: sql<number>`coalesce(sum(${loginAttempts.failures}), 0)::int` })
    .from(loginAttempts)
    .where(
      and(
        eq(loginAttempts.login, login),
        gt(loginAttempts.lastFailureAt, sql`now() - interval '1 hour'`),
        address === null ? undefined : ne(loginAttempts.address, pair.address),
      ),
    );
  await sleep(slowdownSeconds(elsewhere!.failures) * 1000);

  const value = await check();
  if (value === null) {
    return { ok: false, reason: 'wrong', retryAfterSeconds: address === null ? 0 : delaySeconds(counted.failures!) };
  }
  await db
    .delete(loginAttempts)
    .where(
      or(
        and(eq(loginAttempts.login, pair.login), eq(loginAttempts.address, pair.address)),
        lt(loginAttempts.lastFailureAt, sql`now() - make_interval(hours => ${MEMORY_HOURS})`),
      ),
    );
  return { ok: true, value };
}

export const normalizeLogin = (login: string): string => login.normalize('NFC').trim().toLowerCase();

/**
 * Checks a login and its password. Whether the login does not exist, is blocked, belongs to no organization or the
 * password is wrong: the answer is the same and takes the same time.
 */
export async function logIn(input: {
  login: string;
  password: string;
  address: string | null;
}): Promise<{ ok: true; userId: string; tokenVersion: number } | AttemptRefused> {
  const login = normalizeLogin(input.login);
  if (login === '' || login.length > MAX_LOGIN || input.password.length > MAX_PASSWORD * 2) {
    return { ok: false, reason: 'wrong', retryAfterSeconds: 0 };
  }
  const result = await attempt(login, input.address, async () => {
    const [user] = await db
      .select({
        id: users.id,
        passwordHash: users.passwordHash,
        tokenVersion: users.tokenVersion,
      })
      .from(users)
      .where(
        and(
          eq(users.login, login),
          isNull(users.blockedAt),
          exists(
            db
              .select()
              .from(memberships)
              .where(and(eq(memberships.userId, users.id), isNull(memberships.blockedAt))),
          ),
        ),
      );
    return (await verifyPassword(user?.passwordHash ?? null, input.password)) ? user! : null;
  });
  return result.ok ? { ok: true, userId: result.value.id, tokenVersion: result.value.tokenVersion } : result;
}
