/** The same pages over four years of work and over their hundredth part: what must not grow with the years. */
import { closeDb, sql } from '@/db/client';
import { startThrowaway } from '@/db/embedded';
import type { Person } from '@/lib/auth/actor';
import type { CommandContext } from '@/lib/cli/command';
import { listDebtRequests, neighboursOf, parseRegistryQuery, rememberSearch } from '@/lib/debt-requests/registry';
import { SORTS, STATUS_FILTERS } from '@/lib/debt-requests/registry-query';
import { median, percentile } from './measure';
import { queriesOf, startWeb, type Web } from './registry';
import { makeYears, type Years } from './years';

/** Whatever may be long in four years. */
const BIG_TABLES = ['debt_requests', 'request_events', 'exchange_items', 'exchanges', 'debt_request_accounts'];

/** Calls of each address, in turns over both sizes. */
const CALLS = 20;

/** Whoever sees only a part of the requests is measured by these alone: the rest differs by one condition. */
const FOR_EXECUTORS = /^(no condition|status (new|answered)|sort -?(deadline|status|answered)|number|page 100)/;

const HEAVIEST = 10;

export interface PageTimes {
  name: string;
  /** p95, ms. */
  many: number;
  few: number;
}

export interface Scale {
  registry: PageTimes[];
  pages: PageTimes[];
  /** p95 of the counters alone, ms. */
  counters: { many: number; few: number };
  /** «name: table» of every query of the registry that reads a big table from end to end. */
  scans: string[];
  /** The ten queries of the registry that took longest, with what PostgreSQL did. */
  heaviest: { name: string; text: string; plan: string[] }[];
  memory: { now: number; peak: number } | null;
}

interface Side {
  web: Web;
  addresses: Map<string, string>;
  pages: Map<string, string>;
  cookies: Record<'head' | 'executor', string>;
}

export async function timeScale(
  context: CommandContext,
  folder: string,
  sizes: { many: number; few: number },
  say: (line: string) => void,
): Promise<Scale> {
  const postgres = await startThrowaway();
  context.atEnd(() => postgres.stop());
  const sides: Side[] = [];
  const counters: number[] = [];
  let plans: Pick<Scale, 'scans' | 'heaviest'> = { scans: [], heaviest: [] };
  for (const requests of [sizes.few, sizes.many]) {
    say(`making ${requests} requests of four years`);
    const years = await makeYears(postgres.url, requests);
    const web = await startWeb({ standUrl: 'http://127.0.0.1:9', folder, name: `web-${requests}` }, context);
    const cookies = { head: await web.logIn(years.head), executor: await web.logIn(years.executor) };
    sides.push({ web, cookies, addresses: await addressesOf(years), pages: await pagesOf(years) });
    counters.push(await timeCounters(years));
    if (requests === sizes.many) plans = await plansOf(years, sides.at(-1)!.addresses);
    await closeDb();
  }
  const [few, many] = sides as [Side, Side];
  const registry: PageTimes[] = [];
  for (const role of ['head', 'executor'] as const) {
    say(`the registry by every filter and sort, as ${role}`);
    for (const [name, address] of many.addresses)
      if (role === 'head' || FOR_EXECUTORS.test(name))
        registry.push(await timeBoth(`${role}, ${name}`, few, few.addresses.get(name)!, many, address, role));
  }
  say('the other pages');
  const pages: PageTimes[] = [];
  for (const [name, address] of many.pages)
    pages.push(await timeBoth(name, few, few.pages.get(name)!, many, address, 'head'));
  return {
    registry,
    pages,
    counters: { few: counters[0]!, many: counters[1]! },
    ...plans,
    memory: many.web.memory(),
  };
}

async function timeBoth(
  name: string,
  few: Side,
  ofFew: string,
  many: Side,
  ofMany: string,
  role: keyof Side['cookies'],
): Promise<PageTimes> {
  const times = { few: [] as number[], many: [] as number[] };
  // in turns, so that a noisy second hits both; the first of each is for what has to be read from the disk
  for (let call = 0; call <= CALLS; call++) {
    const [a, b] = [await few.web.time(ofFew, few.cookies[role]), await many.web.time(ofMany, many.cookies[role])];
    if (call === 0) continue;
    times.few.push(a);
    times.many.push(b);
  }
  return { name, few: percentile(times.few, 0.95), many: percentile(times.many, 0.95) };
}

/** What a person can choose in the filter and in the heads of the columns; the open ones, and all with their answers. */
async function addressesOf({ head, sample, executor }: Years): Promise<Map<string, string>> {
  const all = 'answered=1&unanswered=1';
  const addresses = new Map<string, string>();
  const add = (name: string, params: string) => addresses.set(name, params);
  const both = (name: string, params: string) => {
    add(name, params);
    add(`${name}, with answered ones`, `${params}&${all}`);
  };
  both('no condition', '');
  for (const status of STATUS_FILTERS) add(`status ${status}`, `status=${status}`);
  add('expired ones too', 'unanswered=1');
  both('term today', 'due=today');
  both('a term long ago', `due=${sample.responseDate}`);
  both('asker', `organization=${sample.organization}`);
  both('house', `house=${sample.house}`);
  both('sent since two years', `from=${sample.sentDate}`);
  both('sent in a month', `from=${sample.sentDate}&to=${sample.monthLater}`);
  for (const debt of ['yes', 'no', 'empty']) both(`answer ${debt}`, `debt=${debt}`);
  both('assignee', `assignee=${executor.userId}`);
  both('no assignee', 'assignee=none');
  both('responsible', `responsible=${head.userId}`);
  both('division', `division=${sample.division}`);
  both('directorate', `division=${sample.directorate}`);
  both('no division', 'division=none');
  both('number', `number=${sample.number}`);
  both('beginning of numbers', `number=${sample.number.slice(0, 4)}`);
  for (const sort of SORTS)
    for (const direction of ['', '-']) both(`sort ${direction}${sort}`, `sort=${direction}${sort}`);
  both('page 2', 'page=2');
  both('page 100', 'page=100');
  both('100 rows', 'size=100');
  for (const [name, text] of [
    ['street', 'Лесная'],
    ['debtor', 'Лунин Артём'],
    ['street and house', 'Мира 8'],
  ] as const) {
    const remembered = await rememberSearch(head, { text });
    if (!remembered.ok) throw new Error('the search was not remembered');
    both(`search for ${name}`, `search=${remembered.search}`);
  }
  return new Map([...addresses].map(([name, params]) => [name, `/debt-requests?${params}`]));
}

async function pagesOf({ sample, open }: Years): Promise<Map<string, string>> {
  return new Map([
    ['card of an open request', `/debt-requests/${open.requestId}`],
    ['card of an old one, from the list of all', `/debt-requests/${sample.requestId}?answered=1&unanswered=1`],
    ['prepared', '/debt-requests/prepared'],
    ['not matched', '/debt-requests/matching'],
    ['radar', '/radar'],
    ['statistics of a month', '/debt-requests/statistics'],
    ['statistics of a year', `/debt-requests/statistics?from=${sample.sentDate}&to=${sample.yearLater}`],
    ['exchange', '/exchange'],
    ['a message', `/exchange/${sample.exchangeId}`],
    ['accounts', '/accounts'],
    ['court cases', '/court-cases'],
    ['houses', '/houses'],
    ['notifications', '/notifications'],
    ['download a file', '/debt-requests/export'],
  ]);
}

/** «Новых, Отвеченных, …» with the number of rows, without the rows. */
async function timeCounters({ head }: Years): Promise<number> {
  const query = parseRegistryQuery({ answered: '1', unanswered: '1', size: '20' });
  const [counting] = await queriesOf(() => listDebtRequests(head, query));
  const values: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    const start = performance.now();
    await Promise.all(counting!.map(({ text, values }) => sql.unsafe(text, values as never[], { prepare: true })));
    values.push(performance.now() - start);
  }
  return percentile(values, 0.95);
}

/** The plans of every query of the registry: which read a big table whole, and the heaviest ones in full. */
async function plansOf(
  { head, executor, sample }: Years,
  addresses: Map<string, string>,
): Promise<Pick<Scale, 'scans' | 'heaviest'>> {
  const found: string[] = [];
  const seen = new Map<string, { name: string; ms: number; values: unknown[] }>();
  const look = async (name: string, call: () => Promise<unknown>) => {
    for (const { text, values } of (await queriesOf(call)).flat()) {
      const [row] = await sql.unsafe(`explain (analyze, format json) ${text}`, values as never[]);
      const plan = row!['QUERY PLAN'];
      for (const table of scannedIn(plan)) found.push(`${name}: ${table}`);
      const ms = plan[0]['Execution Time'] as number;
      if (ms > (seen.get(text)?.ms ?? 0)) seen.set(text, { name, ms, values });
    }
  };
  const people: [string, Person][] = [
    ['head', head],
    ['executor', executor],
  ];
  for (const [role, person] of people)
    for (const [name, address] of addresses) {
      const query = parseRegistryQuery(Object.fromEntries(new URL(address, 'http://x').searchParams));
      await look(`${role}, ${name}`, () => listDebtRequests(person, query));
      await look(`${role}, ${name}, neighbours`, () => neighboursOf(person, query, sample.requestId));
    }
  const heaviest = [];
  for (const [text, { name, values }] of [...seen].sort(([, a], [, b]) => b.ms - a.ms).slice(0, HEAVIEST)) {
    const lines = await sql.unsafe(`explain (analyze, buffers) ${text}`, values as never[]);
    heaviest.push({ name, text, plan: lines.map((line) => line['QUERY PLAN'] as string) });
  }
  return { scans: [...new Set(found)], heaviest };
}

function scannedIn(plan: unknown): string[] {
  if (Array.isArray(plan)) return plan.flatMap(scannedIn);
  if (typeof plan !== 'object' || plan === null) return [];
  const node = plan as Record<string, unknown>;
  const own =
    node['Node Type'] === 'Seq Scan' && BIG_TABLES.includes(String(node['Relation Name']))
      ? [String(node['Relation Name'])]
      : [];
  return [...own, ...Object.values(node).flatMap(scannedIn)];
}

/** The address that grew most, and the middle of all. */
export const worstOf = (times: PageTimes[]): PageTimes =>
  times.reduce((worst, one) => (one.many / one.few > worst.many / worst.few ? one : worst));

export const middleOf = (times: PageTimes[]): { many: number; few: number } => ({
  many: median(times.map(({ many }) => many)),
  few: median(times.map(({ few }) => few)),
});
