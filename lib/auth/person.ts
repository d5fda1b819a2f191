import { and, asc, eq, isNull } from 'drizzle-orm';
import { db } from '@/db/client';
import { memberships, organizations, users } from '@/db/schema/staff';
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

/** A person for work that goes on without a session (mass work): the rights of this moment, null when they ended. */
export async function personById(userId: string, organizationId: string): Promise<Person | null> {
  const row = (await rightsOf(userId)).find(({ membership }) => membership.organizationId === organizationId);
  return row ? asPerson(row) : null;
}

interface Rights {
  user: typeof users.$inferSelect;
  membership: typeof memberships.$inferSelect;
}

const rightsOf = (userId: string): Promise<Rights[]> =>
  db
    .select({ user: users, membership: memberships })
    .from(users)
    .innerJoin(memberships, eq(memberships.userId, users.id))
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(and(eq(users.id, userId), isNull(users.blockedAt)))
    .orderBy(asc(organizations.name), asc(organizations.id));

const asPerson = ({ user, membership }: Rights): Person => ({
  kind: 'person',
  userId: user.id,
  organizationId: membership.organizationId,
  name: shortName(user),
  roles: membership.roles as Role[],
  canSend: membership.canSend,
  gisEmployeeGuid: membership.gisEmployeeGuid,
});
