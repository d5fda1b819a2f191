import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readSheet } from '@/lib/imports/read-sheet';
import { readXlsx } from '@/lib/imports/xlsx';

async function book(fill: (sheet: ExcelJS.Worksheet, book: ExcelJS.Workbook) => void): Promise<Uint8Array> {
  const workbook = new ExcelJS.Workbook();
  fill(workbook.addWorksheet('Лист1'), workbook);
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}
const cellsOf = (bytes: Uint8Array) => {
  const sheet = readXlsx(bytes);
  if (!sheet.ok) throw new Error(sheet.message);
  return sheet.rows.map(({ row, cells }) => [row, ...cells]);
};

const WORKBOOK =
  '<workbook xmlns="m" xmlns:r="r"><sheets><sheet name="a" sheetId="1" state="hidden" r:id="rId1"/><sheet name="b" sheetId="2" r:id="rId2"/></sheets></workbook>';
const RELATIONS =
  '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>';
const raw = (sheet: string, more: Record<string, string> = {}): Uint8Array => {
  const parts: Zippable = {};
  const files = {
    'xl/workbook.xml': WORKBOOK,
    'xl/_rels/workbook.xml.rels': RELATIONS,
    'xl/worksheets/sheet1.xml':
      '<worksheet><sheetData><row><c t="str"><v>скрытый</v></c></row></sheetData></worksheet>',
    'xl/worksheets/sheet2.xml': sheet,
    ...more,
  };
  for (const [name, text] of Object.entries(files)) parts[name] = strToU8(text);
  return zipSync(parts);
};

describe('a sheet as a person sees it', () => {
  test('texts, figures, dates, padded numbers, formulas, empty rows and columns', async () => {
    const bytes = await book((sheet) => {
      sheet.getCell('A1').value = ' Номер ';
      sheet.getCell('C1').value = { richText: [{ text: 'кв. ' }, { text: '5', font: { bold: true } }] };
      sheet.getCell('A3').value = 10315802;
      sheet.getCell('B3').value = 0.1 + 0.2;
      sheet.getCell('C3').value = 42;
      sheet.getCell('C3').numFmt = '000000';
      sheet.getCell('A4').value = new Date(Date.UTC(2025, 1, 28));
      sheet.getCell('A4').numFmt = 'dd.mm.yyyy';
      sheet.getCell('B4').value = { formula: '1+1', result: 2 };
      sheet.getCell('C4').value = '0012';
      sheet.getCell('AB4').value = true;
    });
    const [head, figures, dates] = cellsOf(bytes);
    expect(head).toEqual([1, 'Номер', '', 'кв. 5']);
    expect(figures).toEqual([3, '10315802', '0.3', '000042']);
    expect(dates!.slice(0, 4)).toEqual([4, '2025-02-28', '2', '0012']);
    expect(dates!.at(-1)).toBe('Да');
    expect(dates).toHaveLength(29);
  });

  test('what Excel has lost or could not count is said, not guessed', async () => {
    const bytes = await book((sheet) => {
      sheet.getCell('A1').value = 12345678901234567000;
      sheet.getCell('B1').value = { error: '#N/A' } as ExcelJS.CellErrorValue;
    });
    expect(cellsOf(bytes)).toEqual([
      [1, { problem: expect.stringMatching(/15 цифр/) }, { problem: expect.stringMatching(/#N\/A/) }],
    ]);
  });

  test('the first sheet that is not hidden; prefixes, missing references, inline strings, the calendar of 1904', () => {
    const sheet =
      '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>а</x:t><x:rPh><x:t>читается</x:t></x:rPh></x:is></x:c><x:c s="1"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>';
    const styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>';
    const old = WORKBOOK.replace('<sheets>', '<workbookPr date1904="1"/><sheets>');
    expect(cellsOf(raw(sheet, { 'xl/styles.xml': styles, 'xl/workbook.xml': old }))).toEqual([[1, 'а', '1904-01-02']]);
    expect(cellsOf(raw(sheet, { 'xl/styles.xml': styles }))).toEqual([[1, 'а', '1899-12-31']]);
  });

  test('texts and figures come back as they went in', async () => {
    const text = fc
      .string({ unit: fc.constantFrom(...'абвгд 0123456789.,-/№"<&>\n'), minLength: 1, maxLength: 20 })
      .filter((value) => value.trim() !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, fc.integer()), { minLength: 1, maxLength: 10 }), async (row) => {
        const bytes = await book((sheet) => sheet.addRow(row));
        expect(cellsOf(bytes)).toEqual([[1, ...row.map((value) => String(value).trim())]]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('what is no table is refused in words', () => {
  const message = (bytes: Uint8Array) => {
    const sheet = readXlsx(bytes);
    return sheet.ok ? null : sheet.message;
  };
  test('something else', () => {
    expect(message(strToU8('а;б;в'))).toMatch(/не\u00a0файл \.xlsx/);
    expect(message(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0))).toMatch(/паролем/);
    expect(message(zipSync({ 'a.txt': strToU8('a') }))).toMatch(/нет книги/);
    expect(message(raw('<worksheet><sheetData><row>'))).toMatch(/повреждён/);
    expect(message(zipSync({ 'xl/workbook.xml': strToU8('a') }).slice(0, 40))).toMatch(/повреждён/);
  });
  test('a document type, which may hold a bomb', () => {
    expect(message(raw('<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'))).toMatch(/не\u00a0так/);
  });
  test('300 MB of zeros in 300 KB', () => {
    const parts = {
      'xl/workbook.xml': strToU8(WORKBOOK),
      'xl/worksheets/sheet1.xml': new Uint8Array(300 * 1024 * 1024),
    };
    expect(message(zipSync(parts, { level: 1 }))).toMatch(/слишком большой/);
  });
  test('more rows than a sheet may have here', () => {
    const rows = '<row><c t="str"><v>а</v></c></row>'.repeat(100_001);
    expect(message(raw(`<worksheet><sheetData>${rows}</sheetData></worksheet>`))).toMatch(/100\s000 строк/);
  });
});

test('the thread of its own reads the same and refuses the same', async () => {
  const bytes = await book((sheet) => sheet.addRow(['Адрес', 12]));
  expect(await readSheet(bytes)).toEqual({ ok: true, rows: [{ row: 1, cells: ['Адрес', '12'] }], otherSheets: [] });
  expect(await readSheet(strToU8('не таблица'))).toMatchObject({ ok: false });
});
