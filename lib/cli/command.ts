import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { EmbeddedPostgresError } from '@/db/embedded';
import { log } from '@/lib/log';

/** A refusal with a sentence for the person at the terminal: no stack is printed. */
export class CommandError extends Error {
  override name = 'CommandError';
}

export interface CommandContext {
  /** What to do at the end, in reverse order: also when the start failed half-way or was interrupted. */
  atEnd(stop: () => Promise<void>): void;
  /** Aborted when the person asked to stop. */
  signal: AbortSignal;
}

/**
 * Runs a command of `npm run …` and ends the process with the right code: 0 when it has finished or was stopped by
 * SIGINT or SIGTERM (or lost the npm that runs it), 1 when it failed (the reason is printed). A second Ctrl+C does not wait.
 */
export function runCommand(command: (context: CommandContext) => Promise<void>, { staysUp = false } = {}): void {
  const stops: (() => Promise<void>)[] = [];
  const controller = new AbortController();
  let code = 0;
  let ending: Promise<void> | undefined;

  const end = () => {
    ending ??= (async () => {
      controller.abort();
      for (let stop = stops.pop(); stop; stop = stops.pop()) {
        await stop().catch((error) => {
          code = 1;
          console.error(error);
        });
      }
      process.exit(code);
    })();
    return ending;
  };
  const fail = (error: unknown) => {
    // what breaks because we are stopping is not a failure
    if (!controller.signal.aborted) {
      code = 1;
      const expected = error instanceof CommandError || error instanceof EmbeddedPostgresError;
      if (expected) console.error(error.message);
      else log.error({ err: error }, 'command failed');
    }
    return end();
  };

  let askedAt = 0;
  const stop = (impatient: boolean) => {
    // npm passes on the Ctrl+C that the terminal has sent us as well: two at once are one
    if (askedAt && impatient && Date.now() - askedAt > 500) process.exit(130);
    if (!askedAt && staysUp) console.error('\nОстанавливаем…');
    askedAt ||= Date.now();
    void end();
  };
  process.on('SIGINT', () => stop(true));
  process.on('SIGTERM', () => stop(false));
  if (process.env.npm_lifecycle_event) {
    // killed, npm passes nothing on; its absence is seen by our parent's number
    const npm = process.ppid;
    setInterval(() => process.ppid !== npm && stop(false), 1000).unref();
  }
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  const atEnd = (stop: () => Promise<void>) => {
    if (ending) void stop();
    else stops.push(stop);
  };
  command({ atEnd, signal: controller.signal }).then(() => (staysUp ? undefined : end()), fail);
}

/** Where the installation keeps its files: `DATA_DIR`, else `.data` in the project's folder. */
export function dataDir(): string {
  return path.resolve(process.env.DATA_DIR || path.join(import.meta.dirname, '..', '..', '.data'));
}

/** Reads `.env` of the current folder, as Next does for the web process; what is set already wins. */
export function loadDotEnv(): void {
  if (fs.existsSync('.env')) process.loadEnvFile('.env');
}

/** `wanted` if nobody listens there, else the next free port; says which one it took. */
export async function freePort(wanted: number, what: string): Promise<number> {
  for (let port = wanted; port < wanted + 100; port++) {
    if (!(await isFree(port))) continue;
    if (port !== wanted) console.log(`Порт ${wanted} занят, ${what} будет на порту ${port}.`);
    return port;
  }
  throw new CommandError(`Порты ${wanted}–${wanted + 99} заняты.`);
}

/** Whether a server of ours could listen on this port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
