'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import { refusalInWords } from '../refusal-words';
import { confirmDebtAction, rejectDebtAction } from './actions';

interface VerifyPanelProps {
  id: string;
  version: number;
  number: string;
  /** '2026-11-27' */
  today: string;
}

const CAUSES = { paid: 'Погашена', cancelled: 'Отменён судебный приказ' };

/** The debt clerk's word about an automatic «Да»: «Подтверждаю», or what has ended the debt and when. */
export function VerifyPanel({ id, version, number, today }: VerifyPanelProps) {
  const router = useRouter();
  const [cause, setCause] = useState<keyof typeof CAUSES | null>(null);
  const [on, setOn] = useState(today);
  const [error, setError] = useState<string>();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, act] = useTransition();
  const confirm = () =>
    act(async () => {
      setProblem(null);
      const result = await confirmDebtAction({ id, version });
      if (!result.ok) setProblem(refusalInWords(result));
      router.refresh();
    });
  const reject = () =>
    act(async () => {
      setError(undefined);
      const result = await rejectDebtAction({ id, version, cause, on });
      if (!result.ok && result.reason === 'invalid' && result.fields?.on) return setError(result.fields.on);
      setCause(null);
      if (!result.ok) setProblem(refusalInWords(result));
      router.refresh();
    });
  return (
    <>
      {problem && (
        <Note kind="bad" alert className="my-2">
          {problem}
        </Note>
      )}
      <div className="flex flex-wrap gap-2">
        <Button small kind="main" unavailable={busy} onClick={confirm}>
          Подтверждаю<span className="sr"> долг по&nbsp;запросу {number}</span>
        </Button>
        {(Object.keys(CAUSES) as (keyof typeof CAUSES)[]).map((one) => (
          <Button small key={one} unavailable={busy} onClick={() => setCause(one)}>
            {CAUSES[one]}
          </Button>
        ))}
      </div>
      <Dialog
        open={cause !== null}
        onClose={() => setCause(null)}
        title={`${cause ? CAUSES[cause] : ''}: запрос №\u00a0${number}`}
        buttons={
          <>
            <Button kind="main" unavailable={busy} onClick={reject}>
              Записать и&nbsp;исправить ответ
            </Button>
            <Button onClick={() => setCause(null)}>Отмена</Button>
          </>
        }
      >
        <p>Дата попадёт в&nbsp;судебное дело, ответ станет «отсутствует» и&nbsp;вернётся ответственному.</p>
        <Field id={`on-${id}`} label="Дата" error={error}>
          <input
            className="in"
            id={`on-${id}`}
            type="date"
            data-first
            max={today}
            value={on}
            onChange={(event) => setOn(event.target.value)}
            {...errorProps(`on-${id}`, error)}
          />
        </Field>
      </Dialog>
    </>
  );
}
