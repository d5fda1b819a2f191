import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  judge,
  type RuleAccount,
  type RuleCase,
  type RuleRespondent,
  type RuleSettings,
  SAFE_SETTINGS,
  type Verdict,
} from '@/lib/court-cases/debt-rule';

/**
 * The truth table, as an accountant would check it. The request asks about 13.11.2023–13.11.2026, today is 19.11.2026.
 * The usual case: decision «Взыскать полностью», in force since 02.07.2025, claimed for 2024, awarded 10 000 ₽, nothing
 * collected, one grown-up respondent. Each line says what is different, and the answer.
 */

const TODAY = '2026-11-19';
const kravtsov: RuleRespondent = {
  organizationName: null,
  lastName: 'Кравцов',
  firstName: 'Артём',
  middleName: 'Олегович',
  birthDate: '1980-05-01',
  snils: '11223344595',
  documentTypeCode: null,
  documentSeries: null,
  documentNumber: null,
};
const usual: RuleCase = {
  id: 'case-1',
  kind: 'claim',
  number: '2-1184/2025',
  periodStart: '2024-01-01',
  periodEnd: '2024-12-31',
  decision: 'full',
  actNumber: '2-1184/2025',
  effectiveOn: '2025-07-02',
  awarded: 1_000_000,
  cancelledOn: null,
  enforcementResult: null,
  collected: 0,
  paidOn: null,
  respondents: [kravtsov],
};
const account = (cases: RuleCase[], given: Partial<RuleAccount> = {}): RuleAccount => ({
  id: 'account-1',
  number: '10315802',
  openedOn: '2015-01-01',
  closedOn: null,
  cases,
  ...given,
});
const ask = (accounts: RuleAccount[], settings: RuleSettings = SAFE_SETTINGS) =>
  judge({ periodStart: '2023-11-13', periodEnd: '2026-11-13', today: TODAY, accounts }, settings);
const ofCase = (change: Partial<RuleCase>, settings?: RuleSettings) =>
  ask([account([{ ...usual, ...change }])], settings);

const table: [what: string, change: Partial<RuleCase>, answer: Verdict][] = [
  ['the usual case', {}, 'yes'],
  ['Взыскать частично', { decision: 'partial' }, 'yes'],
  ['Отказать', { decision: 'refused' }, 'no'],
  ['решения ещё нет', { decision: null, actNumber: null, effectiveOn: null, awarded: null }, 'no'],
  ['решения нет, а сумма присуждена', { decision: null, actNumber: null, effectiveOn: null }, 'unclear'],
  ['решения нет, а акт есть', { decision: null, effectiveOn: null, awarded: null }, 'unclear'],
  ['решения нет, а акт в силе', { decision: null, actNumber: null, awarded: null }, 'unclear'],
  ['акт вступил в силу сегодня', { effectiveOn: TODAY }, 'yes'],
  ['акт вступит в силу завтра', { effectiveOn: '2026-11-20' }, 'unclear'],
  ['дата вступления в силу не указана', { effectiveOn: null }, 'unclear'],
  ['приказ отменён', { kind: 'order', cancelledOn: '2026-01-10' }, 'no'],
  ['приказ отменят завтра', { kind: 'order', cancelledOn: '2026-11-20' }, 'unclear'],
  ['производство идёт', { enforcementResult: 'in_progress', collected: 300_000 }, 'yes'],
  ['взыскано частично', { enforcementResult: 'partially', collected: 999_999 }, 'yes'],
  ['исполнительный лист возвращён', { enforcementResult: 'returned' }, 'yes'],
  ['взыскано полностью', { enforcementResult: 'collected', collected: 1_000_000 }, 'no'],
  ['взысканная сумма равна присуждённой', { collected: 1_000_000 }, 'no'],
  ['взыскание невозможно', { enforcementResult: 'impossible' }, 'unclear'],
  ['погашена', { paidOn: '2026-08-18' }, 'no'],
  ['присуждено 0', { awarded: 0 }, 'unclear'],
  ['присуждённая сумма не указана', { awarded: null }, 'unclear'],
  ['взыскано больше присуждённого', { collected: 1_000_001 }, 'unclear'],
  ['период взыскания ровно период запроса', { periodStart: '2023-11-13', periodEnd: '2026-11-13' }, 'yes'],
  ['период взыскания раньше', { periodStart: '2020-01-01', periodEnd: '2023-11-12' }, 'no'],
  ['период взыскания позже', { periodStart: '2026-11-14', periodEnd: '2026-11-19' }, 'no'],
  ['период взыскания начался раньше', { periodStart: '2023-01-01' }, 'unclear'],
  ['период взыскания кончился позже', { periodEnd: '2026-11-14' }, 'unclear'],
  ['период задом наперёд', { periodStart: '2025-01-01', periodEnd: '2024-01-01' }, 'unclear'],
  [
    'ответчик — юридическое лицо',
    { respondents: [{ ...kravtsov, organizationName: 'ООО «Ромашка»', lastName: null, firstName: null }] },
    'no',
  ],
  ['ответчики не указаны', { respondents: [] }, 'unclear'],
  ['у ответчика нет имени', { respondents: [{ ...kravtsov, firstName: ' ' }] }, 'unclear'],
  ['контрольное число СНИЛС не сходится', { respondents: [{ ...kravtsov, snils: '11223344596' }] }, 'unclear'],
  [
    'один СНИЛС у двух фамилий',
    { respondents: [kravtsov, { ...kravtsov, lastName: 'Петров', firstName: 'Олег' }] },
    'unclear',
  ],
  ['отчество то есть, то нет', { respondents: [kravtsov, { ...kravtsov, middleName: null, snils: null }] }, 'unclear'],
  [
    'один человек с двумя паспортами',
    {
      respondents: [
        { ...kravtsov, snils: null, documentTypeCode: '1', documentSeries: '9201', documentNumber: '100001' },
        { ...kravtsov, snils: null, documentTypeCode: '1', documentSeries: '9202', documentNumber: '200002' },
      ],
    },
    'unclear',
  ],
  ['ответчик несовершеннолетний', { respondents: [{ ...kravtsov, birthDate: '2008-11-20' }] }, 'unclear'],
  ['ответчику сегодня исполнилось 18', { respondents: [{ ...kravtsov, birthDate: '2008-11-19' }] }, 'yes'],
  // what fails for certain needs no other figures
  ['отменён, и сумма не указана', { cancelledOn: '2026-01-10', awarded: null }, 'no'],
];

test.each(table)('%s', (_, change, answer) => {
  const trail = ofCase(change);
  expect(trail.verdict).toBe(answer);
  expect(trail.debtors.length > 0).toBe(answer === 'yes');
  expect(trail.reason).toMatch(/\.$/);
  expect(trail.accounts[0]!.cases[0]!.conditions).toHaveLength(6);
});

describe('settings that the manual leaves open', () => {
  test('«Взыскание невозможно» as the manual has it', () => {
    expect(ofCase({ enforcementResult: 'impossible' }, { ...SAFE_SETTINGS, impossible: 'no' }).verdict).toBe('no');
  });
  test('a partly overlapping period counts', () => {
    expect(ofCase({ periodStart: '2023-01-01' }, { ...SAFE_SETTINGS, partlyOverlapping: 'yes' }).verdict).toBe('yes');
  });
  test('a remainder under the threshold goes to a person, one at the threshold does not', () => {
    const settings = { ...SAFE_SETTINGS, threshold: 100_000 };
    expect(ofCase({ collected: 900_001 }, settings).verdict).toBe('unclear');
    expect(ofCase({ collected: 900_000 }, settings).verdict).toBe('yes');
  });
});

describe('accounts', () => {
  test('no case on any account', () => {
    expect(ask([account([]), account([], { id: 'account-2', number: '2' })])).toMatchObject({
      verdict: 'no',
      reason: 'Судебных дел нет, счетов: 2.',
    });
  });
  test('no account at all says nothing', () => {
    expect(ask([]).verdict).toBe('unclear');
  });
  test('closed within three years counts, earlier not', () => {
    expect(ask([account([usual], { closedOn: '2023-11-19' })]).verdict).toBe('yes');
    expect(ask([account([usual], { closedOn: '2023-11-18' }), account([], { id: 'b', number: 'b' })]).verdict).toBe(
      'no',
    );
    expect(ask([account([usual], { closedOn: '2023-11-18' })]).verdict).toBe('unclear');
  });
  test('several cases and accounts name every debtor once, the fuller record of each', () => {
    const wife = { ...kravtsov, lastName: 'Кравцова', firstName: 'Нина', middleName: 'Сергеевна', snils: null };
    const trail = ask([
      account([
        usual,
        { ...usual, id: 'case-2', number: '2-9/2026', respondents: [{ ...kravtsov, snils: null }, wife] },
      ]),
      account([{ ...usual, id: 'case-3', respondents: [{ ...kravtsov, lastName: 'КРАВЦОВ' }] }], {
        id: 'b',
        number: 'b',
      }),
    ]);
    expect(trail.debtors.map(({ lastName, snils }) => [lastName.toLowerCase(), snils])).toEqual([
      ['кравцов', '11223344595'],
      ['кравцова', null],
    ]);
    expect(trail.remainder).toBe(3_000_000);
  });
  test('namesakes with different СНИЛС are two people', () => {
    const trail = ofCase({ respondents: [kravtsov, { ...kravtsov, snils: '08765430300' }] });
    expect(trail.debtors).toHaveLength(2);
  });
  test('namesakes of different age are two people, father and son', () => {
    const son = { ...kravtsov, birthDate: '2003-02-01', snils: null };
    expect(ofCase({ respondents: [{ ...kravtsov, snils: null }, son] }).debtors).toHaveLength(2);
  });
  test('a record that may be either of two namesakes asks a person', () => {
    const other = { ...kravtsov, snils: '08765430300', birthDate: null };
    const trail = ofCase({ respondents: [kravtsov, other, { ...kravtsov, birthDate: null, snils: null }] });
    expect(trail.verdict).toBe('unclear');
  });
  test('two cases that disagree about a person ask a person', () => {
    const married = { ...kravtsov, lastName: 'Орлов' };
    const trail = ask([account([usual, { ...usual, id: 'case-2', number: '2-9/2026', respondents: [married] }])]);
    expect(trail).toMatchObject({ verdict: 'unclear', debtors: [] });
    expect(trail.reason).toMatch(/СНИЛС/);
  });
  test('one doubt among certain cases asks a person', () => {
    expect(ask([account([usual, { ...usual, id: 'case-2', awarded: null }])]).verdict).toBe('unclear');
  });
});

const day = fc
  .integer({ min: 0, max: 4000 })
  .map((offset) => new Date(Date.UTC(2017, 0, 1) + offset * 86_400_000).toISOString().slice(0, 10));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const name = fc.constantFrom('Иванов', 'Петров', 'Сидорова', '');
const respondent: fc.Arbitrary<RuleRespondent> = fc
  .record({
    organizationName: maybe(fc.constant('ООО «Ромашка»')),
    lastName: name,
    firstName: name,
    middleName: maybe(name),
    birthDate: maybe(day),
    snils: maybe(fc.constantFrom('11223344595', '08765430300')),
  })
  .map((one) => ({ ...one, documentTypeCode: null, documentSeries: null, documentNumber: null }));
const courtCase: fc.Arbitrary<RuleCase> = fc.record({
  id: fc.uuid(),
  kind: fc.constantFrom('claim', 'order'),
  number: fc.string({ maxLength: 8 }),
  periodStart: day,
  periodEnd: day,
  decision: fc.constantFrom('full', 'partial', 'refused', null),
  actNumber: fc.constant(null),
  effectiveOn: maybe(day),
  awarded: maybe(fc.nat(1_000_000)),
  cancelledOn: maybe(day),
  enforcementResult: fc.constantFrom('in_progress', 'collected', 'partially', 'impossible', 'returned', null),
  collected: fc.nat(1_000_000),
  paidOn: maybe(day),
  respondents: fc.array(respondent, { maxLength: 3 }),
});
const accounts = fc.array(
  fc.record({
    id: fc.uuid(),
    number: fc.string({ maxLength: 8 }),
    openedOn: maybe(day),
    closedOn: maybe(day),
    cases: fc.array(courtCase, { maxLength: 3 }),
  }),
  { maxLength: 3 },
);

describe('whatever the figures', () => {
  const shuffled = <T>(list: readonly T[]): T[] => [...list].reverse();
  test('the order of accounts, cases and respondents changes nothing', () => {
    fc.assert(
      fc.property(accounts, (given) => {
        const turned = shuffled(given).map((one) => ({
          ...one,
          cases: shuffled(one.cases).map((it) => ({ ...it, respondents: shuffled(it.respondents) })),
        }));
        const [a, b] = [ask(given), ask(turned)];
        expect(b.verdict).toBe(a.verdict);
        expect(b.debtors).toEqual(a.debtors);
        expect(b.remainder).toBe(a.remainder);
      }),
    );
  });
  test('a paid or cancelled case more never changes the answer', () => {
    fc.assert(
      fc.property(accounts, fc.boolean(), (given, paid) => {
        if (given.length === 0) return;
        const dead = { ...usual, id: 'dead', ...(paid ? { paidOn: TODAY } : { cancelledOn: TODAY }) };
        const more = [{ ...given[0]!, cases: [...given[0]!.cases, dead] }, ...given.slice(1)];
        expect(ask(more).verdict).toBe(ask(given).verdict);
      }),
    );
  });
  test('«Да» names somebody of age with a name, each once, and leaves something to pay; no other answer names anybody', () => {
    fc.assert(
      fc.property(accounts, (given) => {
        const trail = ask(given);
        if (trail.verdict !== 'yes') {
          expect(trail.debtors).toEqual([]);
          return;
        }
        expect(trail.debtors.length).toBeGreaterThan(0);
        expect(trail.remainder).toBeGreaterThan(0);
        const keys = trail.debtors.map(({ lastName, firstName, middleName, birthDate, snils }) =>
          [lastName, firstName, middleName, birthDate, snils].join('|').toLowerCase(),
        );
        expect(new Set(keys).size).toBe(keys.length);
        for (const { lastName, firstName } of trail.debtors) expect(lastName && firstName).toBeTruthy();
      }),
    );
  });
  test('safe settings never say more than the bold ones: they only ask a person oftener', () => {
    const bold: RuleSettings = { impossible: 'no', partlyOverlapping: 'yes', threshold: 0 };
    fc.assert(
      fc.property(accounts, (given) => {
        const safe = ask(given).verdict;
        if (safe !== 'unclear') expect(ask(given, bold).verdict).toBe(safe);
      }),
    );
  });
});
