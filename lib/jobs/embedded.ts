import { Cron } from 'croner';
import { log } from '@/lib/log';
import { runJob } from './run';
import { JOBS } from './table';

/** The engine for a single machine: timers inside the worker. Returns the function that stops them. */
export function startEmbeddedJobs(): () => void {
  const timers = JOBS.map(
    (job) =>
      new Cron(job.cron, { timezone: 'Europe/Moscow', protect: true }, async () => {
        try {
          await runJob(job);
        } catch (error) {
          log.error({ job: job.id, err: error }, 'job failed');
        }
      }),
  );
  return () => {
    for (const timer of timers) timer.stop();
  };
}
