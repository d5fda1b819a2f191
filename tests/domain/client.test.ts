import { sql as statement } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { bigint, date, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { closeDb, connect, db, listen, sql } from '@/db/client';
import { migrate } from '@/db/migrate';

const samples = pgTable('samples', {
  day: date('day').notNull(),
  at: timestamp('at', { withTimezone: true }).notNull(),
  kopecks: bigint('kopecks', { mode: 'number' }).notNull(),
  number: text('number').notNull(),
});

beforeAll(async () => {
  await sql`create table samples (day date, at timestamptz, kopecks bigint, number text)`;
});
afterAll(async () => {
  await sql`drop table samples`;
});

test('a day stays a day, a moment is a Date, money a number, through Drizzle and through plain SQL', async () => {
  const at = new Date('2026-03-01T21:30:00.123Z');
  const row = { day: '2026-03-02', at, kopecks: 9_007_199_254_740_991, number: '00123' };
  await db.insert(samples).values(row);
  expect(await db.select().from(samples)).toEqual([row]);
  expect(await sql`select * from samples where at = ${at}`).toEqual([{ ...row, kopecks: '9007199254740991' }]);
  const [computed] = await db.execute<{ last: Date }>(statement`select max(${samples.at}) as last from ${samples}`);
  expect(computed?.last).toEqual(at);
  expect(await db.select().from(samples).where(statement`${samples.at} <= ${at}`)).toHaveLength(1);
});

test('a transaction is taken back when it throws', async () => {
  await sql`truncate samples`;
  const row = { day: '2026-03-02', at: new Date(), kopecks: 1, number: '1' };
  await expect(
    db.transaction(async (tx) => {
      await tx.insert(samples).values(row);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await db.select().from(samples)).toEqual([]);
});

test('the pool is opened again after closeDb', async () => {
  await closeDb();
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
});

test('listening outlives a cut connection, and says that it was cut', async () => {
  const heard: string[] = [];
  let connected = 0;
  const unlisten = await listen(
    'news',
    (payload) => heard.push(payload),
    () => connected++,
  );
  await sql.notify('news', 'first');
  await vi.waitFor(() => expect(heard).toEqual(['first']));
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where query like 'listen%' and datname = current_database()`;
  await vi.waitFor(() => expect(connected).toBe(2), { timeout: 10_000 });
  await sql.notify('news', 'second');
  await vi.waitFor(() => expect(heard).toEqual(['first', 'second']));
  await unlisten();
});

test('two processes may migrate a database that does not exist yet, at the same time', async () => {
  const url = new URL(process.env.DATABASE_URL!);
  url.pathname = `${url.pathname}_new`;
  await Promise.all([migrate(url.href), migrate(url.href), migrate(url.href)]);
  const client = connect(url.href, { max: 1 });
  const applied = await client`select hash from drizzle.__drizzle_migrations`;
  expect(applied).toHaveLength(readMigrationFiles({ migrationsFolder: 'drizzle' }).length);

  // Drizzle looks at the newest applied one alone: a migration from another branch would be skipped in silence
  await client`update drizzle.__drizzle_migrations set hash = 'of another branch'`;
  await expect(migrate(url.href)).rejects.toThrow('migrations were skipped');
  await client.end();
  await sql`drop database ${sql(url.pathname.slice(1))} with (force)`;
});
