import { formatDate } from '@/lib/calendar/format';
import type { CardEvent } from './card';
import { ACTION_LABELS, type Action } from './workflow';

const CHANGED: Record<string, string> = {
  hasDebt: 'ответ',
  description: 'комментарий',
  debtors: 'должники',
  files: 'файлы',
};

/** One line of the history. People stand after a colon: no verb has to know whether it was he or she. */
export function eventInWords(event: CardEvent): { text: string; failure: boolean } {
  const { data } = event;
  const by = event.actorName ? `: ${event.actorName}` : '';
  const plain = (text: string) => ({ text, failure: false });
  switch (event.action) {
    case 'received':
      return plain(`Получен из\u00a0ГИС\u00a0ЖКХ${by}`);
    case 'refreshed':
      return plain(
        Array.isArray(data.changed) && data.changed.includes('responseDate') && typeof data.responseDate === 'string'
          ? `Изменён на\u00a0портале. Крайний срок: ${formatDate(data.responseDate)}`
          : 'Изменён на\u00a0портале',
      );
    case 'take':
      return plain(`Взято в\u00a0работу${by}`);
    case 'delegate':
      return plain(
        `Делегировано${stop(by)} Исполнитель: ${stop(String(data.assignee ?? ''))}${data.note ? ` «${String(data.note)}»` : ''}`,
      );
    case 'takeBack':
      return plain(`Забрано у\u00a0исполнителя${by}`);
    case 'returnForRework':
      return plain(
        `Возвращено на\u00a0доработку${stop(by)}${data.assignee ? ` Исполнитель: ${stop(String(data.assignee))}` : ''} «${String(data.comment ?? '')}»`,
      );
    case 'reassigned':
      return plain(
        `${data.responsible ? (data.assignee ? 'Ответственный и\u00a0исполнитель сменились' : 'Ответственный сменился') : 'Исполнитель сменился'}${by}`,
      );
    case 'saveDraft':
      return plain(`${data.file ? 'Ответ из\u00a0файла' : 'Изменён ответ'}${changedIn(data, by)}`);
    case 'complete':
      return plain(`Работа завершена${changedIn(data, by)}`);
    case 'markReady':
      return plain(`Готов к\u00a0отправке${changedIn(data, by)}`);
    case 'matched':
      return plain(`Помещение выбрано${by}`);
    case 'fill':
      return plain(
        `Заполнено по\u00a0судебным делам${stop(by)} Ответ: ${data.hasDebt ? 'существует' : 'отсутствует'}. ${String(data.reason ?? '')}`,
      );
    case 'fillNo':
      return plain(`Заполнено «отсутствует»${by}`);
    case 'confirmDebt':
      return plain(`Долг подтверждён${by}`);
    case 'rejectDebt':
      return plain(
        `${data.cause === 'paid' ? 'Долг погашен' : 'Решение суда отменено'} ${typeof data.on === 'string' ? formatDate(data.on) : ''}${by}`,
      );
    case 'hold':
      return plain(`Не\u00a0отправлять автоматически${by}`);
    case 'release':
      return plain(`Возвращено автоответу${by}`);
    case 'send':
      if (data.automatic)
        return plain(
          `Отправлено автоматически. Ответ: отсутствует. ${String(data.reason ?? '')} Настройка: ${String(data.rule ?? '')}`,
        );
      return plain(
        `Подписать и\u00a0отправить в\u00a0ГИС${stop(by)} Ответ: ${data.hasDebt ? 'существует' : 'отсутствует'}`,
      );
    case 'accepted':
      return plain('Ответ принят порталом');
    case 'refused':
      return {
        text: `${data.kind === 'invalid' ? 'Ответ не\u00a0ушёл' : 'Портал не\u00a0принял ответ'}: ${[data.code, data.text].filter(Boolean).join(' ')}`,
        failure: true,
      };
    case 'unsent':
      return event.toStatus === 'expired'
        ? { text: 'Ответ не\u00a0ушёл: срок истёк в\u00a024:00 по\u00a0Москве', failure: true }
        : plain(
            event.actorName
              ? `Отправка отменена${by}`
              : `Отправка отменена${data.reason ? `: ${String(data.reason)}` : ''}`,
          );
    case 'correctRequested':
      return plain(`Отозвать ответ и\u00a0исправить${stop(by)} Причина: «${String(data.reason ?? '')}»`);
    case 'correct':
      return plain('Портал подтвердил отзыв ответа, его можно исправить');
    case 'correctRefused':
      return {
        text: `Портал не\u00a0отозвал ответ: ${[data.code, data.text].filter(Boolean).join(' ')}`,
        failure: true,
      };
    case 'withdrawn':
      return plain('Запрос отозван соцзащитой');
    case 'reappeared':
      return plain('Запрос снова на\u00a0портале');
    case 'expire':
      return { text: 'Срок ответа истёк', failure: true };
    case 'deadlineMoved':
      return plain(
        typeof data.responseDate === 'string'
          ? `Портал перенёс крайний срок на\u00a0${formatDate(data.responseDate)}`
          : 'Портал перенёс крайний срок',
      );
    case 'proofDownloaded':
      return plain(`Скачано подтверждение${by}`);
    case 'answeredElsewhere':
      return plain('Ответ размещён на\u00a0портале не\u00a0через «Отклик»');
    case 'revokedElsewhere':
      return { text: 'Ответ отозван на\u00a0портале не\u00a0через «Отклик», нужен новый', failure: true };
    default:
      return plain(`${ACTION_LABELS[event.action as Action] ?? event.action}${by}`);
  }
}

/** Initials end with a full stop already. */
const stop = (text: string): string => (text.endsWith('.') ? text : `${text}.`);

/** Who saved, and what it touched: «: Сафина Р. И. Поля: комментарий, должники». */
function changedIn(data: Record<string, unknown>, by: string): string {
  const names = Array.isArray(data.changed) ? data.changed.map((key) => CHANGED[String(key)]).filter(Boolean) : [];
  return names.length > 0 ? `${stop(by)} Поля: ${names.join(', ')}` : by;
}

/**
 * What a save changed, field by field: «Ответ: было «отсутствует», стало «существует»». For the card alone: whoever gets a
 * proof package sees what was sent, not what was typed before.
 */
export function differenceInWords(event: Pick<CardEvent, 'data'>): string[] {
  const { difference } = event.data;
  if (typeof difference !== 'object' || difference === null) return [];
  return Object.entries(difference as Record<string, { from: string; to: string }>).flatMap(([field, { from, to }]) => {
    const name = CHANGED[field];
    if (!name) return [];
    const quoted = (text: string) => (text ? `«${text}»` : 'пусто');
    return [`${name.charAt(0).toUpperCase()}${name.slice(1)}: было\u00a0${quoted(from)}, стало\u00a0${quoted(to)}`];
  });
}
