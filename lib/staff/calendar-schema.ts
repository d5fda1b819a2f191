import { z } from 'zod';
import { formatDate } from '@/lib/calendar/format';
import { isWorkingDay } from '@/lib/calendar/working-days';
import { realDate } from '@/lib/debt-requests/registry-query';

/** «Производственный календарь» as the form and the server share it. */

const list = z.string().max(4000, 'Слишком много дат: не\u00a0больше 4000\u00a0знаков.');

/**
 * A year's days as people type them («05.11, 31.12.2028», parted by commas, semicolons, spaces or new lines) → dates
 * 'YYYY-MM-DD' in order, each once. A date that changes nothing is refused: it is a slip or misunderstood.
 */
export const calendarYearSchema = z
  .object({ year: z.number().int().min(2020).max(2100), daysOff: list, workingDays: list })
  .transform(({ year, ...typed }, ctx) => {
    // as the calendar is without these days
    const bare = { [year]: { daysOff: [], workingDays: [] } };
    const daysOf = (field: 'daysOff' | 'workingDays', refuse: (date: string) => string | null): string[] => {
      const dates = new Set<string>();
      for (const word of typed[field].split(/[\s,;]+/).filter(Boolean)) {
        const date = dateOf(word, year);
        const message = date.ok ? refuse(date.date) : date.message;
        if (message) ctx.addIssue({ code: 'custom', path: [field], message });
        else if (date.ok) dates.add(date.date);
      }
      return [...dates].sort();
    };
    const daysOff = daysOf('daysOff', (date) =>
      isWorkingDay(date, bare) ? null : `${formatDate(date)}: по\u00a0календарю это и\u00a0так нерабочий день.`,
    );
    const workingDays = daysOf('workingDays', (date) => {
      if (daysOff.includes(date))
        return `${formatDate(date)} есть и\u00a0в\u00a0нерабочих, и\u00a0в\u00a0рабочих днях.`;
      return isWorkingDay(date, bare) ? `${formatDate(date)}: по\u00a0календарю это и\u00a0так рабочий день.` : null;
    });
    return { year, daysOff, workingDays };
  });
/** As it is typed. */
export type CalendarYearInput = z.input<typeof calendarYearSchema>;
export type CalendarYear = z.output<typeof calendarYearSchema>;

/** «05.11» of the chosen year or «05.11.2028». */
function dateOf(word: string, year: number): { ok: true; date: string } | { ok: false; message: string } {
  const written = /^(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?\.?$/.exec(word);
  const shown = word.slice(0, 20);
  if (!written) return { ok: false, message: `«${shown}»\u00a0— не\u00a0дата. Пример: 05.11 или 05.11.${year}.` };
  const [, day, month, typedYear = String(year)] = written;
  const date = realDate(`${typedYear}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`);
  if (!date) return { ok: false, message: `${shown}: такой даты нет.` };
  if (typedYear !== String(year)) return { ok: false, message: `${shown}: это другой год, а\u00a0выбран ${year}.` };
  return { ok: true, date };
}
