import { statfs } from 'node:fs/promises';
import { Cron } from 'croner';
import { sql } from '@/db/client';
import journal from '@/drizzle/meta/_journal.json';
import { hasRole, type Person } from '@/lib/auth/actor';
import { OPEN } from '@/lib/debt-requests/workflow';
import { EXCHANGE_STATES, type ExchangeState } from '@/lib/exchange/journal';
import { WORKER_SILENCE_SECONDS } from '@/lib/health';
import { JOBS } from '@/lib/jobs/table';
import packageJson from '@/package.json';
import { type Stuck, stuckInInstallation, stuckInOrganization } from './stuck';

/** «Состояние»: whether the installation does its work, and what waits in it. No personal data. */

export interface JobState {
  id: string;
  /** Between two runs by the table. */
  periodSeconds: number;
  nextAt: Date;
  lastStartedAt: Date | null;
  lastSucceededAt: Date | null;
  /** Kind of the last failure; null when the last run succeeded. */
  lastError: string | null;
  /** The last success is older than two periods, or there was never one although it was tried. */
  late: boolean;
}

/** What all organizations share. */
export interface Installation {
  worker: {
    alive: boolean;
    heartbeatAt: Date | null;
    /** embedded | inngest, as the worker wrote it down. */
    engine: string | null;
    keyProblem: string | null;
    certificateValidUntil: Date | null;
  };
  jobs: JobState[];
  /** When the first organization was made; null in an empty installation. */
  since: Date | null;
  database: {
    version: string;
    bytes: number;
    /** Migrations of this program that the database does not have. */
    missingMigrations: number;
    /** Of a newer program. */
    unknownMigrations: number;
  };
  /** Where our own PostgreSQL keeps its data; null when there is no such folder. */
  disk: { freeBytes: number; totalBytes: number } | null;
  version: string;
  commit: string | null;
}

/** What waits; of one organization or of all. */
export interface Queues {
  exchanges: Record<ExchangeState, number>;
  /** Answers that no message carries yet. */
  waitingItems: number;
  /** Since when the oldest message or answer is on its way; null when nothing is. */
  oldestWaitingAt: Date | null;
  letters: number;
  /** Requests of mass works that are still to be done. */
  bulkItems: number;
  imports: number;
  answerFiles: number;
  exports: number;
  erasures: number;
  syncs: number;
}

/** How the portal answered; of one organization or of all. */
export interface PortalContact {
  /** When it last answered anything, be it a refusal. */
  answeredAt: Date | null;
  failedAt: Date | null;
  /** What happened then. */
  failure: string | null;
}

/** How many requests of the whole installation owe an answer. */
export interface Owed {
  open: number;
  dueToday: number;
  overdue: number;
}

export interface State {
  installation: Installation;
  queues: Queues;
  portal: PortalContact;
  stuck: Stuck[];
}

/** The page «Состояние»: the installation, and the person's own organization. Admins only; null for the others. */
export async function stateOf(person: Person, now: Date): Promise<State | null> {
  if (!hasRole(person, 'admin')) return null;
  const [installed, queues, portal, own] = await Promise.all([
    installation(now),
    queuesOf(person.organizationId),
    portalContact(person.organizationId),
    stuckInOrganization(person, now),
  ]);
  return { installation: installed, queues, portal, stuck: [...stuckInInstallation(installed, portal, now), ...own] };
}

/** The same over all organizations, none of which is named: for monitoring. */
export async function stateOfAll(now: Date): Promise<State & { owed: Owed }> {
  const [installed, queues, portal, owed] = await Promise.all([
    installation(now),
    queuesOf(null),
    portalContact(null),
    owedAnswers(now),
  ]);
  return { installation: installed, queues, portal, owed, stuck: stuckInInstallation(installed, portal, now) };
}

/** What all organizations share, as of `now`. */
async function installation(now: Date): Promise<Installation> {
  const known = journal.entries.map(({ when }) => String(when));
  const [rows, runs, disk] = await Promise.all([
    sql<
      {
        heartbeatAt: Date | null;
        engine: string | null;
        keyProblem: string | null;
        certificateValidUntil: Date | null;
        since: Date | null;
        version: string;
        bytes: number;
        applied: string[];
      }[]
    >`
      select heartbeat_at as "heartbeatAt", engine, key_problem as "keyProblem",
        certificate_valid_until as "certificateValidUntil",
        (select min(created_at) from organizations) as since,
        split_part(current_setting('server_version'), ' ', 1) as version,
        pg_database_size(current_database())::float8 as bytes,
        (select coalesce(array_agg(created_at::text), '{}') from drizzle.__drizzle_migrations) as applied
      from (select 1) one left join worker_state on true`,
    sql<Pick<JobState, 'id' | 'lastStartedAt' | 'lastSucceededAt' | 'lastError'>[]>`
      select job as id, last_started_at as "lastStartedAt", last_succeeded_at as "lastSucceededAt", last_error as "lastError"
      from job_runs`,
    diskOf(process.env.DATA_DIR || '.data'),
  ]);
  const { heartbeatAt, engine, keyProblem, certificateValidUntil, since, version, bytes, applied } = rows[0]!;
  return {
    worker: {
      alive: heartbeatAt !== null && now.getTime() - heartbeatAt.getTime() < WORKER_SILENCE_SECONDS * 1000,
      heartbeatAt,
      engine,
      keyProblem,
      certificateValidUntil,
    },
    jobs: JOBS.map(({ id, cron }) => {
      const run = runs.find((one) => one.id === id);
      return jobState(id, cron, run, now);
    }),
    since,
    database: {
      version,
      bytes,
      missingMigrations: known.filter((when) => !applied.includes(when)).length,
      unknownMigrations: applied.filter((when) => !known.includes(when)).length,
    },
    disk,
    version: packageJson.version,
    commit: process.env.GIT_COMMIT || null,
  };
}

function jobState(
  id: string,
  cron: string,
  run: Pick<JobState, 'lastStartedAt' | 'lastSucceededAt' | 'lastError'> | undefined,
  now: Date,
): JobState {
  const [next, second] = new Cron(cron, { timezone: 'Europe/Moscow' }).nextRuns(2, now) as [Date, Date];
  const periodMs = second.getTime() - next.getTime();
  const { lastStartedAt = null, lastSucceededAt = null, lastError = null } = run ?? {};
  return {
    id,
    periodSeconds: periodMs / 1000,
    nextAt: next,
    lastStartedAt,
    lastSucceededAt,
    lastError,
    late: lastSucceededAt ? now.getTime() - lastSucceededAt.getTime() > 2 * periodMs : lastError !== null,
  };
}

async function diskOf(folder: string): Promise<Installation['disk']> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}

/** The condition that every query here carries; null = the whole installation, for numbers without names. */
const within = (organizationId: string | null) =>
  organizationId === null ? sql`true` : sql`organization_id = ${organizationId}`;

async function queuesOf(organizationId: string | null): Promise<Queues> {
  const own = within(organizationId);
  const [row] = await sql<(Omit<Queues, 'exchanges'> & { exchanges: Partial<Queues['exchanges']> })[]>`
    select
      (select coalesce(json_object_agg(state, messages), '{}')
        from (select state, count(*)::int as messages from exchanges where ${own} group by state) by_state) as exchanges,
      (select count(*)::int from exchange_items where state = 'open' and exchange_id is null and ${own}) as "waitingItems",
      least(
        (select min(created_at) from exchanges
          where state in ('queued', 'submitting', 'acknowledged', 'unknown') and ${own}),
        (select min(created_at) from exchange_items where state = 'open' and exchange_id is null and ${own})
      ) as "oldestWaitingAt",
      (select count(*)::int from letters where state = 'waiting' and ${own}) as letters,
      (select count(*)::int from bulk_runs join bulk_items on run_id = bulk_runs.id
        where bulk_runs.state = 'running' and bulk_items.state = 'waiting' and ${own}) as "bulkItems",
      (select count(*)::int from imports where state in ('checking', 'loading') and ${own}) as imports,
      (select count(*)::int from answer_files where state in ('checking', 'applying') and ${own}) as "answerFiles",
      (select count(*)::int from file_exports where state = 'building' and ${own}) as exports,
      (select count(*)::int from erasures where state = 'running' and ${own}) as erasures,
      (select count(*)::int from sync_runs where state = 'running' and ${own}) as syncs`;
  const none = Object.fromEntries(EXCHANGE_STATES.map((state) => [state, 0])) as Queues['exchanges'];
  return { ...row!, exchanges: { ...none, ...row!.exchanges } };
}

async function portalContact(organizationId: string | null): Promise<PortalContact> {
  const own = within(organizationId);
  const [row] = await sql<PortalContact[]>`
    select answered.at as "answeredAt", failed.at as "failedAt", failed.text as failure
    from (
      select max(case when state = 'acknowledged' then submitted_at else finished_at end) as at from exchanges
      where (state in ('done', 'acknowledged') or (state = 'refused' and error_kind = 'message')) and ${own}
    ) answered left join lateral (
      select coalesce(finished_at, submitted_at) as at, error_text as text from exchanges
      where state in ('refused', 'unknown') and error_kind = 'transport' and ${own}
      order by 1 desc nulls last limit 1
    ) failed on true`;
  return row!;
}

async function owedAnswers(now: Date): Promise<Owed> {
  const [row] = await sql<Owed[]>`
    select
      count(*) filter (where status <> 'expired')::int as open,
      count(*) filter (where status <> 'expired' and response_date = (${now}::timestamptz at time zone 'Europe/Moscow')::date)::int as "dueToday",
      count(*) filter (where status = 'expired')::int as overdue
    from debt_requests where status in ${sql([...OPEN, 'expired'])}`;
  return row!;
}
