import { randomUUID } from 'node:crypto';
import { asc, eq } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { houses } from '@/db/schema/houses';
import { imports } from '@/db/schema/imports';
import type { Person } from '@/lib/auth/actor';
import { carryImports } from '@/lib/imports/carry';
import { cancelImport, confirmImport, forgetImports, getImport, startImport } from '@/lib/imports/imports';
import { IMPORT_KINDS } from '@/lib/imports/kinds';
import { writeWorkbook } from '@/lib/imports/write-workbook';
import { blockEmployee } from '@/lib/staff/employees';
import { makeDivision, makeOrganization, makePerson, makeRequest, reload } from '@/tests/factories';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let admin: Person;

beforeEach(async () => {
  organization = await makeOrganization();
  admin = await makePerson(organization, ['admin']);
});

async function table(rows: unknown[][]): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  book.addWorksheet('Лист1').addRows(rows);
  return new Uint8Array(await book.xlsx.writeBuffer());
}

/** Uploads and reads; the view of what would change. */
async function checked(person: Person, rows: unknown[][]) {
  const started = await startImport(person, { kind: 'houses', name: 'дома.xlsx', bytes: await table(rows) });
  if (!started.ok) throw new Error(started.reason);
  await carryImports(new Date());
  return (await getImport(person, started.id))!;
}
async function loaded(person: Person, rows: unknown[][]) {
  const { id } = await checked(person, rows);
  await confirmImport(person, { id });
  await carryImports(new Date());
  return (await getImport(person, id))!;
}
const housesOf = () =>
  db.select().from(houses).where(eq(houses.organizationId, organization.id)).orderBy(asc(houses.address));

const HEAD = ['Адрес', 'Код ФИАС', 'Подразделение'];

describe('houses from Excel', () => {
  test('a preview changes nothing; a yes loads; the same file again changes nothing', async () => {
    const division = await makeDivision(organization, 'ЖЭУ № 1');
    const fias = randomUUID();
    const rows = [
      HEAD,
      ['г Верхнеозёрск, ул Озёрная, д. 12', fias.toUpperCase(), 'жэу № 1'],
      ['ул Мира, д. 1', '', ''],
    ];
    const view = await checked(admin, rows);
    expect(view).toMatchObject({ state: 'checked', report: { total: 2, added: 2, changed: 0, same: 0, problems: [] } });
    expect(await housesOf()).toEqual([]);
    expect(await confirmImport(admin, { id: view.id })).toEqual({ ok: true });
    await carryImports(new Date());
    expect(await getImport(admin, view.id)).toMatchObject({ state: 'done', report: { added: 2 } });
    expect(await housesOf()).toMatchObject([
      { address: 'г Верхнеозёрск, ул Озёрная, д. 12', fiasHouseGuid: fias, divisionId: division, source: 'excel' },
      { address: 'ул Мира, д. 1', fiasHouseGuid: null },
    ]);
    expect(await loaded(admin, rows)).toMatchObject({ report: { added: 0, changed: 0, same: 2 } });
    expect(await housesOf()).toHaveLength(2);
    // the file itself is kept no longer than needed
    expect(await db.select({ bytes: imports.bytes }).from(imports).where(eq(imports.id, view.id))).toEqual([
      { bytes: null },
    ]);
  });

  test('a house is known by its code, else by its address however it is written', async () => {
    await loaded(admin, [HEAD, ['г Верхнеозёрск, ул Озёрная, д. 12, корп. 1', '', '']]);
    const fias = randomUUID();
    expect(await loaded(admin, [HEAD, ['Верхнеозёрск, Озёрная улица, 12к1', fias, '']])).toMatchObject({
      report: { added: 0, changed: 1 },
    });
    expect(await loaded(admin, [HEAD, ['Верхнеозёрск, ул. Новая, 3', fias, '']])).toMatchObject({
      report: { added: 0, changed: 1 },
    });
    expect(await housesOf()).toMatchObject([{ address: 'Верхнеозёрск, ул. Новая, 3', fiasHouseGuid: fias }]);
  });

  test('buildings that share a code, in whatever order, and the same file again', async () => {
    const fias = randomUUID();
    const rows = [
      [...HEAD, 'Общий код'],
      ['ул Мира, д. 1, корп. 2', fias, '', 'да'],
      ['ул Мира, д. 1, корп. 1', fias, '', ''],
      ['ул Мира, д. 9', randomUUID(), '', 'да'],
    ];
    expect(await loaded(admin, rows)).toMatchObject({
      report: { added: 2, problems: [{ row: 4, column: 'Общий код' }] },
    });
    const [main, part] = await housesOf();
    expect(main).toMatchObject({ address: 'ул Мира, д. 1, корп. 1', mainHouseId: null, fiasHouseGuid: fias });
    expect(part).toMatchObject({ address: 'ул Мира, д. 1, корп. 2', mainHouseId: main!.id, fiasHouseGuid: fias });
    expect(await loaded(admin, rows)).toMatchObject({ report: { added: 0, changed: 0, same: 2 } });
  });

  test('open requests follow the division of their house', async () => {
    const head = await makePerson(organization, ['head']);
    const division = await makeDivision(organization, 'ЖЭУ № 1', { responsibleId: head.userId });
    const fias = randomUUID();
    const request = await makeRequest(organization, { fiasHouseGuid: fias });
    await loaded(admin, [HEAD, ['ул Мира, д. 1', fias, 'ЖЭУ № 1']]);
    expect(await reload(request.id)).toMatchObject({ divisionId: division, responsibleId: head.userId });
  });

  test('wrong rows are named by row and column, the rest is offered', async () => {
    await makeDivision(organization, 'ЖЭУ № 1');
    const view = await loaded(admin, [
      ['Список домов'],
      HEAD,
      ['ул Мира, д. 1', 'не код', ''],
      ['', randomUUID(), ''],
      ['ул Мира, д. 2', '', 'ЖЭУ № 77'],
      ['ул Мира, д. 3', '', 'ЖЭУ № 1'],
      ['Мира ул., 3', '', ''],
    ]);
    expect(view.report).toMatchObject({ total: 5, added: 1, problemRows: 4 });
    expect(view.report!.problems).toEqual([
      { row: 3, column: 'Код ФИАС', message: expect.stringMatching(/32/) },
      { row: 4, column: 'Адрес', message: 'Введите адрес дома.' },
      { row: 5, column: 'Подразделение', message: expect.stringMatching(/ЖЭУ № 77/) },
      { row: 7, column: 'Адрес', message: expect.stringMatching(/строке 6/) },
    ]);
    expect(await housesOf()).toMatchObject([{ address: 'ул Мира, д. 3' }]);
  });

  test('10 000 rows with ten wrong ones', async () => {
    const rows: unknown[][] = [HEAD];
    for (let i = 1; i <= 10_000; i++) rows.push([`ул Длинная, д. ${i}`, i % 1000 === 7 ? 'код' : randomUUID(), '']);
    const view = await loaded(admin, rows);
    expect(view).toMatchObject({ state: 'done', report: { total: 10_000, added: 9990, problemRows: 10 } });
    expect(view.report!.problems.map(({ row, column }) => [row, column])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i * 1000 + 8, 'Код ФИАС']),
    );
    expect(await housesOf()).toHaveLength(9990);
  });

  test('a file without the columns, and one that is no table', async () => {
    expect(await checked(admin, [['Улица', 'Дом №']])).toMatchObject({
      state: 'failed',
      refusal: expect.stringMatching(/«Адрес»/),
      report: null,
    });
    const started = await startImport(admin, { kind: 'houses', name: 'a.xlsx', bytes: Buffer.from('a;b') });
    await carryImports(new Date());
    expect(started.ok && (await getImport(admin, started.id))).toMatchObject({ state: 'failed' });
  });

  test('the template is understood and is empty', async () => {
    const { title, columns } = IMPORT_KINDS.houses;
    const bytes = await writeWorkbook({ title, columns: Object.values(columns) });
    const started = await startImport(admin, { kind: 'houses', name: 'houses.xlsx', bytes });
    await carryImports(new Date());
    expect(started.ok && (await getImport(admin, started.id))).toMatchObject({
      state: 'checked',
      report: { total: 0, added: 0, problems: [], unused: [] },
    });
  });
});

describe('who and when', () => {
  const ROWS = [HEAD, ['ул Мира, д. 1', '', '']];

  test('only an admin, only his own, only with his rights of that moment', async () => {
    const executor = await makePerson(organization, ['executor', 'head', 'debt_clerk']);
    expect(await startImport(executor, { kind: 'houses', name: 'a', bytes: await table(ROWS) })).toMatchObject({
      reason: 'forbidden',
    });
    expect(await startImport(admin, { kind: 'constructor', name: 'a', bytes: await table(ROWS) })).toMatchObject({
      reason: 'notFound',
    });
    const { id } = await checked(admin, ROWS);
    const other = await makePerson(organization, ['admin']);
    expect(await getImport(other, id)).toBeNull();
    expect(await confirmImport(other, { id })).toMatchObject({ reason: 'notFound' });
    expect(await cancelImport(other, { id })).toMatchObject({ reason: 'notFound' });
    await confirmImport(admin, { id });
    await blockEmployee(other, { id: admin.userId, heirId: null });
    await carryImports(new Date());
    expect(await getImport(admin, id)).toMatchObject({ state: 'failed' });
    expect(await housesOf()).toEqual([]);
  });

  test('a no throws the file away; a yes twice loads once; what is forgotten goes after a day', async () => {
    const first = await checked(admin, ROWS);
    expect(await cancelImport(admin, { id: first.id })).toEqual({ ok: true });
    expect(await cancelImport(admin, { id: first.id })).toEqual({ ok: true });
    expect(await confirmImport(admin, { id: first.id })).toMatchObject({ reason: 'notAllowed' });
    const second = await checked(admin, ROWS);
    await Promise.all([confirmImport(admin, { id: second.id }), confirmImport(admin, { id: second.id })]);
    await Promise.all([carryImports(new Date()), carryImports(new Date())]);
    expect(await housesOf()).toHaveLength(1);
    const third = await checked(admin, ROWS);
    expect(await forgetImports(new Date())).toBe(0);
    expect(await forgetImports(new Date(Date.now() + 90_000_000))).toBeGreaterThan(0);
    expect(await getImport(admin, third.id)).toMatchObject({ state: 'cancelled', report: null });
  });

  test('two admins load one new house at the same moment: it is there once', async () => {
    const other = await makePerson(organization, ['admin']);
    const [one, two] = [await checked(admin, ROWS), await checked(other, ROWS)];
    await confirmImport(admin, { id: one.id });
    await carryImports(new Date());
    await confirmImport(other, { id: two.id });
    await carryImports(new Date());
    expect(await getImport(other, two.id)).toMatchObject({ state: 'done', report: { added: 0, same: 1 } });
    expect(await housesOf()).toHaveLength(1);
  });
});
