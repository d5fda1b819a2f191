import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
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
