import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import type { Sql } from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '@/db/client';
import { migrate } from '@/db/migrate';

/** `npm run migrate` from every version that there has been, with data in it: nothing of the data is lost or changed. */

const DRIZZLE = path.join(import.meta.dirname, '..', '..', 'drizzle');
const journal = JSON.parse(fs.readFileSync(path.join(DRIZZLE, 'meta', '_journal.json'), 'utf8')) as {
  entries: { tag: string }[];
};
const LEVELS = journal.entries.map(({ tag }, level) => [level, tag] as const);

let url: string;
let client: Sql;
let folder: string;

beforeEach(() => {
  const own = new URL(process.env.DATABASE_URL!);
  own.pathname = `${own.pathname}_upgrade`;
  url = own.href;
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'otklik-upgrade-'));
});

afterEach(async () => {
  await client?.end();
  fs.rmSync(folder, { recursive: true, force: true });
  const server = connect(process.env.DATABASE_URL!, { max: 1 });
  await server`drop database if exists ${server(new URL(url).pathname.slice(1))} with (force)`;
  await server.end();
});

/** An empty database of the version after `level`, counted from 0. */
async function makeDatabase(level: number): Promise<void> {
  fs.cpSync(DRIZZLE, folder, { recursive: true });
  const old = { ...journal, entries: journal.entries.slice(0, level + 1) };
  fs.writeFileSync(path.join(folder, 'meta', '_journal.json'), JSON.stringify(old));
  const server = connect(process.env.DATABASE_URL!, { max: 1 });
  await server`create database ${server(new URL(url).pathname.slice(1))}`;
  await server.end();
  client = connect(url, { max: 1 });
  await runMigrations(drizzle(client), { migrationsFolder: folder });
}

/** What people would have in a database of that version; each statement from the version on that knows its tables. */
const FILLING: [since: number, statement: string][] = [
  [
    0,
    `insert into organizations (id, name, org_ppa_guid, executor_guid) values (guid(1), 'ООО «Старое»', guid(2), guid(3))`,
  ],
  [
    0,
    `insert into users (id, login, last_name, first_name, password_hash) values (guid(10), 'old', 'Старова', 'Анна', 'x')`,
  ],
  [0, `insert into memberships (user_id, organization_id, roles) values (guid(10), guid(1), '{head,admin}')`],
  [
    0,
    `insert into debt_requests (id, organization_id, subrequest_guid, request_guid, request_number, export_format,
       requesting_organization_guid, requesting_organization, address, period_start, period_end, sent_date, response_date,
       gis_request_status, gis_response_status, status, has_debt, responsible_id, answer_saved_at, answer_saved_by)
     select guid(100 + n), guid(1), guid(200 + n), guid(300 + n), '00' || n, '13.1.10.1', guid(4), 'УСЗН', 'ул Старая, д. ' || n,
       '2023-11-01', '2026-11-01', '2026-11-01', '2026-11-10', 'Sent', 'NotSent', status, true, guid(10), now(), guid(10)
     from unnest(array['new', 'in_progress', 'prepared', 'rework', 'ready', 'sending', 'answered', 'send_failed', 'revoked', 'expired'])
       with ordinality as t (status, n)`,
  ],
  [
    0,
    `insert into debtors (organization_id, request_id, position, last_name, first_name, snils) select guid(1), id, 0, 'Должников', 'Пётр', '11223344595' from debt_requests`,
  ],
  [
    0,
    `insert into files (id, organization_id, request_id, name, extension, size, sha256, uploaded_by) values (guid(400), guid(1), guid(101), 'Решение', 'pdf', 3, 'x', guid(10))`,
  ],
  [0, `insert into file_contents values (guid(400), '\\x010203')`],
  [
    0,
    `insert into request_events (organization_id, request_id, actor_id, action, to_status) select guid(1), id, guid(10), 'saveDraft', status from debt_requests`,
  ],
  [
    0,
    `insert into sync_runs (id, organization_id, windows, only_unanswered, state) values (guid(500), guid(1), '[]', false, 'done')`,
  ],
  [
    0,
    `insert into exchanges (id, organization_id, service, operation, state, gis_message_guid, request_xml) values (guid(600), guid(1), 'debtRequests', 'importResponses', 'acknowledged', guid(601), '<xml/>')`,
  ],
  [
    0,
    `insert into exchange_items (organization_id, request_id, exchange_id, action_type, content) values (guid(1), guid(106), guid(600), 'Send', '{"hasDebt": true}')`,
  ],
  [0, `insert into login_attempts values ('old', '127.0.0.1', 1, now())`],
  [
    1,
    `insert into bulk_runs (id, organization_id, started_by, action, total) values (guid(700), guid(1), guid(10), 'send', 1)`,
  ],
  [1, `insert into bulk_items (run_id, position, request_id, version) values (guid(700), 0, guid(105), 1)`],
  [3, `insert into divisions (id, organization_id, name) values (guid(800), guid(1), 'Старый участок')`],
  [3, `insert into houses (id, organization_id, address) values (guid(801), guid(1), 'ул Старая, д. 1')`],
  [3, `insert into accounts (id, organization_id, number) values (guid(802), guid(1), '0012')`],
  [3, `insert into debt_request_accounts values (guid(101), guid(802))`],
  [
    3,
    `insert into answer_trails (organization_id, request_id, has_debt, trail) values (guid(1), guid(101), 'yes', '{}')`,
  ],
  [3, `insert into access_log (organization_id, user_id, action) values (guid(1), guid(10), 'openRequest')`],
  [3, `insert into notifications (organization_id, user_id, kind) values (guid(1), guid(10), 'newToMe')`],
  [
    6,
    `insert into imports (organization_id, started_by, kind, file_name, bytes) values (guid(1), guid(10), 'houses', 'Дома.xlsx', '\\x01')`,
  ],
  [14, `insert into auto_runs (organization_id, day, state) values (guid(1), '2026-11-20', 'running')`],
  [
    14,
    `insert into calendar_years (organization_id, year, days_off, working_days, set_by) values (guid(1), 2028, '{2028-05-05}', '{}', guid(10))`,
  ],
];

async function fill(level: number): Promise<void> {
  await client.unsafe(`create function guid(n bigint) returns uuid language sql immutable
    return lpad(n::text, 32, '0')::uuid`);
  for (const [since, statement] of FILLING) if (since <= level) await client.unsafe(statement);
  await client.unsafe('drop function guid(bigint)');
}

/** Table → its columns. */
async function columns(): Promise<Map<string, string[]>> {
  const rows = await client<{ table: string; columns: string[] }[]>`
    select table_name as table, array_agg(column_name::text order by column_name) as columns
    from information_schema.columns where table_schema = 'public' group by 1`;
  return new Map(rows.map((row) => [row.table, row.columns]));
}

/** What the rows hold in these columns, and how many rows there are. */
async function contents(of: Map<string, string[]>): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [table, names] of of) {
    const list = names.map((name) => `t."${name}"`).join(', ');
    const [row] = await client.unsafe<{ rows: string; sum: string | null }[]>(
      `select count(*) as rows, md5(string_agg(row(${list})::text, '|' order by row(${list})::text)) as sum from "${table}" t`,
    );
    found[table] = `${row!.rows} ${row!.sum}`;
  }
  return found;
}

describe('from', () => {
  test.each(LEVELS)('version %i, %s', async (level) => {
    await makeDatabase(level);
    await fill(level);
    const before = await columns();
    // by two at once, and once more: the second finds nothing to do
    const old = await contents(before);
    await Promise.all([migrate(url), migrate(url)]);
    await migrate(url);
    const after = await columns();
    const kept = new Map(
      [...before].flatMap(([table, names]) => {
        const still = names.filter((name) => after.get(table)?.includes(name));
        return still.length > 0 ? [[table, still] as const] : [];
      }),
    );
    const present = await contents(kept);
    for (const [table, names] of kept) {
      // a column that went away took its values along
      const whole = names.length === before.get(table)!.length;
      expect([table, present[table]!.split(' ')[0]]).toEqual([table, old[table]!.split(' ')[0]]);
      if (whole) expect([table, present[table]]).toEqual([table, old[table]]);
    }
    const [applied] = await client<{ n: number }[]>`select count(*)::int as n from drizzle.__drizzle_migrations`;
    expect(applied!.n).toBe(LEVELS.length);
  });
});
