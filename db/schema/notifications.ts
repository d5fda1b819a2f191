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
import { debtRequests } from './debt-requests';
import { organizations, users } from './staff';

const timestamptz = () => timestamp({ withTimezone: true });

/** «Уведомления» of one person. No personal data: a kind, a request and its number. */
export const notifications = pgTable(
  'notifications',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    kind: text().notNull(),
    requestId: uuid().references(() => debtRequests.id),
    /** Where it leads when it is not about one request. */
    href: text(),
    /** Figures of the sentence (counts, dates, numbers); never names of citizens or addresses. */
    data: jsonb().$type<Record<string, string | number>>().notNull().default({}),
    /** The same fact is told once: e.g. a deadline reminder of a day. */
    once: text(),
    at: timestamptz().notNull().defaultNow(),
    readAt: timestamptz(),
    /** When a letter was written about it, or it was decided that none is wanted. */
    letteredAt: timestamptz(),
  },
  (t) => [
    index('notifications_request').on(t.requestId).where(sql`${t.requestId} is not null`),
    index('notifications_to_letter').on(t.at).where(sql`${t.letteredAt} is null and ${t.readAt} is null`),
    index('notifications_person').on(t.userId, t.organizationId, t.id),
    index('notifications_unread').on(t.userId, t.organizationId).where(sql`${t.readAt} is null`),
    uniqueIndex('notifications_once').on(t.userId, t.organizationId, t.once),
  ],
);

/** Letters to be sent, sent, or given up: the outbox of e-mail. */
export const letters = pgTable(
  'letters',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    to: text().notNull(),
    subject: text().notNull(),
    text: text().notNull(),
    /** waiting | sent | failed; `shown` = no mail server is set, the demo's mailbox page shows it. */
    state: text().notNull().default('waiting'),
    attempts: integer().notNull().default(0),
    nextAt: timestamptz().notNull().defaultNow(),
    lastError: text(),
    /** A letter that must not be sent twice, e.g. the digest of a day. */
    once: text(),
    createdAt: timestamptz().notNull().defaultNow(),
    sentAt: timestamptz(),
  },
  (t) => [
    index('letters_waiting').on(t.nextAt).where(sql`${t.state} = 'waiting'`),
    index('letters_person').on(t.userId, t.id),
    uniqueIndex('letters_once').on(t.userId, t.organizationId, t.once),
    check('letters_state', sql`${t.state} in ('waiting', 'sent', 'failed', 'shown')`),
  ],
);

/** Who opened, exported or downloaded personal data (152-ФЗ). The database itself forbids changing or deleting a row. */
export const accessLog = pgTable(
  'access_log',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    userId: uuid().references(() => users.id),
    at: timestamptz().notNull().defaultNow(),
    /** openRequest | downloadFile | downloadProof | exportRegistry | openAccount | openCase | … */
    action: text().notNull(),
    requestId: uuid(),
    /** What was taken, without personal data: a number, a file id, how many rows. */
    subject: text(),
  },
  (t) => [
    index('access_log_latest').on(t.organizationId, t.id),
    index('access_log_person').on(t.organizationId, t.userId, t.id),
    // opening a card looks for the same person's last look
    index('access_log_recent').on(t.requestId, t.userId, t.at),
  ],
);

/** Who has a card open now; rows are a minute fresh or mean nothing. */
export const presence = pgTable(
  'presence',
  {
    requestId: uuid()
      .notNull()
      .references(() => debtRequests.id),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    at: timestamptz().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.requestId, t.userId] })],
);

/** Days on which a person logged in: the first log-in of a day reminds him. */
export const personDays = pgTable(
  'person_days',
  {
    userId: uuid()
      .notNull()
      .references(() => users.id),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    day: date().notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.organizationId, t.day] })],
);
