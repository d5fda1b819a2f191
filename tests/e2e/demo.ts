import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');

export interface Demo {
  url: string;
  standUrl: string;
  pid: number;
  /** What it has printed so far. */
  output(): string;
  /** Sends the signal; resolves when the process is gone, with its exit code (null when the signal killed it). */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** `npm run demo` on free ports, with its data in `dataDir`; resolves when it has printed its addresses. */
export async function startDemo(dataDir: string): Promise<Demo> {
  const [port, standPort] = [await freePort(), await freePort()];
  const { DATABASE_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'lib/cli/demo.ts'], {
    cwd: ROOT,
    env: { ...env, DATA_DIR: dataDir, PORT: String(port), STAND_PORT: String(standPort) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      if (output.includes('Остановить: Ctrl+C')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then(([code]) => reject(new Error(`the demo has ended with code ${code}:\n${output}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    standUrl: `http://127.0.0.1:${standPort}`,
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

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
