import type { Metadata } from 'next';
import { requirePerson } from '@/lib/auth/session';
import { formatMoment } from '@/lib/calendar/format';
import { type ExportRow, listExports } from '@/lib/debt-requests/exports';
import { listAssignees, listDivisions } from '@/lib/debt-requests/registry';
import { Refresh } from '../../exchange/refresh';
import { RequestsTabs } from '../tabs';
import { ExportForm } from './export-form';

export const metadata: Metadata = { title: 'Скачать файл' };

/** The form of the manual, and the files that were built for this person. */
export default async function Exports() {
  const person = await requirePerson();
  const [rows, divisions, assignees] = await Promise.all([
    listExports(person),
    listDivisions(person),
    listAssignees(person),
  ]);
  const now = new Date();
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Запросы о&nbsp;задолженности</h1>
      </div>
      <RequestsTabs person={person} current="export" />
      {rows.some(({ state }) => state === 'building') && <Refresh seconds={2} />}
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
                <th scope="col" className="w-[60px]">
                  №
                </th>
                <th scope="col" className="w-[240px]">
                  За&nbsp;период
                </th>
                <th scope="col" className="w-[140px]">
                  Всего записей
                </th>
                <th scope="col" className="w-[180px]">
                  Создана
                </th>
                <th scope="col">Файл</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, i) => (
                <tr key={row.id}>
                  <td className="num q">{rows.length - i}</td>
                  <td className="num">{row.about}</td>
                  <td className="num">{row.total}</td>
                  <td className="num">{formatMoment(row.startedAt, now)}</td>
                  <td>
                    <FileOf row={row} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </main>
  );
}

function FileOf({ row }: { row: ExportRow }) {
  switch (row.state) {
    case 'building':
      return <span role="status">Собираем файл…</span>;
    case 'done':
      return (
        <a href={`/api/debt-requests/exports/${row.id}`} download>
          Скачать файл
        </a>
      );
    case 'failed':
      return <span className="bad">{row.error}</span>;
    case 'deleted':
      return <span className="q2">удалён: файлы хранятся неделю</span>;
  }
}
