'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/app/ui/button';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import type { CalendarYearInput } from '@/lib/staff/calendar-schema';
import { useLeaveGuard } from '../../debt-requests/[id]/use-leave-guard';
import { saveCalendarYearAction } from '../actions';
import { useSaving } from '../use-saving';

interface YearFields extends CalendarYearInput {
  /** The days of its decree are in the data. */
  known: boolean;
}

/** What is typed stays whatever happens, also under another year. */
export function CalendarForm({ years, current }: { years: YearFields[]; current: number }) {
  const router = useRouter();
  const [state, setState] = useState(years);
  const [saved, setSaved] = useState(years);
  const [year, setYear] = useState(current);
  const { errors, note, setNote, clear, busy, submit, refuse, session } = useSaving();
  useLeaveGuard(JSON.stringify(state) !== JSON.stringify(saved));
  const { known, ...input } = state.find((one) => one.year === year)!;
  const save = () =>
    submit(async () => {
      const result = await saveCalendarYearAction(input);
      if (!result.ok) {
        refuse(result);
        return;
      }
      setSaved((before) => before.map((one) => (one.year === year ? { known, ...input } : one)));
      setNote({ kind: 'plain', text: `Сохранено: ${year}\u00a0год.` });
      router.refresh();
    });
  const dates = (name: 'daysOff' | 'workingDays', label: string, hint: string) => (
    <Field id={name} label={label} hint={hint} error={errors[name]}>
      <textarea
        className="in num"
        id={name}
        rows={2}
        maxLength={4000}
        value={input[name]}
        onChange={(event) =>
          setState(state.map((one) => (one.year === year ? { ...one, [name]: event.target.value } : one)))
        }
        {...errorProps(name, errors[name])}
      />
    </Field>
  );
  return (
    <>
      <form
        className="grid max-w-[640px] gap-4 p-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) save();
        }}
      >
        <div role="status">{note && <Note kind={note.kind}>{note.text}</Note>}</div>
        <Field
          id="year"
          label="Год"
          hint={
            known
              ? 'Переносы правительства уже учтены. Добавьте то, чего в\u00a0них нет, например региональный праздник.'
              : 'Впишите все переносы из\u00a0постановления правительства: когда они введены, программа своих не\u00a0добавляет.'
          }
        >
          <select
            className="in num max-w-[120px]"
            id="year"
            value={year}
            disabled={busy}
            onChange={(event) => {
              setYear(Number(event.target.value));
              clear();
            }}
          >
            {years.map((one) => (
              <option key={one.year}>{one.year}</option>
            ))}
          </select>
        </Field>
        {dates('daysOff', 'Дополнительные нерабочие дни', 'Даты через запятую: 05.11, 31.12')}
        {dates(
          'workingDays',
          'Рабочие субботы и\u00a0воскресенья',
          'Чтобы убрать добавленное, очистите оба поля и\u00a0сохраните',
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
