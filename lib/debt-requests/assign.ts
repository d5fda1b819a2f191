import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { anyOf, insertMany } from '@/db/many';
import { debtRequests, requestEvents } from '@/db/schema/debt-requests';
import { houses } from '@/db/schema/houses';
import { divisions, memberships, organizations, users } from '@/db/schema/staff';
import { hasRole, type Person, shortName } from '@/lib/auth/actor';
import { invalid, type Refusal } from '@/lib/errors';
import { type NewNotification, notify } from '@/lib/notifications/notify';
import { type Moved, requestVersionSchema, step } from './answer';
import { type DebtRequest, OPEN_STATUSES, transition } from './transition';
import { OPEN } from './workflow';

/** Who answers for a request and who works on it. */

export const delegateSchema = requestVersionSchema.extend({
  assigneeId: z.uuid('Выберите исполнителя.'),
  note: z.string().trim().max(1000, 'Примечание: не больше 1000 знаков.').default(''),
});

export const returnSchema = requestVersionSchema.extend({
  comment: z.string().trim().min(1, 'Напишите, что исправить.').max(1000, 'Комментарий: не больше 1000 знаков.'),
  /** Whom to return to when nobody is the assignee. */
  assigneeId: z.uuid().optional(),
});

/**
 * «Делегировать»: the request goes to a colleague of its division (of the organization where it has none), with a note
 * that he reads on the card. Refuses whoever is not such a colleague or is blocked. `mark` is kept in the history, for mass work.
 */
export function delegate(
  person: Person,
  input: z.output<typeof delegateSchema>,
  mark: Record<string, unknown> = {},
): Promise<Moved> {
  return step(person, input.id, async (tx, request) => {
    const assignee = await colleague(tx, request, input.assigneeId);
    if (!assignee) return NOT_A_COLLEAGUE;
    const moved = await transition(tx, person, request, {
      action: 'delegate',
      version: input.version,
      set: { assigneeId: assignee.id },
      data: { assignee: assignee.name, note: input.note, ...mark },
    });
    if (moved.ok) await tell(tx, person, moved.request, assignee.id, 'delegated');
    return moved;
  });
}

/** «Забрать»: whoever is responsible works on it himself from now on; what was typed stays. */
export function takeBack(person: Person, input: z.output<typeof requestVersionSchema>): Promise<Moved> {
  return step(person, input.id, async (tx, request) => {
    const former = request.assigneeId;
    const moved = await transition(tx, person, request, {
      action: 'takeBack',
      version: input.version,
      set: { assigneeId: person.userId },
    });
    if (moved.ok && former) await tell(tx, person, moved.request, former, 'takenBack');
    return moved;
  });
}

/**
 * «Вернуть на доработку»: back to the assignee with a comment that says what to correct. A request that nobody works on
 * needs an assignee chosen now.
 */
export function returnForRework(
  person: Person,
  input: z.output<typeof returnSchema>,
  mark: Record<string, unknown> = {},
): Promise<Moved> {
  return step(person, input.id, async (tx, request) => {
    const assigneeId = input.assigneeId ?? request.assigneeId;
    if (!assigneeId) {
      return invalid('Выберите, кому вернуть: исполнителя у\u00a0запроса нет.', {
        assigneeId: 'Выберите исполнителя.',
      });
    }
    const assignee = await colleague(tx, request, assigneeId);
    if (!assignee) return NOT_A_COLLEAGUE;
    const moved = await transition(tx, person, request, {
      action: 'returnForRework',
      version: input.version,
      set: { assigneeId: assignee.id },
      data: { comment: input.comment, ...(input.assigneeId ? { assignee: assignee.name } : {}), ...mark },
    });
    if (moved.ok) await tell(tx, person, moved.request, assignee.id, 'returned');
    return moved;
  });
}

const NOT_A_COLLEAGUE: Refusal = invalid('Делегировать можно только сотруднику того же подразделения.', {
  assigneeId: 'Этот сотрудник не\u00a0из\u00a0подразделения запроса или заблокирован.',
});

/** A note about the request to one person, unless it is the actor himself. */
function tell(
  tx: Tx,
  person: Person,
  request: DebtRequest,
  userId: string,
  kind: NewNotification['kind'],
): Promise<void> {
  if (userId === person.userId) return Promise.resolve();
  return notify(tx, [
    {
      organizationId: request.organizationId,
      userId,
      kind,
      requestId: request.id,
      data: { number: request.requestNumber, deadline: request.responseDate },
    },
  ]);
}

/** Who may be the assignee of requests of these divisions (null = of none, then anybody of the organization). */
const mayWorkIn = (organizationId: string, divisionIds: readonly string[] | null) =>
  and(
    eq(memberships.organizationId, organizationId),
    isNull(memberships.blockedAt),
    isNull(users.blockedAt),
    sql`${memberships.roles} && array['executor', 'head']`,
    divisionIds === null
      ? undefined
      : or(isNull(memberships.divisionId), inArray(memberships.divisionId, [...divisionIds])),
  );

const divisionOf = (request: DebtRequest): string[] | null => (request.divisionId ? [request.divisionId] : null);

async function colleague(
  tx: Tx,
  request: DebtRequest,
  userId: string,
): Promise<{ id: string; name: string } | undefined> {
  const [row] = await tx
    .select({ id: users.id, lastName: users.lastName, firstName: users.firstName, patronymic: users.patronymic })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.userId, userId), mayWorkIn(request.organizationId, divisionOf(request))))
    // whoever blocks him at this moment waits, and then finds this request on him
    .for('share', { of: memberships });
  return row && { id: row.id, name: shortName(row) };
}

export interface Colleague {
  id: string;
  name: string;
  /** Open requests that are on him already. */
  load: number;
  /** «до 05.12» while somebody else stands in for him. */
  awayUntil: string | null;
}

/** Who may work on requests of these divisions (null = on any of the organization), by name: for whoever delegates. */
export async function listColleagues(person: Person, divisionIds: readonly string[] | null): Promise<Colleague[]> {
  const rows = await db
    .select({
      id: users.id,
      lastName: users.lastName,
      firstName: users.firstName,
      patronymic: users.patronymic,
      load: sql<number>`(select count(*)::int from debt_requests r where r.organization_id = ${person.organizationId}
        and r.assignee_id = ${users.id} and r.status = any(${OPEN_STATUSES}))`,
      awayUntil: sql<
        string | null
      >`case when (now() at time zone 'Europe/Moscow')::date between ${memberships.awayFrom} and ${memberships.awayUntil} then ${memberships.awayUntil} end`,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(mayWorkIn(person.organizationId, divisionIds))
    .orderBy(asc(users.lastName), asc(users.firstName), asc(users.id));
  return rows.map((row) => ({ id: row.id, name: shortName(row), load: row.load, awayUntil: row.awayUntil }));
}

/**
 * Gives requests their division and their responsible person: the division that owns the house (by the portal's or the
 * ФИАС code, or by the house that matching found); within it the chosen one, else its head, else the same of the division above; else
 * the organization's default user; else an administrator (manual of РИАС, lines 44–46, 74–75). Somebody always gets it
 * while the organization has anybody at work. Who answers for it already stays, until the division changes.
 */
export async function assignResponsible(tx: Tx, organizationId: string, requestIds: readonly string[]): Promise<void> {
  if (requestIds.length === 0) return;
  const found = await tx
    .select({
      id: debtRequests.id,
      divisionId: debtRequests.divisionId,
      responsibleId: debtRequests.responsibleId,
      houseId: debtRequests.houseId,
      houseGuid: debtRequests.houseGuid,
      fiasHouseGuid: debtRequests.fiasHouseGuid,
    })
    .from(debtRequests)
    .where(and(eq(debtRequests.organizationId, organizationId), anyOf(debtRequests.id, requestIds)));
  const standing = await standingOf(tx, organizationId, found);
  const changed = found.flatMap((row) => {
    const { divisionId: division, responsibleId: responsible } = standing(row);
    return division === row.divisionId && responsible === row.responsibleId
      ? []
      : [{ id: row.id, division, responsible }];
  });
  if (changed.length === 0) return;
  await tx.execute(sql`
    update debt_requests r set division_id = n.division, responsible_id = n.responsible
    from json_to_recordset(${JSON.stringify(changed)}::json) as n(id uuid, division uuid, responsible uuid)
    where r.id = n.id`);
}

type Place = Pick<DebtRequest, 'id' | 'houseId' | 'houseGuid' | 'fiasHouseGuid'>;
type Standing = Pick<DebtRequest, 'divisionId' | 'responsibleId'>;

/**
 * Division and responsible person of each of these requests, by the rules of `assignResponsible`; the places may be of requests that
 * are no rows yet. What it gives wants to know how the request stands now: nulls for a new one.
 */
export async function standingOf(
  tx: Tx,
  organizationId: string,
  places: readonly Place[],
): Promise<(request: { id: string } & Standing) => Standing> {
  const asked = places.map(({ id, houseId, houseGuid, fiasHouseGuid }) => ({ id, houseId, houseGuid, fiasHouseGuid }));
  const rows = await tx.execute<{ id: string; owner: string | null }>(sql`
    select r.id, coalesce(
      (select h.division_id from houses h where h.id = r."houseId"),
      (select h.division_id from houses h where h.organization_id = ${organizationId}
        and h.division_id is not null and h.gis_house_guid = r."houseGuid" limit 1),
      (select h.division_id from houses h where h.organization_id = ${organizationId}
        and h.division_id is not null and h.fias_house_guid in (r."houseGuid", r."fiasHouseGuid")
        order by h.main_house_id nulls first limit 1)) as owner
    from json_to_recordset(${JSON.stringify(asked)}::json) as r(id uuid, "houseId" uuid, "houseGuid" uuid, "fiasHouseGuid" uuid)`);
  const owners = new Map(rows.map(({ id, owner }) => [id, owner]));
  const choose = await responsibleOf(tx, organizationId);
  return ({ id, divisionId, responsibleId }) => {
    const owner = owners.get(id)!;
    const stays = responsibleId !== null && owner === divisionId;
    return { divisionId: owner, responsibleId: stays ? responsibleId : choose(owner) };
  };
}

/** The open requests of these houses get the division of their house: for whoever changes the divisions of houses. */
export async function reassignHouses(tx: Tx, organizationId: string, houseIds: readonly string[]): Promise<void> {
  if (houseIds.length === 0) return;
  const rows = await tx
    .select({ id: debtRequests.id })
    .from(debtRequests)
    .innerJoin(
      houses,
      and(
        eq(houses.organizationId, debtRequests.organizationId),
        sql`(${houses.id} = ${debtRequests.houseId} or ${houses.gisHouseGuid} = ${debtRequests.houseGuid}
          or ${houses.fiasHouseGuid} in (${debtRequests.houseGuid}, ${debtRequests.fiasHouseGuid}))`,
      ),
    )
    .where(
      and(
        eq(debtRequests.organizationId, organizationId),
        inArray(houses.id, [...houseIds]),
        inArray(debtRequests.status, [...OPEN]),
      ),
    );
  await assignResponsible(tx, organizationId, [...new Set(rows.map((row) => row.id))]);
}

/** Chooses the responsible person of a division; null only where nobody works in the organization. */
async function responsibleOf(tx: Tx, organizationId: string): Promise<(divisionId: string | null) => string | null> {
  const [tree, people, [organization]] = await Promise.all([
    tx.select().from(divisions).where(eq(divisions.organizationId, organizationId)),
    tx
      .select({ membership: memberships })
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(
        and(eq(memberships.organizationId, organizationId), isNull(memberships.blockedAt), isNull(users.blockedAt)),
      )
      // the best of several: one in whose name answers can go
      .orderBy(sql`(${memberships.canSend} and ${memberships.gisEmployeeGuid} is not null) desc`, asc(users.login)),
    tx
      .select({ defaultResponsibleId: organizations.defaultResponsibleId })
      .from(organizations)
      .where(eq(organizations.id, organizationId)),
  ]);
  const members = people.map(({ membership }) => membership);
  const byId = new Map(tree.map((division) => [division.id, division]));
  const working = (userId: string | null) => (members.some((member) => member.userId === userId) ? userId : null);
  const first = (role: string, divisionId?: string | null) =>
    members.find(
      (member) => member.roles.includes(role) && (divisionId === undefined || member.divisionId === divisionId),
    )?.userId ?? null;
  return (divisionId) => {
    const seen = new Set<string>();
    for (let id = divisionId; id !== null && !seen.has(id); ) {
      seen.add(id);
      const division = byId.get(id);
      if (!division) break;
      const chosen = working(division.responsibleId) ?? first('head', id);
      if (chosen) return chosen;
      id = division.parentId;
    }
    return (
      working(organization?.defaultResponsibleId ?? null) ??
      // one division is the whole organization: its head answers for everything
      (tree.length === 0 ? first('head') : first('head', null)) ??
      first('admin') ??
      members[0]?.userId ??
      null
    );
  };
}

export interface Burden {
  responsible: number;
  assigned: number;
  /** Division and organization settings that name the person. */
  duties: string[];
}

/** What is on a person of the organization: shown before he is blocked. Admins only; null = no such person here. */
export async function burdenOf(person: Person, userId: string, tx: Pick<Tx, 'select'> = db): Promise<Burden | null> {
  if (!hasRole(person, 'admin')) return null;
  const [row] = await tx
    .select({
      responsible: sql<number>`(select count(*)::int from debt_requests r where r.organization_id = ${person.organizationId} and r.responsible_id = ${userId} and r.status = any(${OPEN_STATUSES}))`,
      assigned: sql<number>`(select count(*)::int from debt_requests r where r.organization_id = ${person.organizationId} and r.assignee_id = ${userId} and r.status = any(${OPEN_STATUSES}))`,
    })
    .from(memberships)
    .where(and(eq(memberships.organizationId, person.organizationId), eq(memberships.userId, userId)));
  if (!row) return null;
  const [own, [organization]] = await Promise.all([
    tx
      .select({ name: divisions.name })
      .from(divisions)
      .where(and(eq(divisions.organizationId, person.organizationId), eq(divisions.responsibleId, userId))),
    tx
      .select({ id: organizations.id })
      .from(organizations)
      .where(and(eq(organizations.id, person.organizationId), eq(organizations.defaultResponsibleId, userId))),
  ]);
  return {
    ...row,
    duties: [
      ...own.map(({ name }) => `Ответственный подразделения «${name}»`),
      ...(organization ? ['Ответственный за\u00a0запросы без подразделения'] : []),
    ],
  };
}

/**
 * Everything open that is on one person goes to another in one step, with a line in each history. Part of blocking; the
 * caller has checked the right. Drafts and statuses stay; versions move on, so that an open form sees it.
 */
export async function reassignEverything(
  tx: Tx,
  person: Person,
  fromUserId: string,
  toUserId: string,
): Promise<number> {
  const rows = await tx
    .select({ id: debtRequests.id, responsibleId: debtRequests.responsibleId, assigneeId: debtRequests.assigneeId })
    .from(debtRequests)
    .where(
      and(
        eq(debtRequests.organizationId, person.organizationId),
        sql`${fromUserId} in (${debtRequests.responsibleId}, ${debtRequests.assigneeId})`,
        inArray(debtRequests.status, [...OPEN, 'sending']),
      ),
    )
    .orderBy(asc(debtRequests.id))
    .for('update');
  if (rows.length === 0) return 0;
  const handed = (column: typeof debtRequests.responsibleId | typeof debtRequests.assigneeId) =>
    sql`case when ${column} = ${fromUserId} then ${toUserId}::uuid else ${column} end`;
  await tx
    .update(debtRequests)
    .set({
      responsibleId: handed(debtRequests.responsibleId),
      assigneeId: handed(debtRequests.assigneeId),
      version: sql`${debtRequests.version} + 1`,
      updatedAt: new Date(),
    })
    .where(
      anyOf(
        debtRequests.id,
        rows.map((row) => row.id),
      ),
    );
  await tx.execute(
    insertMany(
      requestEvents,
      rows.map((row) => ({
        organizationId: person.organizationId,
        requestId: row.id,
        actorId: person.userId,
        action: 'reassigned',
        data: { responsible: row.responsibleId === fromUserId, assignee: row.assigneeId === fromUserId, toUserId },
      })),
    ),
  );
  return rows.length;
}
