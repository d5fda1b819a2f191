import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { encode } from 'next-auth/jwt';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { loginAttempts, memberships, organizations, users } from '@/db/schema/staff';
import { changePassword } from '@/lib/auth/change-password';
import { attempt, logIn } from '@/lib/auth/login';
import { authOptions } from '@/lib/auth/options';
import { DUMMY_HASH, hashPassword } from '@/lib/auth/password';
import { personOf } from '@/lib/auth/person';
import { readSession } from '@/lib/auth/session';
import { authSecret } from '@/lib/auth/session-cookie';
import { resetDatabase } from '../setup/reset-database';

process.env.AUTH_SECRET = 'only for this test, long enough to be taken';
process.env.GIS_URL = 'http://127.0.0.1:9';

const PASSWORD = 'правильная лошадь';
const HOME = '203.0.113.7';
const STRANGER = '198.51.100.1';

const passwordHash = await hashPassword(PASSWORD);

async function organization(name: string): Promise<string> {
  const [row] = await db
    .insert(organizations)
    .values({ name, orgPpaGuid: randomUUID() })
    .returning({ id: organizations.id });
  return row!.id;
}

async function member(login: string, organizationIds: string[]): Promise<string> {
  const [user] = await db
    .insert(users)
    .values({ login, lastName: 'Орлова', firstName: 'Мария', patronymic: 'Сергеевна', passwordHash })
    .returning({ id: users.id });
  for (const organizationId of organizationIds) {
    await db.insert(memberships).values({ userId: user!.id, organizationId, roles: ['head', 'executor'] });
  }
  return user!.id;
}

/** Lets time pass for the delays without waiting: the failures of everybody move into the past. */
const later = (seconds: number) =>
  db.update(loginAttempts).set({ lastFailureAt: sql`last_failure_at - make_interval(secs => ${seconds})` });

let zarechye: string;
let orlova: string;

beforeEach(async () => {
  await resetDatabase();
  zarechye = await organization('Заречье');
  orlova = await member('orlova', [zarechye]);
});

describe('logging in', () => {
  test('with the password, the login in any case and with spaces around', async () => {
    expect(await logIn({ login: ' Orlova ', password: PASSWORD, address: HOME })).toEqual({
      ok: true,
      userId: orlova,
      tokenVersion: 0,
    });
  });

  test('wrong password, unknown login, blocked account, no organization: one answer', async () => {
    const blocked = await member('blocked', [zarechye]);
    await db.update(users).set({ blockedAt: new Date() }).where(eq(users.id, blocked));
    await member('nowhere', []);
    const wrong = { ok: false, reason: 'wrong', retryAfterSeconds: 0 };
    expect(await logIn({ login: 'orlova', password: `${PASSWORD}!`, address: HOME })).toEqual(wrong);
    for (const login of ['unknown', 'blocked', 'nowhere', '', 'x'.repeat(201)]) {
      expect(await logIn({ login, password: PASSWORD, address: HOME }), login).toEqual(wrong);
    }
    // the dummy hash is nobody's way in
    expect(await logIn({ login: 'unknown', password: DUMMY_HASH, address: HOME })).toEqual(wrong);
  });

  test('an unknown login is counted and delayed like a known one, and takes the time of a hash', async () => {
    const answers = async (login: string) => {
      const got = [];
      for (let i = 0; i < 5; i++) got.push(await logIn({ login, password: 'не тот пароль', address: HOME }));
      return got;
    };
    expect(await answers('unknown')).toEqual(await answers('orlova'));

    // without the dummy hash an unknown login answers in a tenth of the time; the best of several evens out the machine
    await db.delete(loginAttempts);
    const time = async (login: string) => {
      const times = [];
      for (let i = 0; i < 7; i++) {
        const start = performance.now();
        await logIn({ login, password: 'не тот пароль', address: `192.0.2.${i}` });
        times.push(performance.now() - start);
        await db.delete(loginAttempts);
      }
      return Math.min(...times);
    };
    expect((await time('unknown')) / (await time('orlova'))).toBeGreaterThan(0.5);
  });
});

describe('failures', () => {
  const guess = (address: string | null = HOME, password = 'не тот пароль') =>
    logIn({ login: 'orlova', password, address });

  test('the third in a row begins a delay, each further one doubles it', async () => {
    expect(await guess()).toMatchObject({ reason: 'wrong', retryAfterSeconds: 0 });
    expect(await guess()).toMatchObject({ reason: 'wrong', retryAfterSeconds: 0 });
    expect(await guess()).toMatchObject({ reason: 'wrong', retryAfterSeconds: 5 });
    expect(await guess()).toEqual({ ok: false, reason: 'tooEarly', retryAfterSeconds: 5 });
    await later(5);
    expect(await guess()).toMatchObject({ reason: 'wrong', retryAfterSeconds: 10 });
    await later(9);
    expect(await guess()).toEqual({ ok: false, reason: 'tooEarly', retryAfterSeconds: 1 });
    await later(1);
    expect(await guess()).toMatchObject({ reason: 'wrong', retryAfterSeconds: 20 });
  });

  test('too early even the right password is not looked at, and asking does not make the delay longer', async () => {
    for (let i = 0; i < 3; i++) await guess();
    for (let i = 0; i < 10; i++) expect(await guess(HOME, PASSWORD)).toMatchObject({ reason: 'tooEarly' });
    await later(5);
    expect(await guess(HOME, PASSWORD)).toMatchObject({ ok: true });
  });

  test('a stranger at another address does not keep the head out', async () => {
    for (let i = 0; i < 12; i++) {
      await guess(STRANGER);
      await later(300);
    }
    await guess(STRANGER);
    expect(await guess(STRANGER, PASSWORD)).toEqual({ ok: false, reason: 'tooEarly', retryAfterSeconds: 300 });
    const started = performance.now();
    expect(await guess(HOME, PASSWORD)).toMatchObject({ ok: true, userId: orlova });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('many strangers slow every guess down by seconds, and the owner still gets in', async () => {
    const strangers = Array.from({ length: 10 }, (_, i) => ({
      login: 'orlova',
      address: `192.0.2.${i}`,
      failures: 1,
      lastFailureAt: new Date(),
    }));
    await db.insert(loginAttempts).values(strangers);
    const started = performance.now();
    expect(await guess(HOME, PASSWORD)).toMatchObject({ ok: true });
    const seconds = (performance.now() - started) / 1000;
    expect(seconds).toBeGreaterThan(2);
    expect(seconds).toBeLessThan(4);
  });

  test('where addresses tell nobody apart nothing is refused', async () => {
    for (let i = 0; i < 4; i++) expect(await guess(null)).toEqual({ ok: false, reason: 'wrong', retryAfterSeconds: 0 });
    expect(await guess(null, PASSWORD)).toMatchObject({ ok: true });
  });

  test('success forgets the failures of that address, and what is a day old', async () => {
    await guess();
    await guess(STRANGER);
    await later(25 * 3600);
    await guess('192.0.2.1');
    await guess();
    expect(await guess(HOME, PASSWORD)).toMatchObject({ ok: true });
    expect(await db.select({ address: loginAttempts.address }).from(loginAttempts)).toEqual([{ address: '192.0.2.1' }]);
  });

  test('guesses at the same moment get no more tries than guesses one by one', async () => {
    let looked = 0;
    const burst = Array.from({ length: 20 }, () =>
      attempt('orlova', HOME, async () => {
        looked += 1;
        return null;
      }),
    );
    const results = await Promise.all(burst);
    expect(looked).toBe(3);
    expect(results.filter((result) => !result.ok && result.reason === 'tooEarly')).toHaveLength(17);
  });
});

describe('a session', () => {
  const claims = () => ({ userId: orlova, tokenVersion: 0 });

  test('is the person, read from the database', async () => {
    await db
      .update(memberships)
      .set({ canSend: true, gisEmployeeGuid: '7f1b2c3d-0000-4000-8000-000000000001' })
      .where(eq(memberships.userId, orlova));
    expect(await personOf(claims())).toEqual({
      kind: 'person',
      userId: orlova,
      organizationId: zarechye,
      name: 'Орлова\u00a0М.\u00a0С.',
      roles: ['head', 'executor'],
      canSend: true,
      gisEmployeeGuid: '7f1b2c3d-0000-4000-8000-000000000001',
      divisionIds: null,
      standsInFor: [],
    });
  });

  test('ends at once by a block', async () => {
    expect(await personOf(claims())).not.toBeNull();
    await db.update(users).set({ blockedAt: new Date() }).where(eq(users.id, orlova));
    expect(await personOf(claims())).toBeNull();
  });

  test('ends at once when the last membership is taken', async () => {
    await db.delete(memberships).where(eq(memberships.userId, orlova));
    expect(await personOf(claims())).toBeNull();
  });

  test('is in the chosen organization only where the person belongs to it', async () => {
    const berezy = await organization('Берёзы');
    const foreign = await organization('Аист');
    await db.insert(memberships).values({ userId: orlova, organizationId: berezy, roles: ['admin'] });
    expect(await personOf(claims(), zarechye)).toMatchObject({ organizationId: zarechye, roles: ['head', 'executor'] });
    expect(await personOf(claims(), berezy)).toMatchObject({ organizationId: berezy, roles: ['admin'] });
    for (const other of [undefined, foreign, 'rubbish']) {
      expect(await personOf(claims(), other)).toMatchObject({ organizationId: berezy });
    }
  });

  test('cookies that are not ours, or too old, are nobody', async () => {
    const token = { sub: orlova, tokenVersion: 0 };
    const good = await encode({ token, secret: authSecret(), maxAge: 60 });
    expect(await readSession(good)).toEqual({ userId: orlova, tokenVersion: 0 });
    expect(await readSession(await encode({ token, secret: 'somebody else’s secret', maxAge: 60 }))).toBeNull();
    expect(await readSession(await encode({ token, secret: authSecret(), maxAge: -60 }))).toBeNull();
    expect(await readSession(await encode({ token: { sub: orlova }, secret: authSecret() }))).toBeNull();
    expect(await readSession(`${good.slice(0, -4)}AAAA`)).toBeNull();
    for (const rubbish of [undefined, '', 'x', '{}']) expect(await readSession(rubbish)).toBeNull();
  });

  test('the provider hands the form a code and never an error of the database', async () => {
    const provider = authOptions().providers[0] as unknown as {
      options: { authorize(credentials: unknown, request: { headers: Record<string, string> }): Promise<unknown> };
    };
    const authorize = (credentials: unknown) =>
      provider.options.authorize(credentials, { headers: { 'x-client-address': HOME } });
    await expect(authorize({ login: 'orlova', password: PASSWORD })).resolves.toEqual({ id: orlova, tokenVersion: 0 });
    await expect(authorize({ login: 'orlova', password: 'x' })).rejects.toThrow(/^wrong$/);
    await expect(authorize({ login: ['orlova'], password: { $ne: null } })).resolves.toBeNull();
    // a NUL sign is more than PostgreSQL takes
    await expect(authorize({ login: 'or\u0000lova', password: 'x' })).rejects.toThrow(/^unexpected$/);
    expect(await db.select().from(loginAttempts).where(eq(loginAttempts.address, HOME))).toHaveLength(1);
  });
});

describe('a new password', () => {
  const input = { current: PASSWORD, next: 'синий чайник', repeat: 'синий чайник' };
  const person = async () => (await personOf({ userId: orlova, tokenVersion: 0 }))!;

  test('ends every session that was, and the old password', async () => {
    expect(await changePassword(await person(), input)).toEqual({ ok: true, tokenVersion: 1 });
    expect(await personOf({ userId: orlova, tokenVersion: 0 })).toBeNull();
    expect(await personOf({ userId: orlova, tokenVersion: 1 })).toMatchObject({ userId: orlova });
    expect(await logIn({ login: 'orlova', password: PASSWORD, address: HOME })).toMatchObject({ reason: 'wrong' });
    expect(await logIn({ login: 'orlova', password: input.next, address: HOME })).toMatchObject({ tokenVersion: 1 });
  });

  test.each([
    [{ ...input, current: 'не тот пароль' }, 'current'],
    [{ ...input, next: 'короткий', repeat: 'короткий' }, 'next'],
    [{ ...input, repeat: 'синий чайник!' }, 'repeat'],
    [{ current: PASSWORD, next: PASSWORD, repeat: PASSWORD }, 'next'],
  ])('%j is refused at %s and changes nothing', async (wrong, field) => {
    const result = await changePassword(await person(), wrong);
    expect(result).toMatchObject({ ok: false, reason: 'invalid' });
    expect(Object.keys((result as { fields: object }).fields)).toEqual([field]);
    expect(await logIn({ login: 'orlova', password: PASSWORD, address: HOME })).toMatchObject({ tokenVersion: 0 });
  });

  test('guessing the present one is delayed, and delays no log-in', async () => {
    const orlovaNow = await person();
    for (let i = 0; i < 3; i++) await changePassword(orlovaNow, { ...input, current: 'не тот пароль' });
    expect(await changePassword(orlovaNow, input)).toMatchObject({
      fields: { current: 'Слишком много неудачных попыток. Следующая попытка\u00a0— через\u00a05\u00a0секунд.' },
    });
    expect(await logIn({ login: 'orlova', password: PASSWORD, address: HOME })).toMatchObject({ ok: true });
  });

  test('two at once: one wins, the other is told', async () => {
    const orlovaNow = await person();
    const results = await Promise.all([
      changePassword(orlovaNow, input),
      changePassword(orlovaNow, { ...input, next: 'белый самовар', repeat: 'белый самовар' }),
    ]);
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(results.find((result) => !result.ok)).toMatchObject({ reason: 'stale' });
  });
});
