import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { and, eq, inArray, isNotNull, lt } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { db } from '@/db/client';
import { debtRequests, requestEvents } from '@/db/schema/debt-requests';
import { exchanges } from '@/db/schema/exchange';
import { workerState } from '@/db/schema/jobs';
import { organizations } from '@/db/schema/staff';
import { sendAnswer } from '@/lib/debt-requests/answer';
import { confirmAnswers, getAnswerFile, uploadAnswers } from '@/lib/debt-requests/answer-files';
import { SAMPLE_ROWS } from '@/lib/debt-requests/exchange-file';
import { writeExchangeFile } from '@/lib/debt-requests/exchange-file-writer';
import { requestSync } from '@/lib/debt-requests/sync';
import { keyStatus } from '@/lib/exchange/journal';
import { createDevKey } from '@/lib/gis/signature/dev-key';
import { answerNo, answerYes } from '../factories';
import { brokenPromises, openPortal, type Portal } from '../portal';
import { resetDatabase } from '../setup/reset-database';

/** The worker as a process of its own: what it says at its start, and what it loses when it is killed (nothing). */

let portal: Portal;
let folder: string;
let worker: ChildProcess | undefined;

beforeEach(async () => {
  await resetDatabase();
  portal = await openPortal();
  folder = await mkdtemp(path.join(os.tmpdir(), 'otklik-worker-'));
});

afterEach(async () => {
  await kill();
  await portal.close();
  await rm(folder, { recursive: true });
});

async function writeKey(name: string, now = new Date()) {
  const { keyPem, certPem } = await createDevKey({ subject: name, passphrase: 'passphrase', now });
  await writeFile(path.join(folder, `${name}.key`), keyPem);
  await writeFile(path.join(folder, `${name}.crt`), certPem);
  portal.stand.control.registerCertificate({ certificate: certPem });
}

function start(env: Record<string, string>): void {
  worker = spawn(process.execPath, ['--import', 'tsx', 'lib/cli/worker.ts'], {
    env: {
      ...process.env,
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      AUTH_SECRET: 'a secret of at least thirty-two characters',
      GIS_URL: portal.stand.url,
      GIS_POLL_SECONDS: '0.05',
      GIS_KEY_PASSPHRASE: 'passphrase',
      ...env,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

async function kill(): Promise<void> {
  const running = worker;
  worker = undefined;
  if (!running || running.exitCode !== null) return;
  const gone = new Promise((resolve) => running.once('exit', resolve));
  running.kill('SIGKILL');
  await gone;
}

/** What a dead worker held is free when its lease of 90 s runs out: here at once, and never the living one's. */
async function freeLeasesBefore(startedAt: number): Promise<void> {
  await db
    .update(exchanges)
    .set({ leaseUntil: new Date(0) })
    .where(and(isNotNull(exchanges.leaseToken), lt(exchanges.leaseUntil, new Date(startedAt + 90_000))));
}

const files = (key: string, certificate = key) => ({
  GIS_KEY_FILE: path.join(folder, `${key}.key`),
  GIS_CERT_FILE: path.join(folder, `${certificate}.crt`),
});

const patience = { timeout: 30_000, interval: 50 };

test.each([
  ['missing', () => files('нет'), /GIS_CERT_FILE/],
  ['of another certificate', () => files('чужой', 'свой'), /не подходит/],
  ['expired', () => files('старый'), /истёк|срок/i],
])(
  'a key that is %s is said in «Обмен», and the worker lives',
  async (_, env, words) => {
    await writeKey('свой');
    await writeKey('чужой');
    await writeKey('старый', new Date('2010-01-01'));
    start(env());
    await vi.waitFor(async () => expect((await keyStatus()).problem).toMatch(words), patience);
    const [state] = await db.select().from(workerState);
    expect(Date.now() - state!.heartbeatAt.getTime()).toBeLessThan(30_000);
    expect(worker!.exitCode).toBeNull();
  },
  60_000,
);

test('started before the database, it waits for it', async () => {
  await writeKey('свой');
  const url = new URL(process.env.DATABASE_URL!);
  const socket = url.searchParams.get('host')!;
  const later = path.join(folder, 'later');
  url.searchParams.set('host', later);
  start({ ...files('свой'), DATABASE_URL: url.href });
  await new Promise((resolve) => setTimeout(resolve, 4000));
  expect(worker!.exitCode).toBeNull();
  await symlink(socket, later);
  await vi.waitFor(async () => expect(await db.$count(workerState)).toBe(1), patience);
  expect(worker!.exitCode).toBeNull();
}, 60_000);

test('killed again and again while receiving and answering: everything arrives once', async () => {
  await writeKey('свой');
  const env = files('свой');
  const { subrequestGuids } = portal.stand.control.addRequests({
    orgPPAGUID: portal.organization.orgPpaGuid,
    count: 240,
  });
  await requestSync(portal.head);
  const kills = 8;
  let asked = 0;
  // on a slow machine the pages come later than the first kills: it goes on until there was enough to lose
  for (let i = 0; i < kills || (asked <= 100 && i < 3 * kills); i++) {
    start(env);
    const before = portal.stand.control.counters().received;
    const target = (before.exportDebtSubrequests ?? 0) + (before.importResponses ?? 0) + 1;
    const startedAt = Date.now();
    await vi.waitFor(async () => {
      await freeLeasesBefore(startedAt);
      // a receiving that was killed too often ends, maybe only now: people press the button again
      await requestSync(portal.head);
      const { exportDebtSubrequests = 0, importResponses = 0 } = portal.stand.control.counters().received;
      expect(exportDebtSubrequests + importResponses).toBeGreaterThanOrEqual(target);
    }, patience);
    await kill();
    const fresh = await db.select().from(debtRequests).where(eq(debtRequests.status, 'new')).limit(60);
    for (const [n, request] of fresh.entries()) {
      const answer = n % 3 === 0 ? answerYes() : answerNo(`ответ ${n}`);
      await sendAnswer(portal.head, { id: request.id, version: request.version, answer });
    }
    asked += fresh.length;
  }
  start(env);
  const lastStart = Date.now();
  await vi.waitFor(
    async () => {
      await freeLeasesBefore(lastStart);
      if ((await db.$count(debtRequests)) < 240) await requestSync(portal.head);
      const left = await db
        .select({ id: debtRequests.id })
        .from(debtRequests)
        .where(inArray(debtRequests.status, ['sending']));
      expect(left).toHaveLength(0);
      expect(await db.$count(debtRequests)).toBe(240);
    },
    { timeout: 120_000, interval: 200 },
  );
  const answered = await db.select().from(debtRequests).where(eq(debtRequests.status, 'answered'));
  for (const request of answered) {
    const held = portal.stand.control.subrequest({ subrequestGuid: request.subrequestGuid });
    expect(held.status).toBe('Sent');
    expect(held.distinctContents).toBe(1);
    expect(held.arrivals.at(-1)!.answer!.hasDebt).toBe(request.hasDebt);
    expect(held.arrivals.at(-1)!.answer!.description ?? null).toBe(request.description);
  }
  expect(answered.length).toBeGreaterThan(100);
  expect(new Set(subrequestGuids).size).toBe(240);
  expect(await brokenPromises(portal)).toEqual([]);
}, 240_000);

test('killed again and again while a file is loaded and sent: every row once, and the result says so', async () => {
  await writeKey('свой');
  const env = files('свой');
  portal.stand.control.addRequests({ orgPPAGUID: portal.organization.orgPpaGuid, count: 240 });
  await requestSync(portal.head);
  start(env);
  await vi.waitFor(async () => expect(await db.$count(debtRequests)).toBe(240), patience);
  await db.update(organizations).set({ fileSendAtOnce: true });
  const requests = await db.select().from(debtRequests);
  const rows = requests.map(({ requestNumber, subrequestGuid }) => ({
    ...SAMPLE_ROWS[0]!,
    requestNumber,
    subrequestGuid,
  }));
  const uploaded = await uploadAnswers(portal.head, { name: 'а.xlsx', bytes: await writeExchangeFile(rows) });
  if (!uploaded.ok) throw new Error(uploaded.reason);
  const { id } = uploaded;
  const file = async () => (await getAnswerFile(portal.head, id))!;
  await vi.waitFor(async () => expect((await file()).state).toBe('checked'), patience);
  await confirmAnswers(portal.head, { id, chosen: 240 });
  const seen: number[] = [];
  for (let i = 0; i < 4; i++) {
    const before = (await file()).counts.done;
    const startedAt = Date.now();
    await vi.waitFor(async () => {
      await freeLeasesBefore(startedAt);
      const { state, counts } = await file();
      expect(state === 'done' || counts.done > before).toBe(true);
    }, patience);
    await kill();
    seen.push((await file()).counts.done);
    start(env);
  }
  // at least one of them hit it in the middle
  expect(seen.some((done) => done > 0 && done < 240)).toBe(true);
  const lastStart = Date.now();
  await vi.waitFor(
    async () => {
      await freeLeasesBefore(lastStart);
      expect(await db.$count(debtRequests, eq(debtRequests.status, 'answered'))).toBe(240);
      expect((await file()).state).toBe('done');
    },
    { timeout: 120_000, interval: 200 },
  );
  expect((await file()).counts).toMatchObject({ done: 240, refused: 0 });
  const sends = await db.select().from(requestEvents).where(eq(requestEvents.action, 'send'));
  expect(sends).toHaveLength(240);
  expect(await brokenPromises(portal)).toEqual([]);
}, 240_000);
