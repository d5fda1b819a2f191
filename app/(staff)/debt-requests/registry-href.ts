import type { AddressParts } from '@/app/ui/address';
import type { DeadlineTone } from '@/lib/calendar/working-days';
import type { RegistryCounters, RegistryQuery } from '@/lib/debt-requests/registry';
import type { Status } from '@/lib/debt-requests/workflow';

/** A row as the screen shows it: plain text, so that the live list in the browser needs no calendar and no rules. */
export interface RowView {
  id: string;
  number: string;
  /** 'YYYY-MM-DD': a stronger line separates days. */
  day: string;
  deadline: { date: string; words: string | null; tone: DeadlineTone; full: string };
  address: AddressParts;
  fullAddress: string;
  status: Status;
  /** «Подготовлен»: the list is shorter than the card. */
  statusLabel: string;
  unmatched: boolean;
  hasDebt: boolean | null;
  debtorCount: number;
  asker: string;
  askerFull: string;
  sent: string;
  sentFull: string;
  period: string;
}

export interface RegistryView {
  rows: RowView[];
  total: number;
  counters: RegistryCounters;
}

/** Address of the same list with something changed; what equals the default is left out. */
export function registryHref(query: RegistryQuery, change: Partial<RegistryQuery> = {}): string {
  // another filter starts from its first page
  const { number, status, answered, page, size } = { ...query, page: 1, ...change };
  const params = new URLSearchParams();
  if (number) params.set('number', number);
  if (status) params.set('status', status);
  if (answered) params.set('answered', '1');
  if (page > 1) params.set('page', String(page));
  if (size !== 20) params.set('size', String(size));
  const text = params.toString();
  return text ? `/debt-requests?${text}` : '/debt-requests';
}
