/**
 * A second engine beside the worker's timers: runs the jobs that begin receivings and automatic answers over and over, so that a
 * campaign of minutes has as many beginnings as weeks of work. Everything it calls is the product's.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { runJob } from '@/lib/jobs/run';
import { JOBS } from '@/lib/jobs/table';
import { log } from '@/lib/log';

const OFTEN = ['receive-requests', 'answer-automatically', 'expire-requests', 'send-letters'];

console.log('jobs started');
for (;;) {
  for (const job of JOBS.filter(({ id }) => OFTEN.includes(id))) {
    try {
      await runJob(job);
    } catch (err) {
      log.error({ job: job.id, err }, 'job failed');
    }
    await delay(100);
  }
}
