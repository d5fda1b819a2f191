'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import type { Result } from '@/lib/errors';
import type { DivisionRow } from '@/lib/staff/divisions';
import { refusalInWords } from '../../refusal-words';
import { createDivisionAction, deleteDivisionAction, saveDivisionAction } from '../actions';

interface DivisionsScreenProps {
  divisions: DivisionRow[];
  employees: { id: string; name: string }[];
}

type Draft = { id: string | null; name: string; parentId: string; responsibleId: string };

/** The tree as a list; one division is added or changed at a time, in a dialog. */
export function DivisionsScreen({ divisions, employees }: DivisionsScreenProps) {
  const router = useRouter();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [doomed, setDoomed] = useState<DivisionRow | null>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, act] = useTransition();
  const nameOf = (id: string | null) => employees.find((employee) => employee.id === id)?.name;

  const settle = (result: Result, close: () => void) => {
    if (result.ok) {
      close();
      setErrors({});
      setProblem(null);
      router.refresh();
      return;
    }
    const fields = result.reason === 'invalid' ? (result.fields ?? {}) : {};
    setErrors(fields);
    setProblem(Object.keys(fields).length > 0 ? null : refusalInWords(result));
  };
  const save = () =>
    act(async () => {
      const { id, ...fields } = draft!;
      settle(id ? await saveDivisionAction({ id, ...fields }) : await createDivisionAction(fields), () =>
        setDraft(null),
      );
    });
  const remove = () => act(async () => settle(await deleteDivisionAction({ id: doomed!.id }), () => setDoomed(null)));
  const begin = (next: Draft) => {
    setErrors({});
    setProblem(null);
    setDraft(next);
  };

  return (
    <div className="p-4">
      <p className="mb-3">
        <Button onClick={() => begin({ id: null, name: '', parentId: '', responsibleId: '' })}>
          Добавить подразделение
        </Button>
      </p>
      {divisions.length === 0 ? (
        <p className="q2 max-w-[640px]">
          Подразделений нет: организация работает как одно. Когда они появятся, новый запрос получит ответственного
          по&nbsp;тому, какому подразделению принадлежит дом.
        </p>
      ) : (
        <table className="rows tall">
          <caption className="sr">Подразделения организации</caption>
          <thead>
            <tr>
              <th scope="col">Подразделение</th>
              <th scope="col">Ответственный</th>
              <th scope="col">Сотрудники</th>
              <th scope="col">Дома</th>
              <th scope="col">Открытые запросы</th>
              <th scope="col">
                <span className="sr">Действия</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {divisions.map((division) => (
              <tr key={division.id}>
                <td>
                  <span aria-hidden="true">{'\u00a0\u00a0\u00a0\u00a0'.repeat(division.depth)}</span>
                  {division.name}
                </td>
                <td>{nameOf(division.responsibleId) ?? <span className="q2">его руководитель</span>}</td>
                <td className="num">{division.employees}</td>
                <td className="num">{division.houses}</td>
                <td className="num">{division.openRequests}</td>
                <td>
                  <Button
                    small
                    kind="quiet"
                    onClick={() =>
                      begin({
                        id: division.id,
                        name: division.name,
                        parentId: division.parentId ?? '',
                        responsibleId: division.responsibleId ?? '',
                      })
                    }
                  >
                    Изменить<span className="sr"> {division.name}</span>
                  </Button>
                  <Button
                    small
                    kind="quiet"
                    onClick={() => {
                      setProblem(null);
                      setDoomed(division);
                    }}
                  >
                    Удалить<span className="sr"> {division.name}</span>
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Dialog
        open={draft !== null}
        onClose={() => setDraft(null)}
        title={draft?.id ? 'Изменить подразделение' : 'Новое подразделение'}
        buttons={
          <>
            <Button kind="main" unavailable={busy} onClick={save}>
              {draft?.id ? 'Сохранить' : 'Добавить подразделение'}
            </Button>
            <Button onClick={() => setDraft(null)}>Отмена</Button>
          </>
        }
      >
        {draft && (
          <div className="grid gap-3">
            {problem && (
              <Note kind="bad" alert>
                {problem}
              </Note>
            )}
            <Field id="division-name" label="Название" error={errors.name}>
              <input
                className="in"
                id="division-name"
                data-first
                maxLength={250}
                value={draft.name}
                onChange={(event) => setDraft({ ...draft, name: event.target.value })}
                {...errorProps('division-name', errors.name)}
              />
            </Field>
            <Field id="division-parent" label="Входит в&nbsp;дирекцию" error={errors.parentId}>
              <select
                className="in"
                id="division-parent"
                value={draft.parentId}
                onChange={(event) => setDraft({ ...draft, parentId: event.target.value })}
                {...errorProps('division-parent', errors.parentId)}
              >
                <option value="">Ни в какую</option>
                {divisions
                  .filter(({ id }) => id !== draft.id)
                  .map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
              </select>
            </Field>
            <Field id="division-responsible" label="Ответственный за&nbsp;запросы" error={errors.responsibleId}>
              <select
                className="in"
                id="division-responsible"
                value={draft.responsibleId}
                onChange={(event) => setDraft({ ...draft, responsibleId: event.target.value })}
                {...errorProps('division-responsible', errors.responsibleId)}
              >
                <option value="">Руководитель подразделения</option>
                {employees.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </Field>
          </div>
        )}
      </Dialog>
      <Dialog
        open={doomed !== null}
        onClose={() => setDoomed(null)}
        title={`Удалить подразделение «${doomed?.name ?? ''}»?`}
        buttons={
          <>
            <Button kind="stop" unavailable={busy} onClick={remove}>
              Удалить подразделение
            </Button>
            <Button data-first onClick={() => setDoomed(null)}>
              Не&nbsp;удалять
            </Button>
          </>
        }
      >
        {problem ? (
          <Note kind="bad" alert>
            {problem}
          </Note>
        ) : (
          <p>Удалится только пустое: без домов, сотрудников и&nbsp;открытых запросов.</p>
        )}
      </Dialog>
    </div>
  );
}
