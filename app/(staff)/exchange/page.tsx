import type { Metadata } from 'next';
import Link from 'next/link';
import { KeptScroll } from '@/app/ui/kept-scroll';
import { Note } from '@/app/ui/note';
import { Pager } from '@/app/ui/pager';
import { StatusMark } from '@/app/ui/status-mark';
import { formatDate, formatMoment, formatMomentInWords, formatMomentShort, formatTime } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { plural } from '@/lib/calendar/plural';
import type { CalendarAdditions } from '@/lib/calendar/working-days';
import { latestSync, syncTime } from '@/lib/debt-requests/sync';
import {
  EXCHANGE_STATES,
  type ExchangeRow,
  type ExchangeState,
  keyStatus,
  listExchanges,
  type WaitingItem,
} from '@/lib/exchange/journal';
import { ownCalendar } from '@/lib/staff/calendar';
import { ReceivingHead } from '../receiving';
import { countsOf, receivingView } from '../receiving-view';
import { staffPage } from '../staff-page';
import { Vital } from '../vital';
import { operationInWords, resultInWords, STATE_LABELS, stateInWords } from './exchange-words';
import { Items } from './items';
import { Refresh } from './refresh';
import { RetryButton } from './retry-button';
import { Tabs } from './tabs';

export const metadata: Metadata = { title: 'Обмен с\u00a0ГИС\u00a0ЖКХ' };

/** A worker writes its heartbeat more often; silence for so long means that it stands. */
const HEARTBEAT_MS = 90_000;
/** As many as `listExchanges` gives. */
const EXCHANGE_PAGE_SIZE = 50;
const FILTERS: ExchangeState[] = ['queued', 'acknowledged', 'unknown', 'refused', 'done'];

export default staffPage('Обмен с\u00a0ГИС\u00a0ЖКХ', async (person, params) => {
  const state = EXCHANGE_STATES.find((known) => known === params.state);
  const asked = Number(params.page);
  const page = Number.isInteger(asked) && asked > 0 && asked <= 100_000 ? asked : 1;
  const now = new Date();
  const [{ rows, total, waiting, waitingTotal }, sync, syncAt, key, calendar] = await Promise.all([
    listExchanges(person, { page, state }),
    latestSync(person),
    syncTime(person),
    keyStatus(),
    ownCalendar(person),
  ]);
  const moving = waitingTotal > 0 || rows.some((row) => ['queued', 'submitting', 'acknowledged'].includes(row.state));
  const href = (target: number) => {
    const query = new URLSearchParams({
      ...(state && { state }),
      ...(target > 1 && { page: String(target) }),
    }).toString();
    return query ? `/exchange?${query}` : '/exchange';
  };

  return (
    <main className="main list" id="main" tabIndex={-1}>
      <ReceivingHead title="Обмен с&nbsp;ГИС&nbsp;ЖКХ" initial={receivingView(sync, now)} syncAt={syncAt} />
      <Refresh seconds={moving ? 3 : 20} />
      <Tabs current="messages" />
      {key.problem && (
        <div className="pad pt-3 pb-1">
          <Note kind="bad" alert>
            <b>Подписывать сообщения нельзя.</b> {key.problem} Реестр и&nbsp;ответы работают, но&nbsp;на&nbsp;портал
            ничего не&nbsp;уходит, пока это не&nbsp;исправит администратор.
          </Note>
        </div>
      )}
      <dl className="vitals">
        <WorkerVital heartbeatAt={key.heartbeatAt} now={now} />
        <Vital
          title="Синхронизация"
          shape={sync?.state === 'done' ? 'answered' : sync?.state === 'failed' ? 'send_failed' : 'in_progress'}
          label={
            sync
              ? sync.state === 'running'
                ? 'Идёт'
                : capital(formatMomentInWords(sync.finishedAt ?? sync.startedAt, now))
              : 'Ещё не\u00a0выполнялась'
          }
        >
          {sync && (sync.state === 'failed' ? 'не\u00a0удалась' : countsOf(sync))}
        </Vital>
        <Vital
          title="Ответы в&nbsp;очереди"
          shape={waitingTotal > 0 ? 'in_progress' : 'answered'}
          label={
            waitingTotal > 0
              ? `${waitingTotal}\u00a0${plural(waitingTotal, 'ответ', 'ответа', 'ответов')}`
              : 'Очередь пуста'
          }
        >
          {waitingTotal > 0 && 'уйдут сами'}
        </Vital>
        <KeyVital problem={key.problem} validUntil={key.validUntil} now={now} />
      </dl>
      {waiting.length > 0 && <Waiting items={waiting} total={waitingTotal} />}
      <div className="acts pt-2">
        <nav className="seg flex-wrap" aria-label="Состояние">
          <Link href="/exchange" aria-current={state ? undefined : 'true'}>
            Все
          </Link>
          {FILTERS.map((option) => (
            <Link key={option} href={`/exchange?state=${option}`} aria-current={option === state ? 'true' : undefined}>
              {STATE_LABELS[option]}
            </Link>
          ))}
        </nav>
      </div>
      {/* a scrolled region must be reachable by keyboard */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Сообщения обмена">
        <KeptScroll />
        {rows.length === 0 ? (
          <div className="empty">
            <h2>{state ? 'Таких сообщений нет' : 'Сообщений ещё не\u00a0было'}</h2>
            <p className="q2 mt-1">
              {state ? (
                <Link href="/exchange">Показать все</Link>
              ) : (
                'Здесь будет каждое сообщение, которое ушло на\u00a0портал, и\u00a0то, что он ответил.'
              )}
            </p>
          </div>
        ) : (
          <table className="rows tall">
            <caption className="sr">Сообщения обмена, сначала новые</caption>
            <colgroup>
              <col className="x-time" />
              <col className="x-operation" />
              <col className="x-state" />
              <col />
              <col className="x-button" />
            </colgroup>
            <thead>
              <tr>
                <th scope="col" aria-sort="descending">
                  Время ↓
                </th>
                <th scope="col">Операция</th>
                <th scope="col">Состояние</th>
                <th scope="col">Результат</th>
                <th scope="col">
                  <span className="sr">Действие</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <MessageRow key={row.id} row={row} now={now} calendar={calendar} />
              ))}
            </tbody>
          </table>
        )}
      </section>
      <footer className="foot">
        <span>Точный текст сообщений и&nbsp;ответов портала открывается администратору.</span>
        <Pager total={total} page={page} size={EXCHANGE_PAGE_SIZE} href={href} />
      </footer>
    </main>
  );
});

function MessageRow({ row, now, calendar }: { row: ExchangeRow; now: Date; calendar: CalendarAdditions }) {
  const { shape, label, hint } = stateInWords(row);
  const result = resultInWords(row);
  return (
    <tr>
      <td className="num">{formatMomentShort(row.createdAt, now)}</td>
      <td>
        <Link href={`/exchange/${row.id}`}>{operationInWords(row)}</Link>
      </td>
      <td>
        <StatusMark shape={shape} label={label} />
        {hint && <span className="q2 block pl-5">{hint}</span>}
      </td>
      <td>
        {result && <p>{result}</p>}
        {row.errorText && (
          <p>
            {row.errorCode && <b className="num">{row.errorCode}</b>} {row.errorText}
          </p>
        )}
        {row.items.length > 0 && <Items items={row.items} now={now} calendar={calendar} limit={5} />}
      </td>
      <td className="text-right">
        {row.canRetry && (
          <RetryButton id={row.id} label={row.state === 'acknowledged' ? 'Проверить сейчас' : 'Повторить сейчас'} />
        )}
      </td>
    </tr>
  );
}

/** Answers that no message carries yet: they wait for the sync, the key, or the time of the next attempt. */
function Waiting({ items, total }: { items: WaitingItem[]; total: number }) {
  return (
    <section className="pad py-3" aria-labelledby="waiting">
      <div className="sec-h">
        <h2 id="waiting">Ждут отправки: {total}</h2>
        <RetryButton id={null} label="Отправить сейчас" />
      </div>
      <ul>
        {items.slice(0, 5).map((item) => (
          <li key={item.requestId}>
            <Link href={`/debt-requests/${item.requestId}`}>
              Запрос №&nbsp;<span className="num">{item.requestNumber}</span>
            </Link>
            <span className="q2">
              , срок {formatDate(item.responseDate)}
              {item.attempt > 1 && `, попытка ${item.attempt} в\u00a0${formatTime(item.nextAt)}`}
              {item.errorText && `: ${item.errorText}`}
            </span>
          </li>
        ))}
        {total > 5 && <li className="q2">и ещё {total - 5}</li>}
      </ul>
    </section>
  );
}

function WorkerVital({ heartbeatAt, now }: { heartbeatAt: Date | null; now: Date }) {
  const alive = heartbeatAt && now.getTime() - heartbeatAt.getTime() < HEARTBEAT_MS;
  return alive ? (
    <Vital title="Обработка сообщений" shape="answered" label="Работает" />
  ) : (
    <Vital title="Обработка сообщений" shape="send_failed" label="Стоит">
      {heartbeatAt ? `с\u00a0${formatMoment(heartbeatAt, now)}, сообщите администратору` : 'ещё не\u00a0запускалась'}
    </Vital>
  );
}

function KeyVital({ problem, validUntil, now }: { problem: string | null; validUntil: Date | null; now: Date }) {
  const title = 'Сертификат подписи';
  if (problem) return <Vital title={title} shape="send_failed" label="Подписать нельзя" />;
  if (!validUntil) return <Vital title={title} shape="in_progress" label="Не\u00a0проверен" />;
  const days = Math.floor((validUntil.getTime() - now.getTime()) / 86_400_000);
  return (
    <Vital
      title={title}
      shape={days < 30 ? 'rework' : 'answered'}
      label={`До\u00a0${formatDate(moscowToday(validUntil))}`}
    >
      осталось {days}&nbsp;{plural(days, 'день', 'дня', 'дней')}
    </Vital>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
