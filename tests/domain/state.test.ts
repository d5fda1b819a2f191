import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { jobInWords, periodInWords, stuckInWords } from '@/app/(staff)/settings/state/state-words';
import { GET as healthOf } from '@/app/api/health/route';
import { GET } from '@/app/api/metrics/route';
import { closeDb, db } from '@/db/client';
import { autoRuns, debtRequests, erasures, syncRuns } from '@/db/schema/debt-requests';
import { exchangeItems, exchanges } from '@/db/schema/exchange';
import { answerFiles, fileExports, imports } from '@/db/schema/imports';
import { jobRuns, workerState } from '@/db/schema/jobs';
import { letters, notifications } from '@/db/schema/notifications';
import { bulkItems, bulkRuns } from '@/db/schema/registry';
import { organizations } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { moscowToday } from '@/lib/calendar/moscow';
import { JOBS } from '@/lib/jobs/table';
import { notificationInWords } from '@/lib/notifications/notification-words';
import { warnOfCertificate } from '@/lib/notifications/reminders';
import { metricsText } from '@/lib/state/metrics';
import { stateOf } from '@/lib/state/state';
import { type Stuck, stuckInInstallation } from '@/lib/state/stuck';
import { makeOrganization, makePerson, makeRequest } from '../factories';
import { resetDatabase } from '../setup/reset-database';

const given = vi.hoisted(() => ({ token: undefined as string | undefined }));
vi.mock('@/lib/env', () => ({
  env: {
    get METRICS_TOKEN() {
      return given.token;
    },
  },
}));

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Organization = Awaited<ReturnType<typeof makeOrganization>>;
let organization: Organization;
let admin: Person;
let now: Date;
const ago = (ms: number) => new Date(now.getTime() - ms);

beforeEach(async () => {
  await resetDatabase();
  // what the disk of this machine has left is not what is tested
  process.env.DATA_DIR = '/nowhere';
  now = new Date();
  organization = await makeOrganization();
  admin = await makePerson(organization, ['admin']);
  await db.insert(workerState).values({ heartbeatAt: now, engine: 'embedded' });
  await db.insert(jobRuns).values(JOBS.map(({ id }) => ({ job: id, lastStartedAt: now, lastSucceededAt: now })));
});

const state = async () => (await stateOf(admin, now))!;
const kinds = async () => (await state()).stuck.map(({ kind }) => kind);
/** What stands, and that the page has words for it. */
const stuckOf = async <K extends Stuck['kind']>(kind: K) => {
  const { stuck } = await state();
  for (const one of stuck) {
    const { what, advice } = stuckInWords(one, now);
    expect(what.length).toBeGreaterThan(10);
    expect(advice.length).toBeGreaterThan(10);
    expect(what + advice).not.toMatch(/undefined|null|NaN/);
  }
  return stuck.filter((one): one is Extract<Stuck, { kind: K }> => one.kind === kind);
};

async function sending(of: Organization = organization, requestNumber = '1120262284052') {
  return makeRequest(of, { status: 'sending', hasDebt: false, updatedAt: ago(2 * HOUR), requestNumber });
}
async function itemOf(
  request: typeof debtRequests.$inferSelect,
  item: Partial<typeof exchangeItems.$inferInsert> = {},
) {
  const content = { hasDebt: false, description: null, executorGuid: randomUUID(), debtors: [], files: [] };
  await db.insert(exchangeItems).values({
    organizationId: request.organizationId,
    requestId: request.id,
    actionType: 'Send',
    content,
    ...item,
  });
}
const message = (of: Organization, fields: Partial<typeof exchanges.$inferInsert> = {}) =>
  db
    .insert(exchanges)
    .values({ organizationId: of.id, service: 'debtRequests', operation: 'exportDebtSubrequests', ...fields });

test('only an admin sees it', async () => {
  for (const role of ['executor', 'head', 'debt_clerk'] as const)
    expect(await stateOf(await makePerson(organization, [role]), now)).toBeNull();
  expect(await state()).toMatchObject({
    installation: {
      worker: { alive: true, engine: 'embedded' },
      database: { missingMigrations: 0, unknownMigrations: 0, version: expect.stringMatching(/^\d+/) },
      version: expect.stringMatching(/^\d+\.\d+/),
      disk: null,
    },
    stuck: [],
  });
});

describe('what stands in an organization appears, disappears, and is nobody else’s', () => {
  const cases: [string, Stuck['kind'], (of: Organization, by: Person) => Promise<unknown>, () => Promise<unknown>][] = [
    [
      'sending without an item',
      'sendingLost',
      (of) => sending(of),
      () => db.update(debtRequests).set({ status: 'send_failed' }),
    ],
    [
      'an answer tried again and again',
      'answersFail',
      async (of) => itemOf(await sending(of), { attempt: 5, nextAt: new Date(now.getTime() + HOUR) }),
      () => db.update(exchangeItems).set({ attempt: 4 }),
    ],
    [
      'an answer that no message takes',
      'answersLie',
      async (of) => itemOf(await sending(of), { nextAt: ago(2 * HOUR) }),
      () => db.update(exchangeItems).set({ nextAt: now }),
    ],
    [
      'a message that our code cannot take in',
      'messageFails',
      (of) => message(of, { failures: 3, errorText: 'Внутренняя ошибка' }),
      () => db.update(exchanges).set({ state: 'refused' }),
    ],
    [
      'no result for a day',
      'noResult',
      (of) => message(of, { state: 'acknowledged', gisMessageGuid: randomUUID(), submittedAt: ago(25 * HOUR) }),
      () => db.update(exchanges).set({ submittedAt: ago(HOUR) }),
    ],
    [
      'mass work',
      'workHangs',
      (of, by) =>
        db
          .insert(bulkRuns)
          .values({ organizationId: of.id, startedBy: by.userId, action: 'send', total: 1, startedAt: ago(HOUR) }),
      () => db.update(bulkRuns).set({ state: 'done' }),
    ],
    [
      'a table',
      'workHangs',
      (of, by) =>
        db.insert(imports).values({
          organizationId: of.id,
          startedBy: by.userId,
          kind: 'houses',
          fileName: 'дома.xlsx',
          bytes: Buffer.from('a'),
          startedAt: ago(HOUR),
        }),
      () => db.update(imports).set({ state: 'checked' }),
    ],
    [
      'a file of answers',
      'workHangs',
      (of, by) =>
        db.insert(answerFiles).values({
          organizationId: of.id,
          startedBy: by.userId,
          fileName: 'ответы.xlsx',
          emptyMeansNo: false,
          sendAtOnce: false,
          startedAt: ago(HOUR),
        }),
      () => db.update(answerFiles).set({ state: 'checked' }),
    ],
    [
      'an export',
      'workHangs',
      (of, by) =>
        db
          .insert(fileExports)
          .values({ organizationId: of.id, startedBy: by.userId, filter: '', about: '', startedAt: ago(HOUR) }),
      () => db.update(fileExports).set({ state: 'done' }),
    ],
    [
      'an erasure',
      'workHangs',
      (of, by) =>
        db.insert(erasures).values({
          organizationId: of.id,
          startedBy: by.userId,
          deadlineFrom: '2020-01-01',
          deadlineTo: '2020-12-31',
          total: 1,
          startedAt: ago(HOUR),
        }),
      () => db.update(erasures).set({ startedAt: ago(MINUTE) }),
    ],
    [
      'a receiving',
      'workHangs',
      (of) =>
        db.insert(syncRuns).values({ organizationId: of.id, windows: [], onlyUnanswered: false, startedAt: ago(HOUR) }),
      () => db.update(syncRuns).set({ state: 'stopped' }),
    ],
    [
      'letters',
      'lettersFail',
      (of, by) =>
        db.insert(letters).values({
          organizationId: of.id,
          userId: by.userId,
          to: 'a@uk.example',
          subject: 'Отклик',
          text: '',
          state: 'failed',
          lastError: '550 <a@uk.example> unknown',
        }),
      () => db.update(letters).set({ state: 'sent' }),
    ],
    [
      'the automatic answer',
      'autoAnswerWaits',
      (of) =>
        db.insert(autoRuns).values({
          organizationId: of.id,
          day: moscowToday(now),
          state: 'waiting',
          waitsFor: 'сегодня запросы с\u00a0портала ещё не\u00a0получены',
        }),
      () => db.update(autoRuns).set({ state: 'running', waitsFor: null }),
    ],
    [
      'the portal',
      'portalSilent',
      async (of) => {
        await message(of, { state: 'done', finishedAt: ago(3 * HOUR) });
        await message(of, {
          state: 'refused',
          errorKind: 'transport',
          errorText: 'нет связи',
          finishedAt: ago(MINUTE),
        });
      },
      () => message(organization, { state: 'refused', errorKind: 'message', finishedAt: now }),
    ],
  ];

  test.each(cases)('%s', async (_, kind, make, mend) => {
    const other = await makeOrganization();
    const stranger = await makePerson(other, ['admin']);
    await make(other, stranger);
    expect(await state()).toMatchObject({ stuck: [] });
    expect((await stateOf(stranger, now))!.stuck.map((one) => one.kind)).toContain(kind);
    await make(organization, admin);
    expect(await stuckOf(kind)).toHaveLength(1);
    expect(await kinds()).toHaveLength(1);
    await mend();
    expect(await kinds()).toEqual([]);
  });
});

test('requests are named by number, the first by term, the others counted; one leads to its card', async () => {
  const first = await sending();
  expect(await stuckOf('sendingLost')).toEqual([
    { kind: 'sendingLost', requests: [{ id: first.id, number: first.requestNumber }], total: 1 },
  ]);
  expect(stuckInWords((await state()).stuck[0]!, now).link!.href).toBe(`/debt-requests/${first.id}`);
  for (let n = 0; n < 6; n++) await sending(organization, `200${n}`);
  const [stuck] = await stuckOf('sendingLost');
  expect(stuck).toMatchObject({ total: 7, requests: expect.objectContaining({ length: 5 }) });
  expect(stuckInWords(stuck!, now).what).toContain('и\u00a0ещё\u00a02');
});

test('one on its way is not lost, nor one that went a moment ago', async () => {
  await itemOf(await sending(), { nextAt: now });
  await makeRequest(organization, { status: 'sending', hasDebt: false, updatedAt: ago(MINUTE) });
  expect(await kinds()).toEqual([]);
});

test('mass work that moves is not stuck, however long it takes; a colleague’s leads nowhere', async () => {
  const colleague = await makePerson(organization, ['head']);
  const request = await makeRequest(organization);
  const [run] = await db
    .insert(bulkRuns)
    .values({
      organizationId: organization.id,
      startedBy: colleague.userId,
      action: 'send',
      total: 1,
      startedAt: ago(3 * HOUR),
    })
    .returning();
  await db.insert(bulkItems).values({ runId: run!.id, position: 1, requestId: request.id, version: 1 });
  const [hangs] = await stuckOf('workHangs');
  expect(hangs).toMatchObject({ work: 'bulk', own: false });
  expect(stuckInWords(hangs!, now).link).toBeNull();
  await db.execute(sql`insert into request_events (organization_id, request_id, action, at)
    values (${organization.id}, ${request.id}, 'send', ${ago(MINUTE).toISOString()})`);
  expect(await kinds()).toEqual([]);
});

test('the reason of a letter names no address', async () => {
  await db.insert(letters).values({
    organizationId: organization.id,
    userId: admin.userId,
    to: 'a@uk.example',
    subject: '',
    text: '',
    attempts: 5,
    lastError: '550 <a@uk.example>: no such user',
  });
  expect(await stuckOf('lettersFail')).toEqual([{ kind: 'lettersFail', count: 1, problem: '550 … no such user' }]);
});

describe('what stands in the installation', () => {
  test('a silent worker stands for its jobs; with Inngest they run without it', async () => {
    await db.update(workerState).set({ heartbeatAt: ago(10 * MINUTE) });
    await db.update(jobRuns).set({ lastSucceededAt: ago(10 * MINUTE) });
    expect(await kinds()).toEqual(['workerSilent']);
    await db.update(workerState).set({ engine: 'inngest' });
    expect(await kinds()).toContain('jobLate');
    await db.update(workerState).set({ heartbeatAt: now });
    await db.update(jobRuns).set({ lastSucceededAt: now });
    expect(await kinds()).toEqual([]);
    await db.delete(workerState);
    expect(await stuckOf('workerSilent')).toEqual([{ kind: 'workerSilent', since: null }]);
  });

  test('a job is late after two periods of its own, or when it never succeeded', async () => {
    await db.update(jobRuns).set({ lastSucceededAt: ago(3 * MINUTE) });
    const late = async () => (await state()).installation.jobs.filter(({ late }) => late).map(({ id }) => id);
    const eachMinute = JOBS.filter(({ cron }) => cron === '* * * * *').map(({ id }) => id);
    expect(await late()).toEqual(eachMinute);
    expect((await stuckOf('jobLate')).map(({ job }) => job)).toEqual(eachMinute);
    await db.update(jobRuns).set({ lastSucceededAt: ago(21 * MINUTE) });
    expect(await late()).toContain('load-dictionaries');
    expect(await late()).not.toContain('remind-deadlines');
    await db.update(jobRuns).set({ lastSucceededAt: ago(49 * HOUR) });
    expect(await late()).toHaveLength(JOBS.length);
    await db.update(jobRuns).set({ lastSucceededAt: null });
    expect(await late()).toEqual([]);
    await db.update(jobRuns).set({ lastError: 'TypeError' }).where(eq(jobRuns.job, 'send-letters'));
    expect(await stuckOf('jobLate')).toEqual([
      { kind: 'jobLate', job: 'send-letters', lastSucceededAt: null, error: 'TypeError' },
    ]);
  });

  test('every job has a name and a period in words', async () => {
    const { jobs } = (await state()).installation;
    const words = Object.fromEntries(jobs.map((job) => [job.id, [jobInWords(job.id), periodInWords(job)]]));
    for (const [id, [name]] of Object.entries(words)) expect(name).not.toBe(id);
    expect(words).toMatchObject({
      'receive-requests': ['Получение запросов', 'каждую минуту'],
      'load-dictionaries': ['Справочники портала', 'каждые 10\u00a0минут'],
      'remind-deadlines': ['Напоминания о\u00a0сроках', 'каждый день в\u00a009:00'],
    });
  });

  test('no job ever ran, and not because all is new', async () => {
    await db.delete(jobRuns);
    expect(await kinds()).toEqual([]);
    await db.update(organizations).set({ createdAt: ago(DAY) });
    expect(await kinds()).toEqual(['jobsNeverRan']);
  });

  test('the key; the certificate from 30 days on', async () => {
    await db.update(workerState).set({ keyProblem: 'Срок сертификата истёк.' });
    expect(await stuckOf('keyUnusable')).toEqual([{ kind: 'keyUnusable', problem: 'Срок сертификата истёк.' }]);
    const until = (days: number) =>
      db.update(workerState).set({ keyProblem: null, certificateValidUntil: ago(-days * DAY - HOUR) });
    for (const days of [31, 400]) {
      await until(days);
      expect(await kinds()).toEqual([]);
    }
    for (const days of [30, 7, 1, 0, -2]) {
      await until(days);
      expect(await stuckOf('certificateEnds')).toHaveLength(1);
    }
  });

  test('the disk, and the migrations', async () => {
    const { installation, portal } = await state();
    const of = (changed: Partial<typeof installation>) =>
      stuckInInstallation({ ...installation, ...changed }, portal, now).map(({ kind }) => kind);
    expect(of({ disk: { freeBytes: 2 ** 30, totalBytes: 2 ** 40 } })).toEqual([]);
    expect(of({ disk: { freeBytes: 2 ** 30 - 1, totalBytes: 2 ** 40 } })).toEqual(['diskFull']);
    expect(of({ database: { ...installation.database, missingMigrations: 1 } })).toEqual(['migrationsMissing']);
    process.env.DATA_DIR = import.meta.dirname;
    expect((await state()).installation.disk!.totalBytes).toBeGreaterThan(0);
  });
});

test('the queues are the organization’s', async () => {
  const other = await makeOrganization();
  await itemOf(await sending(other));
  await message(other, { state: 'unknown' });
  const empty = (await state()).queues;
  expect(empty).toMatchObject({ waitingItems: 0, oldestWaitingAt: null, exchanges: { unknown: 0, queued: 0 } });
  await itemOf(await sending(), { createdAt: ago(HOUR) });
  await message(organization, { createdAt: ago(MINUTE) });
  expect((await state()).queues).toEqual({
    ...empty,
    waitingItems: 1,
    oldestWaitingAt: ago(HOUR),
    exchanges: { ...empty.exchanges, queued: 1 },
  });
});

describe('metrics', () => {
  const ask = (authorization?: string) =>
    GET(new Request('http://127.0.0.1:3000/api/metrics', { headers: authorization ? { authorization } : {} }));

  test('without a token set there is no such page; else only for who names it', async () => {
    given.token = undefined;
    expect((await ask('Bearer undefined')).status).toBe(404);
    given.token = 'a token of this test only';
    for (const wrong of [undefined, '', 'Bearer', 'Bearer a token of this test', `Basic ${given.token}`, given.token])
      expect((await ask(wrong)).status).toBe(401);
    const right = await ask(`Bearer ${given.token}`);
    expect(right.status).toBe(200);
    expect(right.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await right.text()).toContain('\notklik_up 1\n');
  });

  test('the same in words of JSON from /api/health, for who names the token', async () => {
    const health = async (authorization?: string) => {
      const headers: HeadersInit = authorization ? { authorization } : {};
      return (await healthOf(new Request('http://127.0.0.1:3000/api/health', { headers }))).json();
    };
    given.token = 'a token of this test only';
    await makeOrganization({ name: 'ООО «УК „Тайная“»' });
    await makeRequest(organization, { responseDate: moscowToday(now) });
    expect(await health()).not.toHaveProperty('state');
    expect(await health('Bearer another')).not.toHaveProperty('state');
    const full = await health(`Bearer ${given.token}`);
    expect(full).toMatchObject({
      ok: true,
      state: {
        installation: { worker: { alive: true, engine: 'embedded' }, database: { missingMigrations: 0 } },
        queues: { waitingItems: 0 },
        owed: { open: 1 },
      },
    });
    expect(full.state.installation.jobs).toHaveLength(JOBS.length);
    expect(JSON.stringify(full)).not.toContain('Тайная');
  });

  test('every line is Prometheus’ text; numbers over all organizations, none named', async () => {
    vi.stubEnv('GIT_COMMIT', 'a"b\\c');
    const other = await makeOrganization({ name: 'ООО «УК „Тайная“»' });
    const today = moscowToday(now);
    await makeRequest(organization, { responseDate: today });
    await makeRequest(other);
    await makeRequest(other, { status: 'expired', statusBeforeExpiry: 'new', responseDate: '2026-01-12' });
    await itemOf(await sending(other), { createdAt: ago(HOUR) });
    await message(organization, { state: 'done', finishedAt: ago(MINUTE) });
    await message(other, { state: 'done', finishedAt: ago(HOUR) });
    await db.update(workerState).set({ certificateValidUntil: ago(-DAY) });
    const text = await metricsText(now);
    vi.unstubAllEnvs();

    const values = new Map<string, number>();
    let described = '';
    expect(text.endsWith('\n')).toBe(true);
    const lines = text.slice(0, -1).split('\n');
    for (const [i, line] of lines.entries()) {
      const help = /^# HELP (otklik_[a-z_]+) \S.*$/.exec(line);
      if (help) {
        described = help[1]!;
        expect(lines[i + 1]).toBe(`# TYPE ${described} gauge`);
        continue;
      }
      if (line.startsWith('# TYPE ')) continue;
      const sample =
        /^([a-z_]+)(\{[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\[\\"n])*")*\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(
          line,
        );
      expect(sample, line).not.toBeNull();
      expect(sample![1]).toBe(described);
      expect(values.has(sample![1]! + (sample![2] ?? ''))).toBe(false);
      values.set(sample![1]! + (sample![2] ?? ''), Number(sample![3]));
    }
    expect(text).not.toMatch(/Тайная|Проверка/);
    const known: Record<string, number> = {
      otklik_up: 1,
      otklik_worker_can_sign: 1,
      otklik_certificate_seconds_left: 86_400,
      otklik_requests_open: 2,
      otklik_requests_due_today: 1,
      otklik_requests_overdue: 1,
      otklik_exchange_items_waiting: 1,
      otklik_exchange_oldest_waiting_seconds: 3600,
      'otklik_exchanges{state="done"}': 2,
      'otklik_exchanges{state="unknown"}': 0,
      'otklik_job_late{job="receive-requests"}': 0,
      'otklik_job_last_success_timestamp_seconds{job="receive-requests"}': now.getTime() / 1000,
      'otklik_portal_last_contact_timestamp_seconds{result="success"}': ago(MINUTE).getTime() / 1000,
      'otklik_works_running{kind="imports"}': 0,
      otklik_letters_waiting: 0,
    };
    for (const [name, value] of Object.entries(known)) expect(values.get(name), name).toBe(value);
    expect([...values.keys()].find((name) => name.startsWith('otklik_build_info'))).toContain('commit="a\\"b\\\\c"');
    expect(values.get('otklik_database_bytes')).toBeGreaterThan(1_000_000);
  });

  test('what is not known is left out', async () => {
    await db.delete(workerState);
    await db.delete(jobRuns);
    const text = await metricsText(now);
    expect(text).toContain('\notklik_up 0\n');
    expect(text).not.toMatch(/otklik_(worker|certificate|job_last|portal|disk)|null|NaN/);
  });
});

test('without the database the metrics say so and nothing else', async () => {
  const url = process.env.DATABASE_URL;
  process.env.DATABASE_URL = 'postgres://127.0.0.1:9/none';
  const text = await metricsText(now);
  await closeDb();
  process.env.DATABASE_URL = url;
  expect(text.split('\n').filter((line) => !line.startsWith('#'))).toEqual(['otklik_up 0', '']);
});

describe('the certificate ends', () => {
  const told = () =>
    db
      .select({ userId: notifications.userId, kind: notifications.kind, data: notifications.data })
      .from(notifications)
      .orderBy(notifications.id);
  const until = (days: number) =>
    db.update(workerState).set({ certificateValidUntil: new Date(now.getTime() + days * DAY + HOUR) });

  test('admins of every organization are told at 30, 7 and 1 days, once each', async () => {
    const other = await makePerson(await makeOrganization(), ['admin']);
    await makePerson(organization, ['head']);
    const { certificateValidUntil } = (
      await db
        .update(workerState)
        .set({ certificateValidUntil: ago(-40 * DAY - HOUR) })
        .returning()
    )[0]!;
    const at = (left: number) => new Date(certificateValidUntil!.getTime() - left * DAY - HOUR);
    const counts: number[] = [];
    for (const left of [40, 31, 30, 30, 29, 8, 7, 6, 2, 1, 1, 0]) {
      await warnOfCertificate(at(left));
      counts.push((await told()).length);
    }
    expect(counts).toEqual([0, 0, 2, 2, 2, 2, 4, 4, 4, 6, 6, 6]);
    const rows = await told();
    expect(new Set(rows.map(({ userId }) => userId))).toEqual(new Set([admin.userId, other.userId]));
    expect(rows.every(({ kind }) => kind === 'certificateEnds')).toBe(true);
    expect(rows.filter(({ userId }) => userId === admin.userId).map(({ data }) => data.days)).toEqual([30, 7, 1]);
    const { title, bad } = notificationInWords(rows[0]!.kind, rows[0]!.data);
    expect(title).toMatch(/^Сертификат подписи действует до\u00a0\d\d\.\d\d\.\d{4}, осталось 30\u00a0дней/);
    expect(bad).toBe(true);
  });

  test('days on which nothing ran are made up by the nearest; a new certificate begins anew', async () => {
    await until(5);
    await warnOfCertificate(now);
    expect((await told()).map(({ data }) => data.days)).toEqual([5]);
    await until(25);
    await warnOfCertificate(now);
    expect((await told()).map(({ data }) => data.days)).toEqual([5, 25]);
  });

  test('nothing of one that has ended, or that nobody has seen yet', async () => {
    await until(-2);
    await warnOfCertificate(now);
    await db.update(workerState).set({ certificateValidUntil: null });
    await warnOfCertificate(now);
    await db.delete(workerState);
    expect(await warnOfCertificate(now)).toBe(0);
    expect(await told()).toEqual([]);
  });
});
