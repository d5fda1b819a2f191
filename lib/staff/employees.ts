import { randomBytes } from 'node:crypto';
import { and, asc, count, eq, isNull, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { divisions, invitations, memberships, organizations, users } from '@/db/schema/staff';
import { hasRole, type Person } from '@/lib/auth/actor';
import { invite } from '@/lib/auth/invitations';
import { hashPassword } from '@/lib/auth/password';
import { burdenOf, reassignEverything } from '@/lib/debt-requests/assign';
import type { Role } from '@/lib/debt-requests/workflow';
import { invalid, notFound, type Refusal, type Result } from '@/lib/errors';
import { refusable } from '@/lib/refusable';
import { type Employee, employeeSchema } from './employee-schema';
import { lockOrganization } from './organization';

/** «Сотрудники»: who works in the organization and what each may. Admins only. */

const ADMINS_ONLY: Refusal = { ok: false, reason: 'forbidden', message: 'Сотрудников ведёт администратор.' };
const STALE: Refusal = {
  ok: false,
  reason: 'stale',
  message: 'Сотрудника изменили, пока страница была открыта. Обновите её и\u00a0повторите.',
};
const LAST_ADMIN = 'В\u00a0организации должен остаться хотя\u00a0бы один администратор.';

export interface EmployeeRow {
  id: string;
  lastName: string;
  firstName: string;
  patronymic: string | null;
  login: string;
  email: string | null;
  roles: Role[];
  divisionId: string | null;
  divisionName: string | null;
  gisEmployeeGuid: string | null;
  canSend: boolean;
  blockedAt: Date | null;
  deputyId: string | null;
  awayFrom: string | null;
  awayUntil: string | null;
  /** Stands for exactly this state: a form sends it back. */
  stamp: string;
}

const employees = (organizationId: string, userId?: string) =>
  db
    .select({
      id: users.id,
      lastName: users.lastName,
      firstName: users.firstName,
      patronymic: users.patronymic,
      login: users.login,
      email: users.email,
      roles: sql<Role[]>`${memberships.roles}`,
      divisionId: memberships.divisionId,
      divisionName: divisions.name,
      gisEmployeeGuid: memberships.gisEmployeeGuid,
      canSend: memberships.canSend,
      blockedAt: memberships.blockedAt,
      deputyId: memberships.deputyId,
      awayFrom: memberships.awayFrom,
      awayUntil: memberships.awayUntil,
      stamp: STAMP,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .leftJoin(divisions, eq(divisions.id, memberships.divisionId))
    .where(and(eq(memberships.organizationId, organizationId), userId ? eq(users.id, userId) : undefined))
    .orderBy(sql`${memberships.blockedAt} is not null`, asc(users.lastName), asc(users.firstName), asc(users.id));

const STAMP = sql<string>`md5(concat_ws('|', ${users.lastName}, ${users.firstName}, ${users.patronymic}, ${users.login}, ${users.email},
  ${memberships.roles}::text, ${memberships.divisionId}, ${memberships.gisEmployeeGuid}, ${memberships.canSend}, ${memberships.blockedAt},
  ${memberships.deputyId}, ${memberships.awayFrom}, ${memberships.awayUntil}))`;

/** Everybody of the organization, the blocked last; null for those who may not see it. */
export async function listEmployees(person: Person): Promise<EmployeeRow[] | null> {
  return hasRole(person, 'admin') ? employees(person.organizationId) : null;
}

/** One employee; null = none here, or not for this person. */
export async function getEmployee(person: Person, id: string): Promise<EmployeeRow | null> {
  if (!hasRole(person, 'admin') || !z.uuid().safeParse(id).success) return null;
  const [row] = await employees(person.organizationId, id);
  return row ?? null;
}

export const createEmployeeSchema = employeeSchema;
export const saveEmployeeSchema = z.object({ id: z.uuid(), stamp: z.string().max(64), employee: employeeSchema });
export const employeeIdSchema = z.object({ id: z.uuid() });
export const blockSchema = z.object({
  id: z.uuid(),
  /** Who takes over everything that is on the person; needed when anything is. */
  heirId: z.union([z.literal('').transform(() => null), z.uuid()]),
});

/**
 * A new employee with a link by which he chooses his password. Somebody who works already in another organization that
 * this admin administers too is taken in under his login; any other login in use is refused, and nothing is told of its owner.
 */
export async function createEmployee(
  person: Person,
  input: Employee,
): Promise<Result<{ id: string; token: string | null }>> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  // a password that nobody knows: the link is the only way in
  const passwordHash = await hashPassword(randomBytes(24).toString('base64url'));
  return refusable(async (tx) => {
    await lockOrganization(tx, person);
    const wrong = await problemsOf(tx, person, input, null);
    const [known] = await tx.select({ id: users.id }).from(users).where(eq(users.login, input.login));
    if (known && (!(await governs(tx, person, known.id)) || (await isMember(tx, person, known.id))))
      wrong.login = 'Этот логин уже занят. Возьмите другой.';
    if (Object.keys(wrong).length > 0) return invalid('Проверьте отмеченные поля.', wrong);
    const [made] = known
      ? [known]
      : await tx
          .insert(users)
          .values({ ...namesOf(input), login: input.login, email: input.email, passwordHash })
          .returning({ id: users.id });
    await tx
      .insert(memberships)
      .values({ userId: made!.id, organizationId: person.organizationId, ...rightsOf(input) });
    return { ok: true, id: made!.id, token: known ? null : await invite(tx, made!.id, person.userId) } as const;
  });
}

/** Changes what stands in the form. Rights hold from the person's next step on. */
export async function saveEmployee(person: Person, input: z.output<typeof saveEmployeeSchema>): Promise<Result> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const { employee } = input;
  return refusable(async (tx) => {
    await lockOrganization(tx, person);
    const row = await locked(tx, person, input.id);
    if (!row) return notFound;
    if (row.stamp !== input.stamp) return STALE;
    const wrong = await problemsOf(tx, person, employee, input.id);
    const own = { ...namesOf(employee), login: employee.login, email: employee.email };
    const ownChanged = (Object.keys(own) as (keyof typeof own)[]).some((key) => own[key] !== row[key]);
    if (ownChanged && !(await governs(tx, person, input.id))) wrong.lastName = ELSEWHERE;
    if (employee.login !== row.login) {
      const [taken] = await tx.select({ id: users.id }).from(users).where(eq(users.login, employee.login));
      if (taken) wrong.login = 'Этот логин уже занят. Возьмите другой.';
    }
    if (Object.keys(wrong).length > 0) return invalid('Проверьте отмеченные поля.', wrong);
    if (ownChanged) await tx.update(users).set(own).where(eq(users.id, input.id));
    await tx.update(memberships).set(rightsOf(employee)).where(isMembership(person, input.id));
    if (!(await hasAdmin(tx, person))) return invalid('Проверьте отмеченные поля.', { roles: LAST_ADMIN });
    return { ok: true } as const;
  });
}

/** «Новая ссылка для входа»: the present password stops working at once, sessions end. */
export async function resetPassword(
  person: Person,
  input: z.output<typeof employeeIdSchema>,
): Promise<Result<{ token: string }>> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const passwordHash = await hashPassword(randomBytes(24).toString('base64url'));
  return refusable(async (tx) => {
    const row = await locked(tx, person, input.id);
    if (!row) return notFound;
    if (row.blockedAt) return { ok: false, reason: 'notAllowed', message: 'Сотрудник заблокирован.' };
    if (!(await governs(tx, person, input.id))) return { ok: false, reason: 'notAllowed', message: ELSEWHERE };
    await tx
      .update(users)
      .set({ passwordHash, tokenVersion: sql`${users.tokenVersion} + 1` })
      .where(eq(users.id, input.id));
    return { ok: true, token: await invite(tx, input.id, person.userId) } as const;
  });
}

/**
 * «Заблокировать»: in this organization the person can do nothing more from his next step on, and everything that is on
 * him, requests and duties, goes to `heirId` in the same step; sessions and unused links end for good. Refuses the last
 * administrator, and to leave open requests or duties without anybody.
 */
export async function blockEmployee(
  person: Person,
  input: z.output<typeof blockSchema>,
): Promise<Result<{ moved: number }>> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  return refusable(async (tx) => {
    await lockOrganization(tx, person);
    const row = await locked(tx, person, input.id);
    if (!row) return notFound;
    if (row.blockedAt) return { ok: false, reason: 'notAllowed', message: 'Сотрудник уже заблокирован.' };
    const burden = await burdenOf(person, input.id, tx);
    if (burden && burden.responsible + burden.assigned + burden.duties.length > 0 && !input.heirId)
      return invalid('Выберите, кому передать запросы и\u00a0обязанности.', { heirId: 'Выберите сотрудника.' });
    await tx.update(memberships).set({ blockedAt: new Date() }).where(isMembership(person, input.id));
    if (!(await hasAdmin(tx, person))) return { ok: false, reason: 'notAllowed', message: LAST_ADMIN };
    // neither a session nor a link from before the block comes back with an unblock
    await tx
      .update(users)
      .set({ tokenVersion: sql`${users.tokenVersion} + 1` })
      .where(eq(users.id, input.id));
    await tx.delete(invitations).where(and(eq(invitations.userId, input.id), isNull(invitations.usedAt)));
    let moved = 0;
    if (input.heirId) {
      const [heir] = await tx
        .select({ userId: memberships.userId })
        .from(memberships)
        .where(and(isMembership(person, input.heirId), isNull(memberships.blockedAt)));
      if (!heir) return invalid('Проверьте отмеченные поля.', { heirId: 'Выберите сотрудника.' });
      moved = await reassignEverything(tx, person, input.id, input.heirId);
    }
    await handOverDuties(tx, person, input.id, input.heirId);
    return { ok: true, moved } as const;
  });
}

/** «Разблокировать»: with the roles he had. */
export async function unblockEmployee(person: Person, input: z.output<typeof employeeIdSchema>): Promise<Result> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const rows = await db
    .update(memberships)
    .set({ blockedAt: null })
    .where(isMembership(person, input.id))
    .returning({ userId: memberships.userId });
  return rows.length > 0 ? { ok: true } : notFound;
}

const ELSEWHERE =
  'Этот сотрудник работает и\u00a0в\u00a0другой организации. Имя, логин, почту и\u00a0пароль меняет тот, кто администрирует обе.';

const isMembership = (person: Person, userId: string) =>
  and(eq(memberships.organizationId, person.organizationId), eq(memberships.userId, userId));

const namesOf = ({ lastName, firstName, patronymic }: Employee) => ({ lastName, firstName, patronymic });
const rightsOf = (employee: Employee) => ({
  roles: employee.roles,
  divisionId: employee.divisionId,
  gisEmployeeGuid: employee.gisEmployeeGuid,
  canSend: employee.canSend,
  deputyId: employee.deputyId,
  awayFrom: employee.awayFrom,
  awayUntil: employee.awayUntil,
});

async function locked(tx: Tx, person: Person, userId: string) {
  const [row] = await tx
    .select({
      lastName: users.lastName,
      firstName: users.firstName,
      patronymic: users.patronymic,
      login: users.login,
      email: users.email,
      blockedAt: memberships.blockedAt,
      stamp: STAMP,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(isMembership(person, userId))
    .for('update');
  return row;
}

async function isMember(tx: Tx, person: Person, userId: string): Promise<boolean> {
  return (await tx.select({ one: sql`1` }).from(memberships).where(isMembership(person, userId))).length > 0;
}

async function hasAdmin(tx: Tx, person: Person): Promise<boolean> {
  const [row] = await tx
    .select({ admins: count() })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.organizationId, person.organizationId),
        isNull(memberships.blockedAt),
        isNull(users.blockedAt),
        sql`'admin' = any(${memberships.roles})`,
      ),
    );
  return row!.admins > 0;
}

/**
 * Does this admin administer every organization that the person belongs to, blocked there or not? Else his account is not
 * this admin's to take over: an unblock elsewhere would open that organization with a password this admin set.
 */
async function governs(tx: Tx, person: Person, userId: string): Promise<boolean> {
  const [row] = await tx
    .select({
      foreign: sql<boolean>`exists (select from memberships theirs where theirs.user_id = ${userId} and not exists (
        select from memberships own where own.user_id = ${person.userId} and own.organization_id = theirs.organization_id
          and own.blocked_at is null and 'admin' = any(own.roles)))`,
    })
    .from(users)
    .where(eq(users.id, userId));
  return row !== undefined && !row.foreign;
}

/**
 * Duties of who is blocked go to the heir: divisions, the default user, colleagues whose deputy he was. Where the heir is
 * such a colleague himself, or there is none, the absence stays without a deputy.
 */
async function handOverDuties(tx: Tx, person: Person, userId: string, heirId: string | null): Promise<void> {
  await tx
    .update(divisions)
    .set({ responsibleId: heirId })
    .where(and(eq(divisions.organizationId, person.organizationId), eq(divisions.responsibleId, userId)));
  await tx
    .update(organizations)
    .set({ defaultResponsibleId: heirId })
    .where(and(eq(organizations.id, person.organizationId), eq(organizations.defaultResponsibleId, userId)));
  const stoodInFor = and(eq(memberships.organizationId, person.organizationId), eq(memberships.deputyId, userId));
  if (heirId) {
    await tx
      .update(memberships)
      .set({ deputyId: heirId })
      .where(and(stoodInFor, ne(memberships.userId, heirId)));
  }
  await tx.update(memberships).set({ deputyId: null, awayFrom: null, awayUntil: null }).where(stoodInFor);
}

/** What is wrong with the form beyond its shape, by field. */
async function problemsOf(
  tx: Tx,
  person: Person,
  input: Employee,
  userId: string | null,
): Promise<Record<string, string>> {
  const wrong: Record<string, string> = {};
  if (input.email) {
    const [taken] = await tx
      .select({ id: users.id })
      .from(users)
      .where(and(sql`lower(${users.email}) = lower(${input.email})`, userId ? ne(users.id, userId) : undefined));
    if (taken) wrong.email = 'Эта почта уже указана у\u00a0другого сотрудника.';
  }
  if (input.divisionId) {
    const [division] = await tx
      .select({ id: divisions.id })
      .from(divisions)
      .where(and(eq(divisions.id, input.divisionId), eq(divisions.organizationId, person.organizationId)));
    if (!division) wrong.divisionId = 'Такого подразделения больше нет.';
  }
  if (input.deputyId) {
    if (input.deputyId === userId) wrong.deputyId = 'Сотрудник не\u00a0может замещать сам себя.';
    else {
      const away = await tx
        .select()
        .from(memberships)
        .where(and(eq(memberships.organizationId, person.organizationId), isNull(memberships.blockedAt)));
      const deputy = away.find((member) => member.userId === input.deputyId);
      if (!deputy) wrong.deputyId = 'Такого сотрудника нет, или он заблокирован.';
      else if (leadsBack(away, input, userId))
        wrong.deputyId = 'Заместитель сам отсутствует в\u00a0эти дни, и\u00a0его замещает этот\u00a0же сотрудник.';
    }
  }
  return wrong;
}

/** Following deputies over overlapping absences, does one come back to the person himself? */
function leadsBack(members: (typeof memberships.$inferSelect)[], input: Employee, userId: string | null): boolean {
  const seen = new Set<string>();
  for (let next = input.deputyId; next !== null && !seen.has(next); ) {
    if (next === userId) return true;
    seen.add(next);
    const member = members.find((one) => one.userId === next);
    const overlaps = member?.awayFrom && member.awayFrom <= input.awayUntil! && member.awayUntil! >= input.awayFrom!;
    next = overlaps ? member.deputyId : null;
  }
  return false;
}
