/**
 * `npm run chaos -- --kills 1000 --seed 7`: kills two workers, two web processes, a second engine and PostgreSQL while people and the
 * rule of the automatic answer work against a stand full of faults; then an auditor says what was broken.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { closeDb, sql } from '@/db/client';
import { startEmbedded } from '@/db/embedded';
import { migrate } from '@/db/migrate';
import { hashPassword } from '@/lib/auth/password';
import { ensureBuild } from '@/lib/cli/build';
import { type CommandContext, CommandError, freePort, runCommand } from '@/lib/cli/command';
import { processEnv } from '@/lib/cli/product';
import { createDevKey } from '@/lib/gis/signature/dev-key';
import { Chance } from '../random';
import { remoteControl } from '../stand/remote';
import { startStandProcess } from '../stand-process';
import { audit, type Figures, type Finding, fileReader, readDatabase, readStand } from './audit';
import { type Field, type Killed, playRound } from './round';
import { Victim, type VictimKind } from './victims';

const ROUND = 40;
const PASSWORD = 'chaos-otklik-2026';

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } });

runCommand(async (context) => {
  const kills = Number(values.kills ?? 1000);
  const seed = Number(values.seed ?? 1);
  if (!(kills > 0) || !Number.isInteger(seed)) throw new CommandError('npm run chaos -- --kills 1000 --seed 7');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'otklik-chaos-'));
  fs.chmodSync(folder, 0o711);
  let keep = true;
  // registered first, so it runs last: nobody writes into it any more
  context.atEnd(async () => {
    if (!keep) fs.rmSync(folder, { recursive: true, force: true });
  });
  const { field, standUrl } = await startField(context, folder, seed);
  const killed: Killed = {
    ...{ worker: 0, jobs: 0, web: 0, database: 0, faults: {} },
    during: { message: 0, receiving: 0, massWork: 0, file: 0, automaticAnswer: 0 },
  };
  const findings: Finding[] = [];
  const total: Partial<Figures> = {};
  const startedAt = Date.now();
  let left = kills;
  for (let round = 1; left > 0 && !context.signal.aborted; round++) {
    await awayFromMidnight();
    const now = Math.min(ROUND, left);
    const { ledger, fallen, quietSeconds } = await playRound(field, round, now, killed);
    left -= fallen;
    fs.writeFileSync(path.join(folder, `ledger-${round}.json`), JSON.stringify(ledger, null, 1));
    const report = audit(
      ledger,
      await readStand(standUrl),
      await readDatabase(process.env.DATABASE_URL!, ledger.organizationId),
      fileReader(path.join(folder, 'stand')),
    );
    for (const [name, figure] of Object.entries(report.figures)) {
      const key = name as keyof Figures;
      total[key] = (total[key] ?? 0) + figure;
    }
    findings.push(...report.findings);
    const { requests, answered, byRule } = report.figures;
    console.log(
      `round ${round}: ${kills - left} kills, ${secondsSince(startedAt)} s (quiet ${quietSeconds}); requests ${requests}, ` +
        `answered ${answered} (by the rule ${byRule}), decisions ${ledger.decisions.length}; broken promises ${report.findings.length}`,
    );
    for (const { promise, text } of report.findings) console.log(`  ${promise}: ${text}`);
  }
  const died = field.victims
    .filter(({ ownDeaths }) => ownDeaths > 0)
    .map(({ name, ownDeaths }) => `${name} ${ownDeaths}`);
  console.log(
    JSON.stringify({ kills: kills - left, seed, seconds: secondsSince(startedAt), killed, ...total }, null, 1),
  );
  console.log(`died by themselves: ${died.join(', ') || 'none'}`);
  findings.push(...namesIn(folder));
  console.log(`errors in the logs: ${errorsIn(folder)}`);
  console.log(findings.length === 0 ? 'every promise kept' : `${findings.length} broken promises`);
  if (findings.length > 0) throw new CommandError(`Ledgers and logs: ${folder}`);
  keep = false;
});

const secondsSince = (moment: number): number => Math.round((Date.now() - moment) / 1000);

async function startField({ atEnd, signal }: CommandContext, folder: string, seed: number) {
  const logFile = (name: string) => path.join(folder, `${name}.log`);
  const postgres = await startEmbedded({ dataDir: path.join(folder, 'postgres'), log: () => {} });
  atEnd(() => postgres.stop());
  process.env.DATABASE_URL = postgres.url;
  await migrate(postgres.url);
  atEnd(closeDb);
  await ensureBuild(path.join(folder, 'build.log'), signal);

  const { keyPem, certPem } = await createDevKey({ subject: 'ООО «Стойкость»', passphrase: 'passphrase' });
  const keyFile = path.join(folder, 'key.pem');
  const certFile = path.join(folder, 'cert.pem');
  fs.writeFileSync(keyFile, keyPem, { mode: 0o600 });
  fs.writeFileSync(certFile, certPem);
  const stand = await startStandProcess(logFile('stand'), '--data', path.join(folder, 'stand'), '--cert', certFile);
  atEnd(stand.stop);
  const standUrl = stand.url;

  const secret = 'a secret of at least thirty-two characters';
  const envAt = (port: number): NodeJS.ProcessEnv => ({
    ...processEnv({
      ...{ DATABASE_URL: postgres.url, AUTH_SECRET: secret },
      ...{ PORT: port, APP_URL: `http://127.0.0.1:${port}` },
    }),
    LOG_LEVEL: 'info',
    GIS_URL: standUrl,
    GIS_KEY_FILE: keyFile,
    GIS_CERT_FILE: certFile,
    GIS_KEY_PASSPHRASE: 'passphrase',
    GIS_POLL_SECONDS: '0.1',
  });
  const first = await freePort(3300, 'web');
  const ports = [first, await freePort(first + 1, 'web')];
  const program = (kind: VictimKind, name: string, script: string, readyLine: string) =>
    new Victim({ kind, name, args: [script], env: envAt(first), logFile: logFile(name), readyLine });
  const victims = [
    program('worker', 'worker-1', 'lib/cli/worker.ts', 'worker started'),
    program('worker', 'worker-2', 'lib/cli/worker.ts', 'worker started'),
    program('jobs', 'jobs', 'tests/chaos/jobs.ts', 'jobs started'),
    ...ports.map((port, n) => {
      const name = `web-${n + 1}`;
      const env = envAt(port);
      const answers = () =>
        fetch(`${env.APP_URL}/api/health`, { signal: AbortSignal.timeout(5000) }).then(
          () => true,
          () => false,
        );
      const args = ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', String(port)];
      return new Victim({ kind: 'web', name, args, env, logFile: logFile(name), answers });
    }),
  ];
  for (const victim of victims) {
    victim.start();
    atEnd(() => victim.stop());
  }
  const field: Field = {
    chance: new Chance(seed),
    control: remoteControl(standUrl),
    siteUrls: ports.map((port) => `http://127.0.0.1:${port}`),
    password: PASSWORD,
    passwordHash: await hashPassword(PASSWORD),
    victims,
    async killDatabase() {
      const { pid } = postgres;
      process.kill(pid, 'SIGKILL');
      for (const until = Date.now() + 60_000; Date.now() < until; await delay(50)) {
        if (postgres.pid === pid) continue;
        if (
          await sql`select 1`.then(
            () => true,
            () => false,
          )
        )
          return;
      }
      throw new Error('PostgreSQL did not come back within a minute');
    },
  };
  return { field, standUrl };
}

/** A round lives within one Moscow day: the automatic answer has one run a day. */
async function awayFromMidnight(): Promise<void> {
  const dayMs = 24 * 60 * 60 * 1000;
  const left = () => dayMs - ((Date.now() + 3 * 60 * 60 * 1000) % dayMs);
  while (left() < 10 * 60 * 1000) await delay(10_000);
}

/** Names of debtors and words of answers have no place in a log. */
function namesIn(folder: string): Finding[] {
  const logs = fs.readdirSync(folder).filter((file) => file.endsWith('.log') && file !== 'stand.log');
  return logs.flatMap((name) => {
    const found = fs.readFileSync(path.join(folder, name), 'utf8').match(/Кравцов|Образцов|Лунина|Юдин|решение \d+/);
    return found ? [{ promise: 'leak' as const, text: `${name}: «${found[0]}»` }] : [];
  });
}

/** What the processes called an error, and how often: kills of the database belong there, nothing else does. */
function errorsIn(folder: string): string {
  const counts = new Map<string, number>();
  for (const name of fs.readdirSync(folder).filter((file) => file.endsWith('.log'))) {
    for (const line of fs.readFileSync(path.join(folder, name), 'utf8').split('\n')) {
      if (!line.startsWith('{"level":50')) continue;
      const { msg, err } = JSON.parse(line) as {
        msg: string;
        err?: { type?: string; code?: string; message?: string; stack?: string };
      };
      // a broken connection has a code; what has none is worth a look
      const what = err?.code ?? `${err?.type}: ${err?.message} ${err?.stack?.split('\n')[0]?.trim()}`;
      const key = `${name}: ${msg} (${what})`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts].map(([key, count]) => `\n  ${count} × ${key}`).join('') || 'none';
}
