import { and, count, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import { houses } from '@/db/schema/houses';
import { divisions, memberships, organizations } from '@/db/schema/staff';
import { hasRole, type Person } from '@/lib/auth/actor';
import { OPEN_STATUSES } from '@/lib/debt-requests/transition';
import { OPEN } from '@/lib/debt-requests/workflow';
import { invalid, notFound, type Refusal, type Result } from '@/lib/errors';
import { lockOrganization } from './organization';

/** «Подразделения» and who answers for what has none. Admins only. */

const ADMINS_ONLY: Refusal = { ok: false, reason: 'forbidden', message: 'Подразделения ведёт администратор.' };

const nothing = z.literal('').transform(() => null);
const fields = {
  name: z.string().trim().min(1, 'Введите название.').max(200, 'Название: не\u00a0больше 200\u00a0знаков.'),
  /** Null = at the top. */
  parentId: z.union([nothing, z.uuid()]),
  /** Who becomes responsible for its requests; null = its head. */
  responsibleId: z.union([nothing, z.uuid()]),
};
export const createDivisionSchema = z.object(fields);
export const saveDivisionSchema = z.object({ id: z.uuid(), ...fields });
export const divisionIdSchema = z.object({ id: z.uuid() });
export const defaultResponsibleSchema = z.object({ userId: z.union([nothing, z.uuid()]) });

type DivisionInput = z.output<typeof createDivisionSchema>;

export interface DivisionRow {
  id: string;
  name: string;
  parentId: string | null;
  responsibleId: string | null;
  depth: number;
  employees: number;
  houses: number;
  openRequests: number;
}

/** The tree in the order of a list, a directorate before what belongs to it; null for those who may not see it. */
export async function listDivisionTree(person: Person): Promise<DivisionRow[] | null> {
  if (!hasRole(person, 'admin')) return null;
  return db.execute<DivisionRow & Record<string, unknown>>(sql`
    with recursive tree as (
      select d.*, 0 as depth, array[lower(d.name)] as path from divisions d
        where d.organization_id = ${person.organizationId} and d.parent_id is null
      union all
      select d.*, t.depth + 1, t.path || lower(d.name) from divisions d join tree t on d.parent_id = t.id
    )
    select id, name, parent_id as "parentId", responsible_id as "responsibleId", depth,
      (select count(*)::int from memberships m where m.division_id = tree.id and m.blocked_at is null) as employees,
      (select count(*)::int from houses h where h.division_id = tree.id) as houses,
      (select count(*)::int from debt_requests r where r.organization_id = tree.organization_id and r.division_id = tree.id
        and r.status = any(${OPEN_STATUSES})) as "openRequests"
    from tree order by path`);
}

export async function createDivision(person: Person, input: DivisionInput): Promise<Result<{ id: string }>> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  return db.transaction(async (tx) => {
    await lockOrganization(tx, person);
    const wrong = await problemsOf(tx, person, input, null);
    if (wrong) return wrong;
    const [row] = await tx
      .insert(divisions)
      .values({ ...input, organizationId: person.organizationId })
      .returning({ id: divisions.id });
    return { ok: true, id: row!.id } as const;
  });
}

/** Renames, moves, chooses the responsible. New requests follow at once; those that have a responsible person keep him. */
export async function saveDivision(person: Person, input: z.output<typeof saveDivisionSchema>): Promise<Result> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  return db.transaction(async (tx) => {
    await lockOrganization(tx, person);
    const { id, ...set } = input;
    if (!(await exists(tx, person, id))) return notFound;
    const wrong = await problemsOf(tx, person, set, id);
    if (wrong) return wrong;
    await tx.update(divisions).set(set).where(isOwn(person, id));
    return { ok: true } as const;
  });
}

/** Refuses while anything belongs to it, and says what. */
export async function deleteDivision(person: Person, input: z.output<typeof divisionIdSchema>): Promise<Result> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  return db.transaction(async (tx) => {
    await lockOrganization(tx, person);
    if (!(await exists(tx, person, input.id))) return notFound;
    const [[employees], [owned], [open], [below]] = await Promise.all([
      tx.select({ n: count() }).from(memberships).where(eq(memberships.divisionId, input.id)),
      tx.select({ n: count() }).from(houses).where(eq(houses.divisionId, input.id)),
      tx
        .select({ n: count() })
        .from(debtRequests)
        .where(and(ofDivision(person, input.id), inArray(debtRequests.status, [...OPEN, 'sending']))),
      tx.select({ n: count() }).from(divisions).where(eq(divisions.parentId, input.id)),
    ]);
    const held = [
      open!.n > 0 && `открытые запросы: ${open!.n}`,
      owned!.n > 0 && `дома: ${owned!.n}`,
      employees!.n > 0 && `сотрудники: ${employees!.n}`,
      below!.n > 0 && `подразделения внутри: ${below!.n}`,
    ].filter(Boolean);
    if (held.length > 0) {
      const message = `Удалить нельзя. В\u00a0подразделении есть ${held.join(', ')}. Сначала передайте их.`;
      return { ok: false, reason: 'notAllowed', message } as const;
    }
    await tx.update(debtRequests).set({ divisionId: null }).where(ofDivision(person, input.id));
    await tx.delete(divisions).where(isOwn(person, input.id));
    return { ok: true } as const;
  });
}

/** «Пользователь для ГИС ЖКХ»: to whom requests go whose house is unknown; null = an administrator (РИАС lines 72–75). */
export async function saveDefaultResponsible(
  person: Person,
  input: z.output<typeof defaultResponsibleSchema>,
): Promise<Result> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  return db.transaction(async (tx) => {
    // whoever blocks him at this moment waits, and then hands this duty over
    await lockOrganization(tx, person);
    if (input.userId) {
      const [member] = await tx
        .select()
        .from(memberships)
        .where(and(eq(memberships.organizationId, person.organizationId), eq(memberships.userId, input.userId)));
      if (!member || member.blockedAt)
        return invalid('Проверьте отмеченные поля.', { userId: 'Такого сотрудника нет, или он заблокирован.' });
      // manual of РИАС, line 75: one who may send and has an identifier
      if (!member.canSend || !member.gisEmployeeGuid)
        return invalid('Проверьте отмеченные поля.', {
          userId: 'У\u00a0сотрудника нет права отправлять или идентификатора из\u00a0ГИС\u00a0ЖКХ.',
        });
    }
    await tx
      .update(organizations)
      .set({ defaultResponsibleId: input.userId })
      .where(eq(organizations.id, person.organizationId));
    return { ok: true } as const;
  });
}

/** The chosen one; null = an administrator. */
export async function getDefaultResponsible(person: Person): Promise<string | null> {
  const [row] = await db
    .select({ userId: organizations.defaultResponsibleId })
    .from(organizations)
    .where(eq(organizations.id, person.organizationId));
  return row?.userId ?? null;
}

const isOwn = (person: Person, id: string) =>
  and(eq(divisions.id, id), eq(divisions.organizationId, person.organizationId));

const ofDivision = (person: Person, id: string) =>
  and(eq(debtRequests.organizationId, person.organizationId), eq(debtRequests.divisionId, id));

const exists = async (tx: Tx, person: Person, id: string): Promise<boolean> =>
  (await tx.select({ id: divisions.id }).from(divisions).where(isOwn(person, id))).length > 0;

async function problemsOf(tx: Tx, person: Person, input: DivisionInput, id: string | null): Promise<Refusal | null> {
  const wrong: Record<string, string> = {};
  const tree = await tx.select().from(divisions).where(eq(divisions.organizationId, person.organizationId));
  if (tree.some((division) => division.id !== id && division.name === input.name))
    wrong.name = 'Подразделение с\u00a0таким названием уже есть.';
  if (input.parentId) {
    const seen = new Set<string>();
    for (let next: string | null = input.parentId; next !== null && !seen.has(next); ) {
      if (next === id) wrong.parentId = 'Подразделение не\u00a0может входить само в\u00a0себя.';
      seen.add(next);
      const found = tree.find((division) => division.id === next);
      if (!found) wrong.parentId = 'Такого подразделения больше нет.';
      next = found?.parentId ?? null;
    }
  }
  if (input.responsibleId) {
    const [member] = await tx
      .select({ blockedAt: memberships.blockedAt })
      .from(memberships)
      .where(and(eq(memberships.organizationId, person.organizationId), eq(memberships.userId, input.responsibleId)));
    if (!member || member.blockedAt) wrong.responsibleId = 'Такого сотрудника нет, или он заблокирован.';
  }
  return Object.keys(wrong).length > 0 ? invalid('Проверьте отмеченные поля.', wrong) : null;
}
