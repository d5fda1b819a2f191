import { and, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { type ImportReport, imports, stagedUploads } from '@/db/schema/imports';
import { hasRole, type Person } from '@/lib/auth/actor';
import { invalid, notFound, type Refusal, type Result } from '@/lib/errors';
import { wakeWorker } from '@/lib/exchange/queue';
import { stage, staged } from '@/lib/files/stage';
import { IMPORT_KINDS, type ImportKindName, isImportKind } from './kinds';

/** Tables from Excel: a person uploads, reads what would change and says yes. The worker's part is carry.ts. */

/** 50 000 accounts of 15 columns take about 6 MB. */
export const MAX_IMPORT_BYTES = 20 * 1024 * 1024;

export const importIdSchema = z.object({ id: z.uuid() });

const NOT_YOURS: Refusal = { ok: false, reason: 'forbidden', message: 'Эту таблицу загружают другие сотрудники.' };

/** Keeps the file for the worker to read. Refuses who may not load such a table, an empty file and one over 20 MB. */
export async function startImport(
  person: Person,
  input: { kind: string; name: string; bytes: Uint8Array },
): Promise<Result<{ id: string }>> {
  if (!isImportKind(input.kind)) return notFound;
  if (!hasRole(person, ...IMPORT_KINDS[input.kind].may)) return NOT_YOURS;
  if (input.bytes.length === 0) return invalid('Файл пустой.');
  if (input.bytes.length > MAX_IMPORT_BYTES) return invalid('Файл больше 20\u00a0МБ. Разделите его на\u00a0несколько.');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const fileName = input.name.replace(/[\u0000-\u001f]/g, '').slice(0, 255) || 'таблица.xlsx';
  const staging = await stage(input.bytes);
  const id = await db.transaction(async (tx) => {
    const [row] = await staged(tx, staging, (bytes) =>
      tx
        .insert(imports)
        .values({
          organizationId: person.organizationId,
          startedBy: person.userId,
          kind: input.kind,
          fileName,
          bytes,
        })
        .returning({ id: imports.id }),
    );
    await wakeWorker(tx);
    return row!.id;
  });
  return { ok: true, id };
}

/** «Загрузить»: what was read may change the data now. Twice is once. */
export async function confirmImport(person: Person, input: { id: string }): Promise<Result> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .select({ kind: imports.kind, state: imports.state })
      .from(imports)
      .where(and(eq(imports.id, input.id), own(person)))
      .for('update');
    if (!row || !isImportKind(row.kind)) return notFound;
    if (!hasRole(person, ...IMPORT_KINDS[row.kind].may)) return NOT_YOURS;
    if (row.state === 'loading' || row.state === 'done') return { ok: true } as const;
    if (row.state !== 'checked')
      return {
        ok: false,
        reason: 'notAllowed',
        message: 'Этот файл уже нельзя загрузить. Выберите его снова.',
      } as const;
    await tx.update(imports).set({ state: 'loading' }).where(eq(imports.id, input.id));
    await wakeWorker(tx);
    return { ok: true } as const;
  });
}

/** «Не загружать»: the file is thrown away. What is being loaded already goes on. */
export async function cancelImport(person: Person, input: { id: string }): Promise<Result> {
  const [row] = await db
    .select({ state: imports.state })
    .from(imports)
    .where(and(eq(imports.id, input.id), own(person)));
  if (!row) return notFound;
  const done = await db
    .update(imports)
    .set({ state: 'cancelled', bytes: null, report: null, finishedAt: new Date() })
    .where(and(eq(imports.id, input.id), own(person), eq(imports.state, 'checked')))
    .returning({ id: imports.id });
  return done.length > 0 || row.state === 'cancelled'
    ? { ok: true }
    : { ok: false, reason: 'notAllowed', message: 'Файл уже загружается.' };
}

export interface ImportView {
  id: string;
  kind: ImportKindName;
  title: string;
  back: string;
  fileName: string;
  state: 'checking' | 'checked' | 'loading' | 'done' | 'failed' | 'cancelled';
  report: ImportReport | null;
  refusal: string | null;
}

/** An import of this person; null = foreign or absent. */
export async function getImport(person: Person, id: string): Promise<ImportView | null> {
  const [row] = await db
    .select({
      id: imports.id,
      kind: imports.kind,
      fileName: imports.fileName,
      state: imports.state,
      report: imports.report,
      refusal: imports.refusal,
    })
    .from(imports)
    .where(and(eq(imports.id, id), own(person)));
  if (!row || !isImportKind(row.kind)) return null;
  const { title, back } = IMPORT_KINDS[row.kind];
  return { ...row, kind: row.kind, title, back, state: row.state as ImportView['state'] };
}

const own = (person: Person) =>
  and(eq(imports.organizationId, person.organizationId), eq(imports.startedBy, person.userId));

/** Files that were checked and then forgotten are thrown away after a day, and uploads that came to nothing. Gives how many. */
export async function forgetImports(now: Date): Promise<number> {
  const yesterday = new Date(now.getTime() - 86_400_000);
  await db.delete(stagedUploads).where(lt(stagedUploads.at, yesterday));
  const rows = await db
    .update(imports)
    .set({ state: 'cancelled', bytes: null, report: null, finishedAt: now })
    .where(and(eq(imports.state, 'checked'), lt(imports.startedAt, yesterday)))
    .returning({ id: imports.id });
  return rows.length;
}
