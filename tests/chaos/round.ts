import { setTimeout as delay } from 'node:timers/promises';
import { sql } from '@/db/client';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { makeOrganization, makePerson } from '../factories';
import type { Chance } from '../random';
import { Site } from '../site';
import type { FaultRequest } from '../stand/faults';
import type { RemoteControl } from '../stand/remote';
import type { Ledger } from './audit';
import { Clerk, settled } from './people';
import type { Victim } from './victims';

/** What a campaign has running, and the means to break it. */
export interface Field {
  chance: Chance;
  control: RemoteControl;
  /** Of each web process. */
  siteUrls: string[];
  passwordHash: string;
  password: string;
  victims: Victim[];
  killDatabase(): Promise<void>;
}

export interface Killed {
  worker: number;
  jobs: number;
  web: number;
  database: number;
  /** Of all: what was under way at the moment, as the database told just before. */
  during: { message: number; receiving: number; massWork: number; file: number; automaticAnswer: number };
  faults: Record<string, number>;
}

const FIRST_BATCH = 36;
const REACHED = 14;
const NEXT_BATCH = 8;

/** One organization, its people at work, the rule at work, so many kills among it all; then quiet until nothing moves. */
export async function playRound(field: Field, number: number, kills: number, killed: Killed) {
  const { chance, control } = field;
  const ledger = await makeScene(field, number);
  const clerks = [1, 2].map((n) => clerkOf(field, ledger, number, n));
  await control.set({
    statusLagMs: chance.pick([0, 0, 1500, 5000]),
    receivedMs: chance.pick([0, 100]),
    processingMs: chance.pick([0, 0, 200, 800]),
  });
  let over = false;
  const work = Promise.all(clerks.map((clerk) => clerk.work(() => over)));
  let fallen = 0;
  for (let n = 0; fallen < kills; n++) fallen += await strike(field, ledger, n, kills, killed);
  over = true;
  await work;
  const quietSince = Date.now();
  await quieten(field, ledger, clerks[0]!, killed);
  fallen += field.victims.length;
  return { ledger, fallen, quietSeconds: Math.round((Date.now() - quietSince) / 1000) };
}

async function makeScene({ control, passwordHash }: Field, number: number): Promise<Ledger> {
  const organization = await settled(() => makeOrganization({ name: `ООО «УК „Стойкость ${number}“»` }));
  const ruleTag = `автоответ ${number}`;
  const employees: { guid: string; fio: string }[] = [{ guid: organization.executorGuid!, fio: 'По правилу' }];
  for (const n of [1, 2]) {
    const person = await settled(() => makePerson(organization, ['head']));
    await settled(
      () =>
        sql`update users set login = ${loginOf(number, n)}, password_hash = ${passwordHash} where id = ${person.userId}`,
    );
    employees.push({ guid: person.gisEmployeeGuid!, fio: person.name });
    await settled(
      () => sql`update organizations set file_send_at_once = true, auto_answer_comment = ${ruleTag}, auto_answer_at = '00:00',
        auto_answer_days = 1, auto_answer_working_days = false, auto_answer_set_by = ${person.userId},
        auto_answer_set_at = now() - interval '2 days' where id = ${organization.id}`,
    );
  }
  const orgPPAGUID = organization.orgPpaGuid;
  await control.addOrganization({ orgPPAGUID, name: organization.name, employees });
  const today = moscowToday();
  const near = await control.addRequests({ orgPPAGUID, count: REACHED, responseDate: addDays(today, 1) });
  await control.addRequests({ orgPPAGUID, count: FIRST_BATCH - REACHED, responseDate: addDays(today, 6) });
  return {
    orgPPAGUID,
    organizationId: organization.id,
    decisions: [],
    cancelled: [],
    corrected: [],
    held: [],
    touched: [],
    withdrawn: [],
    reached: near.subrequestGuids,
    leftAlone: near.subrequestGuids.slice(0, REACHED / 2),
    ruleTag,
  };
}

const loginOf = (round: number, n: number): string => `chaos${round}-${n}`;

function clerkOf({ siteUrls, password, chance }: Field, ledger: Ledger, round: number, n: number): Clerk {
  return new Clerk(new Site(siteUrls, loginOf(round, n), password), ledger, chance);
}

/** Kills one process, or all of them at once as when the machine loses its power. Returns how many fell. */
async function strike(field: Field, ledger: Ledger, n: number, kills: number, killed: Killed): Promise<number> {
  const { chance, control, victims } = field;
  // what happens besides, now and then
  if (n % 6 === 5)
    await control.addRequests({
      orgPPAGUID: ledger.orgPPAGUID,
      count: NEXT_BATCH,
      responseDate: addDays(moscowToday(), 6),
    });
  if (n === Math.floor(kills / 3))
    await settled(() => sql`update organizations set auto_answer = 'all' where id = ${ledger.organizationId}`);
  if (n % 10 === 9) await withdrawOne(field, ledger);
  if (chance.next() < 0.6) {
    const fault = randomFault(chance);
    await control.inject(fault);
    killed.faults[fault.fault] = (killed.faults[fault.fault] ?? 0) + 1;
  }

  await delay(chance.whole(100, 2400));
  await freeLeases(victims);
  const what = chance.weighed({ worker: 34, workers: 30, jobs: 8, web: 8, database: 4, machine: 3 });
  // whoever is at work: a process killed while it starts has nothing to lose
  const kind = what === 'workers' ? 'worker' : what;
  const ready = () => victims.filter((victim) => victim.ready && (what === 'machine' || victim.kind === kind));
  for (const until = Date.now() + 60_000; what !== 'database' && ready().length === 0 && Date.now() < until; )
    await delay(20);
  await noteWhatIsUnderWay(killed);
  const among = ready();
  const databaseToo = what === 'database' || what === 'machine';
  if (what !== 'database' && among.length === 0) throw new Error(`no ${kind} came to work within a minute`);
  const fall = what === 'machine' || what === 'workers' ? among : what === 'database' ? [] : [chance.pick(among)];
  await Promise.all([...fall.map((victim) => victim.kill()), ...(databaseToo ? [field.killDatabase()] : [])]);
  await freeLeases(victims);
  for (const victim of fall) {
    victim.start();
    killed[victim.kind]++;
  }
  if (databaseToo) killed.database++;
  return fall.length + Number(databaseToo);
}

async function noteWhatIsUnderWay({ during }: Killed): Promise<void> {
  const [now] = await sql<Record<keyof Killed['during'], boolean>[]>`
    select exists (select from exchanges where lease_token is not null) as message,
      exists (select from sync_runs where state = 'running') as receiving,
      exists (select from bulk_runs where state = 'running') as "massWork",
      exists (select from answer_files where state in ('checking', 'applying')) as file,
      exists (select from auto_runs where state = 'running') as "automaticAnswer"`.catch(() => []);
  for (const [what, is] of Object.entries(now ?? {})) if (is) during[what as keyof Killed['during']]++;
}

/** The asker takes a request back that nobody has touched and no rule reaches. */
async function withdrawOne({ control, chance }: Field, ledger: Ledger): Promise<void> {
  const { subrequests } = await control.state();
  const free = subrequests.filter(
    ({ guid, orgPPAGUID, withdrawn }) =>
      orgPPAGUID === ledger.orgPPAGUID &&
      !withdrawn &&
      !ledger.touched.includes(guid) &&
      !ledger.reached.includes(guid) &&
      !ledger.held.some(({ subrequestGuid }) => subrequestGuid === guid),
  );
  if (free.length === 0) return;
  const { guid } = chance.pick(free);
  ledger.withdrawn.push(guid);
  await control.withdraw({ subrequestGuid: guid });
}

function randomFault(chance: Chance): FaultRequest {
  const fault = chance.weighed({
    ...{ lostAck: 6, drop: 4, halfClosed: 4, EXP001000: 3, http502: 3, html: 3, delay: 4, slow: 2, itemError: 2 },
    ...{ http400: 0.4, messageError: 0.4, contentNotFound: 0.6, virusNotChecked: 0.6, hashConflict: 0.4 },
  });
  const operation = chance.pick(['importResponses', 'importResponses', 'exportDebtSubrequests', 'getState', 'upload']);
  const own = { fault, times: chance.whole(1, 2) };
  switch (fault) {
    case 'delay':
    case 'slow':
      return { ...own, match: { operation }, ms: chance.whole(100, 1500) };
    case 'itemError':
      return { ...own, code: 'INT002018', text: 'Отказ в приёме ответа' };
    case 'messageError':
      return { ...own, match: { operation: 'importResponses' }, code: 'INT002029', text: 'Ведутся работы' };
    case 'contentNotFound':
      return own;
    case 'virusNotChecked':
    case 'hashConflict':
      return { ...own, match: { operation: 'upload' } };
    default:
      return { ...own, match: { operation } };
  }
}

/**
 * What a killed process held would be free after 90 s (messages) or 15 s (the rest): here as soon as nobody lives who could have
 * taken it, or a thousand kills would last a day.
 */
async function freeLeases(victims: Victim[]): Promise<void> {
  const oldest = (...kinds: Victim['kind'][]) =>
    Math.min(
      Date.now(),
      ...victims.flatMap(({ kind, startedAt }) => (kinds.includes(kind) && startedAt ? startedAt : [])),
    );
  const [workers, engines] = [oldest('worker'), oldest('worker', 'jobs')];
  await Promise.all([
    sql`update exchanges set lease_until = 'epoch'
      where lease_token is not null and lease_until < ${new Date(workers + 90_000)}`,
    sql`delete from leases where until < case when key like 'job %' then ${new Date(engines + 15_000)}::timestamptz
      else ${new Date(workers + 15_000)}::timestamptz end`,
    sql`select pg_notify('exchange', '')`,
  ]).catch(() => {});
}

/** How long quiet may take before what still moves is called stuck. */
const QUIET_MS = 180_000;

/** No faults, everything alive: people finish what they began, until nothing moves and a receiving shows it twice. */
async function quieten({ control, victims }: Field, ledger: Ledger, clerk: Clerk, killed: Killed): Promise<void> {
  const { settings, faults } = await control.state();
  for (const fault of faults)
    killed.faults[`struck ${fault.fault}`] = (killed.faults[`struck ${fault.fault}`] ?? 0) + fault.struck;
  await control.clearFaults();
  // all of them anew, so that nothing held by the dead has to wait for its lease to lapse
  await Promise.all(victims.map((victim) => victim.kill()));
  await freeLeases(victims);
  for (const victim of victims) {
    victim.start();
    killed[victim.kind]++;
  }
  const end = Date.now() + QUIET_MS;
  for (const look of ['first', 'second']) {
    const since = new Date();
    for (; Date.now() < end; await delay(250)) {
      await freeLeases(victims);
      if (!victims.every(({ ready }) => ready)) continue;
      const state = await settled(() => stateOf(ledger, since));
      if (state.failed.length > 0) for (const request of state.failed) await clerk.send(request, false);
      else if (state.moving === 0 && !state.received) await clerk.sync();
      else if (state.moving === 0 && state.ruled) break;
    }
    // the second receiving comes when the portal shows what it lagged behind with
    if (look === 'first') await delay(settings.statusLagMs);
  }
}

async function stateOf({ organizationId, withdrawn }: Ledger, since: Date) {
  const own = sql`organization_id = ${organizationId}`;
  const [counts] = await sql<{ moving: number; received: boolean; ruled: boolean }[]>`
    select exists (select from sync_runs where ${own} and state = 'done' and complete and started_at >= ${since}) as received,
      (select count(*)::int from exchange_items where ${own} and state = 'open')
      + (select count(*)::int from exchanges where ${own} and state in ('queued', 'submitting', 'acknowledged', 'unknown'))
      + (select count(*)::int from sync_runs where ${own} and state = 'running')
      + (select count(*)::int from bulk_runs where ${own} and state = 'running')
      + (select count(*)::int from answer_files where ${own} and state in ('checking', 'applying'))
      as moving,
      exists (select from auto_runs where ${own} and state = 'done') as ruled`;
  const failed = await sql<
    { id: string; version: number; status: string; subrequestGuid: string; requestNumber: string }[]
  >`
    select id, version, status, subrequest_guid as "subrequestGuid", request_number as "requestNumber"
    from debt_requests where ${own} and status = 'send_failed'`;
  return { ...counts!, failed: failed.filter(({ subrequestGuid }) => !withdrawn.includes(subrequestGuid)) };
}
