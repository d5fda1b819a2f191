/**
 * The auditor of a campaign. It shares no code with the product: it reads what people and rules decided (the ledger), what the
 * stand has written down of itself, and the rows of the database by SQL of its own, and says every promise that is broken.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';

/** What somebody decided about one request. `tag` is the comment of the answer: no two decisions share one. */
export interface Decision {
  subrequestGuid: string;
  tag: string;
  hasDebt: boolean;
  /** «Фамилия Имя». */
  debtors: string[];
  files: { name: string; sha256: string }[];
  /**
   * done: the product said yes; refused: it said no; uncertain: the connection broke, so either may be true; entrusted: a mass
   * work or a loaded file that the product has taken on, which may refuse a request with a reason in its result.
   */
  outcome: 'done' | 'refused' | 'uncertain' | 'entrusted';
}

export interface Ledger {
  orgPPAGUID: string;
  organizationId: string;
  decisions: Decision[];
  /** «Отменить отправку» of the answer with this tag. */
  cancelled: { subrequestGuid: string; tag: string; outcome: Decision['outcome'] }[];
  /** «Отозвать ответ и исправить». */
  corrected: { subrequestGuid: string; outcome: Decision['outcome'] }[];
  /** «Не отправлять автоматически». */
  held: { subrequestGuid: string; outcome: Decision['outcome']; at: number }[];
  /** Somebody saved a draft or meant to: the rule leaves it alone, or was before him. */
  touched: string[];
  /** Asked no more, says the asker. */
  withdrawn: string[];
  /** What the rule reaches, and the comment of its answers. */
  reached: string[];
  ruleTag: string;
  /** Of those, what no person answers: the campaign sees to it that the rule has something to do. */
  leftAlone: string[];
}

interface StandAnswer {
  hasDebt: boolean;
  description?: string;
  additionalFiles: { name: string; guid: string }[];
  debtors: { firstName: string; lastName: string }[];
}

export interface StandArrival {
  at: number;
  kind: string;
  accepted: boolean;
  requesterGuid?: string;
  transportGuid?: string;
  contentSha256?: string;
  answer?: StandAnswer;
}

export interface StandRecord {
  subrequests: {
    guid: string;
    orgPPAGUID: string;
    responseDate: string;
    withdrawn: boolean;
    arrivals: StandArrival[];
  }[];
  messages: { guid: string; requesterGuid: string; orgPPAGUID: string; operation: string }[];
  files: { guid: string; parts: number[] }[];
}

interface Row {
  id: string;
  subrequest_guid: string;
  status: string;
  has_debt: boolean | null;
  description: string | null;
}

export interface Database {
  requests: Row[];
  items: {
    id: string;
    request_id: string;
    action_type: string;
    state: string;
    error_kind: string | null;
    attempt: number;
    may_have_arrived: boolean;
    created_by: string | null;
    created_at: Date;
    tag: string | null;
  }[];
  messages: {
    id: string;
    operation: string;
    state: string;
    message_guid: string;
    gis_message_guid: string | null;
    request_xml: string | null;
  }[];
  events: {
    request_id: string;
    action: string;
    from_status: string | null;
    to_status: string | null;
    actor_id: string | null;
  }[];
  /** Whatever is begun and not ended, in words. */
  unfinished: string[];
  /** Requests that a mass work or a loaded file refused with a reason. */
  refusedWithReason: string[];
  autoRunDone: boolean;
}

export interface Figures {
  requests: number;
  answered: number;
  byRule: number;
  withDebt: number;
  messages: number;
  /** Messages whose fate the product had to look up. */
  refusedByPortal: number;
  /** The same content accepted once more, as an earlier one could have been lost. */
  repeatedWordForWord: number;
  uncertainPresses: number;
  uncertainThatCounted: number;
}

export interface Finding {
  promise: 'lost' | 'twice' | 'wrong' | 'late' | 'stuck' | 'journal' | 'leak';
  text: string;
}

/** Everything that does not hold, and what there was. `fileBytes` gives the bytes that the stand's file store keeps. */
export function audit(
  ledger: Ledger,
  stand: StandRecord,
  database: Database,
  fileBytes: (file: { guid: string; parts: number[] }) => Buffer,
): { findings: Finding[]; figures: Figures } {
  const findings: Finding[] = [];
  const find = (promise: Finding['promise'], text: string) => findings.push({ promise, text });
  const own = stand.subrequests.filter(({ orgPPAGUID }) => same(orgPPAGUID, ledger.orgPPAGUID));
  const byGuid = new Map(database.requests.map((row) => [row.subrequest_guid.toLowerCase(), row]));
  const itemsOf = group(database.items, ({ request_id }) => request_id);
  const eventsOf = group(database.events, ({ request_id }) => request_id);
  const decisionsOf = group(ledger.decisions, ({ subrequestGuid }) => subrequestGuid.toLowerCase());
  const journal = new Map(database.messages.map((message) => [message.message_guid.toLowerCase(), message]));
  const storedFiles = new Map(stand.files.map((file) => [file.guid.toLowerCase(), file]));
  const heldSince = new Map(
    ledger.held
      .filter(({ outcome }) => outcome === 'done')
      .map(({ subrequestGuid, at }) => [subrequestGuid.toLowerCase(), at]),
  );
  const setOf = (guids: string[]) => new Set(guids.map((guid) => guid.toLowerCase()));
  const [reached, touched, withdrawn] = [setOf(ledger.reached), setOf(ledger.touched), setOf(ledger.withdrawn)];
  const figures: Figures = {
    requests: own.length,
    answered: 0,
    byRule: 0,
    withDebt: 0,
    messages: stand.messages.filter(({ orgPPAGUID }) => same(orgPPAGUID, ledger.orgPPAGUID)).length,
    refusedByPortal: 0,
    repeatedWordForWord: 0,
    uncertainPresses: ledger.decisions.filter(({ outcome }) => outcome === 'uncertain').length,
    uncertainThatCounted: 0,
  };

  for (const what of database.unfinished) find('stuck', what);
  if (database.requests.length > byGuid.size) find('lost', 'one request stands in the database twice');
  const known = new Set(own.map(({ guid }) => guid.toLowerCase()));
  for (const guid of byGuid.keys()) if (!known.has(guid)) find('wrong', `${guid}: a request that nobody asked`);

  for (const subrequest of own) {
    const guid = subrequest.guid.toLowerCase();
    const row = byGuid.get(guid);
    if (!row) {
      // taken back before anybody looked
      if (!withdrawn.has(guid)) find('lost', `${guid}: asked, and not in the database`);
      continue;
    }
    const items = (itemsOf.get(row.id) ?? []).toSorted((a, b) => Number(a.id) - Number(b.id));
    const decisions = decisionsOf.get(guid) ?? [];
    const accepted = subrequest.arrivals.filter((arrival) => arrival.accepted);
    figures.refusedByPortal += subrequest.arrivals.length - accepted.length;

    // what was decided is what was put on its way, and nothing else
    const tags = new Set(items.map(({ tag }) => tag));
    for (const decision of decisions) {
      const effective = tags.has(decision.tag);
      if (decision.outcome === 'done' && !effective)
        find('lost', `${guid}: «${decision.tag}» was taken and never sent`);
      if (decision.outcome === 'refused' && effective) find('wrong', `${guid}: «${decision.tag}» was refused and went`);
      if (decision.outcome === 'entrusted' && !effective && !database.refusedWithReason.includes(row.id))
        find('lost', `${guid}: «${decision.tag}» was entrusted, neither sent nor refused with a reason`);
      if (decision.outcome === 'uncertain' && effective) figures.uncertainThatCounted++;
    }
    for (const item of items.filter(({ action_type }) => action_type === 'Send')) {
      const byRule = item.created_by === null;
      const chosen = byRule ? item.tag === ledger.ruleTag : decisions.some(({ tag }) => tag === item.tag);
      if (!chosen) find('wrong', `${guid}: «${item.tag}» was decided by nobody`);
      if (byRule && !reached.has(guid)) find('wrong', `${guid}: the rule answered what it does not reach`);
      const isLater =
        item.attempt === 1 && item.created_at.getTime() > (heldSince.get(guid) ?? Number.POSITIVE_INFINITY);
      if (byRule && isLater) find('wrong', `${guid}: the rule answered what was held`);
    }
    const corrections = ledger.corrected.filter((one) => same(one.subrequestGuid, guid));
    const revokes = items.filter((item) => item.action_type === 'Revoke' && item.attempt === 1).length;
    if (revokes < corrections.filter(({ outcome }) => outcome === 'done').length)
      find('lost', `${guid}: a withdrawal was taken and never sent`);
    if (revokes > corrections.filter(({ outcome }) => outcome !== 'refused').length)
      find('wrong', `${guid}: withdrawn by nobody`);

    // what the portal holds
    const segments: StandArrival[][] = [[]];
    for (const arrival of accepted) {
      if (arrival.kind === 'Revoke') segments.push([]);
      else segments.at(-1)!.push(arrival);
    }
    for (const segment of segments) {
      const contents = new Set(segment.map(({ contentSha256 }) => contentSha256));
      if (contents.size > 1) find('twice', `${guid}: ${contents.size} different answers, one after another`);
      figures.repeatedWordForWord += Math.max(0, segment.length - 1);
    }
    const repeated = segments.reduce((sum, segment) => sum + Math.max(0, segment.length - 1), 0);
    if (repeated > items.filter((item) => item.may_have_arrived).length)
      find('twice', `${guid}: accepted once more without any need`);
    for (const arrival of accepted) {
      if (arrival.at >= endOfTerm(subrequest.responseDate)) find('late', `${guid}: answered after its term`);
      if (arrival.kind === 'Send') checkContent(guid, arrival.answer!, decisions);
    }
    for (const arrival of subrequest.arrivals.filter(({ kind }) => kind !== 'Elsewhere')) {
      const message = journal.get(arrival.requesterGuid?.toLowerCase() ?? '');
      if (!message) find('journal', `${guid}: arrived in a message that the journal does not know`);
      else if (!message.request_xml?.includes(arrival.transportGuid!) || !message.request_xml.includes(subrequest.guid))
        find('journal', `${guid}: the journal shows another message than the one that arrived`);
    }
    for (const { tag, outcome } of ledger.cancelled.filter((one) => same(one.subrequestGuid, guid))) {
      if (outcome === 'done' && accepted.some(({ answer }) => answer?.description === tag))
        find('wrong', `${guid}: «${tag}» was taken back and went`);
    }

    // how it ended, here and there
    const last = accepted.at(-1);
    const there = last && last.kind !== 'Revoke' ? (last.answer!.description ?? null) : null;
    let here: string | null = null;
    for (const item of items.filter(({ state }) => state === 'accepted'))
      here = item.action_type === 'Send' ? item.tag : null;
    if (here !== there) find('wrong', `${guid}: the portal holds «${there}», we believe «${here}»`);
    if ((row.status === 'answered') !== (there !== null))
      find('wrong', `${guid}: «${row.status}», while the portal holds ${there === null ? 'no answer' : 'an answer'}`);
    if (row.status === 'answered' && (row.description !== there || row.has_debt !== last?.answer?.hasDebt))
      find('wrong', `${guid}: the card shows another answer than the portal`);
    if (row.status === 'sending' || row.status === 'send_failed') find('stuck', `${guid}: left in «${row.status}»`);
    if (there !== null) {
      figures.answered++;
      if (there === ledger.ruleTag) figures.byRule++;
      if (last!.answer!.hasDebt) figures.withDebt++;
    }
    if (withdrawn.has(guid) && there === null && row.status !== 'revoked')
      find('wrong', `${guid}: asked no more, and «${row.status}»`);
    const leftToRule = reached.has(guid) && !touched.has(guid) && !withdrawn.has(guid) && !heldSince.has(guid);
    const holdUncertain = ledger.held.some((one) => same(one.subrequestGuid, guid) && one.outcome === 'uncertain');
    if (leftToRule && !holdUncertain && there !== ledger.ruleTag)
      find('lost', `${guid}: left to the rule, which has not answered`);

    checkHistory(guid, row, items, eventsOf.get(row.id) ?? []);
  }
  if (!database.autoRunDone && ledger.reached.length > 0)
    find('stuck', 'the automatic answer of the day has not ended');

  const atStand = new Set(stand.messages.map((message) => message.guid.toLowerCase()));
  for (const message of stand.messages) {
    if (!same(message.orgPPAGUID, ledger.orgPPAGUID) || message.operation !== 'importResponses') continue;
    const ours = journal.get(message.requesterGuid.toLowerCase());
    if (!ours) find('journal', `message ${message.guid}: not in the journal`);
    else if (ours.gis_message_guid && !same(ours.gis_message_guid, message.guid))
      find('journal', `message ${message.guid}: under another number in the journal`);
  }
  for (const message of database.messages) {
    if (
      message.gis_message_guid &&
      message.operation === 'importResponses' &&
      !atStand.has(message.gis_message_guid.toLowerCase())
    )
      find('journal', `message ${message.id}: the portal has never had it`);
  }
  return { findings, figures };

  function checkContent(guid: string, answer: StandAnswer, decisions: Decision[]): void {
    if (answer.description === ledger.ruleTag) {
      if (answer.hasDebt) find('wrong', `${guid}: the rule said «существует»`);
      return;
    }
    const decision = decisions.find(({ tag }) => tag === answer.description);
    if (!decision || decision.outcome === 'refused') {
      find('wrong', `${guid}: the portal took «${answer.description}», which nobody decided`);
      return;
    }
    const debtors = answer.debtors.map(({ lastName, firstName }) => `${lastName} ${firstName}`);
    const files = answer.additionalFiles.map(({ name, guid: file }) => {
      const stored = storedFiles.get(file.toLowerCase());
      return `${name} ${stored ? createHash('sha256').update(fileBytes(stored)).digest('hex') : 'is not there'}`;
    });
    if (answer.hasDebt !== decision.hasDebt || debtors.join() !== decision.debtors.join())
      find('wrong', `${guid}: «${decision.tag}» arrived as another answer`);
    if (files.join() !== decision.files.map(({ name, sha256 }) => `${name} ${sha256}`).join())
      find('wrong', `${guid}: «${decision.tag}» arrived with other files`);
  }

  function checkHistory(guid: string, row: Row, items: Database['items'], events: Database['events']): void {
    let status: string | null = null;
    for (const event of events) {
      if (event.to_status === null) continue;
      if (status !== null && event.from_status !== null && event.from_status !== status)
        find(
          'journal',
          `${guid}: the history goes from «${status}» to a step from «${event.from_status}» (${event.action})`,
        );
      status = event.to_status;
    }
    if (status !== null && status !== row.status)
      find('journal', `${guid}: the history ends in «${status}», the request is «${row.status}»`);
    const count = (action: string) => events.filter((event) => event.action === action).length;
    const sends = items.filter((item) => item.action_type === 'Send');
    const first = sends.filter(({ attempt }) => attempt === 1).length;
    if (count('send') !== first)
      find('journal', `${guid}: ${first} answers put on their way, ${count('send')} in the history`);
    const taken = sends.filter(({ state }) => state === 'accepted').length;
    if (count('accepted') !== taken)
      find('journal', `${guid}: ${taken} answers accepted, ${count('accepted')} in the history`);
  }
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** 24:00 of the day in Moscow, which is three hours ahead of UTC all year. */
const endOfTerm = (day: string): number => Date.parse(`${day}T21:00:00Z`);

function group<T>(rows: T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}

/** Reads the rows of one organization. `url` names the Unix socket as libpq does. */
export async function readDatabase(url: string, organizationId: string): Promise<Database> {
  const { pathname, searchParams } = new URL(url);
  const folder = searchParams.get('host')!;
  const sql = postgres({
    host: folder,
    path: `${folder}/.s.PGSQL.5432`,
    database: pathname.slice(1),
    username: searchParams.get('user')!,
    max: 1,
  });
  try {
    const own = sql`organization_id = ${organizationId}`;
    const unfinished = await sql<{ text: string }[]>`
      select 'an answer on its way: item ' || id as text from exchange_items where ${own} and state = 'open'
      union all select 'a message ' || state || ': ' || operation from exchanges
        where ${own} and state in ('queued', 'submitting', 'acknowledged', 'unknown')
      union all select 'a receiving that has not ended' from sync_runs where ${own} and state = 'running'
      union all select 'a mass work that has not ended' from bulk_runs where ${own} and state = 'running'
      union all select 'a loaded file ' || state from answer_files where ${own} and state in ('checking', 'applying')
      union all select 'an automatic answer ' || state from auto_runs where ${own} and state in ('waiting', 'running')`;
    const refused = await sql<{ id: string }[]>`
      select i.request_id as id from bulk_items i join bulk_runs r on r.id = i.run_id
        where r.organization_id = ${organizationId} and i.state = 'refused' and i.reason <> ''
      union select w.request_id from answer_file_rows w join answer_files f on f.id = w.file_id
        where f.organization_id = ${organizationId} and w.outcome <> ''
          -- saved and not sent, with the reason
          and (w.state = 'refused' or w.outcome like '%отправлен:%')`;
    const runs = await sql`select 1 from auto_runs where ${own} and state = 'done'`;
    return {
      requests: await sql<
        Row[]
      >`select id, subrequest_guid, status, has_debt, description from debt_requests where ${own}`,
      items: await sql<Database['items']>`
        select id, request_id, action_type, state, error_kind, attempt, may_have_arrived, created_by, created_at,
          content ->> 'description' as tag from exchange_items where ${own}`,
      messages: await sql<Database['messages']>`
        select id, operation, state, message_guid, gis_message_guid, request_xml from exchanges where ${own}`,
      events: await sql<Database['events']>`
        select request_id, action, from_status, to_status, actor_id from request_events where ${own} order by id`,
      unfinished: unfinished.map(({ text }) => text),
      refusedWithReason: refused.map(({ id }) => id),
      autoRunDone: runs.length > 0,
    };
  } finally {
    await sql.end();
  }
}

/** The stand's own record, asked of the stand. */
export async function readStand(url: string): Promise<StandRecord> {
  const response = await fetch(`${url}/control/state`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
  if (!response.ok) throw new Error(`the stand: HTTP ${response.status}`);
  return (await response.json()) as StandRecord;
}

/** Bytes of the stand's file store, from its folder. */
export const fileReader =
  (folder: string) =>
  (file: { guid: string; parts: number[] }): Buffer =>
    Buffer.concat(file.parts.map((part) => readFileSync(path.join(folder, 'files', `${file.guid}.${part}`))));
