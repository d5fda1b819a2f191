import { addDays } from '@/lib/calendar/moscow';
import { realDate, UUID } from './registry-query';

/** Which requests the statistics count, and how their days are gathered into columns. Pure. Dates are 'YYYY-MM-DD'. */

export interface StatisticsQuery {
  /** Days of sending («Дата направления запроса»), both included: what the registry's filter calls from and to. */
  from: string;
  to: string;
  /** Id of a division with those below it; «none» = of no division. */
  division: string | null;
}

export interface Period {
  from: string;
  to: string;
}

/** The year, quarter or month of so many months that holds the day, from its first to its last day; `back` = that many before it. */
function monthsAround(date: string, months: number, back = 0): Period {
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1];
  const first = Math.floor(month / months) * months - back * months;
  const firstDay = (at: number) => new Date(Date.UTC(year, at, 1)).toISOString().slice(0, 10);
  return { from: firstDay(first), to: addDays(firstDay(first + months), -1) };
}

/** Periods that are one click away, beginning with the one that is shown unless another is asked for. */
export const periodsOf = (today: string): { label: string; period: Period }[] => [
  { label: 'Этот месяц', period: monthsAround(today, 1) },
  { label: 'Прошлый месяц', period: monthsAround(today, 1, 1) },
  { label: 'Квартал', period: monthsAround(today, 3) },
  { label: 'Год', period: monthsAround(today, 12) },
];

/** Longer than the three years that a request asks about, and short enough to be drawn. */
const MAX_YEARS = 5;

export interface AskedStatistics {
  /** Null when the dates are wrong: `errors` says what is. */
  query: StatisticsQuery | null;
  division: string | null;
  /** Both dates as they go back into the form. */
  typed: Period;
  /** A sentence for each wrong field. */
  errors: { from?: string; to?: string };
}

/** Parameters of the address line; without any dates the month of `today`. A date may also be typed as «19.11.2026». */
export function parseStatisticsQuery(
  params: Record<string, string | string[] | undefined>,
  today: string,
): AskedStatistics {
  const one = (name: string) => {
    const value = params[name];
    return ((Array.isArray(value) ? value[0] : value) ?? '').trim().slice(0, 40);
  };
  const division =
    one('division') === 'none' ? 'none' : UUID.test(one('division')) ? one('division').toLowerCase() : null;
  if (one('from') === '' && one('to') === '') {
    const typed = monthsAround(today, 1);
    return { query: { ...typed, division }, division, typed, errors: {} };
  }
  const errors: AskedStatistics['errors'] = {};
  const dateOf = (name: 'from' | 'to', missing: string) => {
    const typed = one(name);
    const date = realDate(typed.replace(/^(\d\d)\.(\d\d)\.(\d{4})$/, '$3-$2-$1'));
    if (date === null) errors[name] = typed === '' ? missing : 'Такой даты нет. Введите её так: 19.11.2026.';
    return date;
  };
  const from = dateOf('from', 'Укажите, с\u00a0какой даты считать.');
  const to = dateOf('to', 'Укажите, по\u00a0какую дату считать.');
  const typed = { from: from ?? one('from'), to: to ?? one('to') };
  if (from && to && from > to) errors.to = 'Конец периода раньше его начала.';
  else if (from && to && to >= `${Number(from.slice(0, 4)) + MAX_YEARS}${from.slice(4)}`)
    errors.to = `Период не\u00a0может быть длиннее ${MAX_YEARS}\u00a0лет.`;
  const right = Object.keys(errors).length === 0;
  return { query: right ? { from: from!, to: to!, division } : null, division, typed, errors };
}

/** The same as parameters of an address line. */
export function statisticsParams({ from, to, division }: StatisticsQuery): URLSearchParams {
  return new URLSearchParams({ from, to, ...(division ? { division } : {}) });
}

export type ColumnUnit = 'day' | 'week' | 'month';

/** Days up to 31 of them, else weeks up to 26, else months. */
export function unitOf({ from, to }: Period): ColumnUnit {
  const days = daysOf({ from, to }).length;
  return days <= 31 ? 'day' : days <= 26 * 7 ? 'week' : 'month';
}

/** The period in pieces; those at its ends may be shorter. A week begins on Monday. */
export function piecesOf(period: Period, unit: ColumnUnit): Period[] {
  const pieces: Period[] = [];
  for (const day of daysOf(period)) {
    const begins =
      unit === 'day' || (unit === 'week' ? new Date(`${day}T00:00:00Z`).getUTCDay() === 1 : day.endsWith('-01'));
    if (begins || pieces.length === 0) pieces.push({ from: day, to: day });
    else pieces.at(-1)!.to = day;
  }
  return pieces;
}

/** Every day of the period. */
export function daysOf({ from, to }: Period): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}
