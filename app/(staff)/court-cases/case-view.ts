import { formatDate } from '@/lib/calendar/format';
import type { CaseFormInput } from '@/lib/court-cases/case-schema';
import type { CaseCard } from '@/lib/court-cases/cases';
import { formatSnils } from '@/lib/snils';

/** A case as the form holds it: everything as text. */

export type FormState = {
  id: string;
  version: number;
  accountId: string;
  liability: 'joint' | 'shares';
  columns: Required<CaseFormInput['columns']>;
  respondents: FormRespondent[];
};

export type FormRespondent = Required<CaseFormInput['respondents'][number]>;

type Person = Record<Exclude<keyof FormRespondent, 'share'>, string | null>;

const EMPTY_COLUMNS: FormState['columns'] = {
  kind: 'claim',
  number: '',
  filedOn: '',
  court: '',
  periodStart: '',
  periodEnd: '',
  claimed: '',
  decision: '',
  actNumber: '',
  actDate: '',
  effectiveOn: '',
  awarded: '',
  cancelledOn: '',
  cancellationReason: '',
  enforcementResult: '',
  enforcementNumber: '',
  enforcementOn: '',
  collected: '',
  paidOn: '',
  comment: '',
};

export const emptyCase = (accountId: string): FormState => ({
  id: '',
  version: 0,
  accountId,
  liability: 'joint',
  columns: EMPTY_COLUMNS,
  respondents: [],
});

export const emptyRespondent: FormRespondent = {
  organizationName: '',
  lastName: '',
  firstName: '',
  middleName: '',
  birthDate: '',
  snils: '',
  documentTypeCode: '',
  documentSeries: '',
  documentNumber: '',
  share: '',
};

const money = (kopecks: number | null) => (kopecks === null ? '' : (kopecks / 100).toFixed(2).replace('.', ','));
const date = (value: string | null) => (value ? formatDate(value) : '');

const respondentOf = (one: Person, share: string | null = null): FormRespondent => ({
  organizationName: one.organizationName ?? '',
  lastName: one.lastName ?? '',
  firstName: one.firstName ?? '',
  middleName: one.middleName ?? '',
  birthDate: date(one.birthDate),
  snils: formatSnils(one.snils ?? ''),
  documentTypeCode: one.documentTypeCode ?? '',
  documentSeries: one.documentSeries ?? '',
  documentNumber: one.documentNumber ?? '',
  share: share ?? '',
});

export function caseOf({ one, respondents }: CaseCard): FormState {
  return {
    id: one.id,
    version: one.version,
    accountId: one.accountId,
    liability: one.liability as FormState['liability'],
    columns: {
      kind: one.kind,
      number: one.number,
      filedOn: date(one.filedOn),
      court: one.court ?? '',
      periodStart: date(one.periodStart),
      periodEnd: date(one.periodEnd),
      claimed: money(one.claimed),
      decision: one.decision ?? '',
      actNumber: one.actNumber ?? '',
      actDate: date(one.actDate),
      effectiveOn: date(one.effectiveOn),
      awarded: money(one.awarded),
      cancelledOn: date(one.cancelledOn),
      cancellationReason: one.cancellationReason ?? '',
      enforcementResult: one.enforcementResult ?? '',
      enforcementNumber: one.enforcementNumber ?? '',
      enforcementOn: date(one.enforcementOn),
      collected: one.collected === 0 ? '' : money(one.collected),
      paidOn: date(one.paidOn),
      comment: one.comment ?? '',
    },
    respondents: respondents.map((respondent) => respondentOf(respondent, respondent.share)),
  };
}

/** Owners, residents and payers of the account, each once, for taking as respondents. */
export function peopleToTake(people: Person[]): { label: string; respondent: FormRespondent }[] {
  const all = people.map((one) => ({
    label: one.organizationName ?? [one.lastName, one.firstName, one.middleName].filter(Boolean).join(' '),
    respondent: respondentOf(one),
  }));
  return [...new Map(all.map((one) => [JSON.stringify(one.respondent), one])).values()];
}
