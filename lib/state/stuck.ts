import { sql } from '@/db/client';
import type { Person } from '@/lib/auth/actor';
import type { Installation, PortalContact } from './state';

/** «Застряло»: what does not go on by itself any more, or soon will not. The page has a sentence for each kind. */

interface NamedRequest {
  id: string;
  number: string;
}

interface NamedRequests {
  /** The first by term. */
  requests: NamedRequest[];
  total: number;
}

export type Stuck =
  // of the installation
  | { kind: 'workerSilent'; since: Date | null }
  | { kind: 'keyUnusable'; problem: string }
  | { kind: 'certificateEnds'; validUntil: Date }
  | { kind: 'jobsNeverRan' }
  | { kind: 'jobLate'; job: string; lastSucceededAt: Date | null; error: string | null }
  | { kind: 'diskFull'; freeBytes: number }
  | { kind: 'migrationsMissing'; missing: number }
  | { kind: 'portalSilent'; since: Date | null; failure: string | null }
  // of the organization
  /** «Отправляется», and nothing is on its way. */
  | ({ kind: 'sendingLost' } & NamedRequests)
  /** Sent again and again without effect. */
  | ({ kind: 'answersFail'; attempts: number } & NamedRequests)
  /** Due for an hour, and in no message. */
  | ({ kind: 'answersLie' } & NamedRequests)
  | { kind: 'messageFails'; exchangeId: string; attempts: number; problem: string | null }
  | { kind: 'noResult'; exchangeId: string; since: Date }
  | { kind: 'workHangs'; work: Work; id: string; startedAt: Date; own: boolean }
  | { kind: 'lettersFail'; count: number; problem: string | null }
  | { kind: 'autoAnswerWaits'; reason: string };

export type Work = 'bulk' | 'import' | 'answerFile' | 'export' | 'erasure' | 'sync';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const CERTIFICATE_DAYS = 30;
/** A disk with less is nearly full. */
export const FEW_BYTES = 2 ** 30;
/** After so many attempts, about half an hour of them, waiting is no advice any more. */
const MANY_ATTEMPTS = 5;
const MANY_FAILURES = 3;
/** Requests named; the others are counted. */
const NAMED = 5;

/** What is wrong with the installation, and how it reaches the portal. A silent worker stands for the jobs that it would run. */
export function stuckInInstallation(
  { worker, jobs, since, disk, database }: Installation,
  portal: PortalContact,
  now: Date,
): Stuck[] {
  const stuck: Stuck[] = [];
  const ago = (at: Date) => now.getTime() - at.getTime();
  if (database.missingMigrations > 0) stuck.push({ kind: 'migrationsMissing', missing: database.missingMigrations });
  if (!worker.alive) stuck.push({ kind: 'workerSilent', since: worker.heartbeatAt });
  if (worker.keyProblem !== null) stuck.push({ kind: 'keyUnusable', problem: worker.keyProblem });
  const validUntil = worker.certificateValidUntil;
  if (validUntil && -ago(validUntil) < (CERTIFICATE_DAYS + 1) * DAY_MS)
    stuck.push({ kind: 'certificateEnds', validUntil });
  if (disk && disk.freeBytes < FEW_BYTES) stuck.push({ kind: 'diskFull', freeBytes: disk.freeBytes });
  if (worker.alive || worker.engine === 'inngest') {
    const ran = jobs.some(({ lastStartedAt }) => lastStartedAt !== null);
    if (!ran && since && ago(since) > HOUR_MS / 6) stuck.push({ kind: 'jobsNeverRan' });
    for (const { id, late, lastSucceededAt, lastError } of jobs) {
      if (late) stuck.push({ kind: 'jobLate', job: id, lastSucceededAt, error: lastError });
    }
  }
  const { answeredAt, failedAt, failure } = portal;
  // a single failure is repeated within minutes
  if (failedAt && (answeredAt === null || (failedAt > answeredAt && ago(answeredAt) > HOUR_MS)))
    stuck.push({ kind: 'portalSilent', since: answeredAt, failure });
  return stuck;
}

/** What of the person's own organization stands still. */
export async function stuckInOrganization(
  { organizationId, userId }: Pick<Person, 'organizationId' | 'userId'>,
  now: Date,
): Promise<Stuck[]> {
  const own = sql`organization_id = ${organizationId}`;
  const before = (interval: string) => sql`${now}::timestamptz - ${interval}::interval`;
  const named = (rows: ReturnType<typeof sql>) => sql<(NamedRequest & { total: number; attempts: number })[]>`
    select r.id, r.request_number as number, count(*) over ()::int as total, max(attempt) over ()::int as attempts
    from (${rows}) stuck join debt_requests r on r.id = stuck.request_id
    where r.organization_id = ${organizationId}
    order by r.response_date, r.id limit ${NAMED}`;
  const [lost, failing, lying, messages, silent, works, [letters], [auto]] = await Promise.all([
    named(sql`
      select id as request_id, 0 as attempt from debt_requests sending
      where status = 'sending' and updated_at < ${before('1 hour')} and ${own}
        and not exists (select from exchange_items i where i.request_id = sending.id and i.state = 'open')`),
    named(sql`
      select request_id, attempt from exchange_items
      where state = 'open' and attempt >= ${MANY_ATTEMPTS} and ${own}`),
    named(sql`
      select request_id, attempt from exchange_items
      where state = 'open' and exchange_id is null and attempt < ${MANY_ATTEMPTS} and next_at < ${before('1 hour')} and ${own}`),
    sql<{ id: string; attempts: number; problem: string | null }[]>`
      select id, greatest(attempt, failures)::int as attempts, error_text as problem from exchanges
      where state in ('queued', 'submitting', 'acknowledged')
        and (attempt >= ${MANY_ATTEMPTS} or failures >= ${MANY_FAILURES}) and ${own}
      order by created_at limit 20`,
    sql<{ id: string; since: Date }[]>`
      select id, submitted_at as since from exchanges
      where state in ('acknowledged', 'unknown') and submitted_at < ${before('1 day')} and ${own}
      order by submitted_at limit 20`,
    // mass work and files of answers move request by request, and each leaves a line in its history
    sql<{ work: Work; id: string; startedAt: Date; startedBy: string | null }[]>`
      select * from (
        select 'bulk' as work, id, started_at as "startedAt", started_by as "startedBy" from bulk_runs
        where state = 'running' and ${own} and not exists (
          select from bulk_items i join request_events e on e.request_id = i.request_id
          where i.run_id = bulk_runs.id and e.at > ${before('30 minutes')})
        union all
        select 'answerFile', id, started_at, started_by from answer_files
        where state in ('checking', 'applying') and ${own} and not exists (
          select from answer_file_rows i join request_events e on e.request_id = i.request_id
          where i.file_id = answer_files.id and e.at > ${before('30 minutes')})
        union all
        select 'import', id, started_at, started_by from imports where state in ('checking', 'loading') and ${own}
        union all
        select 'export', id, started_at, started_by from file_exports where state = 'building' and ${own}
        union all
        select 'erasure', id, started_at, started_by from erasures where state = 'running' and ${own}
        union all
        select 'sync', id, started_at, started_by from sync_runs
        where state = 'running' and ${own} and not exists (
          select from exchanges e where e.sync_run_id = sync_runs.id and e.finished_at > ${before('30 minutes')})
      ) works
      where "startedAt" < ${before('30 minutes')}
      order by "startedAt" limit 20`,
    // those of the last week: an older one is past help
    sql<{ count: number; problem: string | null }[]>`
      select count(*)::int as count, (array_agg(last_error order by id desc))[1] as problem from letters
      where (state = 'failed' or (state = 'waiting' and attempts >= ${MANY_ATTEMPTS}))
        and created_at > ${before('7 days')} and ${own}`,
    sql<{ reason: string }[]>`
      select waits_for as reason from auto_runs where state = 'waiting' and waits_for is not null and ${own}
      order by day desc limit 1`,
  ]);
  const stuck: Stuck[] = [];
  if (lost[0]) stuck.push({ kind: 'sendingLost', ...namedOf(lost) });
  if (failing[0]) stuck.push({ kind: 'answersFail', attempts: failing[0].attempts, ...namedOf(failing) });
  if (lying[0]) stuck.push({ kind: 'answersLie', ...namedOf(lying) });
  for (const { id, ...message } of messages) stuck.push({ kind: 'messageFails', exchangeId: id, ...message });
  for (const { id, since } of silent) stuck.push({ kind: 'noResult', exchangeId: id, since });
  for (const { startedBy, ...work } of works) stuck.push({ kind: 'workHangs', ...work, own: startedBy === userId });
  if (letters!.count > 0)
    stuck.push({
      kind: 'lettersFail',
      count: letters!.count,
      // the server repeats whom it was to reach
      problem: letters!.problem?.replace(/\S+@\S+/g, '…').slice(0, 300) ?? null,
    });
  if (auto) stuck.push({ kind: 'autoAnswerWaits', reason: auto.reason });
  return stuck;
}

const namedOf = (rows: (NamedRequest & { total: number })[]): NamedRequests => ({
  requests: rows.map(({ id, number }) => ({ id, number })),
  total: rows[0]!.total,
});
