import { connect } from '@/db/client';
import { appliedMigrations } from '@/db/migrate';
import { CommandError } from '@/lib/cli/command';
import { type Head, writeArchive } from './archive';

/**
 * Saves all tables of a database in one file, as they were at one moment (files are rows as well), while the product works
 * on. Text, as COPY writes it: any later PostgreSQL reads it, and `restore` brings it into a newer version of the product.
 * Sequences are read after the snapshot, so none stands behind its rows.
 */
export async function backup(
  url: string,
  file: string,
  signal?: AbortSignal,
): Promise<{ bytes: number; rows: number; tables: number }> {
  const client = connect(url, { max: 1 });
  let failure: unknown;
  try {
    return await client.begin('isolation level repeatable read read only', async (tx) => {
      await tx.unsafe(COPY_SETTINGS);
      const migrations = await appliedMigrations(tx);
      if (migrations.length === 0) throw new CommandError('В базе данных нет «Отклика»: сохранять нечего.');
      const tables = await tx<Head['tables']>`
        select relname as name, array_agg(attname::text order by attnum) as columns
        from pg_class join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'public'::regnamespace and relkind = 'r'
          and attnum > 0 and not attisdropped and attgenerated = ''
        group by relname order by relname`;
      // no migration may change a table that is still to be read
      await tx.unsafe(`lock table ${tables.map(({ name }) => qualified(name)).join(', ')} in access share mode`);
      const sequences = await tx<Head['sequences']>`
        select sequencename as name, last_value as last from pg_sequences where schemaname = 'public' order by 1`;
      const [now] = await tx<{ at: Date; postgres: string }[]>`
        select now() as at, split_part(current_setting('server_version'), ' ', 1) as postgres`;
      const head = { at: now!.at.toISOString(), postgres: now!.postgres, migrations, tables, sequences };
      const rowsOf = async function* ({ name, columns }: Head['tables'][number]): AsyncGenerator<Buffer> {
        const rows = await tx
          .unsafe(`copy ${qualified(name)} (${columns.map(quoted).join(', ')}) to stdout`)
          .readable();
        yield* rows;
        // the driver stops reading its socket while rows wait; after the last ones nobody else lets it go on
        rows._read(0);
      };
      try {
        return { ...(await writeArchive(file, head, rowsOf, signal)), tables: tables.length };
      } catch (error) {
        failure = error;
        // a COPY that nobody reads to its end would hold up the end of the transaction for ever
        await client.end({ timeout: 0 });
        throw error;
      }
    });
  } catch (error) {
    throw failure ?? error;
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** What a server may set otherwise: how COPY writes values, and how long anything may take. */
export const COPY_SETTINGS = `
  set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local bytea_output = 'hex';
  set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0`;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A table of the product. */
export const qualified = (name: string): string => `public.${quoted(name)}`;
