import path from 'node:path';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
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

async function createDatabase(url: string): Promise<void> {
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
