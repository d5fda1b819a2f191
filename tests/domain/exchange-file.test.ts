import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { fileExportParts } from '@/db/schema/imports';
import { accessLog } from '@/db/schema/notifications';
import type { Person } from '@/lib/auth/actor';
import { saveDraft } from '@/lib/debt-requests/answer';
import { carryExports } from '@/lib/debt-requests/carry-exports';
import { FILE_COLUMNS } from '@/lib/debt-requests/exchange-file';
import { buildExchangeFiles } from '@/lib/debt-requests/export-file';
import {
  downloadExport,
  forgetExports,
  listExports,
  startExport,
  startExportSchema,
} from '@/lib/debt-requests/exports';
import { answerYes, makeOrganization, makePerson, makeRequest } from '@/tests/factories';

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
  return open(bytes);
}
async function open(bytes: Buffer): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as never);
  return book;
}
const textOf = (sheet: ExcelJS.Worksheet, row: number, title: string) =>
  sheet.getCell(row, TITLES.indexOf(title as never) + 1);

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
    expect(book.getWorksheet('Формат')!.getRow(22).getCell(1).value).toBe('Есть документы о задолженности');
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
    const [mine] = (await listExports(executor)).rows;
    expect(mine).toMatchObject({ state: 'done', total: 1, about: '15.10.2026–…' });
    expect(await downloadExport(head, mine!.id)).toBeNull();
    expect(await forgetExports(new Date(Date.now() + 8 * 86_400_000))).toBeGreaterThan(0);
    expect(await downloadExport(executor, mine!.id)).toBeNull();
    expect((await listExports(executor)).rows[0]).toMatchObject({ state: 'deleted' });
  });

  test('what does not fit into one file goes into the next, a request never into two; progress and the parts', async () => {
    for (let i = 0; i < 5; i++) {
      const request = await makeRequest(organization, { responsibleId: head.userId, responseDate: `2027-01-1${i}` });
      await saveDraft(head, {
        id: request.id,
        version: 1,
        answer: {
          ...answerYes(),
          debtors: [answerYes().debtors[0]!, { ...answerYes().debtors[0]!, lastName: 'Второй' }],
        },
      });
    }
    const parts: Buffer[] = [];
    const progress: number[] = [];
    const sink = {
      total: async (total: number) => void progress.push(total),
      progress: async (done: number) => void progress.push(done),
      part: async (bytes: Buffer) => void parts.push(bytes),
    };
    const asked = { filter: '', onlyMatched: false };
    expect(await buildExchangeFiles(head, asked, new Date(), sink, { bytes: 5e6, requests: 2 })).toBeNull();
    expect(progress).toEqual([5, 5]);
    const numbers = await Promise.all(
      parts.map(async (bytes) => (await open(bytes)).getWorksheet('Запросы')!.rowCount - 1),
    );
    expect(numbers).toEqual([4, 4, 2]);
    // what fills its files to the last place has no empty one behind them; nothing at all is one empty file
    const filesOf = async (number: string, requests: number) => {
      parts.length = 0;
      await buildExchangeFiles(head, { ...asked, filter: `number=${number}` }, new Date(), sink, {
        bytes: 5e6,
        requests,
      });
      return parts.length;
    };
    expect(await filesOf('', 5)).toBe(1);
    expect(await filesOf('99999', 5)).toBe(1);
    // a guess that turns out too large is written again with less; one request always fits
    parts.length = 0;
    expect(await buildExchangeFiles(head, asked, new Date(), sink, { bytes: 10, requests: 3 })).toBeNull();
    expect(parts).toHaveLength(5);
  });

  test('a set that was killed in the middle begins anew; one that failed leaves no data; the list goes by pages', async () => {
    await makeRequest(organization, { responsibleId: head.userId });
    const started = await startExport(head, startExportSchema.parse({}));
    if (!started.ok) throw new Error(started.reason);
    await db.insert(fileExportParts).values({ exportId: started.id, part: 1, bytes: Buffer.from('half') });
    expect(await downloadExport(head, started.id)).toBeNull();
    await carryExports(new Date());
    const [row] = (await listExports(head)).rows;
    expect(row).toMatchObject({ number: 1, state: 'done', total: 1, done: 1, parts: 1, division: null });
    expect(await downloadExport(head, started.id, 2)).toBeNull();
    expect((await open((await downloadExport(head, started.id))!)).getWorksheet('Запросы')!.rowCount).toBe(2);
    for (let i = 0; i < 50; i++) await startExport(head, startExportSchema.parse({ division: randomUUID() }));
    expect(await listExports(head, 2)).toMatchObject({ total: 51, page: 2, rows: [{ number: 1 }] });
  });
});
