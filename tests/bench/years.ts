/** Years of work of three organizations, made by SQL alone: a million requests take a minute or two. */
import { randomUUID } from 'node:crypto';
import { closeDb, connect, sql } from '@/db/client';
import { migrate } from '@/db/migrate';
import type { Person } from '@/lib/auth/actor';
import { makeDivision, makeOrganization, makePerson } from '../factories';

const ORGANIZATIONS = 3;
const DAYS = 4 * 365;
/** Of all requests: they came in the last days and are not answered yet. */
const OPEN = 200;
const HOUSES = 50;
const FLATS = 50;
const PEOPLE = 20;
const ASKERS = 40;

interface Answered {
  requestId: string;
  number: string;
  house: string;
  organization: string;
  sentDate: string;
  monthLater: string;
  yearLater: string;
  responseDate: string;
  exchangeId: string;
}

export interface Years {
  url: string;
  requests: number;
  /** Of the first organization. */
  head: Person;
  admin: Person;
  /** One who only prepares answers, of the first of its four divisions. */
  executor: Person;
  /** An answered request of two years ago and what filters ask for, of the first organization. */
  sample: Answered & { division: string; directorate: string };
  open: { requestId: string };
}

/** Tables whose indexes are made after their rows. */
const LARGE = ['debt_requests', 'debtors', 'request_events', 'debt_request_accounts', 'exchange_items', 'exchanges'];

/** Fills a new database of the cluster of `clusterUrl`. `DATABASE_URL` points at it afterwards. */
export async function makeYears(clusterUrl: string, requests: number): Promise<Years> {
  const url = new URL(clusterUrl);
  url.pathname = `/years_${requests}`;
  await onMaintenance(clusterUrl, `create database years_${requests}`);
  await closeDb();
  process.env.DATABASE_URL = url.href;
  await migrate(url.href);
  const organizations = [];
  for (let n = 0; n < ORGANIZATIONS; n++) organizations.push(await makeStaff(n));
  const indexes = await sql<{ name: string; made: string }[]>`
    select i.indexname as name, i.indexdef as made from pg_indexes i
    where i.schemaname = 'public' and i.tablename in ${sql(LARGE)}
      and not exists (select from pg_constraint c where c.conname = i.indexname)`;
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
  for (const [n, { organization }] of organizations.entries())
    await fill(url.href, organization.id, n, Math.round(requests / ORGANIZATIONS), Math.round(OPEN / ORGANIZATIONS));
  for (const { made } of indexes) await sql.unsafe(made);
  await sql.unsafe('vacuum analyze');
  const { organization, divisions, directorate, head, admin, executor } = organizations[0]!;
  const [middle] = await sql<Answered[]>`
    select r.id as "requestId", request_number as number, house_guid as house, requesting_organization_guid as organization,
      sent_date as "sentDate", sent_date + 30 as "monthLater", sent_date + 364 as "yearLater", response_date as "responseDate", i.exchange_id as "exchangeId"
    from debt_requests r join exchange_items i on i.request_id = r.id
    where r.organization_id = ${organization.id} and status = 'answered' and r.assignee_id is not null
    order by sent_date desc, request_number offset ${Math.round(requests / ORGANIZATIONS / 2)} limit 1`;
  const [open] = await sql<{ requestId: string }[]>`
    select id as "requestId" from debt_requests where organization_id = ${organization.id} and status = 'in_progress' limit 1`;
  const sample = { ...middle!, division: divisions[0]!, directorate };
  return { url: url.href, requests, head, admin, executor, sample, open: open! };
}

async function makeStaff(n: number) {
  const organization = await makeOrganization({ name: `ООО «УК „Годы ${n + 1}“»` });
  const directorate = await makeDivision(organization, 'Дирекция');
  const divisions: string[] = [];
  for (let i = 1; i <= 4; i++)
    divisions.push(await makeDivision(organization, `Участок ${i}`, { parentId: i <= 2 ? directorate : null }));
  const head = await makePerson(organization, ['head']);
  const admin = await makePerson(organization, ['admin']);
  const executors = [];
  for (let i = 0; i < PEOPLE; i++)
    executors.push(await makePerson(organization, ['executor'], { divisionId: divisions[i % divisions.length]! }));
  return { organization, divisions, directorate, head, admin, executor: executors[0]! };
}

/** All rows of one organization, in the order of time as they would have come. */
async function fill(url: string, organizationId: string, n: number, count: number, open: number): Promise<void> {
  const client = connect(url, { max: 1, max_lifetime: null, onnotice: () => {} });
  const own = `'${organizationId}'::uuid`;
  const run = (statement: string) => client.unsafe(statement);
  try {
    // the rows hold together by how they are made
    await run(`set session_replication_role = replica`);
    await run(`create temp table people as select row_number() over (order by u.login) - 1 as n, user_id as id, division_id
      from memberships m join users u on u.id = m.user_id where organization_id = ${own} and 'executor' = any(roles)`);
    await run(`insert into houses (organization_id, address, gis_house_guid, source, division_id)
      select ${own}, '624071, обл Приозёрская, г Верхнеозёрск, ул ' || (array['Космонавтов', 'Кузнечная', 'Лесная', 'Мира', 'Садовая'])[h % 5 + 1] || ', д. ' || h,
        md5('house ${n} ' || h)::uuid, 'portal', (select division_id from people where people.n = h % 4)
      from generate_series(1, ${HOUSES}) h`);
    await run(`create temp table homes as select id, address, gis_house_guid, division_id, row_number() over (order by gis_house_guid) - 1 as n
      from houses where organization_id = ${own}`);
    await run(`insert into premises (organization_id, house_id, number, key, source)
      select ${own}, id, f::text, f::text, 'portal' from homes, generate_series(1, ${FLATS}) f`);
    await run(`insert into accounts (organization_id, number, opened_on, closed_on)
      select ${own}, (10000000 + i)::text, '2010-01-01', case i % 3 when 0 then null else current_date - 500 * (i % 3) end
      from generate_series(0, ${HOUSES * FLATS * 3 - 1}) i`);
    await run(
      `create temp table flats as select p.id, p.house_id, p.number::int - 1 as flat, h.n as home from premises p join homes h on h.id = p.house_id`,
    );
    await run(
      `create temp table owned as select id, number::int - 10000000 as n from accounts where organization_id = ${own}`,
    );
    await run(`insert into account_premises (account_id, premises_id)
      select o.id, f.id from owned o join flats f on f.home * ${FLATS} + f.flat = o.n / 3`);
    await run(`insert into court_cases (organization_id, account_id, kind, number, filed_on, period_start, period_end, claimed, decision, effective_on, awarded)
      select ${own}, o.id, 'claim', '2-' || i || '/2025', current_date - 700, current_date - 900, current_date - 600, 1000000, 'full', current_date - 400, 1000000
      from generate_series(1, 10000) i join owned o on o.n = i * 7 % ${HOUSES * FLATS * 3}`);
    await run(`insert into respondents (organization_id, case_id, position, last_name, first_name)
      select ${own}, id, 0, 'Кравцов' || number, 'Артём' from court_cases where organization_id = ${own}`);
    // replicas fire no triggers: what the one of the addresses would have done
    await run(`insert into request_addresses (organization_id, text)
      select ${own}, lower(h.address || ' кв. ' || f.flat + 1) from homes h join flats f on f.home = h.n`);
    await run(`insert into debt_requests (organization_id, subrequest_guid, request_guid, request_number, export_format, requesting_organization_guid,
        requesting_organization, house_guid, address, address_details, address_id, period_start, period_end, sent_date, response_date, gis_request_status,
        gis_response_status, status, version, responsible_id, assignee_id, division_id, match_state, house_id, premises_id, has_debt, description,
        answer_saved_at, answer_saved_by, answer_source, answered_at, received_at, seen_at, updated_at)
      select ${own}, gen_random_uuid(), gen_random_uuid(), (220000000000 + ${n} + i * 3)::text, '13.1.10.1', md5('asker ' || i % ${ASKERS})::uuid,
        'Управление социальной защиты населения района № ' || i % ${ASKERS}, h.gis_house_guid, h.address, 'кв. ' || f.flat + 1, a.id, sent - 1095, sent, sent, sent + 7,
        case when is_open then 'Sent' else 'Processed' end, case status when 'answered' then 'Sent' when 'expired' then 'AutoGenerated' else 'NotSent' end, status, 4,
        head.id, case when i % 10 > 0 or is_open then p.id end, h.division_id, 'matched', h.id, f.id,
        case when status = 'answered' then i % 20 = 0 when status in ('prepared', 'ready', 'rework') then false end, case when status = 'answered' then 'Судебной задолженности нет' end,
        case when status = 'answered' then sent + 2 + time '10:00' end, case when status = 'answered' then p.id end,
        case when status = 'answered' then (array['person', 'person', 'autofill', 'autofill', 'autofill', 'excel', 'autoanswer'])[i % 7 + 1] end,
        case when status = 'answered' then sent + 2 + i % 4 + time '10:00' + i % 400 * interval '1 minute' end, sent + time '04:15', sent + 7, sent + 5
      from (select i, is_open, case when is_open then current_date - i % 5 else current_date - 8 - ((${count} - i) * ${DAYS}::bigint / ${count})::int end as sent,
          case when is_open then (array['new', 'new', 'in_progress', 'prepared', 'ready', 'rework'])[i % 6 + 1]
            when i % 50 = 7 then 'revoked' when i % 25 = 3 then 'expired' else 'answered' end as status
        from (select i, i > ${count - open} as is_open from generate_series(1, ${count}) i) one) r
      join homes h on h.n = i % ${HOUSES}
      join flats f on f.home = h.n and f.flat = i / ${HOUSES} % ${FLATS}
      join request_addresses a on a.organization_id = ${own} and a.text = lower(h.address || ' кв. ' || f.flat + 1)
      join people p on p.n = i % ${PEOPLE}
      cross join (select user_id as id from memberships where organization_id = ${own} and 'head' = any(roles)) head`);
    await run(`insert into debt_request_accounts (request_id, account_id)
      select r.id, a.account_id from debt_requests r join account_premises a on a.premises_id = r.premises_id
        join owned o on o.id = a.account_id and o.n % 3 = 0 where r.organization_id = ${own}`);
    await run(`insert into debtors (organization_id, request_id, position, last_name, first_name, middle_name)
      select ${own}, id, 0, (array['Крав', 'Бел', 'Иль', 'Образ', 'Лун'])[address_id % 5 + 1] || (array['ин', 'енко', 'ский', 'ов', 'цов'])[address_id / 5 % 5 + 1],
        (array['Артём', 'Олег', 'Пётр', 'Глеб'])[address_id / 25 % 4 + 1], 'Олегович'
      from debt_requests where organization_id = ${own} and has_debt`);
    await run(`insert into request_events (organization_id, request_id, at, actor_id, action, from_status, to_status)
      select ${own}, r.id, r.sent_date + k * interval '1 day', r.assignee_id, (array['take', 'send', 'accepted'])[k], (array['new', 'ready', 'sending'])[k], (array['in_progress', 'sending', 'answered'])[k]
      from debt_requests r, generate_series(1, 3) k where r.organization_id = ${own}`);
    await run(
      `create temp table messages as select gen_random_uuid() as id, n from generate_series(0, ${Math.floor(count / 100)}) n`,
    );
    await run(`insert into exchanges (id, organization_id, service, operation, state, gis_message_guid, request_xml, reply_xml, created_at, submitted_at, finished_at)
      select id, ${own}, 'debtRequests', 'importResponses', 'done', gen_random_uuid(), repeat('<x/>', 200), repeat('<y/>', 200), at, at, at
      from (select id, current_date - 8 - ((${count} - n * 100) * ${DAYS}::bigint / ${count})::int + time '11:00' as at from messages) m`);
    await run(`insert into exchange_items (organization_id, request_id, exchange_id, action_type, content, state, update_date, created_by, created_at, finished_at)
      select ${own}, r.id, m.id, 'Send', '{"hasDebt": false, "description": null, "executorGuid": "${randomUUID()}", "debtors": [], "files": []}', 'accepted', answered_at, assignee_id, answered_at, answered_at
      from (select *, row_number() over (order by sent_date, request_number) / 100 as n from debt_requests where organization_id = ${own} and status = 'answered') r
      join messages m on m.n = r.n`);
  } finally {
    await client.end();
  }
}

async function onMaintenance(clusterUrl: string, statement: string): Promise<void> {
  const url = new URL(clusterUrl);
  url.pathname = '/postgres';
  const client = connect(url.href, { max: 1 });
  await client.unsafe(statement);
  await client.end();
}
