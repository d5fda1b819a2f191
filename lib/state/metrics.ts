import { health } from '@/lib/health';
import { stateOfAll } from './state';

type Sample = readonly [labels: Record<string, string>, value: number | null | undefined];

/** One gauge in Prometheus' text format; nothing where no value is known. */
function gauge(name: string, help: string, samples: number | null | undefined | Sample[]): string {
  const all: Sample[] = Array.isArray(samples) ? samples : [[{}, samples]];
  const lines = all.flatMap(([labels, value]) => {
    if (value === null || value === undefined) return [];
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    return [`otklik_${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`];
  });
  if (lines.length === 0) return '';
  return `# HELP otklik_${name} ${help}\n# TYPE otklik_${name} gauge\n${lines.join('\n')}\n`;
}

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const secondsOf = (at: Date | null): number | null => (at ? at.getTime() / 1000 : null);

/**
 * The state of the whole installation as Prometheus reads it (text format 0.0.4). Numbers over all organizations, none named.
 * Without the database it is `otklik_up 0` alone.
 */
export async function metricsText(now: Date): Promise<string> {
  const { ok, database: reached } = await health();
  const up = gauge('up', 'Whether the database and the worker are alive.', ok ? 1 : 0);
  if (reached !== 'ok') return up;
  const { installation, queues, portal, owed } = await stateOfAll(now);
  const { worker, jobs, database, disk, version, commit } = installation;
  const since = (at: Date | null) => at && (now.getTime() - at.getTime()) / 1000;
  const { exchanges, waitingItems, oldestWaitingAt, letters, bulkItems, ...works } = queues;
  return [
    up,
    gauge('build_info', 'Always 1; the version is in the labels.', [[{ version, commit: commit ?? '' }, 1]]),
    gauge('worker_heartbeat_age_seconds', 'Since the worker last said that it lives.', since(worker.heartbeatAt)),
    gauge(
      'worker_can_sign',
      'Whether the key of the signature can be used.',
      worker.heartbeatAt && (worker.keyProblem === null ? 1 : 0),
    ),
    gauge(
      'certificate_seconds_left',
      'Until the certificate of the signature ends.',
      worker.certificateValidUntil && -since(worker.certificateValidUntil)!,
    ),
    gauge(
      'job_last_success_timestamp_seconds',
      'When the job last succeeded.',
      jobs.map(({ id, lastSucceededAt }) => [{ job: id }, secondsOf(lastSucceededAt)]),
    ),
    gauge(
      'job_late',
      'Whether the last success of the job is older than two of its periods.',
      jobs.map(({ id, late }) => [{ job: id }, late ? 1 : 0]),
    ),
    gauge(
      'exchanges',
      'Messages to the portal by state.',
      Object.entries(exchanges).map(([state, count]) => [{ state }, count]),
    ),
    gauge('exchange_items_waiting', 'Answers that no message carries yet.', waitingItems),
    gauge(
      'exchange_oldest_waiting_seconds',
      'Age of the oldest message or answer on its way; 0 when there is none.',
      since(oldestWaitingAt) ?? 0,
    ),
    gauge(
      'portal_last_contact_timestamp_seconds',
      'When the portal last answered, and when it last could not be reached.',
      [
        [{ result: 'success' }, secondsOf(portal.answeredAt)],
        [{ result: 'failure' }, secondsOf(portal.failedAt)],
      ],
    ),
    gauge('requests_open', 'Requests that owe an answer.', owed.open),
    gauge('requests_due_today', 'Requests that owe an answer today, Moscow time.', owed.dueToday),
    gauge('requests_overdue', 'Requests whose term ended without an answer.', owed.overdue),
    gauge('letters_waiting', 'Letters to be sent.', letters),
    gauge('bulk_items_waiting', 'Requests of mass works that are still to be done.', bulkItems),
    gauge(
      'works_running',
      'Other works under way by kind.',
      Object.entries(works).map(([kind, count]) => [{ kind }, count]),
    ),
    gauge('database_bytes', 'Size of the database.', database.bytes),
    gauge(
      'migrations_missing',
      'Migrations of this program that the database does not have.',
      database.missingMigrations,
    ),
    gauge('disk_free_bytes', 'Free space of the disk with the data folder.', disk?.freeBytes),
  ].join('');
}
