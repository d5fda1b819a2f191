import { sql } from 'drizzle-orm';
import type { Tx } from '@/db/client';
import type { Person } from '@/lib/auth/actor';

/**
 * Changes of who is who in an organization go one after another: two admins at once cannot take each other's role away,
 * two moves of divisions cannot make a ring, two presses of «Проверить связь» find each other. Held until the end of the transaction.
 */
export const lockOrganization = (tx: Tx, person: Person) =>
  tx.execute(sql`select 1 from organizations where id = ${person.organizationId} for no key update`);
