/** `npm run create-admin`: the first person of an installation or of an organization. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { migrate } from '@/db/migrate';
import { createAdmin, createAdminSchema } from '@/lib/auth/create-admin';
import { CommandError, loadDotEnv, runCommand } from './command';
import { openDatabase } from './database';

const USAGE = `Создаёт администратора и, если её ещё нет, его организацию. Чего не хватает, спрашивает.

  npm run create-admin -- --login orlova --last-name Орлова --first-name Мария \\
    --organization 'ТСЖ «Заречье»' --org-ppa-guid 7f1b2c3d-1111-4222-8333-444455556666

  --login               логин
  --last-name           фамилия
  --first-name          имя
  --patronymic          отчество, если есть
  --organization        название организации
  --org-ppa-guid        идентификатор поставщика данных в ГИС ЖКХ (orgPPAGUID); нужен для новой организации
  --gis-employee-guid   идентификатор сотрудника в ГИС ЖКХ: с ним можно подписывать и отправлять ответы
  --all-roles           администратор, руководитель и исполнитель в одном лице
  --password-stdin      взять пароль из стандартного ввода; без этого ключа он спрашивается и не показывается`;

runCommand(async ({ atEnd }) => {
  const given = parseFlags();
  if (given.help) return console.log(USAGE);
  const answers = {
    login: given.login ?? (await ask('Логин')),
    lastName: given['last-name'] ?? (await ask('Фамилия')),
    firstName: given['first-name'] ?? (await ask('Имя')),
    patronymic: given.patronymic || null,
    organization: given.organization ?? (await ask('Название организации')),
    orgPpaGuid: (given['org-ppa-guid'] ?? (await askOptional('orgPPAGUID (пусто, если организация уже есть)'))) || null,
    gisEmployeeGuid: given['gis-employee-guid'] || null,
    allRoles: given['all-roles'],
    password: given['password-stdin'] ? await passwordFromStdin() : await askPassword(),
  };
  const parsed = createAdminSchema.safeParse(answers);
  if (!parsed.success) throw new CommandError(parsed.error.issues.map((issue) => issue.message).join('\n'));

  loadDotEnv();
  const database = await openDatabase();
  atEnd(database.stop);
  await migrate(process.env.DATABASE_URL!);
  const result = await createAdmin(parsed.data);
  if (!result.ok) throw new CommandError('message' in result ? result.message : 'Не получилось.');
  console.log(
    `Создан администратор «${parsed.data.login}», ` +
      `${result.organizationIsNew ? 'новая организация' : 'организация'}: ${result.organization}.`,
  );
});

function parseFlags() {
  try {
    return parseArgs({
      options: {
        login: { type: 'string' },
        'last-name': { type: 'string' },
        'first-name': { type: 'string' },
        patronymic: { type: 'string' },
        organization: { type: 'string' },
        'org-ppa-guid': { type: 'string' },
        'gis-employee-guid': { type: 'string' },
        'all-roles': { type: 'boolean', default: false },
        'password-stdin': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new CommandError(`Непонятный ключ (${(error as Error).message}).\n\n${USAGE}`);
  }
}

async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new CommandError(`Не указано: ${question}.\n\n${USAGE}`);
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(`${question}: `);
  lines.close();
  return answer;
}

const askOptional = async (question: string) => (process.stdin.isTTY ? ask(question) : '');

/** Twice, since nobody sees what is typed. */
async function askPassword(): Promise<string> {
  const password = await askUnseen('Пароль');
  if ((await askUnseen('Пароль ещё раз')) !== password) throw new CommandError('Пароли не совпадают.');
  return password;
}

async function askUnseen(question: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new CommandError('Пароль спрашивается в терминале; без терминала передайте его с --password-stdin.');
  }
  process.stdout.write(`${question}: `);
  // the terminal leaves echoing to readline, and readline writes into nothing
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nothing, terminal: true });
  const answer = await lines.question('');
  lines.close();
  process.stdout.write('\n');
  return answer;
}

async function passwordFromStdin(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}
