import { sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { jobRuns } from '@/db/schema/jobs';
import { withLease } from '@/lib/lease';
import { log } from '@/lib/log';
import type { Job } from './table';

/** How an engine does a piece of a job: at once, or as a step of its own that is repeated alone when it fails. */
export type Step = <T>(id: string, work: () => Promise<T>) => Promise<T>;

const atOnce: Step = (_, work) => work();

/**
 * Runs a job and records how it went. Each piece is done under a lease, so that two engines or two workers at the same
 * minute do it once. A piece that fails does not keep the others from being done; then the first failure is thrown.
 */
export async function runJob(job: Job, now = new Date(), step: Step = atOnce): Promise<Record<string, number>> {
  const failures: unknown[] = [];
  const total: Record<string, number> = {};
  const piece = async (id: string, work: () => Promise<Record<string, number>>) => {
    try {
      const result = await step(id, async () => (await withLease(`job ${job.id} ${id}`, work)) ?? {});
      for (const [key, value] of Object.entries(result)) total[key] = (total[key] ?? 0) + value;
    } catch (error) {
      failures.push(error);
    }
  };
  if ('run' in job) {
    await step('start', () => record(job.id, { lastStartedAt: now }));
    await piece('run', () => job.run(now));
  } else {
    const ids = await step('find', async () => {
      await record(job.id, { lastStartedAt: now });
      return job.find(now);
    });
    for (const id of ids) await piece(id, () => job.runFor(id, now));
  }
  const [failure] = failures;
  await step('end', () =>
    record(
      job.id,
      failure
        ? { lastError: failure instanceof Error ? failure.name : 'unknown' }
        : { lastSucceededAt: new Date(), lastError: null },
    ),
  );
  if (failure) throw failure;
  log.debug({ job: job.id, ...total }, 'job done');
  return total;
}

async function record(job: string, fields: Partial<typeof jobRuns.$inferInsert>): Promise<void> {
  await db
    .insert(jobRuns)
    .values({ job, ...fields })
    .onConflictDoUpdate({ target: jobRuns.job, set: { job: sql`excluded.job`, ...fields } });
}
