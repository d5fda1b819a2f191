import { describe, expect, it } from 'vitest';
import { formatDate, formatDayMonth, formatMoment, formatMomentShort, formatTimeLeft } from '@/lib/calendar/format';
import { addDays, deadlineEnd, moscowToday } from '@/lib/calendar/moscow';
import { plural } from '@/lib/calendar/plural';
import calendar from '@/lib/calendar/production-calendar.json';
import { deadlineInWords, isWorkingDay, workingDaysLeft } from '@/lib/calendar/working-days';

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

  it('counts a year without a decree by weekends and holidays', () => {
    expect(isWorkingDay('2031-01-08')).toBe(false);
    expect(isWorkingDay('2031-01-09')).toBe(true);
    expect(isWorkingDay('2031-01-11')).toBe(false);
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
