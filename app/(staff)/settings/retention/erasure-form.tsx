'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import { formatDate } from '@/lib/calendar/format';
import { plural } from '@/lib/calendar/plural';
import type { ErasurePreview } from '@/lib/debt-requests/erase';
import { STATUS_LABELS } from '@/lib/debt-requests/workflow';
import { previewErasureAction, startErasureAction } from '../actions';
import { useSaving } from '../use-saving';

interface ErasureFormProps {
  /** Yesterday in Moscow: no later term has passed. */
  latest: string;
  /** One is under way: another cannot begin. */
  running: boolean;
}

type Period = { from: string; to: string };

const counted = (count: number) => `${count}\u00a0${plural(count, 'запрос', 'запроса', 'запросов')}`;

/** A period → what would be erased → the number typed → for ever. What is typed stays on errors. */
export function ErasureForm({ latest, running }: ErasureFormProps) {
  const router = useRouter();
  const [period, setPeriod] = useState<Period>({ from: '', to: '' });
  const [counts, setCounts] = useState<{ of: Period; preview: ErasurePreview } | null>(null);
  const [confirmation, setConfirmation] = useState<string | null>(null);
  const { errors, note, setNote, clear, busy, submit, refuse, signedOut, session } = useSaving();

  const calculate = () =>
    submit(async () => {
      const result = await previewErasureAction(period);
      if (result.ok) setCounts({ of: period, preview: result.preview });
      else refuse(result);
    });
  const erase = () =>
    submit(async () => {
      const { of, preview } = counts!;
      const result = await startErasureAction({ ...of, count: preview.count, confirmation: confirmation ?? '' });
      if (!result.ok) {
        const stale = result.reason === 'stale';
        // the old number must not be confirmed again
        if (stale) setCounts(null);
        if (refuse(result, stale ? 'warn' : 'bad') === 'note') setConfirmation(null);
        return;
      }
      setConfirmation(null);
      setCounts(null);
      setNote({ kind: 'plain', text: 'Удаление началось. Страницу можно закрыть.' });
      router.refresh();
    });
  const dateField = (name: keyof Period, label: string) => (
    <Field id={name} label={label} error={errors[name]}>
      <input
        className="in num"
        id={name}
        type="date"
        max={latest}
        value={period[name]}
        onChange={(event) => {
          setPeriod({ ...period, [name]: event.target.value });
          setCounts(null);
        }}
        {...errorProps(name, errors[name])}
      />
    </Field>
  );
  const count = counts?.preview.count ?? 0;

  return (
    <>
      <form
        className="grid gap-3"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) calculate();
        }}
      >
        <div className="flex flex-wrap items-start gap-3">
          {dateField('from', 'Крайний срок с')}
          {dateField('to', 'по')}
          <Button type="submit" className="mt-[22px]" unavailable={busy}>
            Посчитать
          </Button>
        </div>
        <div role="status">
          {note && <Note kind={note.kind}>{note.text}</Note>}
          {counts && <Counts {...counts} />}
        </div>
        {count > 0 && (
          <div>
            <Button
              kind="stop"
              unavailable={busy || running}
              {...(running ? { 'aria-describedby': 'running' } : {})}
              onClick={() => setConfirmation('')}
            >
              Удалить {counted(count)}…
            </Button>
            {running && (
              <p className="hint mt-1" id="running">
                Удаление уже идёт. Дождитесь, когда оно закончится.
              </p>
            )}
          </div>
        )}
      </form>
      <Dialog
        open={confirmation !== null && counts !== null && !signedOut}
        onClose={() => {
          setConfirmation(null);
          clear();
        }}
        title={`Удалить ${counted(count)} навсегда?`}
        buttons={
          <>
            <Button kind="stop" type="submit" form="erase" unavailable={busy}>
              Удалить навсегда
            </Button>
            <Button
              data-first
              onClick={() => {
                setConfirmation(null);
                clear();
              }}
            >
              Не&nbsp;удалять
            </Button>
            <span className="q2 ml-auto text-s">
              <kbd>Esc</kbd> закрыть
            </span>
          </>
        }
      >
        <form
          id="erase"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) erase();
          }}
        >
          <p className="mb-3">
            Крайний срок {counts && periodInWords(counts.of)}. Вернуть удалённое не&nbsp;сможет никто.
          </p>
          <Field id="confirmation" label={`Чтобы удалить, введите число ${count}`} error={errors.confirmation}>
            <input
              className="in num max-w-[160px]"
              id="confirmation"
              inputMode="numeric"
              autoComplete="off"
              maxLength={20}
              value={confirmation ?? ''}
              onChange={(event) => setConfirmation(event.target.value)}
              {...errorProps('confirmation', errors.confirmation)}
            />
          </Field>
        </form>
      </Dialog>
      {session}
    </>
  );
}

const periodInWords = ({ from, to }: Period): string =>
  from === to ? formatDate(from) : `с\u00a0${formatDate(from)} по\u00a0${formatDate(to)}`;

function Counts({ of, preview }: { of: Period; preview: ErasurePreview }) {
  const { count, byStatus, unfinished } = preview;
  return (
    <>
      <p>
        Крайний срок {periodInWords(of)}:{' '}
        {count > 0 ? <b>будет удалено запросов: {count}</b> : 'архивных запросов нет, удалять нечего'}.
      </p>
      <table className="sum max-w-[420px]">
        <tbody>
          {byStatus.map((row) => (
            <tr key={row.status}>
              <td className="n">{row.count}</td>
              <td>{STATUS_LABELS[row.status]}</td>
            </tr>
          ))}
          {unfinished > 0 && (
            <tr>
              <td className="n q2">{unfinished}</td>
              <td>
                {plural(unfinished, 'останется', 'останутся', 'останутся')}: работа с&nbsp;ними или обмен
                с&nbsp;порталом не&nbsp;закончены
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </>
  );
}
