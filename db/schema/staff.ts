import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  date,
  foreignKey,
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
    /** 10 digits, 12 of an entrepreneur. */
    inn: text(),
    /** 13 digits, 15 of an entrepreneur. */
    ogrn: text(),
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
    /** To whom a request goes whose house has no division; null = an administrator (manual of РИАС, lines 46, 75). */
    defaultResponsibleId: uuid().references((): AnyPgColumn => users.id),
    /** «Загружать запросы при входе»: the first log-in of a day receives (1С). */
    syncAtLogin: boolean().notNull().default(false),
    /** «Взыскание невозможно» in the rule of the answer: no | unclear (manual of 1С, line 1348: «Нет»). */
    courtImpossible: text().notNull().default('unclear'),
    /** The period claimed lies only partly within the period asked about: yes | unclear. */
    courtPartialPeriod: text().notNull().default('unclear'),
    /** A smaller remainder goes to a person, kopecks; 0 = none is too small. */
    courtThreshold: bigint({ mode: 'number' }).notNull().default(0),
    /** An automatic «Да» waits until the debt clerk says «Подтверждаю». */
    verifyYes: boolean().notNull().default(true),
    /** In a loaded file anything but «ДА», also an empty cell, is «НЕТ» (manual of РИАС, lines 420, 432). */
    fileEmptyMeansNo: boolean().notNull().default(false),
    /** «Отправлять сразу после загрузки» (manual of РИАС, line 477). */
    fileSendAtOnce: boolean().notNull().default(false),
    /** When requests are received every day, 'HH:MM' Moscow time. */
    syncAt: text().notNull().default('04:15'),
    /** «Автоответ» (manual of РИАС, lines 483–497): off | no_court_debt (matched, and no debt by the cases) | all. */
    autoAnswer: text().notNull().default('off'),
    /** It answers when no more days than these are left of the term, 0–4. */
    autoAnswerDays: integer().notNull().default(1),
    /** Are those days working ones, or calendar ones? */
    autoAnswerWorkingDays: boolean().notNull().default(true),
    /** When it answers every day, 'HH:MM' Moscow time. */
    autoAnswerAt: text().notNull().default('08:00'),
    autoAnswerComment: text().notNull().default(''),
    /** Who chose these settings of the automatic answer, and when: every answer sent by them names it. */
    autoAnswerSetBy: uuid().references((): AnyPgColumn => users.id),
    autoAnswerSetAt: timestamp({ withTimezone: true }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    check('organizations_export_format', sql`${t.exportFormat} in ('13.1.10.1', '14.0.0.0', '15.3.0.0')`),
    check('organizations_inn', sql`${t.inn} ~ '^([0-9]{10}|[0-9]{12})$'`),
    check('organizations_ogrn', sql`${t.ogrn} ~ '^([0-9]{13}|[0-9]{15})$'`),
    check('organizations_court_impossible', sql`${t.courtImpossible} in ('no', 'unclear')`),
    check('organizations_court_partial_period', sql`${t.courtPartialPeriod} in ('yes', 'unclear')`),
    check('organizations_court_threshold', sql`${t.courtThreshold} >= 0`),
    check('organizations_sync_days', sql`${t.syncDays} between 1 and 1100`),
    check('organizations_sync_at', sql`${t.syncAt} ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'`),
    check('organizations_auto_answer', sql`${t.autoAnswer} in ('off', 'no_court_debt', 'all')`),
    check('organizations_auto_answer_days', sql`${t.autoAnswerDays} between 0 and 4`),
    check('organizations_auto_answer_at', sql`${t.autoAnswerAt} ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'`),
    check('organizations_auto_answer_comment', sql`char_length(${t.autoAnswerComment}) <= 1000`),
    // an answer that no person sends goes in the name that the organization gave, by settings that somebody chose
    check(
      'organizations_auto_answer_named',
      sql`${t.autoAnswer} = 'off' or num_nonnulls(${t.executorGuid}, ${t.autoAnswerSetBy}, ${t.autoAnswerSetAt}) = 3`,
    ),
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
    /** Where letters go; null = none. */
    email: text(),
    passwordHash: text().notNull(),
    /** Grows with every password change, block and reset: a session with an older number ends at once. */
    tokenVersion: integer().notNull().default(0),
    blockedAt: timestamp({ withTimezone: true }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('users_login').on(t.login),
    uniqueIndex('users_email').on(sql`lower(${t.email})`),
    check('users_login_lower', sql`${t.login} = lower(${t.login})`),
  ],
);

/** «Подразделение»; one that holds others is a «дирекция». */
export const divisions = pgTable(
  'divisions',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    name: text().notNull(),
    parentId: uuid().references((): AnyPgColumn => divisions.id),
    /** Who becomes responsible for its requests; null = a head of it, then of the division above. */
    responsibleId: uuid().references(() => users.id),
  },
  (t) => [
    uniqueIndex('divisions_name').on(t.organizationId, t.name),
    check('divisions_not_own_parent', sql`${t.parentId} <> ${t.id}`),
  ],
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
    /** Null = the whole organization. */
    divisionId: uuid().references(() => divisions.id),
    /** Blocked in this organization alone; in another one the person may go on working. */
    blockedAt: timestamp({ withTimezone: true }),
    /** Who stands in during an absence, both days included; what is on the absent person the deputy sees and does. */
    deputyId: uuid().references(() => users.id),
    awayFrom: date(),
    awayUntil: date(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.organizationId] }),
    // a deputy works in the same organization
    foreignKey({
      name: 'memberships_deputy_is_member',
      columns: [t.deputyId, t.organizationId],
      foreignColumns: [t.userId, t.organizationId],
    }),
    index('memberships_deputy').on(t.deputyId).where(sql`${t.deputyId} is not null`),
    check('memberships_deputy_other', sql`${t.deputyId} <> ${t.userId}`),
    check(
      'memberships_absence',
      sql`num_nonnulls(${t.deputyId}, ${t.awayFrom}, ${t.awayUntil}) in (0, 3) and ${t.awayFrom} <= ${t.awayUntil}`,
    ),
    index('memberships_organization').on(t.organizationId),
    check(
      'memberships_roles',
      sql`${t.roles} <@ array['executor', 'head', 'debt_clerk', 'admin'] and cardinality(${t.roles}) > 0`,
    ),
  ],
);

/**
 * What an organization adds to the production calendar: a regional day off, or a whole year that the shipped data does not
 * know yet. The year of the data stays as it is; a row for an unknown year makes it certain.
 */
export const calendarYears = pgTable(
  'calendar_years',
  {
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    year: integer().notNull(),
    /** Days off besides weekends and the holidays of ст. 112 ТК РФ. */
    daysOff: date().array().notNull(),
    /** Weekends that are worked. */
    workingDays: date().array().notNull(),
    setBy: uuid()
      .notNull()
      .references(() => users.id),
    setAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.year] }),
    check('calendar_years_year', sql`${t.year} between 2020 and 2100`),
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

/** A one-time link with which an employee chooses the first or a new password. The link's secret is kept only hashed. */
export const invitations = pgTable(
  'invitations',
  {
    /** SHA-256 of the secret, hex. */
    tokenHash: text().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    expiresAt: timestamp({ withTimezone: true }).notNull(),
    usedAt: timestamp({ withTimezone: true }),
  },
  (t) => [index('invitations_user').on(t.userId)],
);
