'use client';

import { useRouter } from 'next/navigation';
import { type SyntheticEvent, useState, useTransition } from 'react';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import { refusalInWords } from '../../refusal-words';
import { addPaymentAction } from '../actions';

/** «Внести платёж» */
export function PaymentForm({ caseId, version }: { caseId: string; version: number }) {
  const router = useRouter();
  const [typed, setTyped] = useState({ paidOn: '', sum: '', comment: '' });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, act] = useTransition();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy) return;
    act(async () => {
      setErrors({});
      setProblem(null);
      const result = await addPaymentAction({ caseId, version, ...typed });
      if (result.ok) return router.refresh();
      const fields = result.reason === 'invalid' ? (result.fields ?? {}) : {};
      setErrors(fields);
      if (Object.keys(fields).length === 0) setProblem(refusalInWords(result));
    });
  };
  const text = (name: keyof typeof typed, label: string) => (
    <Field id={`payment-${name}`} label={label} error={errors[name]}>
      <input
        className="in"
        id={`payment-${name}`}
        autoComplete="off"
        maxLength={300}
        value={typed[name]}
        onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
        {...errorProps(`payment-${name}`, errors[name])}
      />
    </Field>
  );
  return (
    <form className="grid gap-3" onSubmit={submit} noValidate aria-label="Новый платёж">
      {problem && (
        <Note kind="bad" alert>
          {problem}
        </Note>
      )}
      <div className="grid gap-3 md:grid-cols-3">
        {text('paidOn', 'Дата платежа')}
        {text('sum', 'Сумма, ₽')}
        {text('comment', 'Комментарий')}
      </div>
      <div>
        <button className="btn" type="submit">
          Внести платёж
        </button>
      </div>
    </form>
  );
}
