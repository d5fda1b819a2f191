import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { organizations } from '@/db/schema/staff';
import { hasRole, type Person } from '@/lib/auth/actor';
import type { RuleSettings } from '@/lib/court-cases/debt-rule';
import type { Result } from '@/lib/errors';
import type { FillSettingsInput, fillSettingsSchema } from './fill-settings-schema';

/** «Заполнение ответов»: what the rule of the court debt and the loading of files leave to the organization. Admins only. */

interface FillSettings extends RuleSettings {
  verifyYes: boolean;
  fileEmptyMeansNo: boolean;
  fileSendAtOnce: boolean;
}

/** What the organization decided where the manual leaves it open. */
export async function fillSettings(tx: Pick<Tx, 'select'>, organizationId: string): Promise<FillSettings> {
  const [row] = await tx
    .select({
      impossible: organizations.courtImpossible,
      partlyOverlapping: organizations.courtPartialPeriod,
      threshold: organizations.courtThreshold,
      verifyYes: organizations.verifyYes,
      fileEmptyMeansNo: organizations.fileEmptyMeansNo,
      fileSendAtOnce: organizations.fileSendAtOnce,
    })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  return row as FillSettings;
}

/** As the form holds them; null for those who may not change them. */
export async function getFillSettings(person: Person): Promise<FillSettingsInput | null> {
  if (!hasRole(person, 'admin')) return null;
  const settings = await fillSettings(db, person.organizationId);
  return { ...settings, threshold: String(settings.threshold / 100).replace('.', ',') };
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
      fileEmptyMeansNo: input.fileEmptyMeansNo,
      fileSendAtOnce: input.fileSendAtOnce,
    })
    .where(eq(organizations.id, person.organizationId));
  return { ok: true };
}
