/**
 * Dates of the law are days of Moscow: 'YYYY-MM-DD' without time (DOMAIN «Working days», PROTOCOL §5.8). Moscow has
 * been UTC+3 without summer time since 26.10.2014, so the offset is a constant here.
 */

const MOSCOW_OFFSET_MS = 3 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

const NBSP = '\u00a0';

/** The day it is in Moscow at this moment, 'YYYY-MM-DD'. */
export const moscowToday = (now: Date): string => inMoscow(now).slice(0, 10);

/** The moment when the term is over: 24:00 Moscow time of the deadline's day. */
export const deadlineEnd = (date: string): Date => new Date(Date.parse(`${date}T00:00:00+03:00`) + DAY_MS);

/** The day `days` after `date` (before it, if negative). */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** '2026-11-19' → «19.11.2026». */
export const formatDate = (date: string): string => date.split('-').reverse().join('.');

/** '2026-11-19' → «19.11», for dense tables. */
export const formatDayMonth = (date: string): string => formatDate(date).slice(0, 5);

/** «09:40», Moscow time. */
export const formatTime = (at: Date): string => inMoscow(at).slice(11, 16);

/** «сегодня, 09:40», «18.11, 16:05» or, in another year, «18.11.2025, 16:05»; Moscow time. */
export function formatMoment(at: Date, now: Date): string {
  return `${dayOf(at, now)}, ${formatTime(at)}`;
}

/** The same inside a sentence: «сегодня в 09:40». */
export function formatMomentInWords(at: Date, now: Date): string {
  return `${dayOf(at, now)} в${NBSP}${formatTime(at)}`;
}

/** Hours and minutes until `end`: «13 ч 18 мин», «18 мин»; empty when nothing is left. */
export function formatTimeLeft(end: Date, now: Date): string {
  const minutes = Math.floor((end.getTime() - now.getTime()) / 60_000);
  if (minutes <= 0) return '';
  const hours = Math.floor(minutes / 60);
  return [hours ? `${hours}${NBSP}ч` : '', minutes % 60 ? `${minutes % 60}${NBSP}мин` : ''].filter(Boolean).join(' ');
}

function dayOf(at: Date, now: Date): string {
  const day = moscowToday(at);
  const today = moscowToday(now);
  if (day === today) return 'сегодня';
  return day.slice(0, 4) === today.slice(0, 4) ? formatDayMonth(day) : formatDate(day);
}

const inMoscow = (at: Date): string => new Date(at.getTime() + MOSCOW_OFFSET_MS).toISOString();
