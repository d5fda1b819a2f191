import { eq } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { registryView } from '@/app/(staff)/debt-requests/registry-view';
import { db } from '@/db/client';
import { letters, notifications } from '@/db/schema/notifications';
import { calendarYears, users } from '@/db/schema/staff';
import { performAction } from '@/lib/action';
import type { Person } from '@/lib/auth/actor';
import { deadlineInWords } from '@/lib/calendar/working-days';
import { listInbox } from '@/lib/debt-requests/inbox';
import { listDebtRequests, parseRegistryQuery } from '@/lib/debt-requests/registry';
import { writeDigests } from '@/lib/notifications/letters';
import { remindOfDeadlines } from '@/lib/notifications/reminders';
import { calendarOf, calendarsOf, getCalendar, ownCalendar, saveCalendarYear } from '@/lib/staff/calendar';
import { calendarYearSchema } from '@/lib/staff/calendar-schema';
import { makeOrganization, makePerson, makeRequest } from '../factories';
import { resetDatabase } from '../setup/reset-database';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let admin: Person;
beforeEach(async () => {
  await resetDatabase();
  organization = await makeOrganization();
  admin = await makePerson(organization, ['admin']);
});

/** As the form calls it. */
const save = (year: number, daysOff: string, workingDays = '', person = admin) =>
  performAction(async () => person, calendarYearSchema, saveCalendarYear, 'saveCalendarYear', {
    year,
    daysOff,
    workingDays,
  });
const at = (date: string) => new Date(`${date}T09:00:00+03:00`);
/** Thursday; Friday 20.11 is worked on. */
const NOW = at('2026-11-19');
const yearOf = async (year: number, person = admin) =>
  (await getCalendar(person, NOW))!.find((row) => row.year === year)!;

test('the years around this one: those of the data, and one that waits for its decree', async () => {
  const years = (await getCalendar(admin, NOW))!;
  expect(years.map(({ year, preliminary, workingDays }) => [year, preliminary, workingDays])).toEqual([
    [2025, false, 247],
    [2026, false, 247],
    [2027, false, 247],
    [2028, true, expect.any(Number)],
  ]);
  expect(years[2]).toMatchObject({
    decree: 'ПП РФ 17.09.2026 № 1187',
    daysOff: ['2027-02-22', '2027-05-03', '2027-05-10', '2027-06-14', '2027-11-05', '2027-12-31'],
    workingWeekends: ['2027-02-20'],
    added: null,
  });
  // 4 November 2028 is a Saturday: that is all ст. 112 ТК РФ tells beforehand
  expect(years[3]).toMatchObject({ decree: null, daysOff: ['2028-11-06'], workingWeekends: [], added: null });
});

test('a regional day off is added to a known year, by whom and when; empty lists take it away', async () => {
  expect(await save(2026, '20.11', '21.11')).toEqual({ ok: true });
  expect(await yearOf(2026)).toMatchObject({
    preliminary: false,
    workingDays: 247,
    daysOff: ['2026-01-09', '2026-03-09', '2026-05-11', '2026-11-20', '2026-12-31'],
    workingWeekends: ['2026-11-21'],
    added: { daysOff: ['2026-11-20'], workingDays: ['2026-11-21'], by: admin.name, at: expect.any(Date) },
  });
  const other = await makePerson(organization, ['admin']);
  await db.update(users).set({ lastName: 'Другой' }).where(eq(users.id, other.userId));
  expect(await save(2026, '23.11', '', other)).toEqual({ ok: true });
  const changed = await yearOf(2026);
  expect(changed.added).toMatchObject({ daysOff: ['2026-11-23'], workingDays: [] });
  expect(changed.added!.by).toMatch(/^Другой/);
  expect(await save(2026, '', '')).toEqual({ ok: true });
  expect((await yearOf(2026)).added).toBeNull();
  expect(await db.select().from(calendarYears)).toEqual([]);
});

test('an unknown year is entered, and preliminary again when its days are taken away', async () => {
  expect(await save(2028, '06.11, 10.01.2028', '')).toEqual({ ok: true });
  expect(await yearOf(2028)).toMatchObject({ preliminary: false, daysOff: ['2028-01-10', '2028-11-06'] });
  expect(await save(2028, ' ', '')).toEqual({ ok: true });
  expect(await yearOf(2028)).toMatchObject({ preliminary: true, added: null, daysOff: ['2028-11-06'] });
});

test('who is not an admin sees and changes nothing', async () => {
  for (const role of ['executor', 'head', 'debt_clerk'] as const) {
    const person = await makePerson(organization, [role]);
    expect(await getCalendar(person, NOW)).toBeNull();
    expect(await save(2026, '20.11', '', person)).toMatchObject({ ok: false, reason: 'forbidden' });
  }
  expect(await db.select().from(calendarYears)).toEqual([]);
});

test('each organization has its own', async () => {
  const second = await makeOrganization();
  const stranger = await makePerson(second, ['admin']);
  await save(2026, '20.11');
  expect(await save(2026, '23.11', '', stranger)).toEqual({ ok: true });
  expect(await save(2026, '', '', stranger)).toEqual({ ok: true });
  expect(await calendarOf(db, organization.id)).toEqual({ 2026: { daysOff: ['2026-11-20'], workingDays: [] } });
  expect(await ownCalendar(stranger)).toEqual({});
  expect((await yearOf(2026, stranger)).added).toBeNull();
  expect([...(await calendarsOf(db)).keys()]).toEqual([organization.id]);
  expect(await calendarsOf(db, [second.id])).toEqual(new Map());
});

test('what is wrong is said beside its field, and nothing is saved', async () => {
  expect(await save(2026, '30.02', '20.11')).toMatchObject({
    ok: false,
    reason: 'invalid',
    fields: { daysOff: '30.02: такой даты нет.', workingDays: expect.stringContaining('рабочий день') },
  });
  expect(await save(2026, '20.11.2027')).toMatchObject({ ok: false, fields: { daysOff: expect.any(String) } });
  expect(await save(2026, '20.11', '20.11')).toMatchObject({ ok: false, fields: { workingDays: expect.any(String) } });
  expect(await save(2019, '20.11')).toMatchObject({ ok: false, fields: { year: expect.any(String) } });
  expect(await save(2026, '20.11 '.repeat(1000))).toMatchObject({ ok: false, reason: 'invalid' });
  expect(await db.select().from(calendarYears)).toEqual([]);
});

test('the registry and «Все организации» count the days of the organization', async () => {
  await makeRequest(organization, { sentDate: '2026-11-16', responseDate: '2026-11-23' });
  const words = async () =>
    registryView(await listDebtRequests(admin, parseRegistryQuery({}), NOW), NOW, await ownCalendar(admin)).rows[0]!
      .deadline.words;
  expect(await words()).toBe('2\u00a0раб.\u00a0дня');
  await save(2026, '20.11');
  expect(await words()).toBe('1\u00a0раб.\u00a0день');
  const { rows, calendars } = await listInbox(admin, 1);
  expect(deadlineInWords('2026-11-19', rows[0]!.responseDate, calendars.get(rows[0]!.organizationId)).words).toBe(
    '1\u00a0раб.\u00a0день',
  );
});

test('reminders and the digest go by the calendar of each organization', async () => {
  const second = await makeOrganization();
  const others = await makePerson(second, ['head']);
  await makeRequest(organization, { responsibleId: admin.userId, responseDate: '2026-11-23' });
  await makeRequest(second, { responsibleId: others.userId, responseDate: '2026-11-23' });
  await db.update(users).set({ email: 'a@uk.example' }).where(eq(users.id, admin.userId));
  await db.update(users).set({ email: 'b@uk.example' }).where(eq(users.id, others.userId));
  await save(2026, '20.11', '21.11');
  const told = async () =>
    (await db.select().from(notifications)).map(({ organizationId, kind }) => [
      organizationId === organization.id ? 'ours' : 'theirs',
      kind,
    ]);

  // on Friday, a day off of ours, only they are told of Monday
  expect(await remindOfDeadlines(at('2026-11-20'))).toBe(1);
  expect(await told()).toEqual([['theirs', 'deadlineTomorrow']]);
  expect(await writeDigests(at('2026-11-20'), 'http://127.0.0.1:3000')).toBe(1);
  // on Saturday we work and they do not
  expect(await remindOfDeadlines(at('2026-11-21'))).toBe(1);
  expect(await told()).toEqual([
    ['theirs', 'deadlineTomorrow'],
    ['ours', 'deadlineTomorrow'],
  ]);
  expect(await writeDigests(at('2026-11-21'), 'http://127.0.0.1:3000')).toBe(1);
  expect((await db.select().from(letters)).map(({ to }) => to)).toEqual(['b@uk.example', 'a@uk.example']);
  // on Sunday nobody
  expect(await remindOfDeadlines(at('2026-11-22'))).toBe(0);
  expect(await writeDigests(at('2026-11-22'), 'http://127.0.0.1:3000')).toBe(0);
});

test('a day off between makes the term «tomorrow» already today', async () => {
  await makeRequest(organization, { responsibleId: admin.userId, responseDate: '2026-11-23' });
  expect(await remindOfDeadlines(NOW)).toBe(0);
  await save(2026, '20.11');
  expect(await remindOfDeadlines(NOW)).toBe(1);
});
