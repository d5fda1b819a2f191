/** Clocks of the bench: CPU and wall of a piece of work, what other processes took meanwhile, medians. */
import fs from 'node:fs';
import os from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Milliseconds. `cpu` is all threads of this process, user and system. */
export interface Spent {
  wall: number;
  cpu: number;
}

/** Runs the work once and says what it took; garbage of what came before is collected first, so it is not counted. */
export async function spend<T>(work: () => Promise<T>): Promise<Spent & { result: T }> {
  collectGarbage();
  const cpu = process.cpuUsage();
  const wall = performance.now();
  const result = await work();
  const wallMs = performance.now() - wall;
  const { user, system } = process.cpuUsage(cpu);
  return { wall: wallMs, cpu: (user + system) / 1000, result };
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Clock ticks a second of /proc: 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/**
 * CPU milliseconds of a process and all below it, those that have ended included; null where there is no /proc.
 * Resolution 10 ms.
 */
export function cpuOfTree(root: number): number | null {
  const processes = listProcesses();
  if (!processes) return null;
  const inTree = new Set([root]);
  // a child has a larger number only until numbers wrap around: go on until nothing is added
  for (let size = 0; size !== inTree.size; ) {
    size = inTree.size;
    for (const { pid, parent } of processes) if (inTree.has(parent)) inTree.add(pid);
  }
  return processes.filter(({ pid }) => inTree.has(pid)).reduce((sum, { cpu }) => sum + cpu, 0);
}

function listProcesses(): { pid: number; parent: number; cpu: number }[] | null {
  if (process.platform !== 'linux') return null;
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = read(`/proc/${name}/stat`);
      if (!stat) return [];
      // the name of the program may hold spaces and brackets
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      return [{ pid: Number(name), parent: Number(fields[1]), cpu: ticks * TICK_MS }];
    });
}

/** Megabytes (10^6) that a process holds now and held at most; null where there is no /proc. */
export function memoryOf(pid: number): { now: number; peak: number } | null {
  const status = read(`/proc/${pid}/status`);
  const value = (name: string) => (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status ?? '')?.[1]) * 1024) / 1e6;
  return status ? { now: value('VmRSS'), peak: value('VmHWM') } : null;
}

function read(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Tells how busy the machine was with what is not ours, in cores, since it was made; null where there is no /proc. */
export function watchOthers(): () => number | null {
  const start = { at: performance.now(), all: busyMs(), ours: cpuOfTree(process.pid) };
  return () => {
    const ours = cpuOfTree(process.pid);
    if (ours === null || start.ours === null) return null;
    const others = busyMs() - start.all - (ours - start.ours);
    return Math.max(0, others / (performance.now() - start.at));
  };
}

function busyMs(): number {
  return os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
