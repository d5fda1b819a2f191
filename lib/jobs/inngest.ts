import { types } from 'node:util';
import { Inngest } from 'inngest';
import { log } from '@/lib/log';
import { runJob, type Step } from './run';
import { JOBS } from './table';

// the SDK's own prints a failed query with its values
const say =
  (level: 'debug' | 'info' | 'warn' | 'error') =>
  (...given: unknown[]) => {
    const err = given.find(types.isNativeError);
    const words = given.filter((one) => typeof one === 'string');
    if (err) log[level]({ err }, 'inngest');
    else log[level](`inngest: ${words.join(' ')}`);
  };
const logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };

/** The same jobs as functions of Inngest, for those who run one; `INNGEST_*` of the SDK say where it is. */
export const inngest = new Inngest({ id: 'otklik', logger });

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
