import { formatMomentInWords, formatTime } from '@/lib/calendar/format';
import { plural } from '@/lib/calendar/plural';
import type { JobState } from '@/lib/state/state';
import type { Stuck, Work } from '@/lib/state/stuck';
import { certificateTerm } from '../link-view';

/** «Состояние» in words. */

const JOBS: Record<string, string> = {
  'receive-requests': 'Получение запросов',
  'answer-automatically': 'Автоответ',
  'expire-requests': 'Отметка просроченных запросов',
  'remind-deadlines': 'Напоминания о\u00a0сроках',
  'watch-certificate': 'Проверка срока сертификата',
  'write-digests': 'Утренняя сводка',
  'send-letters': 'Отправка писем',
  'forget-presence': 'Очистка отметок о\u00a0просмотре',
  'forget-imports': 'Очистка старых файлов',
  'load-dictionaries': 'Справочники портала',
  'sweep-exchange': 'Проверка очереди обмена',
};

/** A job without a word of its own is told by its name rather than lost. */
export const jobInWords = (id: string): string => JOBS[id] ?? id;

/** «каждую минуту», «каждые 10 минут», «каждый день в 09:00». */
export function periodInWords({ periodSeconds, nextAt }: Pick<JobState, 'periodSeconds' | 'nextAt'>): string {
  const minutes = periodSeconds / 60;
  if (minutes <= 1) return 'каждую минуту';
  if (minutes < 24 * 60) return `каждые ${minutes}\u00a0${plural(minutes, 'минуту', 'минуты', 'минут')}`;
  return `каждый день в\u00a0${formatTime(nextAt)}`;
}

const UNITS = ['Б', 'КБ', 'МБ', 'ГБ', 'ТБ'];

/** «12,4 ГБ». */
export function bytesInWords(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const size = bytes / 1024 ** power;
  return `${size.toLocaleString('ru', { maximumFractionDigits: size < 10 ? 1 : 0 })}\u00a0${UNITS[power]}`;
}

export interface StuckInWords {
  what: string;
  /** What it means, and what to do. */
  advice: string;
  /** Where to look; null when only whoever keeps the server can help. */
  link: { href: string; label: string } | null;
  /** The portal's or the program's own words. */
  problem: string | null;
}

const SERVER = { href: '/help#server', label: 'Что нужно на\u00a0сервере' };
const EXCHANGE = { href: '/exchange', label: 'Обмен с\u00a0ГИС\u00a0ЖКХ' };
const RESTART = 'Перезапустите «Отклик» на\u00a0сервере: работа продолжится с\u00a0того\u00a0же места.';

/** One stuck thing: what it is, what to do, where to look. */
export function stuckInWords(stuck: Stuck, now: Date): StuckInWords {
  const when = (at: Date) => formatMomentInWords(at, now);
  switch (stuck.kind) {
    case 'workerSilent':
      return {
        what: stuck.since
          ? `Обработка сообщений стоит, последний раз отозвалась ${when(stuck.since)}`
          : 'Обработка сообщений ещё не\u00a0запускалась',
        advice: `Запросы не\u00a0приходят, ответы не\u00a0уходят. ${RESTART}`,
        link: SERVER,
        problem: null,
      };
    case 'keyUnusable':
      return {
        what: 'Подписывать сообщения нельзя',
        advice:
          'Ответы ждут и\u00a0на\u00a0портал не\u00a0уходят. Исправьте ключ или сертификат: «Отклик» проверит их сам через полминуты.',
        link: SERVER,
        problem: stuck.problem,
      };
    case 'certificateEnds': {
      const { label, left, warning } = certificateTerm(stuck.validUntil, now);
      return {
        what: `Сертификат подписи: ${label.charAt(0).toLowerCase()}${label.slice(1)}${left ? `, ${left}` : ''}`,
        advice: warning ?? '',
        link: SERVER,
        problem: null,
      };
    }
    case 'jobsNeverRan':
      return {
        what: 'Задания по\u00a0расписанию ни\u00a0разу не\u00a0запускались',
        advice:
          'Запросы не\u00a0приходят сами, напоминаний и\u00a0писем нет. Если задания запускает Inngest, проверьте, что он видит «Отклик» и\u00a0переменные INNGEST_* заданы верно.',
        link: null,
        problem: null,
      };
    case 'jobLate':
      return {
        what: `Задание «${jobInWords(stuck.job)}» ${
          stuck.lastSucceededAt
            ? `последний раз выполнено ${when(stuck.lastSucceededAt)}`
            : 'ни\u00a0разу не\u00a0выполнено'
        }`,
        advice: `Посмотрите в\u00a0журнале сервера, что ему мешает. ${RESTART}`,
        link: null,
        problem: stuck.error,
      };
    case 'diskFull':
      return {
        what: `На\u00a0диске осталось ${bytesInWords(stuck.freeBytes)}`,
        advice: 'Когда место кончится, база данных остановится. Освободите место или добавьте диск.',
        link: null,
        problem: null,
      };
    case 'migrationsMissing':
      return {
        what: 'База данных старше программы',
        advice: `Не\u00a0хватает обновлений: ${stuck.missing}. Выполните на\u00a0сервере npm run migrate и\u00a0перезапустите «Отклик».`,
        link: null,
        problem: null,
      };
    case 'portalSilent':
      return {
        what: stuck.since
          ? `Портал не\u00a0отвечает, последний ответ ${when(stuck.since)}`
          : 'Портал ещё ни\u00a0разу не\u00a0ответил',
        advice:
          'Запросы и\u00a0ответы ждут, «Отклик» повторяет сам. Проверьте туннель к\u00a0порталу и\u00a0нажмите «Проверить связь».',
        link: { href: '/settings', label: 'Связь с\u00a0ГИС\u00a0ЖКХ' },
        problem: stuck.failure,
      };
    case 'sendingLost':
      return {
        what: `Отправляется больше часа, а\u00a0в\u00a0очереди ответа нет: ${requestsInWords(stuck)}`,
        advice:
          'Сами такие ответы уже не\u00a0уйдут. Сообщите номера разработчикам; если срок близко, ответьте в\u00a0личном кабинете ГИС\u00a0ЖКХ.',
        link: whereAbout(stuck, {
          href: '/debt-requests?status=sending',
          label: 'Запросы, которые отправляются',
        }),
        problem: null,
      };
    case 'answersFail':
      return {
        what: `Не\u00a0удаётся отправить, попыток уже ${stuck.attempts}: ${requestsInWords(stuck)}`,
        advice:
          'Причина каждой попытки записана в\u00a0обмене. «Отклик» повторяет до\u00a0крайнего срока; если срок близко, отмените отправку и\u00a0ответьте в\u00a0личном кабинете ГИС\u00a0ЖКХ.',
        link: whereAbout(stuck, EXCHANGE),
        problem: null,
      };
    case 'answersLie':
      return {
        what: `Больше часа ждут отправки: ${requestsInWords(stuck)}`,
        advice:
          'Ответы уходят после синхронизации и\u00a0только с\u00a0исправным ключом. Проверьте и\u00a0то и\u00a0другое, затем нажмите «Отправить сейчас».',
        link: EXCHANGE,
        problem: null,
      };
    case 'messageFails':
      return {
        what: `Сообщение не\u00a0проходит, попыток уже ${stuck.attempts}`,
        advice: 'Откройте сообщение и\u00a0посмотрите причину; подробности в\u00a0журнале сервера.',
        link: { href: `/exchange/${stuck.exchangeId}`, label: 'Открыть сообщение' },
        problem: stuck.problem,
      };
    case 'noResult':
      return {
        what: `Портал больше суток не\u00a0даёт результата сообщения, отправленного ${when(stuck.since)}`,
        advice:
          'Повторно «Отклик» не\u00a0отправит, пока не\u00a0узнает, дошло\u00a0ли оно. Проверьте эти запросы в\u00a0личном кабинете ГИС\u00a0ЖКХ; если их там нет, обратитесь в\u00a0поддержку портала.',
        link: { href: `/exchange/${stuck.exchangeId}`, label: 'Открыть сообщение' },
        problem: null,
      };
    case 'workHangs': {
      const { title, path } = WORKS[stuck.work];
      // what a colleague began is seen by him alone
      const seen = stuck.own || stuck.work === 'erasure' || stuck.work === 'sync';
      return {
        what: `${title}, начало ${when(stuck.startedAt)}`,
        advice: `Больше получаса нет продвижения. ${RESTART}`,
        link: seen ? { href: path(stuck.id), label: 'Открыть' } : null,
        problem: null,
      };
    }
    case 'lettersFail':
      return {
        what: `Не\u00a0отправлено писем за\u00a0неделю: ${stuck.count}`,
        advice:
          'Проверьте почтовый сервер в\u00a0SMTP_URL и\u00a0адреса сотрудников. Уведомления видны и\u00a0в\u00a0самом «Отклике».',
        link: { href: '/settings/employees', label: 'Сотрудники' },
        problem: stuck.problem,
      };
    case 'autoAnswerWaits':
      return {
        what: `Автоответ ждёт: ${stuck.reason}`,
        advice:
          'Пока синхронизация не\u00a0удалась, он ничего не\u00a0отправляет. Получите запросы или ответьте на\u00a0них сами.',
        link: { href: '/exchange/syncs', label: 'Синхронизации' },
        problem: null,
      };
  }
}

const WORKS: Record<Work, { title: string; path: (id: string) => string }> = {
  bulk: {
    title: 'Массовое действие не\u00a0заканчивается',
    path: (id) => `/debt-requests/bulk/${id}`,
  },
  import: { title: 'Загрузка таблицы не\u00a0заканчивается', path: (id) => `/imports/${id}` },
  answerFile: {
    title: 'Загрузка ответов из\u00a0файла не\u00a0заканчивается',
    path: (id) => `/debt-requests/import/${id}`,
  },
  export: { title: 'Файл с\u00a0выгрузкой не\u00a0собирается', path: () => '/debt-requests/export' },
  erasure: { title: 'Удаление архивных запросов не\u00a0заканчивается', path: () => '/settings/retention' },
  sync: { title: 'Синхронизация не\u00a0заканчивается', path: (id) => `/exchange/syncs/${id}` },
};

type Named = Pick<Extract<Stuck, { kind: 'sendingLost' }>, 'requests' | 'total'>;

/** «запрос № 1», «запросы № 1, 2 и ещё 3». */
function requestsInWords({ requests, total }: Named): string {
  const numbers = requests.map(({ number }) => number).join(', ');
  const more = total > requests.length ? ` и\u00a0ещё\u00a0${total - requests.length}` : '';
  return `${total === 1 ? 'запрос' : 'запросы'} №\u00a0${numbers}${more}`;
}

const whereAbout = ({ requests, total }: Named, all: { href: string; label: string }): StuckInWords['link'] =>
  total === 1 ? { href: `/debt-requests/${requests[0]!.id}`, label: 'Открыть запрос' } : all;
