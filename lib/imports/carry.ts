import { and, asc, eq, inArray } from 'drizzle-orm';
import { db, isDatabaseAway, type Tx } from '@/db/client';
import { type ImportReport, imports } from '@/db/schema/imports';
import { hasRole } from '@/lib/auth/actor';
import { personById, RIGHTS_ENDED } from '@/lib/auth/person';
import { withLease } from '@/lib/lease';
import { log } from '@/lib/log';
import { IMPORT_KINDS, isImportKind } from './kinds';
import { readSheet } from './read-sheet';

/** Shown by row and column; more would not be read. */
const SHOWN_PROBLEMS = 1000;

/**
 * The worker's part: reads the oldest file that waits, or loads it after a person has said yes, in that person's name and
 * with his rights of this moment. Gives how many were worked on. Killed in between, it begins that file anew.
 */
export async function carryImports(now: Date): Promise<number> {
  const [row] = await db
    .select()
    .from(imports)
    .where(inArray(imports.state, ['checking', 'loading']))
    .orderBy(asc(imports.startedAt))
    .limit(1);
  return row ? ((await withLease(`import ${row.id}`, () => carryImport(row, now))) ?? 0) : 0;
}

async function carryImport(row: typeof imports.$inferSelect, now: Date): Promise<number> {
  const end = (refusal: string, tx: Pick<Tx, 'update'> = db) =>
    tx
      .update(imports)
      .set({ state: 'failed', bytes: null, refusal, finishedAt: now })
      .where(and(eq(imports.id, row.id), eq(imports.state, row.state)));
  const person = await personById(row.startedBy, row.organizationId);
  const kind = isImportKind(row.kind) ? IMPORT_KINDS[row.kind] : null;
  if (!kind || !person || !hasRole(person, ...kind.may)) {
    await end(RIGHTS_ENDED);
    return 1;
  }
  const sheet = await readSheet(row.bytes!);
  if (!sheet.ok) {
    await end(sheet.message);
    return 1;
  }
  try {
    await db.transaction(async (tx) => {
      const [still] = await tx
        .select({ state: imports.state })
        .from(imports)
        .where(eq(imports.id, row.id))
        .for('update');
      if (still?.state !== row.state) return;
      const planned = await kind.plan(tx, person, sheet.rows);
      if (!planned.ok) {
        await end(planned.message, tx);
        return;
      }
      const { table, plan } = planned;
      // rows that are refused while loading join the problems
      if (row.state === 'loading') await plan.apply();
      const problems = table.problems.sort((a, b) => a.row - b.row);
      const report: ImportReport = {
        total: table.total,
        added: plan.added,
        changed: plan.changed,
        same: plan.same,
        problems: problems.slice(0, SHOWN_PROBLEMS),
        problemRows: new Set(problems.map((problem) => problem.row)).size,
        unused: table.unused.slice(0, 50),
      };
      await tx
        .update(imports)
        .set(
          row.state === 'loading'
            ? { state: 'done', bytes: null, report, finishedAt: now }
            : { state: 'checked', report },
        )
        .where(eq(imports.id, row.id));
    });
  } catch (err) {
    if (isDatabaseAway(err)) throw err;
    log.error({ importId: row.id, kind: row.kind, err }, 'import failed');
    await end('Внутренняя ошибка: ничего не\u00a0загружено. Сообщите администратору и\u00a0загрузите файл снова.');
  }
  return 1;
}
