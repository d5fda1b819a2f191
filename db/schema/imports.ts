import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { bytea, debtRequests } from './debt-requests';
import { organizations, users } from './staff';

const timestamptz = () => timestamp({ withTimezone: true });

export interface ImportReport {
  /** Rows of the file that hold anything. */
  total: number;
  added: number;
  changed: number;
  /** Rows that say what is known already. */
  same: number;
  /** The first thousand things that are wrong, by row and column; `problemRows` counts all rows that are left out. */
  problems: { row: number; column: string; message: string }[];
  problemRows: number;
  /** Columns of the file that mean nothing here. */
  unused: string[];
}

/** Large bytes on their way to where they belong (lib/files/stage.ts). */
export const stagedUploads = pgTable('staged_uploads', {
  id: uuid().primaryKey(),
  bytes: bytea().notNull(),
  at: timestamptz().notNull().defaultNow(),
});

/**
 * A table from Excel on its way in: the worker reads it and says what would change (`checking` → `checked`), a person says
 * yes (`loading` → `done`). A load is one transaction: all good rows or none. The file goes when the import ends.
 */
export const imports = pgTable(
  'imports',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    startedBy: uuid()
      .notNull()
      .references(() => users.id),
    kind: text().notNull(),
    fileName: text().notNull(),
    bytes: bytea(),
    state: text().notNull().default('checking'),
    report: jsonb().$type<ImportReport>(),
    /** Why the whole file cannot be used, in words. */
    refusal: text(),
    startedAt: timestamptz().notNull().defaultNow(),
    finishedAt: timestamptz(),
  },
  (t) => [
    index('imports_organization').on(t.organizationId, t.startedAt),
    index('imports_waiting').on(t.startedAt).where(sql`${t.state} in ('checking', 'loading')`),
    check('imports_state', sql`${t.state} in ('checking', 'checked', 'loading', 'done', 'failed', 'cancelled')`),
    // personal data of a file that was used or thrown away is kept nowhere
    check('imports_bytes', sql`(${t.bytes} is not null) = (${t.state} in ('checking', 'checked', 'loading'))`),
  ],
);

/**
 * «Скачать файл»: requests as an exchange file of РИАС, built by the worker in the name of who asked, seen by nobody else. The
 * files go after a week.
 */
export const fileExports = pgTable(
  'file_exports',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    startedBy: uuid()
      .notNull()
      .references(() => users.id),
    /** Parameters of the registry's address line. */
    filter: text().notNull(),
    /** Name of the division that was asked for; null = all. */
    division: text(),
    /** The period as the list tells it. */
    about: text().notNull(),
    onlyMatched: boolean().notNull().default(false),
    state: text().notNull().default('building'),
    /** Requests to be written, and those that are. */
    total: integer(),
    done: integer().notNull().default(0),
    error: text(),
    startedAt: timestamptz().notNull().defaultNow(),
    finishedAt: timestamptz(),
  },
  (t) => [
    index('file_exports_person').on(t.startedBy, t.organizationId, t.startedAt),
    index('file_exports_building').on(t.startedAt).where(sql`${t.state} = 'building'`),
    index('file_exports_done').on(t.startedAt).where(sql`${t.state} = 'done'`),
    check('file_exports_state', sql`${t.state} in ('building', 'done', 'failed', 'deleted')`),
  ],
);

/** What does not fit into a file that can be loaded back goes into the next one, numbered from 1. */
export const fileExportParts = pgTable(
  'file_export_parts',
  {
    exportId: uuid()
      .notNull()
      .references(() => fileExports.id, { onDelete: 'cascade' }),
    part: integer().notNull(),
    bytes: bytea().notNull(),
  },
  (t) => [primaryKey({ columns: [t.exportId, t.part] })],
);

/** Requests of a file by what it says of them, and by what was done. */
export interface AnswerFileCounts {
  total: number;
  changed: number;
  /** Of those changed: «Да». */
  yes: number;
  chosen: number;
  same: number;
  empty: number;
  bad: number;
  done: number;
  refused: number;
}

/**
 * «Загрузить из файла»: answers in an exchange file. The worker reads it (`checking` → `checked`), the person chooses rows and
 * says yes, the worker does row by row (`applying` → `done`). `bytes` is the file, after `done` the same with the results.
 */
export const answerFiles = pgTable(
  'answer_files',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    startedBy: uuid()
      .notNull()
      .references(() => users.id),
    fileName: text().notNull(),
    bytes: bytea(),
    state: text().notNull().default('checking'),
    /** The settings of the organization at the time of the upload: what the person read is what is done. */
    emptyMeansNo: boolean().notNull(),
    sendAtOnce: boolean().notNull(),
    /** Columns and sheets that are not read. */
    unused: jsonb().$type<{ columns: string[]; sheets: string[] }>(),
    /** The row of the heads. */
    headRow: integer(),
    /** What became of it; the rows go sooner. */
    counts: jsonb().$type<AnswerFileCounts>(),
    /** Why the whole file cannot be used, in words. */
    refusal: text(),
    startedAt: timestamptz().notNull().defaultNow(),
    finishedAt: timestamptz(),
  },
  (t) => [
    index('answer_files_list').on(t.organizationId, t.startedAt),
    index('answer_files_waiting').on(t.startedAt).where(sql`${t.state} in ('checking', 'applying')`),
    check('answer_files_state', sql`${t.state} in ('checking', 'checked', 'applying', 'done', 'failed', 'cancelled')`),
    // personal data of a file that was thrown away is kept nowhere
    check('answer_files_bytes', sql`${t.bytes} is null or ${t.state} not in ('failed', 'cancelled')`),
  ],
);

/** One request of such a file: several debtors are several rows of it. A row that names no request stands alone. */
export const answerFileRows = pgTable(
  'answer_file_rows',
  {
    fileId: uuid()
      .notNull()
      .references(() => answerFiles.id, { onDelete: 'cascade' }),
    /** Number of the row in Excel; of the first one where a request has several. */
    row: integer().notNull(),
    rows: integer().array().notNull(),
    requestId: uuid().references(() => debtRequests.id),
    /** Of the request when the person saw the row: a newer one is refused. */
    version: integer(),
    requestNumber: text().notNull(),
    address: text().notNull(),
    was: text().notNull(),
    becomes: text().notNull(),
    /** What is different, in words. */
    difference: text().notNull(),
    kind: text().notNull(),
    hasDebt: boolean(),
    problems: jsonb().$type<{ row: number; column: string; message: string }[]>().notNull().default([]),
    /** What will be saved; null when there is nothing to save any more. */
    answer: jsonb().$type<unknown>(),
    documents: boolean().notNull().default(false),
    chosen: boolean().notNull(),
    state: text().notNull().default('waiting'),
    /** What the request is now, or why it was refused, in words. */
    outcome: text(),
  },
  (t) => [
    primaryKey({ columns: [t.fileId, t.row] }),
    index('answer_file_rows_request').on(t.requestId),
    check('answer_file_rows_kind', sql`${t.kind} in ('changed', 'same', 'empty', 'bad')`),
    check('answer_file_rows_state', sql`${t.state} in ('waiting', 'done', 'refused')`),
    // only what changes an answer can be chosen, and it knows of which request
    check('answer_file_rows_chosen', sql`not ${t.chosen} or (${t.kind} = 'changed' and ${t.requestId} is not null)`),
  ],
);
