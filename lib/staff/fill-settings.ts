import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { db } from '@/db/client';
import { organizations } from '@/db/schema/staff';
import { hasRole, type Person } from '@/lib/auth/actor';
import type { Result } from '@/lib/errors';
import type { FillSettingsInput, fillSettingsSchema } from './fill-settings-schema';

/** «Заполнение ответов»: what the rule of the court debt leaves to the organization. Admins only. */

/** As the form holds them; null for those who may not change them. */
export async function getFillSettings(person: Person): Promise<FillSettingsInput | null> {
  if (!hasRole(person, 'admin')) return null;
  const [row] = await db
    .select({
      impossible: organizations.courtImpossible,
      partlyOverlapping: organizations.courtPartialPeriod,
      threshold: organizations.courtThreshold,
      verifyYes: organizations.verifyYes,
    })
    .from(organizations)
    .where(eq(organizations.id, person.organizationId));
  return { ...row!, threshold: String(row!.threshold / 100).replace('.', ',') } as FillSettingsInput;
}

export async function saveFillSettings(person: Person, input: z.output<typeof fillSettingsSchema>): Promise<Result> {
  if (!hasRole(person, 'admin')) return { ok: false, reason: 'forbidden', message: 'Настройки меняет администратор.' };
  await db
    .update(organizations)
    .set({
      courtImpossible: input.impossible,
      courtPartialPeriod: input.partlyOverlapping,
      courtThreshold: input.threshold,
      verifyYes: input.verifyYes,
    })
    .where(eq(organizations.id, person.organizationId));
  return { ok: true };
}
