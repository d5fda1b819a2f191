/** Samples this process and says which share of its CPU which functions took. */
import { type Profiler, Session } from 'node:inspector/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(import.meta.dirname, '..', '..');
const SAMPLE_US = 500;

export type Profile = Profiler.Profile;

/** Runs the work under the sampling profiler of V8. It costs some percent, so timed runs do without it. */
export async function profiled(work: () => Promise<unknown>): Promise<Profile> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return profile;
}

/** One sampled stack, outermost first, as `file:function` from the project's root, and how long it was seen, ms. */
interface Stack {
  frames: string[];
  ms: number;
}

/** Without waiting, and without what the profiler itself took to start and stop. */
function stacksOf(profile: Profile): Stack[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const times = new Map<number, number>();
  profile.samples?.forEach((id, i) => {
    times.set(id, (times.get(id) ?? 0) + profile.timeDeltas![i]! / 1000);
  });
  return [...times]
    .map(([id, ms]) => {
      const frames: string[] = [];
      for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
        const { functionName, url } = nodes.get(at)!.callFrame;
        if (functionName !== '(root)') frames.unshift(`${fileOf(url)}:${functionName}`);
      }
      return { frames, ms };
    })
    .filter(({ frames }) => frames.length > 0 && frames.at(-1) !== ':(idle)' && !isProfiling(frames));
}

const isProfiling = (frames: string[]): boolean =>
  frames.some((frame) => frame.startsWith('tests/bench/profile.ts:')) &&
  !frames.some((frame) => frame.startsWith('lib/'));

function fileOf(url: string): string {
  return url.startsWith('file:') ? path.relative(ROOT, fileURLToPath(url.replace(/[?#].*$/, ''))) : url;
}

const totalOf = (stacks: Stack[]): number => stacks.reduce((sum, { ms }) => sum + ms, 0);

/**
 * Share (0…1) of the sampled CPU spent in the named functions and in what they call, `within` another when given.
 * Functions are named `file:function` from the project's root. Throws when one was never seen: it has been renamed.
 */
export function shareOf(profile: Profile, name: string, within = name): number {
  const stacks = stacksOf(profile);
  const hit = stacks.filter(({ frames }) => frames.includes(name) && frames.includes(within));
  if (hit.length === 0) throw new Error(`the profile has no ${name}`);
  return totalOf(hit) / totalOf(stacks);
}

interface Share {
  name: string;
  /** 0…1 */
  share: number;
}

/** Where the CPU was: by library (ours by file) with what ran there itself, and by function of ours with what it called. */
export function hotSpots(profile: Profile, limit = 20): { places: Share[]; functions: Share[] } {
  const stacks = stacksOf(profile);
  const places = new Map<string, number>();
  const functions = new Map<string, number>();
  const addTo = (map: Map<string, number>, name: string, ms: number) => map.set(name, (map.get(name) ?? 0) + ms);
  for (const { frames, ms } of stacks) {
    addTo(places, placeOf(frames.at(-1)!), ms);
    for (const name of new Set(frames.filter((frame) => /^(lib|db)\/.*:./.test(frame)))) addTo(functions, name, ms);
  }
  const top = (map: Map<string, number>) =>
    [...map]
      .sort(([, a], [, b]) => b - a)
      .slice(0, limit)
      .map(([name, ms]) => ({ name, share: ms / totalOf(stacks) }));
  return { places: top(places), functions: top(functions) };
}

function placeOf(frame: string): string {
  const library = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(frame)?.[1];
  if (library) return library;
  if (frame.startsWith('wasm')) return 'WebAssembly (libxml2)';
  if (frame.startsWith('node:')) return 'Node';
  // V8's own: (garbage collector), (program)
  return frame.startsWith(':') ? frame.slice(1) || 'built-in' : frame.split(':')[0]!;
}
