import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { db } from '@/db/client';
import { leases } from '@/db/schema/jobs';
import { withLease } from '@/lib/lease';
import { resetDatabase } from '../setup/reset-database';

beforeEach(resetDatabase);

/** Work that goes on until it is told to end. */
function work() {
  let end = (_: string) => {};
  const done = new Promise<string>((resolve) => {
    end = resolve;
  });
  return { run: () => done, end };
}

test('one at a time by key; the others are told at once, and the next one may', async () => {
  const first = work();
  const running = withLease('a', first.run);
  await expect.poll(() => db.$count(leases)).toBe(1);
  expect(await withLease('a', async () => 'second')).toBeNull();
  expect(await withLease('b', async () => 'other')).toBe('other');
  first.end('first');
  expect(await running).toBe('first');
  expect(await withLease('a', async () => 'third')).toBe('third');
  expect(await db.$count(leases)).toBe(0);
});

test('of ten at once one gets it', async () => {
  const job = work();
  const all = Array.from({ length: 10 }, () => withLease('a', job.run));
  setTimeout(() => job.end('mine'), 300);
  expect((await Promise.all(all)).filter((result) => result !== null)).toEqual(['mine']);
});

test('a lease that outlives its process lapses; one that is renewed does not', async () => {
  // what a killed process leaves behind
  await db.insert(leases).values({
    key: 'a',
    token: '00000000-0000-4000-8000-000000000001',
    until: sql`clock_timestamp() + interval '1 second'` as unknown as Date,
  });
  expect(await withLease('a', async () => 'too early')).toBeNull();
  await expect.poll(() => withLease('a', async () => 'mine'), { timeout: 5000 }).toBe('mine');
  const long = work();
  const running = withLease('a', long.run);
  await expect.poll(() => db.$count(leases)).toBe(1);
  await db.update(leases).set({ until: sql`clock_timestamp() + interval '6 seconds'` as unknown as Date });
  const [before] = await db.select().from(leases);
  await expect
    .poll(async () => (await db.select().from(leases))[0]!.until.getTime(), { timeout: 8000, interval: 500 })
    .toBeGreaterThan(before!.until.getTime());
  long.end('long');
  expect(await running).toBe('long');
});

test('work that throws gives its lease back', async () => {
  await expect(withLease('a', () => Promise.reject(new Error('х')))).rejects.toThrow('х');
  expect(await db.$count(leases)).toBe(0);
});

test('whoever lost his lease does not take the new one’s away', async () => {
  const first = work();
  const running = withLease('a', first.run);
  await expect.poll(() => db.$count(leases)).toBe(1);
  await db.update(leases).set({ until: sql`clock_timestamp() - interval '1 second'` as unknown as Date });
  const second = work();
  const next = withLease('a', second.run);
  await expect.poll(async () => (await db.select().from(leases))[0]!.until.getTime() > Date.now()).toBe(true);
  first.end('first');
  await running;
  expect(await db.$count(leases)).toBe(1);
  second.end('second');
  expect(await next).toBe('second');
});
