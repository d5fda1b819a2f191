import { splitAddress } from '@/app/ui/address';
import { formatDate } from '@/lib/calendar/format';
import { parseRegistryQuery, type RegistryQuery, registryParams } from '@/lib/debt-requests/registry-query';
import { SOURCE_LABELS, STATUS_FILTER_LABELS } from './registry-href';
import { shortAsker } from './registry-view';

/** Words of what the address line keeps as ids. */
export interface ConditionNames {
  organization: string | null;
  house: string | null;
  assignee: string | null;
  responsible: string | null;
  division: string | null;
  search: string;
}

export interface Condition {
  /** On its chip. */
  text: string;
  /** Inside «Нет запросов …»; null when it only widens the list. */
  phrase: string | null;
  /** Stands among «Ещё условия». */
  folded: boolean;
  /** The query without it. */
  without: RegistryQuery;
}

const NBSP = '\u00a0';

/** What the list was asked for, condition by condition, in words. */
export function conditionsOf(query: RegistryQuery, names: ConditionNames): Condition[] {
  const conditions: Condition[] = [];
  const add = (text: string, phrase: string | null, change: Partial<RegistryQuery>, folded = true) =>
    conditions.push({ text, phrase, folded, without: { ...query, page: 1, ...change } });
  if (query.number) add(`Номер: ${query.number}`, `с${NBSP}номером ${query.number}…`, { number: '' }, false);
  if (query.status) {
    const label = STATUS_FILTER_LABELS[query.status];
    add(label, query.status === 'any' ? null : `со${NBSP}статусом «${label}»`, { status: null }, false);
  }
  if (query.assignee) {
    const name = names.assignee ?? 'которого больше нет';
    if (query.assignee === 'none') add('Без исполнителя', 'без исполнителя', { assignee: null }, false);
    else add(name, `у${NBSP}исполнителя ${name}`, { assignee: null }, false);
  }
  if (query.responsible) {
    const name = names.responsible ?? 'которого больше нет';
    add(`Ответственный: ${name}`, `у${NBSP}ответственного ${name}`, { responsible: null });
  }
  if (query.division) {
    if (query.division === 'none') add('Без подразделения', 'без подразделения', { division: null });
    else {
      const name = names.division ?? 'которого больше нет';
      add(name, `в${NBSP}подразделении «${name}»`, { division: null });
    }
  }
  if (query.organization) {
    const name = names.organization ?? 'Неизвестная организация';
    add(shortAsker(name), `от${NBSP}организации «${shortAsker(name)}»`, { organization: null });
  }
  if (query.house) {
    const name = names.house ? houseLabel(names.house) : 'Неизвестное здание';
    add(name, `по${NBSP}зданию ${name}`, { house: null });
  }
  if (query.sentFrom || query.sentTo) {
    const period = [
      query.sentFrom && `с${NBSP}${formatDate(query.sentFrom)}`,
      query.sentTo && `по${NBSP}${formatDate(query.sentTo)}`,
    ]
      .filter(Boolean)
      .join(' ');
    add(`Отправлен ${period}`, `отправленных ${period}`, { sentFrom: null, sentTo: null });
  }
  if (query.debt) {
    const [text, phrase] = {
      yes: ['Ответ: Да', `с${NBSP}ответом «Да»`],
      no: ['Ответ: Нет', `с${NBSP}ответом «Нет»`],
      empty: ['Ответ не\u00a0заполнен', 'без ответа'],
    }[query.debt] as [string, string];
    add(text, phrase, { debt: null });
  }
  if (query.source) {
    const label = SOURCE_LABELS[query.source];
    add(`Ответ выбран: ${label}`, `с${NBSP}ответом, выбранным ${label}`, { source: null });
  }
  if (query.dueToday) add('Срок сегодня', `со${NBSP}сроком сегодня`, { dueToday: false });
  if (query.dueOn) {
    const date = formatDate(query.dueOn);
    add(`Срок ${date}`, `со${NBSP}сроком ${date}`, { dueOn: null });
  }
  if (query.search) {
    const text = names.search || 'текст, который искал другой сотрудник';
    add(`Поиск: ${text}`, `с${NBSP}текстом «${text}»`, { search: null });
  }
  if (query.unanswered) add('Без ответа показаны', null, { unanswered: false });
  if (query.answered) add('Размещённые показаны', null, { answered: false });
  return conditions;
}

/** Without what it was asked for; how the list is shown stays. */
export const withoutConditions = ({ sort, descending, size }: RegistryQuery): RegistryQuery => ({
  ...parseRegistryQuery({}),
  sort,
  descending,
  size,
});

/** The building as lists show it: without the postal index. */
export function houseLabel(address: string): string {
  const { street, building, flat } = splitAddress(address, null, []);
  return [street, building, flat].filter(Boolean).join(', ');
}

export const paramsOf = (query: RegistryQuery): string => registryParams({ ...query, page: 1 }).toString();
