/**
 * Does the household have a debt confirmed by a court? The five conditions of the 1С manual (lines 1296–1357) and a sixth:
 * the act is in force today and not cancelled. Pure: everything it looks at is in the arguments, everything it saw is in
 * the trail. What the figures do not say for certain is `unclear` and goes to a person; nothing is ever guessed.
 * Dates are 'YYYY-MM-DD', sums are kopecks.
 */

import { formatDate } from '@/lib/calendar/format';
import { rubles } from '@/lib/money';
import { snilsIsValid } from '@/lib/snils';
import { type Debtor, tellApart } from './debtors';

export interface RuleSettings {
  /** «Взыскание невозможно»: the manual answers «Нет»; a person is asked unless the organization decided so. */
  impossible: 'no' | 'unclear';
  /** The period claimed lies only partly within the period asked about. */
  partlyOverlapping: 'yes' | 'unclear';
  /** A smaller remainder goes to a person; 0 = none is too small. */
  threshold: number;
}

export const SAFE_SETTINGS: RuleSettings = { impossible: 'unclear', partlyOverlapping: 'unclear', threshold: 0 };

export interface RuleRespondent {
  organizationName: string | null;
  lastName: string | null;
  firstName: string | null;
  middleName: string | null;
  birthDate: string | null;
  snils: string | null;
  documentTypeCode: string | null;
  documentSeries: string | null;
  documentNumber: string | null;
}

export interface RuleCase {
  id: string;
  kind: 'claim' | 'order';
  number: string;
  periodStart: string;
  periodEnd: string;
  decision: 'full' | 'partial' | 'refused' | null;
  actNumber: string | null;
  effectiveOn: string | null;
  awarded: number | null;
  cancelledOn: string | null;
  enforcementResult: 'in_progress' | 'collected' | 'partially' | 'impossible' | 'returned' | null;
  collected: number;
  paidOn: string | null;
  respondents: RuleRespondent[];
}

export interface RuleAccount {
  id: string;
  number: string;
  openedOn: string | null;
  closedOn: string | null;
  cases: RuleCase[];
}

export interface RuleQuestion {
  periodStart: string;
  periodEnd: string;
  today: string;
  accounts: RuleAccount[];
}

export type Verdict = 'yes' | 'no' | 'unclear';

/** One condition over one case: met, not met, or null = the figures do not say. `fact` = what was seen, in words. */
export interface Condition {
  title: string;
  met: boolean | null;
  fact: string;
}

export interface CaseTrail {
  caseId: string;
  title: string;
  verdict: Verdict;
  conditions: Condition[];
  /** Awarded less collected; null where it cannot be told. */
  remainder: number | null;
  debtors: Debtor[];
}

export interface AccountTrail {
  accountId: string;
  number: string;
  /** Why it was not looked at; null = it was. */
  skipped: string | null;
  cases: CaseTrail[];
}

export interface Trail {
  verdict: Verdict;
  /** One sentence: the conclusion before its proof. */
  reason: string;
  today: string;
  periodStart: string;
  periodEnd: string;
  settings: RuleSettings;
  accounts: AccountTrail[];
  debtors: Debtor[];
  /** Of the cases that say «Да». */
  remainder: number;
}

export function judge(question: RuleQuestion, settings: RuleSettings = SAFE_SETTINGS): Trail {
  const accounts = [...question.accounts]
    .sort((a, b) => compare(a.number, b.number))
    .map((account) => judgeAccount(account, question, settings));
  const cases = accounts.flatMap((account) => account.cases);
  const yes = cases.filter(({ verdict }) => verdict === 'yes');
  const unclear = cases.filter(({ verdict }) => verdict === 'unclear');
  const looked = accounts.filter(({ skipped }) => skipped === null);
  const { debtors, doubt } = tellApart(yes.flatMap((one) => one.debtors));
  const verdict: Verdict =
    looked.length === 0 || unclear.length > 0 || doubt ? 'unclear' : yes.length > 0 ? 'yes' : 'no';
  return {
    verdict,
    reason: reasonOf(verdict, looked.length, { yes, unclear, all: cases, doubt }),
    today: question.today,
    periodStart: question.periodStart,
    periodEnd: question.periodEnd,
    settings,
    accounts,
    debtors: verdict === 'yes' ? debtors : [],
    remainder: yes.reduce((sum, { remainder }) => sum + (remainder ?? 0), 0),
  };
}

interface Seen {
  yes: CaseTrail[];
  unclear: CaseTrail[];
  all: CaseTrail[];
  /** Between cases. */
  doubt: string | null;
}

function reasonOf(verdict: Verdict, looked: number, { yes, unclear, all, doubt }: Seen): string {
  if (looked === 0) return 'По\u00a0адресу нет лицевых счетов за\u00a0последние три года: судить не\u00a0по\u00a0чему.';
  if (unclear.length > 0) {
    const first = unclear[0]!;
    const why = first.conditions.find(({ met }) => met === null)!;
    return `Решает человек: ${first.title}. ${why.fact}.`;
  }
  if (doubt) return `Решает человек. ${doubt}.`;
  if (verdict === 'yes') return `Подтверждено судом: ${yes.map(({ title }) => title).join('; ')}.`;
  if (all.length === 0) return `Судебных дел нет, счетов: ${looked}.`;
  const legal = all.find(({ conditions }) =>
    conditions.some(({ title, met }) => title === TITLES.person && met === false),
  );
  if (legal) return 'Ответчик\u00a0— юридическое лицо.';
  const first = all[0]!;
  return `${first.title}: ${lower(first.conditions.find(({ met }) => met === false)!.fact)}.`;
}

const TITLES = {
  decision: 'Суд решил взыскать полностью или частично',
  force: 'Акт в\u00a0силе и\u00a0не\u00a0отменён',
  enforcement: 'Долг не\u00a0взыскан и\u00a0взыскание возможно',
  remainder: 'Взыскано меньше, чем присуждено',
  period: 'Период взыскания входит в\u00a0период запроса',
  person: 'Ответчик\u00a0— не\u00a0юридическое лицо',
};

/** Accounts that existed at the address within the last three years from today, closed ones too (manual, line 1299). */
function judgeAccount(account: RuleAccount, question: RuleQuestion, settings: RuleSettings): AccountTrail {
  const since = yearsBefore(question.today, 3);
  const skipped =
    account.closedOn && account.closedOn < since
      ? `закрыт ${formatDate(account.closedOn)}, больше трёх лет назад`
      : account.openedOn && account.openedOn > question.today
        ? `откроется ${formatDate(account.openedOn)}`
        : null;
  return {
    accountId: account.id,
    number: account.number,
    skipped,
    cases: skipped
      ? []
      : [...account.cases]
          .sort((a, b) => compare(a.number, b.number) || compare(a.id, b.id))
          .map((one) => judgeCase(one, question, settings)),
  };
}

function judgeCase(one: RuleCase, question: RuleQuestion, settings: RuleSettings): CaseTrail {
  const { condition: people, debtors } = peopleOf(one, question.today);
  const conditions = [
    decisionOf(one),
    forceOf(one, question.today),
    enforcementOf(one, question.today, settings),
    remainderOf(one, settings),
    periodOf(one, question, settings),
    people,
  ];
  const verdict: Verdict = conditions.some(({ met }) => met === false)
    ? 'no'
    : conditions.some(({ met }) => met === null)
      ? 'unclear'
      : 'yes';
  return {
    caseId: one.id,
    title: `${one.kind === 'order' ? 'судебный приказ' : 'дело'} №\u00a0${one.number}`,
    verdict,
    conditions,
    remainder: one.awarded === null ? null : one.awarded - one.collected,
    debtors,
  };
}

function decisionOf({ decision, actNumber, effectiveOn, awarded }: RuleCase): Condition {
  const facts = {
    full: 'Взыскать полностью',
    partial: 'Взыскать частично',
    refused: 'Отказано во\u00a0взыскании',
  };
  // somebody has filled in what only a decision gives, and forgot the decision
  if (decision === null && (actNumber || effectiveOn || awarded))
    return { title: TITLES.decision, met: null, fact: 'Решение не\u00a0указано, хотя акт есть' };
  return {
    title: TITLES.decision,
    met: decision === 'full' || decision === 'partial',
    fact: decision ? facts[decision] : 'Решения ещё нет',
  };
}

function forceOf(one: RuleCase, today: string): Condition {
  const title = TITLES.force;
  if (one.cancelledOn && one.cancelledOn <= today)
    return { title, met: false, fact: `Отменён ${formatDate(one.cancelledOn)}` };
  if (one.cancelledOn) return { title, met: null, fact: `Отмена только ${formatDate(one.cancelledOn)}` };
  if (!one.effectiveOn) return { title, met: null, fact: 'Не\u00a0указано, когда акт вступил в\u00a0силу' };
  return one.effectiveOn <= today
    ? { title, met: true, fact: `В\u00a0силе с\u00a0${formatDate(one.effectiveOn)}` }
    : { title, met: null, fact: `Вступит в\u00a0силу только ${formatDate(one.effectiveOn)}` };
}

function enforcementOf(one: RuleCase, today: string, settings: RuleSettings): Condition {
  const title = TITLES.enforcement;
  if (one.paidOn && one.paidOn <= today) return { title, met: false, fact: `Погашен ${formatDate(one.paidOn)}` };
  if (one.enforcementResult === 'collected') return { title, met: false, fact: 'Взыскано полностью' };
  if (one.enforcementResult === 'impossible')
    return { title, met: settings.impossible === 'no' ? false : null, fact: 'Взыскание невозможно' };
  const facts = {
    in_progress: 'Исполнительное производство идёт',
    partially: 'Взыскано частично',
    returned: 'Исполнительный документ возвращён',
  };
  return {
    title,
    met: true,
    fact: one.enforcementResult ? facts[one.enforcementResult] : 'Исполнительного производства нет',
  };
}

function remainderOf({ awarded, collected }: RuleCase, settings: RuleSettings): Condition {
  const title = TITLES.remainder;
  if (awarded === null) return { title, met: null, fact: 'Не\u00a0указано, сколько присуждено' };
  if (awarded === 0) return { title, met: null, fact: 'Присуждено 0\u00a0₽' };
  if (collected > awarded)
    return { title, met: null, fact: `Взыскано ${rubles(collected)}, больше присуждённого ${rubles(awarded)}` };
  const remainder = awarded - collected;
  const fact = `Присуждено ${rubles(awarded)}, взыскано ${rubles(collected)}, остаток ${rubles(remainder)}`;
  if (remainder === 0) return { title, met: false, fact };
  return { title, met: remainder < settings.threshold ? null : true, fact };
}

function periodOf(one: RuleCase, question: RuleQuestion, settings: RuleSettings): Condition {
  const title = TITLES.period;
  const claimed = `с\u00a0${formatDate(one.periodStart)} по\u00a0${formatDate(one.periodEnd)}`;
  if (one.periodStart > one.periodEnd) return { title, met: null, fact: `Период взыскания задом наперёд: ${claimed}` };
  if (one.periodStart >= question.periodStart && one.periodEnd <= question.periodEnd)
    return { title, met: true, fact: `Взыскивается ${claimed}` };
  if (one.periodEnd < question.periodStart || one.periodStart > question.periodEnd)
    return { title, met: false, fact: `Взыскивается ${claimed}, это другой период` };
  return {
    title,
    met: settings.partlyOverlapping === 'yes' ? true : null,
    fact: `Взыскивается ${claimed}: периоды пересекаются не\u00a0полностью`,
  };
}

/** Who answers by law: no legal entities, nobody under age. A person without a name cannot be named to the portal. */
function peopleOf({ respondents }: RuleCase, today: string): { condition: Condition; debtors: Debtor[] } {
  const title = TITLES.person;
  const result = (met: boolean | null, fact: string, debtors: Debtor[] = []) => ({
    condition: { title, met, fact },
    debtors: met === true ? debtors : [],
  });
  if (respondents.length === 0) return result(null, 'Ответчики не\u00a0указаны');
  const people = respondents.filter(({ organizationName }) => organizationName === null);
  if (people.length === 0) return result(false, `Ответчик: ${respondents[0]!.organizationName}`);
  const adults = people.filter(({ birthDate }) => birthDate === null || birthDate <= yearsBefore(today, 18));
  const minors = people.length - adults.length;
  if (adults.length === 0) return result(null, 'Все ответчики несовершеннолетние');
  if (adults.some(({ lastName, firstName }) => !lastName?.trim() || !firstName?.trim()))
    return result(null, 'У\u00a0ответчика не\u00a0указано имя');
  const wrong = adults.find(({ snils }) => snils !== null && !snilsIsValid(snils));
  if (wrong) return result(null, `${wrong.lastName}: контрольное число СНИЛС не\u00a0сходится`);
  const { debtors, doubt } = tellApart(
    adults.map((person) => ({
      lastName: person.lastName!.trim(),
      firstName: person.firstName!.trim(),
      middleName: person.middleName?.trim() || null,
      birthDate: person.birthDate,
      snils: person.snils,
      documentTypeCode: person.documentTypeCode,
      documentSeries: person.documentSeries,
      documentNumber: person.documentNumber,
    })),
  );
  if (doubt) return result(null, doubt);
  const out = [
    minors > 0 && `несовершеннолетних не\u00a0указываем: ${minors}`,
    people.length < respondents.length && 'юридических лиц не\u00a0указываем',
  ].filter(Boolean);
  return result(true, `Ответчиков: ${debtors.length}${out.length > 0 ? ` (${out.join(', ')})` : ''}`, debtors);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
/** 29.02 less three years is 28.02. */
function yearsBefore(date: string, years: number): string {
  const [year, rest] = [Number(date.slice(0, 4)) - years, date.slice(4)];
  return rest === '-02-29' ? `${year}-02-28` : `${year}${rest}`;
}
