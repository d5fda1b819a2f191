import { pipeline } from 'node:stream/promises';
import type { ISql, TransactionSql } from 'postgres';
import { connect } from '@/db/client';
import { appliedMigrations, createDatabase, knownMigrations, migrateWithin } from '@/db/migrate';
import { CommandError } from '@/lib/cli/command';
import { afterRestore, type Restored } from './after-restore';
import { ArchiveReader, type Head, verifyArchive } from './archive';
import { COPY_SETTINGS, qualified, quoted } from './backup';

/**
 * Fills an empty database (made if the server has none of that name) from a file of `backup`: the tables as they were at the
 * backup, the rows, the migrations that came since, and what has to be different in a database that was restored
 * (`afterRestore`). One transaction: all or nothing. CommandError when the file is not ours, is damaged or comes from a newer
 * version, when the database holds anything, or a worker works with it.
 */
export async function restore(url: string, file: string): Promise<RestoreReport> {
  await verifyArchive(file);
  await createDatabase(url);
  const reader = await ArchiveReader.open(file);
  const client = connect(url, { max: 1 });
  try {
    const head = await reader.head();
    const known = knownMigrations();
    if (head.migrations.some((hash, i) => known[i] !== hash)) {
      throw new CommandError(
        `Резервная копия сделана более новой версией «Отклика» (или другой сборкой): установите ту, которой она сделана, или новее.`,
      );
    }
    return await client.begin(async (tx) => {
      await tx.unsafe(COPY_SETTINGS);
      await refuseUnlessEmpty(tx, head);
      await migrateWithin(tx, head.migrations.length);
      const report = await load(tx, head, reader);
      await migrateWithin(tx, known.length);
      return { ...report, ...(await afterRestore(tx)), at: new Date(head.at) };
    });
  } finally {
    await reader.close();
    await client.end({ timeout: 5 });
  }
}

export interface RestoreReport extends Restored {
  /** When the backup was made. */
  at: Date;
  tables: number;
  rows: number;
  /** Tables of the backup that are not the product's: left out. */
  foreign: string[];
}

const tablesOf = (tx: ISql) =>
  tx<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`;

async function refuseUnlessEmpty(tx: ISql, head: Head): Promise<void> {
  const names = (await tablesOf(tx)).map(({ name }) => name);
  if (names.length === 0) return;
  if (names.includes('worker_state')) {
    const [alive] = await tx`select from worker_state where heartbeat_at > now() - interval '1 minute'`;
    if (alive) throw new CommandError('С этой базой данных работает «Отклик»: остановите его.');
  }
  // whoever starts the product now waits until the end
  await tx.unsafe(`lock table ${names.map(qualified).join(', ')} in access exclusive mode`);
  const full = await tx.unsafe<{ name: string }[]>(
    names.map((name) => `(select ${literal(name)} as name from ${qualified(name)} limit 1)`).join(' union all '),
  );
  if (full.length > 0) {
    throw new CommandError(
      `База данных не\u00a0пуста (${full.map(({ name }) => name).join(', ')}): восстановление ничего не\u00a0заменяет. ` +
        'Укажите в\u00a0DATABASE_URL новую базу; если её нет, уберите в\u00a0сторону папку .data/postgres.',
    );
  }
  const applied = await appliedMigrations(tx);
  if (applied.some((hash, i) => head.migrations[i] !== hash)) {
    throw new CommandError(
      'В\u00a0базе данных уже есть пустые таблицы более новой версии, чем резервная копия. ' +
        'Укажите в\u00a0DATABASE_URL новую базу: таблицы в\u00a0ней появятся сами.',
    );
  }
}

/** Rows in any order: the foreign keys, which lead in circles, come back when all are there, and look at every row then. */
async function load(
  tx: TransactionSql,
  head: Head,
  reader: ArchiveReader,
): Promise<Pick<RestoreReport, 'tables' | 'rows' | 'foreign'>> {
  const names = new Set((await tablesOf(tx)).map(({ name }) => name));
  const keys = await tx<{ table: string; name: string; definition: string }[]>`
    select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`;
  for (const { table, name } of keys) await tx.unsafe(`alter table ${table} drop constraint ${name}`);
  const foreign: string[] = [];
  let rows = 0;
  for (const { name, columns } of head.tables) {
    const source = counted(reader.rows(), (count) => {
      rows += count;
    });
    if (names.has(name)) {
      const copy = `copy ${qualified(name)} (${columns.map(quoted).join(', ')}) from stdin`;
      await pipeline(source, await tx.unsafe(copy).writable());
    } else {
      foreign.push(name);
      for await (const _ of source);
    }
  }
  for (const { table, name, definition } of keys) {
    await tx.unsafe(`alter table ${table} add constraint ${name} ${definition}`);
  }
  await tx`
    select setval(to_regclass(format('public.%I', s.name)), s.last)
    from jsonb_to_recordset(${tx.json(head.sequences)}) as s(name text, last bigint)
    where s.last is not null and to_regclass(format('public.%I', s.name)) is not null`;
  return { tables: head.tables.length - foreign.length, rows, foreign };
}

async function* counted(rows: AsyncGenerator<Buffer, number>, done: (count: number) => void): AsyncGenerator<Buffer> {
  done(yield* rows);
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
