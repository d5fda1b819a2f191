import { asc, eq } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { debtors, requestEvents } from '@/db/schema/debt-requests';
import { accessLog } from '@/db/schema/notifications';
import type { Person } from '@/lib/auth/actor';
import { saveDraft, sendSaved, take } from '@/lib/debt-requests/answer';
import { carryExports } from '@/lib/debt-requests/carry-exports';
import { FILE_COLUMNS } from '@/lib/debt-requests/exchange-file';
import {
  downloadExport,
  forgetExports,
  listExports,
  startExport,
  startExportSchema,
} from '@/lib/debt-requests/exports';
import { carryImports } from '@/lib/imports/carry';
import { confirmImport, getImport, startImport } from '@/lib/imports/imports';
import { answerNo, answerYes, makeOrganization, makePerson, makeRequest, reload } from '@/tests/factories';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let head: Person;

beforeEach(async () => {
  organization = await makeOrganization();
  head = await makePerson(organization, ['head']);
});

const TITLES = FILE_COLUMNS.map(({ title }) => title);

async function exported(
  person: Person,
  given: Parameters<typeof startExportSchema.parse>[0] = {},
): Promise<ExcelJS.Workbook> {
  const started = await startExport(person, startExportSchema.parse(given));
  if (!started.ok) throw new Error(started.reason);
  await carryExports(new Date());
  const bytes = await downloadExport(person, started.id);
  if (!bytes) throw new Error(JSON.stringify(await listExports(person)));
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as never);
  return book;
}
const textOf = (sheet: ExcelJS.Worksheet, row: number, title: string) =>
  sheet.getCell(row, TITLES.indexOf(title as never) + 1);

async function loaded(person: Person, book: ExcelJS.Workbook, confirm = true) {
  const bytes = new Uint8Array(await book.xlsx.writeBuffer());
  const started = await startImport(person, { kind: 'answers', name: 'ответы.xlsx', bytes });
  if (!started.ok) throw new Error(started.reason);
  await carryImports(new Date());
  if (!confirm) return (await getImport(person, started.id))!;
  await confirmImport(person, { id: started.id });
  await carryImports(new Date());
  return (await getImport(person, started.id))!;
}
/** A file as staff make it: only the columns that matter. */
function table(rows: Record<string, unknown>[]): ExcelJS.Workbook {
  const book = new ExcelJS.Workbook();
  const titles = ['Номер запроса', 'ГИС-идентификатор подзапроса', ...TITLES.slice(14)];
  const sheet = book.addWorksheet('Лист1');
  sheet.addRow(titles);
  for (const row of rows) sheet.addRow(titles.map((title) => row[title] ?? ''));
  return book;
}
const row = (request: { requestNumber: string; subrequestGuid: string }, given: Record<string, unknown> = {}) => ({
  'Номер запроса': request.requestNumber,
  'ГИС-идентификатор подзапроса': request.subrequestGuid.toUpperCase(),
  ...given,
});
const KRAVTSOV = { 'Фамилия должника': 'Кравцов', 'Имя должника': 'Артём', 'Отчество должника': 'Олегович' };

describe('«Скачать файл»', () => {
  test('the 21 columns of the manual in their order, text and real dates, only answers unlocked', async () => {
    await makeRequest(organization, {
      requestNumber: '00123',
      responsibleId: head.userId,
      address: '=1+1',
      responseDate: '2027-01-15',
      description: '@комментарий',
    });
    const book = await exported(head);
    const sheet = book.getWorksheet('Запросы')!;
    expect((sheet.getRow(1).values as string[]).slice(1)).toEqual(TITLES);
    expect(TITLES).toHaveLength(21);
    expect(textOf(sheet, 2, 'Номер запроса').value).toBe('00123');
    expect(textOf(sheet, 2, 'Адрес').value).toBe('=1+1, кв. 1');
    expect(textOf(sheet, 2, 'Адрес').formula).toBeUndefined();
    expect(textOf(sheet, 2, 'Крайний срок ответа').value).toEqual(new Date('2027-01-15T00:00:00Z'));
    expect(textOf(sheet, 2, 'Крайний срок ответа').numFmt).toBe('dd.mm.yyyy');
    expect(textOf(sheet, 2, 'Наличие задолженности').value || '').toBe('');
    expect(textOf(sheet, 2, 'Наличие задолженности').dataValidation.formulae).toEqual(['"ДА,НЕТ"']);
    expect(textOf(sheet, 2, 'Наличие задолженности').protection).toMatchObject({ locked: false });
    expect(book.getWorksheet('Формат')!.rowCount).toBe(22);
    const seen = await db.select().from(accessLog).where(eq(accessLog.userId, head.userId));
    expect(seen).toMatchObject([{ action: 'exportRequests' }]);
  });

  test('what the person sees and asked for, his own file, for a week', async () => {
    const executor = await makePerson(organization, ['executor']);
    const other = await makePerson(organization, ['executor']);
    await makeRequest(organization, { assigneeId: executor.userId, sentDate: '2026-11-01' });
    await makeRequest(organization, { assigneeId: other.userId, sentDate: '2026-11-01' });
    await makeRequest(organization, { assigneeId: executor.userId, sentDate: '2026-10-01' });
    await makeRequest(await makeOrganization(), {});
    expect((await exported(head)).getWorksheet('Запросы')!.rowCount).toBe(4);
    const book = await exported(executor, { from: '2026-10-15' });
    expect(book.getWorksheet('Запросы')!.rowCount).toBe(2);
    expect((await exported(head, { onlyMatched: true })).getWorksheet('Запросы')!.rowCount).toBe(1);
    const [mine] = await listExports(executor);
    expect(mine).toMatchObject({ state: 'done', total: 1, about: '15.10.2026–…' });
    expect(await downloadExport(head, mine!.id)).toBeNull();
    expect(await forgetExports(new Date(Date.now() + 8 * 86_400_000))).toBeGreaterThan(0);
    expect(await downloadExport(executor, mine!.id)).toBeNull();
    expect((await listExports(executor))[0]).toMatchObject({ state: 'deleted' });
  });

  test('loaded back unchanged it changes nothing', async () => {
    const request = await makeRequest(organization, { responsibleId: head.userId });
    await saveDraft(head, { id: request.id, version: 1, answer: { ...answerYes(), description: 'Приказ № 1' } });
    await makeRequest(organization, { responsibleId: head.userId });
    const view = await loaded(head, await exported(head));
    expect(view).toMatchObject({ state: 'done', report: { total: 2, changed: 0, same: 2, problems: [], lines: [] } });
    expect(await reload(request.id)).toMatchObject({ version: 2, status: 'in_progress' });
  });
});

describe('«Загрузить из файла»', () => {
  test('a preview tells what becomes of each; a yes does it, as who loaded it; again it does nothing', async () => {
    const [no, yes, empty] = [
      await makeRequest(organization, { responsibleId: head.userId, requestNumber: '1' }),
      await makeRequest(organization, { responsibleId: head.userId, requestNumber: '2' }),
      await makeRequest(organization, { responsibleId: head.userId, requestNumber: '3' }),
    ];
    const book = () =>
      table([
        row(no, { 'Наличие задолженности': ' нет. ', Комментарий: 'Долга нет' }),
        row(yes, { 'Наличие задолженности': 'Yes', ...KRAVTSOV }),
        row(yes, { 'Наличие задолженности': 'да', 'Фамилия должника': 'Кравцова', 'Имя должника': 'Нина' }),
        row(empty),
      ]);
    const preview = await loaded(head, book(), false);
    expect(preview).toMatchObject({ state: 'checked', report: { total: 4, changed: 2, same: 1, problems: [] } });
    expect(preview.report!.lines!.map(({ was, becomes }) => [was, becomes])).toEqual([
      ['ответа нет', 'отсутствует'],
      ['ответа нет', 'существует, должников: 2'],
    ]);
    expect(JSON.stringify(preview.report)).not.toContain('Кравцов');
    expect(await reload(no.id)).toMatchObject({ status: 'new', hasDebt: null });
    await loaded(head, book());
    expect(await reload(no.id)).toMatchObject({
      status: 'ready',
      hasDebt: false,
      description: 'Долга нет',
      answerSource: 'excel',
    });
    expect(await reload(yes.id)).toMatchObject({ status: 'ready', hasDebt: true, verification: 'not_needed' });
    expect(await reload(empty.id)).toMatchObject({ status: 'new', hasDebt: null, version: 1 });
    const people = await db.select().from(debtors).where(eq(debtors.requestId, yes.id)).orderBy(asc(debtors.position));
    expect(people.map(({ lastName }) => lastName)).toEqual(['Кравцов', 'Кравцова']);
    const [event] = await db.select().from(requestEvents).where(eq(requestEvents.requestId, no.id));
    expect(event).toMatchObject({ actorId: head.userId, action: 'markReady', data: { file: true } });
    expect(await loaded(head, book())).toMatchObject({ report: { changed: 0, problems: [] } });
    expect(await reload(yes.id)).toMatchObject({ version: 2 });
  });

  test('an executor hands his over for review, and touches nobody else’s', async () => {
    const executor = await makePerson(organization, ['executor'], { canSend: false });
    const [mine, free, foreign] = [
      await makeRequest(organization),
      await makeRequest(organization),
      await makeRequest(organization, { assigneeId: head.userId }),
    ];
    await take(executor, { id: mine.id, version: 1 });
    const given = { 'Наличие задолженности': 'НЕТ' };
    const view = await loaded(executor, table([row(mine, given), row(free, given), row(foreign, given)]));
    expect(view.report).toMatchObject({ changed: 1 });
    expect(view.report!.problems.map(({ row: at }) => at)).toEqual([3, 4]);
    expect(await reload(mine.id)).toMatchObject({ status: 'prepared', hasDebt: false });
    expect(await reload(free.id)).toMatchObject({ status: 'new', hasDebt: null });
    expect(await reload(foreign.id)).toMatchObject({ status: 'new', hasDebt: null });
  });

  test('promised documents: a draft that no mass sending takes', async () => {
    const request = await makeRequest(organization, { responsibleId: head.userId });
    await loaded(
      head,
      table([row(request, { 'Наличие задолженности': 'ДА', ...KRAVTSOV, 'Есть документы о задолженности': 'да' })]),
    );
    expect(await reload(request.id)).toMatchObject({ status: 'in_progress', documentsPromised: true, hasDebt: true });
    expect(await sendSaved(head, { id: request.id, version: 2 }, new Date())).toMatchObject({
      reason: 'notAllowed',
      message: expect.stringMatching(/обещаны документы/),
    });
  });

  test('what a file does not know of a debtor stays: СНИЛС and document', async () => {
    const request = await makeRequest(organization, { responsibleId: head.userId });
    await saveDraft(head, { id: request.id, version: 1, answer: answerYes() });
    const known = { 'Фамилия должника': 'ОБРАЗЦОВ', 'Имя должника': 'Пётр' };
    await loaded(head, table([row(request, { 'Наличие задолженности': 'ДА', Комментарий: 'уточнено', ...known })]));
    expect(await db.select().from(debtors).where(eq(debtors.requestId, request.id))).toMatchObject([
      { lastName: 'ОБРАЗЦОВ', snils: '11223344595' },
    ]);
  });

  test('rows that cannot be loaded are named, the rest goes', async () => {
    const make = (given: Parameters<typeof makeRequest>[1] = {}) =>
      makeRequest(organization, { responsibleId: head.userId, ...given });
    const [good, nameless, answered, contradicted, odd] = [
      await make(),
      await make(),
      await make({ status: 'answered', hasDebt: true }),
      await make(),
      await make(),
    ];
    const stolen = await makeRequest(await makeOrganization());
    const [twin, otherTwin] = [await make({ requestNumber: '777' }), await make({ requestNumber: '777' })];
    const single = await make({ requestNumber: '888' });
    const no = { 'Наличие задолженности': 'НЕТ' };
    const view = await loaded(
      head,
      table([
        row(good, no),
        row(nameless, { 'Наличие задолженности': 'ДА', 'Фамилия должника': 'Кравцов' }),
        row(answered, no),
        row(contradicted, no),
        row(contradicted, { 'Наличие задолженности': 'ДА', ...KRAVTSOV }),
        row(odd, { 'Наличие задолженности': 'не знаю' }),
        row(stolen, no),
        { 'Номер запроса': '777', ...no },
        { 'Номер запроса': '888', ...no },
        row(odd, { 'Наличие задолженности': 'ДА', ...KRAVTSOV, Комментарий: 'я'.repeat(1001) }),
      ]),
    );
    expect(view.report!.problems.map(({ row: at, column }) => [at, column])).toEqual([
      [3, 'Имя должника'],
      [4, ''],
      [6, 'Наличие задолженности'],
      [7, 'Наличие задолженности'],
      [8, 'ГИС-идентификатор подзапроса'],
      [9, 'Номер запроса'],
      [11, 'Комментарий'],
    ]);
    expect(view.report).toMatchObject({ changed: 2 });
    expect(await reload(good.id)).toMatchObject({ status: 'ready', hasDebt: false });
    expect(await reload(single.id)).toMatchObject({ status: 'ready' });
    expect(await reload(stolen.id)).toMatchObject({ status: 'new', hasDebt: null, version: 1 });
    for (const one of [nameless, contradicted, odd, twin, otherTwin])
      expect(await reload(one.id)).toMatchObject({ status: 'new', hasDebt: null });
    expect(await reload(answered.id)).toMatchObject({ status: 'answered', hasDebt: true });
  });

  test('an answer changed between the preview and the yes is judged as it is then', async () => {
    const request = await makeRequest(organization, { responsibleId: head.userId });
    const bytes = new Uint8Array(await table([row(request, { 'Наличие задолженности': 'НЕТ' })]).xlsx.writeBuffer());
    const started = await startImport(head, { kind: 'answers', name: 'a.xlsx', bytes });
    if (!started.ok) throw new Error(started.reason);
    await carryImports(new Date());
    await saveDraft(head, { id: request.id, version: 1, answer: answerNo() });
    await confirmImport(head, { id: started.id });
    await carryImports(new Date());
    expect(await getImport(head, started.id)).toMatchObject({ state: 'done', report: { changed: 0, same: 1 } });
    expect(await reload(request.id)).toMatchObject({ version: 2, status: 'in_progress' });
  });
});
