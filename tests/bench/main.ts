/**
 * `npm run bench`: how far from the floor we are. Every figure of ours stands beside one of something that does the least
 * possible, measured in the same run on the same machine; the ratio is what may be compared between machines.
 *
 *   --size 10000   requests of one organization
 *   --repeat 3     repetitions of each part; the table shows medians
 *   --json FILE    the same and every repetition as JSON
 *   --only work    receiving, matching, sending, Excel; «scale»: the pages over years of requests; «people»: a hundred of
 *                  them at once over these years; «browser»: what Chromium is sent and feels; «demo»: from a bare
 *                  clone to the first page. Several with commas
 *   --many 1000000 requests of four years, beside a hundredth of them
 *   --people 100   at work at once for --minutes 10
 *   --no-web       without the pages over HTTP (they need a build)
 *   --hot          prints which functions took our CPU
 *   --profile DIR  keeps the CPU profiles, to be opened in Chromium's DevTools
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuild } from '@/lib/cli/build';
import { type CommandContext, CommandError, runCommand } from '@/lib/cli/command';
import { timeBrowser } from './browser';
import { timeDemo } from './demo';
import { makeLargest, timeRead, timeWrite } from './excel';
import { type Pair, profileSend, profileSync, type Run, sendAll, syncTwice } from './exchange';
import { timeMatching } from './matching';
import { median, memoryOf, watchOthers } from './measure';
import { timePeople } from './people';
import { hotSpots, type Profile, shareOf } from './profile';
import { startWeb, type Times, timeQuery } from './registry';
import { middleOf, timeScale, worstOf } from './scale';
import { startWorld } from './world';

const { values: options } = parseArgs({
  options: {
    size: { type: 'string', default: '10000' },
    repeat: { type: 'string', default: '3' },
    only: { type: 'string' },
    many: { type: 'string', default: '1000000' },
    people: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '10' },
    json: { type: 'string' },
    'no-web': { type: 'boolean', default: false },
    hot: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const SIZE = Number(options.size);
const REPEAT = Number(options.repeat);
/** Enough for V8 to have compiled what is hot. */
const WARM_UP = Math.min(SIZE, 2000);
const CALLS = 500;
const PARTS = ['work', 'scale', 'people', 'browser', 'demo'];
const wanted = options.only ? options.only.split(',') : PARTS;
const unknown = wanted.find((part) => !PARTS.includes(part));
if (unknown) throw new Error(`--only ${unknown}: one of ${PARTS.join(', ')}`);

interface Row {
  work: string;
  measure: string;
  unit: string;
  ours: number;
  /** Null where nothing stands beside it. */
  beside: number | null;
  /** Null also where the floor is nothing at all. */
  ratio: number | null;
  /** The ratio, or ours where nothing stands beside it, may be at most this. */
  bar?: number;
  /** Every repetition. */
  runs?: { ours: number[]; beside: number[] };
}

const rows: Row[] = [];
const profiles: Record<string, Profile> = {};
/** For --json alone. */
const details: Record<string, unknown> = {};

function add(row: Omit<Row, 'ratio'>): void {
  rows.push({ ...row, ratio: row.beside ? row.ours / row.beside : null });
}

function addPairs(work: string, pairs: Pair[], bars: { cpu: number; wall: number }): void {
  const measures: [keyof Run, string, string, number, number?][] = [
    ['cpu', 'CPU of the process, per request', 'ms', 1 / SIZE, bars.cpu],
    ['wall', 'wall', 's', 1 / 1000, bars.wall],
    ['database', 'CPU of PostgreSQL, per request', 'ms', 1 / SIZE],
    ['stand', 'CPU of the stand (a part of the wall)', 's', 1 / 1000],
  ];
  for (const [key, measure, unit, scale, bar] of measures) {
    const of = (side: keyof Pair) =>
      pairs.map((pair) => pair[side][key]).flatMap((ms) => (ms === null ? [] : [ms * scale]));
    const [ours, beside] = [of('ours'), of('bare')];
    if (ours.length === 0) continue;
    add({ work, measure, unit, ours: median(ours), beside: median(beside), bar, runs: { ours, beside } });
  }
}

/** In percent of the worker's CPU while sending. */
function addShares(profile: Profile): void {
  const xades = 'lib/gis/signature/xades.ts';
  const signing = `${xades}:signMessage`;
  for (const [measure, name, bar] of [
    ['signing, all of it', signing, 10],
    ['… parsing and canonical form', `${xades}:canonicalizeIn`],
    ['… digests (Streebog)', 'lib/gis/signature/streebog.ts:streebog256'],
    ['… the signature itself (curve)', 'lib/gis/signature/gost3410.ts:signDigest'],
  ] as const) {
    add({ work: 'send', measure, unit: '% of CPU', ours: 100 * shareOf(profile, name, signing), beside: null, bar });
  }
}

async function bench(context: CommandContext): Promise<void> {
  const say = (line: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`);
  const machine = {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    node: process.version,
    loadBefore: os.loadavg()[0]!,
  };
  if (machine.loadBefore > 0.3) say(`the machine is busy (load ${machine.loadBefore.toFixed(2)}): ratios will wander`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'otklik-bench-'));
  context.atEnd(async () => fs.rmSync(folder, { recursive: true, force: true }));
  // first, so that pages that cannot be built cost nobody the minutes before
  if (!options['no-web']) await ensureBuild(path.join(folder, 'build.log'), context.signal);
  const others = watchOthers();
  const machineNow = () => ({ ...machine, loadAfter: os.loadavg()[0]!, othersCores: others() });
  const web = !options['no-web'];
  const scans = web && wanted.includes('scale') ? await benchScale(context, folder, say) : [];
  if (web && wanted.includes('people')) await benchPeople(context, folder, say);
  if (web && wanted.includes('browser')) await benchBrowser(context, folder, say);
  if (wanted.includes('work')) await benchWork(context, folder, say);
  if (web && wanted.includes('demo')) await benchDemo(folder, say);
  report(machineNow());
  if (scans.length > 0)
    throw new CommandError(`Queries of the registry that read a big table whole:\n${scans.join('\n')}`);
}

type Say = (line: string) => void;

async function benchWork(context: CommandContext, folder: string, say: Say): Promise<void> {
  await benchExcel(folder, say);
  say('starting PostgreSQL, the stand and the worker');
  const world = await startWorld(context, folder);

  say(`warming up over ${WARM_UP} requests`);
  const warm = await world.makePlace(WARM_UP);
  const beside = await world.makePlace(SIZE);
  await syncTwice(world, warm);
  await sendAll(world, warm, await world.makePlace(WARM_UP));

  const places = [];
  const synced = [];
  for (let i = 0; i < REPEAT; i++) {
    say(`receiving ${SIZE} requests, ${i + 1} of ${REPEAT}`);
    const place = await world.makePlace(SIZE);
    places.push(place);
    synced.push(await syncTwice(world, place));
  }
  addPairs(
    'sync, all new',
    synced.map(({ first }) => first),
    { cpu: 2, wall: 1.3 },
  );
  addPairs(
    'sync, nothing changed',
    synced.map(({ second }) => second),
    { cpu: 2, wall: 1.3 },
  );

  const matched: Awaited<ReturnType<typeof timeMatching>>[] = [];
  for (let i = 0; i < REPEAT; i++) {
    say(`matching and filling ${SIZE} requests, ${i + 1} of ${REPEAT}`);
    matched.push(await timeMatching(SIZE));
  }
  for (const [part, measure] of [
    ['match', 'wall, of all requests'],
    ['preview', 'wall, of what filling would do'],
    ['fill', 'wall, filled in a person’s name'],
  ] as const) {
    const runs = { ours: matched.map(({ ours }) => ours[part]), beside: matched.map(({ bare }) => bare[part]) };
    add({ work: 'match and fill', measure, unit: 'ms', ours: median(runs.ours), beside: median(runs.beside), runs });
  }
  const whole = (side: 'ours' | 'bare') => matched.map((run) => run[side].match + run[side].preview + run[side].fill);
  const [all, bare] = [whole('ours'), whole('bare')];
  add({ work: '', measure: 'all three', unit: 'ms', ours: median(all), beside: median(bare), bar: 3 });

  const { head } = places[0]!;
  const sizes = ['20', '100'];
  const raw = new Map<string, Times>();
  for (const size of sizes) {
    say(`the registry, ${size} rows of ${SIZE}`);
    const { ours, bare } = await timeQuery(head, { size }, CALLS);
    raw.set(size, bare);
    const work = `registry query, ${size} rows`;
    add({ work, measure: 'p50', unit: 'ms', ours: ours.p50, beside: bare.p50 });
    add({ work, measure: 'p95', unit: 'ms', ours: ours.p95, beside: bare.p95 });
  }
  const web = options['no-web'] ? null : await startWeb(world, context);
  if (web) {
    say('the registry over HTTP');
    const cookie = await web.logIn(head);
    const login = await web.timePage('/login', CALLS);
    for (const size of sizes) {
      const page = await web.timePage(`/debt-requests?size=${size}`, CALLS, cookie);
      const work = `registry page, ${size} rows`;
      for (const rank of ['p50', 'p95'] as const) {
        const beside = raw.get(size)![rank] + login[rank];
        add({
          work,
          measure: `${rank} over HTTP`,
          unit: 'ms',
          ours: page[rank],
          beside,
          bar: rank === 'p50' ? 1.5 : undefined,
        });
      }
    }
  }

  const sent = [];
  for (const [i, place] of places.entries()) {
    say(`sending ${SIZE} answers, ${i + 1} of ${REPEAT}`);
    sent.push(await sendAll(world, place, beside));
  }
  addPairs('send', sent, { cpu: 3, wall: 1.5 });

  const memory = { worker: memoryOf(world.worker.pid), web: web?.memory() ?? null };
  for (const [name, taken] of Object.entries(memory)) {
    if (!taken) continue;
    add({
      work: 'memory',
      measure: `${name}, after all of the above`,
      unit: 'MB',
      ours: taken.now,
      beside: null,
      bar: 400,
    });
    add({ work: 'memory', measure: `${name}, at most`, unit: 'MB', ours: taken.peak, beside: null });
  }

  say('once more under the profiler');
  const place = await world.makePlace(SIZE);
  const sampled = await profileSync(world, place);
  Object.assign(profiles, { 'sync-new': sampled.first, 'sync-unchanged': sampled.second });
  profiles.send = await profileSend(world, place);
  addShares(profiles.send);
}

async function benchScale(context: CommandContext, folder: string, say: Say): Promise<string[]> {
  const many = Number(options.many);
  const { registry, pages, counters, scans, heaviest, memory } = await timeScale(
    context,
    folder,
    { many, few: many / 100 },
    say,
  );
  const addTimes = (
    work: string,
    measure: string,
    { many: ours, few: beside }: { many: number; few: number },
    bar: number,
  ) => add({ work, measure, unit: 'ms', ours, beside, bar });
  const worst = worstOf(registry);
  addTimes(`${many} requests, registry`, `p95, worst of ${registry.length}: ${worst.name}`, worst, 1.3);
  addTimes('', `p95, the middle of all`, middleOf(registry), 1.3);
  addTimes('', 'p95 of counters and totals alone', counters, 1.5);
  for (const page of pages) addTimes(`${many} requests`, `p95, ${page.name}`, page, 1.3);
  if (memory)
    add({
      work: 'memory',
      measure: 'web over all of them, at most',
      unit: 'MB',
      ours: memory.peak,
      beside: null,
      bar: 400,
    });
  for (const one of registry.filter((one) => one.many > 1.3 * one.few))
    say(`${one.name}: ${one.few.toFixed(1)} → ${one.many.toFixed(1)} ms (${(one.many / one.few).toFixed(2)}×)`);
  details.scale = { registry, pages, heaviest };
  return scans;
}

async function benchBrowser(context: CommandContext, folder: string, say: Say): Promise<void> {
  const { scripts, lcp, inp, cls } = await timeBrowser(context, folder, say);
  const addOne = (measure: string, unit: string, ours: number, bar?: number) =>
    add({ work: 'in a browser', measure, unit, ours, beside: null, ...(bar !== undefined && { bar }) });
  addOne('scripts of an empty page of the same Next', 'KiB gzip', scripts.empty);
  addOne('scripts of the registry over that', 'KiB gzip', scripts.registry - scripts.empty, 25);
  addOne('scripts of the card over that', 'KiB gzip', scripts.card - scripts.empty, 70);
  addOne('the registry, 100 rows: largest paint (LCP)', 'ms', lcp);
  addOne('the registry, 100 rows: slowest answer (INP)', 'ms', inp);
  addOne('what moves by itself (CLS), list, card and back', '', cls, 0);
}

async function benchPeople(context: CommandContext, folder: string, say: Say): Promise<void> {
  const sizes = { requests: Number(options.many), people: Number(options.people), minutes: Number(options.minutes) };
  const crowd = await timePeople(context, folder, sizes, say);
  const work = `${crowd.people} people`;
  const p95 = (step: string) => ({ ours: crowd.all[step]!, beside: crowd.one[step]! });
  add({ work, measure: `p95 of ${crowd.steps} steps`, unit: 'ms', ...p95('all'), bar: 2 });
  for (const step of Object.keys(crowd.all).filter((step) => step !== 'all'))
    add({ work, measure: `p95, ${step}`, unit: 'ms', ...p95(step) });
  add({ work, measure: 'errors', unit: '', ours: crowd.errors.length, beside: null, bar: 0 });
  if (crowd.memory) {
    const { now, peak } = crowd.memory;
    add({ work: 'memory', measure: 'web after all these people', unit: 'MB', ours: now, beside: null, bar: 400 });
    add({ work: 'memory', measure: 'web of all these people, at most', unit: 'MB', ours: peak, beside: null });
  }
  for (const error of crowd.errors.slice(0, 20)) say(error);
}

async function benchDemo(folder: string, say: Say): Promise<void> {
  say('from a bare clone to a page');
  const times = await timeDemo(folder);
  if (!times) return;
  add({
    work: 'npm ci, npm run demo',
    measure: 'to the log-in page',
    unit: 's',
    ours: times.demo / 1000,
    beside: times.build / 1000,
    bar: 1.2,
  });
}

/** Rows of the largest set that one export may be. */
const EXCEL_ROWS = 100_000;

async function benchExcel(folder: string, say: Say): Promise<void> {
  const written = [];
  for (let i = 0; i < REPEAT; i++) {
    say(`writing ${EXCEL_ROWS} rows as Excel, ${i + 1} of ${REPEAT}`);
    written.push(await timeWrite(folder, EXCEL_ROWS));
  }
  say('reading the largest file that may be loaded');
  const { file, rows: inFile } = await makeLargest(folder);
  const read = [];
  for (let i = 0; i < REPEAT; i++) read.push(await timeRead(file));
  for (const [work, pairs] of [
    [`write ${EXCEL_ROWS} rows of Excel`, written],
    [`read 5 MB of Excel, ${inFile} rows`, read],
  ] as const)
    for (const [key, measure, unit, scale, bar] of [
      ['wall', 'wall', 's', 1 / 1000, pairs === written ? 1 : 2],
      ['peak', 'memory at most', 'MB', 1, pairs === written ? 250 : undefined],
    ] as const) {
      const runs = {
        ours: pairs.map(({ ours }) => ours[key] * scale),
        beside: pairs.flatMap(({ beside }) => (beside ? [beside[key] * scale] : [])),
      };
      // what the product may take does not depend on how another does it
      const alone = runs.beside.length === 0 || (key === 'peak' && pairs === written);
      const beside = alone ? null : median(runs.beside);
      add({
        work,
        measure,
        unit,
        ours: median(runs.ours),
        beside,
        bar: key === 'wall' && alone ? undefined : bar,
        runs,
      });
    }
}

interface Machine {
  cpu: string;
  cores: number;
  node: string;
  /** Of the last minute. */
  loadBefore: number;
  loadAfter: number;
  /** What was not ours took so many cores all the while; null where there is no /proc. */
  othersCores: number | null;
}

function report(machine: Machine): void {
  if (options.profile) {
    fs.mkdirSync(options.profile, { recursive: true });
    for (const [name, profile] of Object.entries(profiles)) {
      fs.writeFileSync(path.join(options.profile, `${name}.cpuprofile`), JSON.stringify(profile));
    }
  }
  const hot = Object.fromEntries(Object.entries(profiles).map(([name, profile]) => [name, hotSpots(profile)]));
  if (options.json) {
    const result = { at: new Date().toISOString(), machine, size: SIZE, repeat: REPEAT, rows, hot, ...details };
    fs.writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
  }
  if (options.hot) {
    for (const [name, { places, functions }] of Object.entries(hot)) {
      printShares(`${name}: share of CPU by place`, places);
      printShares(`${name}: by function of ours, called ones included`, functions);
    }
  }
  const others = machine.othersCores === null ? 'unknown' : `${machine.othersCores.toFixed(2)} cores`;
  console.log(
    `\n${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load ${machine.loadBefore.toFixed(2)} before, other programs took ${others} meanwhile`,
  );
  console.log(`${SIZE} requests of one organization, medians of ${REPEAT}\n`);
  printTable();
  console.log(`
beside: scale     the same pages over a hundredth of the requests
        write     python3-xlsxwriter in constant-memory mode; read: unpacking and a bare pass of the XML reader
        sync      a client that posts ready-made signed messages, cuts the values out of the replies, COPYs each page
        send      a client that posts ready-made signed messages, as many at a time as we do
        match     one SQL join over clean keys that were prepared before; filling is one UPDATE by one condition
        query     the same SQL through postgres.js, as prepared statements
        people    one of them alone, who does not pause; the worker and the portal take no part
        demo      npm ci and next build alone
        page      that SQL and /login without a session, a dynamic page of the same server that asks the database nothing
process: of the worker or of the bare client; PostgreSQL and the stand are processes of their own`);
}

function printShares(title: string, shares: { name: string; share: number }[]): void {
  console.log(`\n${title}`);
  for (const { name, share } of shares) console.log(`${(100 * share).toFixed(1).padStart(6)} %  ${name}`);
}

function printTable(): void {
  const header = ['work', 'measure', 'ours', 'beside', 'unit', 'ratio', 'bar'];
  const lines = rows.map(({ work, measure, unit, ours, beside, ratio, bar }, i) => [
    rows[i - 1]?.work === work ? '' : work,
    measure,
    figure(ours),
    beside === null ? '' : figure(beside),
    unit,
    ratio === null ? '' : `${ratio.toFixed(2)}×`,
    bar === undefined ? '' : `${(ratio ?? ours) <= bar ? '≤' : 'over'} ${bar}`,
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]!.length)));
  const numeric = new Set([2, 3, 5]);
  for (const line of [header, widths.map((width) => '─'.repeat(width)), ...lines]) {
    console.log(
      line
        .map((cell, i) => (numeric.has(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd(),
    );
  }
}

/** Three digits that mean something. */
const figure = (value: number): string => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);

runCommand(bench);
