import { eq } from 'drizzle-orm';
import { db } from '@/db/client';
import { organizations } from '@/db/schema/staff';
import { hasRole, type Person } from '@/lib/auth/actor';
import type { Result } from '@/lib/errors';
import type { Requisites } from './requisites-schema';

/** «Реквизиты»: how the organization is called, and the numbers that tell it from its namesakes in proof packages. Admins only. */

/** The requisites of the person's organization; null for those who may not change them. */
export async function getRequisites(person: Person): Promise<Requisites | null> {
  if (!hasRole(person, 'admin')) return null;
  const [row] = await db
    .select({ name: organizations.name, inn: organizations.inn, ogrn: organizations.ogrn })
    .from(organizations)
    .where(eq(organizations.id, person.organizationId));
  return row!;
}

export async function saveRequisites(person: Person, input: Requisites): Promise<Result> {
  if (!hasRole(person, 'admin')) return { ok: false, reason: 'forbidden', message: 'Реквизиты меняет администратор.' };
  await db.update(organizations).set(input).where(eq(organizations.id, person.organizationId));
  return { ok: true };
}
