import type { Metadata } from 'next';
import { requirePerson } from '@/lib/auth/session';
import { FILE_COLUMNS, type FileColumn, FORMAT_RULES } from '@/lib/debt-requests/exchange-file';
import { RequestsTabs } from '../../tabs';
import { ImportTabs } from '../import-tabs';

export const metadata: Metadata = { title: 'Формат файла' };

/** What each column of the exchange file holds, from the definition that writes and reads it. */
export default async function Format() {
  const person = await requirePerson();
  const columns: readonly FileColumn[] = FILE_COLUMNS;
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Запросы о&nbsp;задолженности</h1>
      </div>
      <RequestsTabs person={person} current="import" />
      <div className="pad grid gap-3 py-3">
        <ImportTabs current="format" />
        {FORMAT_RULES.map((rule) => (
          <p key={rule}>{rule}</p>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Столбцы файла">
        <table className="rows tall">
          <caption className="sr">Столбцы файла</caption>
          <thead>
            <tr>
              <th scope="col" className="w-[60px]">
                №
              </th>
              <th scope="col" className="w-[340px]">
                Столбец
              </th>
              <th scope="col" className="w-[150px]">
                Кто заполняет
              </th>
              <th scope="col">Что в&nbsp;нём</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column, i) => (
              <tr key={column.key}>
                <td className="num q">{i + 1}</td>
                <td>{column.title}</td>
                <td>{column.answer ? 'сотрудник' : 'программа'}</td>
                <td>{column.hint}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </main>
  );
}
