import { eq } from 'drizzle-orm';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { syncRuns } from '@/db/schema/debt-requests';
import { letters, notifications } from '@/db/schema/notifications';
import { personSettings } from '@/db/schema/registry';
import { memberships, organizations, users } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { onFirstOfDay } from '@/lib/auth/first-of-day';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { delegate } from '@/lib/debt-requests/assign';
import { meet } from '@/lib/debt-requests/presence';
import { type Mailer, sendLetters, smtpMailer, writeDigests, writeLetters } from '@/lib/notifications/letters';
import { countUnread, listNotifications, markRead, markRequestRead } from '@/lib/notifications/notifications';
import { notify, notifyCount } from '@/lib/notifications/notify';
import { remindOfDeadlines } from '@/lib/notifications/reminders';
import { makeDivision, makeOrganization, makePerson, makeRequest } from '@/tests/factories';
import { resetDatabase } from '../setup/reset-database';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let head: Person;
let executor: Person;
beforeEach(async () => {
  await resetDatabase();
  organization = await makeOrganization();
  head = await makePerson(organization, ['head']);
  executor = await makePerson(organization, ['executor']);
});
const APP = 'http://127.0.0.1:3000';
const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const withEmail = (person: Person, email = `${person.userId}@uk.example`) =>
  db.update(users).set({ email }).where(eq(users.id, person.userId));
async function delegated() {
  const request = await makeRequest(organization, { requestNumber: '1120262284052' });
  await delegate(head, {
    id: request.id,
    version: request.version,
    assigneeId: executor.userId,
    note: 'Кравцов А. О.',
  });
  return request;
}

test('a notice is its person’s alone; reading one, the request’s, or all', async () => {
  const request = await delegated();
  const list = await listNotifications(executor, 1);
  expect(list.rows).toMatchObject([
    { title: 'Вам делегирован запрос', unread: true, href: `/debt-requests/${request.id}` },
  ]);
  expect(list.rows[0]!.detail).toContain('1120262284052');
  expect(await countUnread(head)).toBe(0);
  await markRead(head, { ids: [list.rows[0]!.id] });
  expect(await countUnread(executor)).toBe(1);
  await markRequestRead(executor, request.id);
  expect(await countUnread(executor)).toBe(0);
});

test('new requests of one receiving are one notice, unread again when more come', async () => {
  const news = (count: number) =>
    db.transaction((tx) =>
      notifyCount(tx, [
        { organizationId: organization.id, userId: head.userId, kind: 'newToMe', once: 'new run', count },
      ]),
    );
  await news(3);
  await markRead(head, {});
  await news(2);
  expect((await listNotifications(head, 1)).rows).toMatchObject([{ title: 'Новых запросов: 5', unread: true }]);
});

test('whoever stands in is told too, during the absence only', async () => {
  const today = moscowToday();
  const away = (from: string, until: string) =>
    db
      .update(memberships)
      .set({ deputyId: head.userId, awayFrom: from, awayUntil: until })
      .where(eq(memberships.userId, executor.userId));
  const tell = () =>
    db.transaction((tx) =>
      notify(tx, [{ organizationId: organization.id, userId: executor.userId, kind: 'returned' }]),
    );
  await away(addDays(today, -3), addDays(today, -1));
  await tell();
  expect(await countUnread(head)).toBe(0);
  await away(today, today);
  await tell();
  expect([await countUnread(head), await countUnread(executor)]).toEqual([1, 2]);
});

describe('letters', () => {
  const servers: SMTPServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  /** A real mail server on this machine. */
  async function mailServer(options: { password?: string; port?: number } = {}) {
    const received: { to: string[]; message: string }[] = [];
    const server = new SMTPServer({
      authOptional: !options.password,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (auth, _session, callback) =>
        auth.password === options.password
          ? callback(null, { user: auth.username! })
          : callback(new Error('Invalid login')),
      onData(stream, session, callback) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          received.push({
            to: session.envelope.rcptTo.map(({ address }) => address),
            message: Buffer.concat(chunks).toString(),
          });
          callback();
        });
      },
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
    const { port } = server.server.address() as { port: number };
    return { received, port, url: `smtp://127.0.0.1:${port}` };
  }
  const decoded = (message: string): string => {
    const body = message.split('\r\n\r\n').slice(1).join('\n\n').trim();
    return /base64/i.test(message)
      ? Buffer.from(body, 'base64').toString()
      : Buffer.from(
          body
            .replace(/=\r?\n/g, '')
            .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        ).toString();
  };

  test('an unread notice goes out once, with a number and a term and nothing of the citizen', async () => {
    await withEmail(executor, 'executor@uk.example');
    await delegated();
    const mail = await mailServer();
    const mailer = smtpMailer(mail.url, 'otklik@uk.example');
    expect(await writeLetters(later(1), APP)).toBe(0);
    expect(await writeLetters(later(3), APP)).toBe(1);
    expect(await writeLetters(later(4), APP)).toBe(0);
    // two workers at once
    const sent = await Promise.all([sendLetters(later(4), mailer), sendLetters(later(4), mailer)]);
    expect(sent[0]! + sent[1]!).toBe(1);
    expect(mail.received).toHaveLength(1);
    expect(mail.received[0]!.to).toEqual(['executor@uk.example']);
    const text = decoded(mail.received[0]!.message);
    expect(text).toContain('1120262284052');
    expect(text).not.toMatch(/Кравцов|Проверочная|кв\. 1/);
  });

  test('a notice that was read, one nobody wants, a person without an address: no letter', async () => {
    await delegated();
    expect(await writeLetters(later(3), APP)).toBe(0);
    await withEmail(executor);
    await delegated();
    await markRead(executor, {});
    expect(await writeLetters(later(3), APP)).toBe(0);
    await db.insert(personSettings).values({ userId: executor.userId, mail: { delegated: false } });
    await delegated();
    expect(await writeLetters(later(3), APP)).toBe(0);
    expect(await db.select().from(letters)).toEqual([]);
  });

  test('a server that is down or refuses is tried again, later and later; then the letter is given up with the reason', async () => {
    await withEmail(executor);
    await delegated();
    await writeLetters(later(3), APP);
    const strict = await mailServer({ password: 'right' });
    const wrong = smtpMailer(`smtp://otklik:wrong@127.0.0.1:${strict.port}`, 'otklik@uk.example');
    expect(await sendLetters(later(3), wrong)).toBe(0);
    expect(await db.select().from(letters)).toMatchObject([
      { state: 'waiting', attempts: 1, lastError: expect.stringContaining('Invalid login') },
    ]);
    // not before its time
    expect(
      await sendLetters(later(3), smtpMailer(`smtp://otklik:right@127.0.0.1:${strict.port}`, 'o@uk.example')),
    ).toBe(0);
    expect(
      await sendLetters(later(5), smtpMailer(`smtp://otklik:right@127.0.0.1:${strict.port}`, 'o@uk.example')),
    ).toBe(1);

    await delegated();
    await writeLetters(later(10), APP);
    const dead: Mailer = { send: () => Promise.reject(new Error('connect ECONNREFUSED')) };
    for (let minutes = 10; minutes < 2000; minutes += 150) await sendLetters(later(minutes), dead);
    expect((await db.select().from(letters).orderBy(letters.id))[1]).toMatchObject({ state: 'failed', attempts: 8 });
  });

  test('without a mail server a letter is only shown', async () => {
    await withEmail(executor);
    await delegated();
    await writeLetters(later(3), APP);
    expect(await sendLetters(later(3), null)).toBe(0);
    expect(await db.select().from(letters)).toMatchObject([{ state: 'shown' }]);
  });

  test('the digest counts, on working days, once a day, unless switched off', async () => {
    await withEmail(head);
    await withEmail(executor);
    await db.insert(personSettings).values({ userId: executor.userId, mail: { digest: false } });
    await makeRequest(organization, { responsibleId: head.userId, responseDate: '2026-11-26' });
    await makeRequest(organization, {
      responsibleId: head.userId,
      assigneeId: executor.userId,
      status: 'rework',
      responseDate: '2026-11-30',
    });
    const thursday = new Date('2026-11-26T05:30:00Z');
    expect(await writeDigests(new Date('2026-11-28T05:30:00Z'), APP)).toBe(0);
    expect(await writeDigests(thursday, APP)).toBe(1);
    expect(await writeDigests(thursday, APP)).toBe(0);
    expect((await db.select().from(letters))[0]!.text).toMatch(
      /Открытых запросов: 2\nСрок сегодня: 1\nНа доработке: 1/,
    );
  });
});

test('terms: today and the next working day, each person once a day; Friday tells of Monday', async () => {
  const at = (day: string) =>
    makeRequest(organization, { responsibleId: head.userId, assigneeId: executor.userId, responseDate: day });
  await at('2026-11-27');
  await at('2026-11-30');
  await at('2026-12-01');
  const friday = new Date('2026-11-27T06:00:00Z');
  await remindOfDeadlines(friday);
  await remindOfDeadlines(friday);
  const titles = (await listNotifications(head, 1)).rows.map(({ title }) => title).sort();
  expect(titles).toEqual(['Срок завтра: осталось отправить 1', 'Срок сегодня: осталось отправить 1']);
  expect(await countUnread(executor)).toBe(2);
  expect(await remindOfDeadlines(new Date('2026-11-28T06:00:00Z'))).toBe(0);
});

test('what is still open goes a step up: the day before to the heads of its division, on the day to the admins', async () => {
  const north = await makeDivision(organization, 'Север');
  const street = await makeDivision(organization, 'Участок', { parentId: north });
  const south = await makeDivision(organization, 'Юг');
  const northern = await makePerson(organization, ['head'], { divisionId: north });
  const southern = await makePerson(organization, ['head'], { divisionId: south });
  const admin = await makePerson(organization, ['admin']);
  const blocked = await makePerson(organization, ['admin', 'head']);
  await db.update(memberships).set({ blockedAt: new Date() }).where(eq(memberships.userId, blocked.userId));
  const stranger = await makePerson(await makeOrganization(), ['head', 'admin']);
  const add = (responseDate: string, given: Parameters<typeof makeRequest>[1] = {}) =>
    makeRequest(organization, { responsibleId: executor.userId, divisionId: street, responseDate, ...given });
  await add('2026-11-30');
  await add('2026-11-30', { responsibleId: northern.userId });
  await add('2026-11-30', { status: 'answered', hasDebt: false });
  await add('2026-11-27');
  await add('2026-11-28', { divisionId: south });
  await add('2026-12-01');
  const friday = new Date('2026-11-27T06:00:00Z');
  await remindOfDeadlines(friday);
  await remindOfDeadlines(friday);
  const told = async (person: typeof head) =>
    (await listNotifications(person, 1)).rows.map(({ title }) => title).sort();
  expect(await told(northern)).toEqual([
    'Срок завтра, в\u00a0подразделении осталось отправить 1',
    'Срок завтра: осталось отправить 1',
  ]);
  expect(await told(southern)).toEqual([]);
  expect(await told(admin)).toEqual(['Срок сегодня, в\u00a0организации осталось отправить 2']);
  for (const nobody of [blocked, stranger]) expect(await told(nobody)).toEqual([]);
});

test('the first log-in of a day reminds and, where the organization wants it, receives', async () => {
  await makeRequest(organization, { responsibleId: head.userId, responseDate: moscowToday() });
  await onFirstOfDay(head.userId, new Date());
  await onFirstOfDay(head.userId, new Date());
  expect((await listNotifications(head, 1)).rows.map(({ title }) => title)).toEqual([
    'Без ответа: 1, из\u00a0них со\u00a0сроком сегодня: 1',
  ]);
  expect(await db.select().from(syncRuns)).toHaveLength(0);
  await db.update(organizations).set({ syncAtLogin: true });
  await onFirstOfDay(executor.userId, new Date());
  expect(await db.select().from(syncRuns)).toMatchObject([{ startedBy: executor.userId }]);
  expect((await db.select().from(notifications)).filter(({ userId }) => userId === executor.userId)).toEqual([]);
});

test('two with the same card open see each other, not themselves', async () => {
  const request = await makeRequest(organization);
  expect(await meet(head, request.id)).toEqual([]);
  expect(await meet(executor, request.id)).toEqual([head.name]);
  expect(await meet(head, request.id)).toEqual([executor.name]);
});
