import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { bytea } from './debt-requests';
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
  /** What would change, row by row, where the table tells it: the first thousand. No names of citizens. */
  lines?: { row: number; what: string; was: string; becomes: string }[];
}

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
 * file goes after a week.
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
    /** «Подразделение, период» as the list tells it. */
    about: text().notNull(),
    onlyMatched: boolean().notNull().default(false),
    state: text().notNull().default('building'),
    total: integer(),
    bytes: bytea(),
    error: text(),
    startedAt: timestamptz().notNull().defaultNow(),
    finishedAt: timestamptz(),
  },
  (t) => [
    index('file_exports_person').on(t.startedBy, t.organizationId, t.startedAt),
    index('file_exports_building').on(t.startedAt).where(sql`${t.state} = 'building'`),
    check('file_exports_state', sql`${t.state} in ('building', 'done', 'failed', 'deleted')`),
    check('file_exports_bytes', sql`(${t.bytes} is not null) = (${t.state} = 'done')`),
  ],
);
