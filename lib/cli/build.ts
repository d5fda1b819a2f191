import fs from 'node:fs';
import path from 'node:path';
import { CommandError } from './command';
import { runOnce } from './processes';

const ROOT = path.join(import.meta.dirname, '..', '..');
/** Written last by `next build`. */
const BUILD_ID = path.join(ROOT, '.next', 'BUILD_ID');
/** What `next build` reads; lib/cli is not in it. */
const SOURCES = [
  'app',
  'lib',
  'db',
  'public',
  'package-lock.json',
  'next.config.ts',
  'postcss.config.mjs',
  'proxy.ts',
  'instrumentation.ts',
  'tsconfig.json',
];

export function isBuilt(): boolean {
  return fs.existsSync(BUILD_ID);
}

/** Builds the pages unless a build newer than every source is there. Throws CommandError with the end of Next's output. */
export async function ensureBuild(logFile: string, signal: AbortSignal): Promise<void> {
  const built = fs.statSync(BUILD_ID, { throwIfNoEntry: false });
  if (built && built.mtimeMs > Math.max(...SOURCES.map((source) => newest(path.join(ROOT, source))))) return;
  console.log('Собираем страницы (около минуты; в следующий раз готовая сборка пригодится)…');
  const startedAt = Date.now();
  fs.rmSync(BUILD_ID, { force: true });
  const { code, tail } = await runOnce(
    {
      name: 'build',
      args: ['node_modules/next/dist/bin/next', 'build'],
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      logFile,
    },
    signal,
  );
  if (code !== 0 || !isBuilt()) throw new CommandError(`Собрать страницы не удалось:\n${tail}`);
  // what was edited while it ran may not be in it
  fs.utimesSync(BUILD_ID, startedAt / 1000, startedAt / 1000);
  console.log(`Собрано за ${Math.round((Date.now() - startedAt) / 1000)} с.`);
}

/** The latest change of a file or of anything in a folder (a deleted file changes its folder); 0 when there is none. */
function newest(file: string): number {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  if (file === import.meta.dirname) return 0;
  return Math.max(stat.mtimeMs, ...fs.readdirSync(file).map((name) => newest(path.join(file, name))));
}
