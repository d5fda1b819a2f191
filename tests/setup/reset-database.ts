import { sql } from '../../db/client';

/** Empties every table (what the migrations themselves inserted included), about 20 ms. For `beforeEach`. */
export async function resetDatabase(): Promise<void> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'public'`;
  if (tables.length === 0) return;
  await sql.unsafe(`truncate ${tables.map((table) => table.name).join(', ')} restart identity cascade`);
}
