import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  date,
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
import { bytea, debtRequests } from './debt-requests';
import { accounts } from './houses';
import { organizations, users } from './staff';

const timestamptz = () => timestamp({ withTimezone: true });
const kopecks = () => bigint({ mode: 'number' });

/** «Исковое заявление» or «судебный приказ» of one account (manual of 1С, lines 1303–1357). Sums are kopecks. */
export const courtCases = pgTable(
  'court_cases',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    accountId: uuid()
      .notNull()
      .references(() => accounts.id),
    /** claim = иск; order = судебный приказ. */
    kind: text().notNull(),
    number: text().notNull(),
    filedOn: date().notNull(),
    court: text(),
    /** «Период взыскания с / по». */
    periodStart: date().notNull(),
    periodEnd: date().notNull(),
    /** «Сумма задолженности»: what was claimed. */
    claimed: kopecks().notNull(),
    /** full = Взыскать полностью; partial = Взыскать частично; refused = Отказать; null = no decision yet. */
    decision: text(),
    actNumber: text(),
    actDate: date(),
    /** «Дата вступления в силу». */
    effectiveOn: date(),
    /** «Сумма взыскания по решению суда». */
    awarded: kopecks(),
    cancelledOn: date(),
    cancellationReason: text(),
    /** «Исполнительное производство», «Результат»: null | in_progress | collected (Взыскано полностью) | partially | impossible (Взыскание невозможно) | returned. */
    enforcementResult: text(),
    enforcementNumber: text(),
    enforcementOn: date(),
    /** «Взысканная сумма» with every payment since. */
    collected: kopecks().notNull().default(0),
    /** The debt was found paid on that day («Погашена»). */
    paidOn: date(),
    comment: text(),
    /** joint = солидарно; shares = в долях */
    liability: text().notNull().default('joint'),
    source: text().notNull().default('person'),
    version: integer().notNull().default(1),
    createdBy: uuid().references(() => users.id),
    createdAt: timestamptz().notNull().defaultNow(),
    updatedAt: timestamptz().notNull().defaultNow(),
  },
  (t) => [
    index('court_cases_account').on(t.accountId),
    index('court_cases_organization').on(t.organizationId, t.filedOn),
    index('court_cases_number').on(t.organizationId, t.number),
    check('court_cases_kind', sql`${t.kind} in ('claim', 'order')`),
    check('court_cases_decision', sql`${t.decision} in ('full', 'partial', 'refused')`),
    check(
      'court_cases_enforcement',
      sql`${t.enforcementResult} in ('in_progress', 'collected', 'partially', 'impossible', 'returned')`,
    ),
    check('court_cases_period', sql`${t.periodStart} <= ${t.periodEnd}`),
    check('court_cases_sums', sql`${t.claimed} >= 0 and ${t.awarded} >= 0 and ${t.collected} >= 0`),
    check('court_cases_liability', sql`${t.liability} in ('joint', 'shares')`),
    check('court_cases_source', sql`${t.source} in ('person', 'excel')`),
  ],
);

/** «Ответчик»: a person, or a legal entity (then only `organizationName`). */
export const respondents = pgTable(
  'respondents',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    caseId: uuid()
      .notNull()
      .references(() => courtCases.id),
    position: integer().notNull(),
    organizationName: text(),
    lastName: text(),
    firstName: text(),
    middleName: text(),
    birthDate: date(),
    /** 11 digits. */
    snils: text(),
    /** НСИ 95. */
    documentTypeCode: text(),
    documentSeries: text(),
    documentNumber: text(),
    /** «Доля», e.g. 1/2; only when the liability is in shares. */
    share: text(),
  },
  (t) => [
    index('respondents_case').on(t.caseId, t.position),
    check('respondents_snils', sql`${t.snils} ~ '^[0-9]{11}$'`),
    check('respondents_named', sql`(${t.organizationName} is not null) <> (${t.lastName} is not null)`),
  ],
);

/** Money that came after the decision; `court_cases.collected` is kept as their sum with what the bailiffs report. */
export const casePayments = pgTable(
  'case_payments',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    caseId: uuid()
      .notNull()
      .references(() => courtCases.id),
    paidOn: date().notNull(),
    sum: kopecks().notNull(),
    comment: text(),
    createdBy: uuid().references(() => users.id),
    createdAt: timestamptz().notNull().defaultNow(),
  },
  (t) => [index('case_payments_case').on(t.caseId), check('case_payments_sum', sql`${t.sum} > 0`)],
);

/** Scans of a case: the order, the act, the writ. They go with an answer that is filled in by the case. */
export const caseFiles = pgTable(
  'case_files',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    caseId: uuid()
      .notNull()
      .references(() => courtCases.id),
    name: text().notNull(),
    extension: text().notNull(),
    size: integer().notNull(),
    sha256: text().notNull(),
    uploadedBy: uuid()
      .notNull()
      .references(() => users.id),
    createdAt: timestamptz().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('case_files_once').on(t.caseId, t.sha256),
    check('case_files_size', sql`${t.size} between 1 and 5242880`),
  ],
);

/** Bytes apart, so that no list ever carries them. */
export const caseFileContents = pgTable('case_file_contents', {
  fileId: uuid()
    .primaryKey()
    .references(() => caseFiles.id, { onDelete: 'cascade' }),
  bytes: bytea().notNull(),
});

/** Accounts that matching found for a request. */
export const debtRequestAccounts = pgTable(
  'debt_request_accounts',
  {
    requestId: uuid()
      .notNull()
      .references(() => debtRequests.id),
    accountId: uuid()
      .notNull()
      .references(() => accounts.id),
  },
  (t) => [primaryKey({ columns: [t.requestId, t.accountId] }), index('debt_request_accounts_account').on(t.accountId)],
);

/**
 * Why an answer says what it says: the chain request → premises → accounts → cases → conditions with the figures of that
 * moment. Rows are only ever added, and go with an erased request (erased_requests).
 */
export const answerTrails = pgTable(
  'answer_trails',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    requestId: uuid()
      .notNull()
      .references(() => debtRequests.id),
    at: timestamptz().notNull().defaultNow(),
    /** Null = by itself. */
    actorId: uuid().references(() => users.id),
    hasDebt: text().notNull(),
    trail: jsonb().$type<unknown>().notNull(),
  },
  (t) => [
    index('answer_trails_request').on(t.requestId, t.id),
    check('answer_trails_has_debt', sql`${t.hasDebt} in ('yes', 'no', 'unclear')`),
  ],
);
