import { eq } from 'drizzle-orm';
import { beforeEach, expect, test, vi } from 'vitest';
import { db } from '@/db/client';
import { syncRuns } from '@/db/schema/debt-requests';
import { exchanges } from '@/db/schema/exchange';
import { jobRuns } from '@/db/schema/jobs';
import { runJob } from '@/lib/jobs/run';
import { JOBS } from '@/lib/jobs/table';
import { makeOrganization, makeRequest, reload } from '../factories';
import { resetDatabase } from '../setup/reset-database';

beforeEach(resetDatabase);

const job = (id: string) => JOBS.find((known) => known.id === id)!;

test('the daily receiving starts one run per organization, however often it is called', async () => {
  const [a, b] = [await makeOrganization(), await makeOrganization()];
  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000);
  await Promise.all([runJob(job('receive-requests'), tomorrow), runJob(job('receive-requests'), tomorrow)]);
  await runJob(job('receive-requests'), tomorrow);
  const runs = await db.select({ organizationId: syncRuns.organizationId }).from(syncRuns);
  expect(runs.map(({ organizationId }) => organizationId).sort()).toEqual([a.id, b.id].sort());
});

test('terms end by the job', async () => {
  const request = await makeRequest(await makeOrganization(), { responseDate: '2026-01-12', status: 'in_progress' });
  expect(await runJob(job('expire-requests'))).toEqual({ expired: 1 });
  expect(await reload(request.id)).toMatchObject({ status: 'expired', statusBeforeExpiry: 'in_progress' });
});

test('missing dictionaries are asked for once', async () => {
  expect(await runJob(job('load-dictionaries'))).toEqual({ asked: 0 });
  await makeOrganization();
  expect(await runJob(job('load-dictionaries'))).toEqual({ asked: 2 });
  expect(await runJob(job('load-dictionaries'))).toEqual({ asked: 0 });
  expect(await db.select().from(exchanges)).toHaveLength(2);
});

test('a failure is recorded and thrown, so that an engine can repeat it', async () => {
  const broken = { ...job('sweep-exchange'), run: () => Promise.reject(new TypeError('х')) };
  await expect(runJob(broken)).rejects.toThrow(TypeError);
  expect((await db.select().from(jobRuns).where(eq(jobRuns.job, broken.id)))[0]).toMatchObject({
    lastError: 'TypeError',
    lastSucceededAt: null,
  });
});

test('every job is registered with Inngest by its cron in Moscow time and its event', async () => {
  vi.stubEnv('INNGEST_DEV', '1');
  const { GET } = await import('@/app/api/inngest/route');
  const { functions } = await import('@/lib/jobs/inngest');
  const reply = await GET(new Request('http://127.0.0.1:3000/api/inngest') as never, {});
  expect(reply.status).toBe(200);
  expect(await reply.json()).toMatchObject({ function_count: JOBS.length });
  const registered = functions.map((made) => ({ id: made.id(), triggers: made.opts.triggers }));
  expect(registered).toEqual(
    JOBS.map(({ id, cron, event }) => ({ id, triggers: [{ cron: `TZ=Europe/Moscow ${cron}` }, { event }] })),
  );
});
