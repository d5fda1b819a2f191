import { sql } from '@/db/client';

export interface Health {
  ok: boolean;
  database: 'ok' | 'unreachable';
  /** `ok` is false when the worker has said nothing for two minutes; `canSign` is null while it never did. */
  worker: { ok: boolean; heartbeatAt: string | null; canSign: boolean | null };
  lastSyncAt: string | null;
  /** Since when the oldest message waits to be sent or answered; null when nothing waits. */
  oldestWaitingExchangeAt: string | null;
}

/** A worker that said nothing for so long does not work: it writes far more often. */
export const WORKER_SILENCE_SECONDS = 120;
const DATABASE_TIMEOUT_MS = 3000;

/**
 * Whether the product does its work: `ok` needs the database and a living worker. Times are ISO in UTC. No personal
 * data and nothing of one organization, so anybody may ask. Never throws; answers within 3 seconds.
 */
export async function health(): Promise<Health> {
  const timeout = new Promise<null>((resolve) => setTimeout(resolve, DATABASE_TIMEOUT_MS, null).unref());
  const row = await Promise.race([readState().catch(() => null), timeout]);
  if (!row) {
    return {
      ok: false,
      database: 'unreachable',
      worker: { ok: false, heartbeatAt: null, canSign: null },
      lastSyncAt: null,
      oldestWaitingExchangeAt: null,
    };
  }
  return {
    ok: row.alive,
    database: 'ok',
    worker: { ok: row.alive, heartbeatAt: iso(row.heartbeatAt), canSign: row.canSign },
    lastSyncAt: iso(row.lastSyncAt),
    oldestWaitingExchangeAt: iso(row.oldestWaitingAt),
  };
}

interface State {
  alive: boolean;
  heartbeatAt: Date | null;
  canSign: boolean | null;
  lastSyncAt: Date | null;
  oldestWaitingAt: Date | null;
}

async function readState(): Promise<State> {
  const [row] = await sql<State[]>`
    select
      coalesce(heartbeat_at > now() - make_interval(secs => ${WORKER_SILENCE_SECONDS}), false) as alive,
      heartbeat_at as "heartbeatAt",
      case when heartbeat_at is not null then key_problem is null end as "canSign",
      (select max(finished_at) from sync_runs where state = 'done') as "lastSyncAt",
      least(
        (select min(created_at) from exchanges where state in ('queued', 'submitting', 'acknowledged', 'unknown')),
        (select min(created_at) from exchange_items where state = 'open' and exchange_id is null)
      ) as "oldestWaitingAt"
    from (select 1) one left join worker_state on true`;
  return row!;
}

const iso = (at: Date | null): string | null => (at === null ? null : new Date(at).toISOString());
