import { asc, eq } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { accountBalances, accountPeople, accounts, houses, premises } from '@/db/schema/houses';
import type { Person } from '@/lib/auth/actor';
import { carryImports } from '@/lib/imports/carry';
import { confirmImport, getImport, startImport } from '@/lib/imports/imports';
import { makeOrganization, makePerson } from '@/tests/factories';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let clerk: Person;
const HOUSE = 'г Верхнеозёрск, ул Озёрная, д. 12';

beforeEach(async () => {
  organization = await makeOrganization();
  clerk = await makePerson(organization, ['debt_clerk']);
  await db.insert(houses).values({ organizationId: organization.id, address: HOUSE });
});

async function loaded(kind: string, rows: unknown[][]) {
  const book = new ExcelJS.Workbook();
  book.addWorksheet('Лист1').addRows(rows);
  const bytes = new Uint8Array(await book.xlsx.writeBuffer());
  const started = await startImport(clerk, { kind, name: 'a.xlsx', bytes });
  if (!started.ok) throw new Error(started.reason);
  await carryImports(new Date());
  const view = (await getImport(clerk, started.id))!;
  if (view.state !== 'checked') return view;
  await confirmImport(clerk, { id: view.id });
  await carryImports(new Date());
  return (await getImport(clerk, started.id))!;
}
const accountsOf = () =>
  db.select().from(accounts).where(eq(accounts.organizationId, organization.id)).orderBy(asc(accounts.number));
const peopleOf = () =>
  db
    .select()
    .from(accountPeople)
    .where(eq(accountPeople.organizationId, organization.id))
    .orderBy(accountPeople.lastName);

const HEAD = ['Лицевой счёт', 'Адрес дома', 'Помещение', 'Открыт', 'Закрыт', 'Кто это', 'Фамилия', 'Имя', 'СНИЛС'];

describe('accounts from Excel', () => {
  test('rows of an account add up: people, premises, dates; the same file again changes nothing', async () => {
    const rows = [
      HEAD,
      [
        '0012',
        'Верхнеозёрск, ул. Озёрная, 12',
        'кв. 5',
        '01.02.2015',
        '',
        'Собственник',
        'Кравцов',
        'Артём',
        '112-233-445 95',
      ],
      ['0012', HOUSE, 'кв.5', '', '', 'жилец', 'Кравцова', 'Нина', ''],
      ['13', HOUSE, '', '', new Date(Date.UTC(2024, 4, 1)), '', '', '', ''],
    ];
    expect(await loaded('accounts', rows)).toMatchObject({
      state: 'done',
      report: { total: 3, added: 2, changed: 0, same: 0, problems: [] },
    });
    expect(await accountsOf()).toMatchObject([
      { number: '0012', openedOn: '2015-02-01', closedOn: null, source: 'excel' },
      { number: '13', openedOn: null, closedOn: '2024-05-01' },
    ]);
    expect(await peopleOf()).toMatchObject([
      { kind: 'owner', lastName: 'Кравцов', snils: '11223344595' },
      { kind: 'resident', lastName: 'Кравцова', snils: null },
    ]);
    const places = await db
      .select()
      .from(premises)
      .where(eq(premises.organizationId, organization.id))
      .orderBy(premises.key);
    expect(places).toMatchObject([
      { key: 'flat:5', kind: 'flat', number: '5' },
      { key: 'house:', kind: 'house', number: '' },
    ]);
    expect(await loaded('accounts', rows)).toMatchObject({ report: { added: 0, changed: 0, same: 2 } });
    expect(await peopleOf()).toHaveLength(2);
  });

  test('empty cells leave what is known; people are replaced when the file names any', async () => {
    await loaded('accounts', [HEAD, ['12', HOUSE, '5', '01.02.2015', '', '', 'Кравцов', 'Артём', '']]);
    expect(await loaded('accounts', [HEAD, ['12', HOUSE, '5', '', '01.03.2025', '', '', '', '']])).toMatchObject({
      report: { changed: 1 },
    });
    expect(await accountsOf()).toMatchObject([{ openedOn: '2015-02-01', closedOn: '2025-03-01' }]);
    expect(await peopleOf()).toMatchObject([{ lastName: 'Кравцов' }]);
    await loaded('accounts', [HEAD, ['12', HOUSE, '5', '', '', '', 'Орлов', 'Пётр', '']]);
    expect(await peopleOf()).toMatchObject([{ lastName: 'Орлов' }]);
  });

  test('an account with one bad row is left out whole', async () => {
    const view = await loaded('accounts', [
      HEAD,
      ['12', HOUSE, '5', '', '', '', 'Кравцов', 'Артём', '112-233-445 96'],
      ['12', HOUSE, '5', '', '', '', 'Кравцова', 'Нина', ''],
      ['13', 'ул Неизвестная, д. 1', '5', '', '', '', '', '', ''],
      ['14', HOUSE, 'кв. 5 подъезд 2', '', '', '', '', '', ''],
      ['15', HOUSE, '7', '01.02.2025', '01.02.2024', '', '', '', ''],
      ['', HOUSE, '7', '', '', '', '', '', ''],
      ['16', HOUSE, '8', '', '', 'сосед', 'Иванов', 'И', ''],
      ['17', HOUSE, '9', '', '', '', '', '', ''],
      ['17', HOUSE, '9', '31.02.2025', '', '', '', '', ''],
      ['18', HOUSE, '10', '', '', '', '', '', ''],
    ]);
    expect(view.report).toMatchObject({ total: 10, added: 1 });
    expect(view.report!.problems.map(({ row, column }) => [row, column])).toEqual([
      [2, 'СНИЛС'],
      [3, 'Лицевой счёт'],
      [4, 'Адрес дома'],
      [5, 'Помещение'],
      [6, 'Закрыт'],
      [7, 'Лицевой счёт'],
      [8, 'Кто это'],
      [9, 'Лицевой счёт'],
      [10, 'Открыт'],
    ]);
    expect(await accountsOf()).toMatchObject([{ number: '18' }]);
  });

  test('50 000 rows with 100 bad ones', async () => {
    const rows: unknown[][] = [HEAD];
    for (let i = 1; i <= 50_000; i++)
      rows.push([String(i), HOUSE, `кв. ${i}`, '', '', '', 'Иванов', 'Иван', i % 500 === 1 ? '123' : '']);
    const view = await loaded('accounts', rows);
    expect(view).toMatchObject({ state: 'done', report: { total: 50_000, added: 49_900, problemRows: 100 } });
    expect(await accountsOf()).toHaveLength(49_900);
  }, 120_000);
});

describe('balances from Excel', () => {
  test('kopecks, overpayment, the same day again', async () => {
    await loaded('accounts', [HEAD, ['12', HOUSE, '5', '', '', '', '', '', '']]);
    const HEADS = ['Лицевой счёт', 'На дату', 'Сумма задолженности', 'Месяцев'];
    const rows = [
      HEADS,
      ['12', '01.11.2026', '12 345,67', 4],
      ['12', '01.10.2026', -10.5, ''],
      ['99', '01.11.2026', 1, ''],
    ];
    expect(await loaded('balances', rows)).toMatchObject({
      report: { added: 2, problems: [{ row: 4, column: 'Лицевой счёт' }] },
    });
    const balances = () =>
      db
        .select()
        .from(accountBalances)
        .where(eq(accountBalances.organizationId, organization.id))
        .orderBy(asc(accountBalances.asOf));
    expect(await balances()).toMatchObject([
      { asOf: '2026-10-01', sum: -1050, months: null },
      { asOf: '2026-11-01', sum: 1_234_567, months: 4 },
    ]);
    rows[1]![2] = '100';
    expect(await loaded('balances', rows)).toMatchObject({ report: { added: 0, changed: 1, same: 1 } });
    expect((await balances())[1]).toMatchObject({ sum: 10_000 });
  });
});
