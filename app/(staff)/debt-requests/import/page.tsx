import type { Metadata } from 'next';
import Link from 'next/link';
import { Note } from '@/app/ui/note';
import { Pager } from '@/app/ui/pager';
import { formatMoment } from '@/lib/calendar/format';
import { type AnswerFileListRow, FILES_PAGE, listAnswerFiles, mayLoadAnswers } from '@/lib/debt-requests/answer-files';
import { Refresh } from '../../exchange/refresh';
import { ChooseFile } from '../../imports/choose-file';
import { pageOf } from '../../page-of';
import { staffPage } from '../../staff-page';
import { RequestsTabs } from '../tabs';
import { ImportTabs } from './import-tabs';

export const metadata: Metadata = { title: 'Загрузить из\u00a0файла' };

/** The choice of the file and the list of the manual (line 472). */
export default staffPage('Запросы о\u00a0задолженности', async (person, params) => {
  const { rows, total, page } = await listAnswerFiles(person, pageOf(params));
  const now = new Date();
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Запросы о&nbsp;задолженности</h1>
      </div>
      {await RequestsTabs({ person, current: 'import' })}
      {rows.some(({ state }) => state === 'checking' || state === 'applying') && <Refresh seconds={2} />}
      <div className="pad grid gap-3 py-3">
        <ImportTabs current="files" />
        {mayLoadAnswers(person) ? (
          <>
            <p>
              Файл .xlsx до&nbsp;5&nbsp;МБ. Сначала покажем, что изменится; без вашего согласия ничего не&nbsp;запишем.
              Тот&nbsp;же файл можно загружать повторно.
            </p>
            <ChooseFile
              url="/api/debt-requests/answer-files"
              next="/debt-requests/import"
              sample={{ href: '/api/debt-requests/answer-files/sample', label: 'Скачать пример' }}
            />
          </>
        ) : (
          <Note kind="warn">Ответы из&nbsp;файла загружают исполнители и&nbsp;руководители.</Note>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Загруженные файлы">
        {rows.length === 0 ? (
          <p className="pad q2 py-4">Файлов ещё не&nbsp;было.</p>
        ) : (
          <table className="rows tall">
            <caption className="sr">Загруженные файлы</caption>
            <thead>
              <tr>
                <th scope="col" className="w-[48px]">
                  №
                </th>
                <th scope="col">Название файла</th>
                <th scope="col" className="w-[100px]">
                  Способ загрузки
                </th>
                <th scope="col" className="w-[140px]">
                  Сотрудник
                </th>
                <th scope="col" className="w-[110px]">
                  Загружен
                </th>
                <th scope="col" className="w-[110px]">
                  Статус
                </th>
                <th scope="col" className="w-[110px]">
                  Обработан
                </th>
                <th scope="col" className="w-[210px]">
                  Результат
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td className="num q">{row.number}</td>
                  <td>
                    {row.mine ? <Link href={`/debt-requests/import/${row.id}`}>{row.fileName}</Link> : row.fileName}
                  </td>
                  <td>вручную</td>
                  <td>{row.employee}</td>
                  <td className="num">{formatMoment(row.startedAt, now)}</td>
                  <td>{STATES[row.state]}</td>
                  <td className="num">{row.finishedAt && formatMoment(row.finishedAt, now)}</td>
                  <td>{resultOf(row)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <footer className="foot">
        <span>Файлы с&nbsp;результатом хранятся неделю.</span>
        <Pager
          total={total}
          page={page}
          size={FILES_PAGE}
          href={(number) => `/debt-requests/import${number > 1 ? `?page=${number}` : ''}`}
        />
      </footer>
    </main>
  );
});

const STATES: Record<AnswerFileListRow['state'], string> = {
  checking: 'читается',
  checked: 'ждёт решения',
  applying: 'загружается',
  done: 'загружен',
  failed: 'не прочитан',
  cancelled: 'не загружен',
};

function resultOf({ counts, refusal }: AnswerFileListRow): string | null {
  if (!counts) return refusal;
  const left = counts.refused + counts.bad;
  return `загружено ответов: ${counts.done}${left > 0 ? `, не\u00a0загружено: ${left}` : ''}`;
}
