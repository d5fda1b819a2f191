import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { expect, test } from '@playwright/test';
import { type Demo, makeDataDir, startDemo } from './demo';

/** Every process that the demo has started, by role. */
function processesOf(demo: Demo): Record<'web' | 'worker' | 'stand' | 'postgres', number> {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const children = lines
    .map((line) => line.trim().match(/^(\d+)\s+(\d+)\s+(.*)$/))
    .filter((match) => match && Number(match[2]) === demo.pid)
    .map((match) => ({ pid: Number(match![1]), args: match![3]! }));
  const find = (pattern: RegExp) => {
    const found = children.filter(({ args }) => pattern.test(args));
    expect(found, String(pattern)).toHaveLength(1);
    return found[0]!.pid;
  };
  return {
    web: find(/next-server/),
    worker: find(/worker\.ts/),
    stand: find(/stand\/main\.ts/),
    postgres: find(/postgres -D/),
  };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const isHealthy = async (demo: Demo) => (await fetch(`${demo.url}/api/health`)).status === 200;

test.describe('the supervisor', () => {
  let dataDir: string;
  let demo: Demo | undefined;

  test.beforeEach(() => {
    dataDir = makeDataDir();
  });
  test.afterEach(async () => {
    if (demo && alive(demo.pid)) await demo.end('SIGTERM');
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  test('leaves nothing running when it is killed, and the next start goes on with the data', async () => {
    demo = await startDemo(dataDir);
    const killed = processesOf(demo);
    await demo.end('SIGKILL');
    await expect.poll(() => Object.entries(killed).filter(([, pid]) => alive(pid)), { timeout: 8_000 }).toEqual([]);

    const secrets = fs.readFileSync(`${dataDir}/demo/secrets.json`, 'utf8');
    demo = await startDemo(dataDir);
    await expect.poll(() => isHealthy(demo!)).toBe(true);
    expect(fs.readFileSync(`${dataDir}/demo/secrets.json`, 'utf8')).toBe(secrets);
  });

  test('starts again whatever dies, and a stop ends everything with code 0', async () => {
    demo = await startDemo(dataDir);
    await expect.poll(() => isHealthy(demo!)).toBe(true);
    const before = processesOf(demo);
    for (const role of ['postgres', 'worker', 'web', 'stand'] as const) process.kill(before[role], 'SIGKILL');
    await expect
      .poll(async () => {
        try {
          const after = processesOf(demo!);
          const renewed = (Object.keys(before) as (keyof typeof before)[]).every(
            (role) => after[role] !== before[role],
          );
          return renewed && (await isHealthy(demo!)) && (await fetch(demo!.standUrl)).ok;
        } catch {
          return false;
        }
      })
      .toBe(true);
    const last = processesOf(demo);
    expect(await demo.end('SIGINT')).toBe(0);
    expect(Object.entries(last).filter(([, pid]) => alive(pid))).toEqual([]);
  });

  test('refuses a second start over the same data', async () => {
    demo = await startDemo(dataDir);
    await expect(startDemo(dataDir)).rejects.toThrow(/уже используется: её запустил процесс \d+/);
    expect(await isHealthy(demo)).toBe(true);
  });
});
