import { asc, eq } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { courtCases, debtRequestAccounts, respondents } from '@/db/schema/court-cases';
import { nsiItems } from '@/db/schema/debt-requests';
import { accountPremises, accounts, houses, premises } from '@/db/schema/houses';
import { notifications } from '@/db/schema/notifications';
import { getAccount, listAccounts } from '@/lib/accounts/accounts';
import type { Person } from '@/lib/auth/actor';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { type CaseFormInput, caseFormSchema } from '@/lib/court-cases/case-schema';
import { addPayment, getCase, listCases, saveCase } from '@/lib/court-cases/cases';
import { rememberSearch } from '@/lib/debt-requests/registry';
import { carryImports } from '@/lib/imports/carry';
import { confirmImport, getImport, startImport } from '@/lib/imports/imports';
import { makeDivision, makeOrganization, makePerson, makeRequest } from '@/tests/factories';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let clerk: Person;
let accountId: string;

const NSI = {
  guid: crypto.randomUUID(),
  registryNumber: 95,
  code: '1',
  name: 'Паспорт гражданина Российской Федерации',
};

beforeEach(async () => {
  await db.insert(nsiItems).values(NSI).onConflictDoNothing();
  organization = await makeOrganization();
  clerk = await makePerson(organization, ['debt_clerk']);
  accountId = await makeAccount('12');
});

async function makeAccount(number: string, divisionId: string | null = null): Promise<string> {
  const own = { organizationId: organization.id };
  const [house] = await db
    .insert(houses)
    .values({ ...own, address: `ул Мира, д. ${number}`, divisionId })
    .returning();
  const [place] = await db
    .insert(premises)
    .values({ ...own, houseId: house!.id, number: '5', key: 'flat:5' })
    .returning();
  const [account] = await db
    .insert(accounts)
    .values({ ...own, number })
    .returning();
  await db.insert(accountPremises).values({ accountId: account!.id, premisesId: place!.id });
  return account!.id;
}

const KRAVTSOV = { lastName: 'Кравцов', firstName: 'Артём', snils: '112-233-445 95' };
const input = (columns: Partial<CaseFormInput['columns']> = {}, given: Partial<CaseFormInput> = {}) =>
  ({
    id: '',
    version: 0,
    accountId,
    liability: 'joint',
    columns: {
      kind: 'claim',
      number: '2-1184/2025',
      filedOn: '01.02.2025',
      periodStart: '01.01.2024',
      periodEnd: '31.12.2024',
      claimed: '35 815,37',
      decision: 'full',
      effectiveOn: '02.07.2025',
      awarded: '35 815,37',
      ...columns,
    },
    respondents: [KRAVTSOV],
    ...given,
  }) satisfies CaseFormInput;
const form = (...given: Parameters<typeof input>) => caseFormSchema.parse(input(...given));
const wrongIn = (...given: Parameters<typeof input>) =>
  Object.fromEntries(
    (caseFormSchema.safeParse(input(...given)).error?.issues ?? []).map(({ path, message }) => [
      path.join('.'),
      message,
    ]),
  );
async function saved(...given: Parameters<typeof input>) {
  const result = await saveCase(clerk, form(...given));
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result;
}

describe('a court case by hand', () => {
  test('is kept with its respondents, changed by version, and shown', async () => {
    const { id, version } = await saved();
    const card = (await getCase(clerk, id))!;
    expect(card).toMatchObject({
      one: { awarded: 3_581_537, claimed: 3_581_537, collected: 0, effectiveOn: '2025-07-02', source: 'person' },
      account: { number: '12' },
      respondents: [{ lastName: 'Кравцов', snils: '11223344595' }],
    });
    const next = form(
      { decision: 'partial' },
      { id, version, respondents: [KRAVTSOV, { organizationName: 'ООО «А»' }] },
    );
    expect(await saveCase(clerk, next)).toEqual({ ok: true, id, version: version + 1 });
    expect(await saveCase(clerk, next)).toMatchObject({ reason: 'stale' });
    expect((await getCase(clerk, id))!.respondents).toHaveLength(2);
    expect((await getAccount(clerk, accountId))!.cases).toMatchObject([{ id, decision: 'partial' }]);
  });

  test('what cannot be true is said beside its field', () => {
    expect(wrongIn({ periodEnd: '31.12.2023' })).toHaveProperty(['columns.periodEnd']);
    expect(wrongIn({ collected: '40 000' })).toHaveProperty(['columns.collected']);
    expect(wrongIn({ decision: 'refused' })).toHaveProperty(['columns.awarded']);
    expect(wrongIn({ actDate: '03.07.2025' })).toHaveProperty(['columns.effectiveOn']);
    expect(wrongIn({ number: ' ', filedOn: '31.02.2025', claimed: '-1' })).toMatchObject({
      'columns.number': expect.any(String),
      'columns.filedOn': expect.any(String),
      'columns.claimed': expect.any(String),
    });
    expect(wrongIn({}, { respondents: [{ lastName: 'Кравцов', snils: '112-233-445 96' }] })).toHaveProperty([
      'respondents.0.snils',
    ]);
    expect(wrongIn({}, { respondents: [{ lastName: 'Кравцов' }, { firstName: 'А' }, {}] })).toMatchObject({
      'respondents.0.firstName': expect.any(String),
      'respondents.1.lastName': expect.any(String),
      'respondents.2.lastName': expect.any(String),
    });
  });

  test('the same case twice, and a day to come, are refused', async () => {
    await saved();
    expect(await saveCase(clerk, form())).toMatchObject({ fields: { 'columns.number': expect.any(String) } });
    const tomorrow = addDays(moscowToday(), 1).split('-').reverse().join('.');
    expect(await saveCase(clerk, form({ number: '2', cancelledOn: tomorrow }))).toMatchObject({
      fields: { 'columns.cancelledOn': expect.any(String) },
    });
  });

  test('a respondent has an identity document of the portal’s dictionary, whole or not at all', async () => {
    const passport = { documentTypeCode: '1', documentSeries: '6509', documentNumber: '123456' };
    const { id } = await saved({}, { respondents: [{ ...KRAVTSOV, ...passport }] });
    expect((await getCase(clerk, id))!.respondents).toMatchObject([passport]);
    expect(wrongIn({}, { respondents: [{ ...KRAVTSOV, documentNumber: '1' }] })).toHaveProperty([
      'respondents.0.documentTypeCode',
    ]);
    expect(wrongIn({}, { respondents: [{ ...KRAVTSOV, documentTypeCode: '1' }] })).toHaveProperty([
      'respondents.0.documentNumber',
    ]);
    const unknown = form({ number: '2' }, { respondents: [{ ...KRAVTSOV, ...passport, documentTypeCode: '777' }] });
    expect(await saveCase(clerk, unknown)).toMatchObject({
      fields: { 'respondents.0.documentTypeCode': expect.any(String) },
    });
  });

  test('two at once on the same case: one wins', async () => {
    const { id, version } = await saved();
    const results = await Promise.all(
      ['partial', 'full'].map((decision) => saveCase(clerk, form({ decision }, { id, version }))),
    );
    expect(results.map((result) => (result.ok ? 'ok' : result.reason)).sort()).toEqual(['ok', 'stale']);
  });

  test('other roles, other organizations, other divisions', async () => {
    const { id } = await saved();
    const head = await makePerson(organization, ['head', 'executor']);
    expect(await saveCase(head, form({ number: '3' }))).toMatchObject({ reason: 'forbidden' });
    expect(await getCase(head, id)).not.toBeNull();
    const stranger = await makePerson(await makeOrganization(), ['debt_clerk']);
    expect(await getCase(stranger, id)).toBeNull();
    expect(await saveCase(stranger, form({ number: '3' }))).toEqual({ ok: false, reason: 'notFound' });
    expect((await listCases(stranger, { search: null, state: null, page: 1 })).total).toBe(0);
    const [north, south] = [await makeDivision(organization, 'Север'), await makeDivision(organization, 'Юг')];
    const northern = await makePerson(organization, ['executor'], { divisionId: north });
    const mine = await makeAccount('77', north);
    await makeAccount('78', south);
    expect(await getCase(northern, id)).toBeNull();
    expect(await getAccount(northern, accountId)).toBeNull();
    expect((await listAccounts(northern, { search: null, houseId: null, page: 1 })).rows.map((row) => row.id)).toEqual([
      mine,
    ]);
  });
});

describe('payments', () => {
  test('make the remainder smaller, never less than nothing', async () => {
    const { id, version } = await saved({ awarded: '100' });
    const pay = (sum: string, of: number) =>
      addPayment(clerk, {
        caseId: id,
        version: of,
        paidOn: '2025-08-01',
        sum: Math.round(Number(sum) * 100),
        comment: null,
      });
    expect(await pay('60', version)).toEqual({ ok: true, version: version + 1 });
    expect(await pay('60', version)).toMatchObject({ reason: 'stale' });
    expect(await pay('40.01', version + 1)).toMatchObject({ fields: { sum: expect.any(String) } });
    const both = await Promise.all([pay('40', version + 1), pay('40', version + 1)]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await getCase(clerk, id))!).toMatchObject({ one: { collected: 10_000 }, payments: [{}, {}] });
  });

  test('that end the debt of a sent «Да» tell whoever answers for it, once', async () => {
    const head = await makePerson(organization, ['head']);
    const { id, version } = await saved({ awarded: '100' });
    const sent = await makeRequest(organization, { status: 'answered', hasDebt: true, responsibleId: head.userId });
    const no = await makeRequest(organization, { status: 'answered', hasDebt: false, responsibleId: head.userId });
    for (const { id: requestId } of [sent, no]) await db.insert(debtRequestAccounts).values({ requestId, accountId });
    const told = () => db.select().from(notifications).where(eq(notifications.userId, head.userId));
    await addPayment(clerk, { caseId: id, version, paidOn: '2025-08-01', sum: 5000, comment: null });
    expect(await told()).toEqual([]);
    await addPayment(clerk, { caseId: id, version: version + 1, paidOn: '2025-08-02', sum: 5000, comment: null });
    expect(await told()).toMatchObject([{ kind: 'caseEnded', requestId: sent.id }]);
    await saveCase(
      clerk,
      form({ awarded: '100', collected: '100', cancelledOn: '01.09.2025' }, { id, version: version + 2 }),
    );
    expect(await told()).toHaveLength(1);
  });
});

test('the list: by state, by words; names never stand in the address', async () => {
  await saved();
  await saved({ number: '3', decision: '', awarded: '', effectiveOn: '' }, { respondents: [] });
  await saved({ number: '4', cancelledOn: '01.09.2025' }, { respondents: [{ lastName: 'Орлов', firstName: 'Пётр' }] });
  const numbers = async (state: 'open' | 'noDecision' | 'ended' | null, search: string | null = null) =>
    (await listCases(clerk, { search, state, page: 1 })).rows.map(({ number }) => number);
  expect(await numbers(null)).toEqual(['2-1184/2025', '3', '4']);
  expect(await numbers('open')).toEqual(['2-1184/2025']);
  expect(await numbers('noDecision')).toEqual(['3']);
  expect(await numbers('ended')).toEqual(['4']);
  const found = await rememberSearch(clerk, { text: 'орлов 4' });
  expect(await numbers(null, found.ok ? found.search : null)).toEqual(['4']);
});

describe('court cases from Excel', () => {
  const HEAD = [
    'Лицевой счёт',
    'Вид',
    'Номер',
    'Дата',
    'Период взыскания с',
    'Период взыскания по',
    'Сумма задолженности',
    'Решение суда',
    'Вступил в силу',
    'Присуждено',
    'Взысканная сумма',
    'Погашен',
    'Фамилия',
    'Имя',
    'СНИЛС',
    'Вид документа',
    'Серия документа',
    'Номер документа',
  ];
  const row = (given: Record<string, unknown> = {}) => {
    const cells: Record<string, unknown> = {
      'Лицевой счёт': '12',
      Вид: 'Иск',
      Номер: '2-1/2025',
      Дата: '01.02.2025',
      'Период взыскания с': '01.01.2024',
      'Период взыскания по': '31.12.2024',
      'Сумма задолженности': 100.5,
      'Решение суда': 'Взыскать полностью',
      'Вступил в силу': '02.07.2025',
      Присуждено: '100,50',
      Фамилия: 'Кравцов',
      Имя: 'Артём',
      ...given,
    };
    return HEAD.map((title) => cells[title] ?? '');
  };
  async function loaded(rows: unknown[][]) {
    const book = new ExcelJS.Workbook();
    book.addWorksheet('Лист1').addRows([HEAD, ...rows]);
    const bytes = new Uint8Array(await book.xlsx.writeBuffer());
    const started = await startImport(clerk, { kind: 'courtCases', name: 'a.xlsx', bytes });
    if (!started.ok) throw new Error(started.reason);
    await carryImports(new Date());
    await confirmImport(clerk, { id: started.id });
    await carryImports(new Date());
    return (await getImport(clerk, started.id))!;
  }
  const casesOf = () =>
    db.select().from(courtCases).where(eq(courtCases.organizationId, organization.id)).orderBy(asc(courtCases.number));

  test('rows of a case are its respondents; the same file again changes nothing; a new figure replaces', async () => {
    const rows = [row(), row({ Фамилия: 'Кравцова', Имя: 'Нина' }), row({ Номер: '2-2/2025', Вид: 'судебный приказ' })];
    expect(await loaded(rows)).toMatchObject({ state: 'done', report: { added: 2, problems: [] } });
    expect(await casesOf()).toMatchObject([
      { number: '2-1/2025', kind: 'claim', claimed: 10_050, awarded: 10_050, decision: 'full', source: 'excel' },
      { number: '2-2/2025', kind: 'order' },
    ]);
    expect(await db.select().from(respondents).where(eq(respondents.organizationId, organization.id))).toHaveLength(3);
    expect(await loaded(rows)).toMatchObject({ report: { added: 0, changed: 0, same: 2 } });
    expect(await loaded([row({ 'Взысканная сумма': 50 })])).toMatchObject({ report: { changed: 1 } });
    expect(await casesOf()).toMatchObject([{ collected: 5000, version: 2 }, {}]);
    expect(await db.select().from(respondents).where(eq(respondents.organizationId, organization.id))).toHaveLength(2);
  });

  test('a document is read by its name, and a file without it takes away neither it nor the share', async () => {
    const passport = {
      'Вид документа': 'паспорт ГРАЖДАНИНА российской федерации',
      'Серия документа': '6509',
      'Номер документа': '123456',
    };
    expect(await loaded([row(passport)])).toMatchObject({ report: { added: 1, problems: [] } });
    const kept = () => db.select().from(respondents).where(eq(respondents.organizationId, organization.id));
    const same = { documentTypeCode: '1', documentSeries: '6509', documentNumber: '123456', share: '1/2' };
    await db.update(respondents).set({ share: '1/2' }).where(eq(respondents.organizationId, organization.id));
    expect(await loaded([row()])).toMatchObject({ report: { changed: 0, same: 1 } });
    expect(await loaded([row({ 'Взысканная сумма': 50 })])).toMatchObject({ report: { changed: 1 } });
    expect(await kept()).toMatchObject([same]);
    expect(await loaded([row({ ...passport, 'Номер документа': '654321' })])).toMatchObject({ report: { changed: 1 } });
    expect(await kept()).toMatchObject([{ ...same, documentNumber: '654321' }]);
    expect(await loaded([row({ Номер: 'а', ...passport, 'Вид документа': 'Пропуск' })])).toMatchObject({
      report: { added: 0, problems: [{ row: 2, column: 'Вид документа' }] },
    });
  });

  test('wrong rows are named, and a case with one is left out whole', async () => {
    const view = await loaded([
      row({ 'Лицевой счёт': '99' }),
      row({ Номер: 'а', 'Взысканная сумма': 200 }),
      row({ Номер: 'б', СНИЛС: '11223344596' }),
      row({ Номер: 'б', Фамилия: 'Кравцова', Имя: 'Нина' }),
      row({ Номер: 'в' }),
      row({ Номер: 'в', Присуждено: '90', Фамилия: 'Кравцова', Имя: 'Нина' }),
      row({ Номер: 'г', Имя: '' }),
      row({ Номер: 'д', Погашен: '01.01.2099' }),
      row({ Номер: 'е', Вид: 'жалоба' }),
      row({ Номер: 'ж' }),
    ]);
    expect(view.report!.problems.map(({ row: at, column }) => [at, column])).toEqual([
      [2, 'Лицевой счёт'],
      [3, 'Взысканная сумма'],
      [4, 'СНИЛС'],
      [5, 'Номер'],
      [6, 'Номер'],
      [7, 'Присуждено'],
      [8, 'Имя ответчика'],
      [9, 'Погашен'],
      [10, 'Вид'],
    ]);
    expect(await casesOf()).toMatchObject([{ number: 'ж' }]);
  });
});
