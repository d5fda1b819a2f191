'use client';

import { useRouter } from 'next/navigation';
import { type SyntheticEvent, useState, useTransition } from 'react';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import { DivisionOptions } from '../../division-options';
import { refusalInWords } from '../../refusal-words';
import { startExportAction } from '../registry-actions';

interface ExportFormProps {
  divisions: { id: string; name: string; depth: number }[];
  assignees: { id: string; name: string }[];
}

/** «Выгрузить» (manual of РИАС, lines 265–287). */
export function ExportForm({ divisions, assignees }: ExportFormProps) {
  const router = useRouter();
  const [state, setState] = useState({ division: '', from: '', to: '', assignee: '', onlyMatched: false });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, act] = useTransition();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy) return;
    act(async () => {
      setErrors({});
      setProblem(null);
      const result = await startExportAction(state);
      if (result.ok) return router.refresh();
      const fields = result.reason === 'invalid' ? (result.fields ?? {}) : {};
      setErrors(fields);
      if (Object.keys(fields).length === 0) setProblem(refusalInWords(result));
    });
  };
  const day = (name: 'from' | 'to', label: string) => (
    <Field id={`export-${name}`} label={label} error={errors[name]}>
      <input
        className="in"
        id={`export-${name}`}
        type="date"
        value={state[name]}
        onChange={(event) => setState({ ...state, [name]: event.target.value })}
        {...errorProps(`export-${name}`, errors[name])}
      />
    </Field>
  );
  return (
    <form className="pad grid gap-3 py-3" onSubmit={submit} noValidate>
      {problem && (
        <Note kind="bad" alert>
          {problem}
        </Note>
      )}
      <div className="flex flex-wrap items-end gap-3">
        {divisions.length > 0 && (
          <Field id="export-division" label="Подразделение">
            <select
              className="in w-[220px]"
              id="export-division"
              value={state.division}
              onChange={(event) => setState({ ...state, division: event.target.value })}
            >
              <option value="">Все</option>
              <DivisionOptions divisions={divisions} />
            </select>
          </Field>
        )}
        {day('from', 'Дата направления запроса с')}
        {day('to', 'по')}
        <Field id="export-assignee" label="Исполнитель">
          <select
            className="in w-[220px]"
            id="export-assignee"
            value={state.assignee}
            onChange={(event) => setState({ ...state, assignee: event.target.value })}
          >
            <option value="">Все сотрудники</option>
            {assignees.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </Field>
        <button className="btn pri" type="submit">
          Выгрузить
        </button>
      </div>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={state.onlyMatched}
          onChange={(event) => setState({ ...state, onlyMatched: event.target.checked })}
        />
        Только те запросы, по&nbsp;которым найдены лицевые счета
      </label>
    </form>
  );
}
