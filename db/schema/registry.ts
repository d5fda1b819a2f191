import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { debtRequests } from './debt-requests';
import { organizations, users } from './staff';

const timestamptz = () => timestamp({ withTimezone: true });

/** How one person likes the screens. */
export const personSettings = pgTable('person_settings', {
  userId: uuid()
    .primaryKey()
    .references(() => users.id),
  /** Columns of the registry that the person switched off or on against the default: {column: shown}. */
  registryColumns: jsonb().$type<Record<string, boolean>>().notNull().default({}),
  /** Single-letter keys can be switched off (WCAG 2.1.4). */
  letterKeys: boolean().notNull().default(true),
  /** Kinds of notices that also come as a letter, switched against the default: {kind: wanted}. */
  mail: jsonb().$type<Record<string, boolean>>().notNull().default({}),
});

/** «Сохранённые отборы» of one person in one organization. */
export const savedFilters = pgTable(
  'saved_filters',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    name: text().notNull(),
    /** Parameters of the address line, without the page. */
    params: text().notNull(),
    createdAt: timestamptz().notNull().defaultNow(),
  },
  (t) => [uniqueIndex('saved_filters_name').on(t.userId, t.organizationId, t.name)],
);

/** What a person searched for. The address line carries the id alone: a surname or a flat is personal data. */
export const registrySearches = pgTable(
  'registry_searches',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    text: text().notNull(),
    createdAt: timestamptz().notNull().defaultNow(),
  },
  (t) => [uniqueIndex('registry_searches_text').on(t.userId, t.organizationId, t.text)],
);

/** Mass work started by one person: the worker does it in that person's name, request by request. */
export const bulkRuns = pgTable(
  'bulk_runs',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    startedBy: uuid()
      .notNull()
      .references(() => users.id),
    action: text().notNull(),
    /** What the action needs beside the requests: whom to delegate to, a comment. */
    params: jsonb().$type<Record<string, string>>().notNull().default({}),
    state: text().notNull().default('running'),
    stopRequested: boolean().notNull().default(false),
    total: integer().notNull(),
    startedAt: timestamptz().notNull().defaultNow(),
    finishedAt: timestamptz(),
  },
  (t) => [
    index('bulk_runs_latest').on(t.organizationId, t.startedBy, t.startedAt),
    index('bulk_runs_running').on(t.startedAt).where(sql`${t.state} = 'running'`),
    check(
      'bulk_runs_action',
      sql`${t.action} in ('markReady', 'send', 'delegate', 'returnForRework', 'fill', 'fillNo')`,
    ),
    check('bulk_runs_state', sql`${t.state} in ('running', 'done', 'stopped')`),
  ],
);

/** One request of a mass work. `version` is what the person saw: a request changed since is refused alone. */
export const bulkItems = pgTable(
  'bulk_items',
  {
    runId: uuid()
      .notNull()
      .references(() => bulkRuns.id),
    position: integer().notNull(),
    requestId: uuid()
      .notNull()
      .references(() => debtRequests.id),
    version: integer().notNull(),
    state: text().notNull().default('waiting'),
    /** Why not, in words. */
    reason: text(),
  },
  (t) => [
    primaryKey({ columns: [t.runId, t.position] }),
    uniqueIndex('bulk_items_once').on(t.runId, t.requestId),
    index('bulk_items_request').on(t.requestId),
    index('bulk_items_waiting').on(t.runId, t.position).where(sql`${t.state} = 'waiting'`),
    check('bulk_items_state', sql`${t.state} in ('waiting', 'done', 'refused', 'stopped')`),
  ],
);
