import { and, asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { personSettings, savedFilters } from '@/db/schema/registry';
import { users } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { parseRegistryQuery, registryParams } from '@/lib/debt-requests/registry';
import { invalid, type Result } from '@/lib/errors';

/** How one person likes the screens: columns, saved filters, keys. Nobody else sees or changes them. */

export interface Preferences {
  columns: Record<string, boolean>;
  letterKeys: boolean;
  /** Kinds of notices that come as a letter, against the default. */
  mail: Record<string, boolean>;
}

export async function getPreferences(person: Person): Promise<Preferences> {
  const [row] = await db.select().from(personSettings).where(eq(personSettings.userId, person.userId));
  return { columns: row?.registryColumns ?? {}, letterKeys: row?.letterKeys ?? true, mail: row?.mail ?? {} };
}

export const preferencesSchema = z.object({
  columns: z.record(z.string().regex(/^[a-zA-Z]{1,30}$/), z.boolean()).optional(),
  letterKeys: z.boolean().optional(),
  mail: z.record(z.string().regex(/^[a-zA-Z]{1,30}$/), z.boolean()).optional(),
});

export const mailSchema = z.object({ mail: preferencesSchema.shape.mail.unwrap() });

export const letterKeysSchema = z.object({ letterKeys: z.boolean() });

/** Keeps what is given and leaves the rest as it is. */
export async function savePreferences(person: Person, input: z.output<typeof preferencesSchema>): Promise<Result> {
  const set = {
    ...(input.columns ? { registryColumns: input.columns } : {}),
    ...(input.letterKeys === undefined ? {} : { letterKeys: input.letterKeys }),
    ...(input.mail ? { mail: input.mail } : {}),
  };
  if (Object.keys(set).length === 0) return { ok: true };
  await db
    .insert(personSettings)
    .values({ userId: person.userId, ...set })
    .onConflictDoUpdate({ target: personSettings.userId, set });
  return { ok: true };
}

/** Where letters to this person go; null = nowhere. */
export async function emailOf(person: Person): Promise<string | null> {
  const [row] = await db.select({ email: users.email }).from(users).where(eq(users.id, person.userId));
  return row?.email ?? null;
}

export interface SavedFilter {
  id: string;
  name: string;
  params: string;
}

const MAX_FILTERS = 30;

export async function listSavedFilters(person: Person): Promise<SavedFilter[]> {
  return db
    .select({ id: savedFilters.id, name: savedFilters.name, params: savedFilters.params })
    .from(savedFilters)
    .where(and(eq(savedFilters.userId, person.userId), eq(savedFilters.organizationId, person.organizationId)))
    .orderBy(asc(savedFilters.name));
}

export const saveFilterSchema = z.object({
  name: z.string().trim().min(1, 'Назовите отбор.').max(60, 'Название: не больше 60 знаков.'),
  params: z.string().max(2000),
});

/** Keeps a filter of the registry under a name; the same name replaces. Only what the registry understands is kept. */
export async function saveFilter(
  person: Person,
  input: z.output<typeof saveFilterSchema>,
): Promise<Result<{ filter: SavedFilter }>> {
  const existing = await listSavedFilters(person);
  if (existing.length >= MAX_FILTERS && !existing.some((filter) => filter.name === input.name)) {
    return invalid(`Сохранить можно до ${MAX_FILTERS} отборов. Удалите лишние.`);
  }
  const query = { ...parseRegistryQuery(Object.fromEntries(new URLSearchParams(input.params))), page: 1 };
  const params = registryParams(query).toString();
  const [filter] = await db
    .insert(savedFilters)
    .values({ organizationId: person.organizationId, userId: person.userId, name: input.name, params })
    .onConflictDoUpdate({
      target: [savedFilters.userId, savedFilters.organizationId, savedFilters.name],
      set: { params },
    })
    .returning({ id: savedFilters.id, name: savedFilters.name, params: savedFilters.params });
  return { ok: true, filter: filter! };
}

export const filterIdSchema = z.object({ id: z.uuid() });

export async function deleteFilter(person: Person, input: z.output<typeof filterIdSchema>): Promise<Result> {
  await db
    .delete(savedFilters)
    .where(
      and(
        eq(savedFilters.id, input.id),
        eq(savedFilters.userId, person.userId),
        eq(savedFilters.organizationId, person.organizationId),
      ),
    );
  return { ok: true };
}
