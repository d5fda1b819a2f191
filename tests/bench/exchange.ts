/** Receiving and sending, ours beside the bare client, through the same stand and into the same database. */
import { sql } from '@/db/client';
import { sendAnswer } from '@/lib/debt-requests/answer';
import { requestSync } from '@/lib/debt-requests/sync';
import { readCertificate } from '@/lib/gis/signature/certificate';
import { readPrivateKey } from '@/lib/gis/signature/key';
import { pemSigner } from '@/lib/gis/signature/signer';
import { answerNo, answerYes } from '../factories';
import { type BareAnswers, createBareTable, downloadPages, postAnswers, prepareAnswers, preparePages } from './bare';
import { type Spent, spend } from './measure';
import type { Profile } from './profile';
import { type Place, settleDatabase, type World } from './world';

/** Milliseconds; `database` and `stand` are null where there is no /proc. */
export interface Run extends Spent {
  database: number | null;
  stand: number | null;
}

/** One repetition of a piece of work: what it took us and what it took the bare client. */
export interface Pair {
  ours: Run;
  bare: Run;
}

async function measure(world: World, work: () => Promise<Spent>): Promise<Run> {
  const before = { database: world.databaseCpu(), stand: world.standCpu() };
  const { wall, cpu } = await work();
  const since = (now: number | null, then: number | null) => (now === null || then === null ? null : now - then);
  return {
    wall,
    cpu,
    database: since(world.databaseCpu(), before.database),
    stand: since(world.standCpu(), before.stand),
  };
}

const signerOf = async ({ key }: World) =>
  pemSigner({ key: await readPrivateKey(key.keyPem, key.passphrase), certificate: readCertificate(key.certPem) });

function mustBe(what: string, actual: unknown, expected: unknown): void {
  if (String(actual) !== String(expected)) throw new Error(`${what}: ${actual} instead of ${expected}`);
}

/** Receives everything of the place; throws unless exactly `new` requests were new and the others unchanged. */
async function receive(world: World, place: Place, fresh: number, profile = false) {
  await settleDatabase();
  const started = await requestSync(place.head);
  if (!started.ok) throw new Error('the sync was refused');
  let sampled: Profile | undefined;
  const run = await measure(world, async () => {
    const report = await world.worker.send({ do: 'work', profile });
    sampled = report.profile;
    return report.spent;
  });
  const [row] = await sql`select state, received, changed, unchanged from sync_runs where id = ${started.syncRunId}`;
  mustBe('state of the sync', row!.state, 'done');
  mustBe('new requests', row!.received, fresh);
  mustBe('changed requests', row!.changed, 0);
  mustBe('unchanged requests', row!.unchanged, place.subrequestGuids.length - fresh);
  return { run, profile: sampled };
}

async function download(world: World, place: Place): Promise<Run> {
  const messages = await preparePages(place, await signerOf(world));
  await sql`drop table if exists bare_subrequests`;
  await createBareTable();
  await settleDatabase();
  const run = await measure(world, () => spend(() => downloadPages(world.standUrl, place, messages)));
  const [row] = await sql`select count(*) from bare_subrequests where "responseDate" is not null`;
  mustBe('rows of the bare client', row!.count, place.subrequestGuids.length);
  return run;
}

/** A first receiving, where all is new, and a second one, where nothing has changed. */
export async function syncTwice(world: World, place: Place): Promise<{ first: Pair; second: Pair }> {
  const size = place.subrequestGuids.length;
  // the stand renders a request at the first demand: neither side shall pay for that
  await download(world, place);
  const first = await receive(world, place, size);
  const bareFirst = await download(world, place);
  const second = await receive(world, place, 0);
  const bareSecond = await download(world, place);
  return { first: { ours: first.run, bare: bareFirst }, second: { ours: second.run, bare: bareSecond } };
}

export async function profileSync(world: World, place: Place): Promise<{ first: Profile; second: Profile }> {
  await download(world, place);
  const first = await receive(world, place, place.subrequestGuids.length, true);
  const second = await receive(world, place, 0, true);
  return { first: first.profile!, second: second.profile! };
}

/** One answer in ten says that there is a debt, with one debtor. */
const isYes = (index: number): boolean => index % 10 === 9;
const DESCRIPTION = 'По данным учёта на дату запроса';

/**
 * Puts an answer to every request of the place into the outbox. The first «нет» and the first «да» go through the verb;
 * the others are copies of the rows that it left.
 */
async function queueAnswers(place: Place): Promise<void> {
  const [no, yes] = await sql<{ id: string; version: number }[]>`
    select id, version from debt_requests where organization_id = ${place.id} and status = 'new' order by id limit 2`;
  const sent = [
    await sendAnswer(place.head, { id: no!.id, version: no!.version, answer: answerNo(DESCRIPTION) }),
    await sendAnswer(place.head, {
      id: yes!.id,
      version: yes!.version,
      answer: { ...answerYes(), description: DESCRIPTION },
    }),
  ];
  if (sent.some(({ ok }) => !ok)) throw new Error('an answer was refused');
  await sql.begin(async (tx) => {
    await tx`
      create temp table copies on commit drop as
      select id, case when row_number() over (order by id) % 10 = 0 then ${yes!.id}::uuid else ${no!.id}::uuid end as model
      from debt_requests where organization_id = ${place.id} and status = 'new'`;
    await tx`
      update debt_requests r set status = m.status, version = m.version, has_debt = m.has_debt,
        description = m.description, answer_saved_at = m.answer_saved_at, answer_saved_by = m.answer_saved_by,
        updated_at = m.updated_at
      from copies c join debt_requests m on m.id = c.model where r.id = c.id`;
    await tx`
      insert into debtors (organization_id, request_id, position, last_name, first_name, middle_name, snils)
      select d.organization_id, c.id, d.position, d.last_name, d.first_name, d.middle_name, d.snils
      from copies c join debtors d on d.request_id = c.model`;
    await tx`
      insert into request_events (organization_id, request_id, at, actor_id, action, from_status, to_status, data)
      select e.organization_id, c.id, e.at, e.actor_id, e.action, e.from_status, e.to_status, e.data
      from copies c join request_events e on e.request_id = c.model and e.action = 'send'`;
    await tx`
      insert into exchange_items (organization_id, request_id, action_type, content, next_at, created_by)
      select i.organization_id, c.id, i.action_type, i.content, i.next_at, i.created_by
      from copies c join exchange_items i on i.request_id = c.model`;
  });
}

/** Sends an answer to every request of the place; throws unless the portal accepted all. */
async function send(world: World, place: Place, profile = false) {
  await queueAnswers(place);
  await settleDatabase();
  let sampled: Profile | undefined;
  const run = await measure(world, async () => {
    const report = await world.worker.send({ do: 'work', profile });
    sampled = report.profile;
    return report.spent;
  });
  const [row] = await sql`
    select count(*) filter (where status = 'answered') as answered from debt_requests where organization_id = ${place.id}`;
  mustBe('answered requests', row!.answered, place.subrequestGuids.length);
  return { run, profile: sampled };
}

const bareAnswers =
  (place: Place): BareAnswers =>
  (index) => ({
    hasDebt: isYes(index),
    description: DESCRIPTION,
    executorGuid: place.head.gisEmployeeGuid!,
    additionalFiles: [],
    debtors: isYes(index)
      ? answerYes().debtors.map(({ lastName, firstName, snils }) => ({
          lastName,
          firstName,
          middleName: null,
          snils,
          document: null,
          documents: [],
        }))
      : [],
  });

/** Sends all of `place`; the bare client answers the requests of `beside`, as many, and may do so again and again. */
export async function sendAll(world: World, place: Place, beside: Place): Promise<Pair> {
  const ours = await send(world, place);
  const messages = await prepareAnswers(beside, await signerOf(world), bareAnswers(beside));
  let accepted = 0;
  const bare = await measure(world, () =>
    spend(async () => {
      accepted = await postAnswers(world.standUrl, beside, messages);
    }),
  );
  mustBe('answers of the bare client', accepted, beside.subrequestGuids.length);
  return { ours: ours.run, bare };
}

export async function profileSend(world: World, place: Place): Promise<Profile> {
  return (await send(world, place, true)).profile!;
}
