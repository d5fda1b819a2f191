import type { Metadata } from 'next';
import Link from 'next/link';
import { Note } from '@/app/ui/note';
import { formatDate, formatDayMonth, formatTime } from '@/lib/calendar/format';
import { plural } from '@/lib/calendar/plural';
import {
  type Attention,
  allOf,
  BUCKETS,
  type Bucket,
  leftOf,
  queryOfCell,
  type Radar,
  type RadarDay,
  radarOf,
} from '@/lib/debt-requests/radar';
import { syncTime } from '@/lib/debt-requests/sync';
import { registryHref } from '../debt-requests/registry-href';
import { staffPage } from '../staff-page';
import { Automatic } from './automatic';
import { ANYBODY, capital, RadarTable } from './table';

export const metadata: Metadata = { title: 'Радар' };

/** What falls due today and on the next five working days, and how far it is. */
export default staffPage('Радар', async (person) => {
  const now = new Date();
  const [radar, syncAt] = await Promise.all([radarOf(person, now), syncTime(person)]);
  const today = radar.days[0]!;
  const empty = radar.days.every(({ counts }) => allOf(counts) === 0);
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Радар</h1>
        <p className="q2">
          {dayInWords(now)}, {formatTime(now)} по&nbsp;Москве
        </p>
        {!empty && <Legend />}
      </div>
      <div className="split">
        <div className="pad min-w-0 pt-2 pb-6">
          {leftOf(today.counts) > 0 && <Tonight day={today} />}
          {empty ? (
            <section className="empty">
              <h2>В&nbsp;ближайшие пять рабочих дней отвечать не&nbsp;на&nbsp;что</h2>
              <p className="q2 mt-1">
                Запросов со&nbsp;сроком по&nbsp;{formatDate(radar.days.at(-1)!.date)} нет. Новые запросы получаем
                с&nbsp;портала каждый день в&nbsp;{syncAt}.
              </p>
            </section>
          ) : (
            <RadarTable radar={radar} syncAt={syncAt} />
          )}
          <Below radar={radar} />
        </div>
        {await Automatic({ person, now })}
      </div>
    </main>
  );
});

const BUCKET_LABELS: Record<Bucket, string> = {
  new: 'Новый',
  work: 'В\u00a0работе',
  review: 'Ждёт проверки',
  ready: 'Готов к\u00a0отправке',
  sent: 'Отправлен',
};

function Legend() {
  return (
    <ul className="legend legend-w" aria-label="Обозначения">
      {BUCKETS.map((bucket) => (
        <li key={bucket}>
          <svg width="12" height="12" aria-hidden="true">
            <rect className={`c-${bucket}`} x=".5" y=".5" width="11" height="11" rx="2" />
          </svg>
          {BUCKET_LABELS[bucket]}
        </li>
      ))}
      <li>
        <i className="c-gap" />
        выходные
      </li>
    </ul>
  );
}

function Tonight({ day: { date, counts } }: { day: RadarDay }) {
  const left = leftOf(counts);
  const parts = [
    ['готово', counts.ready],
    ['на\u00a0проверке', counts.review],
    ['не\u00a0заполнено или возвращено', counts.new + counts.work],
  ] as const;
  const words = parts
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${what}\u00a0${count}`)
    .join(', ');
  return (
    <Note kind="warn" className="mb-4 flex flex-wrap justify-between gap-x-4 gap-y-1">
      <span>
        До&nbsp;24:00 надо отправить{' '}
        <b>
          {left}&nbsp;{plural(left, 'ответ', 'ответа', 'ответов')}
        </b>
        . {capital(words)}.
      </span>
      <Link href={registryHref(queryOfCell(ANYBODY, date, false))}>Показать</Link>
    </Note>
  );
}

/** What the table does not tell: how fast it usually goes, and what does not go by itself. */
function Below({ radar: { today, days, pace, attention } }: { radar: Radar }) {
  if (!pace && attention.length === 0) return null;
  return (
    <div className="below">
      {pace && (
        <section aria-labelledby="pace">
          <h2 id="pace">Темп</h2>
          <p className="q2">{paceInWords(pace)}</p>
        </section>
      )}
      {attention.length > 0 && (
        <section aria-labelledby="attention">
          <h2 id="attention">Требуют внимания</h2>
          <ul>
            {attention.map(({ what, date, count, query }) => (
              <li key={`${what} ${date}`}>
                <Link href={registryHref(query)} prefetch={false}>
                  {ATTENTION_LABELS[what]}
                  {date && date >= today && `, срок ${termInWords(date, days)}`}: {count}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

const ATTENTION_LABELS: Record<Attention['what'], string> = {
  failed: 'Ошибка отправки',
  unmatched: 'Не\u00a0сопоставлены',
  unassigned: 'Без исполнителя',
  expired: 'Просрочено за\u00a0последние сутки',
};

function termInWords(date: string, days: RadarDay[]): string {
  const words = days.find((day) => day.date === date)?.words;
  return words === 'сегодня' || words === 'завтра' ? words : formatDayMonth(date);
}

const average = new Intl.NumberFormat('ru', { maximumSignificantDigits: 2 });

function paceInWords({ average: usual, until, left }: NonNullable<Radar['pace']>): string {
  const before = `За\u00a0две недели в\u00a0среднем отправлено ответов в\u00a0рабочий день: ${average.format(usual)}.`;
  if (left === 0) return `${before} По\u00a0${formatDayMonth(until)} отправлять больше нечего.`;
  const enough = left <= 2 * usual ? 'обычным темпом успеваете' : 'это больше, чем обычно за\u00a0два дня';
  return `${before} По\u00a0${formatDayMonth(until)} включительно осталось отправить: ${left}\u00a0— ${enough}.`;
}

const wholeDay = new Intl.DateTimeFormat('ru', {
  timeZone: 'Europe/Moscow',
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

/** «Четверг, 19 ноября 2026» */
const dayInWords = (now: Date): string => capital(wholeDay.format(now).replace(/\s?г\.$/, ''));
