import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FILE_COLUMNS, type FileRow, FORMAT_RULES } from '@/lib/debt-requests/exchange-file';
import { writeExchangeFile } from '@/lib/debt-requests/exchange-file-writer';
import { writeTemplate } from '@/lib/imports/template';
import { addResults } from '@/lib/imports/xlsx-results';
import { FOREIGN_ROWS } from './rows';

/** What we write, opened by LibreOffice and compared value by value as it shows them. */

const run = promisify(execFile);
let folder: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'otklik-libreoffice-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Every sheet of the book as LibreOffice shows it: name → rows of texts. */
async function shown(name: string, bytes: Uint8Array): Promise<Record<string, string[][]>> {
  const file = path.join(folder, `${name}.xlsx`);
  fs.writeFileSync(file, bytes);
  const asCsv = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,-1';
  await run('soffice', [
    ...['--headless', `-env:UserInstallation=file://${folder}/profile`],
    ...['--convert-to', asCsv, '--outdir', folder, file],
  ]);
  const sheets: Record<string, string[][]> = {};
  for (const made of fs.readdirSync(folder).filter((entry) => entry.startsWith(`${name}-`) && entry.endsWith('.csv')))
    sheets[made.slice(name.length + 1, -4)] = parseCsv(fs.readFileSync(path.join(folder, made), 'utf8'));
  return sheets;
}

/** Cells in quotes, `""` within, lines ended by \n; what is no text stands without quotes, dates as LibreOffice writes them here. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    if (quoted === undefined && plain === '' && end === '') break;
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!.replace(/^(\d\d)\/(\d\d)\/(\d{4})$/, '$2.$1.$3'));
    if (end === '\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

const TITLES = FILE_COLUMNS.map(({ title }) => title);
const cellsOf = (row: FileRow) =>
  FILE_COLUMNS.map((column) => ('date' in column ? row[column.key].split('-').reverse().join('.') : row[column.key]));

test('the exchange file: every value of every row, and the sheet that explains it', async () => {
  const sheets = await shown('exchange', await writeExchangeFile(FOREIGN_ROWS));
  expect(sheets.Запросы).toEqual([TITLES, ...FOREIGN_ROWS.map(cellsOf)]);
  expect(sheets.Формат!.slice(0, 22).map(([title]) => title)).toEqual(['Столбец', ...TITLES]);
  expect(sheets.Формат!.slice(-FORMAT_RULES.length).map(([rule]) => rule)).toEqual([...FORMAT_RULES]);
});

test('20 000 rows, and nothing is computed out of a text', async () => {
  const dangerous = ['=1+1', '+7', '-5', '@SUM(1)', '=HYPERLINK("http://a")', '00012', '1e5', '12.2026'];
  const rows = Array.from({ length: 20_000 }, (_, i) => ({
    ...FOREIGN_ROWS[0]!,
    requestNumber: String(i).padStart(14, '0'),
    comment: dangerous[i % dangerous.length]!,
  }));
  const sheets = await shown('large', await writeExchangeFile(rows));
  expect(sheets.Запросы).toHaveLength(20_001);
  const at = TITLES.indexOf('Комментарий');
  for (const i of [...dangerous.keys(), 19_999]) expect(sheets.Запросы![i + 1]!).toEqual(cellsOf(rows[i]!));
  expect(new Set(sheets.Запросы!.slice(1).map((row) => row[at]))).toEqual(new Set(dangerous));
});

test.each(['ours', ...fs.readdirSync(path.join(import.meta.dirname, 'foreign'))])(
  'the file with the results, made of %s',
  async (name) => {
    const bytes =
      name === 'ours'
        ? await writeExchangeFile(FOREIGN_ROWS)
        : new Uint8Array(fs.readFileSync(path.join(import.meta.dirname, 'foreign', name)));
    const headRow = name === 'openpyxl.xlsx' ? 3 : 1;
    const results = addResults(bytes, {
      headRow,
      heads: ['Результат', 'Причина'],
      rows: new Map([1, 2, 3, 4, 5].map((n) => [headRow + n, [`итог ${n}`, `<&> "причина" ${n}`]])),
    });
    if (!results.ok) throw new Error(results.message);
    const kind = name.replace('.xlsx', '');
    const [before] = Object.values(await shown(`before-${kind}`, bytes));
    const [after] = Object.values(await shown(`after-${kind}`, results.bytes));
    const data = (rows: string[][]) => rows.slice(headRow - 1);
    expect(data(after!).map((row) => row.slice(0, -2))).toEqual(data(before!));
    expect(data(after!).map((row) => row.slice(-2))).toEqual([
      ['Результат', 'Причина'],
      ...[1, 2, 3, 4, 5].map((n) => [`итог ${n}`, `<&> "причина" ${n}`]),
    ]);
  },
);

test('a template', async () => {
  const sheets = await shown('template', await writeTemplate('Дома', [{ title: 'Адрес', hint: 'ул Мира, д. 1' }]));
  expect(sheets.Дома).toEqual([['Адрес'], ['ул Мира, д. 1']]);
});
