'use client';

import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Button } from '@/app/ui/button';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import { changePasswordAction } from './actions';

const EMPTY = { current: '', next: '', repeat: '' };
type Name = keyof typeof EMPTY;

/** «Сменить пароль»: the other sessions of the person end, this one goes on. */
export function PasswordForm() {
  const [note, setNote] = useState<{ kind: 'plain' | 'bad'; text: string }>();
  const { register, handleSubmit, setError, setFocus, reset, formState } = useForm({ defaultValues: EMPTY });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async (values) => {
    setNote(undefined);
    const result = await changePasswordAction(values);
    if (result.ok) {
      reset();
      setNote({ kind: 'plain', text: 'Пароль изменён. На\u00a0других устройствах нужно войти снова.' });
      return;
    }
    const fields = result.reason === 'invalid' ? Object.entries(result.fields ?? {}) : [];
    for (const [name, message] of fields) setError(name as Name, { message });
    if (fields[0]) setFocus(fields[0][0] as Name, { shouldSelect: true });
    else setNote({ kind: 'bad', text: 'message' in result ? result.message : 'Сеанс закончился. Войдите снова.' });
  });

  const field = (name: Name, label: string, autoComplete: string, hint?: string) => (
    <Field id={name} label={label} error={errors[name]?.message} {...(hint ? { hint } : {})}>
      <input
        className="in"
        type="password"
        id={name}
        autoComplete={autoComplete}
        maxLength={400}
        {...errorProps(name, errors[name]?.message)}
        {...register(name)}
      />
    </Field>
  );

  return (
    <form
      method="post"
      onSubmit={(event) => (isSubmitting ? event.preventDefault() : submit(event))}
      noValidate
      className="grid gap-4 max-w-[400px] p-4"
      aria-labelledby="password-title"
    >
      <h1 id="password-title">Смена пароля</h1>
      <div aria-live="polite">{note && <Note kind={note.kind}>{note.text}</Note>}</div>
      {field('current', 'Прежний пароль', 'current-password')}
      {field(
        'next',
        'Новый пароль',
        'new-password',
        'Не\u00a0короче 10\u00a0знаков. Хорош длинный: несколько слов подряд.',
      )}
      {field('repeat', 'Новый пароль ещё раз', 'new-password')}
      <div>
        <Button kind="main" type="submit" unavailable={isSubmitting}>
          Сменить пароль
        </Button>
      </div>
    </form>
  );
}
