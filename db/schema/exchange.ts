import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { debtRequests, syncRuns } from './debt-requests';
import { organizations, users } from './staff';

const timestamptz = () => timestamp({ withTimezone: true });

/** A file as it leaves the house. */
export interface FrozenFile {
  fileId: string;
  name: string;
  documentTypeCode: string | null;
}

/** An answer as a person chose it, frozen from the moment of «Отправить»: what goes out is this and nothing else. */
export interface FrozenAnswer {
  hasDebt: boolean;
  description: string | null;
  executorGuid: string;
  debtors: {
    lastName: string;
    firstName: string;
    middleName: string | null;
    snils: string | null;
    document: { typeCode: string; series: string | null; number: string } | null;
    files: FrozenFile[];
  }[];
  files: FrozenFile[];
}

/** What an export asks for. No personal data. */
export type ExportQuery =
  | { kind: 'period'; start: string; end: string; onlyUnanswered: boolean; cursor: string | null }
  | { kind: 'subrequests'; subrequestGuids: string[]; purpose: 'unknown' | 'absent'; aboutExchangeId?: string }
  /** «Проверить связь»: asks and takes nothing in. */
  | { kind: 'check'; start: string; end: string }
  | { kind: 'nsi'; registryNumber: number }
  /** Premises, or accounts, of one of our houses. */
  | { kind: 'house' | 'accounts'; houseId: string };

/**
 * Outbox and journal of messages in one table: a row is one message that goes to the portal once.
 * queued → submitting → acknowledged → done | refused | unknown. A retry is a new row (`retryOf`), as it is a new
 * message for the portal (PROTOCOL §4: new MessageGUID, Date, signature). The sweep finds all work here by state.
 */
export const exchanges = pgTable(
  'exchanges',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    /** Path-independent name of the portal's service: 'debtRequests' | 'nsi' | 'homeManagement'. */
    service: text().notNull(),
    operation: text().notNull(),
    state: text().notNull().default('queued'),
    /** Our MessageGUID, saved before the call. */
    messageGuid: uuid().notNull().defaultRandom(),
    /** The portal's MessageGUID from the Ack. */
    gisMessageGuid: uuid(),
    query: jsonb().$type<ExportQuery>(),
    syncRunId: uuid().references(() => syncRuns.id),
    attempt: integer().notNull().default(1),
    retryOf: uuid(),
    polls: integer().notNull().default(0),
    /** Times that our own code could not take in what came; an export gives up after a few. */
    failures: integer().notNull().default(0),
    /** When the next step is due: submit, poll or look. */
    nextAt: timestamptz().notNull().defaultNow(),
    /** A worker holds the row until then; only the holder of the token may write what came of it. */
    leaseUntil: timestamptz(),
    leaseToken: uuid(),
    /** The exact bytes sent and received. */
    requestXml: text(),
    ackXml: text(),
    replyXml: text(),
    /** transport | message | nothing | invalid | key (PROTOCOL §6 and §13). */
    errorKind: text(),
    errorCode: text(),
    errorText: text(),
    createdBy: uuid().references(() => users.id),
    createdAt: timestamptz().notNull().defaultNow(),
    submittedAt: timestamptz(),
    finishedAt: timestamptz(),
  },
  (t) => [
    uniqueIndex('exchanges_message').on(t.messageGuid),
    index('exchanges_due').on(t.nextAt).where(sql`${t.state} in ('queued', 'submitting', 'acknowledged', 'unknown')`),
    index('exchanges_latest').on(t.organizationId, t.createdAt),
    index('exchanges_sync_run').on(t.syncRunId),
    check('exchanges_state', sql`${t.state} in ('queued', 'submitting', 'acknowledged', 'done', 'refused', 'unknown')`),
    check('exchanges_acknowledged', sql`${t.state} <> 'acknowledged' or ${t.gisMessageGuid} is not null`),
  ],
);

/**
 * One answer (or its withdrawal) on its way. The partial unique index is the promise «никто не отправит дважды»:
 * while an item is open, no second one for the request can exist.
 */
export const exchangeItems = pgTable(
  'exchange_items',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    requestId: uuid()
      .notNull()
      .references(() => debtRequests.id),
    /** Null until the worker puts it into a message. */
    exchangeId: uuid().references(() => exchanges.id),
    actionType: text().notNull(),
    transportGuid: uuid().notNull().defaultRandom(),
    content: jsonb().$type<FrozenAnswer>(),
    state: text().notNull().default('open'),
    /** 1, and one more for every message that provably had no effect. */
    attempt: integer().notNull().default(1),
    /**
     * An earlier message of the same content may have arrived although the portal does not show it (it lags by days).
     * Such an answer goes again word for word, and nobody can take it back.
     */
    mayHaveArrived: boolean().notNull().default(false),
    /** Not before this moment does the item join a message. */
    nextAt: timestamptz().notNull().defaultNow(),
    /** portal | message | invalid | file | deadline | cancelled | undelivered | conflict | unknown */
    errorKind: text(),
    errorCode: text(),
    errorText: text(),
    /** base:UpdateDate of the portal's confirmation. */
    updateDate: timestamptz(),
    createdBy: uuid().references(() => users.id),
    createdAt: timestamptz().notNull().defaultNow(),
    finishedAt: timestamptz(),
  },
  (t) => [
    uniqueIndex('exchange_items_one_open').on(t.requestId).where(sql`${t.state} = 'open'`),
    uniqueIndex('exchange_items_transport').on(t.transportGuid),
    index('exchange_items_exchange').on(t.exchangeId),
    index('exchange_items_request').on(t.requestId, t.id),
    index('exchange_items_refused')
      .on(t.organizationId, t.requestId)
      .where(sql`${t.state} = 'refused' and ${t.errorKind} = 'portal'`),
    index('exchange_items_waiting')
      .on(t.organizationId, t.id)
      .where(sql`${t.state} = 'open' and ${t.exchangeId} is null`),
    check('exchange_items_state', sql`${t.state} in ('open', 'accepted', 'refused', 'not_sent')`),
    check('exchange_items_action', sql`${t.actionType} in ('Send', 'Revoke')`),
    check('exchange_items_content', sql`(${t.actionType} = 'Send') = (${t.content} is not null)`),
  ],
);
