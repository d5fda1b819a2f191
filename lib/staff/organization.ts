import { eq, sql } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { organizations } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';

/** Name of the organization the person works in now, for the head of every page. */
export async function organizationName(person: Person): Promise<string> {
  const [row] = await db
    .select({ name: organizations.name })
    .from(organizations)
    .where(eq(organizations.id, person.organizationId));
  return row!.name;
}

/**
 * Changes of who is who in an organization go one after another: two admins at once cannot take each other's role away,
 * two moves of divisions cannot make a ring. Held until the end of the transaction.
 */
export const lockOrganization = (tx: Tx, person: Person) =>
  tx.execute(sql`select 1 from organizations where id = ${person.organizationId} for update`);
