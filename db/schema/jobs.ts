import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Last run of each job of lib/jobs. */
export const jobRuns = pgTable('job_runs', {
  job: text().primaryKey(),
  lastStartedAt: timestamp({ withTimezone: true }),
  lastSucceededAt: timestamp({ withTimezone: true }),
  lastError: text(),
});

/** Work that one process at a time does; a row that its process did not renew in time is anybody's (lib/lease.ts). */
export const leases = pgTable('leases', {
  key: text().primaryKey(),
  token: uuid().notNull(),
  until: timestamp({ withTimezone: true }).notNull(),
});

/** One row: what the worker says of itself, for «Обмен» and /api/health. */
export const workerState = pgTable('worker_state', {
  id: integer().primaryKey().default(1),
  heartbeatAt: timestamp({ withTimezone: true }).notNull(),
  /** embedded | inngest: recorded so that two engines never run at once. */
  engine: text().notNull(),
  /** Null when messages can be signed; else a sentence for the admin. */
  keyProblem: text(),
  certificateValidUntil: timestamp({ withTimezone: true }),
});
