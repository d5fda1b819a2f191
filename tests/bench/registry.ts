/** The registry: the query function beside its own SQL, and the page over HTTP beside a page that does next to nothing. */

import { randomBytes } from 'node:crypto';
import http from 'node:http';
import path from 'node:path';
import { sql } from '@/db/client';
import type { Person } from '@/lib/auth/actor';
import { hashPassword } from '@/lib/auth/password';
import type { CommandContext } from '@/lib/cli/command';
import { freePort } from '@/lib/cli/command';
import { keepRunning } from '@/lib/cli/processes';
import { processEnv } from '@/lib/cli/product';
import { listDebtRequests, parseRegistryQuery } from '@/lib/debt-requests/registry';
import { memoryOf, percentile } from './measure';
import type { World } from './world';

/** Milliseconds of each call. */
export interface Times {
  p50: number;
  p95: number;
}

const timesOf = (values: number[]): Times => ({ p50: percentile(values, 0.5), p95: percentile(values, 0.95) });

const WARM_UP = 50;

async function timed(count: number, call: () => Promise<unknown>): Promise<Times> {
  for (let i = 0; i < WARM_UP; i++) await call();
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await call();
    values.push(performance.now() - start);
  }
  return timesOf(values);
}

/**
 * `listDebtRequests` with these parameters of the address line, beside the very queries that it sends, in the same order
 * and as parallel, as prepared statements of postgres.js.
 */
export async function timeQuery(
  person: Person,
  params: Record<string, string>,
  count: number,
): Promise<{ ours: Times; bare: Times }> {
  const query = parseRegistryQuery(params);
  const list = () => listDebtRequests(person, query);
  const rounds = await queriesOf(list);
  const raw = async () => {
    for (const round of rounds) {
      await Promise.all(round.map(({ text, values }) => sql.unsafe(text, values as never[], { prepare: true })));
    }
  };
  // in turns, so that a noisy second hits both
  const parts = { ours: [] as Times[], bare: [] as Times[] };
  for (let turn = 0; turn < 5; turn++) {
    parts.ours.push(await timed(count / 5, list));
    parts.bare.push(await timed(count / 5, raw));
  }
  const middle = (times: Times[]): Times => ({
    p50: percentile(
      times.map(({ p50 }) => p50),
      0.5,
    ),
    p95: percentile(
      times.map(({ p95 }) => p95),
      0.5,
    ),
  });
  return { ours: middle(parts.ours), bare: middle(parts.bare) };
}

interface Query {
  text: string;
  values: unknown[];
}

/** The queries of one call; those sent before any answer came are one round. */
export async function queriesOf(call: () => Promise<unknown>): Promise<Query[][]> {
  // once before, so that no query waits for a connection
  await call();
  const rounds: Query[][] = [];
  let sending = false;
  sql.options.debug = (_connection, text, values) => {
    if (!sending) {
      rounds.push([]);
      sending = true;
      // answers are read only after that
      setImmediate(() => {
        sending = false;
      });
    }
    rounds.at(-1)!.push({ text, values });
  };
  try {
    await call();
  } finally {
    sql.options.debug = false;
  }
  return rounds;
}

export interface Web {
  url: string;
  memory(): { now: number; peak: number } | null;
  /** Milliseconds of one GET over a kept connection; throws on anything but 200. */
  time(path: string, cookie?: string): Promise<number>;
  /** The same again and again. */
  timePage(path: string, count: number, cookie?: string): Promise<Times>;
  logIn(person: Person): Promise<string>;
}

const NEXT = path.join('node_modules', 'next', 'dist', 'bin', 'next');

/** The web process of the product as `npm start` runs it, or of another `app`. The pages must be built. */
export async function startWeb(
  { standUrl, folder, name = 'web', app = '.' }: Pick<World, 'standUrl' | 'folder'> & { name?: string; app?: string },
  { atEnd }: CommandContext,
): Promise<Web> {
  const port = await freePort(3200, 'сайт');
  const url = `http://127.0.0.1:${port}`;
  const secret = randomBytes(32).toString('base64');
  const env = { DATABASE_URL: process.env.DATABASE_URL!, APP_URL: url, PORT: port, AUTH_SECRET: secret };
  const web = keepRunning({
    name: 'web',
    args: [NEXT, 'start', app, '-H', '127.0.0.1', '-p', String(port)],
    env: { ...processEnv(env), GIS_URL: standUrl },
    logFile: path.join(folder, `${name}.log`),
  });
  atEnd(() => web.stop());
  await web.until(answers(`${url}/login`));
  return {
    url,
    memory: () => memoryOf(web.pid),
    async time(page, cookie) {
      const start = performance.now();
      await get(url + page, cookie);
      return performance.now() - start;
    },
    timePage: (page, count, cookie) => timed(count, () => get(url + page, cookie)),
    logIn: (person) => logIn(url, person),
  };
}

async function answers(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => null))) await new Promise((resolve) => setTimeout(resolve, 50));
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function get(url: string, cookie = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent, headers: { cookie } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
          else reject(new Error(`GET ${url}: HTTP ${response.statusCode} ${response.headers.location ?? ''}`));
        });
      })
      .on('error', reject);
  });
}

/** Through the form's own end point; returns the Cookie header of the session. */
async function logIn(url: string, person: Person): Promise<string> {
  const password = randomBytes(12).toString('base64url');
  const [user] = await sql<{ login: string }[]>`
    update users set password_hash = ${await hashPassword(password)} where id = ${person.userId} returning login`;
  const jar = new Map<string, string>();
  const keep = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      jar.set(name!, value!);
    }
    return response;
  };
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const { csrfToken } = (await keep(await fetch(`${url}/api/auth/csrf`)).json()) as { csrfToken: string };
  keep(
    await fetch(`${url}/api/auth/callback/credentials`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: cookie() },
      body: new URLSearchParams({ csrfToken, login: user!.login, password, json: 'true' }),
    }),
  );
  return cookie();
}
