import type { Metadata } from 'next';
import { requirePerson } from '@/lib/auth/session';
import { formatDate } from '@/lib/calendar/format';
import { FILE_COLUMNS, type FileColumn, type FileKey, SAMPLE_ROWS } from '@/lib/debt-requests/exchange-file';
import { RequestsTabs } from '../../tabs';
import { ImportTabs } from '../import-tabs';

export const metadata: Metadata = { title: 'Пример файла' };

/** What tells a request, and what is filled in: the rest is in the file itself. */
const SHOWN: readonly FileKey[] = [
  'requestNumber',
  'address',
  'hasDebt',
  'comment',
  'lastName',
  'middleName',
  'firstName',
  'documents',
];

const WIDTHS: Partial<Record<FileKey, string>> = {
  requestNumber: 'w-[150px]',
  address: 'w-[200px]',
  hasDebt: 'w-[175px]',
  lastName: 'w-[130px]',
  middleName: 'w-[130px]',
  firstName: 'w-[120px]',
};

/** Invented answers as they are filled in. */
export default async function Sample() {
  const person = await requirePerson();
  const all: readonly FileColumn[] = FILE_COLUMNS;
  const columns = all.filter(({ key }) => SHOWN.includes(key as FileKey));
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Запросы о&nbsp;задолженности</h1>
      </div>
      <RequestsTabs person={person} current="import" />
      <div className="pad grid gap-3 py-3">
        <ImportTabs current="sample" />
        <p>
          Долга нет, долг есть у&nbsp;двух должников, ответа ещё нет. Здесь столбцы, по&nbsp;которым видно ответ;
          в&nbsp;файле их&nbsp;{FILE_COLUMNS.length}.
        </p>
        <p>
          <a className="btn" href="/api/debt-requests/answer-files/sample" download>
            Скачать пример
          </a>
        </p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Пример файла">
        <table className="rows tall">
          <caption className="sr">Пример файла</caption>
          <thead>
            <tr>
              {columns.map(({ key, title }) => (
                <th scope="col" key={key} title={title} className={WIDTHS[key as FileKey] ?? ''}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {SAMPLE_ROWS.map((row, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change
              <tr key={i}>
                {columns.map(({ key, date }) => (
                  <td key={key} className={key === 'requestNumber' || date ? 'num' : ''}>
                    {date ? formatDate(row[key as FileKey]) : row[key as FileKey]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </main>
  );
}
