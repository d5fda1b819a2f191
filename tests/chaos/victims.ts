import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');
const TETHER = path.join(ROOT, 'lib', 'cli', 'tether.mjs');

export type VictimKind = 'worker' | 'jobs' | 'web';

interface Program {
  kind: VictimKind;
  /** For logs and the terminal: «worker-1». */
  name: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Whether it works: by a line that it printed, or by asking it. */
  readyLine?: string;
  answers?: () => Promise<boolean>;
}

/** A process of the product that is killed without warning and started again, as often as wanted. */
export class Victim {
  private child: ChildProcess | undefined;
  private printed = '';
  private stopped = false;
  private readonly log: number;
  /** When the process that lives now was started; null while there is none. */
  startedAt: number | null = null;
  ready = false;
  /** It ended without being killed: a defect of its own. */
  ownDeaths = 0;

  constructor(private readonly program: Program) {
    this.log = fs.openSync(program.logFile, 'a', 0o600);
  }

  get kind(): VictimKind {
    return this.program.kind;
  }

  get name(): string {
    return this.program.name;
  }

  start(): void {
    if (this.child || this.stopped) return;
    const { args, env, readyLine, answers } = this.program;
    const loader = args[0]!.endsWith('.ts') ? ['--import', 'tsx'] : [];
    const child = spawn(process.execPath, ['--import', TETHER, ...loader, ...args], {
      cwd: ROOT,
      env: { ...env, TETHERED_TO: String(process.pid) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // a group of its own, so that what it forks goes with it
      detached: true,
    });
    this.child = child;
    this.startedAt = Date.now();
    this.ready = false;
    this.printed = '';
    const read = (chunk: Buffer) => {
      fs.writeSync(this.log, chunk);
      if (this.ready || !readyLine) return;
      this.printed = (this.printed + chunk).slice(-10_000);
      if (this.printed.includes(readyLine)) this.ready = true;
    };
    child.stdout!.on('data', read);
    child.stderr!.on('data', read);
    child.once('exit', () => {
      if (this.child !== child) return;
      this.child = undefined;
      this.startedAt = null;
      this.ready = false;
      if (this.stopped) return;
      this.ownDeaths++;
      setTimeout(() => this.start(), 500);
    });
    if (answers) void this.ask(child, answers);
  }

  private async ask(child: ChildProcess, answers: () => Promise<boolean>): Promise<void> {
    while (this.child === child && !this.ready) {
      if ((await answers()) && this.child === child) this.ready = true;
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** SIGKILL to it and to all it forked; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.child;
    if (!child) return;
    this.child = undefined;
    this.startedAt = null;
    this.ready = false;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid!, 'SIGKILL');
      await gone;
    }
  }

  /** For good. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.kill();
    fs.closeSync(this.log);
  }
}
