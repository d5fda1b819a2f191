import { moscowToday } from './moscow';

/** How staff read dates ('YYYY-MM-DD') and moments, always in Moscow time. */

const NBSP = '\u00a0';
const time = new Intl.DateTimeFormat('ru', { timeZone: 'Europe/Moscow', hour: '2-digit', minute: '2-digit' });

/** '2026-11-19' → «19.11.2026». */
export const formatDate = (date: string): string => date.split('-').reverse().join('.');

/** '2026-11-19' → «19.11», for dense tables. */
export const formatDayMonth = (date: string): string => formatDate(date).slice(0, 5);

/** «09:40», Moscow time. */
export const formatTime = (at: Date): string => time.format(at);

/** «сегодня, 09:40», «18.11, 16:05» or, in another year, «18.11.2025, 16:05»; Moscow time. */
export function formatMoment(at: Date, now: Date): string {
  return `${dayOf(at, now)}, ${formatTime(at)}`;
}

/** The same in a dense list, where a time without a day is today's: «09:40», «18.11, 16:05». */
export function formatMomentShort(at: Date, now: Date): string {
  return moscowToday(at) === moscowToday(now) ? formatTime(at) : formatMoment(at, now);
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
