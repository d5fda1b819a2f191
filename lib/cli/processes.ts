import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = path.join(import.meta.dirname, '..', '..');
const TETHER = path.join(import.meta.dirname, 'tether.mjs');

export interface Program {
  name: string;
  /** A script for Node and its arguments, relative to the project's folder; .ts scripts run through tsx. */
  args: string[];
  env: NodeJS.ProcessEnv;
  /** How long it may take to finish after SIGTERM before it is killed. */
  graceMs?: number;
  /** Emptied at the start. With it our terminal shows only the errors; without it all the program prints, prefixed. */
  logFile?: string;
  /** Sees every line of its stdout. */
  onLine?: (line: string) => void;
}

export interface Running {
  readonly pid: number;
  /** Rejects when the process ends before `ready` is fulfilled, so that a start that cannot succeed does not hang. */
  until<T>(ready: Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/**
 * Runs a Node program as a child in its own session (Ctrl+C reaches us alone, and we stop children in order), restarts
 * it with a growing pause when it dies, and takes it with us when we die in any way.
 */
export function keepRunning(program: Program, say: (line: string) => void = console.error): Running {
  if (program.logFile) fs.rmSync(program.logFile, { force: true });
  const started = Date.now();
  let child = launch(program);
  let stopping: Promise<void> | undefined;
  let failures = 0;
  let startFailed: (error: Error) => void = () => {};
  let startedWell = false;
  const failure = new Promise<never>((_, reject) => {
    startFailed = reject;
  });
  failure.catch(() => {});

  const watch = async () => {
    for (let launchedAt = started; ; launchedAt = Date.now()) {
      const how = await ended(child);
      if (stopping) return;
      if (!startedWell) startFailed(new Error(`Процесс ${program.name} остановился при запуске (${how}).`));
      failures = Date.now() - launchedAt > 60_000 ? 1 : failures + 1;
      const pause = Math.min(30_000, 250 * 2 ** failures);
      say(`Процесс ${program.name} неожиданно остановился (${how}), запускаем снова через ${pause / 1000} с.`);
      await Promise.race([delay(pause, undefined, { ref: false }), stopRequested]);
      if (stopping) return;
      child = launch(program);
    }
  };
  let requestStop = () => {};
  const stopRequested = new Promise<void>((resolve) => {
    requestStop = resolve;
  });
  const watching = watch();

  return {
    get pid() {
      return child.pid ?? 0;
    },
    async until(ready) {
      const result = await Promise.race([ready, failure]);
      startedWell = true;
      return result;
    },
    stop() {
      stopping ??= (async () => {
        requestStop();
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGTERM');
          const timer = setTimeout(() => child.kill('SIGKILL'), program.graceMs ?? 5_000);
          await ended(child);
          clearTimeout(timer);
        }
        await watching;
      })();
      return stopping;
    },
  };
}

/**
 * Runs a program to its end, or stops it when the signal says so; resolves with its exit code (128 for a signal) and the
 * last lines of its log file.
 */
export async function runOnce(program: Program, signal: AbortSignal): Promise<{ code: number; tail: string }> {
  if (program.logFile) fs.rmSync(program.logFile, { force: true });
  const child = launch(program, { quiet: true });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  // «close» comes after the last line has been read
  await new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  signal.removeEventListener('abort', stop);
  const printed = program.logFile ? fs.readFileSync(program.logFile, 'utf8') : '';
  return { code: child.exitCode ?? 128, tail: printed.trimEnd().split('\n').slice(-30).join('\n') };
}

function launch({ name, args, env, logFile, onLine }: Program, { quiet = false } = {}): ChildProcess {
  const loader = args[0]?.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = spawn(process.execPath, ['--import', TETHER, ...loader, ...args], {
    cwd: ROOT,
    env: { ...env, TETHERED_TO: String(process.pid) },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = logFile ? fs.openSync(logFile, 'a', 0o600) : undefined;
  const prefix = `${name.padEnd(6)} │ `;
  createInterface({ input: child.stdout! }).on('line', (line) => {
    onLine?.(line);
    if (log !== undefined) fs.writeSync(log, `${line}\n`);
    else process.stdout.write(`${prefix}${line}\n`);
  });
  createInterface({ input: child.stderr! }).on('line', (line) => {
    if (log !== undefined) fs.writeSync(log, `${line}\n`);
    if (!quiet) process.stderr.write(`${prefix}${line}\n`);
  });
  if (log !== undefined) child.once('close', () => fs.closeSync(log));
  return child;
}

/** How the process ended; also when it could not be started or has ended before. */
function ended(child: ChildProcess): Promise<string> {
  const how = (code: number | null, signal: string | null) => (signal ? `сигнал ${signal}` : `код ${code}`);
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve(how(child.exitCode, child.signalCode));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(how(code, signal)));
  });
}
