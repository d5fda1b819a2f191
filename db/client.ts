import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Options, type Sql, type TransactionSql } from 'postgres';

export type Db = PostgresJsDatabase<Record<string, never>>;
/** What `db.transaction(async (tx) => …)` hands over. A `Db` may stand where a `Tx` is only read from. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

type Pool = { url: string; client: Sql; db: Db };

// Next may load this module twice in one process: the pool is the process's, not the module's
const shared = globalThis as { __otklikPool?: Pool };

function pool(): Pool {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set: the database was used before the environment was prepared');
  if (shared.__otklikPool?.url !== url) {
    const client = connect(url);
    shared.__otklikPool = { url, client, db: bind(client) };
  }
  return shared.__otklikPool!;
}

/**
 * Drizzle over the pool of this process, made from `DATABASE_URL` at the first use (importing it needs no environment).
 * `date` columns are strings `YYYY-MM-DD`; `timestamptz` is a Date; `bigint` is what the column of the schema says.
 */
export const db: Db = new Proxy({} as Db, {
  get(_, key) {
    const target = pool().db;
    const value = Reflect.get(target, key, target);
    return typeof value === 'function' ? value.bind(target) : value;
  },
});

/**
 * The same pool without Drizzle: sql`select …`, `sql.begin`, `sql.notify`. Here int8 and numeric come as strings,
 * `date` as `YYYY-MM-DD` and `timestamptz` as a Date.
 */
export const sql: Sql = new Proxy((() => {}) as unknown as Sql, {
  apply: (_, __, args) => Reflect.apply(pool().client as never, undefined, args),
  get: (_, key) => Reflect.get(pool().client, key),
});

/**
 * Calls `onNotify(payload)` for every NOTIFY on the channel, over a connection of its own that is made again when it
 * breaks. Notices sent meanwhile are lost: `onConnect` runs after every (re)connection, look at the tables there.
 * Resolves when listening has begun, with the function that ends it.
 */
export async function listen(
  channel: string,
  onNotify: (payload: string) => void,
  onConnect?: () => void,
): Promise<() => Promise<void>> {
  const subscription = await pool().client.listen(channel, onNotify, onConnect);
  return subscription.unlisten;
}

/**
 * The database is away, full or has no connection left: what failed so says nothing of the work, which waits and is tried again.
 * SQLSTATE classes 08, 53 and 57P, and what the system and postgres.js call a broken connection.
 */
export function isDatabaseAway(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return /^(08|53|57P|CONNECT|E(CONN|PIPE|NOENT|TIMEDOUT))/.test(code);
  return cause !== undefined && isDatabaseAway(cause);
}

/** Ends the pool of this process, waiting up to 5 seconds for what is running. The next use opens a new one. */
export async function closeDb(): Promise<void> {
  const open = shared.__otklikPool;
  shared.__otklikPool = undefined;
  await open?.client.end({ timeout: 5 });
}

/**
 * A postgres.js client for a URL, opened at its first query. Besides what postgres.js reads it understands libpq's way
 * of naming a Unix socket, `?host=/folder&user=name` (and `port`).
 */
export function connect(url: string, options: Options<Record<string, never>> = {}): Sql {
  const settings: Options<Record<string, never>> = {
    max: 10,
    // the longest wait of a browser or the worker for a database that is being restarted
    backoff: (retries: number) => Math.min(0.05 * 2 ** retries, 2),
    connect_timeout: 15,
    onnotice: () => {},
    ...options,
    connection: {
      application_name: 'otklik',
      TimeZone: 'UTC',
      // no query of ours runs so long that compiling it would pay
      jit: 'off',
      // disks without a moving head, and tables that are mostly in memory
      random_page_cost: '1.1',
      ...options.connection,
    },
  };
  return guardTransactions(open(url, settings));
}

function open(url: string, settings: Options<Record<string, never>>): Sql {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const host = parsed?.searchParams.get('host');
  if (!parsed || !host?.startsWith('/')) return postgres(url, settings) as Sql;
  const port = Number(parsed.searchParams.get('port') ?? 5432);
  return postgres({
    ...settings,
    host,
    port,
    path: `${host}/.s.PGSQL.${port}`,
    database: decodeURIComponent(parsed.pathname.slice(1)),
    username: parsed.searchParams.get('user') ?? undefined,
    password: parsed.searchParams.get('password') ?? undefined,
  }) as Sql;
}

type Work = (tx: TransactionSql) => Promise<unknown>;

/**
 * postgres.js (3.4.9) lets the function of a transaction go on whose connection broke. What it sends later goes over the same
 * connection made anew: outside any transaction, or into somebody else's, its COMMIT or ROLLBACK too; before it is made anew,
 * it ends the process. Here a transaction that broke or ended sends nothing more. Savepoints are not used and not guarded.
 */
function guardTransactions(client: Sql): Sql {
  const begin = client.begin.bind(client) as (options: string, work: Work) => Promise<unknown>;
  client.begin = (async (...args: [Work] | [string, Work]) => {
    const work = args.at(-1) as Work;
    let over = false;
    let ending = false;
    let broken = false;
    const refuseIfOver = () => {
      if (over) throw new TransactionOver(broken);
    };
    const guarded = async (tx: TransactionSql) => {
      const guardedTx = new Proxy(tx, {
        get(target, key) {
          refuseIfOver();
          return Reflect.get(target, key);
        },
        apply(target, self, values) {
          refuseIfOver();
          return Reflect.apply(target as never, self, values);
        },
      });
      try {
        return await work(guardedTx);
      } finally {
        over = true;
        // a query fails before its connection is known to be broken, both within one turn of the event loop
        await new Promise(setImmediate);
        // neither COMMIT nor ROLLBACK: the server has rolled back by itself
        if (broken) await new Promise(() => {});
        ending = true;
      }
    };
    try {
      return await begin(args.length === 2 ? args[0] : '', guarded);
    } catch (error) {
      broken = !ending;
      over = true;
      throw error;
    }
  }) as Sql['begin'];
  return client;
}

/** A statement for a transaction that has ended, or whose connection broke. */
class TransactionOver extends Error {
  readonly code: string | undefined;
  constructor(broken: boolean) {
    super(broken ? 'the connection of this transaction broke' : 'this transaction has ended');
    if (broken) this.code = 'CONNECTION_CLOSED';
  }
}

function bind(client: Sql): Db {
  const bound = drizzle(client, { casing: 'snake_case' });
  // Drizzle has turned the client's own conversions of times off; its column types accept a Date as well as a string
  client.options.parsers[1184] = (value: string) => new Date(value);
  const serialize = (value: unknown) => (value instanceof Date ? value.toISOString() : value);
  for (const type of [1184, 1114, 1082]) client.options.serializers[type] = serialize;
  return bound;
}
