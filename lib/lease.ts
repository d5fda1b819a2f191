import { randomUUID } from 'node:crypto';
import { sql } from '@/db/client';
import { log } from './log';

/** How long a process that has gone holds its work, and how often a living one says that it does. */
const TTL_SECONDS = 15;
const RENEW_MS = 5000;

/**
 * Does `work` unless another process is at the same `key`: two workers, two engines and a worker that is just being
 * replaced do each thing once at a time. Null = somebody else is at it. The database's clock alone counts. Whoever holds a
 * lease renews it while he works; the lease of a killed process lapses by itself. It saves work from being done twice, and is
 * not what keeps an answer from going twice: that is the row's own version and lock.
 */
export async function withLease<T>(key: string, work: () => Promise<T>): Promise<T | null> {
  const token = randomUUID();
  const claimed = await sql`
    insert into leases (key, token, until) values (${key}, ${token}, clock_timestamp() + ${TTL_SECONDS} * interval '1 second')
    on conflict (key) do update set token = excluded.token, until = excluded.until where leases.until < clock_timestamp()
    returning key`;
  if (claimed.length === 0) return null;
  const renewal = setInterval(async () => {
    try {
      await sql`update leases set until = clock_timestamp() + ${TTL_SECONDS} * interval '1 second'
        where key = ${key} and token = ${token}`;
    } catch (err) {
      log.warn({ key, err }, 'lease not renewed');
    }
  }, RENEW_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await sql`delete from leases where key = ${key} and token = ${token}`;
  }
}
