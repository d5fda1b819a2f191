import { and, asc, eq, inArray, notInArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { anyOf } from '@/db/many';
import { debtors, debtRequests, files, requestEvents } from '@/db/schema/debt-requests';
import type { FrozenAnswer } from '@/db/schema/exchange';
import { organizations } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { invalid, notFound, type Refusal, type Result } from '@/lib/errors';
import { enqueueItem, takeBackItem } from '@/lib/exchange/queue';
import { refusable } from '@/lib/refusable';
import { type Answer, answerSchema, incompleteFields } from './answer-schema';
import { heldByRestore } from './restored';
import { type DebtRequest, lockRequest, refusalOf, transition, visibleTo } from './transition';
import { outdated } from './verdict';

/** Verbs of one request: taking, answering, sending, withdrawing. Each is one transaction over the locked row. */

export const requestVersionSchema = z.object({ id: z.uuid(), version: z.int().positive() });
export const requestAnswerSchema = requestVersionSchema.extend({ answer: answerSchema });
export const correctSchema = requestVersionSchema.extend({
  reason: z
    .string()
    .trim()
    .min(1, 'Напишите, почему ответ нужно исправить.')
    .max(1000, 'Причина: не больше 1000 знаков.'),
});

type VersionInput = z.output<typeof requestVersionSchema>;
type AnswerInput = z.output<typeof requestAnswerSchema>;
export type Moved = Result<{ version: number }>;

/** «Взять в работу»: the person becomes the assignee of a request that has none. */
export function take(person: Person, input: VersionInput): Promise<Moved> {
  return step(person, input.id, (tx, request) =>
    transition(tx, person, request, { action: 'take', version: input.version, set: { assigneeId: person.userId } }),
  );
}

/** «Сохранить»: keeps the draft, complete or not. */
export function saveDraft(person: Person, input: AnswerInput): Promise<Moved> {
  return step(person, input.id, async (tx, request) => {
    const refusal = refusalOf(person, request, { action: 'saveDraft', version: input.version });
    if (refusal) return refusal;
    const saved = await writeAnswer(tx, person, request, input.answer);
    if (!saved.ok) return saved;
    return transition(tx, person, request, {
      action: 'saveDraft',
      version: input.version,
      // what a person saves he has chosen, also where he changes nothing
      set: { ...saved.set, answerSource: 'person' },
      data: { changed: saved.changed, difference: saved.difference },
    });
  });
}

/** «Сохранить и завершить работу»: the assignee hands a complete answer to whoever sends. */
export const complete = (person: Person, input: AnswerInput): Promise<Moved> => finishAs(person, input, 'complete');

/** «Готов к отправке»: a complete answer that waits for sending. */
export const markReady = (person: Person, input: AnswerInput): Promise<Moved> => finishAs(person, input, 'markReady');

function finishAs(
  person: Person,
  input: AnswerInput,
  action: 'complete' | 'markReady',
  note: Record<string, unknown> = {},
): Promise<Moved> {
  return step(person, input.id, async (tx, request) => {
    const refusal = refusalOf(person, request, { action, version: input.version });
    if (refusal) return refusal;
    const missing = await missingIn(tx, request.organizationId, input.answer);
    if (missing) return missing;
    const saved = await writeAnswer(tx, person, request, input.answer);
    if (!saved.ok) return saved;
    return transition(tx, person, request, {
      action,
      version: input.version,
      set: saved.set,
      data: { changed: saved.changed, difference: saved.difference, ...note },
    });
  });
}

/**
 * «Подписать и отправить в ГИС»: saves what the form holds, freezes it and puts it into the outbox. From here until the
 * portal's word nothing can change it. Of two people at once one wins; the other gets `stale`.
 */
export function sendAnswer(
  person: Person,
  input: AnswerInput,
  now = new Date(),
  note: Record<string, unknown> = {},
): Promise<Moved> {
  return step(person, input.id, async (tx, request) => {
    const refusal =
      refusalOf(person, request, { action: 'send', version: input.version, now }) ??
      (await heldByRestore(tx, request.organizationId));
    if (refusal) return refusal;
    const missing = await missingIn(tx, request.organizationId, input.answer);
    if (missing) return missing;
    const saved = await writeAnswer(tx, person, request, input.answer);
    if (!saved.ok) return saved;
    const changed = await outdated(tx, { ...request, ...saved.set }, now);
    if (changed)
      return {
        ok: false,
        reason: 'notAllowed',
        message: `Судебные дела изменились с\u00a0тех пор, как ответ заполнен. ${changed} Заполните ответ заново или сохраните его сами.`,
      };
    const content = await freeze(tx, request.id, saved.set, person.gisEmployeeGuid!);
    const moved = await transition(tx, person, request, {
      action: 'send',
      version: input.version,
      set: saved.set,
      data: { changed: saved.changed, difference: saved.difference, hasDebt: content.hasDebt, ...note },
      now,
    });
    if (!moved.ok) return moved;
    await enqueueItem(tx, {
      organizationId: request.organizationId,
      requestId: request.id,
      createdBy: person.userId,
      actionType: 'Send',
      content,
    });
    return moved;
  });
}

/**
 * The two steps over the answer as it is saved, for mass work. `version` is what the person saw when confirming. The
 * history keeps it, so that a work that was interrupted knows what it did.
 */
export const sendSaved = (person: Person, input: VersionInput, now: Date): Promise<Moved> =>
  withSaved(person, input, (answer) => sendAnswer(person, { ...input, answer }, now, { bulkVersion: input.version }));

export const markReadySaved = (person: Person, input: VersionInput): Promise<Moved> =>
  withSaved(person, input, (answer) =>
    finishAs(person, { ...input, answer }, 'markReady', { bulkVersion: input.version }),
  );

/** «Есть документы» = ДА in a loaded file (manual of РИАС, line 414): only a person who opens the request sends it without them. */
const lacksDocuments = (request: DebtRequest, answer: Answer): boolean =>
  request.documentsPromised && answer.files.length === 0 && answer.debtors.every(({ files: own }) => own.length === 0);
const DOCUMENTS_PROMISED = 'В\u00a0загруженном файле обещаны документы: приложите их.';

/** The furthest step that this person may take with an answer out of a file; null when he may not even save it. */
export function fileStep(
  person: Person,
  request: DebtRequest,
  documentsPromised: boolean,
): 'saveDraft' | 'complete' | 'markReady' | null {
  const steps = documentsPromised ? (['saveDraft'] as const) : (['markReady', 'complete', 'saveDraft'] as const);
  return steps.find((action) => refusalOf(person, request, { action }) === null) ?? null;
}

/**
 * An answer out of a loaded file, as the person who loaded it and as far as he may take it: a draft, handed over for review,
 * or ready. One that was ready stays so with its new answer. `note` goes into the history.
 */
export function saveFromFile(
  person: Person,
  input: AnswerInput,
  documentsPromised: boolean,
  note: Record<string, unknown>,
): Promise<Moved> {
  return step(person, input.id, async (tx, request) => {
    const action = fileStep(person, request, documentsPromised) ?? 'saveDraft';
    const refusal = refusalOf(person, request, { action, version: input.version });
    if (refusal) return refusal;
    const missing = await missingIn(tx, request.organizationId, input.answer);
    if (missing) return missing;
    const saved = await writeAnswer(tx, person, request, input.answer, 'excel');
    if (!saved.ok) return saved;
    const moved = await transition(tx, person, request, {
      action,
      version: input.version,
      set: { ...saved.set, documentsPromised },
      data: { changed: saved.changed, difference: saved.difference, file: true, ...note },
    });
    const wasReady = request.status === 'ready' && !documentsPromised;
    if (!moved.ok || !wasReady || refusalOf(person, moved.request, { action: 'markReady' })) return moved;
    return transition(tx, person, moved.request, { action: 'markReady', data: { file: true, ...note } });
  });
}

async function withSaved(person: Person, input: VersionInput, act: (answer: Answer) => Promise<Moved>): Promise<Moved> {
  const [request] = await db
    .select()
    .from(debtRequests)
    .where(and(eq(debtRequests.id, input.id), visibleTo(person)));
  if (!request) return notFound;
  const answer = (await savedAnswers([request])).get(request.id)!;
  if (lacksDocuments(request, answer)) return { ok: false, reason: 'notAllowed', message: DOCUMENTS_PROMISED };
  return act(answer);
}

/** Saved answers of these requests (the caller has seen that they are visible), as the form would hold them. */
export async function savedAnswers(requests: DebtRequest[]): Promise<Map<string, Answer>> {
  const ids = requests.map((request) => request.id);
  if (ids.length === 0) return new Map();
  const [people, attached] = await Promise.all([
    db.select().from(debtors).where(inArray(debtors.requestId, ids)).orderBy(asc(debtors.position)),
    db
      .select()
      .from(files)
      .where(and(inArray(files.requestId, ids), inArray(files.place, ['answer', 'debtor'])))
      .orderBy(asc(files.position), asc(files.id)),
  ]);
  const peopleOf = groupBy(people, (person) => person.requestId);
  const filesOfRequest = groupBy(attached, (file) => file.requestId);
  return new Map(
    requests.map((request) => {
      const own = filesOfRequest.get(request.id) ?? [];
      const answer: Answer = {
        hasDebt: request.hasDebt,
        description: request.description ?? '',
        files: own.filter((file) => file.place === 'answer').map(({ id }) => ({ id })),
        debtors: (peopleOf.get(request.id) ?? []).map((person) => ({
          lastName: person.lastName,
          firstName: person.firstName,
          middleName: person.middleName ?? '',
          snils: person.snils ?? '',
          documentTypeCode: person.documentTypeCode ?? '',
          documentSeries: person.documentSeries ?? '',
          documentNumber: person.documentNumber ?? '',
          files: own
            .filter((file) => file.debtorId === person.id)
            .map(({ id, documentTypeCode }) => ({ id, documentTypeCode })),
        })),
      };
      return [request.id, answer];
    }),
  );
}

function groupBy<T>(rows: T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}

/** Why a saved answer is not complete, in words, by request; complete ones are not in the map. */
export async function savedAnswerProblems(requests: DebtRequest[]): Promise<Map<string, string>> {
  const problems = new Map<string, string>();
  if (requests.length === 0) return problems;
  const [organization] = await db
    .select({ snilsRequired: organizations.snilsRequired })
    .from(organizations)
    .where(eq(organizations.id, requests[0]!.organizationId));
  for (const [id, answer] of await savedAnswers(requests)) {
    if (answer.hasDebt === null) problems.set(id, 'Ответ не заполнен.');
    else if (Object.keys(incompleteFields(answer, organization!)).length > 0)
      problems.set(id, 'Ответ заполнен не полностью.');
    else if (lacksDocuments(requests.find((request) => request.id === id)!, answer))
      problems.set(id, DOCUMENTS_PROMISED);
  }
  return problems;
}

/** «Отменить отправку» while no message carries the answer yet. */
export function cancelSending(person: Person, input: VersionInput): Promise<Moved> {
  return step(person, input.id, async (tx, request) => {
    const refusal = refusalOf(person, request, { action: 'unsent', version: input.version });
    if (refusal) return refusal;
    if (!(await takeBackItem(tx, request.id))) {
      return {
        ok: false,
        reason: 'notAllowed',
        message: 'Отменить отправку уже нельзя: ответ ушёл или мог дойти до портала. Дождитесь его подтверждения.',
      };
    }
    return transition(tx, person, request, { action: 'unsent', version: input.version, data: { cancelled: true } });
  });
}

/**
 * «Отозвать ответ и исправить»: asks the portal to withdraw the answer. The request stays «Отправлен» until the portal
 * confirms; only then it is open for a new answer (drs:actionType Revoke).
 */
export function correct(person: Person, input: z.output<typeof correctSchema>): Promise<Moved> {
  return step(person, input.id, async (tx, request) => {
    const refusal =
      refusalOf(person, request, { action: 'correct', version: input.version }) ??
      (await heldByRestore(tx, request.organizationId));
    if (refusal) return refusal;
    const open = await tx.execute(
      sql`select 1 from exchange_items where request_id = ${request.id} and state = 'open' limit 1`,
    );
    if (open.length > 0) {
      return {
        ok: false,
        reason: 'notAllowed',
        message: 'Отзыв ответа уже отправлен на портал. Дождитесь его ответа.',
      };
    }
    await tx.insert(requestEvents).values({
      organizationId: request.organizationId,
      requestId: request.id,
      actorId: person.userId,
      action: 'correctRequested',
      fromStatus: request.status,
      toStatus: request.status,
      data: { reason: input.reason },
    });
    await enqueueItem(tx, {
      organizationId: request.organizationId,
      requestId: request.id,
      createdBy: person.userId,
      actionType: 'Revoke',
    });
    return { ok: true, request };
  });
}

/** One verb = one transaction over the locked, visible request; a refusal rolls everything back. */
export async function step(
  person: Person,
  id: string,
  run: (tx: Tx, request: DebtRequest) => Promise<{ ok: true; request: DebtRequest } | Refusal>,
): Promise<Moved> {
  return refusable(async (tx) => {
    const request = await lockRequest(tx, person, id);
    const result = request ? await run(tx, request) : notFound;
    return result.ok ? { ok: true, version: result.request.version } : result;
  });
}

/** Refuses an answer that is not complete, field by field. */
export async function missingIn(tx: Tx, organizationId: string, answer: Answer): Promise<Refusal | null> {
  const [organization] = await tx
    .select({ snilsRequired: organizations.snilsRequired })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  const fields = incompleteFields(answer, organization!);
  if (Object.keys(fields).length === 0) return null;
  return invalid(fields.hasDebt ? 'Ответ не заполнен.' : 'Ответ заполнен не полностью.', fields);
}

type AnswerColumns = Pick<
  DebtRequest,
  'hasDebt' | 'description' | 'answerSavedAt' | 'answerSavedBy' | 'answerSource' | 'verification'
>;

/**
 * Writes debtors and places of files, and returns the columns for `transition`. With «отсутствует» debtors and files
 * leave the answer; files are never deleted. Refuses files of another request. Whoever changes «Да» or its debtors by hand has
 * chosen them: nothing is left to verify.
 */
export async function writeAnswer(
  tx: Tx,
  person: Person,
  request: DebtRequest,
  answer: Answer,
  source: 'person' | 'autofill' | 'excel' = 'person',
): Promise<({ ok: true } & Saved) | Refusal> {
  const before = await answerSnapshot(tx, request.id, request);
  const kept = answer.hasDebt ? answer : { ...answer, debtors: [], files: [] };
  const placed = [
    ...kept.files.map((file, position) => ({ id: file.id, place: 'answer', debtor: -1, position, code: null })),
    ...kept.debtors.flatMap((debtor, i) =>
      debtor.files.map((file, position) => ({
        id: file.id,
        place: 'debtor',
        debtor: i,
        position,
        code: file.documentTypeCode,
      })),
    ),
  ];
  const ids = placed.map((file) => file.id);
  if (new Set(ids).size < ids.length) return invalid('Один файл приложен дважды. Приложите его ещё раз отдельно.');
  const known = ids.length
    ? await tx
        .select({ id: files.id })
        .from(files)
        .where(and(inArray(files.id, ids), eq(files.requestId, request.id)))
    : [];
  if (known.length < ids.length) return invalid('Один из файлов больше не найден. Уберите его и приложите заново.');

  await tx
    .update(files)
    .set({ place: 'removed', debtorId: null })
    .where(
      and(
        eq(files.requestId, request.id),
        inArray(files.place, ['answer', 'debtor']),
        ids.length ? notInArray(files.id, ids) : undefined,
      ),
    );
  await tx.delete(debtors).where(eq(debtors.requestId, request.id));
  const rows = kept.debtors.length
    ? await tx
        .insert(debtors)
        .values(
          kept.debtors.map((debtor, position) => ({
            organizationId: request.organizationId,
            requestId: request.id,
            position,
            lastName: debtor.lastName,
            firstName: debtor.firstName,
            middleName: debtor.middleName || null,
            snils: debtor.snils || null,
            documentTypeCode: debtor.documentTypeCode || null,
            documentSeries: debtor.documentSeries || null,
            documentNumber: debtor.documentNumber || null,
          })),
        )
        .returning({ id: debtors.id, position: debtors.position })
    : [];
  const debtorAt = new Map(rows.map((row) => [row.position, row.id]));
  for (const file of placed) {
    await tx
      .update(files)
      .set({
        place: file.place,
        debtorId: debtorAt.get(file.debtor) ?? null,
        position: file.position,
        documentTypeCode: file.code,
      })
      .where(and(eq(files.id, file.id), eq(files.requestId, request.id)));
  }
  const columns = { hasDebt: answer.hasDebt, description: answer.description || null };
  const after = await answerSnapshot(tx, request.id, columns);
  return { ok: true, ...savedAs(person, request, source, before, after) };
}

interface Saved {
  set: AnswerColumns;
  changed: string[];
  difference: AnswerDifference;
}

/** What a save makes of the request and of its history, by what stood there and what stands there now. */
function savedAs(
  person: Person,
  request: DebtRequest,
  source: 'person' | 'autofill' | 'excel',
  before: Snapshot,
  after: Snapshot,
): Saved {
  const changed = (Object.keys(after) as (keyof typeof after)[]).filter(
    (key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]),
  );
  const chosen = source !== 'person' || changed.includes('hasDebt') || changed.includes('debtors');
  const set: AnswerColumns = {
    hasDebt: after.hasDebt,
    description: after.description,
    answerSavedAt: new Date(),
    answerSavedBy: person.userId,
    answerSource: chosen || request.answerSource === null ? source : request.answerSource,
    verification: chosen ? 'not_needed' : request.verification,
  };
  if (changed.length === 0 && request.answerSavedBy) {
    // sending what stands there already is no new answer: whoever filled it in stays named
    return {
      set: {
        ...set,
        answerSavedAt: request.answerSavedAt,
        answerSavedBy: request.answerSavedBy,
        answerSource: request.answerSource,
        verification: request.verification,
      },
      changed,
      difference: {},
    };
  }
  return { set, changed, difference: differenceOf(before, after, changed) };
}

const NOTHING: Snapshot = { hasDebt: null, description: null, debtors: [], files: [] };

/** A bare «отсутствует» where nothing stood (`untouched`), as `writeAnswer` would save it. */
export const bareNo = (person: Person, request: DebtRequest, source: 'person' | 'autofill'): Saved =>
  savedAs(person, request, source, NOTHING, { ...NOTHING, hasDebt: false });

/** Those of the requests that hold nothing of an answer: no word, no debtor, no file. */
export async function untouched(tx: Tx, requests: DebtRequest[]): Promise<DebtRequest[]> {
  const ids = requests.map(({ id }) => id);
  const rows = await tx.execute<{ id: string }>(sql`
    select request_id as id from debtors where ${anyOf(sql`request_id`, ids)}
    union select request_id from files where ${anyOf(sql`request_id`, ids)} and place in ('answer', 'debtor')`);
  const begun = new Set(rows.map(({ id }) => id));
  return requests.filter(
    (request) =>
      !begun.has(request.id) && !request.answerSavedAt && request.hasDebt === null && request.description === null,
  );
}

/** What a save changed, for the history of the card: field → what it was and what it is, as a person reads it. */
export type AnswerDifference = Record<string, { from: string; to: string }>;

type Snapshot = Awaited<ReturnType<typeof answerSnapshot>>;

function differenceOf(before: Snapshot, after: Snapshot, changed: readonly (keyof Snapshot)[]): AnswerDifference {
  const text = (snapshot: Snapshot, field: keyof Snapshot): string => {
    switch (field) {
      case 'hasDebt':
        return snapshot.hasDebt === null ? '' : snapshot.hasDebt ? 'существует' : 'отсутствует';
      case 'description':
        return snapshot.description ?? '';
      case 'debtors':
        return snapshot.debtors
          .map(({ lastName, firstName, middleName }) => [lastName, firstName, middleName].filter(Boolean).join(' '))
          .join(', ');
      case 'files':
        return snapshot.files.length > 0 ? String(snapshot.files.length) : '';
    }
  };
  return Object.fromEntries(
    changed
      .map((field) => [field, { from: text(before, field), to: text(after, field) }] as const)
      // a СНИЛС or a document alone is named as «должники» without its figures
      .filter(([, { from, to }]) => from !== to),
  );
}

/** What the answer says, in comparable form; ids of debtors are left out, since every save makes new ones. */
async function answerSnapshot(tx: Tx, requestId: string, columns: Pick<DebtRequest, 'hasDebt' | 'description'>) {
  const people = await debtorsOf(tx, requestId);
  const attached = await filesOf(tx, requestId);
  return {
    hasDebt: columns.hasDebt,
    description: columns.description,
    debtors: people.map(({ id: _, ...person }) => person),
    files: attached.map((file) => [
      file.id,
      people.findIndex((person) => person.id === file.debtorId),
      file.documentTypeCode,
    ]),
  };
}

const debtorsOf = (tx: Tx, requestId: string) =>
  tx.select().from(debtors).where(eq(debtors.requestId, requestId)).orderBy(asc(debtors.position));

const filesOf = (tx: Tx, requestId: string) =>
  tx
    .select()
    .from(files)
    .where(and(eq(files.requestId, requestId), inArray(files.place, ['answer', 'debtor'])))
    .orderBy(asc(files.place), asc(files.position), asc(files.id));

/** The saved answer as it will leave the house. */
async function freeze(
  tx: Tx,
  requestId: string,
  columns: Pick<DebtRequest, 'hasDebt' | 'description'>,
  executorGuid: string,
): Promise<FrozenAnswer> {
  const people = await debtorsOf(tx, requestId);
  const attached = await filesOf(tx, requestId);
  const frozen = (file: (typeof attached)[number]) => ({
    fileId: file.id,
    name: file.name,
    documentTypeCode: file.documentTypeCode,
  });
  return {
    hasDebt: columns.hasDebt!,
    description: columns.description,
    executorGuid,
    debtors: people.map((person) => ({
      lastName: person.lastName,
      firstName: person.firstName,
      middleName: person.middleName,
      snils: person.snils,
      document: person.documentTypeCode
        ? { typeCode: person.documentTypeCode, series: person.documentSeries, number: person.documentNumber ?? '' }
        : null,
      files: attached.filter((file) => file.debtorId === person.id).map(frozen),
    })),
    files: attached.filter((file) => file.place === 'answer').map(frozen),
  };
}
