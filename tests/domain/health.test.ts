import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GET } from '@/app/api/health/route';
import { closeDb, db, sql } from '@/db/client';
import { syncRuns } from '@/db/schema/debt-requests';
import { exchanges } from '@/db/schema/exchange';
import { workerState } from '@/db/schema/jobs';
import { organizations } from '@/db/schema/staff';
import { resetDatabase } from '../setup/reset-database';

const url = process.env.DATABASE_URL;

beforeEach(resetDatabase);
afterEach(async () => {
  if (process.env.DATABASE_URL === url) return;
  await closeDb();
  process.env.DATABASE_URL = url;
});

async function ask() {
  const response = await GET(new Request('http://127.0.0.1:3000/api/health'));
  return { status: response.status, body: await response.json() };
}

test('nothing has run yet: the database is there, the worker is not', async () => {
  expect(await ask()).toEqual({
    status: 503,
    body: {
      ok: false,
      database: 'ok',
      worker: { ok: false, heartbeatAt: null, canSign: null },
      lastSyncAt: null,
      oldestWaitingExchangeAt: null,
    },
  });
});

test('a living worker makes it well; one that fell silent does not', async () => {
  const heartbeatAt = new Date();
  await db.insert(workerState).values({ heartbeatAt, engine: 'embedded', keyProblem: 'Срок ключа истёк.' });
  expect(await ask()).toMatchObject({
    status: 200,
    body: { ok: true, worker: { ok: true, heartbeatAt: heartbeatAt.toISOString(), canSign: false } },
  });
  await db.update(workerState).set({ heartbeatAt: new Date(Date.now() - 3 * 60_000), keyProblem: null });
  expect(await ask()).toMatchObject({ status: 503, body: { ok: false, worker: { ok: false, canSign: true } } });
});

test('it names the last receiving that came to its end and the oldest message that waits', async () => {
  const [organization] = await db
    .insert(organizations)
    .values({ name: 'Заречье', orgPpaGuid: randomUUID() })
    .returning();
  const of = { organizationId: organization!.id };
  const at = (hour: number) => new Date(Date.UTC(2026, 10, 19, hour));
  const run = { ...of, windows: [], onlyUnanswered: false };
  await db.insert(syncRuns).values([
    { ...run, state: 'done', finishedAt: at(4) },
    { ...run, state: 'done', finishedAt: at(5) },
    { ...run, state: 'failed', finishedAt: at(6) },
  ]);
  const message = { ...of, service: 'debtRequests', operation: 'exportDebtSubrequests' };
  await db.insert(exchanges).values([
    { ...message, state: 'done', createdAt: at(1) },
    { ...message, state: 'unknown', createdAt: at(7) },
    { ...message, state: 'queued', createdAt: at(8) },
  ]);
  expect((await ask()).body).toMatchObject({
    lastSyncAt: at(5).toISOString(),
    oldestWaitingExchangeAt: at(7).toISOString(),
  });
});

test('without the database it still answers, and soon', async () => {
  await sql`select 1`;
  process.env.DATABASE_URL = 'postgres://127.0.0.1:9/none';
  const started = performance.now();
  expect(await ask()).toMatchObject({ status: 503, body: { ok: false, database: 'unreachable' } });
  expect(performance.now() - started).toBeLessThan(4000);
});
