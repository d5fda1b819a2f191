import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { memberships, organizations, users } from '@/db/schema/staff';
import { moscowToday } from '@/lib/calendar/moscow';
import type { Role } from '@/lib/debt-requests/workflow';
import { type Person, shortName } from './actor';

/** What the session cookie says. It proves nothing by itself: `personOf` asks the database each time. */
export interface SessionClaims {
  userId: string;
  tokenVersion: number;
}

/**
 * The person behind the claims, in the organization of the given id or, where he does not belong to it, in his first
 * by name. Null when blocked, when `tokenVersion` moved on, or without any organization.
 */
export async function personOf(claims: SessionClaims, organizationId?: string): Promise<Person | null> {
  const rows = await rightsOf(claims.userId);
  const row = rows.find(({ membership }) => membership.organizationId === organizationId) ?? rows[0];
  return row && row.user.tokenVersion === claims.tokenVersion ? asPerson(row) : null;
}

/** Why work that goes on without a session ends when `personById` finds nobody any more. */
export const RIGHTS_ENDED = 'Права того, кто начал, больше не\u00a0действуют.';

/** A person for work that goes on without a session (mass work): the rights of this moment, null when they ended. */
export async function personById(userId: string, organizationId: string): Promise<Person | null> {
  const row = (await rightsOf(userId)).find(({ membership }) => membership.organizationId === organizationId);
  return row ? asPerson(row) : null;
}

/** Organizations that the person may work in, by name: for the switcher and for «Все организации». */
export async function organizationsOf(userId: string): Promise<{ id: string; name: string }[]> {
  return (await rightsOf(userId)).map(({ membership, organization }) => ({
    id: membership.organizationId,
    name: organization,
  }));
}

/** A member's own division with those below it; null = the whole organization. */
export const DIVISION_IDS = sql<string[] | null>`case when ${memberships.divisionId} is not null then array(
  with recursive own as (
    select d.id from divisions d where d.id = ${memberships.divisionId}
    union select d.id from divisions d join own on d.parent_id = own.id
  ) select id from own) end`;

type Rights = Awaited<ReturnType<typeof rightsOf>>[number];

const rightsOf = (userId: string) =>
  db
    .select({
      user: users,
      membership: memberships,
      organization: organizations.name,
      divisionIds: DIVISION_IDS,
      standsInFor: sql<string[]>`array(select away.user_id from memberships away
        where away.deputy_id = ${memberships.userId} and away.organization_id = ${memberships.organizationId}
          and ${moscowToday()}::date between away.away_from and away.away_until)`,
    })
    .from(users)
    .innerJoin(memberships, eq(memberships.userId, users.id))
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(and(eq(users.id, userId), isNull(users.blockedAt), isNull(memberships.blockedAt)))
    .orderBy(asc(organizations.name), asc(organizations.id));

const asPerson = ({ user, membership, divisionIds, standsInFor }: Rights): Person => ({
  kind: 'person',
  userId: user.id,
  organizationId: membership.organizationId,
  name: shortName(user),
  roles: membership.roles as Role[],
  canSend: membership.canSend,
  gisEmployeeGuid: membership.gisEmployeeGuid,
  divisionIds,
  standsInFor,
});
