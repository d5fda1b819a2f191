import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Note } from '@/app/ui/note';
import { Pager } from '@/app/ui/pager';
import { Progress } from '@/app/ui/progress';
import { Icon } from '@/app/ui/sprite';
import type { AnswerFileCounts } from '@/db/schema/imports';
import { requirePerson } from '@/lib/auth/session';
import { moscowToday } from '@/lib/calendar/moscow';
import { plural } from '@/lib/calendar/plural';
import {
  type AnswerFileView,
  FILE_ROWS_PAGE,
  FILE_SHOWS,
  type FileShow,
  getAnswerFile,
  listFileRows,
} from '@/lib/debt-requests/answer-files';
import { UUID } from '@/lib/debt-requests/registry-query';
import { sendingObstacle } from '@/lib/debt-requests/transition';
import { Refresh } from '../../../exchange/refresh';
import { pageOf } from '../../../page-of';
import { Decision } from './decision';
import { FileRows } from './file-rows';
import { SendLoaded } from './send-loaded';

export const metadata: Metadata = { title: 'Ответы из\u00a0файла' };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** What a file would change, row by row, and the choice; then what it has changed. */
export default async function AnswerFile({ params, searchParams }: Props) {
  const person = await requirePerson();
  const { id } = await params;
  const asked = await searchParams;
  const file = UUID.test(id) ? await getAnswerFile(person, id) : null;
  if (!file) notFound();
  const show = FILE_SHOWS.find((one) => one === asked.show) ?? 'all';
  const list = file.hasRows ? await listFileRows(person, id, show, pageOf(asked)) : null;
  const href = (page: number, given: FileShow = show) => {
    const target = new URLSearchParams({
      ...(given !== 'all' && { show: given }),
      ...(page > 1 && { page: String(page) }),
    }).toString();
    return `/debt-requests/import/${id}${target && `?${target}`}`;
  };
  const live = file.state === 'checking' || file.state === 'applying';
  const { counts } = file;
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <Link className="btn quiet sm flush" href="/debt-requests/import">
          <Icon name="left" /> Загрузить из&nbsp;файла
        </Link>
        <h1>Ответы из&nbsp;файла</h1>
        <p className="sync">{file.fileName}</p>
      </div>
      {live && <Refresh seconds={1} />}
      <div className="pad grid gap-3 pb-2">
        <div role="status">
          <State file={file} />
        </div>
        {file.hasRows && <Warnings file={file} />}
        {file.state === 'checked' && <Decision id={id} chosen={counts.chosen} sends={file.sendAtOnce} />}
        {file.state === 'applying' && <Decision id={id} chosen={null} sends={file.sendAtOnce} />}
        {file.state === 'done' && (
          <div className="flex flex-wrap gap-3">
            {file.hasResult && counts.done > 0 && !sendingObstacle(person) && (
              <SendLoaded id={id} sendsAs={person.name} today={moscowToday()} />
            )}
            {file.hasResult && (
              <a className="btn" href={`/api/debt-requests/answer-files/${id}`} download>
                Скачать файл с&nbsp;результатом
              </a>
            )}
            <Link className="btn" href="/debt-requests/import">
              Выбрать другой файл
            </Link>
          </div>
        )}
        {(file.state === 'failed' || file.state === 'cancelled') && (
          <p>
            <Link href="/debt-requests/import">Выбрать другой файл</Link>
          </p>
        )}
        {list && (
          <nav className="seg flex-wrap" aria-label="Какие строки показать">
            {FILE_SHOWS.map((one) => (
              <Link key={one} href={href(1, one)} aria-current={one === show ? 'true' : undefined}>
                {`${SHOWS[one]} ${countOf(one, counts).toLocaleString('ru')}`}
              </Link>
            ))}
          </nav>
        )}
      </div>
      {list && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
          <section className="wrap" tabIndex={0} aria-label="Строки файла">
            {list.rows.length === 0 ? (
              <p className="pad q2 py-4">Таких строк нет.</p>
            ) : (
              <FileRows id={id} rows={list.rows} show={show} choosing={file.state === 'checked'} total={list.total} />
            )}
          </section>
          <footer className="foot">
            <span>
              {file.state === 'checked' && (
                <>
                  Будет загружено: <b className="num">{counts.chosen}</b>
                </>
              )}
            </span>
            <Pager total={list.total} page={list.page} size={FILE_ROWS_PAGE} href={(page) => href(page)} />
          </footer>
        </>
      )}
    </main>
  );
}

const SHOWS: Record<FileShow, string> = {
  all: 'Все',
  changed: 'Изменятся',
  yes: '«Да»',
  bad: 'Ошибки',
  empty: 'Пустые',
  same: 'Без\u00a0изменений',
};

function countOf(show: FileShow, counts: AnswerFileCounts): number {
  if (show === 'all') return counts.total;
  return show === 'bad' ? counts.bad + counts.refused : counts[show];
}

function State({ file: { state, refusal, counts, sendAtOnce } }: { file: AnswerFileView }) {
  switch (state) {
    case 'checking':
      return <Note kind="info">Читаем файл. Страницу можно закрыть: проверка продолжится.</Note>;
    case 'applying': {
      const reached = counts.done + counts.refused;
      // «Прервать» leaves what was not reached out of the choice
      const all = Math.max(counts.chosen, reached);
      return (
        <Note kind="info">
          <Progress share={all === 0 ? null : reached / all} label="Загрузка" /> Загружено {reached} из&nbsp;{all}.
          Страницу можно закрыть: загрузка продолжится.
        </Note>
      );
    }
    case 'failed':
      return <Note kind="bad">{refusal}</Note>;
    case 'cancelled':
      return <Note>Файл не&nbsp;загружен и&nbsp;удалён.</Note>;
    case 'done':
      return (
        <Note kind={counts.refused > 0 ? 'warn' : 'plain'}>
          Загружено ответов: {counts.done}.{counts.refused > 0 && <> Не&nbsp;загружено: {counts.refused}.</>}
          {counts.bad > 0 && <> С&nbsp;ошибками: {counts.bad}.</>}
        </Note>
      );
    case 'checked':
      return counts.total === 0 ? (
        <Note kind="warn">В&nbsp;файле нет строк с&nbsp;данными.</Note>
      ) : (
        <Note>
          Запросов в&nbsp;файле: {counts.total}, изменятся: {counts.changed}, из&nbsp;них «Да»: {counts.yes}. Пока
          ничего не&nbsp;изменено.
          {sendAtOnce && ' После загрузки ответы сразу уйдут в\u00a0ГИС\u00a0ЖКХ: так настроено в\u00a0организации.'}
        </Note>
      );
  }
}

function Warnings({ file: { emptyMeansNo, unused, counts } }: { file: AnswerFileView }) {
  const sheets = unused.sheets.map((name) => `«${name}»`).join(', ');
  return (
    <>
      {emptyMeansNo && (
        <Note kind="warn">
          В&nbsp;организации настроено читать как «НЕТ» всё, кроме «ДА», даже пустую ячейку. Такие строки отмечены
          «в&nbsp;файле пусто» или словом из&nbsp;файла.
        </Note>
      )}
      {!emptyMeansNo && counts.empty > 0 && (
        <p className="q2">
          Пустая ячейка&nbsp;— ответа нет: {counts.empty} {plural(counts.empty, 'запрос', 'запроса', 'запросов')}{' '}
          не&nbsp;тронем.
        </p>
      )}
      {unused.columns.length > 0 && (
        <p className="q2">Столбцы, которые не&nbsp;понимаем и&nbsp;пропускаем: {unused.columns.join(', ')}.</p>
      )}
      {sheets && <Note kind="warn">Прочитан только первый лист. Не&nbsp;прочитаны: {sheets}.</Note>}
    </>
  );
}
