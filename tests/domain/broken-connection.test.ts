import { setTimeout as delay } from 'node:timers/promises';
import { eq, sql as text } from 'drizzle-orm';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { closeDb, db, isDatabaseAway, sql } from '@/db/client';
import { organizations } from '@/db/schema/staff';
import { makeOrganization } from '../factories';
import { resetDatabase } from '../setup/reset-database';

/** What a transaction becomes whose connection broke in the middle, while its function goes on. */

beforeEach(resetDatabase);
afterAll(closeDb);

/** A transaction whose connection ends, and which writes after `pause`; `end` tells what became of the writing. */
function breakInTheMiddle(id: string, pause: () => Promise<unknown>) {
  const late: { end?: unknown } = {};
  const transaction = db.transaction(async (tx) => {
    const [row] = await tx.execute<{ pid: number }>(text`select pg_backend_pid() as pid`);
    await sql`select pg_terminate_backend(${row!.pid})`;
    await pause();
    try {
      await tx.update(organizations).set({ name: 'после' }).where(eq(organizations.id, id));
      late.end = 'done';
    } catch (error) {
      late.end = error;
      throw error;
    }
  });
  return { transaction, late };
}

test('a transaction whose connection broke is refused as a whole, also what its function does later', async () => {
  const { id } = await makeOrganization({ name: 'до' });
  let goOn = () => {};
  const inside = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const { transaction, late } = breakInTheMiddle(id, () => inside);
  await expect(transaction).rejects.toSatisfy(isDatabaseAway);
  // every connection of the pool is in use again, the broken one too
  await Promise.all(Array.from({ length: 10 }, () => sql`select pg_sleep(0.3)`));
  goOn();
  await delay(500);
  const [row] = await db.select({ name: organizations.name }).from(organizations).where(eq(organizations.id, id));
  expect(row!.name).toBe('до');
  expect(late.end).toSatisfy(isDatabaseAway);
});

test('what a broken transaction does at once, before the connection is made again, ends no process', async () => {
  const { id } = await makeOrganization({ name: 'до' });
  const { transaction, late } = breakInTheMiddle(id, () => delay(100));
  await expect(transaction).rejects.toSatisfy(isDatabaseAway);
  await delay(300);
  expect(late.end).toSatisfy(isDatabaseAway);
});

test('what is left running of a transaction that was rolled back sends nothing more', async () => {
  const { id } = await makeOrganization({ name: 'до' });
  let late: Promise<unknown> | undefined;
  const transaction = db.transaction(async (tx) => {
    late = delay(200).then(() => tx.update(organizations).set({ name: 'после' }).where(eq(organizations.id, id)));
    late.catch(() => {});
    throw new Error('no');
  });
  await expect(transaction).rejects.toThrow('no');
  await expect(late).rejects.toMatchObject({ cause: { message: 'this transaction has ended' } });
  const [row] = await db.select({ name: organizations.name }).from(organizations).where(eq(organizations.id, id));
  expect(row!.name).toBe('до');
});

test('a connection that the server ends during a statement of a transaction ends no process', async () => {
  for (let time = 0; time < 5; time++) {
    const transaction = db.transaction(async (tx) => {
      const [row] = await tx.execute<{ pid: number }>(text`select pg_backend_pid() as pid`);
      setTimeout(async () => await sql`select pg_terminate_backend(${row!.pid})`, 50);
      await tx.execute(text`select pg_sleep(10)`);
    });
    await expect(transaction).rejects.toSatisfy(isDatabaseAway);
    // what follows it on that connection would be thrown outside any promise
    await delay(50);
  }
});
