import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { ListAddress } from '@/app/ui/address';
import { KeptScroll } from '@/app/ui/kept-scroll';
import { Note } from '@/app/ui/note';
import { Pager } from '@/app/ui/pager';
import { Icon } from '@/app/ui/sprite';
import { StatusMark } from '@/app/ui/status-mark';
import { requirePerson } from '@/lib/auth/session';
import { formatMomentInWords } from '@/lib/calendar/format';
import { getSync, RESULT_PAGE, stopSyncSchema, syncResults } from '@/lib/debt-requests/sync';
import { STATUS_LABELS } from '@/lib/debt-requests/workflow';
import { pageOf } from '../../../page-of';
import { receivingView } from '../../../receiving-view';
import { Refresh } from '../../refresh';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export const metadata: Metadata = { title: 'Что получено' };

/** What a receiving did to one request: the steps of history that it writes. */
const RESULTS: Record<string, string> = {
  received: 'Получен',
  refreshed: 'Изменён на\u00a0портале',
  withdrawn: 'Отозван соцзащитой',
  reappeared: 'Снова на\u00a0портале',
  expire: 'Срок ответа истёк',
  deadlineMoved: 'Перенесён крайний срок',
  answeredElsewhere: 'Ответ размещён не\u00a0через «Отклик»',
  revokedElsewhere: 'Ответ отозван не\u00a0через «Отклик»',
};

/** The result window of a receiving: every request that it brought or changed (1С lines 1076–1094). */
export default async function SyncResult({ params, searchParams }: Props) {
  const person = await requirePerson();
  const asked = stopSyncSchema.safeParse(await params);
  if (!asked.success) notFound();
  const { id } = asked.data;
  const [sync, results] = await Promise.all([getSync(person, id), syncResults(person, id, pageOf(await searchParams))]);
  if (!sync || !results) notFound();
  const { page } = results;
  const now = new Date();
  const view = receivingView(sync, now)!;
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <Link className="btn quiet sm flush" href="/exchange/syncs">
          <Icon name="left" /> Предыдущие синхронизации
        </Link>
        <h1>Получение запросов</h1>
        <p className="sync">
          Начато {formatMomentInWords(sync.startedAt, now)}
          {sync.finishedAt && (
            <>
              <br />
              Закончено {formatMomentInWords(sync.finishedAt, now)}
            </>
          )}
        </p>
      </div>
      {view.running && <Refresh seconds={3} />}
      <div className="pad" role="status">
        {view.failure ? (
          <Note kind="bad" className="mb-2">
            <b>Получить запросы не&nbsp;удалось.</b> Ответ портала:
            <span className="verbatim mt-1">
              {view.failure.code && <b className="num">{view.failure.code}</b>} {view.failure.text}
            </span>
          </Note>
        ) : (
          <Note kind={view.running ? 'info' : 'plain'} className="mb-2">
            {view.running ? `Получаем запросы. ${view.progress}` : view.result} Без изменений: {sync.unchanged}.
          </Note>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Результат по&nbsp;каждому запросу">
        <KeptScroll />
        {results.total === 0 ? (
          <div className="empty">
            <h2>Нового и&nbsp;изменённого нет</h2>
          </div>
        ) : (
          <table className="rows tall">
            <caption className="sr">Результат по&nbsp;каждому запросу</caption>
            <colgroup>
              <col className="c-n" />
              <col className="c-number" />
              <col className="x-address" />
              <col />
              <col className="x-state" />
            </colgroup>
            <thead>
              <tr>
                <th scope="col">№</th>
                <th scope="col">Номер запроса</th>
                <th scope="col">Адрес, помещение</th>
                <th scope="col">Результат</th>
                <th scope="col">Статус сейчас</th>
              </tr>
            </thead>
            <tbody>
              {results.rows.map((row, i) => (
                // one receiving may do two things to one request
                <tr key={`${row.requestId} ${row.action}`}>
                  <td className="num q">{(page - 1) * RESULT_PAGE + i + 1}</td>
                  <td className="no num">
                    <Link href={`/debt-requests/${row.requestId}`} prefetch={false}>
                      {row.requestNumber}
                    </Link>
                  </td>
                  <td>
                    <ListAddress address={row.address} premises={row.addressDetails} />
                  </td>
                  <td>{RESULTS[row.action] ?? row.action}</td>
                  <td>
                    <StatusMark shape={row.status} label={STATUS_LABELS[row.status]} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <footer className="foot">
        <Pager
          total={results.total}
          page={page}
          size={RESULT_PAGE}
          href={(target) => `/exchange/syncs/${id}?page=${target}`}
        />
      </footer>
    </main>
  );
}
