import { Inngest } from 'inngest';
import { runJob, type Step } from './run';
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
    // `Jsonify` of the SDK aside: what a job gives is numbers and ids
    ({ step }) => runJob(job, new Date(), step.run as unknown as Step),
  ),
);
