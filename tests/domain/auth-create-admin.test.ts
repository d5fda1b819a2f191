import { spawn } from 'node:child_process';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { memberships, organizations, users } from '@/db/schema/staff';
import { createAdmin, createAdminSchema } from '@/lib/auth/create-admin';
import { logIn } from '@/lib/auth/login';
import { resetDatabase } from '../setup/reset-database';

const GUID = '7f1b2c3d-1111-4222-8333-444455556666';
const answers = {
  login: ' Orlova ',
  lastName: 'Орлова',
  firstName: 'Мария',
  patronymic: null,
  organization: 'ТСЖ «Заречье»',
  orgPpaGuid: GUID,
  allRoles: false,
  gisEmployeeGuid: null,
  password: 'синий чайник',
};
const create = (changes: Partial<typeof answers | Record<string, unknown>> = {}) =>
  createAdmin(createAdminSchema.parse({ ...answers, ...changes }));

beforeEach(resetDatabase);

describe('the first person', () => {
  test('is admin of a new organization and can log in', async () => {
    expect(await create()).toEqual({ ok: true, organization: 'ТСЖ «Заречье»', organizationIsNew: true });
    expect(await logIn({ login: 'orlova', password: 'синий чайник', address: null })).toMatchObject({ ok: true });
    expect(await db.select().from(memberships)).toMatchObject([{ roles: ['admin'], canSend: false }]);
  });

  test('may be everything at once, and send with the identifier of the portal', async () => {
    await create({ allRoles: true, gisEmployeeGuid: GUID });
    expect(await db.select().from(memberships)).toMatchObject([
      { roles: ['admin', 'head', 'executor'], canSend: true, gisEmployeeGuid: GUID },
    ]);
  });

  test('a second one joins the organization, by its identifier or its name', async () => {
    await create();
    expect(await create({ login: 'rogov', organization: 'другое имя' })).toMatchObject({ organizationIsNew: false });
    expect(await create({ login: 'safina', orgPpaGuid: null })).toMatchObject({ organizationIsNew: false });
    expect(await db.select({ name: organizations.name }).from(organizations)).toEqual([{ name: 'ТСЖ «Заречье»' }]);
    expect(await db.select().from(memberships)).toHaveLength(3);
  });

  test.each([
    ['a login in use', { login: 'ORLOVA' }, 'login'],
    ['a short password', { login: 'other', password: 'короткий' }, 'password'],
    ['a password with the login', { login: 'other', password: 'my other one' }, 'password'],
    [
      'an unknown organization without its identifier',
      { login: 'other', organization: 'Аист', orgPpaGuid: null },
      'orgPpaGuid',
    ],
  ])('%s is refused and leaves nothing behind', async (_, changes, field) => {
    await create();
    const result = await create(changes);
    expect(result).toMatchObject({ ok: false, reason: 'invalid', fields: { [field]: expect.any(String) } });
    expect(await db.select().from(users)).toHaveLength(1);
    expect(await db.select().from(organizations)).toHaveLength(1);
  });

  test('a name that several organizations have needs the identifier', async () => {
    await db.insert(organizations).values([
      { name: 'Заря', orgPpaGuid: GUID },
      { name: 'Заря', orgPpaGuid: '7f1b2c3d-1111-4222-8333-444455556667' },
    ]);
    expect(await create({ organization: 'Заря', orgPpaGuid: null })).toMatchObject({ reason: 'invalid' });
  });
});

describe('npm run create-admin', () => {
  const run = (args: string[], stdin: string) =>
    new Promise<{ code: number | null; output: string }>((resolve) => {
      const child = spawn(process.execPath, ['--import', 'tsx', 'lib/cli/create-admin.ts', ...args], {
        env: process.env,
      });
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
      });
      child.stderr.on('data', (chunk) => {
        output += chunk;
      });
      child.on('close', (code) => resolve({ code, output }));
      child.stdin.end(stdin);
    });
  const flags = [
    ...['--login', 'orlova', '--last-name', 'Орлова', '--first-name', 'Мария'],
    ...['--organization', 'ТСЖ «Заречье»', '--org-ppa-guid', GUID, '--password-stdin'],
  ];

  test('with everything given', async () => {
    const { code, output } = await run(flags, 'синий чайник\n');
    expect(output).toBe('Создан администратор «orlova», новая организация: ТСЖ «Заречье».\n');
    expect(code).toBe(0);
    expect(await logIn({ login: 'orlova', password: 'синий чайник', address: null })).toMatchObject({ ok: true });
  });

  test('what is wrong is said in words and ends with 1', async () => {
    await create();
    expect(await run(flags, 'синий чайник\n')).toEqual({
      code: 1,
      output: 'Логин «orlova» уже занят. Возьмите другой.\n',
    });
    expect(await run(flags.with(flags.indexOf(GUID), '123'), 'синий чайник\n')).toMatchObject({
      code: 1,
      output: expect.stringMatching(/orgPPAGUID/),
    });
    expect(await run(flags.slice(2), 'синий чайник\n')).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^Не указано: Логин/),
    });
    expect(await db.select().from(users).where(eq(users.login, 'orlova'))).toHaveLength(1);
  });
});
