import { sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { jobRuns } from '@/db/schema/jobs';
import { log } from '@/lib/log';
import type { Job } from './table';

/** Runs a job and records how it went; throws what the job threw, so that an engine with retries can repeat it. */
export async function runJob(job: Job, now = new Date()): Promise<Record<string, number>> {
  await record(job.id, { lastStartedAt: now });
  try {
    const result = await job.run(now);
    await record(job.id, { lastSucceededAt: new Date(), lastError: null });
    log.debug({ job: job.id, ...result }, 'job done');
    return result;
  } catch (error) {
    await record(job.id, { lastError: error instanceof Error ? error.name : 'unknown' });
    throw error;
  }
}

async function record(job: string, fields: Partial<typeof jobRuns.$inferInsert>): Promise<void> {
  await db
    .insert(jobRuns)
    .values({ job, ...fields })
    .onConflictDoUpdate({ target: jobRuns.job, set: { job: sql`excluded.job`, ...fields } });
}
