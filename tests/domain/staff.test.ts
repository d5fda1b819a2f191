import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { houses } from '@/db/schema/houses';
import { invitations, memberships, organizations, users } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { acceptInvitation, findInvitation } from '@/lib/auth/invitations';
import { logIn } from '@/lib/auth/login';
import { personById, personOf } from '@/lib/auth/person';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { delegate } from '@/lib/debt-requests/assign';
import {
  createDivision,
  deleteDivision,
  getDefaultResponsible,
  listDivisionTree,
  saveDefaultResponsible,
  saveDivision,
} from '@/lib/staff/divisions';
import { type EmployeeInput, employeeSchema } from '@/lib/staff/employee-schema';
import {
  blockEmployee,
  createEmployee,
  getEmployee,
  resetPassword,
  saveEmployee,
  unblockEmployee,
} from '@/lib/staff/employees';
import { makeDivision, makeOrganization, makePerson, makeRequest, reload } from '@/tests/factories';
import { resetDatabase } from '../setup/reset-database';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let admin: Person;
beforeEach(async () => {
  await resetDatabase();
  organization = await makeOrganization();
  admin = await makePerson(organization, ['admin']);
});

const typed = (given: Partial<EmployeeInput> = {}) =>
  employeeSchema.parse({
    lastName: 'Белкина',
    firstName: 'Елена',
    patronymic: '',
    login: 'Belkina ',
    email: '',
    roles: ['executor'],
    divisionId: '',
    gisEmployeeGuid: '',
    canSend: false,
    deputyId: '',
    awayFrom: '',
    awayUntil: '',
    ...given,
  });
const asTyped = async (id: string, given: Partial<EmployeeInput> = {}) => {
  const row = (await getEmployee(admin, id))!;
  const text = Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value ?? ''])) as unknown;
  return { id, stamp: row.stamp, employee: employeeSchema.parse({ ...(text as EmployeeInput), ...given }) };
};

describe('an employee', () => {
  test('is made with a link, chooses a password once, and logs in', async () => {
    const made = await createEmployee(admin, typed());
    if (!made.ok) throw new Error(made.reason);
    const token = made.token!;
    expect(await findInvitation(token)).toEqual({ login: 'belkina' });
    expect(await findInvitation(`${token}x`)).toBeNull();
    expect(await db.select().from(invitations)).not.toMatchObject([{ tokenHash: token }]);

    const password = 'кот-дом-река-41';
    const accept = (next: string, repeat = next) => acceptInvitation({ token, next, repeat });
    expect(await accept('short')).toMatchObject({ reason: 'invalid', fields: { next: expect.any(String) } });
    expect(await accept(password, 'другое')).toMatchObject({ fields: { repeat: expect.any(String) } });
    const both = await Promise.all([accept(password), accept(password)]);
    expect(both.map((result) => result.ok).sort()).toEqual([false, true]);
    expect(await accept(password)).toMatchObject({ ok: false, reason: 'notAllowed' });
    expect(await logIn({ login: 'belkina', password, address: null })).toMatchObject({ ok: true });
  });

  test('a link dies after three days, by a newer one, and with a block', async () => {
    const made = await createEmployee(admin, typed());
    if (!made.ok) throw new Error(made.reason);
    const late = new Date(Date.now() + 73 * 3_600_000);
    expect(await findInvitation(made.token!, late)).toBeNull();
    const next = await resetPassword(admin, { id: made.id });
    if (!next.ok) throw new Error(next.reason);
    expect(await findInvitation(made.token!)).toBeNull();
    expect(await findInvitation(next.token)).not.toBeNull();
    await blockEmployee(admin, { id: made.id, heirId: null });
    expect(await findInvitation(next.token)).toBeNull();
  });

  test('a login, an e-mail in use are refused beside the field', async () => {
    await createEmployee(admin, typed({ email: 'b@uk.example' }));
    expect(await createEmployee(admin, typed())).toMatchObject({ fields: { login: expect.any(String) } });
    expect(await createEmployee(admin, typed({ login: 'other', email: 'B@uk.example' }))).toMatchObject({
      fields: { email: expect.any(String) },
    });
  });

  test('a stale form and foreign identifiers change nothing', async () => {
    const other = await makeOrganization();
    const stranger = await makePerson(other, ['admin']);
    const made = await createEmployee(admin, typed());
    if (!made.ok) throw new Error(made.reason);
    const form = await asTyped(made.id, { lastName: 'Новая' });
    expect(await saveEmployee(admin, form)).toEqual({ ok: true });
    expect(await saveEmployee(admin, { ...form, employee: typed({ login: 'belkina' }) })).toMatchObject({
      reason: 'stale',
    });
    for (const verb of [
      saveEmployee(stranger, form),
      resetPassword(stranger, { id: made.id }),
      blockEmployee(stranger, { id: made.id, heirId: null }),
      unblockEmployee(stranger, { id: made.id }),
    ])
      expect(await verb).toEqual({ ok: false, reason: 'notFound' });
    const theirs = await makeDivision(other, 'Чужое');
    expect(await saveEmployee(admin, await asTyped(made.id, { divisionId: theirs }))).toMatchObject({
      fields: { divisionId: expect.any(String) },
    });
    expect(
      await saveEmployee(
        admin,
        await asTyped(made.id, { deputyId: stranger.userId, awayFrom: '2026-12-01', awayUntil: '2026-12-02' }),
      ),
    ).toMatchObject({
      fields: { deputyId: expect.any(String) },
    });
    const executor = await makePerson(organization, ['executor', 'head', 'debt_clerk']);
    expect(await createEmployee(executor, typed({ login: 'x1' }))).toMatchObject({ reason: 'forbidden' });
  });

  test('who works in another organization too keeps his account from this admin', async () => {
    const other = await makeOrganization();
    const boss = await makePerson(other, ['admin']);
    const made = await createEmployee(admin, typed());
    if (!made.ok) throw new Error(made.reason);
    // an admin of the other one alone learns only that the login is in use
    expect(await createEmployee(boss, typed())).toMatchObject({
      fields: { login: 'Этот логин уже занят. Возьмите другой.' },
    });
    await db.insert(memberships).values({ userId: admin.userId, organizationId: other.id, roles: ['admin'] });
    const both = (await personById(admin.userId, other.id))!;
    expect(await createEmployee(both, typed())).toMatchObject({ ok: true, id: made.id, token: null });
    expect(await resetPassword(boss, { id: made.id })).toMatchObject({ reason: 'notAllowed' });
    expect(await resetPassword(admin, { id: made.id })).toMatchObject({ ok: true });
  });
});

describe('blocking', () => {
  test('hands over what is on the person and ends his work at once', async () => {
    const [leaver, heir] = [await makePerson(organization, ['head']), await makePerson(organization, ['head'])];
    const request = await makeRequest(organization, { responsibleId: leaver.userId });
    expect(await blockEmployee(admin, { id: leaver.userId, heirId: null })).toMatchObject({
      fields: { heirId: expect.any(String) },
    });
    expect(await blockEmployee(admin, { id: leaver.userId, heirId: leaver.userId })).toMatchObject({ ok: false });
    expect(await personOf({ userId: leaver.userId, tokenVersion: 0 })).not.toBeNull();
    expect(await blockEmployee(admin, { id: leaver.userId, heirId: heir.userId })).toEqual({ ok: true, moved: 1 });
    expect(await reload(request.id)).toMatchObject({ responsibleId: heir.userId });
    expect(await personOf({ userId: leaver.userId, tokenVersion: 0 })).toBeNull();
    expect(await unblockEmployee(admin, { id: leaver.userId })).toEqual({ ok: true });
    // a session from before the block stays dead: whoever left a computer open must log in again
    expect(await personOf({ userId: leaver.userId, tokenVersion: 0 })).toBeNull();
    expect(await personOf({ userId: leaver.userId, tokenVersion: 1 })).not.toBeNull();
  });

  test('a link that was not used yet dies for good, also of somebody who works elsewhere too', async () => {
    const other = await makeOrganization();
    const both = await makePerson(organization, ['executor']);
    await db.insert(memberships).values({ userId: both.userId, organizationId: other.id, roles: ['executor'] });
    await db.insert(memberships).values({ userId: admin.userId, organizationId: other.id, roles: ['admin'] });
    const link = await resetPassword(admin, { id: both.userId });
    if (!link.ok) throw new Error(link.reason);
    expect(await blockEmployee(admin, { id: both.userId, heirId: null })).toMatchObject({ ok: true });
    expect(await findInvitation(link.token)).toBeNull();
    expect(await unblockEmployee(admin, { id: both.userId })).toEqual({ ok: true });
    expect(await findInvitation(link.token)).toBeNull();
  });

  test('who is blocked in another organization is still not this admin’s to take over', async () => {
    const other = await makeOrganization();
    const both = await makePerson(organization, ['executor']);
    await db
      .insert(memberships)
      .values({ userId: both.userId, organizationId: other.id, roles: ['head'], blockedAt: new Date() });
    expect(await resetPassword(admin, { id: both.userId })).toMatchObject({ ok: false, reason: 'notAllowed' });
  });

  test('takes the duties away: divisions, the default user, colleagues whose deputy he was', async () => {
    const leaver = await makePerson(organization, ['head']);
    const heir = await makePerson(organization, ['head']);
    const absent = await makePerson(organization, ['executor']);
    const [first, second] = [
      await makeDivision(organization, 'ЖЭУ № 1', { responsibleId: leaver.userId }),
      await makeDivision(organization, 'ЖЭУ № 2', { responsibleId: admin.userId }),
    ];
    await db.update(organizations).set({ defaultResponsibleId: leaver.userId });
    const today = moscowToday();
    await db
      .update(memberships)
      .set({ deputyId: leaver.userId, awayFrom: today, awayUntil: addDays(today, 3) })
      .where(eq(memberships.userId, absent.userId));
    expect(await blockEmployee(admin, { id: leaver.userId, heirId: null })).toMatchObject({
      fields: { heirId: expect.any(String) },
    });
    expect(await blockEmployee(admin, { id: leaver.userId, heirId: heir.userId })).toMatchObject({ ok: true });
    const tree = await listDivisionTree(admin);
    expect(tree!.find(({ id }) => id === first)!.responsibleId).toBe(heir.userId);
    expect(tree!.find(({ id }) => id === second)!.responsibleId).toBe(admin.userId);
    expect(await getDefaultResponsible(admin)).toBe(heir.userId);
    expect(await personById(heir.userId, organization.id)).toMatchObject({ standsInFor: [absent.userId] });
  });

  test('a delegation made at the same moment leaves nothing on who was blocked', async () => {
    const leaver = await makePerson(organization, ['executor']);
    const heir = await makePerson(organization, ['executor']);
    const head = await makePerson(organization, ['head']);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const request = await makeRequest(organization, { responsibleId: head.userId });
      await Promise.all([
        delegate(head, { id: request.id, version: 1, assigneeId: leaver.userId, note: '' }),
        blockEmployee(admin, { id: leaver.userId, heirId: heir.userId }),
      ]);
      expect((await reload(request.id)).assigneeId).not.toBe(leaver.userId);
      await unblockEmployee(admin, { id: leaver.userId });
    }
  });

  test('never the last administrator, neither by block nor by roles; two at once cannot do it together', async () => {
    expect(await blockEmployee(admin, { id: admin.userId, heirId: null })).toMatchObject({ reason: 'notAllowed' });
    expect(await saveEmployee(admin, await asTyped(admin.userId, { roles: ['head'] }))).toMatchObject({
      fields: { roles: expect.any(String) },
    });
    const second = await makePerson(organization, ['admin']);
    const results = await Promise.all([
      blockEmployee(admin, { id: second.userId, heirId: null }),
      blockEmployee(second, { id: admin.userId, heirId: null }),
    ]);
    expect(results.map((result) => result.ok).sort()).toEqual([false, true]);
    const left = await db
      .select()
      .from(memberships)
      .where(and(eq(memberships.organizationId, organization.id)));
    expect(left.filter((row) => row.roles.includes('admin') && row.blockedAt === null)).toHaveLength(1);
  });
});

test('deputies in a ring are refused, over other days they are not', async () => {
  const [a, b, c] = [
    await makePerson(organization, ['head']),
    await makePerson(organization, ['head']),
    await makePerson(organization, ['head']),
  ];
  await db.update(users).set({ firstName: 'Ян' });
  const today = moscowToday();
  const absent = async (who: Person, deputy: Person, from: number, until: number) =>
    saveEmployee(
      admin,
      await asTyped(who.userId, {
        deputyId: deputy.userId,
        awayFrom: addDays(today, from),
        awayUntil: addDays(today, until),
      }),
    );
  expect(await absent(a, b, 0, 5)).toEqual({ ok: true });
  expect(await absent(b, c, 3, 8)).toEqual({ ok: true });
  expect(await absent(c, a, 4, 4)).toMatchObject({ fields: { deputyId: expect.any(String) } });
  expect(await absent(a, a, 0, 1)).toMatchObject({ fields: { deputyId: expect.any(String) } });
  expect(await absent(c, a, 20, 21)).toEqual({ ok: true });
});

describe('divisions', () => {
  test('a tree without rings; nothing that holds anything is deleted', async () => {
    const top = await createDivision(admin, { name: 'Дирекция', parentId: null, responsibleId: null });
    if (!top.ok) throw new Error(top.reason);
    const below = await createDivision(admin, { name: 'ЖЭУ № 1', parentId: top.id, responsibleId: admin.userId });
    if (!below.ok) throw new Error(below.reason);
    const move = { id: top.id, name: 'Дирекция', parentId: below.id, responsibleId: null };
    expect(await saveDivision(admin, move)).toMatchObject({ fields: { parentId: expect.any(String) } });
    expect(await createDivision(admin, { name: 'ЖЭУ № 1', parentId: null, responsibleId: null })).toMatchObject({
      fields: { name: expect.any(String) },
    });
    expect(await deleteDivision(admin, { id: top.id })).toMatchObject({
      reason: 'notAllowed',
      message: expect.stringMatching(/внутри: 1/),
    });
    await makeRequest(organization, { divisionId: below.id });
    const closed = await makeRequest(organization, { divisionId: below.id, status: 'answered', hasDebt: false });
    await db.insert(houses).values({ organizationId: organization.id, address: 'ул. Первая, 1', divisionId: below.id });
    expect(await deleteDivision(admin, { id: below.id })).toMatchObject({
      message: expect.stringMatching(/открытые запросы: 1, дома: 1/),
    });
    expect(await listDivisionTree(admin)).toMatchObject([
      { name: 'Дирекция', depth: 0 },
      { name: 'ЖЭУ № 1', depth: 1, houses: 1, openRequests: 1 },
    ]);
    const empty = await makeDivision(organization, 'Пустое');
    await db.update(memberships).set({ divisionId: null });
    expect(await deleteDivision(admin, { id: empty })).toEqual({ ok: true });
    expect(await reload(closed.id)).toMatchObject({ divisionId: below.id });
  });

  test('only an admin of the organization', async () => {
    const head = await makePerson(organization, ['head', 'executor', 'debt_clerk']);
    const stranger = await makePerson(await makeOrganization(), ['admin']);
    const id = await makeDivision(organization, 'ЖЭУ');
    const form = { id, name: 'Моё', parentId: null, responsibleId: null };
    expect(await saveDivision(head, form)).toMatchObject({ reason: 'forbidden' });
    expect(await saveDivision(stranger, form)).toEqual({ ok: false, reason: 'notFound' });
    expect(await deleteDivision(stranger, { id })).toEqual({ ok: false, reason: 'notFound' });
    expect(await listDivisionTree(head)).toBeNull();
    expect(await listDivisionTree(stranger)).toEqual([]);
  });
});

test('the default user is one who may send', async () => {
  const mute = await makePerson(organization, ['head'], { canSend: false });
  const fit = await makePerson(organization, ['head']);
  expect(await saveDefaultResponsible(admin, { userId: mute.userId })).toMatchObject({ reason: 'invalid' });
  expect(await saveDefaultResponsible(admin, { userId: randomUUID() })).toMatchObject({ reason: 'invalid' });
  expect(await saveDefaultResponsible(admin, { userId: fit.userId })).toEqual({ ok: true });
  expect(await saveDefaultResponsible(fit, { userId: null })).toMatchObject({ reason: 'forbidden' });
});
