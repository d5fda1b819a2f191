import { eq } from 'drizzle-orm';
import { db } from '@/db/client';
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
