import { formatDate } from './format';
import { addDays } from './moscow';
import { plural } from './plural';
import calendar from './production-calendar.json';

interface Year {
  /** «ПП РФ 16.09.2021 № 1564». */
  decree: string;
  holidays: string[];
  extraDaysOff: string[];
  workingWeekends: string[];
}

const YEARS: Record<string, Year | undefined> = calendar.years;

/** What an organization adds: by year ('YYYY'), days 'YYYY-MM-DD'. They win over the data. */
export type CalendarAdditions = Record<string, { daysOff: string[]; workingDays: string[] } | undefined>;

/** The days of January (ст. 112 ТК РФ, paragraphs two and three): the government moves their weekends, each year elsewhere. */
const JANUARY = ['01-01', '01-02', '01-03', '01-04', '01-05', '01-06', '01-07', '01-08'];
/** The other holidays of ст. 112 ТК РФ: one on a weekend moves the day off to the next working day after it. */
const MOVING = ['02-23', '03-08', '05-01', '05-09', '06-12', '11-04'];

/** A year of the data as its decree has it; undefined for one whose decree came later than the data. */
export const knownYear = (year: number): Year | undefined => YEARS[year];

/** Is the year counted by ст. 112 ТК РФ alone: neither in the data nor entered by the organization? */
export const isPreliminary = (year: number, additions: CalendarAdditions = {}): boolean =>
  !YEARS[year] && !additions[year];

/** A weekend, or a holiday of ст. 112 ТК РФ itself; what is moved because of them is not looked at. */
export const isWeekendOrHoliday = (date: string): boolean =>
  isWeekend(date) || JANUARY.includes(date.slice(5)) || MOVING.includes(date.slice(5));

/**
 * Is this day ('YYYY-MM-DD') worked in a five-day week by the production calendar, with what the organization added? A
 * year that is not in the data is counted by ст. 112 ТК РФ; once the organization has entered it, by its days instead of
 * the moves computed here.
 */
export function isWorkingDay(date: string, additions: CalendarAdditions = {}): boolean {
  const added = additions[date.slice(0, 4)];
  if (added?.daysOff.includes(date)) return false;
  if (added?.workingDays.includes(date)) return true;
  const year = YEARS[date.slice(0, 4)];
  if (year) {
    if (isWeekend(date)) return year.workingWeekends.includes(date);
    return !year.holidays.includes(date) && !year.extraDaysOff.includes(date);
  }
  return !isWeekendOrHoliday(date) && (added !== undefined || !isMovedDayOff(date));
}

function isWeekend(date: string): boolean {
  const weekday = weekdayOf(date);
  return weekday === 0 || weekday === 6;
}

/** No two of those holidays stand within three days: the next working day after one on a weekend is always its Monday. */
const isMovedDayOff = (date: string): boolean =>
  weekdayOf(date) === 1 && [-1, -2].some((days) => MOVING.includes(addDays(date, days).slice(5)));

const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();

/** The first working day after `date`. */
export function nextWorkingDay(date: string, additions: CalendarAdditions = {}): string {
  let day = addDays(date, 1);
  while (!isWorkingDay(day, additions)) day = addDays(day, 1);
  return day;
}

/**
 * The term by the rule of the data: the 5th working day after the day of sending, which is not counted. The portal's own
 * date always wins; this one only checks it.
 */
export function fifthWorkingDay(sentDate: string, additions: CalendarAdditions = {}): string {
  let day = sentDate;
  for (let i = 0; i < 5; i++) day = nextWorkingDay(day, additions);
  return day;
}

/** Working days after `today` up to and including `deadline`; 0 on the day itself and after it. */
export function workingDaysLeft(today: string, deadline: string, additions: CalendarAdditions = {}): number {
  let left = 0;
  for (let day = addDays(today, 1); day <= deadline; day = addDays(day, 1)) if (isWorkingDay(day, additions)) left++;
  return left;
}

export type DeadlineTone = 'past' | 'today' | 'soon' | 'later';

/**
 * The countdown as staff read it (LOOK «Deadline»): «истёк», «сегодня», «завтра» (only a working one), «1 раб. день»,
 * «3 раб. дня». `soon` = at most one working day is left.
 */
export function deadlineInWords(
  today: string,
  deadline: string,
  additions: CalendarAdditions = {},
): { tone: DeadlineTone; words: string } {
  if (deadline < today) return { tone: 'past', words: 'истёк' };
  if (deadline === today) return { tone: 'today', words: 'сегодня' };
  const left = workingDaysLeft(today, deadline, additions);
  const words =
    left === 1 && deadline === addDays(today, 1)
      ? 'завтра'
      : `${left}\u00a0раб.\u00a0${plural(left, 'день', 'дня', 'дней')}`;
  return { tone: left <= 1 ? 'soon' : 'later', words };
}

/** «20.11.2026, завтра до 24:00 мск»; for a passed term «18.11.2026, истёк». */
export function deadlineInFull(
  today: string,
  deadline: string,
  additions: CalendarAdditions = {},
): { date: string; tone: DeadlineTone; words: string; until: string } {
  const { tone, words } = deadlineInWords(today, deadline, additions);
  return { date: formatDate(deadline), tone, words, until: tone === 'past' ? '' : 'до\u00a024:00\u00a0мск' };
}
