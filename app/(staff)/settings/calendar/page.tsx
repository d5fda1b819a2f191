import type { Metadata } from 'next';
import { requirePerson } from '@/lib/auth/session';
import { formatDayMonth, formatMoment } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { type CalendarYearView, getCalendar } from '@/lib/staff/calendar';
import { AdminsOnly } from '../admins-only';
import { SettingsTabs } from '../tabs';
import { CalendarForm } from './calendar-form';

export const metadata: Metadata = { title: 'Производственный календарь' };

export default async function CalendarPage() {
  const person = await requirePerson();
  const now = new Date();
  const years = await getCalendar(person, now);
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Производственный календарь</h1>
      </div>
      <SettingsTabs current="calendar" />
      {years ? (
        <>
          <p className="max-w-[720px] p-4">
            Срок ответа всегда тот, который назвал портал: по&nbsp;календарю только считаются дни («осталось
            2&nbsp;раб.&nbsp;дня»), выбирается день автоматических ответов и&nbsp;сверяется дата портала.
          </p>
          <div className="wrap flex-none" tabIndex={-1}>
            <table className="rows tall">
              <caption className="sr">Производственный календарь по&nbsp;годам</caption>
              <thead>
                <tr>
                  <th scope="col">Год</th>
                  <th scope="col">Рабочих дней</th>
                  <th scope="col">Нерабочие будни</th>
                  <th scope="col">Рабочие выходные</th>
                  <th scope="col">Откуда</th>
                  <th scope="col">Добавлено организацией</th>
                </tr>
              </thead>
              <tbody>
                {years.map((row) => (
                  <tr key={row.year}>
                    <td className="num">{row.year}</td>
                    <td className="num">{row.workingDays}</td>
                    <td className="num">{inWords(row.daysOff)}</td>
                    <td className="num">{inWords(row.workingWeekends)}</td>
                    <td>{sourceOf(row)}</td>
                    <td>{added(row, now)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <CalendarForm
            current={Number(moscowToday(now).slice(0, 4))}
            years={years.map(({ year, decree, added }) => ({
              year,
              known: decree !== null,
              daysOff: added ? listed(added.daysOff) : '',
              workingDays: added ? listed(added.workingDays) : '',
            }))}
          />
        </>
      ) : (
        <AdminsOnly person={person} />
      )}
    </main>
  );
}

const listed = (dates: string[]): string => dates.map(formatDayMonth).join(', ');

const inWords = (dates: string[]): string => listed(dates) || '—';

function sourceOf({ decree, preliminary }: CalendarYearView) {
  if (decree) return decree.replace('ПП РФ ', 'постановление Правительства\u00a0РФ от\u00a0').replace('№ ', '№\u00a0');
  if (!preliminary) return 'введён администратором';
  return (
    <span className="q2">предварительно: по&nbsp;статье&nbsp;112 ТК&nbsp;РФ, без&nbsp;переносов правительства</span>
  );
}

function added({ added }: CalendarYearView, now: Date) {
  if (!added) return '—';
  return (
    <>
      {added.daysOff.length > 0 && <span className="block">нерабочие: {listed(added.daysOff)}</span>}
      {added.workingDays.length > 0 && <span className="block">рабочие: {listed(added.workingDays)}</span>}
      <span className="q2">
        {added.by}, {formatMoment(added.at, now)}
      </span>
    </>
  );
}
