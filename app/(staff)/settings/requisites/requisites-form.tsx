'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/app/ui/button';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import type { RequisitesInput } from '@/lib/staff/requisites-schema';
import { useLeaveGuard } from '../../debt-requests/[id]/use-leave-guard';
import { saveRequisitesAction } from '../actions';
import { useSaving } from '../use-saving';

/** What is typed stays whatever happens. */
export function RequisitesForm({ initial }: { initial: RequisitesInput }) {
  const router = useRouter();
  const [state, setState] = useState(initial);
  const [saved, setSaved] = useState(initial);
  const { errors, note, setNote, busy, submit, refuse, session } = useSaving();
  useLeaveGuard(JSON.stringify(state) !== JSON.stringify(saved));
  const save = () =>
    submit(async () => {
      const result = await saveRequisitesAction(state);
      if (!result.ok) {
        refuse(result);
        return;
      }
      setSaved(state);
      setNote({ kind: 'plain', text: 'Сохранено.' });
      router.refresh();
    });
  const text = (name: keyof RequisitesInput, label: string, hint: string, className = 'in') => (
    <Field id={name} label={label} hint={hint} error={errors[name]}>
      <input
        className={className}
        id={name}
        autoComplete="off"
        maxLength={400}
        value={state[name]}
        onChange={(event) => setState({ ...state, [name]: event.target.value })}
        {...errorProps(name, errors[name])}
      />
    </Field>
  );
  return (
    <>
      <form
        className="grid max-w-[640px] gap-4 p-4"
        aria-label="Реквизиты"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) save();
        }}
      >
        <div role="status">{note && <Note kind={note.kind}>{note.text}</Note>}</div>
        {text(
          'name',
          'Название',
          'Стоит в\u00a0заголовке «Отклика» и\u00a0в\u00a0архиве подтверждения. На\u00a0портал не\u00a0передаётся.',
        )}
        {text('inn', 'ИНН, необязательно', 'Попадает в\u00a0архив подтверждения ответа', 'in num max-w-[240px]')}
        {text(
          'ogrn',
          'ОГРН или ОГРНИП, необязательно',
          'Попадает в\u00a0архив подтверждения ответа',
          'in num max-w-[240px]',
        )}
        <div>
          <Button kind="main" type="submit" unavailable={busy}>
            Сохранить
          </Button>
        </div>
      </form>
      {session}
    </>
  );
}
