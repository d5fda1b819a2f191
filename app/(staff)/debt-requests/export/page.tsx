import type { Metadata } from 'next';
import { Pager } from '@/app/ui/pager';
import { Progress } from '@/app/ui/progress';
import { formatMoment } from '@/lib/calendar/format';
import { EXPORTS_PAGE, type ExportRow, listExports } from '@/lib/debt-requests/exports';
import { listAssignees, listDivisions } from '@/lib/debt-requests/registry';
import { Refresh } from '../../exchange/refresh';
import { pageOf } from '../../page-of';
import { staffPage } from '../../staff-page';
import { RequestsTabs } from '../tabs';
import { ExportForm } from './export-form';

export const metadata: Metadata = { title: 'Скачать файл' };

/** The form of the manual, and the files that were built for this person. */
export default staffPage('Запросы о\u00a0задолженности', async (person, params) => {
  const [{ rows, total, page }, divisions, assignees] = await Promise.all([
    listExports(person, pageOf(params)),
    listDivisions(person),
    listAssignees(person),
  ]);
  const now = new Date();
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Запросы о&nbsp;задолженности</h1>
      </div>
      {await RequestsTabs({ person, current: 'export' })}
      {rows.some(({ state }) => state === 'building') && <Refresh seconds={1} />}
      <ExportForm divisions={divisions} assignees={assignees} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Список выгрузок">
        {rows.length === 0 ? (
          <p className="pad q2 py-4">Выгрузок ещё нет. В&nbsp;файле будут только те запросы, которые видите вы.</p>
        ) : (
          <table className="rows tall">
            <caption className="sr">Список выгрузок</caption>
            <thead>
              <tr>
                <th scope="col" className="w-[48px]">
                  №
                </th>
                <th scope="col" className="w-[140px]">
                  По&nbsp;подразделению
                </th>
                <th scope="col" className="w-[190px]">
                  За&nbsp;период
                </th>
                <th scope="col" className="w-[115px]">
                  Всего записей
                </th>
                <th scope="col" className="w-[110px]">
                  Создана
                </th>
                <th scope="col" className="w-[110px]">
                  Закончена
                </th>
                <th scope="col" className="w-[150px]">
                  Ошибка
                </th>
                <th scope="col">Файл</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td className="num q">{row.number}</td>
                  <td>{row.division ?? 'все'}</td>
                  <td className="num">{row.about}</td>
                  <td className="num">{row.total?.toLocaleString('ru')}</td>
                  <td className="num">{formatMoment(row.startedAt, now)}</td>
                  <td className="num">{row.finishedAt && formatMoment(row.finishedAt, now)}</td>
                  <td className="bad">{row.error}</td>
                  <td>
                    <FileOf row={row} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <footer className="foot">
        <span>Файлы хранятся неделю.</span>
        <Pager
          total={total}
          page={page}
          size={EXPORTS_PAGE}
          href={(number) => `/debt-requests/export${number > 1 ? `?page=${number}` : ''}`}
        />
      </footer>
    </main>
  );
});

function FileOf({ row }: { row: ExportRow }) {
  switch (row.state) {
    case 'building':
      return (
        <span role="status">
          <Progress share={row.total ? row.done / row.total : null} label="Выгрузка" />{' '}
          {row.total === null
            ? 'Собираем файл…'
            : `${row.done.toLocaleString('ru')} из\u00a0${row.total.toLocaleString('ru')}`}
        </span>
      );
    case 'done':
      return row.parts === 1 ? (
        <a href={`/api/debt-requests/exports/${row.id}`} download>
          Скачать файл
        </a>
      ) : (
        <>
          Скачать файлы:{' '}
          {Array.from({ length: row.parts }, (_, i) => i + 1).map((part) => (
            <span key={part}>
              {part > 1 && ', '}
              <a
                href={`/api/debt-requests/exports/${row.id}?part=${part}`}
                download
                aria-label={`Скачать файл ${part}`}
              >
                {part}
              </a>
            </span>
          ))}
        </>
      );
    case 'failed':
      return null;
    case 'deleted':
      return <span className="q2">удалён</span>;
  }
}
