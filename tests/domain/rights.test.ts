import { describe, expect, test } from 'vitest';
import type { Person, System } from '@/lib/auth/actor';
import { type DebtRequest, refusalOf, relationsOf } from '@/lib/debt-requests/transition';
import { ACTIONS, allowed, ROLES, type Role, ruleOf, STATUSES, type Status } from '@/lib/debt-requests/workflow';
import { rightsTable } from '@/lib/staff/rights';

/**
 * The cube as people meet it: every set of roles × how the person stands to the request × status × action. A set of
 * roles may exactly what its roles may one by one: no pair of roles opens a door that neither has the key to.
 */

const sets: Role[][] = Array.from({ length: 2 ** ROLES.length - 1 }, (_, i) =>
  ROLES.filter((_role, bit) => ((i + 1) >> bit) & 1),
);
const me = '00000000-0000-4000-8000-000000000001';
const organizationId = '00000000-0000-4000-8000-000000000002';
const person = (roles: readonly Role[], divisionIds: string[] | null = null): Person => ({
  kind: 'person',
  userId: me,
  organizationId,
  name: 'Проверкина А. И.',
  roles,
  canSend: false,
  gisEmployeeGuid: null,
  divisionIds,
  standsInFor: [],
});
const system: System = { kind: 'system', organizationId };
const STANDINGS = {
  'somebody else’s': { responsibleId: null, assigneeId: 'other', divisionId: null },
  'mine to prepare': { responsibleId: null, assigneeId: me, divisionId: null },
  'mine to answer for': { responsibleId: me, assigneeId: 'other', divisionId: null },
  'nobody’s': { responsibleId: null, assigneeId: null, divisionId: null },
} as const;

describe.each(Object.entries(STANDINGS))('%s', (_, standing) => {
  test.each(sets.map((roles) => [roles.join(' + '), roles] as const))('%s', (__, roles) => {
    for (const status of STATUSES) {
      for (const action of ACTIONS) {
        const may = allowed(action, status, relationsOf(person(roles), standing));
        const oneByOne = roles.some((role) => allowed(action, status, relationsOf(person([role]), standing)));
        expect(may, `${action} from ${status}`).toBe(oneByOne);
        // what only the system does, no set of roles does
        if (ruleOf(action).who.every((who) => who === 'system')) expect(may).toBe(false);
      }
    }
  });
});

test('the debt clerk alone reads, and of what is not on him says only whether the debt is there', () => {
  for (const standing of [STANDINGS['somebody else’s'], STANDINGS['nobody’s']]) {
    const relations = relationsOf(person(['debt_clerk']), standing);
    expect(relations).toEqual(['clerk']);
    expect(ACTIONS.filter((action) => STATUSES.some((status) => allowed(action, status, relations)))).toEqual([
      'confirmDebt',
      'rejectDebt',
    ]);
  }
});

test('a head and an executor of another division stand nowhere', () => {
  const elsewhere = { responsibleId: null, assigneeId: null, divisionId: 'north' };
  expect(relationsOf(person(['head', 'executor'], ['south']), elsewhere)).toEqual([]);
  expect(relationsOf(person(['head', 'executor'], ['north', 'south']), elsewhere)).toEqual(['staff', 'responsible']);
});

test('the system does only what the table gives it', () => {
  for (const status of STATUSES)
    for (const action of ACTIONS)
      expect(allowed(action, status, relationsOf(system, STANDINGS['nobody’s']))).toBe(
        ruleOf(action).from.includes(status) && ruleOf(action).who.includes('system'),
      );
});

test('what the page «Кто что может» says is what a verb does', () => {
  const open = {
    ...STANDINGS['mine to answer for'],
    version: 1,
    verification: 'not_needed',
    responseDate: '2999-01-01',
  };
  for (const right of rightsTable()) {
    for (const status of STATUSES) {
      const refusal = refusalOf(person(['head']), { ...open, status } as DebtRequest, { action: right.action });
      const listed = right.from.includes(status as Status) && right.who.includes('responsible');
      // a further need may refuse what the table allows, never the other way round
      if (!refusal) expect(listed, `${right.action} from ${status}`).toBe(true);
      if (!listed) expect(refusal, `${right.action} from ${status}`).not.toBeNull();
    }
  }
});
