/** From a bare clone to a page that can be used, beside the same packages and pages alone. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { freePort } from '@/lib/cli/command';

const ROOT = path.join(import.meta.dirname, '..', '..');

export interface DemoTimes {
  /** `npm ci`, then `npm run demo` until its log-in page answers, ms. */
  demo: number;
  /** `npm ci`, then `npm run build`, ms. */
  build: number;
}

/** What is committed, in a folder of its own; null where this is no clone. Packages come from npm's cache after the first time. */
export async function timeDemo(folder: string): Promise<DemoTimes | null> {
  if (!fs.existsSync(path.join(ROOT, '.git'))) return null;
  const times: number[] = [];
  // the first only fills the cache
  for (const what of ['packages', 'build', 'demo'] as const) {
    const clone = path.join(folder, what);
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${ROOT}`, clone]);
    const start = performance.now();
    await run(clone, 'ci');
    if (what === 'build') await run(clone, 'run', 'build');
    if (what === 'demo') await runDemo(clone);
    times.push(performance.now() - start);
    fs.rmSync(clone, { recursive: true, force: true });
  }
  return { build: times[1]!, demo: times[2]! };
}

const npm = (clone: string, args: string[], env: Record<string, string> = {}): ChildProcess =>
  spawn('npm', args, {
    cwd: clone,
    // a group of its own, so that a signal reaches more than npm
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DATABASE_URL: '', ...env },
  });

async function run(clone: string, ...args: string[]): Promise<void> {
  const [code] = await once(npm(clone, args), 'exit');
  if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with code ${code}`);
}

async function runDemo(clone: string): Promise<void> {
  const port = await freePort(3400, 'демо');
  const stand = await freePort(port + 1, 'стенд');
  const demo = npm(clone, ['run', 'demo'], { PORT: String(port), STAND_PORT: String(stand), DATA_DIR: '' });
  const ended = once(demo, 'exit').then(() => {
    throw new Error('the demo ended');
  });
  ended.catch(() => {});
  const page = async () => {
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${port}/login`).catch(() => null);
      if (response?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await Promise.race([page(), ended]);
  process.kill(-demo.pid!, 'SIGINT');
  await ended.catch(() => {});
}
