import { setTimeout as delay } from 'node:timers/promises';
import { db, isDatabaseAway, listen, sql } from '@/db/client';
import { workerState } from '@/db/schema/jobs';
import { exportAccountData, exportBriefApartmentHouse } from '@/lib/accounts/portal';
import { carryBulk } from '@/lib/debt-requests/bulk';
import { carryAnswerFiles } from '@/lib/debt-requests/carry-answer-files';
import { carryExports } from '@/lib/debt-requests/carry-exports';
import { gatherAnswers, importResponses } from '@/lib/debt-requests/deliver';
import { carryErasures } from '@/lib/debt-requests/erase';
import { exportDebtSubrequests } from '@/lib/debt-requests/receive';
import type { Env } from '@/lib/env';
import { refreshDictionaries } from '@/lib/exchange/dictionaries';
import { carryDue, type Engine, type Handlers, nextDue } from '@/lib/exchange/engine';
import { exportNsiItem } from '@/lib/exchange/nsi';
import { EXCHANGE_CHANNEL } from '@/lib/exchange/queue';
import { loadSigner } from '@/lib/gis/signature/signer';
import { carryImports } from '@/lib/imports/carry';
import { log } from '@/lib/log';
import { startEmbeddedJobs } from './embedded';
import { engineOf } from './engine';

/**
 * The worker process: carries messages, runs the jobs of the embedded engine, says that it lives. Everything it knows
 * is in the database, so it may be killed at any moment.
 */

/** Longest sleep without a notice: a lost NOTIFY costs this much and no more. */
const IDLE_MS = 5000;
const HEARTBEAT_MS = 5000;
/** A key that could not be used is tried again: the admin may have put it right. */
const KEY_RETRY_MS = 30_000;
const CALL_TIMEOUT_MS = 60_000;

const ENGINE = engineOf();

const HANDLERS: Handlers = {
  exportDebtSubrequests,
  importResponses,
  exportNsiItem,
  exportBriefApartmentHouse,
  exportAccountData,
};

/** What is carried side by side, so that a hanging upload does not keep polls and receivings waiting. */
const STEPS: ((engine: Engine) => Promise<number>)[] = [
  async (engine) => (await carryBulk(engine.now())) + (await gatherAnswers(engine)),
  (engine) => carryDue(engine, HANDLERS),
  async (engine) =>
    (await carryImports(engine.now())) + (await carryExports(engine.now())) + (await carryErasures(engine.now())),
  (engine) => carryAnswerFiles(engine.now()),
];

/** One pass over everything that is due. Returns whether anything moved; tests call it step by step. */
export async function workOnce(engine: Engine): Promise<boolean> {
  let moved = 0;
  for (const step of STEPS) moved += await step(engine);
  return moved > 0;
}

/** Works until the signal; resolves when what was under way has been written down. */
export async function runWorker({ env, signal }: { env: Env; signal: AbortSignal }): Promise<void> {
  const key = await loadKey(env);
  const engine: Engine = {
    connection: { url: env.GIS_URL, basicAuth: env.GIS_BASIC_AUTH ?? null, timeoutMs: CALL_TIMEOUT_MS },
    signer: key.signer,
    pollSeconds: env.GIS_POLL_SECONDS,
    leaseSeconds: (CALL_TIMEOUT_MS / 1000) * 1.5,
    now: () => new Date(),
  };
  let keyProblem = key.problem;
  if (!(await databaseIsThere(signal))) return;
  const alarm = new Alarm();
  const onNotice = () => alarm.ring();
  const unlisten = await listen(EXCHANGE_CHANNEL, onNotice, onNotice);
  signal.addEventListener('abort', onNotice);

  const beat = async () => {
    try {
      const state = {
        heartbeatAt: new Date(),
        engine: ENGINE,
        keyProblem,
        certificateValidUntil: engine.signer?.certificate.notAfter ?? null,
      };
      await db
        .insert(workerState)
        .values({ id: 1, ...state })
        .onConflictDoUpdate({ target: workerState.id, set: state });
    } catch (error) {
      log.error({ err: error }, 'heartbeat failed');
    }
  };
  await beat();
  const heartbeat = setInterval(beat, HEARTBEAT_MS);
  const keyRetry = setInterval(async () => {
    if (engine.signer) return;
    const again = await loadKey(env);
    engine.signer = again.signer;
    keyProblem = again.problem;
    if (again.signer) onNotice();
  }, KEY_RETRY_MS);
  // a fresh installation needs the dictionaries before the job's first time
  await refreshDictionaries(engine.now());
  const stopJobs = ENGINE === 'embedded' ? startEmbeddedJobs() : () => {};
  log.info({ key: keyProblem === null, engine: ENGINE }, 'worker started');

  await Promise.all(STEPS.map((step) => keepDoing(step, engine, alarm, signal)));
  stopJobs();
  clearInterval(heartbeat);
  clearInterval(keyRetry);
  await unlisten();
}

/** Waits for a database that is starting or restarting beside us. False when the signal came first. */
async function databaseIsThere(signal: AbortSignal): Promise<boolean> {
  for (let told = false; !signal.aborted; await delay(500)) {
    try {
      await sql`select 1`;
      return true;
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      if (!told) log.warn({ err: error }, 'waiting for the database');
      told = true;
    }
  }
  return false;
}

/** Wakes all who sleep; a ring while somebody is at work is not lost to him. */
class Alarm {
  private rings = 0;
  private readonly sleepers = new Set<() => void>();

  get count(): number {
    return this.rings;
  }

  ring(): void {
    this.rings++;
    for (const wake of this.sleepers) wake();
  }

  /** Sleeps until the next ring after `seen`, at most `ms`. */
  sleep(seen: number, ms: number): Promise<void> {
    if (this.rings !== seen) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.sleepers.add(wake);
    });
  }
}

async function keepDoing(
  step: (engine: Engine) => Promise<number>,
  engine: Engine,
  alarm: Alarm,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const seen = alarm.count;
    try {
      if ((await step(engine)) > 0) {
        // what one step made is the other's work
        alarm.ring();
        continue;
      }
      const due = await nextDue(engine);
      await alarm.sleep(seen, Math.max(10, Math.min(IDLE_MS, due ? due.getTime() - Date.now() : IDLE_MS)));
    } catch (error) {
      log.error({ err: error }, 'worker pass failed');
      // the database may be restarting
      await delay(1000);
    }
  }
}

async function loadKey(env: Env) {
  const loaded = await loadSigner(
    {
      keyFile: env.GIS_KEY_FILE,
      passphrase: env.GIS_KEY_PASSPHRASE,
      certFile: env.GIS_CERT_FILE,
      signCommand: env.GIS_SIGN_COMMAND,
    },
    new Date(),
  );
  if (loaded.ok) return { signer: loaded.signer, problem: null };
  log.warn({ problem: loaded.problem }, 'the key cannot be used');
  return { signer: null, problem: loaded.problem };
}
