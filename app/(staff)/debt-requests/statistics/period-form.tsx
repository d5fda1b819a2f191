import Link from 'next/link';
import { errorProps, Field } from '@/app/ui/field';
import { realDate } from '@/lib/debt-requests/registry-query';
import { type AskedStatistics, periodsOf, statisticsParams } from '@/lib/debt-requests/statistics-period';
import { DivisionOptions } from '../../division-options';

interface PeriodFormProps {
  asked: AskedStatistics;
  today: string;
  divisions: { id: string; name: string; depth: number }[];
}

/** A plain GET form, and periods that are one click away. What was typed stays, right or wrong. */
export function PeriodForm({ asked: { typed, errors, query, division }, today, divisions }: PeriodFormProps) {
  const day = (name: 'from' | 'to', label: string) => (
    <Field id={name} label={label} error={errors[name]} className="w-[176px]">
      <input
        className="in num"
        // a field for dates shows no text that is none
        type={typed[name] === '' || realDate(typed[name]) ? 'date' : 'text'}
        id={name}
        name={name}
        defaultValue={typed[name]}
        key={typed[name]}
        {...errorProps(name, errors[name])}
      />
    </Field>
  );
  return (
    <search aria-label="Период">
      <form className="pad flex flex-wrap items-start gap-3 py-3" method="get" action="/debt-requests/statistics">
        {day('from', 'Дата направления запроса\u00a0с')}
        {day('to', 'по')}
        {divisions.length > 0 && (
          <Field id="division" label="Подразделение">
            <select className="in w-[220px]" id="division" name="division" defaultValue={division ?? ''} key={division}>
              <option value="">Все</option>
              <option value="none">Без подразделения</option>
              <DivisionOptions divisions={divisions} />
            </select>
          </Field>
        )}
        <button className="btn pri mt-[18px]" type="submit">
          Показать
        </button>
        <ul className="mt-[18px] flex flex-wrap gap-1" aria-label="Готовые периоды">
          {periodsOf(today).map(({ label, period }) => {
            const current = query?.from === period.from && query.to === period.to;
            return (
              <li key={label}>
                <Link
                  className="btn quiet"
                  href={`/debt-requests/statistics?${statisticsParams({ ...period, division })}`}
                  aria-current={current ? 'true' : undefined}
                  prefetch={false}
                >
                  {label}
                </Link>
              </li>
            );
          })}
        </ul>
      </form>
    </search>
  );
}
