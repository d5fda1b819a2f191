'use client';

import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Icon } from '@/app/ui/sprite';
import { loginErrorInWords } from '@/lib/auth/login-error';

interface LoginFormProps {
  /** Local path to open after the log-in. */
  next: string;
  /** Code of a refusal that came with the address. */
  error?: string;
  /** Instead of opening `next`: a dialog that logs in again in place closes itself and repeats what was interrupted. */
  onLoggedIn?: () => void;
}

/** Log-in with a refusal in words. What was typed stays in the fields and nowhere else. */
export function LoginForm({ next, error, onLoggedIn }: LoginFormProps) {
  const [refusal, setRefusal] = useState(error && loginErrorInWords(error));
  const [shown, setShown] = useState(false);
  const { register, handleSubmit, setFocus, formState } = useForm({ defaultValues: { login: '', password: '' } });

  const submit = handleSubmit(async (values) => {
    if (values.login.trim() === '' || values.password === '') {
      setRefusal('Введите логин и\u00a0пароль.');
      return setFocus(values.login.trim() === '' ? 'login' : 'password');
    }
    setRefusal(undefined);
    const code = await logIn(values);
    if (code === null) {
      if (onLoggedIn) return onLoggedIn();
      // a whole new page: nothing of the one before the log-in is kept
      window.location.assign(next);
      return;
    }
    setRefusal(code === 'offline' ? 'Сервер не\u00a0отвечает. Повторите вход через минуту.' : loginErrorInWords(code));
    setFocus('password', { shouldSelect: true });
  });

  const invalid = refusal ? { 'aria-invalid': true, 'aria-describedby': 'login-refusal' } : {};
  return (
    // method and action are for a press before the scripts are there: the password must never get into an address
    <form
      aria-labelledby="login-title"
      method="post"
      action="/api/auth/callback/credentials"
      onSubmit={(event) => (formState.isSubmitting ? event.preventDefault() : submit(event))}
      noValidate
    >
      <div>
        <p className="text-[22px]/[28px] font-bold tracking-tight text-accent">Отклик</p>
        <p className="q2">Ответы на&nbsp;запросы о&nbsp;задолженности из&nbsp;ГИС&nbsp;ЖКХ</p>
      </div>
      <h1 id="login-title">Вход</h1>
      <div role="alert" hidden={!refusal}>
        {refusal && (
          <p className="err text-m/[20px]" id="login-refusal">
            <Icon name="send_failed" className="mt-[3px]!" />
            <span>{refusal}</span>
          </p>
        )}
      </div>
      <div className="f">
        <label className="l" htmlFor="login">
          Логин
        </label>
        <input
          className="in"
          id="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={200}
          // biome-ignore lint/a11y/noAutofocus: the page is this form
          autoFocus
          {...invalid}
          {...register('login')}
        />
      </div>
      <div className="f">
        <span className="flex justify-between items-baseline">
          <label className="l" htmlFor="password">
            Пароль
          </label>
          <button
            className="btn quiet sm flush-r min-h-6! text-s/[16px]!"
            type="button"
            aria-pressed={shown}
            aria-label="Показать пароль"
            onClick={() => setShown(!shown)}
          >
            Показать
          </button>
        </span>
        <input
          className="in"
          id="password"
          type={shown ? 'text' : 'password'}
          autoComplete="current-password"
          maxLength={400}
          {...invalid}
          {...register('password')}
        />
      </div>
      <button className="btn pri" type="submit" aria-disabled={formState.isSubmitting}>
        {formState.isSubmitting ? 'Входим…' : 'Войти'}
      </button>
      <p className="hint">Забыли пароль или доступ закрыт? Обратитесь к&nbsp;администратору вашей организации.</p>
    </form>
  );
}

/** Null = logged in; else a code for `loginErrorInWords`, or `offline` when the server did not answer. */
async function logIn(values: { login: string; password: string }): Promise<string | null> {
  try {
    const { csrfToken } = await (await fetch('/api/auth/csrf')).json();
    const reply = await fetch('/api/auth/callback/credentials', {
      method: 'POST',
      body: new URLSearchParams({ ...values, csrfToken, json: 'true' }),
    });
    const url = new URL((await reply.json()).url, window.location.href);
    if (url.searchParams.has('error')) return url.searchParams.get('error');
    // without its cookie the CSRF check fails, and next-auth answers with the address of its own page
    return reply.ok && !url.searchParams.has('csrf') ? null : 'failed';
  } catch {
    return 'offline';
  }
}
