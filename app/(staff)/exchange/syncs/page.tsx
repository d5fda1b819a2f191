import type { Metadata } from 'next';
import Link from 'next/link';
import { Button } from '@/app/ui/button';
import { KeptScroll } from '@/app/ui/kept-scroll';
import type { Shape } from '@/app/ui/sprite';
import { StatusMark } from '@/app/ui/status-mark';
import { formatMoment, formatTime } from '@/lib/calendar/format';
import { realDate } from '@/lib/debt-requests/registry-query';
import { latestSync, listSyncs, type SyncCause, type SyncView, syncTime } from '@/lib/debt-requests/sync';
import { ReceivingHead } from '../../receiving';
import { receivingView } from '../../receiving-view';
import { staffPage } from '../../staff-page';
import { Tabs } from '../tabs';

export const metadata: Metadata = { title: 'Предыдущие синхронизации' };

const STATES: Record<SyncView['state'], { shape: Shape; label: string }> = {
  running: { shape: 'sending', label: 'Идёт' },
  done: { shape: 'answered', label: 'Выполнена' },
  failed: { shape: 'send_failed', label: 'Не\u00a0удалась' },
  stopped: { shape: 'revoked', label: 'Прервана' },
};

const CAUSES: Record<SyncCause, string> = {
  manual: 'вручную',
  schedule: 'по\u00a0расписанию',
  again: 'повтор после неудачи',
  login: 'при входе',
  sending: 'перед отправкой',
  autoAnswer: 'перед автоответом',
};

export default staffPage('Обмен с\u00a0ГИС\u00a0ЖКХ', async (person, params) => {
  const now = new Date();
  const [from, to] = [realDate(String(params.from ?? '')), realDate(String(params.to ?? ''))];
  const [runs, latest, syncAt] = await Promise.all([
    listSyncs(person, 100, { from, to }),
    latestSync(person),
    syncTime(person),
  ]);
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <ReceivingHead title="Обмен с&nbsp;ГИС&nbsp;ЖКХ" initial={receivingView(latest, now)} syncAt={syncAt} />
      <Tabs current="syncs" />
      <form className="pad flex flex-wrap items-end gap-3 py-2" aria-label="Синхронизации за&nbsp;период">
        <label className="f">
          <span className="l">С</span>
          <input className="in num" type="date" name="from" defaultValue={from ?? ''} />
        </label>
        <label className="f">
          <span className="l">По</span>
          <input className="in num" type="date" name="to" defaultValue={to ?? ''} />
        </label>
        <Button type="submit">Показать</Button>
      </form>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Предыдущие синхронизации">
        <KeptScroll />
        {runs.length === 0 ? (
          <div className="empty">
            <h2>{from || to ? 'За\u00a0эти дни синхронизаций не\u00a0было' : 'Синхронизаций ещё не\u00a0было'}</h2>
          </div>
        ) : (
          <table className="rows tall">
            <caption className="sr">Синхронизации, сначала новые</caption>
            <colgroup>
              <col className="x-button" />
              <col className="x-state" />
              <col className="x-state" />
              <col className="x-count" />
              <col className="x-count" />
              <col className="x-count" />
              <col className="x-count" />
              <col className="x-count" />
              <col />
            </colgroup>
            <thead>
              <tr>
                <th scope="col" aria-sort="descending">
                  Начата ↓
                </th>
                <th scope="col">Почему</th>
                <th scope="col">Состояние</th>
                <th scope="col">Страниц</th>
                <th scope="col">Получено</th>
                <th scope="col">Изменено</th>
                <th scope="col">Без изменений</th>
                <th scope="col">Отозвано</th>
                <th scope="col">Результат</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <tr key={run.id}>
                  <td className="num">
                    <Link href={`/exchange/syncs/${run.id}`}>{formatMoment(run.startedAt, now)}</Link>
                    {run.finishedAt && `–${formatTime(run.finishedAt)}`}
                  </td>
                  <td>{CAUSES[run.cause]}</td>
                  <td>
                    <StatusMark {...STATES[run.state]} />
                  </td>
                  <td className="num">{run.pages}</td>
                  <td className="num">{run.received}</td>
                  <td className="num">{run.changed}</td>
                  <td className="num">{run.unchanged}</td>
                  <td className="num">{run.revoked}</td>
                  <td>
                    {run.errorCode && <b className="num">{run.errorCode}</b>} {run.errorText}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </main>
  );
});
