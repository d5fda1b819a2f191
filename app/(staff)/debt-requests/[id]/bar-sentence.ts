import { formatDate, formatMomentInWords, formatTime } from '@/lib/calendar/format';
import type { Card } from '@/lib/debt-requests/card';

/** What stands at the end of the action bar: what is going on, or why there is no button (mock «card-actions»). */
export function barSentence(card: Card, now: Date): string | null {
  const { request, openItem } = card;
  switch (request.status) {
    case 'sending':
      return sendingSentence(openItem);
    case 'answered':
      if (openItem?.actionType === 'Revoke') {
        return 'Отзыв ответа ушёл на\u00a0портал. Карточка откроется для правки, когда портал его подтвердит.';
      }
      return request.answeredAt
        ? `Принят порталом ${formatMomentInWords(request.answeredAt, now)}. Карточка только для чтения.`
        : 'Ответ размещён на\u00a0портале. Карточка только для чтения.';
    case 'revoked':
      return 'Соцзащита отозвала запрос, отвечать на\u00a0него не\u00a0надо.';
    case 'expired':
      return `Срок истёк ${formatDate(request.responseDate)} в\u00a024:00 по\u00a0Москве, отправить ответ нельзя. Портал ответит сам, результат будет виден после синхронизации.`;
    case 'prepared':
      return card.actions.markReady.available
        ? null
        : `Ответ на\u00a0проверке${whose(card)} Если вернут, запрос снова откроется для правки.`;
    default:
      return card.actions.complete.available && !card.actions.send.available
        ? `После завершения ответ уйдёт на\u00a0проверку${whose(card)}`
        : null;
  }
}

/** Initials end the sentence. */
const whose = (card: Card): string => (card.responsibleName ? `: ${card.responsibleName}` : '.');

function sendingSentence(item: Card['openItem']): string {
  switch (item?.exchangeState) {
    case 'acknowledged':
      return 'Портал принял сообщение и\u00a0проверяет его. Страницу можно закрыть.';
    case 'unknown':
      return 'Связь оборвалась. Узнаём, дошло ли сообщение. Повторно не\u00a0отправляем, пока не\u00a0узнаем. Страницу можно закрыть.';
    case 'queued':
    case 'submitting':
      return 'Сообщение подписано и\u00a0уходит на\u00a0портал. Страницу можно закрыть.';
    default:
      return item && item.attempt > 1
        ? `Ответ ждёт попытки ${item.attempt} в\u00a0${formatTime(item.nextAt)}. Страницу можно закрыть.`
        : 'Ответ в\u00a0очереди на\u00a0отправку. Страницу можно закрыть.';
  }
}
