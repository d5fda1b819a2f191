import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

/** A provider of housing services (УО, ТСЖ, РСО) or one of several served by a settlement centre. */
export const organizations = pgTable(
  'organizations',
  {
    id: uuid().primaryKey().defaultRandom(),
    name: text().notNull(),
    /** Identifier of the data provider on the portal; every message names it (base:RequestHeader). */
    orgPpaGuid: uuid().notNull().unique(),
    /** «Идентификатор исполнителя»: in whose name goes what no person sent (drs:executorGUID). */
    executorGuid: uuid(),
    /** base:IsOperatorSignature: the key belongs to the operator of the system, not to the organization itself. */
    isOperatorSignature: boolean().notNull().default(true),
    exportFormat: text().notNull().default('13.1.10.1'),
    /** «Получать запросы без ответов»: ask only for what is not answered yet. */
    onlyUnanswered: boolean().notNull().default(false),
    snilsRequired: boolean().notNull().default(false),
    /** How far back a sync looks, days by the date of sending; the portal takes at most 6 months a message. */
    syncDays: integer().notNull().default(60),
    /** A batch of answers goes out only on a sync that is not older, hours. */
    freshnessHours: integer().notNull().default(12),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    check('organizations_export_format', sql`${t.exportFormat} in ('13.1.10.1', '14.0.0.0', '15.3.0.0')`),
    check('organizations_sync_days', sql`${t.syncDays} between 1 and 1100`),
  ],
);

export const users = pgTable(
  'users',
  {
    id: uuid().primaryKey().defaultRandom(),
    /** Log-in name, kept in lower case. */
    login: text().notNull(),
    lastName: text().notNull(),
    firstName: text().notNull(),
    patronymic: text(),
    passwordHash: text().notNull(),
    /** Grows with every password change, block and reset: a session with an older number ends at once. */
    tokenVersion: integer().notNull().default(0),
    blockedAt: timestamp({ withTimezone: true }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [uniqueIndex('users_login').on(t.login), check('users_login_lower', sql`${t.login} = lower(${t.login})`)],
);

/** A person in an organization: a set of roles, and whether answers may be sent in his name. */
export const memberships = pgTable(
  'memberships',
  {
    userId: uuid()
      .notNull()
      .references(() => users.id),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    roles: text().array().notNull(),
    /** Portal's employee identifier, ЛК «Администрирование» / «Сотрудники»; goes out as executorGUID. */
    gisEmployeeGuid: uuid(),
    canSend: boolean().notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.organizationId] }),
    index('memberships_organization').on(t.organizationId),
    check(
      'memberships_roles',
      sql`${t.roles} <@ array['executor', 'head', 'debt_clerk', 'admin'] and cardinality(${t.roles}) > 0`,
    ),
  ],
);

/**
 * Failed log-ins by account and network address: the delay grows for that pair alone, so a stranger cannot shut the
 * head out on the last day of a term.
 */
export const loginAttempts = pgTable(
  'login_attempts',
  {
    login: text().notNull(),
    address: text().notNull(),
    failures: integer().notNull(),
    lastFailureAt: timestamp({ withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.login, t.address] })],
);
