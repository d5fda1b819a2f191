import { formatDate } from '@/lib/calendar/format';
import { plural } from '@/lib/calendar/plural';
import type { NotificationKind } from './notify';

/** Every notice in words. A number, a term, a count: no name of a citizen and no address, since a letter says the same. */

type Data = Record<string, string | number>;

interface Words {
  /** In the list of choices: what it is about. */
  about: string;
  /** Comes as a letter too, unless the person decides otherwise. */
  mailed: boolean;
  bad?: boolean;
  title: (data: Data) => string;
}

const WORDS: Record<NotificationKind, Words> = {
  newToMe: { about: 'новые запросы', mailed: false, title: ({ count }) => `Новых запросов: ${count}` },
  delegated: { about: 'мне делегировали запрос', mailed: true, title: () => 'Вам делегирован запрос' },
  takenBack: { about: 'запрос забрали у\u00a0меня', mailed: false, title: () => 'Запрос забран у\u00a0вас' },
  returned: { about: 'ответ вернули на\u00a0доработку', mailed: true, title: () => 'Возвращено на\u00a0доработку' },
  prepared: { about: 'исполнитель подготовил ответ', mailed: false, title: () => 'Подготовлен ответ' },
  portalRefused: {
    about: 'портал не\u00a0принял ответ',
    mailed: true,
    bad: true,
    title: () => 'Портал не\u00a0принял ответ',
  },
  deadlineTomorrow: {
    about: 'срок завтра',
    mailed: false,
    title: ({ count }) => `Срок завтра: осталось отправить ${count}`,
  },
  deadlineToday: {
    about: 'срок сегодня',
    mailed: true,
    bad: true,
    title: ({ count }) => `Срок сегодня: осталось отправить ${count}`,
  },
  withdrawn: { about: 'запрос отозван', mailed: false, title: () => 'Запрос отозван, отвечать не\u00a0надо' },
  fileReady: {
    about: 'файл с\u00a0выгрузкой готов',
    mailed: false,
    title: ({ failed }) =>
      failed ? 'Файл с\u00a0выгрузкой не\u00a0получился' : 'Файл с\u00a0выгрузкой доступен для скачивания',
  },
  answersLoaded: {
    about: 'ответы из\u00a0файла загружены',
    mailed: false,
    title: ({ count, refused }) =>
      `Ответов из\u00a0файла загружено: ${count}${refused ? `, не\u00a0загружено: ${refused}` : ''}`,
  },
  toVerify: {
    about: '«Да» ждут подтверждения',
    mailed: true,
    title: ({ count }) => `Ждут подтверждения долга: ${count}`,
  },
  verifyLate: {
    about: '«Да» не\u00a0подтверждено, а\u00a0срок близко',
    mailed: true,
    bad: true,
    title: ({ count }) => `Долг не\u00a0подтверждён, а\u00a0срок сегодня или завтра: ${count}`,
  },
  debtRejected: {
    about: 'долг не\u00a0подтвердился',
    mailed: true,
    title: () => 'Долг не\u00a0подтвердился: ответ исправлен, проверьте и\u00a0отправьте',
  },
  caseEnded: {
    about: 'по\u00a0отправленному «Да» долга больше нет',
    mailed: true,
    bad: true,
    title: () =>
      'Ответ «существует» отправлен, а\u00a0долг погашен или решение отменено. Проверьте, нужно\u00a0ли исправить',
  },
  divisionTomorrow: {
    about: 'срок завтра, а\u00a0в\u00a0подразделении не\u00a0отправлено',
    mailed: true,
    title: ({ count }) => `Срок завтра, в\u00a0подразделении осталось отправить ${count}`,
  },
  organizationToday: {
    about: 'срок сегодня, а\u00a0в\u00a0организации не\u00a0отправлено',
    mailed: true,
    bad: true,
    title: ({ count }) => `Срок сегодня, в\u00a0организации осталось отправить ${count}`,
  },
  synced: {
    about: 'отчёт о\u00a0синхронизации по\u00a0расписанию',
    mailed: true,
    title: ({ received, changed, revoked }) =>
      `Синхронизация выполнена: получено ${received}, изменено ${changed}, отозвано ${revoked}`,
  },
  syncFailed: {
    about: 'синхронизация не\u00a0удалась',
    mailed: true,
    bad: true,
    title: ({ days, problem }) =>
      `Синхронизация не\u00a0удалась${Number(days) > 1 ? `, запросы не\u00a0получены уже ${days}\u00a0${plural(Number(days), 'день', 'дня', 'дней')}` : ''}: ${problem}`,
  },
  autoAnswered: {
    about: 'автоответ отправил ответы',
    mailed: true,
    title: ({ count, failed }) =>
      `Автоответ: отправлено ${count}${Number(failed) > 0 ? `, не\u00a0получилось ${failed}: ответьте на\u00a0них сами` : ''}`,
  },
  autoWaits: {
    about: 'автоответ ждёт и\u00a0не\u00a0отправляет',
    mailed: true,
    bad: true,
    title: ({ reason }) => `Автоответ ждёт: ${reason}`,
  },
  certificateEnds: {
    about: 'сертификат подписи скоро кончится',
    mailed: true,
    bad: true,
    title: ({ days, until }) =>
      `Сертификат подписи действует до\u00a0${formatDate(String(until))}, осталось ${days}\u00a0${plural(Number(days), 'день', 'дня', 'дней')}: без нового ответы уходить перестанут`,
  },
  autoTakenBack: {
    about: 'автоответ не\u00a0ушёл, нужен человек',
    mailed: true,
    bad: true,
    title: () => 'Автоответ не\u00a0отправлен: проверьте ответ и\u00a0отправьте сами',
  },
  unanswered: {
    about: 'запросы без ответа при первом входе за\u00a0день',
    mailed: false,
    title: ({ count, today }) => `Без ответа: ${count}, из\u00a0них со\u00a0сроком сегодня: ${today}`,
  },
};

/** Kinds that a person is told of now, for the choice of letters. */
export const CHOICES = [
  'newToMe',
  'delegated',
  'returned',
  'takenBack',
  'prepared',
  'portalRefused',
  'withdrawn',
  'fileReady',
  'answersLoaded',
  'toVerify',
  'verifyLate',
  'debtRejected',
  'caseEnded',
  'deadlineToday',
  'deadlineTomorrow',
  'divisionTomorrow',
  'organizationToday',
  'synced',
  'syncFailed',
  'autoAnswered',
  'autoWaits',
  'autoTakenBack',
  'certificateEnds',
] as const satisfies NotificationKind[];

export const aboutWhat = (kind: (typeof CHOICES)[number]): string => WORDS[kind].about;

/** Does this person want a letter about such notices? */
export const wantsLetter = (kind: string, choice: Record<string, boolean>): boolean =>
  choice[kind] ?? WORDS[kind as NotificationKind]?.mailed ?? false;

export interface NotificationWords {
  title: string;
  /** «Запрос № 1120262284052, срок 26.11.2026» */
  detail: string | null;
  bad: boolean;
}

/** A kind that this version does not know is told by its name rather than lost. */
export function notificationInWords(kind: string, data: Data): NotificationWords {
  const words = WORDS[kind as NotificationKind];
  const number = data.number ? `Запрос №\u00a0${data.number}` : null;
  const deadline = typeof data.deadline === 'string' ? `срок ${formatDate(data.deadline)}` : null;
  return {
    title: words ? words.title(data) : kind,
    detail: number && [number, deadline].filter(Boolean).join(', '),
    bad: words?.bad ?? false,
  };
}
