import { and, eq, inArray } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { calendarYears, users } from '@/db/schema/staff';
import { hasRole, type Person, shortName } from '@/lib/auth/actor';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import {
  type CalendarAdditions,
  isPreliminary,
  isWeekendOrHoliday,
  isWorkingDay,
  knownYear,
} from '@/lib/calendar/working-days';
import type { Result } from '@/lib/errors';
import type { CalendarYear } from './calendar-schema';

/** «Производственный календарь»: what an organization adds to the data, and a year that the data does not have. Admins only. */

/** What the organization added, of all years. */
export async function calendarOf(tx: Pick<Tx, 'select'>, organizationId: string): Promise<CalendarAdditions> {
  return (await calendarsOf(tx, [organizationId])).get(organizationId) ?? {};
}

/** The same of several organizations, or of all; those that added nothing are not in it. */
export async function calendarsOf(
  tx: Pick<Tx, 'select'>,
  organizationIds?: string[],
): Promise<Map<string, CalendarAdditions>> {
  const rows = await tx
    .select()
    .from(calendarYears)
    .where(organizationIds && inArray(calendarYears.organizationId, organizationIds));
  const calendars = new Map<string, CalendarAdditions>();
  for (const { organizationId, year, daysOff, workingDays } of rows) {
    calendars.set(organizationId, { ...calendars.get(organizationId), [year]: { daysOff, workingDays } });
  }
  return calendars;
}

/** The additions by which the pages of this person count days. */
export const ownCalendar = (person: Person): Promise<CalendarAdditions> => calendarOf(db, person.organizationId);

export interface CalendarYearView {
  year: number;
  /** «ПП РФ 16.09.2021 № 1564»; null = the year is not in the data. */
  decree: string | null;
  /** Counted by ст. 112 ТК РФ without the government's moves. */
  preliminary: boolean;
  /** Of the whole year, with what was added. */
  workingDays: number;
  /** All that are neither weekends nor holidays; weekends that are worked. With what was added. */
  daysOff: string[];
  workingWeekends: string[];
  added: { daysOff: string[]; workingDays: string[]; by: string; at: Date } | null;
}

/** Last year, this one and two more; null for those who may not change them. */
export async function getCalendar(person: Person, now = new Date()): Promise<CalendarYearView[] | null> {
  if (!hasRole(person, 'admin')) return null;
  const rows = await db
    .select({
      year: calendarYears.year,
      daysOff: calendarYears.daysOff,
      workingDays: calendarYears.workingDays,
      at: calendarYears.setAt,
      lastName: users.lastName,
      firstName: users.firstName,
      patronymic: users.patronymic,
    })
    .from(calendarYears)
    .innerJoin(users, eq(users.id, calendarYears.setBy))
    .where(eq(calendarYears.organizationId, person.organizationId));
  const additions: CalendarAdditions = Object.fromEntries(rows.map((row) => [row.year, row]));
  const current = Number(moscowToday(now).slice(0, 4));
  return [-1, 0, 1, 2].map((ahead) => {
    const year = current + ahead;
    const row = rows.find((one) => one.year === year);
    const days = daysOf(year);
    const worked = days.filter((day) => isWorkingDay(day, additions));
    return {
      year,
      decree: knownYear(year)?.decree ?? null,
      preliminary: isPreliminary(year, additions),
      workingDays: worked.length,
      daysOff: days.filter((day) => !isWeekendOrHoliday(day) && !isWorkingDay(day, additions)),
      workingWeekends: worked.filter(isWeekendOrHoliday),
      added: row ? { daysOff: row.daysOff, workingDays: row.workingDays, by: shortName(row), at: row.at } : null,
    };
  });
}

function daysOf(year: number): string[] {
  const days: string[] = [];
  for (let day = `${year}-01-01`; day <= `${year}-12-31`; day = addDays(day, 1)) days.push(day);
  return days;
}

/**
 * Both lists together replace what the organization had added to the year. Two empty lists take the addition away: a year
 * of the data is again as its decree has it, another one again preliminary (a decree always moves the weekends of
 * January, so an entered year without a day would be a mistake).
 */
export async function saveCalendarYear(person: Person, { year, daysOff, workingDays }: CalendarYear): Promise<Result> {
  if (!hasRole(person, 'admin')) return { ok: false, reason: 'forbidden', message: 'Календарь меняет администратор.' };
  const { organizationId } = person;
  if (daysOff.length === 0 && workingDays.length === 0) {
    await db
      .delete(calendarYears)
      .where(and(eq(calendarYears.organizationId, organizationId), eq(calendarYears.year, year)));
    return { ok: true };
  }
  const set = { daysOff, workingDays, setBy: person.userId, setAt: new Date() };
  await db
    .insert(calendarYears)
    .values({ organizationId, year, ...set })
    .onConflictDoUpdate({ target: [calendarYears.organizationId, calendarYears.year], set });
  return { ok: true };
}
