import { describe, expect, test } from 'vitest';
import {
  ACTION_LABELS,
  ACTIONS,
  type Action,
  allowed,
  isOpen,
  type Relation,
  ruleOf,
  STATUS_LABELS,
  STATUSES,
  type Status,
} from '@/lib/debt-requests/workflow';

/**
 * The table once more, written by hand from the plan as a clerk would read it, and held against the code over the whole
 * cube of relation × status × action: a slip in either shows.
 */

const open: Status[] = ['new', 'in_progress', 'rework', 'prepared', 'ready', 'send_failed'];
const unfinished: Status[] = ['new', 'in_progress', 'rework', 'send_failed'];
const bosses: Relation[] = ['responsible', 'admin'];

type Row = [action: Action, who: Relation[], from: Status[]];
const PLAN: Row[] = [
  ['take', ['staff', ...bosses], open],
  ['delegate', bosses, open],
  ['takeBack', bosses, unfinished],
  ['saveDraft', ['assignee', ...bosses], unfinished],
  ['saveDraft', bosses, ['prepared', 'ready']],
  ['complete', ['assignee'], unfinished],
  ['returnForRework', bosses, ['prepared', 'ready']],
  ['markReady', [...bosses, 'signer'], [...unfinished, 'prepared']],
  ['fill', ['assignee', ...bosses, 'signer'], unfinished],
  ['fillNo', ['assignee', ...bosses, 'signer'], unfinished],
  ['confirmDebt', ['admin', 'clerk'], open],
  ['rejectDebt', ['admin', 'clerk'], open],
  ['hold', ['assignee', ...bosses], open],
  ['release', ['assignee', ...bosses], open],
  ['send', [...bosses, 'system'], open],
  ['accepted', ['system'], ['sending']],
  ['refused', ['system'], ['sending']],
  ['unsent', [...bosses, 'system'], ['sending']],
  ['correct', [...bosses, 'system'], ['answered']],
  ['withdrawn', ['system'], open],
  ['reappeared', ['system'], ['revoked']],
  ['expire', ['system'], open],
  ['deadlineMoved', ['system'], ['expired']],
  ['answeredElsewhere', ['system'], [...open, 'expired']],
  ['revokedElsewhere', ['system'], ['answered']],
];

const RELATIONS: Relation[] = ['staff', 'assignee', 'responsible', 'admin', 'signer', 'clerk', 'system'];

describe.each(ACTIONS)('%s', (action) => {
  test.each(STATUSES)('from %s', (status) => {
    const may = RELATIONS.filter((relation) => allowed(action, status, [relation]));
    const planned = RELATIONS.filter((relation) =>
      PLAN.some(([name, who, from]) => name === action && who.includes(relation) && from.includes(status)),
    );
    expect(may).toEqual(planned);
  });
});

test('nobody without a relation may do anything', () => {
  for (const action of ACTIONS) for (const status of STATUSES) expect(allowed(action, status, [])).toBe(false);
});

test('every status has a way out, by a person or by the portal', () => {
  for (const status of STATUSES) {
    const ways = ACTIONS.filter((action) => ruleOf(action).from.includes(status));
    expect(ways.some((action) => ruleOf(action).to.some((to) => to !== status))).toBe(true);
  }
});

test('only the system leaves what the portal decides', () => {
  for (const status of ['revoked', 'expired'] as Status[]) {
    for (const action of ACTIONS) {
      if (ruleOf(action).from.includes(status)) expect(ruleOf(action).who).toEqual(['system']);
    }
  }
});

test('«Отправлен» comes only from the portal', () => {
  const ways = ACTIONS.filter((action) => ruleOf(action).to.includes('answered'));
  expect(ways).toEqual(['accepted', 'answeredElsewhere']);
  for (const action of ways) expect(ruleOf(action).who).toEqual(['system']);
});

test('every status and action has its words, and open is what still owes an answer', () => {
  for (const status of STATUSES) expect(STATUS_LABELS[status]).toMatch(/^[А-Я]/);
  for (const action of ACTIONS) expect(ACTION_LABELS[action]).toMatch(/^[А-Я]/);
  expect(STATUSES.filter(isOpen).sort()).toEqual([...open].sort());
});
