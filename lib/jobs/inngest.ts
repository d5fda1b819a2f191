import { Inngest } from 'inngest';
import { runJob } from './run';
import { JOBS } from './table';

/** The same jobs as functions of Inngest, for those who run one; `INNGEST_*` of the SDK say where it is. */
export const inngest = new Inngest({ id: 'otklik' });

export const functions = JOBS.map((job) =>
  inngest.createFunction(
    {
      id: job.id,
      concurrency: 1,
      retries: 3,
      triggers: [{ cron: `TZ=Europe/Moscow ${job.cron}` }, { event: job.event }],
    },
    ({ step }) => step.run('run', () => runJob(job)),
  ),
);
