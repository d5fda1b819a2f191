'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useOptimistic, useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Note } from '@/app/ui/note';
import type { AnswerFileRow, FileShow } from '@/lib/debt-requests/answer-files';
import { refusalInWords } from '../../../refusal-words';
import { chooseRowsAction } from '../actions';

interface FileRowsProps {
  id: string;
  rows: AnswerFileRow[];
  show: FileShow;
  /** Nothing was confirmed yet: rows can be left out. */
  choosing: boolean;
  /** Rows of all pages under this filter. */
  total: number;
}

/** Each request of the file: what it says now, what the file says. The choice is kept by the server, so paging loses nothing. */
export function FileRows({ id, rows, show, choosing, total }: FileRowsProps) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [, act] = useTransition();
  const [shown, choose] = useOptimistic(rows, (now, { of, chosen }: { of: readonly number[]; chosen: boolean }) =>
    now.map((row) => (of.includes(row.row) ? { ...row, chosen } : row)),
  );
  const changeable = shown.filter(({ kind }) => kind === 'changed');
  const whole = changeable.length > 0 && changeable.every(({ chosen }) => chosen);
  const some = changeable.some(({ chosen }) => chosen);
  const set = (of: readonly number[], chosen: boolean, everywhere = false) =>
    act(async () => {
      choose({ of, chosen });
      const result = await chooseRowsAction({ id, rows: everywhere ? show : [...of], chosen });
      setProblem(result.ok ? null : refusalInWords(result));
      router.refresh();
    });
  const ofPage = changeable.map(({ row }) => row);
  return (
    <>
      {problem && (
        <Note kind="bad" alert className="m-2">
          {problem}
        </Note>
      )}
      {choosing && changeable.length > 0 && total > rows.length && (
        <div className="pad flex gap-2 py-2">
          <Button small kind="quiet" onClick={() => set(ofPage, true, true)}>
            Выбрать все строки отбора
          </Button>
          <Button small kind="quiet" onClick={() => set(ofPage, false, true)}>
            Снять со&nbsp;всех строк отбора
          </Button>
        </div>
      )}
      <table className="rows tall">
        <caption className="sr">Строки файла</caption>
        <thead>
          <tr>
            <th scope="col" className="w-[105px]">
              {choosing && changeable.length > 0 ? (
                <label className="flex items-center gap-2">
                  <input
                    type="checkbox"
                    aria-label="Выбрать все на&nbsp;странице"
                    checked={whole}
                    ref={(box) => {
                      if (box) box.indeterminate = some && !whole;
                    }}
                    onChange={() => set(ofPage, !whole)}
                  />
                  Строка
                </label>
              ) : (
                'Строка'
              )}
            </th>
            <th scope="col" className="w-[140px]">
              Номер запроса
            </th>
            <th scope="col" className="w-[220px]">
              Адрес, помещение
            </th>
            <th scope="col" className="w-[170px]">
              Сейчас
            </th>
            <th scope="col" className="w-[210px]">
              В&nbsp;файле
            </th>
            <th scope="col">{choosing ? 'Что изменится или что исправить' : 'Результат'}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.row}>
              <td className="num">
                {choosing && row.kind === 'changed' ? (
                  <label className="flex items-center gap-2">
                    <input
                      type="checkbox"
                      aria-label={`Загрузить строку ${row.row}`}
                      checked={row.chosen}
                      onChange={(event) => set([row.row], event.target.checked)}
                    />
                    {row.row}
                  </label>
                ) : (
                  row.row
                )}
              </td>
              <td className="num">
                {row.requestId ? (
                  <Link href={`/debt-requests/${row.requestId}`} prefetch={false} target="_blank">
                    {row.requestNumber}
                  </Link>
                ) : (
                  row.requestNumber
                )}
              </td>
              <td>{row.address}</td>
              <td>{row.was}</td>
              <td>{row.becomes}</td>
              <td>
                <Outcome row={row} choosing={choosing} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Outcome({ row, choosing }: { row: AnswerFileRow; choosing: boolean }) {
  switch (row.kind) {
    case 'bad':
      return (
        <ul className="bad">
          {row.problems.map((problem) => (
            <li key={`${problem.row} ${problem.column} ${problem.message}`}>
              Строка {problem.row}
              {problem.column && `, «${problem.column}»`}: {problem.message}
            </li>
          ))}
        </ul>
      );
    case 'same':
      return <span className="q2">без изменений</span>;
    case 'empty':
      return <span className="q2">ответа нет, не&nbsp;тронем</span>;
    case 'changed':
      if (choosing) return row.difference;
      if (row.state === 'waiting') return <span className="q2">{row.chosen ? 'ждёт' : 'не\u00a0выбрана'}</span>;
      return row.state === 'done' ? row.outcome : <span className="bad">{row.outcome}</span>;
  }
}
