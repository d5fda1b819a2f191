/** Moscow time is the portal's time: UTC+3 all year since 26.10.2014. Dates without time are 'YYYY-MM-DD'. */

const OFFSET_MS = 3 * 60 * 60 * 1000;

/** Today's date in Moscow. */
export function moscowToday(now: Date = new Date()): string {
  return new Date(now.getTime() + OFFSET_MS).toISOString().slice(0, 10);
}

/** The moment when a term ends: 24:00 Moscow time of the date (PROTOCOL §5.8: the hour is not documented, end of day). */
export function deadlineEnd(date: string): Date {
  return new Date(Date.parse(`${date}T00:00:00.000Z`) + 24 * 60 * 60 * 1000 - OFFSET_MS);
}

/** The moment of a Moscow time of day ('HH:MM') on a date. */
export const moscowMoment = (date: string, time: string): Date => new Date(Date.parse(`${date}T${time}:00.000+03:00`));

/** What happens daily at a Moscow time ('HH:MM'): when it was last due, and when it is next. */
export function dailyMoments(time: string, now: Date): { last: Date; next: Date } {
  const today = moscowToday(now);
  const due = moscowMoment(today, time);
  return due.getTime() <= now.getTime()
    ? { last: due, next: moscowMoment(addDays(today, 1), time) }
    : { last: moscowMoment(addDays(today, -1), time), next: due };
}

export const isPast = (date: string, now: Date): boolean => now.getTime() >= deadlineEnd(date).getTime();

/** Date arithmetic on 'YYYY-MM-DD'. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00.000Z`) + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}
