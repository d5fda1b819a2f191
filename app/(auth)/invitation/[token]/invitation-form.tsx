'use client';

import Link from 'next/link';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import { acceptInvitationAction } from '../../actions';

/** The employee chooses a password; the link is used up with it. */
export function InvitationForm({ token, login }: { token: string; login: string }) {
  const [values, setValues] = useState({ next: '', repeat: '' });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [accepted, setAccepted] = useState(false);
  const [busy, act] = useTransition();
  const submit = () =>
    act(async () => {
      setErrors({});
      setProblem(null);
      const result = await acceptInvitationAction({ token, ...values });
      if (result.ok) return setAccepted(true);
      const fields = result.reason === 'invalid' ? (result.fields ?? {}) : {};
      setErrors(fields);
      if (Object.keys(fields).length === 0 && 'message' in result) setProblem(result.message);
    });
  const field = (name: 'next' | 'repeat', label: string, hint?: string) => (
    <Field id={name} label={label} error={errors[name]} {...(hint ? { hint } : {})}>
      <input
        className="in"
        type="password"
        id={name}
        autoComplete="new-password"
        maxLength={400}
        value={values[name]}
        onChange={(event) => setValues({ ...values, [name]: event.target.value })}
        {...errorProps(name, errors[name])}
      />
    </Field>
  );
  if (accepted) {
    return (
      <div className="grid gap-3 max-w-[400px]" role="status">
        <h1>Пароль принят</h1>
        <p>
          Ваш логин: <b>{login}</b>
        </p>
        <p>
          <Link className="btn pri" href="/login">
            Войти
          </Link>
        </p>
      </div>
    );
  }
  return (
    <form
      className="grid gap-4 max-w-[400px]"
      aria-labelledby="invitation-title"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) submit();
      }}
    >
      <h1 id="invitation-title">Выберите пароль</h1>
      <p>
        Ваш логин: <b>{login}</b>
      </p>
      <div role="alert">{problem && <Note kind="bad">{problem}</Note>}</div>
      {field('next', 'Пароль', 'Не\u00a0короче 10\u00a0знаков. Хорош длинный: несколько слов подряд.')}
      {field('repeat', 'Пароль ещё раз')}
      <div>
        <Button kind="main" type="submit" unavailable={busy}>
          Сохранить пароль
        </Button>
      </div>
    </form>
  );
}
