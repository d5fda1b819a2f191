import type { Sort } from '@/lib/debt-requests/registry-query';

/** A column that a person may switch on or off; number, term, address and status stand always. */
export interface Column {
  key:
    | 'debt'
    | 'debtors'
    | 'assignee'
    | 'responsible'
    | 'organization'
    | 'sent'
    | 'period'
    | 'answered'
    | 'account'
    | 'unified'
    | 'balance'
    | 'months';
  /** In the menu «Столбцы». */
  name: string;
  /** In the head of the table. */
  label: string;
  title?: string;
  sort?: Sort;
  width: string;
  /** Where it stands until the person chooses: everywhere, above 1400 px, from 1600 px, nowhere. */
  usual: '' | 'hide-m' | 'hide-l' | null;
}

const COLUMNS: readonly Column[] = [
  {
    key: 'debt',
    name: 'Долг',
    label: 'Долг',
    title: 'Задолженность, подтверждённая судебным решением',
    sort: 'debt',
    width: 'c-debt',
    usual: '',
  },
  { key: 'debtors', name: 'Ответчики', label: 'Ответчики', width: 'c-people', usual: null },
  { key: 'assignee', name: 'Исполнитель', label: 'Исполнитель', sort: 'assignee', width: 'c-person', usual: '' },
  { key: 'responsible', name: 'Ответственный', label: 'Ответственный', width: 'c-person', usual: null },
  {
    key: 'organization',
    name: 'Организация, направившая запрос',
    label: 'Организация',
    title: 'Организация, направившая запрос',
    sort: 'organization',
    width: 'c-asker',
    usual: 'hide-m',
  },
  {
    key: 'sent',
    name: 'Дата отправления запроса',
    label: 'Отпр.',
    title: 'Дата отправления запроса',
    sort: 'sent',
    width: 'c-sent',
    usual: 'hide-m',
  },
  {
    key: 'period',
    name: 'Период, за\u00a0который запрашиваются данные',
    label: 'Период',
    title: 'Период, за\u00a0который запрашиваются данные',
    width: 'c-period',
    usual: 'hide-l',
  },
  { key: 'account', name: 'Лицевой счёт', label: 'Лицевой счёт', width: 'c-account', usual: 'hide-l' },
  { key: 'unified', name: 'ЕЛС', label: 'ЕЛС', title: 'Единый лицевой счёт', width: 'c-account', usual: null },
  {
    key: 'balance',
    name: 'Сумма задолженности по\u00a0начислениям',
    label: 'Начислено',
    title: 'Сумма задолженности по\u00a0начислениям, не\u00a0по\u00a0суду',
    width: 'c-account',
    usual: null,
  },
  { key: 'months', name: 'Месяцев задолженности', label: 'Месяцев', width: 'c-sent', usual: null },
  {
    key: 'answered',
    name: 'Дата отправки ответа',
    label: 'Ответ',
    title: 'Дата отправки ответа',
    sort: 'answered',
    width: 'c-answered',
    usual: null,
  },
];

/** Columns that say nothing where no accounts are kept (the small tariff of РИАС). */
const OF_ACCOUNTS: readonly Column['key'][] = ['account', 'unified', 'balance', 'months'];

export const columnsOf = (keepsAccounts: boolean): readonly Column[] =>
  keepsAccounts ? COLUMNS : COLUMNS.filter(({ key }) => !OF_ACCOUNTS.includes(key));

export type ColumnChoice = Record<string, boolean>;

/** The columns of this person, each with the class that hides it in a narrow window; a chosen one is never hidden. */
export function shownColumns(choice: ColumnChoice, keepsAccounts: boolean): (Column & { hide: string })[] {
  return columnsOf(keepsAccounts).flatMap((column) => {
    const chosen = choice[column.key];
    if (chosen === false || (chosen === undefined && column.usual === null)) return [];
    return [{ ...column, hide: chosen ? '' : (column.usual ?? '') }];
  });
}
