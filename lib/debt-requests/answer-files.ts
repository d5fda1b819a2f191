import { and, asc, count, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { db } from '@/db/client';
import { type AnswerFileCounts, answerFileRows, answerFiles } from '@/db/schema/imports';
import { organizations, users } from '@/db/schema/staff';
import { recordAccess } from '@/lib/auth/access-log';
import { hasRole, type Person } from '@/lib/auth/actor';
import { invalid, notFound, type Refusal, type Result } from '@/lib/errors';
import { wakeWorker } from '@/lib/exchange/queue';
import { stage, staged } from '@/lib/files/stage';
import { shownPage } from '@/lib/paging';
import { MAX_FILE_BYTES } from './exchange-file';
import { UUID } from './registry-query';

/** «Загрузить из файла»: a person uploads answers, reads what would change, chooses and says yes. The worker's part is carry-answer-files.ts. */

export const answerFileIdSchema = z.object({ id: z.uuid() });
export const confirmAnswersSchema = answerFileIdSchema.extend({
  /** How many requests the person saw chosen. */
  chosen: z.int().positive(),
});
export const FILE_SHOWS = ['all', 'changed', 'yes', 'bad', 'empty', 'same'] as const;
export type FileShow = (typeof FILE_SHOWS)[number];
/** Rows of the page, or all that a filter shows. */
export const chooseRowsSchema = answerFileIdSchema.extend({
  rows: z.union([z.array(z.int().positive()).min(1).max(1000), z.enum(FILE_SHOWS)]),
  chosen: z.boolean(),
});

/** Whoever may prepare or send answers. */
export const mayLoadAnswers = (person: Person): boolean => hasRole(person, 'executor', 'head', 'admin');
const NOT_YOURS: Refusal = {
  ok: false,
  reason: 'forbidden',
  message: 'Ответы из\u00a0файла загружают исполнители и\u00a0руководители.',
};

export const TOO_LARGE = 'Файл больше 5\u00a0МБ. Разделите его на\u00a0несколько.';

const own = (person: Person) =>
  and(eq(answerFiles.organizationId, person.organizationId), eq(answerFiles.startedBy, person.userId));

/** Keeps the file for the worker to read. Refuses an empty one, one over 5 MB and another kind by its name. */
export async function uploadAnswers(
  person: Person,
  input: { name: string; bytes: Uint8Array },
): Promise<Result<{ id: string }>> {
  if (!mayLoadAnswers(person)) return NOT_YOURS;
  if (input.bytes.length === 0) return invalid('Файл пустой.');
  if (input.bytes.length > MAX_FILE_BYTES) return invalid(TOO_LARGE);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const fileName = input.name.replace(/[\u0000-\u001f]/g, '').slice(0, 255) || 'ответы.xlsx';
  if (!/\.xlsx$/i.test(fileName)) return invalid('Загружать можно файлы с\u00a0расширением .xlsx.');
  const staging = await stage(input.bytes);
  const id = await db.transaction(async (tx) => {
    const [settings] = await tx
      .select({ emptyMeansNo: organizations.fileEmptyMeansNo, sendAtOnce: organizations.fileSendAtOnce })
      .from(organizations)
      .where(eq(organizations.id, person.organizationId));
    const [row] = await staged(tx, staging, (bytes) =>
      tx
        .insert(answerFiles)
        .values({
          organizationId: person.organizationId,
          startedBy: person.userId,
          fileName,
          bytes,
          ...settings!,
        })
        .returning({ id: answerFiles.id }),
    );
    await wakeWorker(tx);
    return row!.id;
  });
  return { ok: true, id };
}

/** «Загрузить»: the chosen rows may change the answers now. Twice is once; `stale` when other rows are chosen than were seen. */
export async function confirmAnswers(person: Person, input: z.output<typeof confirmAnswersSchema>): Promise<Result> {
  if (!mayLoadAnswers(person)) return NOT_YOURS;
  return db.transaction(async (tx) => {
    const [file] = await tx
      .select({ state: answerFiles.state })
      .from(answerFiles)
      .where(and(eq(answerFiles.id, input.id), own(person)))
      .for('update');
    if (!file) return notFound;
    if (file.state === 'applying' || file.state === 'done') return { ok: true } as const;
    if (file.state !== 'checked')
      return {
        ok: false,
        reason: 'notAllowed',
        message: 'Этот файл уже нельзя загрузить. Выберите его снова.',
      } as const;
    const [chosen] = await tx
      .select({ total: count() })
      .from(answerFileRows)
      .where(and(eq(answerFileRows.fileId, input.id), answerFileRows.chosen));
    if (chosen!.total !== input.chosen)
      return { ok: false, reason: 'stale', message: 'Выбор строк изменился. Проверьте его ещё раз.' } as const;
    await tx.update(answerFiles).set({ state: 'applying' }).where(eq(answerFiles.id, input.id));
    await wakeWorker(tx);
    return { ok: true } as const;
  });
}

/** «Не загружать» throws the file away; «Прервать» leaves the rows that were not reached yet as they are. */
export async function stopAnswers(person: Person, input: z.output<typeof answerFileIdSchema>): Promise<Result> {
  return db.transaction(async (tx) => {
    const [file] = await tx
      .select({ state: answerFiles.state })
      .from(answerFiles)
      .where(and(eq(answerFiles.id, input.id), own(person)))
      .for('update');
    if (!file) return notFound;
    switch (file.state) {
      case 'checked':
        await tx.delete(answerFileRows).where(eq(answerFileRows.fileId, input.id));
        await tx
          .update(answerFiles)
          .set({ state: 'cancelled', bytes: null, finishedAt: new Date() })
          .where(eq(answerFiles.id, input.id));
        return { ok: true } as const;
      case 'applying':
        await tx
          .update(answerFileRows)
          .set({ chosen: false })
          .where(and(eq(answerFileRows.fileId, input.id), eq(answerFileRows.state, 'waiting')));
        return { ok: true } as const;
      case 'checking':
        return { ok: false, reason: 'notAllowed', message: 'Файл ещё читается.' } as const;
      default:
        return { ok: true } as const;
    }
  });
}

const showing = (show: FileShow): SQL | undefined => {
  switch (show) {
    case 'all':
      return undefined;
    case 'yes':
      return and(eq(answerFileRows.kind, 'changed'), eq(answerFileRows.hasDebt, true));
    case 'bad':
      // before the load what cannot go, after it also what did not
      return sql`(${answerFileRows.kind} = 'bad' or ${answerFileRows.state} = 'refused')`;
    default:
      return eq(answerFileRows.kind, show);
  }
};

/** Takes rows into the load or leaves them out; only what changes an answer can be taken. */
export async function chooseRows(person: Person, input: z.output<typeof chooseRowsSchema>): Promise<Result> {
  return db.transaction(async (tx) => {
    const [file] = await tx
      .select({ state: answerFiles.state })
      .from(answerFiles)
      .where(and(eq(answerFiles.id, input.id), own(person)))
      .for('update');
    if (!file) return notFound;
    if (file.state !== 'checked')
      return { ok: false, reason: 'notAllowed', message: 'Файл уже загружается или загружен.' } as const;
    await tx
      .update(answerFileRows)
      .set({ chosen: input.chosen })
      .where(
        and(
          eq(answerFileRows.fileId, input.id),
          eq(answerFileRows.kind, 'changed'),
          Array.isArray(input.rows) ? inArray(answerFileRows.row, input.rows) : showing(input.rows),
        ),
      );
    return { ok: true } as const;
  });
}

type State = 'checking' | 'checked' | 'applying' | 'done' | 'failed' | 'cancelled';

export interface AnswerFileView {
  id: string;
  fileName: string;
  state: State;
  emptyMeansNo: boolean;
  sendAtOnce: boolean;
  unused: { columns: string[]; sheets: string[] };
  refusal: string | null;
  /** The file with the results can be downloaded. */
  hasResult: boolean;
  /** Its rows are still there. */
  hasRows: boolean;
  counts: AnswerFileCounts;
}

/** A file of this person; null = foreign or absent. */
export async function getAnswerFile(person: Person, id: string): Promise<AnswerFileView | null> {
  const [file] = await db
    .select({
      id: answerFiles.id,
      fileName: answerFiles.fileName,
      state: answerFiles.state,
      emptyMeansNo: answerFiles.emptyMeansNo,
      sendAtOnce: answerFiles.sendAtOnce,
      unused: answerFiles.unused,
      refusal: answerFiles.refusal,
      counts: answerFiles.counts,
      hasBytes: sql<boolean>`${answerFiles.bytes} is not null`,
    })
    .from(answerFiles)
    .where(and(eq(answerFiles.id, id), own(person)));
  if (!file) return null;
  const { counts, hasBytes, ...rest } = file;
  const state = file.state as State;
  return {
    ...rest,
    state,
    unused: file.unused ?? { columns: [], sheets: [] },
    hasResult: state === 'done' && hasBytes,
    hasRows: state === 'checked' || state === 'applying' || (state === 'done' && hasBytes),
    counts: counts ?? (await countRows(db, id)),
  };
}

/** As the rows of a file stand now. */
export async function countRows(tx: Pick<typeof db, 'select'>, id: string): Promise<AnswerFileCounts> {
  const of = (condition: SQL) => sql<number>`(count(*) filter (where ${condition}))::int`;
  const { kind, hasDebt, chosen, state } = answerFileRows;
  const [counts] = await tx
    .select({
      total: sql<number>`count(*)::int`,
      changed: of(sql`${kind} = 'changed'`),
      yes: of(sql`${kind} = 'changed' and ${hasDebt}`),
      chosen: of(sql`${chosen}`),
      same: of(sql`${kind} = 'same'`),
      empty: of(sql`${kind} = 'empty'`),
      bad: of(sql`${kind} = 'bad'`),
      done: of(sql`${state} = 'done'`),
      refused: of(sql`${state} = 'refused'`),
    })
    .from(answerFileRows)
    .where(eq(answerFileRows.fileId, id));
  return counts!;
}

export interface AnswerFileRow {
  row: number;
  requestId: string | null;
  requestNumber: string;
  address: string;
  was: string;
  becomes: string;
  difference: string;
  kind: 'changed' | 'same' | 'empty' | 'bad';
  problems: { row: number; column: string; message: string }[];
  chosen: boolean;
  state: 'waiting' | 'done' | 'refused';
  outcome: string | null;
}

export const FILE_ROWS_PAGE = 100;

/** A page of the rows of a file of this person, in the order of the file. A page beyond the end gives the last. */
export async function listFileRows(
  person: Person,
  id: string,
  show: FileShow,
  page: number,
): Promise<{ rows: AnswerFileRow[]; total: number; page: number }> {
  const condition = and(
    inArray(
      answerFileRows.fileId,
      db
        .select({ id: answerFiles.id })
        .from(answerFiles)
        .where(and(eq(answerFiles.id, id), own(person))),
    ),
    showing(show),
  );
  const [counted] = await db.select({ total: count() }).from(answerFileRows).where(condition);
  const shown = shownPage(page, counted!.total, FILE_ROWS_PAGE);
  const rows = await db
    .select({
      row: answerFileRows.row,
      requestId: answerFileRows.requestId,
      requestNumber: answerFileRows.requestNumber,
      address: answerFileRows.address,
      was: answerFileRows.was,
      becomes: answerFileRows.becomes,
      difference: answerFileRows.difference,
      kind: answerFileRows.kind,
      problems: answerFileRows.problems,
      chosen: answerFileRows.chosen,
      state: answerFileRows.state,
      outcome: answerFileRows.outcome,
    })
    .from(answerFileRows)
    .where(condition)
    .orderBy(asc(answerFileRows.row))
    .limit(FILE_ROWS_PAGE)
    .offset((shown - 1) * FILE_ROWS_PAGE);
  return { rows: rows as AnswerFileRow[], total: counted!.total, page: shown };
}

export interface AnswerFileListRow {
  id: string;
  /** Counted from the organization's, or the person's, first one. */
  number: number;
  fileName: string;
  employee: string;
  /** Only one's own can be opened. */
  mine: boolean;
  state: State;
  refusal: string | null;
  counts: AnswerFileCounts | null;
  startedAt: Date;
  finishedAt: Date | null;
}

export const FILES_PAGE = 50;

/** The list of the manual (line 472): one's own files; an admin sees that there were others'. */
export async function listAnswerFiles(
  person: Person,
  page: number,
): Promise<{ rows: AnswerFileListRow[]; total: number; page: number }> {
  const condition = hasRole(person, 'admin') ? eq(answerFiles.organizationId, person.organizationId) : own(person);
  const [counted] = await db.select({ total: count() }).from(answerFiles).where(condition);
  const total = counted!.total;
  const shown = shownPage(page, total, FILES_PAGE);
  const skipped = (shown - 1) * FILES_PAGE;
  const who = alias(users, 'who');
  const rows = await db
    .select({
      id: answerFiles.id,
      fileName: answerFiles.fileName,
      startedBy: answerFiles.startedBy,
      employee: sql<string>`concat_ws(' ', ${who.lastName}, left(${who.firstName}, 1) || '.', left(${who.patronymic}, 1) || '.')`,
      state: answerFiles.state,
      refusal: answerFiles.refusal,
      counts: answerFiles.counts,
      startedAt: answerFiles.startedAt,
      finishedAt: answerFiles.finishedAt,
    })
    .from(answerFiles)
    .innerJoin(who, eq(who.id, answerFiles.startedBy))
    .where(condition)
    .orderBy(desc(answerFiles.startedAt), desc(answerFiles.id))
    .limit(FILES_PAGE)
    .offset(skipped);
  return {
    rows: rows.map(({ startedBy, ...row }, i) => ({
      ...row,
      number: total - skipped - i,
      mine: startedBy === person.userId,
      state: row.state as State,
    })),
    total,
    page: shown,
  };
}

/** The file with what became of each row; null = absent, somebody else's or gone. Leaves a line in the access log. */
export async function downloadResult(person: Person, id: string): Promise<{ name: string; bytes: Buffer } | null> {
  if (!UUID.test(id)) return null;
  const [file] = await db
    .select({ name: answerFiles.fileName, bytes: answerFiles.bytes, counts: answerFiles.counts })
    .from(answerFiles)
    .where(and(eq(answerFiles.id, id), own(person), eq(answerFiles.state, 'done')));
  if (!file?.bytes) return null;
  await recordAccess(person, 'exportRequests', {
    subject: `запросов в\u00a0файле с\u00a0результатом: ${file.counts?.total ?? 0}`,
  });
  return { name: file.name, bytes: file.bytes };
}

const DAY_MS = 86_400_000;

/** Files that were checked and forgotten go after a day, results after a week; the list remembers. Gives how many. */
export async function forgetAnswerFiles(now: Date): Promise<number> {
  return db.transaction(async (tx) => {
    const before = (days: number) => lt(answerFiles.startedAt, new Date(now.getTime() - days * DAY_MS));
    const left = await tx
      .update(answerFiles)
      .set({ state: 'cancelled', bytes: null, finishedAt: now })
      .where(and(eq(answerFiles.state, 'checked'), before(1)))
      .returning({ id: answerFiles.id });
    const old = await tx
      .update(answerFiles)
      .set({ bytes: null })
      .where(and(eq(answerFiles.state, 'done'), sql`${answerFiles.bytes} is not null`, before(7)))
      .returning({ id: answerFiles.id });
    const ids = [...left, ...old].map(({ id }) => id);
    if (ids.length > 0) await tx.delete(answerFileRows).where(inArray(answerFileRows.fileId, ids));
    return ids.length;
  });
}
