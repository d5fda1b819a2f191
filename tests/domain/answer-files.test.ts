import { asc, eq, inArray } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { db } from '@/db/client';
import { debtors, requestEvents } from '@/db/schema/debt-requests';
import { exchangeItems } from '@/db/schema/exchange';
import { answerFileRows, answerFiles } from '@/db/schema/imports';
import { accessLog, notifications } from '@/db/schema/notifications';
import { organizations } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { saveDraft, sendSaved, take } from '@/lib/debt-requests/answer';
import {
  chooseRows,
  confirmAnswers,
  downloadResult,
  forgetAnswerFiles,
  getAnswerFile,
  listAnswerFiles,
  listFileRows,
  stopAnswers,
  uploadAnswers,
} from '@/lib/debt-requests/answer-files';
import { previewBulk } from '@/lib/debt-requests/bulk';
import { carryAnswerFiles } from '@/lib/debt-requests/carry-answer-files';
import { carryExports } from '@/lib/debt-requests/carry-exports';
import { FILE_COLUMNS } from '@/lib/debt-requests/exchange-file';
import { downloadExport, startExport, startExportSchema } from '@/lib/debt-requests/exports';
import { blockEmployee } from '@/lib/staff/employees';
import { answerNo, answerYes, makeOrganization, makePerson, makeRequest, reload } from '@/tests/factories';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let head: Person;

beforeEach(async () => {
  organization = await makeOrganization();
  head = await makePerson(organization, ['head']);
});

const TITLES: readonly string[] = FILE_COLUMNS.map(({ title }) => title);

async function open(bytes: Uint8Array): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as never);
  return book;
}
async function exported(person: Person): Promise<ExcelJS.Workbook> {
  const started = await startExport(person, startExportSchema.parse({}));
  if (!started.ok) throw new Error(started.reason);
  await carryExports(new Date());
  return open((await downloadExport(person, started.id))!);
}
/** Uploads and reads; the id under which it is. */
async function checked(person: Person, book: ExcelJS.Workbook): Promise<string> {
  const bytes = new Uint8Array(await book.xlsx.writeBuffer());
  const started = await uploadAnswers(person, { name: 'ответы.xlsx', bytes });
  if (!started.ok) throw new Error(started.reason);
  await carryAnswerFiles(new Date());
  return started.id;
}
async function applied(person: Person, id: string) {
  const file = (await getAnswerFile(person, id))!;
  if (file.counts.chosen > 0)
    expect(await confirmAnswers(person, { id, chosen: file.counts.chosen })).toEqual({ ok: true });
  while ((await getAnswerFile(person, id))!.state === 'applying') await carryAnswerFiles(new Date());
  return (await getAnswerFile(person, id))!;
}
const loaded = async (person: Person, book: ExcelJS.Workbook) => applied(person, await checked(person, book));
const rowsOf = async (person: Person, id: string) => (await listFileRows(person, id, 'all', 1)).rows;
const make = (given: Parameters<typeof makeRequest>[1] = {}) =>
  makeRequest(organization, { responsibleId: head.userId, ...given });
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

const NO = { 'Наличие задолженности': 'НЕТ' };
const YES = { 'Наличие задолженности': 'ДА', ...KRAVTSOV };

describe('a preview, a choice, a yes', () => {
  test('loaded back unchanged it changes nothing', async () => {
    const request = await makeRequest(organization, { responsibleId: head.userId });
    await saveDraft(head, { id: request.id, version: 1, answer: { ...answerYes(), description: 'Приказ № 1' } });
    await makeRequest(organization, { responsibleId: head.userId });
    const view = await loaded(head, await exported(head));
    expect(view).toMatchObject({
      state: 'checked',
      counts: { total: 2, changed: 0, same: 1, empty: 1, bad: 0, chosen: 0 },
    });
    expect(await reload(request.id)).toMatchObject({ version: 2, status: 'in_progress' });
  });

  test('each row tells what is and what will be; a yes does it, as who loaded it; again it does nothing', async () => {
    const [no, yes, empty] = [
      await make({ requestNumber: '1' }),
      await make({ requestNumber: '2' }),
      await make({ requestNumber: '3' }),
    ];
    const book = () =>
      table([
        row(no, { 'Наличие задолженности': ' нет. ', Комментарий: 'Долга нет' }),
        row(yes, { 'Наличие задолженности': 'Yes', ...KRAVTSOV }),
        row(yes, { 'Наличие задолженности': 'да', 'Фамилия должника': 'Кравцова', 'Имя должника': 'Нина' }),
        row(empty),
      ]);
    const id = await checked(head, book());
    expect(await getAnswerFile(head, id)).toMatchObject({
      state: 'checked',
      counts: { total: 3, changed: 2, yes: 1, chosen: 2, empty: 1, same: 0, bad: 0 },
    });
    const address = [no.address, no.addressDetails].join(', ');
    expect(await rowsOf(head, id)).toMatchObject([
      {
        row: 2,
        requestNumber: '1',
        address,
        was: 'ответа нет',
        becomes: 'отсутствует; «Долга нет» (в\u00a0файле «нет.»)',
        difference: 'ответ, комментарий',
      },
      {
        row: 3,
        was: 'ответа нет',
        becomes: 'существует: Кравцов Артём Олегович, Кравцова Нина (в\u00a0файле «Yes»)',
        difference: 'ответ, должники',
      },
      { row: 5, kind: 'empty', chosen: false },
    ]);
    expect((await listFileRows(head, id, 'yes', 1)).rows.map(({ row: at }) => at)).toEqual([3]);
    expect((await listFileRows(head, id, 'empty', 1)).rows.map(({ row: at }) => at)).toEqual([5]);
    expect(await reload(no.id)).toMatchObject({ status: 'new', hasDebt: null });
    expect(await applied(head, id)).toMatchObject({ state: 'done', counts: { done: 2, refused: 0 } });
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
    expect(await db.select().from(notifications).where(eq(notifications.userId, head.userId))).toMatchObject([
      { kind: 'answersLoaded', href: `/debt-requests/import/${id}`, data: { count: 2, refused: 0 } },
    ]);
    expect(await loaded(head, book())).toMatchObject({
      state: 'checked',
      counts: { changed: 0, same: 2, empty: 1, bad: 0 },
    });
    expect(await reload(yes.id)).toMatchObject({ version: 2 });
  });

  test('only chosen rows go, one by one or all that a filter shows; a yes to another choice is refused', async () => {
    const requests = [await make(), await make(), await make()];
    const id = await checked(head, table([row(requests[0]!, NO), row(requests[1]!, YES), row(requests[2]!)]));
    expect(await chooseRows(head, { id, rows: 'yes', chosen: false })).toEqual({ ok: true });
    expect(await confirmAnswers(head, { id, chosen: 2 })).toMatchObject({ reason: 'stale' });
    // an empty row cannot be chosen
    await chooseRows(head, { id, rows: [2, 4], chosen: true });
    expect((await getAnswerFile(head, id))!.counts.chosen).toBe(1);
    await chooseRows(head, { id, rows: [2], chosen: false });
    await chooseRows(head, { id, rows: [3], chosen: true });
    const file = await applied(head, id);
    expect(file.counts).toMatchObject({ done: 1, changed: 2 });
    expect(await reload(requests[0]!.id)).toMatchObject({ status: 'new' });
    expect(await reload(requests[1]!.id)).toMatchObject({ status: 'ready', hasDebt: true });
    expect(await chooseRows(head, { id, rows: 'all', chosen: true })).toMatchObject({ reason: 'notAllowed' });
  });

  test('an executor hands his over for review, and touches nobody else’s', async () => {
    const executor = await makePerson(organization, ['executor'], { canSend: false });
    const [mine, free, foreign] = [
      await makeRequest(organization),
      await makeRequest(organization),
      await makeRequest(organization, { assigneeId: head.userId }),
    ];
    await take(executor, { id: mine.id, version: 1 });
    const id = await checked(executor, table([row(mine, NO), row(free, NO), row(foreign, NO)]));
    expect((await rowsOf(executor, id)).map(({ row: at, kind }) => [at, kind])).toEqual([
      [2, 'changed'],
      [3, 'bad'],
      [4, 'bad'],
    ]);
    await applied(executor, id);
    expect(await reload(mine.id)).toMatchObject({ status: 'prepared', hasDebt: false });
    expect(await reload(free.id)).toMatchObject({ status: 'new', hasDebt: null });
    expect(await reload(foreign.id)).toMatchObject({ status: 'new', hasDebt: null });
  });

  test('an answer that was ready stays ready with what the file says', async () => {
    const request = await make();
    await loaded(head, table([row(request, NO)]));
    await loaded(head, table([row(request, YES)]));
    expect(await reload(request.id)).toMatchObject({ status: 'ready', hasDebt: true, version: 4 });
  });

  test('promised documents: a draft that no mass sending takes', async () => {
    const request = await make();
    await loaded(head, table([row(request, { ...YES, 'Есть документы о задолженности': 'да' })]));
    expect(await reload(request.id)).toMatchObject({ status: 'in_progress', documentsPromised: true, hasDebt: true });
    expect(await sendSaved(head, { id: request.id, version: 2 }, new Date())).toMatchObject({
      reason: 'notAllowed',
      message: expect.stringMatching(/обещаны документы/),
    });
  });

  test('what a file does not know of a debtor stays: СНИЛС and document', async () => {
    const request = await make();
    await saveDraft(head, { id: request.id, version: 1, answer: answerYes() });
    const known = { 'Фамилия должника': 'ОБРАЗЦОВ', 'Имя должника': 'Пётр' };
    await loaded(head, table([row(request, { 'Наличие задолженности': 'ДА', Комментарий: 'уточнено', ...known })]));
    expect(await db.select().from(debtors).where(eq(debtors.requestId, request.id))).toMatchObject([
      { lastName: 'ОБРАЗЦОВ', snils: '11223344595' },
    ]);
  });
});

describe('what cannot be loaded is named by row and column, the rest goes', () => {
  test('each in its own words', async () => {
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
    const id = await checked(
      head,
      table([
        row(good, NO),
        row(nameless, { 'Наличие задолженности': 'ДА', 'Фамилия должника': 'Кравцов' }),
        row(answered, NO),
        row(contradicted, NO),
        row(contradicted, YES),
        row(odd, { 'Наличие задолженности': 'не знаю' }),
        row(stolen, NO),
        { 'Номер запроса': '777', ...NO },
        { 'Номер запроса': '888', ...NO },
        row(odd, { ...YES, Комментарий: 'я'.repeat(1001) }),
      ]),
    );
    const rows = await rowsOf(head, id);
    expect(rows.map(({ row: at, kind, problems }) => [at, kind, problems.map((one) => [one.row, one.column])])).toEqual(
      [
        [2, 'changed', []],
        [3, 'bad', [[3, 'Имя должника']]],
        [4, 'bad', [[4, '']]],
        [5, 'bad', [[6, 'Наличие задолженности']]],
        [7, 'bad', [[7, 'Наличие задолженности']]],
        [8, 'bad', [[8, 'ГИС-идентификатор подзапроса']]],
        [9, 'bad', [[9, 'Номер запроса']]],
        [10, 'changed', []],
      ],
    );
    expect(rows[5]).toMatchObject({ requestId: null, address: '' });
    expect(await applied(head, id)).toMatchObject({ counts: { done: 2, bad: 6 } });
    expect(await reload(good.id)).toMatchObject({ status: 'ready', hasDebt: false });
    expect(await reload(single.id)).toMatchObject({ status: 'ready' });
    expect(await reload(stolen.id)).toMatchObject({ status: 'new', hasDebt: null, version: 1 });
    for (const one of [nameless, contradicted, odd, twin, otherTwin])
      expect(await reload(one.id)).toMatchObject({ status: 'new', hasDebt: null });
    expect(await reload(answered.id)).toMatchObject({ status: 'answered', hasDebt: true });
  });

  test('a comment that the portal would refuse, sent and withdrawn and expired requests', async () => {
    const requests = [
      await make(),
      await make({ status: 'revoked' }),
      await make({ status: 'expired', responseDate: '2026-01-12' }),
      await make({ status: 'sending', hasDebt: false }),
    ];
    const id = await checked(
      head,
      table([
        row(requests[0]!, { ...NO, Комментарий: 'я'.repeat(1001) }),
        ...requests.slice(1).map((one) => row(one, YES)),
      ]),
    );
    expect((await rowsOf(head, id)).map(({ problems }) => [problems[0]!.column, problems[0]!.message])).toEqual([
      ['Комментарий', expect.stringMatching(/1000/)],
      ['', expect.stringMatching(/Отозван/)],
      ['', expect.stringMatching(/Просрочен/)],
      ['', expect.stringMatching(/Отправляется/)],
    ]);
  });

  test('a column that was sorted alone: the number of one request beside the identifier of another', async () => {
    const [one, other] = [await make({ requestNumber: '0123' }), await make({ requestNumber: '0456' })];
    const id = await checked(
      head,
      table([row({ ...one, requestNumber: '0456' }, NO), row({ ...other, requestNumber: '456' }, NO)]),
    );
    // zeros that Excel has eaten are no other number
    expect((await rowsOf(head, id)).map(({ kind }) => kind)).toEqual(['bad', 'changed']);
    expect((await rowsOf(head, id))[0]!.problems[0]).toMatchObject({
      column: 'Номер запроса',
      message: expect.stringMatching(/0123/),
    });
  });

  test('a debtor without a debt, and a second debtor whose row says nothing', async () => {
    const [emptied, no, half] = [await make(), await make(), await make()];
    const id = await checked(
      head,
      table([
        row(emptied, KRAVTSOV),
        row(no, { ...NO, ...KRAVTSOV }),
        row(half, YES),
        row(half, { 'Фамилия должника': 'Кравцова', 'Имя должника': 'Нина' }),
      ]),
    );
    expect((await rowsOf(head, id)).map(({ row: at, kind, problems }) => [at, kind, problems[0]!.row])).toEqual([
      [2, 'bad', 2],
      [3, 'bad', 3],
      [4, 'bad', 5],
    ]);
  });

  test('the file with the results: the same table and two columns', async () => {
    const [good, left] = [await make(), await make()];
    const book = table([row(good, NO), row(left, NO), row(good), row(await make()), { 'Номер запроса': '404', ...NO }]);
    book.worksheets[0]!.spliceRows(4, 1);
    book.worksheets[0]!.getCell('L2').value = { formula: '1+1', result: 2 };
    book.addWorksheet('Заметки').addRow(['моё']);
    const id = await checked(head, book);
    expect((await getAnswerFile(head, id))!.unused).toEqual({ columns: [], sheets: ['Заметки'] });
    expect(await downloadResult(head, id)).toBeNull();
    await chooseRows(head, { id, rows: [3], chosen: false });
    await applied(head, id);
    const result = (await downloadResult(head, id))!;
    const back = await open(result.bytes);
    const sheet = back.worksheets[0]!;
    const width = book.worksheets[0]!.columnCount;
    expect(
      [1, 2, 3, 4, 5].map((at) => [sheet.getCell(at, width + 1).value, sheet.getCell(at, width + 2).value]),
    ).toEqual([
      ['Результат', 'Причина'],
      ['загружен', 'Готов к отправке'],
      ['не загружен', 'Строка не выбрана.'],
      ['без ответа', expect.stringMatching(/пустая/)],
      ['ошибка', expect.stringMatching(/Такого запроса нет/)],
    ]);
    expect(sheet.getCell('L2').value).toEqual({ formula: '1+1', result: 2 });
    expect(sheet.getCell('A2').value).toBe(good.requestNumber);
    expect(back.getWorksheet('Заметки')!.getCell('A1').value).toBe('моё');
    const seen = await db.select().from(accessLog).where(eq(accessLog.userId, head.userId));
    expect(seen).toMatchObject([{ action: 'exportRequests' }]);
    // loaded again it is understood: what was done is as it is
    const again = await checked(head, back);
    expect(await getAnswerFile(head, again)).toMatchObject({
      counts: { same: 1, changed: 1, empty: 1, bad: 1 },
      unused: { columns: ['Результат', 'Причина'] },
    });
  });
});

describe('the settings of the organization', () => {
  const set = (given: Partial<typeof organizations.$inferInsert>) =>
    db.update(organizations).set(given).where(eq(organizations.id, organization.id));

  test('РИАС’s reading: anything but «ДА» is «НЕТ», and the preview shows what stood there', async () => {
    await set({ fileEmptyMeansNo: true });
    const requests = [await make(), await make(), await make(), await make()];
    const [empty, odd, yes, named] = requests.map((one) => one!);
    const id = await checked(
      head,
      table([row(empty!), row(odd!, { 'Наличие задолженности': 'наверное' }), row(yes!, YES), row(named!, KRAVTSOV)]),
    );
    expect(await getAnswerFile(head, id)).toMatchObject({
      emptyMeansNo: true,
      counts: { changed: 3, bad: 1, empty: 0 },
    });
    expect((await rowsOf(head, id)).map(({ becomes }) => becomes)).toEqual([
      'отсутствует (в\u00a0файле пусто)',
      'отсутствует (в\u00a0файле «наверное»)',
      'существует: Кравцов Артём Олегович',
      '',
    ]);
    // what the person read is what is done, whatever the setting is by then
    await set({ fileEmptyMeansNo: false });
    await applied(head, id);
    expect(await reload(empty!.id)).toMatchObject({ status: 'ready', hasDebt: false });
    expect(await reload(named!.id)).toMatchObject({ status: 'new', hasDebt: null });
  });

  test('«отправлять сразу»: what became ready goes; promised documents and an executor’s answers stay', async () => {
    await set({ fileSendAtOnce: true });
    const [no, promised] = [await make(), await make()];
    const id = await checked(
      head,
      table([row(no, NO), row(promised, { ...YES, 'Есть документы о задолженности': 'ДА' })]),
    );
    await applied(head, id);
    expect(await reload(no.id)).toMatchObject({ status: 'sending', hasDebt: false });
    expect(await reload(promised.id)).toMatchObject({ status: 'in_progress' });
    expect((await rowsOf(head, id)).map(({ outcome }) => outcome)).toEqual(['Отправляется', 'В работе']);
    const executor = await makePerson(organization, ['executor'], { canSend: false });
    const mine = await makeRequest(organization);
    await take(executor, { id: mine.id, version: 1 });
    await loaded(executor, table([row(mine, NO)]));
    expect(await reload(mine.id)).toMatchObject({ status: 'prepared' });
  });

  test('who may not send is told why it stayed', async () => {
    await set({ fileSendAtOnce: true });
    const other = await makePerson(organization, ['head'], { canSend: false });
    const request = await makeRequest(organization, { responsibleId: other.userId });
    const id = await checked(other, table([row(request, NO)]));
    await applied(other, id);
    expect(await reload(request.id)).toMatchObject({ status: 'ready' });
    expect((await rowsOf(other, id))[0]).toMatchObject({
      state: 'done',
      outcome: expect.stringMatching(/Не.отправлен: .*нет права/),
    });
  });
});

describe('time and death', () => {
  test('an answer changed between the preview and the yes is not overwritten', async () => {
    const [changed, same] = [await make(), await make()];
    const id = await checked(head, table([row(changed, YES), row(same, NO)]));
    await saveDraft(head, { id: changed.id, version: 1, answer: answerNo() });
    await saveDraft(head, { id: same.id, version: 1, answer: answerNo() });
    await applied(head, id);
    expect((await rowsOf(head, id)).map(({ state, outcome }) => [state, outcome])).toEqual([
      ['refused', expect.stringMatching(/изменился/)],
      ['done', 'В работе'],
    ]);
    expect(await reload(changed.id)).toMatchObject({ version: 2, status: 'in_progress', hasDebt: false });
  });

  test('a file of last week, half of it answered since: only the difference counts', async () => {
    const requests = [await make(), await make(), await make()];
    const book = await exported(head);
    const sheet = book.worksheets[0]!;
    for (const at of [2, 3, 4]) sheet.getCell(at, TITLES.indexOf('Наличие задолженности') + 1).value = 'НЕТ';
    const byNumber = new Map(requests.map((request) => [request.requestNumber, request]));
    const inFile = [2, 3, 4].map((at) => byNumber.get(String(sheet.getCell(at, 1).value))!);
    // one was answered the same way since, one the other way
    for (const [at, answer] of [answerNo(), answerYes()].entries()) {
      await saveDraft(head, { id: inFile[at]!.id, version: 1, answer });
      await sendSaved(head, { id: inFile[at]!.id, version: 2 }, new Date());
    }
    const id = await checked(head, book);
    expect((await rowsOf(head, id)).map(({ kind }) => kind)).toEqual(['same', 'bad', 'changed']);
    await applied(head, id);
    expect(await reload(inFile[1]!.id)).toMatchObject({ status: 'sending', hasDebt: true });
    expect(await reload(inFile[2]!.id)).toMatchObject({ status: 'ready', hasDebt: false });
  });

  test('killed after a save and before it was written down: nothing is done twice, and the rest goes on', async () => {
    await db.update(organizations).set({ fileSendAtOnce: true }).where(eq(organizations.id, organization.id));
    const requests = [await make(), await make(), await make(), await make()];
    const id = await checked(head, table(requests.map((request) => row(request, NO))));
    await confirmAnswers(head, { id, chosen: 4 });
    await carryAnswerFiles(new Date());
    const versions = await Promise.all(requests.map(async (request) => (await reload(request.id)).version));
    // as if the worker had died: rows 2 and 3 are waiting again; of row 3 even the sending was not reached
    await db.update(answerFileRows).set({ state: 'waiting', outcome: null }).where(eq(answerFileRows.fileId, id));
    while ((await getAnswerFile(head, id))!.state === 'applying') await carryAnswerFiles(new Date());
    expect(await Promise.all(requests.map(async (request) => (await reload(request.id)).version))).toEqual(versions);
    expect((await getAnswerFile(head, id))!.counts).toMatchObject({ done: 4, refused: 0 });
    for (const request of requests)
      expect(await db.select().from(exchangeItems).where(eq(exchangeItems.requestId, request.id))).toHaveLength(1);
  });

  test('killed between the save and the sending: it is sent, unless somebody touched it since', async () => {
    const [sent, touched] = [await make(), await make()];
    const id = await checked(head, table([row(sent, NO), row(touched, NO)]));
    await confirmAnswers(head, { id, chosen: 2 });
    await carryAnswerFiles(new Date());
    await db.update(answerFiles).set({ sendAtOnce: true }).where(eq(answerFiles.id, id));
    await db.update(answerFileRows).set({ state: 'waiting' }).where(eq(answerFileRows.fileId, id));
    await saveDraft(head, { id: touched.id, version: 2, answer: answerYes() });
    while ((await getAnswerFile(head, id))!.state === 'applying') await carryAnswerFiles(new Date());
    expect(await reload(sent.id)).toMatchObject({ status: 'sending' });
    expect(await reload(touched.id)).toMatchObject({ status: 'in_progress', hasDebt: true });
    expect((await rowsOf(head, id))[1]).toMatchObject({ state: 'refused' });
  });

  test('interrupted: what is done stays, the rest is left, and the result says which', async () => {
    const requests = [await make(), await make()];
    const id = await checked(head, table(requests.map((request) => row(request, NO))));
    await confirmAnswers(head, { id, chosen: 2 });
    await stopAnswers(head, { id });
    await carryAnswerFiles(new Date());
    expect(await getAnswerFile(head, id)).toMatchObject({ state: 'done', counts: { done: 0, changed: 2 } });
    expect(await reload(requests[0]!.id)).toMatchObject({ status: 'new' });
  });

  test('interrupted in the middle of a chunk: it ends with the row that is under way', async () => {
    const requests = await Promise.all(Array.from({ length: 80 }, () => make()));
    const id = await checked(head, table(requests.map((request) => row(request, NO))));
    await confirmAnswers(head, { id, chosen: 80 });
    const chunk = carryAnswerFiles(new Date());
    await vi.waitFor(async () => expect((await getAnswerFile(head, id))!.counts.done).toBeGreaterThan(0), {
      interval: 5,
    });
    expect(await stopAnswers(head, { id })).toEqual({ ok: true });
    const { done } = (await getAnswerFile(head, id))!.counts;
    await chunk;
    await carryAnswerFiles(new Date());
    const file = (await getAnswerFile(head, id))!;
    expect(file.state).toBe('done');
    expect(file.counts.done).toBeLessThanOrEqual(done + 1);
    expect(file.counts.done).toBeLessThan(80);
  });

  test('rights of the moment: who was blocked meanwhile changes nothing more', async () => {
    const admin = await makePerson(organization, ['admin']);
    const request = await make();
    const id = await checked(head, table([row(request, NO)]));
    await confirmAnswers(head, { id, chosen: 1 });
    expect(await blockEmployee(admin, { id: head.userId, heirId: admin.userId })).toMatchObject({ ok: true });
    await carryAnswerFiles(new Date());
    await carryAnswerFiles(new Date());
    expect(await reload(request.id)).toMatchObject({ status: 'new' });
    expect(await db.select().from(answerFileRows).where(eq(answerFileRows.fileId, id))).toMatchObject([
      { state: 'refused', outcome: expect.stringMatching(/Права/), answer: null },
    ]);
  });

  test('a no and a day throw the file away, a week the results; the list remembers', async () => {
    const request = await make();
    const [first, second, third] = [
      await checked(head, table([row(request, NO)])),
      await checked(head, table([row(request, NO)])),
      await checked(head, table([row(request, NO)])),
    ];
    expect(await stopAnswers(head, { id: first })).toEqual({ ok: true });
    expect(await confirmAnswers(head, { id: first, chosen: 1 })).toMatchObject({ reason: 'notAllowed' });
    await applied(head, second);
    expect(await forgetAnswerFiles(new Date(Date.now() + 2 * 86_400_000))).toBeGreaterThan(0);
    expect(await downloadResult(head, second)).not.toBeNull();
    expect(await forgetAnswerFiles(new Date(Date.now() + 8 * 86_400_000))).toBeGreaterThan(0);
    expect(await getAnswerFile(head, third)).toMatchObject({ state: 'cancelled', hasRows: false });
    expect(await getAnswerFile(head, second)).toMatchObject({ state: 'done', hasResult: false, counts: { done: 1 } });
    expect(await downloadResult(head, second)).toBeNull();
    const kept = await db
      .select()
      .from(answerFileRows)
      .where(inArray(answerFileRows.fileId, [first, second, third]));
    expect(kept).toEqual([]);
    expect((await listAnswerFiles(head, 1)).rows).toMatchObject([
      { number: 3, state: 'cancelled' },
      { number: 2, state: 'done', counts: { done: 1 }, mine: true },
      { number: 1, state: 'cancelled' },
    ]);
  });

  test('somebody else’s file is nobody’s; an admin sees that there was one; only loaded answers are sent', async () => {
    const [other, admin] = [await makePerson(organization, ['head']), await makePerson(organization, ['admin'])];
    const request = await make();
    await make({ hasDebt: false, status: 'ready' });
    const id = await checked(head, table([row(request, NO)]));
    for (const person of [other, admin]) {
      expect(await getAnswerFile(person, id)).toBeNull();
      expect(await rowsOf(person, id)).toEqual([]);
      for (const verb of [
        () => stopAnswers(person, { id }),
        () => confirmAnswers(person, { id, chosen: 1 }),
        () => chooseRows(person, { id, rows: 'all', chosen: false }),
      ])
        expect(await verb()).toMatchObject({ reason: 'notFound' });
    }
    await applied(head, id);
    expect(await downloadResult(other, id)).toBeNull();
    expect((await listAnswerFiles(other, 1)).total).toBe(0);
    expect((await listAnswerFiles(admin, 1)).rows).toMatchObject([{ mine: false, fileName: 'ответы.xlsx' }]);
    const preview = (person: Person) => previewBulk(person, { action: 'send', selection: { file: id } });
    expect(await preview(head)).toMatchObject({ preview: { total: 1, no: 1 } });
    expect(await preview(other)).toMatchObject({ preview: { total: 0 } });
  });
});
