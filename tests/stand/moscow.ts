/** Moscow days: the portal lives on Moscow time, UTC+3 all year. Dates are YYYY-MM-DD. */

const HOUR = 3_600_000;

/** The day it is in Moscow at this moment (milliseconds since the epoch). */
export function moscowDate(at: number): string {
  return new Date(at + 3 * HOUR).toISOString().slice(0, 10);
}

/** `2026-11-18T10:15:30.125+03:00`. */
export function moscowDateTime(at: number): string {
  return `${new Date(at + 3 * HOUR).toISOString().slice(0, -1)}+03:00`;
}

/** The moment the term of an answer ends: 24:00 Moscow of `responseDate`. A guess: PROTOCOL §5.8 knows no hour. */
export function deadlineEnd(responseDate: string): number {
  return Date.parse(`${responseDate}T00:00:00+03:00`) + 24 * HOUR;
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 24 * HOUR).toISOString().slice(0, 10);
}

/** The same day `months` later, or the last day of a shorter month. */
export function addMonths(date: string, months: number): string {
  const [y, m, d] = date.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(y, m + months, 0)).getUTCDate();
  return new Date(Date.UTC(y, m - 1 + months, Math.min(d, last))).toISOString().slice(0, 10);
}

/** Days off on weekdays and working Saturdays of 2026–2027 (ПП РФ 24.09.2025 № 1466, 17.09.2026 № 1187). */
const OFF = new Set(
  (
    '2026-01-01 2026-01-02 2026-01-05 2026-01-06 2026-01-07 2026-01-08 2026-01-09 2026-02-23 2026-03-09 2026-05-01 ' +
    '2026-05-11 2026-06-12 2026-11-04 2026-12-31 ' +
    '2027-01-01 2027-01-04 2027-01-05 2027-01-06 2027-01-07 2027-01-08 2027-02-22 2027-02-23 2027-03-08 2027-05-03 ' +
    '2027-05-10 2027-06-14 2027-11-04 2027-11-05 2027-12-31'
  ).split(' '),
);
const WORKING_SATURDAYS = new Set(['2027-02-20']);

export function isWorkingDay(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  if (WORKING_SATURDAYS.has(date)) return true;
  return day !== 0 && day !== 6 && !OFF.has(date);
}

/** The `count`-th working day after (before, if negative) the date; with 0 the date itself or the next working day. */
export function addWorkingDays(date: string, count: number): string {
  let day = date;
  if (count === 0) {
    while (!isWorkingDay(day)) day = addDays(day, 1);
    return day;
  }
  const step = Math.sign(count);
  for (let left = Math.abs(count); left > 0; ) {
    day = addDays(day, step);
    if (isWorkingDay(day)) left--;
  }
  return day;
}
