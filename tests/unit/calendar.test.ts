import { describe, expect, it } from 'vitest';
import { formatDate, formatDayMonth, formatMoment, formatMomentShort, formatTimeLeft } from '@/lib/calendar/format';
import { addDays, deadlineEnd, moscowToday } from '@/lib/calendar/moscow';
import { plural } from '@/lib/calendar/plural';
import calendar from '@/lib/calendar/production-calendar.json';
import {
  type CalendarAdditions,
  deadlineInFull,
  deadlineInWords,
  fifthWorkingDay,
  isPreliminary,
  isWorkingDay,
  workingDaysLeft,
} from '@/lib/calendar/working-days';
import { calendarYearSchema } from '@/lib/staff/calendar-schema';

/** Date of sending → the portal's deadline: the first three were seen on the portal, the rest follow the rule. */
const PAIRS = [
  ['2022-10-31', '2022-11-08'],
  ['2025-08-08', '2025-08-15'],
  ['2025-09-01', '2025-09-08'],
  ['2024-12-27', '2025-01-14'],
  ['2025-04-25', '2025-05-06'],
  ['2025-04-30', '2025-05-13'],
  ['2025-10-31', '2025-11-10'],
  ['2025-12-26', '2026-01-14'],
  ['2025-12-29', '2026-01-15'],
  ['2025-12-30', '2026-01-16'],
  ['2026-03-05', '2026-03-13'],
  ['2026-04-29', '2026-05-07'],
  ['2026-05-06', '2026-05-14'],
  ['2026-06-10', '2026-06-18'],
  ['2026-11-02', '2026-11-10'],
  ['2026-11-20', '2026-11-27'],
  ['2026-12-25', '2027-01-12'],
  ['2026-12-30', '2027-01-15'],
  ['2027-02-15', '2027-02-20'],
  ['2027-02-19', '2027-03-01'],
  ['2027-04-29', '2027-05-07'],
  ['2027-05-06', '2027-05-14'],
  ['2027-10-29', '2027-11-09'],
] as const;

describe('working days', () => {
  it.each(PAIRS)('from %s to %s there are five', (sent, deadline) => {
    expect(fifthWorkingDay(sent)).toBe(deadline);
    expect(workingDaysLeft(sent, deadline)).toBe(5);
    expect(isWorkingDay(deadline)).toBe(true);
    expect(workingDaysLeft(sent, addDays(deadline, -1))).toBe(4);
  });

  it.each(Object.entries(calendar.years))('%s has as many as its decree leaves', (year, { workingDays, daysOff }) => {
    expect(workingDaysLeft(`${Number(year) - 1}-12-31`, `${year}-12-31`)).toBe(workingDays);
    const days = (Date.UTC(Number(year) + 1, 0) - Date.UTC(Number(year), 0)) / 86_400_000;
    expect(days - workingDays).toBe(daysOff);
  });

  it('knows moved days: a working Saturday, a Monday off', () => {
    expect(isWorkingDay('2027-02-20')).toBe(true);
    expect(isWorkingDay('2027-02-22')).toBe(false);
  });

  it('the last day of a year is worked on or not as its decree says', () => {
    expect(isWorkingDay('2022-12-30')).toBe(true);
    expect(isWorkingDay('2026-12-31')).toBe(false);
    expect(isWorkingDay('2027-12-31')).toBe(false);
    // the decree is not known: a usual Friday
    expect(isWorkingDay('2032-12-31')).toBe(true);
  });

  it('counts a year without a decree by weekends and holidays', () => {
    expect(isWorkingDay('2031-01-08')).toBe(false);
    expect(isWorkingDay('2031-01-09')).toBe(true);
    expect(isWorkingDay('2031-01-11')).toBe(false);
  });

  it.each([
    ['Saturday', '2031-03-08', '2031-03-10'],
    ['Saturday', '2032-05-01', '2032-05-03'],
    ['Sunday', '2031-02-23', '2031-02-24'],
    ['Sunday', '2032-05-09', '2032-05-10'],
    ['Saturday', '2028-11-04', '2028-11-06'],
  ])('without a decree a holiday on a %s (%s) makes %s a day off, the next day not', (_weekday, holiday, moved) => {
    expect(isWorkingDay(holiday)).toBe(false);
    expect(isWorkingDay(moved)).toBe(false);
    expect(isWorkingDay(addDays(moved, 1))).toBe(true);
  });

  it('without a decree the weekends of the January holidays move nowhere: the government says where', () => {
    // 1, 2 and 8 January 2028 are weekends, the 10th is a Monday
    expect(['2028-01-07', '2028-01-08', '2028-01-09', '2028-01-10'].map((day) => isWorkingDay(day))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    // a holiday on a weekday moves nothing
    expect(isWorkingDay('2028-05-02')).toBe(true);
    expect(fifthWorkingDay('2028-11-02')).toBe('2028-11-10');
    expect(fifthWorkingDay('2027-12-30')).toBe('2028-01-14');
  });
});

describe('what an organization adds to the calendar', () => {
  const additions: CalendarAdditions = {
    2026: { daysOff: ['2026-11-20'], workingDays: ['2026-11-21'] },
    2028: { daysOff: ['2028-05-05'], workingDays: ['2028-04-29'] },
  };

  it('wins over the data', () => {
    expect(isWorkingDay('2026-11-20')).toBe(true);
    expect(isWorkingDay('2026-11-20', additions)).toBe(false);
    expect(isWorkingDay('2026-11-21', additions)).toBe(true);
    // the rest of the year stays as its decree has it
    expect(isWorkingDay('2026-12-31', additions)).toBe(false);
    expect(workingDaysLeft('2026-11-19', '2026-11-23', { 2026: { daysOff: ['2026-11-20'], workingDays: [] } })).toBe(1);
    expect(fifthWorkingDay('2026-11-19', { 2026: { daysOff: ['2026-11-20'], workingDays: [] } })).toBe('2026-11-27');
    expect(fifthWorkingDay('2026-11-19')).toBe('2026-11-26');
    // a working Saturday of the decree can be a day off again
    expect(isWorkingDay('2027-02-20', { 2027: { daysOff: ['2027-02-20'], workingDays: [] } })).toBe(false);
  });

  it('makes an unknown year certain: its days in place of the computed moves', () => {
    expect(isWorkingDay('2028-05-05', additions)).toBe(false);
    expect(isWorkingDay('2028-04-29', additions)).toBe(true);
    expect(isWorkingDay('2028-11-06', additions)).toBe(true);
    expect(isWorkingDay('2028-11-04', additions)).toBe(false);
    expect(isWorkingDay('2028-01-07', additions)).toBe(false);
    // the next year is not touched
    expect(isWorkingDay('2031-03-10', additions)).toBe(false);
  });

  it('is seen in the words of the deadline', () => {
    const words = (given: CalendarAdditions) => deadlineInWords('2026-11-19', '2026-11-23', given).words;
    expect(words({})).toBe('2\u00a0раб.\u00a0дня');
    expect(words({ 2026: { daysOff: ['2026-11-20'], workingDays: [] } })).toBe('1\u00a0раб.\u00a0день');
    expect(words(additions)).toBe('2\u00a0раб.\u00a0дня');
    expect(deadlineInFull('2026-11-19', '2026-11-20', additions).words).toBe('0\u00a0раб.\u00a0дней');
  });

  it('a year neither in the data nor entered is preliminary', () => {
    expect([2026, 2027, 2028, 2029].map((year) => isPreliminary(year))).toEqual([false, false, true, true]);
    expect([2026, 2027, 2028, 2029].map((year) => isPreliminary(year, additions))).toEqual([false, false, false, true]);
  });
});

describe('days as people type them', () => {
  const read = (daysOff: string, workingDays = '', year = 2028) => {
    const result = calendarYearSchema.safeParse({ year, daysOff, workingDays });
    return result.success ? result.data : result.error.issues.map(({ path, message }) => [path[0], plain(message)]);
  };
  const plain = (text: string) => text.replaceAll('\u00a0', ' ');

  it('dates with and without the year, parted by anything, each once and in order', () => {
    expect(read('31.10.2028, 5.5;03.11\n\u00a005.05  ', '29.04.')).toEqual({
      year: 2028,
      daysOff: ['2028-05-05', '2028-10-31', '2028-11-03'],
      workingDays: ['2028-04-29'],
    });
    expect(read('  ', '\n')).toEqual({ year: 2028, daysOff: [], workingDays: [] });
    expect(read('29.02', '')).toMatchObject({ daysOff: ['2028-02-29'] });
  });

  it.each([
    ['30.02', '', 'daysOff', '30.02: такой даты нет.'],
    ['05.11.2027', '', 'daysOff', '05.11.2027: это другой год, а выбран 2028.'],
    ['завтра', '', 'daysOff', '«завтра» — не дата. Пример: 05.11 или 05.11.2028.'],
    ['05/11', '', 'daysOff', '«05/11» — не дата. Пример: 05.11 или 05.11.2028.'],
    ['04.11', '', 'daysOff', '04.11.2028: по календарю это и так нерабочий день.'],
    ['', '03.11', 'workingDays', '03.11.2028: по календарю это и так рабочий день.'],
    ['03.11', '03.11', 'workingDays', '03.11.2028 есть и в нерабочих, и в рабочих днях.'],
  ])('off «%s», worked «%s»: refused beside %s', (daysOff, workingDays, field, message) => {
    expect(read(daysOff, workingDays)).toEqual([[field, message]]);
  });

  it('a moved day off is entered in an unknown year, for then nothing is computed', () => {
    expect(read('06.11')).toMatchObject({ daysOff: ['2028-11-06'] });
  });

  it('years from 2020 to 2100', () => {
    expect(read('06.11', '', 2019)).toMatchObject([['year', expect.any(String)]]);
    expect(read('06.11', '', 2101)).toMatchObject([['year', expect.any(String)]]);
  });
});

describe('the deadline in words', () => {
  it.each([
    ['2026-11-18', 'past', 'истёк'],
    ['2026-11-19', 'today', 'сегодня'],
    ['2026-11-20', 'soon', 'завтра'],
    ['2026-11-23', 'later', '2 раб. дня'],
    ['2026-11-26', 'later', '5 раб. дней'],
  ])('on Thursday 19.11.2026 for %s', (deadline, tone, words) => {
    const got = deadlineInWords('2026-11-19', deadline);
    expect({ ...got, words: got.words.replaceAll('\u00a0', ' ') }).toEqual({ tone, words });
  });

  it('on a Friday does not call Monday «завтра», nor a Saturday', () => {
    expect(deadlineInWords('2026-11-20', '2026-11-23')).toEqual({ tone: 'soon', words: '1\u00a0раб.\u00a0день' });
    expect(deadlineInWords('2026-11-20', '2026-11-21')).toEqual({ tone: 'soon', words: '0\u00a0раб.\u00a0дней' });
  });
});

describe('Moscow dates', () => {
  it('the day changes at 21:00 UTC', () => {
    expect(moscowToday(new Date('2026-11-19T20:59:59Z'))).toBe('2026-11-19');
    expect(moscowToday(new Date('2026-11-19T21:00:00Z'))).toBe('2026-11-20');
  });

  it('a term ends at 24:00 Moscow', () => {
    expect(deadlineEnd('2026-12-31').toISOString()).toBe('2026-12-31T21:00:00.000Z');
  });

  it('reads as staff write dates', () => {
    const now = new Date('2026-11-19T07:42:00Z');
    expect(formatDate('2026-11-09')).toBe('09.11.2026');
    expect(formatDayMonth('2026-11-09')).toBe('09.11');
    expect(formatMoment(new Date('2026-11-19T06:40:00Z'), now)).toBe('сегодня, 09:40');
    expect(formatMoment(new Date('2026-11-18T13:05:00Z'), now)).toBe('18.11, 16:05');
    expect(formatMomentShort(new Date('2026-11-19T06:40:00Z'), now)).toBe('09:40');
    expect(formatMomentShort(new Date('2026-11-18T20:59:00Z'), now)).toBe('18.11, 23:59');
    expect(formatMoment(new Date('2025-11-18T13:05:00Z'), now)).toBe('18.11.2025, 16:05');
    expect(formatTimeLeft(deadlineEnd('2026-11-19'), now)).toBe('13\u00a0ч 18\u00a0мин');
    expect(formatTimeLeft(now, now)).toBe('');
  });

  it('declines nouns after numbers', () => {
    const answers = (n: number) => plural(n, 'ответ', 'ответа', 'ответов');
    expect([1, 2, 5, 11, 12, 21, 22, 25, 111].map(answers)).toEqual([
      'ответ',
      'ответа',
      'ответов',
      'ответов',
      'ответов',
      'ответ',
      'ответа',
      'ответов',
      'ответов',
    ]);
  });
});
