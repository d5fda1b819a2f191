import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { closeDb, sql } from '@/db/client';
import { ROLE_LABELS } from '@/lib/debt-requests/workflow';
import { readEnv } from '@/lib/env';
import { createDevKey } from '@/lib/gis/signature/dev-key';
import { ensureBuild } from './build';
import { type CommandContext, CommandError, dataDir, freePort, isFree } from './command';
import { migrateDatabase, startDatabase } from './database';
import { keepRunning } from './processes';
import { startProduct } from './product';
import { DEMO_LOGINS, DEMO_PASSWORD, seedDemo } from './seed-demo';

type Mode = 'production' | 'development';

/**
 * The product against the stand, with invented people: what `npm run demo` and `npm run dev` start. Everything it keeps
 * lies in `.data/demo`, apart from the data of `npm start`.
 */
export async function startTraining(mode: Mode, { atEnd, signal }: CommandContext): Promise<void> {
  const folder = path.join(dataDir(), 'demo');
  fs.mkdirSync(folder, { recursive: true });
  const port = await choosePort('PORT', 3000, '«Отклик»');

  // first: it refuses when another demo is running over this folder, before anything else of it is touched
  const database = await startDatabase(path.join(folder, 'postgres'));
  atEnd(database.stop);
  const keys = await makeKeys(folder);
  const [stand] = await Promise.all([
    startStand(folder, keys.certFile, mode, atEnd),
    prepareData(),
    mode === 'production' && ensureBuild(path.join(folder, 'build.log'), signal),
  ]);
  if (signal.aborted) return;
  // the environment of the demo is its own: whatever the machine is configured for, it talks to the stand
  Object.assign(process.env, {
    PORT: String(port),
    APP_URL: `http://127.0.0.1:${port}`,
    AUTH_SECRET: keys.authSecret,
    TRUSTED_PROXIES: '',
    GIS_URL: stand.url,
    GIS_BASIC_AUTH: '',
    GIS_KEY_FILE: keys.keyFile,
    GIS_KEY_PASSPHRASE: keys.passphrase,
    GIS_CERT_FILE: keys.certFile,
    GIS_SIGN_COMMAND: '',
    GIS_POLL_SECONDS: '1,2,3,5',
  });
  const result = readEnv();
  if (!result.ok) throw new CommandError(result.problems.join('\n'));
  const logDir = mode === 'production' ? folder : undefined;
  await startProduct({ env: result.env, mode, logDir, atEnd });
  printBanner(result.env.APP_URL, stand.url, folder, Boolean(logDir));
}

async function prepareData(): Promise<void> {
  await migrateDatabase();
  await refuseWorkingData();
  await seedDemo();
  await closeDb();
}

/** The demo's passwords are printed in the README: they must not get into a database where people work. */
async function refuseWorkingData(): Promise<void> {
  const [row] = await sql<{ working: boolean }[]>`
    select exists (select from users) and not exists (select from users where login = ${DEMO_LOGINS[0]!.login}) as working`;
  if (!row?.working) return;
  throw new CommandError(
    'DATABASE_URL указывает на базу с рабочими данными. Учебные пользователи с известными паролями в неё не добавляются: ' +
      'уберите DATABASE_URL или укажите пустую базу.',
  );
}

/** Made at the first start and kept: sessions and signatures stay valid. */
async function makeKeys(folder: string) {
  const keyFile = path.join(folder, 'key.pem');
  const certFile = path.join(folder, 'cert.pem');
  const secretsFile = path.join(folder, 'secrets.json');
  if (![keyFile, certFile, secretsFile].every((file) => fs.existsSync(file))) {
    const secrets = {
      authSecret: randomBytes(32).toString('base64'),
      passphrase: randomBytes(12).toString('base64url'),
    };
    const { keyPem, certPem } = await createDevKey({ subject: 'Учебный сертификат', passphrase: secrets.passphrase });
    fs.writeFileSync(keyFile, keyPem, { mode: 0o600 });
    fs.writeFileSync(certFile, certPem);
    // last: an interrupted start makes all three anew
    fs.writeFileSync(secretsFile, JSON.stringify(secrets), { mode: 0o600 });
  }
  const secrets = JSON.parse(fs.readFileSync(secretsFile, 'utf8')) as { authSecret: string; passphrase: string };
  return { keyFile, certFile, ...secrets };
}

async function startStand(folder: string, certFile: string, mode: Mode, atEnd: CommandContext['atEnd']) {
  const port = await choosePort('STAND_PORT', 3100, 'учебный стенд');
  let listening: (url: string) => void;
  const ready = new Promise<string>((resolve) => {
    listening = resolve;
  });
  const stand = keepRunning({
    name: 'stand',
    args: [
      'tests/stand/main.ts',
      '--port',
      String(port),
      '--data',
      path.join(folder, 'stand'),
      '--seed',
      'demo',
      '--cert',
      certFile,
    ],
    env: process.env,
    logFile: mode === 'production' ? path.join(folder, 'stand.log') : undefined,
    onLine: (line) => {
      const started = line.startsWith('{"url":') ? (JSON.parse(line) as { url: string }) : null;
      if (started) listening(started.url);
    },
  });
  atEnd(() => stand.stop());
  return { url: await stand.until(ready) };
}

async function choosePort(variable: string, usual: number, what: string): Promise<number> {
  const given = process.env[variable];
  if (!given) return freePort(usual, what);
  const port = Number(given);
  if (!(port > 0 && port < 65_536)) throw new CommandError(`${variable}: нужно число от 1 до 65535.`);
  if (await isFree(port)) return port;
  throw new CommandError(`Порт ${port} занят: остановите программу на нём или задайте другой в ${variable}.`);
}

function printBanner(appUrl: string, standUrl: string, folder: string, logs: boolean): void {
  const people = DEMO_LOGINS.map(({ login, roles, name }) => {
    const who = `${name}, ${roles.map((role) => ROLE_LABELS[role]).join(', ')}`;
    return `    ${login.padEnd(12)}${DEMO_PASSWORD.padEnd(DEMO_PASSWORD.length + 3)}${who}`;
  });
  const shown = path.relative(process.cwd(), folder) || folder;
  console.log(
    [
      '',
      `  «Отклик» работает:            ${appUrl}`,
      `  Учебный стенд ГИС ЖКХ:        ${standUrl}`,
      '',
      `    ${'Логин'.padEnd(12)}${'Пароль'.padEnd(DEMO_PASSWORD.length + 3)}Кто это`,
      ...people,
      '',
      `  Данные${logs ? ' и журналы' : ''}: ${shown}. Удалите эту папку, чтобы начать заново.`,
      '  Остановить: Ctrl+C. Следующий запуск продолжит с того же места.',
      '',
    ].join('\n'),
  );
}
