import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { ListAddress } from '@/app/ui/address';
import { KeptScroll } from '@/app/ui/kept-scroll';
import { Pager } from '@/app/ui/pager';
import { Icon, type Shape } from '@/app/ui/sprite';
import { StatusMark } from '@/app/ui/status-mark';
import { requirePerson } from '@/lib/auth/session';
import { formatMomentInWords } from '@/lib/calendar/format';
import {
  type BulkAction,
  type BulkResultRow,
  bulkIdSchema,
  bulkResults,
  getBulk,
  RESULT_PAGE,
} from '@/lib/debt-requests/bulk';
import { STATUS_LABELS } from '@/lib/debt-requests/workflow';
import { Refresh } from '../../../exchange/refresh';
import { pageOf } from '../../../page-of';
import { BulkNote } from '../../bulk-progress';
import { bulkWork } from '../../bulk-work';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export const metadata: Metadata = { title: 'Результат по\u00a0каждому запросу' };

const TITLES: Record<BulkAction, string> = {
  send: 'Отправка ответов',
  markReady: 'Отметка «Готов к\u00a0отправке»',
  fill: 'Заполнение ответов',
  fillNo: 'Заполнение «отсутствует»',
  delegate: 'Делегирование',
  returnForRework: 'Возврат на\u00a0доработку',
};

/** The result window of a mass work: what became of every request, refused ones first. */
/** What a refused row says, in the form of «запрос». */
const NOT_DONE: Record<BulkAction, string> = {
  send: 'Не\u00a0отправлен',
  markReady: 'Не\u00a0отмечен',
  fill: 'Не\u00a0заполнен',
  fillNo: 'Не\u00a0заполнен',
  delegate: 'Не\u00a0делегирован',
  returnForRework: 'Не\u00a0возвращён',
};

export default async function BulkResult({ params, searchParams }: Props) {
  const person = await requirePerson();
  const asked = bulkIdSchema.safeParse(await params);
  if (!asked.success) notFound();
  const { id } = asked.data;
  const [bulk, results] = await Promise.all([getBulk(person, id), bulkResults(person, id, pageOf(await searchParams))]);
  if (!bulk || !results) notFound();
  const { page } = results;
  const now = new Date();
  const work = bulkWork(bulk);
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <Link className="btn quiet sm flush" href="/debt-requests">
          <Icon name="left" /> Реестр
        </Link>
        <h1>{TITLES[bulk.action]}</h1>
        <p className="sync">Начата {formatMomentInWords(bulk.startedAt, now)}</p>
      </div>
      {work.live && <Refresh seconds={3} />}
      <div className="pad" role="status">
        <BulkNote work={work} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Результат по&nbsp;каждому запросу">
        <KeptScroll />
        <table className="rows tall">
          <caption className="sr">Результат по&nbsp;каждому запросу, сначала то, что не&nbsp;получилось</caption>
          <colgroup>
            <col className="c-n" />
            <col className="c-number" />
            <col className="x-address" />
            <col className="x-state" />
            <col />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">№</th>
              <th scope="col">Номер запроса</th>
              <th scope="col">Адрес, помещение</th>
              <th scope="col">Результат</th>
              <th scope="col">Подробно</th>
            </tr>
          </thead>
          <tbody>
            {results.rows.map((row, i) => (
              <tr key={row.requestId}>
                <td className="num q">{(page - 1) * RESULT_PAGE + i + 1}</td>
                <td className="no num">
                  <Link href={`/debt-requests/${row.requestId}`} prefetch={false}>
                    {row.requestNumber}
                  </Link>
                </td>
                <td>
                  <ListAddress address={row.address} premises={row.addressDetails} />
                </td>
                <td>
                  <StatusMark {...outcomeOf(bulk.action, row)} />
                </td>
                <td>
                  {row.state === 'refused' ? row.reason : null}
                  {row.state === 'done' && row.portalText && (
                    <>
                      {row.portalCode && <b className="num">{row.portalCode}</b>} {row.portalText}
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <footer className="foot">
        <Pager
          total={results.total}
          page={page}
          size={RESULT_PAGE}
          href={(target) => `/debt-requests/bulk/${id}?page=${target}`}
        />
      </footer>
    </main>
  );
}

function outcomeOf(action: BulkAction, row: BulkResultRow): { shape: Shape; label: string } {
  switch (row.state) {
    case 'waiting':
      return { shape: 'new', label: 'Ждёт очереди' };
    case 'stopped':
      return { shape: 'revoked', label: 'Не\u00a0тронут' };
    case 'refused':
      return { shape: 'send_failed', label: NOT_DONE[action] };
    case 'done':
      return { shape: row.status, label: STATUS_LABELS[row.status] };
  }
}
