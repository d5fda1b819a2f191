import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Note } from '@/app/ui/note';
import { Icon } from '@/app/ui/sprite';
import { hasRole } from '@/lib/auth/actor';
import { requirePerson } from '@/lib/auth/session';
import { IMPORT_KINDS, isImportKind } from '@/lib/imports/kinds';
import { ChooseFile } from './choose-file';

export const metadata: Metadata = { title: 'Загрузка из\u00a0Excel' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Which columns a table has, its template, and the choice of the file. */
export default async function NewImport({ searchParams }: Props) {
  const person = await requirePerson();
  const { kind } = await searchParams;
  if (typeof kind !== 'string' || !isImportKind(kind)) notFound();
  const { title, back, may, columns } = IMPORT_KINDS[kind];
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <Link className="btn quiet sm flush" href={back}>
          <Icon name="left" /> {title}
        </Link>
        <h1>{title}: загрузка из&nbsp;Excel</h1>
      </div>
      <div className="pad grid gap-4 pb-4">
        {hasRole(person, ...may) ? (
          <>
            <p>
              Файл .xlsx до&nbsp;20&nbsp;МБ, первый лист. Сначала покажем, что изменится; без вашего согласия ничего
              не&nbsp;запишем. Тот&nbsp;же файл можно загружать повторно.
            </p>
            <ChooseFile
              url={`/api/imports?kind=${kind}`}
              next="/imports"
              sample={{ href: `/api/imports/template?kind=${kind}`, label: 'Скачать шаблон' }}
            />
          </>
        ) : (
          <Note kind="warn">Эту таблицу загружают другие сотрудники.</Note>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Столбцы">
        <table className="rows tall">
          <caption className="sr">Какие столбцы понимаем</caption>
          <thead>
            <tr>
              <th scope="col" className="w-[280px]">
                Столбец
              </th>
              <th scope="col" className="w-[130px]">
                Нужен
              </th>
              <th scope="col">Что в&nbsp;нём</th>
            </tr>
          </thead>
          <tbody>
            {Object.values(columns).map((column) => (
              <tr key={column.title}>
                <td>{column.title}</td>
                <td>{column.required ? 'обязательно' : 'по\u00a0желанию'}</td>
                <td>{column.hint}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </main>
  );
}
