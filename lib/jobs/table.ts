import { sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { forgetAnswerFiles } from '@/lib/debt-requests/answer-files';
import { answerAutomatically, organizationsToAnswer } from '@/lib/debt-requests/autoanswer';
import { expireOverdue } from '@/lib/debt-requests/expire';
import { forgetExports } from '@/lib/debt-requests/exports';
import { forgetPresence } from '@/lib/debt-requests/presence';
import { organizationsToReceive, receiveIfDue } from '@/lib/debt-requests/sync';
import { env } from '@/lib/env';
import { refreshDictionaries } from '@/lib/exchange/dictionaries';
import { EXCHANGE_CHANNEL } from '@/lib/exchange/queue';
import { forgetImports } from '@/lib/imports/imports';
import { sendLetters, smtpMailer, writeDigests, writeLetters } from '@/lib/notifications/letters';
import { remindOfDeadlines, warnOfCertificate } from '@/lib/notifications/reminders';

/**
 * What runs by itself, declared once for both engines. A `run` finds its work by the rows alone: an engine says *when*, so
 * losing an engine loses nothing. Runs may repeat or overlap without harm.
 */
export type Job = {
  id: string;
  /** Moscow time. */
  cron: string;
  /** Name of the event that also starts it, for engines that have events. */
  event: string;
} & (
  | { run(now: Date): Promise<Record<string, number>> }
  /** One organization after another, each a piece that fails and is repeated alone. */
  | { find(now: Date): Promise<string[]>; runFor(organizationId: string, now: Date): Promise<Record<string, number>> }
);

export const JOBS: Job[] = [
  {
    // the hour is each organization's own; what was missed or failed is made up
    id: 'receive-requests',
    cron: '* * * * *',
    event: 'debt-requests/receive',
    find: organizationsToReceive,
    runFor: async (id, now) => ({ organizations: await receiveIfDue(id, now) }),
  },
  {
    id: 'answer-automatically',
    cron: '* * * * *',
    event: 'debt-requests/answer-automatically',
    find: organizationsToAnswer,
    runFor: async (id, now) => ({ answers: await answerAutomatically(id, now) }),
  },
  {
    id: 'expire-requests',
    cron: '* * * * *',
    event: 'debt-requests/expire',
    run: async (now) => ({ expired: await expireOverdue(now) }),
  },
  {
    id: 'remind-deadlines',
    cron: '0 9 * * *',
    event: 'notifications/remind-deadlines',
    run: async (now) => ({ people: await remindOfDeadlines(now) }),
  },
  {
    id: 'watch-certificate',
    cron: '5 9 * * *',
    event: 'notifications/watch-certificate',
    run: async (now) => ({ organizations: await warnOfCertificate(now) }),
  },
  {
    id: 'write-digests',
    cron: '30 8 * * *',
    event: 'notifications/write-digests',
    run: async (now) => ({ letters: await writeDigests(now, env.APP_URL) }),
  },
  {
    id: 'send-letters',
    cron: '* * * * *',
    event: 'notifications/send-letters',
    async run(now) {
      const written = await writeLetters(now, env.APP_URL);
      const mailer = env.SMTP_URL ? smtpMailer(env.SMTP_URL, env.MAIL_FROM) : null;
      return { written, sent: await sendLetters(now, mailer) };
    },
  },
  {
    id: 'forget-presence',
    cron: '50 3 * * *',
    event: 'debt-requests/forget-presence',
    run: async () => ({ rows: await forgetPresence() }),
  },
  {
    id: 'forget-imports',
    cron: '55 3 * * *',
    event: 'imports/forget',
    run: async (now) => ({
      files: (await forgetImports(now)) + (await forgetExports(now)) + (await forgetAnswerFiles(now)),
    }),
  },
  {
    id: 'load-dictionaries',
    cron: '*/10 * * * *',
    event: 'exchange/load-dictionaries',
    run: async (now) => ({ asked: await refreshDictionaries(now) }),
  },
  {
    id: 'sweep-exchange',
    cron: '* * * * *',
    event: 'exchange/sweep',
    async run() {
      await db.execute(sql`select pg_notify(${EXCHANGE_CHANNEL}, '')`);
      return {};
    },
  },
];
