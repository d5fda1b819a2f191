'use client';

import { errorProps, Field } from '@/app/ui/field';
import { formatDate } from '@/lib/calendar/format';
import type { Colleague } from '@/lib/debt-requests/assign';

interface ColleagueSelectProps {
  id: string;
  colleagues: readonly Colleague[];
  value: string;
  error?: string | undefined;
  onChange: (assigneeId: string) => void;
}

/** «Исполнитель»: colleagues of the division with how much is on them, and who is away. */
export function ColleagueSelect({ id, colleagues, value, error, onChange }: ColleagueSelectProps) {
  return (
    <Field label="Исполнитель" id={id} error={error}>
      <select
        className="in"
        id={id}
        data-first
        value={value}
        onChange={(event) => onChange(event.target.value)}
        {...errorProps(id, error)}
      >
        <option value="">Выберите сотрудника</option>
        {colleagues.map(({ id: userId, name, load, awayUntil }) => (
          <option key={userId} value={userId}>
            {name} — в&nbsp;работе: {load}
            {awayUntil && `, отсутствует по\u00a0${formatDate(awayUntil)}`}
          </option>
        ))}
      </select>
    </Field>
  );
}
