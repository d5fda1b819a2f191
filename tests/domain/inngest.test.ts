import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { db } from '@/db/client';
import { syncRuns } from '@/db/schema/debt-requests';
import { jobRuns, leases } from '@/db/schema/jobs';
import { engineOf } from '@/lib/jobs/engine';
import { runJob } from '@/lib/jobs/run';
import { JOBS } from '@/lib/jobs/table';
import { log } from '@/lib/log';
import { makeOrganization } from '../factories';
import { resetDatabase } from '../setup/reset-database';

/** The jobs under Inngest, by the SDK's own protocol: each call of the endpoint does the next step and gives it back. */

beforeEach(async () => {
  await resetDatabase();
  vi.stubEnv('INNGEST_DEV', '1');
  // letters name the address of the product
  vi.stubEnv('AUTH_SECRET', 'x'.repeat(32));
  vi.stubEnv('GIS_URL', 'http://127.0.0.1:1');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await db.execute(sql`drop trigger if exists refuse_run on sync_runs`);
});

interface Op {
  id: string;
  op: string;
  data?: unknown;
}

/** What Inngest keeps of one run of a function: results of its steps, by id. */
type Memo = Record<string, { type: 'data'; data: unknown }>;

/** One call of the endpoint, as Inngest makes it. */
async function call(
  fnId: string,
  memo: Memo,
  attempt = 0,
  stepId = 'step',
): Promise<{ status: number; body: unknown }> {
  const { POST } = await import('@/app/api/inngest/route');
  const event = { name: JOBS.find(({ id }) => id === fnId)!.event, id: 'the same event', data: {} };
  const reply = await POST(
    new Request(`http://127.0.0.1:3000/api/inngest?fnId=otklik-${fnId}&stepId=${stepId}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Inngest-Server-Kind': 'dev' },
      body: JSON.stringify({
        version: 2,
        event,
        events: [event],
        steps: memo,
        ctx: { run_id: 'run', attempt, stack: { stack: Object.keys(memo), current: Object.keys(memo).length } },
      }),
    }) as never,
    {},
  );
  return { status: reply.status, body: await reply.json() };
}

/** Goes on until the function has ended or a step has failed; gives the failed step's name of error. */
async function carryOn(fnId: string, memo: Memo = {}, attempt = 0): Promise<string | null> {
  for (let i = 0; i < 50; i++) {
    const { status, body } = await call(fnId, memo, attempt);
    if (status === 200) return null;
    if (status !== 206) throw new Error(`${fnId}: ${status} ${JSON.stringify(body)}`);
    for (const op of (Array.isArray(body) ? body : [body]) as Op[]) {
      if (op.op === 'RunComplete') return null;
      if (op.op === 'StepError' || op.op === 'StepFailed') return op.op;
      memo[op.id] = { type: 'data', data: op.data ?? null };
    }
  }
  throw new Error('the function does not end');
}

const started = (organizationId: string) => db.$count(syncRuns, eq(syncRuns.organizationId, organizationId));
/** An organization that has been here for long and has never received: due now. */
const makeOld = () => makeOrganization({ createdAt: new Date('2026-01-01') });

test('every job runs to its end', async () => {
  await makeOld();
  for (const job of JOBS) expect([job.id, await carryOn(job.id)]).toEqual([job.id, null]);
  const rows = await db.select().from(jobRuns);
  expect(rows.map(({ job }) => job).sort()).toEqual(JOBS.map(({ id }) => id).sort());
  expect(rows.every(({ lastSucceededAt, lastError }) => lastSucceededAt !== null && lastError === null)).toBe(true);
});

test('a step that fails is repeated alone: what was done before it is not done again', async () => {
  const [printed, logged] = [vi.spyOn(console, 'error'), vi.spyOn(log, 'error')];
  const all = [await makeOld(), await makeOld(), await makeOld()].sort((a, b) => (a.id < b.id ? -1 : 1));
  await db.execute(sql`create or replace function refuse_run() returns trigger language plpgsql as $$
    begin raise exception 'disk full'; end $$`);
  await db.execute(
    sql.raw(`create trigger refuse_run before insert on sync_runs for each row
    when (new.organization_id = '${all[1]!.id}') execute function refuse_run()`),
  );
  const memo: Memo = {};
  expect(await carryOn('receive-requests', memo)).toBe('StepError');
  expect(await Promise.all(all.map(({ id }) => started(id)))).toEqual([1, 0, 0]);
  // would be due again, if its step were done again
  await db
    .update(syncRuns)
    .set({ state: 'done', startedAt: new Date('2026-01-02'), finishedAt: new Date('2026-01-02') });
  await db.execute(sql`drop trigger refuse_run on sync_runs`);
  expect(await carryOn('receive-requests', memo, 1)).toBeNull();
  expect(await Promise.all(all.map(({ id }) => started(id)))).toEqual([1, 1, 1]);
  expect(await db.$count(leases)).toBe(0);
  // the SDK tells of the failure through our log, which leaves the values of a statement out
  expect(logged).toHaveBeenCalled();
  expect(printed).not.toHaveBeenCalled();
});

test('the same event twice has no second effect, nor have both engines at once', async () => {
  const { id } = await makeOld();
  const job = JOBS.find((known) => known.id === 'receive-requests')!;
  await Promise.all([carryOn('receive-requests'), carryOn('receive-requests'), runJob(job), runJob(job)]);
  expect(await started(id)).toBe(1);
});

test('the engine: Inngest where its SDK is set up, else the worker’s own timers', () => {
  expect(engineOf({} as NodeJS.ProcessEnv)).toBe('embedded');
  for (const name of ['INNGEST_EVENT_KEY', 'INNGEST_SIGNING_KEY', 'INNGEST_DEV'])
    expect(engineOf({ [name]: '1' } as unknown as NodeJS.ProcessEnv)).toBe('inngest');
  // switched off by name, with nothing to talk to: nobody would run the jobs
  for (const off of ['0', 'false', ''])
    expect(engineOf({ INNGEST_DEV: off } as unknown as NodeJS.ProcessEnv)).toBe('embedded');
});

test('what Inngest is given to keep are ids and numbers', async () => {
  await makeOld();
  for (const { id } of JOBS) {
    const memo: Memo = {};
    await carryOn(id, memo);
    for (const { data } of Object.values(memo)) {
      const values = data && typeof data === 'object' ? Object.values(data) : [data];
      for (const value of values)
        expect(typeof value === 'number' || value === null || /^[0-9a-f-]{36}$/.test(String(value))).toBe(true);
    }
  }
});
