import { and, asc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import { db, isDatabaseAway } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import { answerFileRows, answerFiles } from '@/db/schema/imports';
import type { Person } from '@/lib/auth/actor';
import { personById, RIGHTS_ENDED } from '@/lib/auth/person';
import { batches } from '@/lib/imports/batches';
import { readSheet, writeResults } from '@/lib/imports/read-sheet';
import { withLease } from '@/lib/lease';
import { log } from '@/lib/log';
import { notify } from '@/lib/notifications/notify';
import { savedAnswers, saveFromFile, sendSaved } from './answer';
import { differenceOf, planAnswers } from './answer-file-plan';
import { countRows, mayLoadAnswers } from './answer-files';
import type { Answer } from './answer-schema';
import { visibleTo } from './transition';
import { STATUS_LABELS, type Status } from './workflow';

/**
 * The worker's part of «Загрузить из файла». Reads the oldest file that waits, or saves a chunk of a confirmed one, in the name
 * of who loaded it and with his rights of that moment. Killed at any point it goes on where it was.
 */

type File = Omit<typeof answerFiles.$inferSelect, 'bytes'>;
type Row = typeof answerFileRows.$inferSelect;

/** Requests saved before others get their turn. */
const CHUNK = 100;

const BROKEN = 'Внутренняя ошибка. Сообщите администратору.';

/** Gives how much was worked on. */
export async function carryAnswerFiles(now: Date): Promise<number> {
  // without the bytes: a large file is taken a hundred times, and read twice
  const { bytes: _, ...columns } = getTableColumns(answerFiles);
  const [file] = await db
    .select(columns)
    .from(answerFiles)
    .where(inArray(answerFiles.state, ['checking', 'applying']))
    .orderBy(asc(answerFiles.startedAt))
    .limit(1);
  return file ? ((await withLease(`answers ${file.id}`, () => carryFile(file, now))) ?? 0) : 0;
}

async function carryFile(file: File, now: Date): Promise<number> {
  const person = await personById(file.startedBy, file.organizationId);
  if (file.state === 'applying') return applyChunk(file, person && mayLoadAnswers(person) ? person : null, now);
  try {
    if (!person || !mayLoadAnswers(person)) await refuse(file, RIGHTS_ENDED, now);
    else await check(file, person, now);
  } catch (err) {
    if (isDatabaseAway(err)) throw err;
    log.error({ fileId: file.id, err }, 'a file of answers could not be checked');
    await refuse(file, BROKEN, now);
  }
  return 1;
}

async function bytesOf(file: File): Promise<Buffer> {
  const [row] = await db.select({ bytes: answerFiles.bytes }).from(answerFiles).where(eq(answerFiles.id, file.id));
  return row!.bytes!;
}

async function refuse(file: File, refusal: string, now: Date): Promise<void> {
  await db
    .update(answerFiles)
    .set({ state: 'failed', bytes: null, refusal, finishedAt: now })
    .where(and(eq(answerFiles.id, file.id), eq(answerFiles.state, 'checking')));
}

async function check(file: File, person: Person, now: Date): Promise<void> {
  const sheet = await readSheet(await bytesOf(file));
  if (!sheet.ok) return refuse(file, sheet.message, now);
  const plan = await planAnswers(person, sheet.rows, file.emptyMeansNo);
  if (!plan.ok) return refuse(file, plan.message, now);
  await db.transaction(async (tx) => {
    const checked = await tx
      .update(answerFiles)
      .set({
        state: 'checked',
        headRow: plan.headRow,
        // our own second sheet explains the first
        unused: {
          columns: plan.unused.slice(0, 50),
          sheets: sheet.otherSheets.filter((name) => name !== 'Формат').slice(0, 20),
        },
      })
      .where(and(eq(answerFiles.id, file.id), eq(answerFiles.state, 'checking')))
      .returning({ id: answerFiles.id });
    if (checked.length === 0) return;
    for (const batch of batches(plan.rows))
      await tx.insert(answerFileRows).values(batch.map((row) => ({ ...row, fileId: file.id })));
  });
}

async function applyChunk(file: File, person: Person | null, now: Date): Promise<number> {
  const rows = await db
    .select()
    .from(answerFileRows)
    .where(and(eq(answerFileRows.fileId, file.id), answerFileRows.chosen, eq(answerFileRows.state, 'waiting')))
    .orderBy(asc(answerFileRows.row))
    .limit(CHUNK);
  if (rows.length === 0) {
    await finish(file, now);
    return 1;
  }
  for (const row of rows) {
    // «Прервать» holds from the next row on, not from the next chunk
    const [still] = await db
      .select({ chosen: answerFileRows.chosen })
      .from(answerFileRows)
      .where(and(eq(answerFileRows.fileId, file.id), eq(answerFileRows.row, row.row)));
    if (!still?.chosen) continue;
    const result = person ? await applyRow(file, row, person, now) : { ok: false, outcome: RIGHTS_ENDED };
    await db
      .update(answerFileRows)
      .set({ state: result.ok ? 'done' : 'refused', outcome: result.outcome })
      .where(
        and(eq(answerFileRows.fileId, file.id), eq(answerFileRows.row, row.row), eq(answerFileRows.state, 'waiting')),
      );
  }
  return rows.length;
}

interface Outcome {
  ok: boolean;
  outcome: string;
}

/** One request that breaks must not hold up the others. */
async function applyRow(file: File, row: Row, person: Person, now: Date): Promise<Outcome> {
  try {
    // a killed worker comes to a row again that it has saved
    const refusal = (await lastWasOurs(file, row)) ? null : await save(file, row, person);
    if (refusal) return { ok: false, outcome: refusal };
    const unsent = file.sendAtOnce ? await send(file, row, person, now) : null;
    const [request] = await db
      .select({ status: debtRequests.status })
      .from(debtRequests)
      .where(eq(debtRequests.id, row.requestId!));
    const label = STATUS_LABELS[request!.status as Status];
    // another worker may have sent it meanwhile
    return {
      ok: true,
      outcome: unsent && request!.status === 'ready' ? `${label}. Не\u00a0отправлен: ${unsent}` : label,
    };
  } catch (err) {
    if (isDatabaseAway(err)) throw err;
    log.error({ fileId: file.id, requestId: row.requestId, err }, 'an answer out of a file could not be saved');
    return { ok: false, outcome: 'Внутренняя ошибка. Откройте запрос и\u00a0заполните ответ там.' };
  }
}

/** Null = saved, or saved already by somebody in the same words. */
async function save(file: File, row: Row, person: Person): Promise<string | null> {
  const answer = row.answer as Answer;
  const input = { id: row.requestId!, version: row.version!, answer };
  const result = await saveFromFile(person, input, row.documents, { answerFile: file.id });
  if (result.ok) return null;
  if (result.reason === 'stale') {
    const [request] = await db
      .select()
      .from(debtRequests)
      .where(and(eq(debtRequests.id, row.requestId!), visibleTo(person)));
    const saved = request && (await savedAnswers([request])).get(request.id);
    if (saved && differenceOf(saved, answer).length === 0 && request.documentsPromised === row.documents) return null;
    return 'Пока вы проверяли файл, запрос изменился. Загрузите файл снова.';
  }
  return 'message' in result ? result.message : 'Запроса больше нет, или он не\u00a0ваш.';
}

/** «Отправлять сразу после загрузки»: what this file has made ready, and nobody has touched since. Why not, in words. */
async function send(file: File, row: Row, person: Person, now: Date): Promise<string | null> {
  const [request] = await db
    .select()
    .from(debtRequests)
    .where(and(eq(debtRequests.id, row.requestId!), visibleTo(person)));
  if (request?.status !== 'ready' || !(await lastWasOurs(file, row))) return null;
  const sent = await sendSaved(person, { id: request.id, version: request.version }, now);
  return sent.ok ? null : 'message' in sent ? sent.message : 'запроса больше нет.';
}

/** The latest step of the request was made by this file. */
async function lastWasOurs(file: File, row: Row): Promise<boolean> {
  const [last] = await db.execute<{ file: string | null }>(
    sql`select data ->> 'answerFile' as file from request_events where request_id = ${row.requestId} order by id desc limit 1`,
  );
  return last?.file === file.id;
}

async function finish(file: File, now: Date): Promise<void> {
  const rows = await db
    .select()
    .from(answerFileRows)
    .where(eq(answerFileRows.fileId, file.id))
    .orderBy(asc(answerFileRows.row));
  const results = await writeResults(await bytesOf(file), {
    headRow: file.headRow!,
    heads: ['Результат', 'Причина'],
    rows: new Map(rows.flatMap((row) => row.rows.map((number) => [number, resultOf(row, number)] as const))),
  });
  if (!results.ok) log.warn({ fileId: file.id, refusal: results.message }, 'no file with results');
  await db.transaction(async (tx) => {
    const counts = await countRows(tx, file.id);
    const done = await tx
      .update(answerFiles)
      .set({ state: 'done', bytes: results.ok ? Buffer.from(results.bytes) : null, counts, finishedAt: now })
      .where(and(eq(answerFiles.id, file.id), eq(answerFiles.state, 'applying')))
      .returning({ id: answerFiles.id });
    if (done.length === 0) return;
    // personal data is kept no longer than it is needed
    await tx.update(answerFileRows).set({ answer: null }).where(eq(answerFileRows.fileId, file.id));
    await notify(tx, [
      {
        organizationId: file.organizationId,
        userId: file.startedBy,
        kind: 'answersLoaded',
        href: `/debt-requests/import/${file.id}`,
        data: { count: counts.done, refused: counts.refused + counts.bad },
        once: `answers ${file.id}`,
      },
    ]);
  });
}

/** «Результат», «Причина» of a row of the file. */
function resultOf(row: Row, number: number): [string, string] {
  if (row.state === 'done') return ['загружен', row.outcome ?? ''];
  if (row.state === 'refused') return ['не загружен', row.outcome ?? ''];
  switch (row.kind) {
    case 'same':
      return ['без изменений', 'Ответ уже записан так же.'];
    case 'empty':
      return ['без ответа', 'Ячейка «Наличие задолженности» пустая.'];
    case 'changed':
      return ['не загружен', 'Строка не выбрана.'];
    default: {
      const own = row.problems.filter((problem) => problem.row === number);
      return [
        'ошибка',
        own.map(({ column, message }) => (column ? `${column}: ${message}` : message)).join(' ') ||
          'В другой строке этого запроса ошибка.',
      ];
    }
  }
}
