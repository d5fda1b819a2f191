'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import { refusalInWords } from '../../refusal-words';
import { saveDefaultResponsibleAction } from '../actions';

interface DefaultUserFormProps {
  chosen: string | null;
  /** `fit` = may send and has the portal's identifier. */
  employees: { id: string; name: string; fit: boolean }[];
}

/** To whom a request goes whose house belongs to no division (manual of РИАС, lines 72–75). */
export function DefaultUserForm({ chosen, employees }: DefaultUserFormProps) {
  const router = useRouter();
  const [userId, setUserId] = useState(chosen ?? '');
  const [error, setError] = useState<string>();
  const [note, setNote] = useState<{ kind: 'plain' | 'bad'; text: string } | null>(null);
  const [busy, act] = useTransition();
  const save = () =>
    act(async () => {
      setError(undefined);
      setNote(null);
      const result = await saveDefaultResponsibleAction({ userId });
      if (result.ok) {
        setNote({ kind: 'plain', text: 'Сохранено.' });
        return router.refresh();
      }
      if (result.reason === 'invalid' && result.fields?.userId) return setError(result.fields.userId);
      setNote({ kind: 'bad', text: refusalInWords(result) });
    });
  return (
    <form
      className="grid max-w-[640px] gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) save();
      }}
    >
      <div role="status">{note && <Note kind={note.kind}>{note.text}</Note>}</div>
      <p>
        Запрос получает ответственного по&nbsp;подразделению, которому принадлежит дом. Если дом неизвестен или
        ни&nbsp;в&nbsp;одно подразделение не&nbsp;входит, запрос достаётся этому сотруднику.
      </p>
      <Field id="default-user" label="Сотрудник" error={error}>
        <select
          className="in max-w-[360px]"
          id="default-user"
          value={userId}
          onChange={(event) => setUserId(event.target.value)}
          {...errorProps('default-user', error)}
        >
          <option value="">Администратор</option>
          {employees.map(({ id, name, fit }) => (
            <option key={id} value={id}>
              {name}
              {fit ? '' : ' (не может отправлять)'}
            </option>
          ))}
        </select>
        <p className="hint mt-1">Нужны право отправлять ответы и&nbsp;идентификатор сотрудника в&nbsp;ГИС&nbsp;ЖКХ.</p>
      </Field>
      <div>
        <Button kind="main" type="submit" unavailable={busy}>
          Сохранить
        </Button>
      </div>
    </form>
  );
}
