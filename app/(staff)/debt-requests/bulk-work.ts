import type { BulkAction, BulkView } from '@/lib/debt-requests/bulk';

/** A mass work in words, for its live progress and the note about its end. */
export interface BulkWork {
  id: string;
  /** The worker goes through the requests: it can be stopped. */
  running: boolean;
  stopping: boolean;
  /** Something is under way: the worker's part or the portal's. */
  live: boolean;
  title: string;
  /** 0…1 */
  share: number;
  figures: string;
  kind: 'plain' | 'warn' | 'bad';
}

/** For how long a finished work is told about to whoever comes back. */
const TOLD_MS = 15 * 60 * 1000;

const TITLES: Record<BulkAction, [running: string, done: string, stopped: string]> = {
  send: ['Отправляем ответы', 'Отправка ответов закончена', 'Отправка ответов прервана'],
  delegate: ['Делегируем', 'Делегирование закончено', 'Делегирование прервано'],
  returnForRework: ['Возвращаем на\u00a0доработку', 'Возврат на\u00a0доработку закончен', 'Возврат прерван'],
  fill: ['Заполняем ответы', 'Заполнение ответов закончено', 'Заполнение прервано'],
  fillNo: ['Заполняем «отсутствует»', 'Заполнение «отсутствует» закончено', 'Заполнение прервано'],
  markReady: ['Отмечаем «Готов к\u00a0отправке»', 'Отметка «Готов к\u00a0отправке» закончена', 'Отметка прервана'],
};

const DONE: Record<BulkAction, string> = {
  send: 'Отправлено',
  markReady: 'Отмечено',
  fill: 'Заполнено',
  fillNo: 'Заполнено',
  delegate: 'Делегировано',
  returnForRework: 'Возвращено',
};

/** What the registry tells of: nothing when there was none or it ended long ago. */
export function recentWork(bulk: BulkView | null, now: Date): BulkWork | null {
  const work = bulk && bulkWork(bulk);
  const old = bulk?.finishedAt && now.getTime() - bulk.finishedAt.getTime() > TOLD_MS;
  return work && (work.live || !old) ? work : null;
}

export function bulkWork(bulk: BulkView): BulkWork {
  const running = bulk.state === 'running';
  const sends = bulk.action === 'send';
  const live = running || (sends && bulk.sending > 0);
  const [going, done, stopped] = TITLES[bulk.action];
  const left = bulk.total - bulk.done - bulk.refused;
  return {
    id: bulk.id,
    running,
    stopping: running && bulk.stopRequested,
    live,
    title: running
      ? bulk.stopRequested
        ? 'Прерываем'
        : going
      : live
        ? 'Ждём ответа портала'
        : bulk.state === 'stopped'
          ? stopped
          : done,
    // signed and on its way is half of the road
    share: bulk.total === 0 ? 1 : (bulk.done + bulk.refused - (sends ? bulk.sending / 2 : 0)) / bulk.total,
    figures: figuresOf(bulk, left),
    kind: sends && bulk.failed > 0 ? 'bad' : bulk.refused > 0 || bulk.state === 'stopped' ? 'warn' : 'plain',
  };
}

function figuresOf(bulk: BulkView, left: number): string {
  const parts =
    bulk.action === 'send'
      ? [
          `Принято порталом: ${bulk.answered}`,
          bulk.sending > 0 && `ждут портал: ${bulk.sending}`,
          bulk.failed > 0 && `портал отказал: ${bulk.failed}`,
        ]
      : [`${DONE[bulk.action]}: ${bulk.done}`];
  const rest = [
    bulk.refused > 0 && `не\u00a0${DONE[bulk.action].toLowerCase()}: ${bulk.refused}`,
    left > 0 && (bulk.state === 'running' ? `осталось: ${left}` : `не\u00a0тронуто: ${left}`),
  ];
  return `${[...parts, ...rest].filter(Boolean).join(', ')}. Всего: ${bulk.total}.`;
}
