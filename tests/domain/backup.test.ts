import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { eq } from 'drizzle-orm';
import type { Sql } from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeDb, connect, db, sql } from '@/db/client';
import { knownMigrations, migrate, migrateWithin } from '@/db/migrate';
import {
  answerTrails,
  caseFileContents,
  caseFiles,
  casePayments,
  courtCases,
  debtRequestAccounts,
  respondents,
} from '@/db/schema/court-cases';
import { autoRuns, erasedRequests, erasures, fileUploads, syncRuns } from '@/db/schema/debt-requests';
import { exchangeItems, exchanges } from '@/db/schema/exchange';
import {
  accountBalances,
  accountPeople,
  accountPremises,
  accounts,
  houseAliases,
  houses,
  premises,
} from '@/db/schema/houses';
import { answerFileRows, answerFiles, fileExportParts, fileExports, imports } from '@/db/schema/imports';
import { jobRuns, leases, workerState } from '@/db/schema/jobs';
import { accessLog, letters, notifications, personDays, presence } from '@/db/schema/notifications';
import { bulkItems, bulkRuns, personSettings, registrySearches, savedFilters } from '@/db/schema/registry';
import { calendarYears, invitations, loginAttempts, memberships, organizations, users } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { writeArchive } from '@/lib/backup/archive';
import { backup } from '@/lib/backup/backup';
import { restore } from '@/lib/backup/restore';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { cancelSending, correct, saveDraft, sendAnswer, take } from '@/lib/debt-requests/answer';
import { receiveIfDue } from '@/lib/debt-requests/sync';
import { uploadFile } from '@/lib/files/files';
import { stage } from '@/lib/files/stage';
import {
  answerNo,
  answerYes,
  type DebtRequestRow,
  makeDivision,
  makeOrganization,
  makePerson,
  makeRequest,
} from '../factories';
import { brokenPromises, openPortal, type Portal } from '../portal';
import { resetDatabase } from '../setup/reset-database';

const OWN = process.env.DATABASE_URL!;
let folder: string;
let file: string;
let made: string[];

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'otklik-backup-'));
  file = path.join(folder, 'копия.backup');
  made = [];
  await resetDatabase();
});

afterEach(async () => {
  await use(OWN);
  for (const name of made) await sql`drop database if exists ${sql(name)} with (force)`;
  fs.rmSync(folder, { recursive: true });
});

/** From here on the process works with this database, as after a restart. */
async function use(url: string): Promise<void> {
  if (process.env.DATABASE_URL === url) return;
  await closeDb();
  process.env.DATABASE_URL = url;
}

/** The address of a database that does not exist yet. */
function another(): string {
  const name = `restored_${randomUUID().slice(0, 8)}`;
  made.push(name);
  const url = new URL(OWN);
  url.pathname = `/${name}`;
  return url.href;
}

async function on<T>(url: string, work: (client: Sql) => Promise<T>): Promise<T> {
  const client = connect(url, { max: 1 });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const tablesOf = async (client: Sql): Promise<string[]> =>
  (
    await client<{ name: string }[]>`
      select tablename as name from pg_tables where schemaname = 'public' order by 1`
  ).map(({ name }) => name);

/** Every row of every table as one sum, without the columns that a restore changes. */
async function sums(url: string, without: Record<string, string[]>): Promise<Record<string, string>> {
  return on(url, async (client) => {
    const found: Record<string, string> = {};
    for (const table of await tablesOf(client)) {
      const [row] = await client<{ sum: string; count: string }[]>`
        select count(*) as count, md5(string_agg(row, '|' order by row)) as sum
        from (select (to_jsonb(t) - ${without[table] ?? []}::text[])::text as row from ${client(table)} t) rows`;
      found[table] = `${row!.count} ${row!.sum}`;
    }
    return found;
  });
}

const BYTES = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(1_000_000, '\\.\n\t\0\xff', 'latin1')]);

/** Rows of every table, with what is awkward in a text: tabs, backslashes, line breaks, the mark of COPY's end. */
async function oneOfEverything(): Promise<Person> {
  const organization = await makeOrganization();
  const of = { organizationId: organization.id };
  const division = await makeDivision(organization, 'Дирекция');
  await makeDivision(organization, 'Участок', { parentId: division });
  const person = await makePerson(organization, ['head', 'admin', 'executor'], { divisionId: division });
  const by = { ...of, userId: person.userId };
  const started = { ...of, startedBy: person.userId };
  const deputy = await makePerson(organization);
  const today = moscowToday();
  // round in circles: an organization names its people, a person his deputy
  await db
    .update(organizations)
    .set({
      defaultResponsibleId: person.userId,
      autoAnswer: 'all',
      autoAnswerSetBy: person.userId,
      autoAnswerSetAt: new Date(),
    })
    .where(eq(organizations.id, organization.id));
  await db
    .update(memberships)
    .set({ deputyId: deputy.userId, awayFrom: today, awayUntil: addDays(today, 7) })
    .where(eq(memberships.userId, person.userId));

  const [main] = await db
    .insert(houses)
    .values({ ...of, address: 'ул. «Мира»\\N\t14\n\\.\n' })
    .returning();
  await db.insert(houses).values({ ...of, address: 'въезд 2', mainHouseId: main!.id });
  const [place] = await db
    .insert(premises)
    .values({ ...of, houseId: main!.id, number: '5а', key: '5а' })
    .returning();
  const [account] = await db
    .insert(accounts)
    .values({ ...of, number: '\\N', area: '45.30' })
    .returning();
  await db.insert(accountPremises).values({ accountId: account!.id, premisesId: place!.id });
  await db.insert(accountPeople).values({ ...of, accountId: account!.id, kind: 'owner', lastName: 'Ёжиков' });
  await db.insert(accountBalances).values({ ...of, accountId: account!.id, asOf: today, sum: -9_007_199_254_740_991 });
  await db.insert(houseAliases).values({ ...of, key: 'ключ', houseId: main!.id, chosenBy: person.userId });
  const [courtCase] = await db
    .insert(courtCases)
    .values({
      ...of,
      accountId: account!.id,
      kind: 'order',
      number: '2-1/2026',
      filedOn: today,
      periodStart: today,
      periodEnd: today,
      claimed: 1,
    })
    .returning();
  await db.insert(respondents).values({ ...of, caseId: courtCase!.id, position: 1, organizationName: 'ООО' });
  await db.insert(casePayments).values({ ...of, caseId: courtCase!.id, paidOn: today, sum: 1 });
  const [scan] = await db
    .insert(caseFiles)
    .values({
      ...of,
      caseId: courtCase!.id,
      name: 'акт.pdf',
      extension: 'pdf',
      size: 3,
      sha256: 'ab',
      uploadedBy: person.userId,
    })
    .returning();
  await db.insert(caseFileContents).values({ fileId: scan!.id, bytes: Buffer.from([0, 92, 255]) });

  const request = await makeRequest(organization, { houseId: main!.id, premisesId: place!.id, matchState: 'matched' });
  await db.insert(debtRequestAccounts).values({ requestId: request.id, accountId: account!.id });
  const uploaded = await uploadFile(person, { requestId: request.id, name: 'приказ.pdf', bytes: BYTES });
  if (!uploaded.ok) throw new Error(uploaded.reason);
  const inWork = await take(person, request);
  if (!inWork.ok) throw new Error(inWork.reason);
  const answer = answerYes({ files: [{ id: uploaded.file.id, documentTypeCode: '1' }] });
  const saved = await saveDraft(person, { id: request.id, version: inWork.version, answer });
  if (!saved.ok) throw new Error(saved.reason);
  await db.insert(fileUploads).values({ ...of, fileId: uploaded.file.id, attachmentGuid: randomUUID() });
  await db
    .insert(answerTrails)
    .values({ ...of, requestId: request.id, hasDebt: 'yes', trail: { почему: ['"\\', null] } });
  const [run] = await db
    .insert(syncRuns)
    .values({
      ...of,
      state: 'done',
      windows: [{ start: today, end: today }],
      onlyUnanswered: true,
      finishedAt: new Date(),
    })
    .returning();
  const [message] = await db
    .insert(exchanges)
    .values({
      ...of,
      service: 'debtRequests',
      operation: 'importResponses',
      state: 'done',
      syncRunId: run!.id,
      requestXml: '<a>\r\n\\</a>',
    })
    .returning();
  await db
    .insert(exchangeItems)
    .values({ ...of, requestId: request.id, exchangeId: message!.id, actionType: 'Revoke', state: 'accepted' });
  await sql`insert into nsi_items (registry_number, code, guid, name) values (95, '1', ${randomUUID()}, 'Паспорт')`;
  await db.insert(autoRuns).values({ ...of, day: today, state: 'done' });
  const [erasure] = await db
    .insert(erasures)
    .values({ ...started, deadlineFrom: today, deadlineTo: today, total: 1, state: 'done' })
    .returning();
  await db.insert(erasedRequests).values({
    ...of,
    subrequestGuid: randomUUID(),
    erasureId: erasure!.id,
    requestId: randomUUID(),
    requestNumber: '007',
    responseDate: today,
    status: 'answered',
  });

  await stage(Buffer.from('на пути'));
  await db.insert(imports).values({ ...started, kind: 'houses', fileName: 'дома.xlsx', bytes: Buffer.from([1]) });
  const [exported] = await db
    .insert(fileExports)
    .values({ ...started, filter: '', about: 'всё', state: 'done' })
    .returning();
  await db.insert(fileExportParts).values({ exportId: exported!.id, part: 1, bytes: Buffer.from([2]) });
  const [loaded] = await db
    .insert(answerFiles)
    .values({
      ...started,
      fileName: 'ответы.xlsx',
      bytes: Buffer.from([3]),
      state: 'checked',
      emptyMeansNo: false,
      sendAtOnce: false,
    })
    .returning();
  await db.insert(answerFileRows).values({
    fileId: loaded!.id,
    row: 2,
    rows: [2, 3],
    requestId: request.id,
    requestNumber: '1',
    address: '',
    was: '',
    becomes: '',
    difference: '',
    kind: 'same',
    chosen: false,
  });
  await db.insert(jobRuns).values({ job: 'receive-requests', lastStartedAt: new Date() });
  await db.insert(leases).values({ key: 'job', token: randomUUID(), until: new Date() });
  await db.insert(workerState).values({ heartbeatAt: new Date(), engine: 'embedded' });
  await db.insert(notifications).values({ ...by, kind: 'newToMe', data: { count: 1 } });
  await db.insert(letters).values({ ...by, to: 'anna@example.org', subject: 'Отклик', text: 'а\nб', state: 'sent' });
  await db.insert(accessLog).values({ ...by, action: 'openRequest', requestId: request.id });
  await db.insert(presence).values({ requestId: request.id, userId: person.userId }).onConflictDoNothing();
  await db.insert(personDays).values({ ...by, day: today });
  await db.insert(personSettings).values({ userId: person.userId, mail: { digest: false } });
  await db.insert(savedFilters).values({ ...by, name: 'Мои', params: 'status=new' });
  await db.insert(registrySearches).values({ ...by, text: 'Иванов' });
  const [bulk] = await db
    .insert(bulkRuns)
    .values({ ...started, action: 'fill', state: 'done', total: 1 })
    .returning();
  await db.insert(bulkItems).values({ runId: bulk!.id, position: 1, requestId: request.id, version: 1, state: 'done' });
  await db.insert(calendarYears).values({ ...of, year: 2027, daysOff: [today], workingDays: [], setBy: person.userId });
  await db.insert(loginAttempts).values({ login: 'кто-то', address: '::1', failures: 2, lastFailureAt: new Date() });
  await db.insert(invitations).values({
    tokenHash: 'ff',
    userId: person.userId,
    createdBy: deputy.userId,
    expiresAt: new Date(Date.now() + 1e6),
  });
  return person;
}

/** What a restore changes on purpose in the rows of `oneOfEverything`. */
const CHANGED = {
  users: ['token_version'],
  organizations: ['auto_answer'],
  notifications: ['lettered_at'],
  invitations: ['expires_at'],
};
const OF_PROCESSES = ['leases', 'worker_state', 'job_runs'];

describe('a backup and its restore', () => {
  test('every row of every table comes back, also into a database that does not exist yet', async () => {
    const person = await oneOfEverything();
    const before = await sums(OWN, CHANGED);
    expect(Object.entries(before).filter(([, sum]) => sum.startsWith('0 '))).toEqual([]);
    const keys = `select conrelid::regclass::text as t, conname, pg_get_constraintdef(oid) as d from pg_constraint
      where connamespace = 'public'::regnamespace and contype <> 'n' order by 1, 2`;

    const saved = await backup(OWN, file);
    expect(saved).toMatchObject({ bytes: fs.statSync(file).size, tables: Object.keys(before).length });
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(folder)).toEqual([path.basename(file)]);
    expect(await sums(OWN, CHANGED)).toEqual(before);

    const url = another();
    const report = await restore(url, file);
    expect(report).toMatchObject({ rows: saved.rows, tables: saved.tables, foreign: [], unknownAnswers: 0 });
    expect(report.automaticOff).toEqual(['ООО «УК „Проверка“»']);
    const after = await sums(url, CHANGED);
    for (const table of OF_PROCESSES) {
      delete before[table];
      delete after[table];
    }
    expect(after).toEqual(before);
    expect(await on(url, async (client) => [...(await client.unsafe(keys))])).toEqual([...(await sql.unsafe(keys))]);

    const [{ tokenVersion: old } = { tokenVersion: 0 }] = await db
      .select()
      .from(users)
      .where(eq(users.id, person.userId));
    const [latest] = await sql`select max(id) as id from access_log`;
    await use(url);
    const [user] = await db.select().from(users).where(eq(users.id, person.userId));
    expect(user!.tokenVersion).toBeGreaterThan(old);
    expect(await db.select().from(workerState)).toEqual([]);
    const [next] = await db
      .insert(accessLog)
      .values({ organizationId: person.organizationId, userId: person.userId, action: 'openRequest' })
      .returning();
    expect(next!.id).toBe(Number(latest!.id) + 1);
    await expect(sql`delete from access_log`).rejects.toThrow('append-only');
    // what was restored can be saved and restored again, into tables that are there
    const again = path.join(folder, 'again.backup');
    await backup(url, again);
    const third = another();
    await migrate(third);
    await restore(third, again);
    const twice = await sums(third, CHANGED);
    for (const table of [...OF_PROCESSES, 'access_log']) {
      delete twice[table];
      delete after[table];
    }
    expect(twice).toEqual(after);
  });

  test('tables of any size come to their end', async () => {
    const organization = await makeOrganization();
    for (const size of [1, 5_000, 16_000, 16_384, 30_000, 60_000, 65_536, 100_000, 300_000, 2_000_000]) {
      await sql`delete from letters`;
      const { userId } = await makePerson(organization);
      const letter = { organizationId: organization.id, userId, to: 'a@example.org', subject: 'а' };
      await db.insert(letters).values([
        { ...letter, text: 'а'.repeat(size / 2) },
        { ...letter, text: 'б'.repeat(size / 4) },
      ]);
      fs.rmSync(file, { force: true });
      expect((await backup(OWN, file)).rows).toBeGreaterThan(4);
    }
  });

  test('an owner of the database needs no other rights', async () => {
    await oneOfEverything();
    const plain = new URL(another());
    const owner = made[0]!;
    await sql`create role ${sql(owner)} login`;
    await sql`create database ${sql(owner)} owner ${sql(owner)}`;
    plain.searchParams.set('user', owner);
    try {
      const { rows } = await backup(OWN, file);
      expect(await restore(plain.href, file)).toMatchObject({ rows });
      expect((await backup(plain.href, path.join(folder, 'again'))).tables).toBeGreaterThan(40);
    } finally {
      await sql`drop database ${sql(owner)} with (force)`;
      await sql`drop role ${sql(owner)}`;
    }
  });

  test('a backup of older tables comes up to the present ones', async () => {
    const old = another();
    await on(OWN, (client) => client`create database ${client(made[0]!)}`);
    await on(old, async (client) => {
      await client.begin((tx) => migrateWithin(tx, 9));
      await client`insert into organizations (name, org_ppa_guid) values ('Старая', ${randomUUID()})`;
    });
    await backup(old, file);
    const url = another();
    await restore(url, file);
    await use(url);
    const [organization] = await db.select().from(organizations);
    expect(organization).toMatchObject({ name: 'Старая', autoAnswer: 'off' });
    expect(await sql`select hash from drizzle.__drizzle_migrations`).toHaveLength(knownMigrations().length);
    // and migrating it once more finds nothing to do
    await migrate(url);

    const present = another();
    await migrate(present);
    await expect(restore(present, file)).rejects.toThrow('пустые таблицы более новой версии, чем резервная копия');
  });

  test('the commands say what they did, and what to do next', async () => {
    await oneOfEverything();
    await db.delete(workerState);
    const run = (command: string, url: string) =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', `lib/cli/${command}.ts`, file], {
        env: { ...process.env, DATABASE_URL: url },
      });
    const { stdout } = await run('backup', OWN);
    expect(stdout).toMatch(/^Резервная копия готова: .*копия\.backup, [\d,]+ (КБ|МБ) \(\d+ строк/);
    expect(stdout).toContain('персональные данные');
    await expect(run('backup', OWN)).rejects.toMatchObject({ stderr: expect.stringContaining('уже есть') });
    const url = another();
    const restored = await run('restore', url);
    expect(restored.stdout).toContain('сначала получите запросы');
    expect(restored.stdout).toContain('Автоответ выключен: ООО «УК „Проверка“».');
    await expect(run('restore', url)).rejects.toMatchObject({ stderr: expect.stringContaining('не\u00a0пуста') });
  }, 60_000);
});

describe('what is refused', () => {
  test('a file that is not ours or is damaged anywhere, before anything is written', async () => {
    await makeOrganization();
    await backup(OWN, file);
    const whole = fs.readFileSync(file);
    const url = another();
    const damaged = path.join(folder, 'damaged');
    for (const at of [16, 20, 40, Math.floor(whole.length / 2), whole.length - 40, whole.length - 1]) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1;
      fs.writeFileSync(damaged, bytes);
      await expect(restore(url, damaged)).rejects.toThrow('повреждена');
    }
    for (const length of [16, 30, 100, whole.length - 1]) {
      fs.writeFileSync(damaged, whole.subarray(0, length));
      await expect(restore(url, damaged)).rejects.toThrow('повреждена');
    }
    for (const bytes of [Buffer.alloc(0), Buffer.from('PK\u0003\u0004'), Buffer.from('otklik-backup 2\n'.padEnd(90))]) {
      fs.writeFileSync(damaged, bytes);
      await expect(restore(url, damaged)).rejects.toThrow('не\u00a0резервная копия');
    }
    await expect(restore(url, path.join(folder, 'nothing'))).rejects.toThrow('нет');
    await expect(restore(url, folder)).rejects.toThrow('нет');
    const databases = await sql`select from pg_database where datname = ${made[0]!}`;
    expect(databases).toHaveLength(0);
  });

  test('a database that holds anything, or that the product works with', async () => {
    const organization = await makeOrganization();
    await backup(OWN, file);
    const before = await sums(OWN, {});
    await expect(restore(OWN, file)).rejects.toThrow('База данных не\u00a0пуста (organizations)');
    await db.insert(workerState).values({ heartbeatAt: new Date(), engine: 'embedded' });
    await expect(restore(OWN, file)).rejects.toThrow('остановите его');
    await db.delete(workerState);
    expect(await sums(OWN, {})).toEqual(before);
    expect(organization.id).toBeTruthy();
  });

  test('a backup of migrations that this program does not know', async () => {
    const head = { at: new Date().toISOString(), postgres: '18.4', tables: [], sequences: [] };
    await writeArchive(file, { ...head, migrations: [...knownMigrations(), 'ab'] }, async function* () {});
    await expect(restore(another(), file)).rejects.toThrow('более новой версией');
  });

  test('a file that exists, a folder that does not, and a database without the product', async () => {
    fs.writeFileSync(file, 'прежняя');
    await expect(backup(OWN, file)).rejects.toThrow('уже есть');
    expect(fs.readFileSync(file, 'utf8')).toBe('прежняя');
    await expect(backup(OWN, path.join(folder, 'нет', 'копия'))).rejects.toThrow('Не удалось записать');
    const server = new URL(OWN);
    server.pathname = '/postgres';
    await expect(backup(server.href, path.join(folder, 'копия'))).rejects.toThrow('нет «Отклика»');
    expect(fs.readdirSync(folder)).toEqual([path.basename(file)]);
  });

  test('an interrupted backup leaves nothing behind and holds nothing up', async () => {
    await oneOfEverything();
    const controller = new AbortController();
    const saving = backup(OWN, file, controller.signal);
    setTimeout(() => controller.abort(), 30);
    await expect(saving).rejects.toThrow();
    expect(fs.readdirSync(folder)).toEqual([]);
    const open = await sql`
      select from pg_stat_activity where datname = current_database() and query like 'copy%' and state = 'active'`;
    expect(open).toHaveLength(0);
  });
});

describe('what was on its way', () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await openPortal();
  });

  afterEach(async () => {
    expect(await brokenPromises(portal)).toEqual([]);
    await portal.close();
  });

  const send = async (request: DebtRequestRow, words: string) => {
    const result = await sendAnswer(
      portal.head,
      { ...(await portal.request(request.subrequestGuid)), answer: answerNo(words) },
      portal.engine.now(),
    );
    expect(result).toMatchObject({ ok: true });
  };
  const atPortal = (request: DebtRequestRow) =>
    portal.stand.control.subrequest({ subrequestGuid: request.subrequestGuid });
  const now = (request: DebtRequestRow) => portal.request(request.subrequestGuid);

  test('nothing goes twice with different content: the portal is asked first', async () => {
    const { subrequestGuids } = portal.stand.control.addRequests({
      orgPPAGUID: portal.organization.orgPpaGuid,
      count: 6,
    });
    await portal.receive();
    const all = await Promise.all(subrequestGuids.map((guid) => portal.request(guid)));
    const [sent, changed, cancelled, untouched, withdrawn, polled] = all as [
      DebtRequestRow,
      DebtRequestRow,
      DebtRequestRow,
      DebtRequestRow,
      DebtRequestRow,
      DebtRequestRow,
    ];
    // one is on the portal's desk, one is being withdrawn, three wait for a message
    await send(withdrawn, 'первый');
    await portal.work();
    portal.stand.control.set({ processingMs: 60_000 });
    portal.engine.pollSeconds = [30];
    await send(polled, 'в обработке');
    await portal.work();
    expect(await db.select().from(exchanges).where(eq(exchanges.state, 'acknowledged'))).toHaveLength(1);
    expect(await correct(portal.head, { ...(await now(withdrawn)), reason: 'ошибка' })).toMatchObject({ ok: true });
    await send(sent, 'как было');
    await send(changed, 'как было');
    await send(cancelled, 'как было');

    await backup(OWN, file);

    // life goes on after the backup
    for (const request of [changed, cancelled]) {
      expect(await cancelSending(portal.head, await now(request))).toMatchObject({ ok: true });
    }
    await send(changed, 'иначе');
    await send(untouched, 'после копии');
    portal.stand.control.set({ processingMs: 0 });
    portal.engine.pollSeconds = [0];
    portal.advance(120_000);
    await portal.work();
    await send(withdrawn, 'первый');
    await portal.work();
    const sends = () => all.map((request) => atPortal(request).acceptedSends);
    expect(sends()).toEqual([1, 1, 0, 1, 2, 1]);

    // the machine is lost
    const url = another();
    const report = await restore(url, file);
    expect(report).toMatchObject({ unknownAnswers: 4, droppedWithdrawals: 1 });
    await use(url);
    expect((await now(sent)).status).toBe('sending');
    const tooSoon = await sendAnswer(
      portal.head,
      { ...(await now(untouched)), answer: answerNo('ещё раз, иначе') },
      portal.engine.now(),
    );
    expect(tooSoon).toMatchObject({ ok: false, message: expect.stringContaining('Сначала получите запросы') });
    expect(await correct(portal.head, { ...(await now(withdrawn)), reason: 'ошибка' })).toMatchObject({ ok: false });

    await portal.work();
    portal.advance(10 * 60_000);
    await portal.work();
    expect((await now(sent)).status).toBe('answered');
    expect((await now(polled)).status).toBe('answered');
    // another answer is there: it counts as one that was not sent from here, and nothing is sent over it
    expect((await now(changed)).status).toBe('answered');
    const ended = await db.select().from(exchangeItems).where(eq(exchangeItems.requestId, changed.id));
    expect(ended).toMatchObject([{ state: 'refused', errorKind: 'conflict' }]);
    // it never went: the same goes now, but not before a receiving
    expect((await now(cancelled)).status).toBe('sending');
    expect(sends()).toEqual([1, 1, 0, 1, 2, 1]);

    expect(await receiveIfDue(portal.organization.id, portal.engine.now())).toBe(1);
    await portal.work();
    expect(
      await db.select({ cause: syncRuns.cause }).from(syncRuns).where(eq(syncRuns.cause, 'schedule')),
    ).toHaveLength(1);
    expect((await now(cancelled)).status).toBe('answered');
    expect((await now(untouched)).status).toBe('answered');
    expect(await now(withdrawn)).toMatchObject({ status: 'answered' });
    expect(atPortal(withdrawn).status).toBe('Sent');
    expect(sends()).toEqual([1, 1, 1, 1, 2, 1]);
    expect(atPortal(cancelled).arrivals.at(-1)!.answer).toMatchObject({ description: 'как было' });
    // from now on everything is as ever
    expect(await correct(portal.head, { ...(await now(withdrawn)), reason: 'ошибка' })).toMatchObject({ ok: true });
    await portal.work();
    expect((await now(withdrawn)).status).toBe('in_progress');
  });

  test('mass works, files of answers, receivings and letters stop', async () => {
    const { head, organization } = portal;
    const started = { organizationId: organization.id, startedBy: head.userId };
    const request = await makeRequest(organization);
    const [bulk] = await db
      .insert(bulkRuns)
      .values({ ...started, action: 'send', total: 1 })
      .returning();
    await db.insert(bulkItems).values({ runId: bulk!.id, position: 1, requestId: request.id, version: 1 });
    await db.insert(answerFiles).values({
      ...started,
      fileName: 'ответы.xlsx',
      bytes: Buffer.from([3]),
      state: 'applying',
      emptyMeansNo: false,
      sendAtOnce: true,
    });
    await db.insert(autoRuns).values({ organizationId: organization.id, day: moscowToday(), state: 'running' });
    await db
      .insert(letters)
      .values({ organizationId: organization.id, userId: head.userId, to: 'a@example.org', subject: 'а', text: 'б' });
    const [run] = await db
      .insert(syncRuns)
      .values({ organizationId: organization.id, windows: [], onlyUnanswered: false })
      .returning();
    await db.insert(exchanges).values({
      organizationId: organization.id,
      service: 'debtRequests',
      operation: 'exportDebtSubrequests',
      state: 'acknowledged',
      gisMessageGuid: randomUUID(),
      syncRunId: run!.id,
      submittedAt: new Date(),
      query: { kind: 'period', start: '2026-11-01', end: '2026-11-02', onlyUnanswered: false, cursor: null },
    });
    await backup(OWN, file);
    const url = another();
    await restore(url, file);
    await use(url);
    const states = async (table: string) => (await sql`select state from ${sql(table)}`).map((row) => row.state);
    expect(await states('bulk_runs')).toEqual(['stopped']);
    expect(await states('bulk_items')).toEqual(['stopped']);
    expect(await states('answer_files')).toEqual(['failed']);
    expect(await states('auto_runs')).toEqual(['stopped']);
    expect(await states('letters')).toEqual(['failed']);
    expect(await states('sync_runs')).toEqual(['failed']);
    expect(await sql`select from exchanges where state in ('queued', 'submitting', 'acknowledged')`).toHaveLength(0);
    const calls = portal.stand.control.counters().received;
    await portal.work();
    expect(portal.stand.control.counters().received).toEqual(calls);
    // the receiving that was cut off begins anew at once
    expect(await receiveIfDue(organization.id, portal.engine.now())).toBe(1);
  });
});
