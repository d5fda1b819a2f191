import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { expect, test } from '@playwright/test';
import { type Command, type Demo, freePort, makeDataDir, startCommand, startDemo } from './demo';

interface Process {
  pid: number;
  parent: number;
  args: string;
}

/** A bare Debian has no ps, macOS no /proc. */
function runningProcesses(): Process[] {
  if (!fs.existsSync('/proc/self/stat')) {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
    const found = lines.map((line) => line.trim().match(/^(\d+)\s+(\d+)\s+(.*)$/));
    return found.flatMap((match) =>
      match ? { pid: Number(match[1]), parent: Number(match[2]), args: match[3]! } : [],
    );
  }
  return fs.readdirSync('/proc').flatMap((name) => {
    try {
      const stat = fs.readFileSync(`/proc/${Number(name)}/stat`, 'utf8');
      const args = fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return { pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), args };
    } catch {
      return [];
    }
  });
}

/** Every process that the demo has started, by role. */
function processesOf(demo: Demo): Record<'web' | 'worker' | 'stand' | 'postgres', number> {
  const children = runningProcesses().filter(({ parent }) => parent === demo.pid);
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
    await expect.poll(() => isHealthy(demo!)).toBe(true);
  });
});

test.describe('npm start', () => {
  let dataDir: string;
  let product: Command | undefined;

  test.beforeEach(() => {
    dataDir = makeDataDir();
    product = undefined;
  });
  test.afterEach(async () => {
    if (product && alive(product.pid)) await product.end('SIGTERM');
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  // neither this machine's settings nor its .env: empty counts as absent and is not overwritten
  const unset = { DATABASE_URL: '', APP_URL: '', AUTH_SECRET: '', GIS_URL: '', PORT: '' };
  const start = (env: Record<string, string>) =>
    startCommand('lib/cli/start.ts', { ...unset, DATA_DIR: dataDir, ...env }, '«Отклик» запущен');
  const settings = { AUTH_SECRET: 'a secret of the end-to-end tests only', GIS_URL: 'http://127.0.0.1:9' };

  test('says in words which settings are missing, and makes no database for them', async () => {
    const failed = (await start({}).catch((error) => error)) as Error;
    expect(failed.message).toContain('code 1');
    expect(failed.message).toContain('AUTH_SECRET: не задан');
    expect(failed.message).toContain('GIS_URL: нужен адрес');
    expect(failed.message).not.toMatch(/DATABASE_URL|\n\s+at /);
    expect(fs.existsSync(`${dataDir}/postgres`)).toBe(false);
  });

  test('works without the portal and the key, answers on its port, ends with code 0', async () => {
    const port = await freePort();
    product = await start({ ...settings, PORT: String(port) });
    const health = async () => (await fetch(`http://127.0.0.1:${port}/api/health`)).json();
    await expect.poll(health).toMatchObject({ ok: true, database: 'ok', worker: { ok: true, canSign: false } });
    expect((await fetch(`http://127.0.0.1:${port}/login`)).status).toBe(200);
    await expect(start({ ...settings, PORT: String(port) })).rejects.toThrow(/code 1:\s+Порт \d+ занят/);
    expect(await product.end('SIGTERM')).toBe(0);
  });

  test('tells an unreachable database in one sentence', async () => {
    const port = String(await freePort());
    const failed = (await start({ ...settings, PORT: port, DATABASE_URL: 'postgres://127.0.0.1:1/otklik' }).catch(
      (error) => error,
    )) as Error;
    expect(failed.message).toMatch(/code 1:\s+Не удалось подключиться к базе данных .*\(ECONNREFUSED\)/);
    expect(failed.message).not.toMatch(/\n\s+at /);
  });
});
