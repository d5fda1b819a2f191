import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');

export interface Command {
  pid: number;
  /** What it has printed so far. */
  output(): string;
  /** Sends the signal; resolves when the process is gone, with its exit code (null when the signal killed it). */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface Demo extends Command {
  url: string;
  standUrl: string;
}

/** `npm run demo` on free ports, with its data in `dataDir`; resolves when it has printed its addresses. */
export async function startDemo(dataDir: string, given: Record<string, string> = {}): Promise<Demo> {
  const [port, standPort] = [await freePort(), await freePort()];
  const env = { ...given, DATA_DIR: dataDir, PORT: String(port), STAND_PORT: String(standPort) };
  const command = await startCommand('lib/cli/demo.ts', env, 'Остановить: Ctrl+C');
  return { ...command, url: `http://127.0.0.1:${port}`, standUrl: `http://127.0.0.1:${standPort}` };
}

/** Runs a script of lib/cli; resolves when it has printed `ready`, rejects with all it printed when it ends before. */
export async function startCommand(script: string, env: Record<string, string>, ready: string): Promise<Command> {
  const { DATABASE_URL: _, ...machine } = process.env;
  // it stops when the test runner dies, as its own children do when it dies
  const child = spawn(process.execPath, ['--import', './lib/cli/tether.mjs', '--import', 'tsx', script], {
    cwd: ROOT,
    env: { ...machine, ...env, TETHERED_TO: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      if (output.includes(ready)) resolve();
    };
    child.stdout!.on('data', read);
    child.stderr!.on('data', read);
    child.once('close', (code) => reject(new Error(`${script} has ended with code ${code}:\n${output}`)));
  });
  return {
    pid: child.pid!,
    output: () => output,
    async end(signal) {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

export function makeDataDir(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'otklik-e2e-'));
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
