import { and, count, desc, eq, inArray, lt, max } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { fileExportParts, fileExports } from '@/db/schema/imports';
import { divisions } from '@/db/schema/staff';
import { recordAccess } from '@/lib/auth/access-log';
import type { Person } from '@/lib/auth/actor';
import { formatDate } from '@/lib/calendar/format';
import type { Result } from '@/lib/errors';
import { wakeWorker } from '@/lib/exchange/queue';
import { shownPage } from '@/lib/paging';
import { parseRegistryQuery, registryParams } from './registry';
import { realDate, UUID } from './registry-query';

/** «Скачать файл»: asking for exchange files and having them. The worker builds it (carry-exports.ts). */

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
    const [division] =
      query.division && query.division !== 'none'
        ? await tx
            .select({ name: divisions.name })
            .from(divisions)
            .where(and(eq(divisions.id, query.division), eq(divisions.organizationId, person.organizationId)))
        : [];
    const [row] = await tx
      .insert(fileExports)
      .values({
        organizationId: person.organizationId,
        startedBy: person.userId,
        filter: registryParams(query).toString(),
        division: query.division === 'none' ? 'без подразделения' : (division?.name ?? null),
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
  /** Counted from the person's first one. */
  number: number;
  division: string | null;
  about: string;
  state: 'building' | 'done' | 'failed' | 'deleted';
  total: number | null;
  done: number;
  /** How many files. */
  parts: number;
  error: string | null;
  startedAt: Date;
  finishedAt: Date | null;
}

export const EXPORTS_PAGE = 50;

/** Exports of this person, the latest first. A page beyond the end gives the last. */
export async function listExports(
  person: Person,
  page = 1,
): Promise<{ rows: ExportRow[]; total: number; page: number }> {
  const [counted] = await db.select({ total: count() }).from(fileExports).where(own(person));
  const total = counted!.total;
  const shown = shownPage(page, total, EXPORTS_PAGE);
  const skipped = (shown - 1) * EXPORTS_PAGE;
  const rows = await db
    .select({
      id: fileExports.id,
      division: fileExports.division,
      about: fileExports.about,
      state: fileExports.state,
      total: fileExports.total,
      done: fileExports.done,
      error: fileExports.error,
      startedAt: fileExports.startedAt,
      finishedAt: fileExports.finishedAt,
    })
    .from(fileExports)
    .where(own(person))
    .orderBy(desc(fileExports.startedAt), desc(fileExports.id))
    .limit(EXPORTS_PAGE)
    .offset(skipped);
  const parts = new Map(
    rows.length === 0
      ? []
      : (
          await db
            .select({ id: fileExportParts.exportId, parts: max(fileExportParts.part) })
            .from(fileExportParts)
            .where(
              inArray(
                fileExportParts.exportId,
                rows.map(({ id }) => id),
              ),
            )
            .groupBy(fileExportParts.exportId)
        ).map((row) => [row.id, row.parts ?? 0]),
  );
  return {
    rows: rows.map((row, i) => ({
      ...row,
      number: total - skipped - i,
      parts: parts.get(row.id) ?? 0,
      state: row.state as ExportRow['state'],
    })),
    total,
    page: shown,
  };
}

/** One of the files; null = absent, somebody else's, or not there (any more). Leaves a line in the access log. */
export async function downloadExport(person: Person, id: string, part = 1): Promise<Buffer | null> {
  if (!UUID.test(id) || !Number.isInteger(part) || part < 1 || part > 1000) return null;
  const [row] = await db
    .select({ bytes: fileExportParts.bytes, total: fileExports.total })
    .from(fileExportParts)
    .innerJoin(fileExports, eq(fileExports.id, fileExportParts.exportId))
    .where(and(eq(fileExports.id, id), eq(fileExports.state, 'done'), eq(fileExportParts.part, part), own(person)));
  if (!row) return null;
  await recordAccess(person, 'exportRequests', { subject: `запросов в\u00a0выгрузке: ${row.total}` });
  return row.bytes;
}
const KEPT_MS = 7 * 86_400_000;

/** Files older than a week go; the list remembers that there were some. Gives how many exports. */
export async function forgetExports(now: Date): Promise<number> {
  return db.transaction(async (tx) => {
    const rows = await tx
      .update(fileExports)
      .set({ state: 'deleted' })
      .where(and(eq(fileExports.state, 'done'), lt(fileExports.startedAt, new Date(now.getTime() - KEPT_MS))))
      .returning({ id: fileExports.id });
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await tx.delete(fileExportParts).where(inArray(fileExportParts.exportId, ids));
    return ids.length;
  });
}
