import { formatMomentInWords, formatTime } from '@/lib/calendar/format';
import type { SyncView } from '@/lib/debt-requests/sync';

/** A receiving of requests in words, for the head of a page and the live progress. */
export interface ReceivingView {
  id: string;
  running: boolean;
  stopping: boolean;
  /** «Последняя: сегодня в 04:15 — получено 11, изменено 4, отозвано 1.» */
  last: string;
  /** The same when it has just ended before one's eyes. */
  result: string;
  /** «Прочитано страниц: 2. Получено 41, изменено 4.» */
  progress: string;
  /** Nobody has to press anything: what failed is repeated by itself. */
  waiting: string | null;
  failure: { code: string | null; text: string } | null;
}

export const receivingView = (sync: SyncView | null, now: Date): ReceivingView | null =>
  sync && {
    id: sync.id,
    running: sync.state === 'running',
    stopping: sync.state === 'running' && sync.stopRequested,
    last: lastLine(sync, now),
    result: `${sync.state === 'stopped' ? 'Синхронизация прервана' : 'Синхронизация выполнена'}: ${countsOf(sync)}.`,
    progress: `Прочитано страниц: ${sync.pages}. ${capitalized(countsOf(sync))}.`,
    waiting: sync.waiting
      ? `${sync.waiting.text ?? 'Портал не ответил.'} Повторим сами в\u00a0${formatTime(sync.waiting.nextAt)}, попытка ${sync.waiting.attempt}.`
      : null,
    failure: sync.state === 'failed' ? { code: sync.errorCode, text: sync.errorText ?? '' } : null,
  };

export const countsOf = (sync: Pick<SyncView, 'received' | 'changed' | 'revoked'>): string =>
  `получено\u00a0${sync.received}, изменено\u00a0${sync.changed}, отозвано\u00a0${sync.revoked}`;

function lastLine(sync: SyncView, now: Date): string {
  const at = formatMomentInWords(sync.finishedAt ?? sync.startedAt, now);
  switch (sync.state) {
    case 'running':
      return 'Синхронизация идёт.';
    case 'done':
      return `Последняя: ${at}\u00a0— ${countsOf(sync)}.`;
    case 'stopped':
      return `Последняя прервана: ${at}\u00a0— ${countsOf(sync)}.`;
    case 'failed':
      return `Последняя не\u00a0удалась: ${at}.`;
  }
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
