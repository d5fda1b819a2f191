import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Note } from '@/app/ui/note';
import { Icon } from '@/app/ui/sprite';
import { requirePerson } from '@/lib/auth/session';
import { getImport, type ImportView, importIdSchema } from '@/lib/imports/imports';
import { Refresh } from '../../exchange/refresh';
import { Decision } from './decision';

export const metadata: Metadata = { title: 'Загрузка из\u00a0Excel' };

/** What a table would change and what is wrong in it, by row and column; then what it has changed. */
export default async function Import({ params }: { params: Promise<{ id: string }> }) {
  const person = await requirePerson();
  const asked = importIdSchema.safeParse(await params);
  const view = asked.success ? await getImport(person, asked.data.id) : null;
  if (!view) notFound();
  const { report } = view;
  const live = view.state === 'checking' || view.state === 'loading';
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <Link className="btn quiet sm flush" href={view.back}>
          <Icon name="left" /> {view.title}
        </Link>
        <h1>{view.title}: загрузка из&nbsp;Excel</h1>
        <p className="sync">{view.fileName}</p>
      </div>
      {live && <Refresh seconds={1} />}
      <div className="pad grid gap-3 pb-4">
        <div role="status">
          <State view={view} />
        </div>
        {report && (
          <table className="sum">
            <tbody>
              <Line count={report.added} text={view.state === 'done' ? 'добавлено' : 'будет добавлено'} />
              <Line count={report.changed} text={view.state === 'done' ? 'изменено' : 'будет изменено'} />
              <Line count={report.same} text="уже записаны так же, не трогаем" />
              <Line count={report.problemRows} text="строк с ошибками, не загружаем" />
            </tbody>
          </table>
        )}
        {report && report.unused.length > 0 && (
          <p className="q2">Столбцы, которые не&nbsp;понимаем и&nbsp;пропускаем: {report.unused.join(', ')}.</p>
        )}
        {view.state === 'checked' && report && (
          <Decision id={view.id} kind={view.kind} count={report.added + report.changed} />
        )}
        {(view.state === 'failed' || view.state === 'cancelled' || view.state === 'done') && (
          <p>
            <Link href={`/imports?kind=${view.kind}`}>Выбрать другой файл</Link>
          </p>
        )}
      </div>
      {report && report.problems.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region
        <section className="wrap" tabIndex={0} aria-label="Ошибки в&nbsp;файле">
          <table className="rows tall">
            <caption className="sr">Ошибки в&nbsp;файле</caption>
            <thead>
              <tr>
                <th scope="col" className="w-[90px]">
                  Строка
                </th>
                <th scope="col" className="w-[280px]">
                  Столбец
                </th>
                <th scope="col">Что исправить</th>
              </tr>
            </thead>
            <tbody>
              {report.problems.map((problem) => (
                <tr key={`${problem.row} ${problem.column} ${problem.message}`}>
                  <td className="num">{problem.row}</td>
                  <td>{problem.column}</td>
                  <td>{problem.message}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </main>
  );
}

function State({ view: { state, refusal, report } }: { view: ImportView }) {
  switch (state) {
    case 'checking':
      return <Note kind="info">Читаем файл. Страницу можно закрыть: проверка продолжится.</Note>;
    case 'loading':
      return <Note kind="info">Загружаем. Страницу можно закрыть: загрузка продолжится.</Note>;
    case 'failed':
      return <Note kind="bad">{refusal}</Note>;
    case 'cancelled':
      return <Note>Файл не&nbsp;загружен и&nbsp;удалён.</Note>;
    case 'done':
      return <Note>Загружено.</Note>;
    case 'checked':
      return report!.total === 0 ? (
        <Note kind="warn">В&nbsp;файле нет строк с&nbsp;данными.</Note>
      ) : (
        <Note>Строк в&nbsp;файле: {report!.total}. Пока ничего не&nbsp;изменено.</Note>
      );
  }
}

function Line({ count, text }: { count: number; text: string }) {
  if (count === 0) return null;
  return (
    <tr>
      <td className="n">{count}</td>
      <td>{text}</td>
    </tr>
  );
}
