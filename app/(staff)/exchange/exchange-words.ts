import type { Shape } from '@/app/ui/sprite';
import { formatTime } from '@/lib/calendar/format';
import type { ExchangeRow, ExchangeState } from '@/lib/exchange/journal';

/** States of a message as staff read them (LOOK «Exchange»). */
export const STATE_LABELS: Record<ExchangeState, string> = {
  queued: 'В очереди',
  submitting: 'Отправляется',
  acknowledged: 'Ждёт портал',
  unknown: 'Выясняем',
  refused: 'Отказ портала',
  done: 'Выполнено',
};

const EXPORTS: Record<string, string> = {
  period: 'Получение запросов',
  subrequests: 'Проверка состояния запросов',
  check: 'Проверка связи',
  house: 'Загрузка помещений дома',
  accounts: 'Загрузка лицевых счетов дома',
};

export function operationInWords(row: Pick<ExchangeRow, 'operation' | 'items' | 'itemCount' | 'asks'>): string {
  if (row.operation === 'importResponses') {
    const what = row.items.some((item) => item.actionType === 'Revoke')
      ? row.items.every((item) => item.actionType === 'Revoke')
        ? ['Отзыв ответа', 'Отзыв ответов']
        : ['Отправка и\u00a0отзыв', 'Отправка и\u00a0отзыв']
      : ['Отправка ответа', 'Отправка ответов'];
    // none is left where all were erased, or the person sees none of them
    if (row.itemCount === 0) return what[1]!;
    return row.itemCount === 1 ? what[0]! : `${what[1]}: ${row.itemCount}`;
  }
  if (row.operation === 'exportNsiItem') return `Справочник НСИ\u00a0${row.asks}`;
  return EXPORTS[row.asks ?? ''] ?? row.operation;
}

/** Shape and words of the state. What never reached the portal is not called its refusal. */
export function stateInWords(row: ExchangeRow): { shape: Shape; label: string; hint: string | null } {
  const attempt = row.attempt > 1 ? `попытка ${row.attempt}` : null;
  switch (row.state) {
    case 'queued':
      return row.attempt > 1 || row.errorKind
        ? { shape: 'in_progress', label: `Повторим в\u00a0${formatTime(row.nextAt)}`, hint: attempt }
        : { shape: 'in_progress', label: STATE_LABELS.queued, hint: null };
    case 'submitting':
      return { shape: 'sending', label: STATE_LABELS.submitting, hint: attempt };
    case 'acknowledged':
      return { shape: 'sending', label: STATE_LABELS.acknowledged, hint: `опросов: ${row.polls}` };
    case 'unknown':
      return { shape: 'rework', label: STATE_LABELS.unknown, hint: null };
    case 'done':
      return row.items.some((item) => item.state === 'refused')
        ? { shape: 'send_failed', label: 'Есть отказы', hint: attempt }
        : { shape: 'answered', label: STATE_LABELS.done, hint: attempt };
    case 'refused':
      return row.errorKind === 'message'
        ? { shape: 'send_failed', label: STATE_LABELS.refused, hint: attempt }
        : {
            shape: 'send_failed',
            label: row.errorKind === 'transport' ? 'Не\u00a0дошло' : 'Не\u00a0отправлено',
            hint: attempt,
          };
  }
}

/** What came of it where the portal gave no words of its own. */
export function resultInWords(row: ExchangeRow): string | null {
  switch (row.state) {
    case 'acknowledged':
      return `Портал принял сообщение и\u00a0проверяет его. Следующий опрос в\u00a0${formatTime(row.nextAt)}.`;
    case 'unknown':
      return 'Связь оборвалась, ответа портала нет. Узнаём, дошло ли сообщение. Повторно не\u00a0отправляем, пока не\u00a0узнаем.';
    case 'done': {
      if (row.errorKind === 'nothing') return 'На\u00a0портале ничего нет.';
      if (row.itemCount === 0) return null;
      const count = (state: string) => row.items.filter((item) => item.state === state).length;
      const parts = [
        count('accepted') && `принято\u00a0${count('accepted')}`,
        count('refused') && `отказов\u00a0${count('refused')}`,
        count('open') && `выясняем\u00a0${count('open')}`,
      ].filter(Boolean);
      return parts.length > 0 ? `${parts.join(', ')}.`.replace(/^./, (letter) => letter.toUpperCase()) : null;
    }
    default:
      return null;
  }
}

export const ITEM_STATES: Record<string, string> = {
  open: 'на\u00a0портале',
  accepted: 'принят',
  refused: 'отказ',
  not_sent: 'не\u00a0отправлен',
};
