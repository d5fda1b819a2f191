import { and, desc, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { fileExports } from '@/db/schema/imports';
import { recordAccess } from '@/lib/auth/access-log';
import type { Person } from '@/lib/auth/actor';
import { formatDate } from '@/lib/calendar/format';
import type { Result } from '@/lib/errors';
import { wakeWorker } from '@/lib/exchange/queue';
import { parseRegistryQuery, registryParams } from './registry';
import { realDate, UUID } from './registry-query';

/** «Скачать файл»: asking for an exchange file and having it. The worker builds it (carry-exports.ts). */

const guid = z
  .string()
  .default('')
  .transform((text) => (UUID.test(text) ? text.toLowerCase() : ''));
const day = z
  .string()
  .default('')
  .transform((text, ctx) => {
    if (text === '' || realDate(text)) return text;
    ctx.addIssue('Такой даты нет.');
    return z.NEVER;
  });

/** The form of the manual (lines 265–287), or a whole filter of the registry. */
export const startExportSchema = z.object({
  filter: z.string().max(2000).default(''),
  division: guid,
  from: day,
  to: day,
  assignee: guid,
  onlyMatched: z.boolean().default(false),
});

/** Asks for a file; it is built in this person's name, with what he sees at that moment. */
export async function startExport(
  person: Person,
  input: z.output<typeof startExportSchema>,
): Promise<Result<{ id: string }>> {
  const asked = new URLSearchParams(input.filter);
  for (const name of ['division', 'from', 'to', 'assignee'] as const) if (input[name]) asked.set(name, input[name]);
  const query = { ...parseRegistryQuery(Object.fromEntries(asked)), page: 1 };
  const date = (value: string | null) => (value ? formatDate(value) : '…');
  const about = query.sentFrom || query.sentTo ? `${date(query.sentFrom)}–${date(query.sentTo)}` : 'всё время';
  const id = await db.transaction(async (tx) => {
    const [row] = await tx
      .insert(fileExports)
      .values({
        organizationId: person.organizationId,
        startedBy: person.userId,
        filter: registryParams(query).toString(),
        about,
        onlyMatched: input.onlyMatched,
      })
      .returning({ id: fileExports.id });
    await wakeWorker(tx);
    return row!.id;
  });
  return { ok: true, id };
}

const own = (person: Person) =>
  and(eq(fileExports.organizationId, person.organizationId), eq(fileExports.startedBy, person.userId));

export interface ExportRow {
  id: string;
  about: string;
  state: 'building' | 'done' | 'failed' | 'deleted';
  total: number | null;
  error: string | null;
  startedAt: Date;
}

/** The last fifty files of this person. */
export async function listExports(person: Person): Promise<ExportRow[]> {
  const rows = await db
    .select({
      id: fileExports.id,
      about: fileExports.about,
      state: fileExports.state,
      total: fileExports.total,
      error: fileExports.error,
      startedAt: fileExports.startedAt,
    })
    .from(fileExports)
    .where(own(person))
    .orderBy(desc(fileExports.startedAt))
    .limit(50);
  return rows.map((row) => ({ ...row, state: row.state as ExportRow['state'] }));
}

/** The file; null = absent, somebody else's, or not there (any more). Leaves a line in the access log. */
export async function downloadExport(person: Person, id: string): Promise<Buffer | null> {
  if (!UUID.test(id)) return null;
  const [row] = await db
    .select({ bytes: fileExports.bytes, total: fileExports.total })
    .from(fileExports)
    .where(and(eq(fileExports.id, id), own(person)));
  if (!row?.bytes) return null;
  await recordAccess(person, 'exportRequests', { subject: `запросов в\u00a0файле: ${row.total}` });
  return row.bytes;
}

const KEPT_MS = 7 * 86_400_000;

/** Files older than a week go; the list remembers that there was one. Gives how many. */
export async function forgetExports(now: Date): Promise<number> {
  const rows = await db
    .update(fileExports)
    .set({ state: 'deleted', bytes: null })
    .where(and(eq(fileExports.state, 'done'), lt(fileExports.startedAt, new Date(now.getTime() - KEPT_MS))))
    .returning({ id: fileExports.id });
  return rows.length;
}
