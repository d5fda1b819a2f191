import { randomUUID } from 'node:crypto';
import { and, asc, eq, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { exchanges } from '@/db/schema/exchange';
import { organizations } from '@/db/schema/staff';
import { getState, type PollOutcome, submit } from '@/lib/gis/client';
import type { GisConnection } from '@/lib/gis/connection';
import type { Operation, Service } from '@/lib/gis/formats';
import type { Header } from '@/lib/gis/messages/envelope';
import { SigningProblem } from '@/lib/gis/signature/problem';
import type { Signer } from '@/lib/gis/signature/signer';
import { signMessage } from '@/lib/gis/signature/xades';
import { validateMessage } from '@/lib/gis/xml';
import { log } from '@/lib/log';

/**
 * Carries messages: takes due rows of `exchanges`, submits, polls, and hands what came of them to the operation that
 * made them, in the transaction that closes the row. All it knows stands in the rows, so a killed worker loses nothing:
 * the next one finds the row by its state. Knows nothing of debt requests.
 */

export type ExchangeRecord = typeof exchanges.$inferSelect;

export interface Engine {
  connection: GisConnection;
  /** Null while the key cannot be used; then messages wait, polls go on (getState is not signed). */
  signer: Signer | null;
  /** Waiting times before polls, seconds; the last one repeats (PROTOCOL §4: 10, 60, 300, 900, 1800). */
  pollSeconds: number[];
  /** A worker that has not reported for so long has lost its rows. Longer than the time limit of a call. */
  leaseSeconds: number;
  now(): Date;
}

/** How a message ended. */
export type Outcome =
  | Extract<PollOutcome, { kind: 'subrequests' | 'responses' | 'nsi' | 'house' | 'accounts' | 'nothing' }>
  /** The portal did not take the message; its code and text verbatim. */
  | { kind: 'refused'; code: string | null; text: string; transient: boolean }
  /** Provably without effect, or an export, which may be repeated freely: try again. */
  | { kind: 'undelivered'; text: string }
  /** An import that may or may not have arrived: look before anything else (PROTOCOL §4). */
  | { kind: 'unknown'; text: string }
  /** Never sent: our own message does not hold. */
  | { kind: 'invalid'; text: string };

export interface OperationHandler {
  /** The unsigned message, `valid` when the schemas have passed this very text; `null` when nothing is left to send (`text` says why). */
  build(
    row: ExchangeRecord,
    header: Header,
    engine: Engine,
  ): Promise<{ xml: string; valid?: true } | { xml: null; text: string; kind: 'invalid' | 'deadline' }>;
  /** What follows, in the transaction that closes the row. */
  settle(tx: Tx, row: ExchangeRecord, outcome: Outcome, engine: Engine): Promise<void>;
}

export type Handlers = Record<
  'exportDebtSubrequests' | 'importResponses' | 'exportNsiItem' | 'exportBriefApartmentHouse' | 'exportAccountData',
  OperationHandler
>;

/** Scale of waiting times: 1 in production, small where the first poll comes soon (the stand). */
export const timeScale = (engine: Engine): number => (engine.pollSeconds[0] ?? 10) / 10;

/** Messages that one worker carries at a time. */
const CONCURRENCY = 4;
/** After a day the operator's regulation says that a message is processed; then an answer is looked for otherwise. */
const GIVE_UP_ANSWERS_MS = 24 * 60 * 60 * 1000;
/** An export costs nothing to repeat; clients found 20 minutes good and two hours too long (PROTOCOL §4). */
const GIVE_UP_EXPORTS_MS = 30 * 60 * 1000;
/** An export that our own code cannot take in ends after so many tries; an answer is tried for ever. */
const MAX_FAILURES = 5;

/** Takes what is due once. Returns how many rows it moved; 0 = nothing due now. */
export async function carryDue(engine: Engine, handlers: Handlers): Promise<number> {
  const rows = await claim(engine);
  await Promise.all(rows.map((row) => carryOne(engine, handlers[row.operation as keyof Handlers], row)));
  return rows.length;
}

/** When the next row is due; null = nothing waits. */
export async function nextDue(engine: Engine): Promise<Date | null> {
  const [row] = await db
    .select({ at: exchanges.nextAt })
    .from(exchanges)
    .where(and(inArray(exchanges.state, claimable(engine)), isNull(exchanges.leaseToken)))
    .orderBy(asc(exchanges.nextAt))
    .limit(1);
  return row?.at ?? null;
}

const claimable = (engine: Engine): string[] =>
  engine.signer ? ['queued', 'submitting', 'acknowledged'] : ['submitting', 'acknowledged'];

function claim(engine: Engine): Promise<ExchangeRecord[]> {
  const now = engine.now();
  const due = db
    .select({ id: exchanges.id })
    .from(exchanges)
    .where(
      and(
        inArray(exchanges.state, claimable(engine)),
        lte(exchanges.nextAt, now),
        or(isNull(exchanges.leaseUntil), lt(exchanges.leaseUntil, now)),
      ),
    )
    .orderBy(asc(exchanges.nextAt))
    .limit(CONCURRENCY)
    .for('update', { skipLocked: true });
  return db
    .update(exchanges)
    .set({ leaseUntil: leaseEnd(engine), leaseToken: sql`gen_random_uuid()` })
    .where(inArray(exchanges.id, due))
    .returning();
}

const leaseEnd = (engine: Engine): Date => new Date(engine.now().getTime() + engine.leaseSeconds * 1000);

async function carryOne(engine: Engine, handler: OperationHandler, row: ExchangeRecord): Promise<void> {
  try {
    if (row.state === 'queued') await submitRow(engine, handler, row);
    else if (row.state === 'acknowledged') await pollRow(engine, handler, row);
    // a worker died between the call and writing what came of it
    else await uncertain(engine, handler, row, 'Работа прервалась до получения подтверждения', null);
  } catch (error) {
    log.error({ exchange: row.id, operation: row.operation, err: error }, 'exchange failed');
    const text = 'Внутренняя ошибка: не удалось обработать ответ портала. Подробности в журнале сервера.';
    if (row.failures + 1 >= MAX_FAILURES && row.operation !== 'importResponses') {
      await close(row, 'refused', { errorKind: 'internal', errorText: text, finishedAt: engine.now() }, (tx) =>
        handler.settle(tx, row, { kind: 'refused', code: null, text, transient: false }, engine),
      );
      return;
    }
    await mine(db, row, {
      failures: row.failures + 1,
      nextAt: new Date(engine.now().getTime() + 60_000 * timeScale(engine)),
      errorKind: 'internal',
      errorText: text,
    });
  }
}

async function submitRow(engine: Engine, handler: OperationHandler, row: ExchangeRecord): Promise<void> {
  const header = await headerOf(engine, row, row.messageGuid);
  const built = await handler.build(row, header, engine);
  if (built.xml === null) {
    await close(row, 'refused', { errorKind: built.kind, errorText: built.text, finishedAt: engine.now() }, (tx) =>
      built.kind === 'invalid'
        ? handler.settle(tx, row, { kind: 'invalid', text: built.text }, engine)
        : Promise.resolve(),
    );
    return;
  }
  const valid = built.valid ? ({ ok: true } as const) : validateMessage(built.xml);
  if (!valid.ok) {
    const text = `Сообщение не соответствует формату портала: ${valid.errors.join('; ')}`;
    await close(row, 'refused', { errorKind: 'invalid', errorText: text, finishedAt: engine.now() }, (tx) =>
      handler.settle(tx, row, { kind: 'invalid', text }, engine),
    );
    return;
  }
  let signed: string;
  try {
    signed = await signMessage(built.xml, engine.signer!, { signingTime: header.date });
  } catch (error) {
    if (!(error instanceof SigningProblem)) throw error;
    // nothing went out: the token may be there again in a minute
    await undelivered(engine, handler, row, error.message, 'key');
    return;
  }
  const kept = await mine(
    db,
    row,
    { state: 'submitting', requestXml: signed, submittedAt: header.date, leaseUntil: leaseEnd(engine) },
    { keepLease: true },
  );
  if (!kept) return;
  const outcome = await submit(engine.connection, row.service as Service, row.operation as Operation, signed);
  switch (outcome.kind) {
    case 'acknowledged':
      await mine(db, row, {
        state: 'acknowledged',
        gisMessageGuid: outcome.gisMessageGuid,
        ackXml: outcome.replyXml,
        nextAt: pollAt(engine, 0),
        errorKind: null,
        errorCode: null,
        errorText: null,
      });
      return;
    case 'refused':
      await close(
        row,
        'refused',
        {
          errorKind: 'message',
          errorCode: outcome.code,
          errorText: outcome.text,
          ackXml: outcome.replyXml,
          finishedAt: engine.now(),
        },
        (tx) => handler.settle(tx, row, outcome, engine),
      );
      return;
    case 'notDelivered':
      await undelivered(engine, handler, row, outcome.text);
      return;
    case 'unknown':
      await uncertain(engine, handler, row, outcome.text, outcome.replyXml);
  }
}

async function pollRow(engine: Engine, handler: OperationHandler, row: ExchangeRecord): Promise<void> {
  const header = await headerOf(engine, row, randomUUID());
  const outcome = await getState(engine.connection, row.service as Service, header, row.gisMessageGuid!);
  switch (outcome.kind) {
    case 'inProgress':
    case 'transport': {
      const limit = row.operation === 'importResponses' ? GIVE_UP_ANSWERS_MS : GIVE_UP_EXPORTS_MS;
      if (engine.now().getTime() - row.submittedAt!.getTime() > limit) {
        await uncertain(engine, handler, row, 'Портал слишком долго не давал результата', null);
        return;
      }
      await mine(db, row, {
        polls: row.polls + 1,
        nextAt: pollAt(engine, row.polls + 1),
        ...(outcome.kind === 'transport'
          ? { errorKind: 'transport', errorText: outcome.text }
          : { errorKind: null, errorText: null }),
      });
      return;
    }
    case 'lost':
      await uncertain(engine, handler, row, outcome.text, outcome.replyXml);
      return;
    case 'refused':
      await close(
        row,
        'refused',
        {
          errorKind: 'message',
          errorCode: outcome.code,
          errorText: outcome.text,
          replyXml: outcome.replyXml,
          polls: row.polls + 1,
          finishedAt: engine.now(),
        },
        (tx) => handler.settle(tx, row, outcome, engine),
      );
      return;
    default:
      if ('surprises' in outcome && outcome.surprises.length > 0) {
        log.warn({ exchange: row.id, surprises: outcome.surprises.slice(0, 20) }, 'reply holds what we do not know');
      }
      await close(
        row,
        'done',
        {
          replyXml: outcome.replyXml,
          polls: row.polls + 1,
          finishedAt: engine.now(),
          errorKind: outcome.kind === 'nothing' ? 'nothing' : null,
          errorCode: null,
          errorText: null,
        },
        (tx) => handler.settle(tx, row, outcome, engine),
      );
  }
}

/** An import whose fate is not known becomes `unknown`; an export had no effect either way. */
async function uncertain(
  engine: Engine,
  handler: OperationHandler,
  row: ExchangeRecord,
  text: string,
  replyXml: string | null,
): Promise<void> {
  if (row.operation !== 'importResponses') return undelivered(engine, handler, row, text);
  await close(row, 'unknown', { errorKind: 'transport', errorText: text, ackXml: row.ackXml ?? replyXml }, (tx) =>
    handler.settle(tx, row, { kind: 'unknown', text }, engine),
  );
}

async function undelivered(
  engine: Engine,
  handler: OperationHandler,
  row: ExchangeRecord,
  text: string,
  errorKind: 'transport' | 'key' = 'transport',
): Promise<void> {
  await close(row, 'refused', { errorKind, errorText: text, finishedAt: engine.now() }, (tx) =>
    handler.settle(tx, row, { kind: 'undelivered', text }, engine),
  );
}

export function pollAt(engine: Engine, polls: number): Date {
  const seconds = engine.pollSeconds[Math.min(polls, engine.pollSeconds.length - 1)] ?? 10;
  return new Date(engine.now().getTime() + seconds * 1000);
}

async function headerOf(engine: Engine, row: ExchangeRecord, messageGuid: string): Promise<Header> {
  const [organization] = await db
    .select({ orgPpaGuid: organizations.orgPpaGuid, isOperatorSignature: organizations.isOperatorSignature })
    .from(organizations)
    .where(eq(organizations.id, row.organizationId));
  return { messageGuid, date: engine.now(), ...organization! };
}

type Fields = Partial<typeof exchanges.$inferInsert>;

/** Writes to the row only while this worker holds it; false = the lease went to another, whose word counts. */
async function mine(
  tx: Tx | typeof db,
  row: ExchangeRecord,
  fields: Fields,
  options = { keepLease: false },
): Promise<boolean> {
  const rows = await tx
    .update(exchanges)
    .set({ ...fields, ...(options.keepLease ? {} : { leaseUntil: null, leaseToken: null }) })
    .where(and(eq(exchanges.id, row.id), eq(exchanges.leaseToken, row.leaseToken!)))
    .returning({ id: exchanges.id });
  return rows.length > 0;
}

/** Ends the message and does what follows, both or neither. */
async function close(
  row: ExchangeRecord,
  state: 'done' | 'refused' | 'unknown',
  fields: Fields,
  settle: (tx: Tx) => Promise<void>,
): Promise<void> {
  await db.transaction(async (tx) => {
    if (await mine(tx, row, { ...fields, state })) await settle(tx);
  });
}
