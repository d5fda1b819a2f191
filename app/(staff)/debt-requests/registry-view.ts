import { commonBeginning, splitAddress } from '@/app/ui/address';
import { formatDate, formatDayMonth, formatMomentShort } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { type CalendarAdditions, deadlineInWords } from '@/lib/calendar/working-days';
import type { RegistryPage, RegistryRow } from '@/lib/debt-requests/registry';
import { STATUS_LABELS, type Status } from '@/lib/debt-requests/workflow';
import { rubles } from '@/lib/money';
import type { RegistryView, RowView } from './registry-href';

/** No countdown for what is not owed any more. */
const SETTLED: readonly Status[] = ['answered', 'revoked'];

export function registryView(page: RegistryPage, now: Date, calendar: CalendarAdditions): RegistryView {
  const beginning = commonBeginning(page.rows.map((row) => row.address));
  return {
    rows: page.rows.map((row) => rowView(row, beginning, now, calendar)),
    total: page.total,
    counters: page.counters,
  };
}

export function rowView(
  row: RegistryRow,
  beginning: readonly string[],
  now: Date,
  calendar: CalendarAdditions,
): RowView {
  const { tone, words } = deadlineInWords(moscowToday(now), row.responseDate, calendar);
  return {
    id: row.id,
    number: row.requestNumber,
    day: row.responseDate,
    deadline: {
      date: formatDayMonth(row.responseDate),
      words: SETTLED.includes(row.status) ? null : words,
      tone,
      full: formatDate(row.responseDate),
    },
    address: splitAddress(row.address, row.addressDetails, beginning),
    fullAddress: [row.address, row.addressDetails].filter(Boolean).join(', '),
    status: row.status,
    statusLabel: labelOf(row),
    hasDebt: row.hasDebt,
    automatic: row.automatic,
    debtorCount: row.debtorNames.length,
    debtors: row.debtorNames.map((name) => name.replaceAll(' ', '\u00a0')).join(', '),
    assignee: row.assigneeName,
    responsible: row.responsibleName,
    asker: shortAsker(row.requestingOrganization),
    askerFull: row.requestingOrganization,
    sent: formatDayMonth(row.sentDate),
    sentFull: formatDate(row.sentDate),
    period: `${formatDate(row.periodStart)}–${formatDate(row.periodEnd)}`,
    answered: row.answeredAt && formatMomentShort(row.answeredAt, now),
    accounts: row.accounts,
    unifiedAccounts: row.unifiedAccounts,
    balance: row.balance === null ? null : rubles(row.balance),
    months: row.months,
  };
}

/** The list is shorter than the card, and a new request without premises reads as in 1С. */
function labelOf({ status, unmatched }: RegistryRow): string {
  if (status === 'prepared') return 'Подготовлен';
  return status === 'new' && unmatched ? 'Не\u00a0сопоставлен' : STATUS_LABELS[status];
}

/** The name in quotes without its legal form: МКУ «Центр социальных выплат» → Центр социальных выплат. */
export const shortAsker = (name: string): string => /[«"](.+)[»"]/.exec(name)?.[1] ?? name;
