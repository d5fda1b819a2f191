import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import type { PgTable } from 'drizzle-orm/pg-core';

/**
 * Statements over many rows with one parameter each: Drizzle's own `inArray` and `values` make a parameter of every value, and
 * putting such a text together took a third of a receiving (1000 rows of 22 columns are 22 000 pieces).
 */

/** `column = any(values)`; nothing is in an empty list. */
export const anyOf = (column: AnyColumn | SQL, values: readonly string[] | readonly number[]): SQL =>
  sql`${column} = any(${sql.param(values)})`;

/**
 * `insert into table (…) select …` of all rows, to be run by `tx.execute`; what follows an INSERT may follow it. Columns are the
 * keys of the first row: every row has the same ones. At least one row.
 */
export function insertMany<T extends PgTable>(table: T, rows: readonly T['$inferInsert'][]): SQL {
  const columns = Object.keys(rows[0]!).map((key) => ({ key, name: toSnakeCase(key) }));
  const list = sql.join(
    columns.map(({ name }) => sql.identifier(name)),
    sql`, `,
  );
  const json = JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map(({ key, name }) => [name, row[key as keyof typeof row]]))),
  );
  return sql`insert into ${table} (${list}) select ${list} from json_populate_recordset(null::${table}, ${json}::json)`;
}
