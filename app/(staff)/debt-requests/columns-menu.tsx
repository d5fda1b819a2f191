'use client';

import { useRouter } from 'next/navigation';
import { useOptimistic, useState, useTransition } from 'react';
import { refusalInWords } from '../refusal-words';
import { savePreferencesAction } from './registry-actions';
import { type ColumnChoice, columnsOf, shownColumns } from './registry-columns';

/** «Столбцы»: kept for this person, on every computer. */
export function ColumnsMenu({ choice, keepsAccounts }: { choice: ColumnChoice; keepsAccounts: boolean }) {
  const router = useRouter();
  const [, save] = useTransition();
  const [shown, show] = useOptimistic(choice);
  const [problem, setProblem] = useState<string | null>(null);

  const change = (next: ColumnChoice) =>
    save(async () => {
      show(next);
      const result = await savePreferencesAction({ columns: next });
      setProblem(result.ok ? null : refusalInWords(result));
      router.refresh();
    });
  const visible = new Set(shownColumns(shown, keepsAccounts).map(({ key }) => key));

  return (
    <>
      <button className="btn quiet sm" type="button" popoverTarget="columns">
        Столбцы
      </button>
      <fieldset className="drop" id="columns" popover="auto">
        <legend className="sr">Столбцы</legend>
        {columnsOf(keepsAccounts).map(({ key, name }) => (
          <label className="ck" key={key}>
            <input
              type="checkbox"
              checked={visible.has(key)}
              onChange={(event) => change({ ...shown, [key]: event.target.checked })}
            />
            {name}
          </label>
        ))}
        <p className="hint">Что не&nbsp;помещается, скрыто, пока вы не&nbsp;отметите это сами.</p>
        <button className="btn quiet sm flush" type="button" onClick={() => change({})}>
          Как было сначала
        </button>
        {problem && <p className="err">{problem}</p>}
      </fieldset>
    </>
  );
}
