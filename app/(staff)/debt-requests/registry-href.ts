import type { AddressParts } from '@/app/ui/address';
import type { DeadlineTone } from '@/lib/calendar/working-days';
import type { RegistryCounters } from '@/lib/debt-requests/registry';
import {
  type RegistryQuery,
  registryParams,
  type SourceFilter,
  type StatusFilter,
} from '@/lib/debt-requests/registry-query';
import { STATUS_LABELS, type Status } from '@/lib/debt-requests/workflow';

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
  hasDebt: boolean | null;
  /** A rule filled the answer in, or sent it by itself. */
  automatic: boolean;
  debtorCount: number;
  /** «Ответчики»: «Кравцов А. О., Кравцова Н.» */
  debtors: string;
  /** null = «не назначен». */
  assignee: string | null;
  responsible: string | null;
  asker: string;
  askerFull: string;
  sent: string;
  sentFull: string;
  period: string;
  /** When the answer was sent; null while it was not. */
  answered: string | null;
  accounts: string;
  unifiedAccounts: string;
  /** «35 815,37 ₽»; null = unknown. */
  balance: string | null;
  months: number | null;
}

export interface RegistryView {
  rows: RowView[];
  total: number;
  counters: RegistryCounters;
}

/** Address of the same list with something changed; what equals the default is left out. Another filter starts from its first page. */
export function registryHref(query: RegistryQuery, change: Partial<RegistryQuery> = {}): string {
  const params = registryParams({ ...query, page: 1, ...change }).toString();
  return params ? `/debt-requests?${params}` : '/debt-requests';
}

/** Address of a card that knows the list it was opened from: its neighbours there and the way back. */
export function cardHref(id: string, query: RegistryQuery): string {
  const params = registryParams(query).toString();
  return params ? `/debt-requests/${id}?${params}` : `/debt-requests/${id}`;
}

export const STATUS_FILTER_LABELS: Record<StatusFilter, string> = {
  ...STATUS_LABELS,
  unmatched: 'Не сопоставлен',
  waiting: 'Ждёт ответа',
  archived: 'Архивный',
  any: 'Любой, и\u00a0отозванные',
};

/** «Ответ выбран: …». */
export const SOURCE_LABELS: Record<SourceFilter, string> = {
  person: 'вручную',
  autofill: 'по\u00a0правилу',
  excel: 'из\u00a0файла',
  autoanswer: 'автоматически',
  here: 'в\u00a0«Отклике»',
  elsewhere: 'не\u00a0в\u00a0«Отклике»',
};
