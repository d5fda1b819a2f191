import { formatDate } from './format';
import { addDays } from './moscow';
import { plural } from './plural';
import calendar from './production-calendar.json';

interface Year {
  holidays: string[];
  extraDaysOff: string[];
  workingWeekends: string[];
}

const YEARS: Record<string, Year | undefined> = calendar.years;

/** ст. 112 ТК РФ, the days themselves: for a year whose decree on transfers is not in the data yet. */
const HOLIDAYS = [
  ...['01-01', '01-02', '01-03', '01-04', '01-05', '01-06', '01-07', '01-08'],
  ...['02-23', '03-08', '05-01', '05-09', '06-12', '11-04'],
];

/**
 * Is this day ('YYYY-MM-DD') worked in a five-day week by the production calendar? A year that is not in the data is
 * counted by weekends and the holidays of ст. 112 ТК РФ without transfers.
 */
export function isWorkingDay(date: string): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  const weekend = weekday === 0 || weekday === 6;
  const year = YEARS[date.slice(0, 4)];
  if (!year) return !weekend && !HOLIDAYS.includes(date.slice(5));
  if (weekend) return year.workingWeekends.includes(date);
  return !year.holidays.includes(date) && !year.extraDaysOff.includes(date);
}

/** Working days after `today` up to and including `deadline`; 0 on the day itself and after it. */
export function workingDaysLeft(today: string, deadline: string): number {
  let left = 0;
  for (let day = addDays(today, 1); day <= deadline; day = addDays(day, 1)) if (isWorkingDay(day)) left++;
  return left;
}

export type DeadlineTone = 'past' | 'today' | 'soon' | 'later';

/**
 * The countdown as staff read it (LOOK «Deadline»): «истёк», «сегодня», «завтра» (only a working one), «1 раб. день»,
 * «3 раб. дня». `soon` = at most one working day is left.
 */
export function deadlineInWords(today: string, deadline: string): { tone: DeadlineTone; words: string } {
  if (deadline < today) return { tone: 'past', words: 'истёк' };
  if (deadline === today) return { tone: 'today', words: 'сегодня' };
  const left = workingDaysLeft(today, deadline);
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
): { date: string; tone: DeadlineTone; words: string; until: string } {
  const { tone, words } = deadlineInWords(today, deadline);
  return { date: formatDate(deadline), tone, words, until: tone === 'past' ? '' : 'до\u00a024:00\u00a0мск' };
}
