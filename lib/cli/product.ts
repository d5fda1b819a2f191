import { createHash } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Env } from '@/lib/env';
import type { CommandContext } from './command';
import { keepRunning } from './processes';

const NEXT = path.join('node_modules', 'next', 'dist', 'bin', 'next');

export interface ProductOptions {
  env: Env;
  mode: 'production' | 'development';
  atEnd: CommandContext['atEnd'];
  /** Keeps `web.log` and `worker.log` here instead of showing all that the processes print. */
  logDir?: string;
}

/**
 * Starts the two processes of the product, web on 127.0.0.1 and the worker, and keeps them running. Resolves when pages
 * are served; rejects when the web process cannot start. At the end web is stopped first, so that nothing new comes in.
 */
export async function startProduct({ env, mode, logDir, atEnd }: ProductOptions): Promise<void> {
  const childEnv = processEnv(env, mode);
  const logFile = (name: string) => logDir && path.join(logDir, `${name}.log`);
  const worker = keepRunning({
    name: 'worker',
    args: ['lib/cli/worker.ts'],
    env: childEnv,
    graceMs: 10_000,
    logFile: logFile('worker'),
  });
  atEnd(() => worker.stop());
  const web = keepRunning({
    name: 'web',
    args: [NEXT, mode === 'production' ? 'start' : 'dev', '-H', '127.0.0.1', '-p', String(env.PORT)],
    env: childEnv,
    logFile: logFile('web'),
  });
  atEnd(() => web.stop());
  await web.until(answers(`http://127.0.0.1:${env.PORT}/api/health`));
}

/** What a process of the product finds in its environment, besides what this process has in its own. */
export function processEnv(
  env: Pick<Env, 'DATABASE_URL' | 'APP_URL' | 'PORT' | 'AUTH_SECRET'>,
  mode: 'production' | 'development' = 'production',
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NODE_ENV: mode,
    NEXT_TELEMETRY_DISABLED: '1',
    DATABASE_URL: env.DATABASE_URL,
    APP_URL: env.APP_URL,
    PORT: String(env.PORT),
    AUTH_SECRET: env.AUTH_SECRET,
    // next-auth reads these names
    NEXTAUTH_URL: env.APP_URL,
    NEXTAUTH_SECRET: env.AUTH_SECRET,
    // the same after a rebuild, so that a page opened before it can still send its forms
    NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: createHash('sha256')
      .update(`server actions ${env.AUTH_SECRET}`)
      .digest('base64'),
  };
}

/** Resolves at the first HTTP answer, whatever it says. */
async function answers(url: string): Promise<void> {
  for (;;) {
    const answered = await fetch(url, { signal: AbortSignal.timeout(30_000) }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await delay(50);
  }
}
