import path from 'node:path';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres, { type ISql } from 'postgres';
import { connect } from './client';

/** Any number, the same in every version of the product: it is what makes two processes wait for each other. */
const ADVISORY_LOCK = 7_305_114;

const MIGRATIONS = path.join(import.meta.dirname, '..', 'drizzle');

/**
 * Brings the database to the newest migration of `drizzle/`; creates the database if the server has none of that name.
 * Safe to run again and by several processes at once (an advisory lock makes them queue). Throws when a migration of
 * the folder was not applied although a newer one was: Drizzle itself would skip it silently.
 */
export async function migrate(url: string): Promise<void> {
  await createDatabase(url);
  const client = connect(url, { max: 1 });
  try {
    await client`select pg_advisory_lock(${ADVISORY_LOCK})`;
    const db = drizzle(client);
    await runMigrations(db, { migrationsFolder: MIGRATIONS });
    const applied = await db.execute<{ hash: string }>(sql`select hash from drizzle.__drizzle_migrations`);
    const known = new Set(applied.map((row) => row.hash));
    const skipped = readMigrationFiles({ migrationsFolder: MIGRATIONS }).filter(({ hash }) => !known.has(hash));
    if (skipped.length > 0) {
      throw new Error(`${skipped.length} migrations were skipped: generate them again on top of the newest one`);
    }
  } finally {
    // closing the session releases the lock
    await client.end({ timeout: 5 });
  }
}

/** Migrations of this program, oldest first. */
export const knownMigrations = (): string[] =>
  readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ hash }) => hash);

/** Migrations that a database has, oldest first; none where the product has never been. */
export async function appliedMigrations(tx: ISql): Promise<string[]> {
  const [found] = await tx<{ table: string | null }[]>`select to_regclass('drizzle.__drizzle_migrations') as table`;
  if (!found!.table) return [];
  const rows = await tx<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations order by created_at`;
  return rows.map(({ hash }) => hash);
}

/**
 * What `migrate` does, in the caller's transaction and until the database has the first `level` migrations: a restore needs
 * the tables as they were at the backup before it brings them to the present.
 */
export async function migrateWithin(tx: ISql, level: number): Promise<void> {
  await tx`select pg_advisory_xact_lock(${ADVISORY_LOCK})`;
  // as drizzle-orm makes it
  await tx`create schema if not exists drizzle`;
  await tx`create table if not exists drizzle.__drizzle_migrations
    (id serial primary key, hash text not null, created_at bigint)`;
  const done = (await appliedMigrations(tx)).length;
  for (const migration of readMigrationFiles({ migrationsFolder: MIGRATIONS }).slice(done, level)) {
    for (const statement of migration.sql) await tx.unsafe(statement);
    await tx`insert into drizzle.__drizzle_migrations (hash, created_at)
      values (${migration.hash}, ${migration.folderMillis})`;
  }
}

/** Makes the database of the URL unless the server has it. */
export async function createDatabase(url: string): Promise<void> {
  const client = connect(url, { max: 1 });
  try {
    await client`select 1`;
    return;
  } catch (error) {
    if (!(error instanceof postgres.PostgresError && error.code === '3D000')) throw error;
  } finally {
    await client.end({ timeout: 5 });
  }
  const target = new URL(url);
  const name = decodeURIComponent(target.pathname.slice(1));
  target.pathname = '/postgres';
  const server = connect(target.href, { max: 1 });
  try {
    await server`create database ${server(name)}`;
  } catch (error) {
    // another process was faster
    if (!(error instanceof postgres.PostgresError && ['42P04', '23505'].includes(error.code))) throw error;
  } finally {
    await server.end({ timeout: 5 });
  }
}
