import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { audit, type Database, type Decision, type Ledger, type StandArrival, type StandRecord } from '../chaos/audit';

/** The auditor of the campaign is worth what it finds: each promise, broken once on purpose. */

const ORG = 'ORG';
const GUID = 'aaaaaaaa-0000-4000-8000-000000000001';
const PDF = Buffer.from('%PDF-1.4');
const SHA = createHash('sha256').update(PDF).digest('hex');
const TERM = '2026-11-30';
const NOON = Date.parse('2026-11-27T12:00:00+03:00');

const decision = (given: Partial<Decision> = {}): Decision => ({
  subrequestGuid: GUID,
  tag: 'решение 1',
  hasDebt: true,
  debtors: ['Кравцов Артём'],
  files: [{ name: 'а.pdf', sha256: SHA }],
  outcome: 'done',
  ...given,
});

const arrival = (given: Partial<StandArrival> = {}): StandArrival => ({
  at: NOON,
  kind: 'Send',
  accepted: true,
  requesterGuid: 'message-1',
  transportGuid: 'transport-1',
  contentSha256: 'content-1',
  answer: {
    hasDebt: true,
    description: 'решение 1',
    additionalFiles: [{ name: 'а.pdf', guid: 'file-1' }],
    debtors: [{ firstName: 'Артём', lastName: 'Кравцов' }],
  },
  ...given,
});

const item = (given: Partial<Database['items'][number]> = {}): Database['items'][number] => ({
  id: '1',
  request_id: 'request-1',
  action_type: 'Send',
  state: 'accepted',
  error_kind: null,
  attempt: 1,
  may_have_arrived: false,
  created_by: 'person-1',
  created_at: new Date(NOON),
  tag: 'решение 1',
  ...given,
});

const event = (action: string, from_status: string, to_status: string) => ({
  request_id: 'request-1',
  action,
  from_status,
  to_status,
  actor_id: null,
});

/** One request, answered as it was decided; a test then breaks one thing of it. */
function world(): { ledger: Ledger; stand: StandRecord; database: Database } {
  return {
    ledger: {
      orgPPAGUID: ORG,
      organizationId: 'organization-1',
      decisions: [decision()],
      cancelled: [],
      corrected: [],
      held: [],
      touched: [GUID],
      withdrawn: [],
      reached: [],
      leftAlone: [],
      ruleTag: 'автоответ',
    },
    stand: {
      subrequests: [{ guid: GUID, orgPPAGUID: ORG, responseDate: TERM, withdrawn: false, arrivals: [arrival()] }],
      messages: [{ guid: 'gis-1', requesterGuid: 'message-1', orgPPAGUID: ORG, operation: 'importResponses' }],
      files: [{ guid: 'file-1', parts: [1] }],
    },
    database: {
      requests: [
        { id: 'request-1', subrequest_guid: GUID, status: 'answered', has_debt: true, description: 'решение 1' },
      ],
      items: [item()],
      messages: [
        {
          id: 'exchange-1',
          operation: 'importResponses',
          state: 'done',
          message_guid: 'message-1',
          gis_message_guid: 'gis-1',
          request_xml: `<x>transport-1 ${GUID}</x>`,
        },
      ],
      events: [event('send', 'new', 'sending'), event('accepted', 'sending', 'answered')],
      unfinished: [],
      refusedWithReason: [],
      autoRunDone: true,
    },
  };
}

type World = ReturnType<typeof world>;

const audited = ({ ledger, stand, database }: World, bytes = PDF) => audit(ledger, stand, database, () => bytes);

/** Nobody has decided: the request stands as it came. */
function untouched(): World {
  const made = world();
  made.ledger.decisions = [];
  made.ledger.touched = [];
  made.stand.subrequests[0]!.arrivals = [];
  made.stand.messages = [];
  Object.assign(made.database, { items: [], messages: [], events: [] });
  Object.assign(made.database.requests[0]!, { status: 'new', has_debt: null, description: null });
  return made;
}

test('what was answered as it was decided, and what nobody touched, is in order', () => {
  expect(audited(world())).toMatchObject({ findings: [], figures: { requests: 1, answered: 1, withDebt: 1 } });
  expect(audited(untouched()).findings).toEqual([]);
});

const answerOf = (made: World) => made.stand.subrequests[0]!.arrivals[0]!.answer!;

const BREAKS: [string, RegExp, (made: World) => void][] = [
  ['a request that never came in', /^lost: .*not in the database/, (made) => made.database.requests.splice(0, 1)],
  [
    'a decision that was taken and never sent',
    /^lost: .*never sent/,
    (made) => made.ledger.decisions.push(decision({ tag: 'решение 2' })),
  ],
  [
    'one that a mass work took on and forgot',
    /^lost: .*entrusted/,
    (made) => made.ledger.decisions.push(decision({ tag: 'решение 2', outcome: 'entrusted' })),
  ],
  [
    'one that was refused and went',
    /^wrong: .*refused and went/,
    (made) => (made.ledger.decisions[0]!.outcome = 'refused'),
  ],
  ['an answer that nobody decided', /^wrong: .*decided by nobody/, (made) => made.ledger.decisions.splice(0, 1)],
  ['«нет» instead of «да»', /^wrong: .*another answer/, (made) => (answerOf(made).hasDebt = false)],
  ['another debtor', /^wrong: .*another answer/, (made) => (answerOf(made).debtors[0]!.lastName = 'Юдин')],
  ['a file left behind', /^wrong: .*other files/, (made) => (answerOf(made).additionalFiles = [])],
  [
    'a second answer of other content',
    /^twice: .*different answers/,
    (made) => made.stand.subrequests[0]!.arrivals.push(arrival({ contentSha256: 'content-2' })),
  ],
  [
    'the same once more without need',
    /^twice: .*without any need/,
    (made) => made.stand.subrequests[0]!.arrivals.push(arrival()),
  ],
  [
    'an answer at the minute after its term',
    /^late: /,
    (made) => (made.stand.subrequests[0]!.arrivals[0]!.at = Date.parse('2026-12-01T00:00:00+03:00')),
  ],
  ['something begun and not ended', /^stuck: a receiving/, (made) => made.database.unfinished.push('a receiving')],
  ['«Отправляется» for ever', /^stuck: .*sending/, (made) => (made.database.requests[0]!.status = 'sending')],
  ['the card shows another answer', /^wrong: .*card shows/, (made) => (made.database.requests[0]!.has_debt = false)],
  [
    'we believe it is there, it is not',
    /^wrong: .*the portal holds «null»/,
    (made) => (made.stand.subrequests[0]!.arrivals = []),
  ],
  [
    'taken back and gone all the same',
    /^wrong: .*taken back and went/,
    (made) => made.ledger.cancelled.push({ subrequestGuid: GUID, tag: 'решение 1', outcome: 'done' }),
  ],
  [
    'a withdrawal that was never sent',
    /^lost: .*withdrawal/,
    (made) => made.ledger.corrected.push({ subrequestGuid: GUID, outcome: 'done' }),
  ],
  [
    'withdrawn by nobody',
    /^wrong: .*withdrawn by nobody/,
    (made) => made.database.items.push(item({ id: '2', action_type: 'Revoke', state: 'refused', tag: null })),
  ],
  [
    'a message that the journal does not know',
    /^journal: .*does not know/,
    (made) => made.database.messages.splice(0, 1),
  ],
  [
    'a message of which the journal shows other bytes',
    /^journal: .*another message/,
    (made) => (made.database.messages[0]!.request_xml = '<x/>'),
  ],
  [
    'a message that the portal never had',
    /^journal: .*never had/,
    (made) => (made.database.messages[0]!.gis_message_guid = 'gis-2'),
  ],
  ['a step that the history lacks', /^journal: .*in the history/, (made) => made.database.events.splice(1, 1)],
  [
    'a history that jumps',
    /^journal: .*goes from «sending»/,
    (made) => made.database.events.splice(1, 1, event('accepted', 'ready', 'answered')),
  ],
];

test.each(BREAKS)('%s is found', (_, found, breakIt) => {
  const made = world();
  breakIt(made);
  const texts = audited(made).findings.map(({ promise, text }) => `${promise}: ${text}`);
  expect(texts).toContainEqual(expect.stringMatching(found));
});

test('other bytes of a file are found', () => {
  expect(audited(world(), Buffer.from('%PDF-1.5')).findings).toMatchObject([{ promise: 'wrong' }]);
});

test('an uncertain press may have counted or not', () => {
  const made = world();
  made.ledger.decisions[0]!.outcome = 'uncertain';
  made.ledger.decisions.push(decision({ tag: 'решение 2', outcome: 'uncertain' }));
  expect(audited(made)).toMatchObject({ findings: [], figures: { uncertainPresses: 2, uncertainThatCounted: 1 } });
});

test('a repetition of what may not have arrived is counted and no finding', () => {
  const made = world();
  made.stand.subrequests[0]!.arrivals.push(arrival({ transportGuid: 'transport-1' }));
  made.database.items = [item({ state: 'not_sent' }), item({ id: '2', attempt: 2, may_have_arrived: true })];
  expect(audited(made)).toMatchObject({ findings: [], figures: { repeatedWordForWord: 1 } });
});

/** The rule is due, and nobody touches the request. */
function leftToRule(): World {
  const made = untouched();
  made.ledger.reached = [GUID];
  return made;
}

test('what is left to the rule and not answered is lost; held, it is not', () => {
  expect(audited(leftToRule()).findings).toMatchObject([
    { promise: 'lost', text: expect.stringContaining('the rule') },
  ]);
  const made = leftToRule();
  made.ledger.held.push({ subrequestGuid: GUID, outcome: 'done', at: NOON - 1 });
  expect(audited(made).findings).toEqual([]);
});

test.each([
  [
    'what was held',
    /what was held/,
    (made: World) => made.ledger.held.push({ subrequestGuid: GUID, outcome: 'done', at: NOON - 1 }),
  ],
  ['what it does not reach', /does not reach/, (made: World) => (made.ledger.reached = [])],
])('the rule that answers %s is found', (_, found, breakIt) => {
  const made = world();
  made.ledger.decisions = [];
  made.ledger.touched = [];
  made.ledger.reached = [GUID];
  Object.assign(made.database.items[0]!, { created_by: null, tag: 'автоответ' });
  Object.assign(answerOf(made), { hasDebt: false, description: 'автоответ', debtors: [], additionalFiles: [] });
  Object.assign(made.database.requests[0]!, { has_debt: false, description: 'автоответ' });
  // held after it had answered is no finding
  made.ledger.held.push({ subrequestGuid: GUID, outcome: 'done', at: NOON + 1 });
  expect(audited(made).findings).toEqual([]);
  made.ledger.held = [];
  breakIt(made);
  expect(audited(made).findings.map(({ text }) => text)).toContainEqual(expect.stringMatching(found));
});
