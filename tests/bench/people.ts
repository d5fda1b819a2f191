/** A hundred people at their work at once, over HTTP, beside one of them alone. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { closeDb, sql } from '@/db/client';
import { startThrowaway } from '@/db/embedded';
import { hashPassword } from '@/lib/auth/password';
import type { CommandContext } from '@/lib/cli/command';
import { answerNo, makePerson } from '../factories';
import { Chance } from '../random';
import { Site } from '../site';
import { percentile } from './measure';
import { startWeb, type Web } from './registry';
import { makeYears, type Years } from './years';

/** Mean pause between what a person does, ms. */
const THINK_MS = 10_000;
/** Steps of the one who is alone; he does not pause, which makes him faster and the comparison harder. */
const ALONE = 150;
/** Open requests of each person: one is sent every ten steps. */
const REQUESTS_EACH = 30;

/** An hour of a department's work cut down to ten steps: what one step asks the server for, once. */
const MIX = ['list', 'filter', 'open', 'save', 'list', 'sort', 'open', 'send', 'list', 'radar'] as const;
type Step = (typeof MIX)[number];

export interface Crowd {
  people: number;
  minutes: number;
  steps: number;
  /** p95 over all steps and by step, ms. */
  one: Record<string, number>;
  all: Record<string, number>;
  errors: string[];
  memory: { now: number; peak: number } | null;
}

interface Worker {
  site: Site;
  /** Ids of requests that are his to answer. */
  requests: string[];
}

/** `requests` of four years behind them; the worker process and the portal take no part. */
export async function timePeople(
  context: CommandContext,
  folder: string,
  { requests, people, minutes }: { requests: number; people: number; minutes: number },
  say: (line: string) => void,
): Promise<Crowd> {
  const postgres = await startThrowaway();
  context.atEnd(() => postgres.stop());
  say(`making ${requests} requests of four years, and ${people} people`);
  const years = await makeYears(postgres.url, requests);
  const web = await startWeb({ standUrl: 'http://127.0.0.1:9', folder, name: 'web-people' }, context);
  const workers = await hire(years, web, people + 1);
  const errors: string[] = [];

  say('one of them alone');
  const alone = new Map<Step | 'all', number[]>();
  const [first, ...rest] = workers;
  for (let n = 0; n < 2 * MIX.length; n++) await doStep(first!, n, new Map(), errors);
  for (let n = 0; n < ALONE; n++) await doStep(first!, n, alone, errors);

  say(`${people} of them for ${minutes} minutes`);
  const together = new Map<Step | 'all', number[]>();
  const until = performance.now() + minutes * 60_000;
  const chance = new Chance(1);
  await Promise.all(
    rest.map(async (worker) => {
      await delay(chance.next() * THINK_MS);
      for (let n = chance.whole(0, MIX.length - 1); performance.now() < until; n++) {
        await doStep(worker, n, together, errors);
        await delay((0.5 + chance.next()) * THINK_MS);
      }
    }),
  );
  await closeDb();
  const p95 = (times: Map<string, number[]>) =>
    Object.fromEntries([...times].map(([step, values]) => [step, percentile(values, 0.95)]));
  return {
    people,
    minutes,
    steps: together.get('all')!.length,
    one: p95(alone),
    all: p95(together),
    errors,
    memory: web.memory(),
  };
}

/** Executors of the first organization, each with a session and requests of his own. */
async function hire(years: Years, web: Web, count: number): Promise<Worker[]> {
  const { organizationId } = years.head;
  const password = randomUUID();
  const hash = await hashPassword(password);
  const workers: Worker[] = [];
  for (let n = 0; n < count; n++) {
    const person = await makePerson({ id: organizationId }, ['executor'], { divisionId: years.sample.division });
    const [user] = await sql<{ login: string }[]>`
      update users set password_hash = ${hash} where id = ${person.userId} returning login`;
    // copies of old ones as they were when they came
    const own = await sql<{ id: string }[]>`
      insert into debt_requests (organization_id, subrequest_guid, request_guid, request_number, export_format, requesting_organization_guid,
        requesting_organization, house_guid, address, address_details, period_start, period_end, sent_date, response_date, gis_request_status,
        gis_response_status, status, responsible_id, assignee_id, division_id, match_state, house_id, premises_id)
      select organization_id, gen_random_uuid(), gen_random_uuid(), (990000000000 + ${n * REQUESTS_EACH} + row_number() over ())::text, export_format,
        requesting_organization_guid, requesting_organization, house_guid, address, address_details, period_start, period_end, current_date,
        current_date + 7, 'Sent', 'NotSent', 'in_progress', ${person.userId}, ${person.userId}, ${years.sample.division}, match_state, house_id, premises_id
      from (select * from debt_requests where organization_id = ${organizationId} and status = 'answered' limit ${REQUESTS_EACH}) old
      returning id`;
    const site = new Site([web.url], user!.login, password);
    if (!(await site.logIn())) throw new Error('a person of the bench could not log in');
    workers.push({ site, requests: own.map(({ id }) => id) });
  }
  await sql`vacuum analyze debt_requests`;
  return workers;
}

async function doStep(worker: Worker, n: number, times: Map<Step | 'all', number[]>, errors: string[]): Promise<void> {
  const step = MIX[n % MIX.length]!;
  const id = worker.requests[0]!;
  // what a page would have handed to the form
  const [row] = step === 'save' || step === 'send' ? await sql`select version from debt_requests where id = ${id}` : [];
  const input = { id, version: row?.version, answer: answerNo('Судебной задолженности нет') };
  const start = performance.now();
  const result = await {
    list: () => worker.site.get('/debt-requests'),
    filter: () => worker.site.get('/debt-requests?status=in_progress'),
    sort: () => worker.site.get('/debt-requests?sort=address&page=1'),
    open: () => worker.site.get(`/debt-requests/${id}`),
    radar: () => worker.site.get('/radar'),
    save: () => worker.site.act('saveDraftAction', input),
    send: () => worker.site.act('sendAnswerAction', input),
  }[step]();
  const took = performance.now() - start;
  for (const key of [step, 'all'] as const) {
    const taken = times.get(key);
    if (taken) taken.push(took);
    else times.set(key, [took]);
  }
  if (result.kind !== 'done') errors.push(`${step}: ${result.text}`);
  if (step === 'send') worker.requests.shift();
}
