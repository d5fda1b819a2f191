import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import ExcelJS from 'exceljs';
import { FILE_COLUMNS, type FileColumn, type FileKey, type FileRow, FORMAT_RULES } from './exchange-file';

const columns: readonly FileColumn[] = FILE_COLUMNS;

/** Rows between two turns of the event loop: the archive drains, and others get their turn. */
const TURN = 50;

/** Text, so that Excel eats no zeros and computes nothing that begins with = + - @. */
const styleOf = ({ date }: FileColumn, locked: boolean): Partial<ExcelJS.Style> => ({
  numFmt: date ? 'dd.mm.yyyy' : '@',
  protection: { locked },
});
// one object a column: the writer knows them again by identity
const STYLES = columns.map((column) => styleOf(column, !column.answer));

/**
 * The workbook, row by row, never whole in memory but packed. What identifies a request is locked without a password; below
 * the rows everything may be typed, for further debtors.
 */
export async function writeExchangeFile(rows: Iterable<FileRow>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({
    stream: new Writable({
      write(chunk, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    }) as never,
    useStyles: true,
    useSharedStrings: false,
  });
  const sheet = book.addWorksheet('Запросы', { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map((column) => ({
    header: column.title,
    width: column.width,
    style: styleOf(column, false),
  }));
  const head = sheet.getRow(1);
  head.font = { bold: true };
  head.alignment = { wrapText: true, vertical: 'top' };
  head.protection = { locked: true };
  head.commit();
  let count = 0;
  for (const row of rows) {
    const line = sheet.getRow(2 + count++);
    columns.forEach(({ key, date }, i) => {
      const value = row[key as FileKey];
      const cell = line.getCell(i + 1);
      cell.value = value === '' ? null : date ? new Date(`${value}T00:00:00Z`) : value;
      cell.style = STYLES[i]!;
    });
    line.commit();
    if (count % TURN === 0) await nextTurn();
  }
  for (const [i, { key }] of columns.entries()) {
    if (key !== 'hasDebt' && key !== 'documents') continue;
    const letter = sheet.getColumn(i + 1).letter;
    (
      sheet as unknown as { dataValidations: { add(range: string, rule: ExcelJS.DataValidation): void } }
    ).dataValidations.add(`${letter}2:${letter}${count + 1001}`, {
      type: 'list',
      allowBlank: true,
      formulae: ['"ДА,НЕТ"'],
    });
  }
  await sheet.protect('', { formatColumns: true, formatRows: true, autoFilter: true, sort: true, insertRows: true });
  sheet.commit();

  const help = book.addWorksheet('Формат');
  help.columns = [
    { header: 'Столбец', width: 44 },
    { header: 'Кто заполняет', width: 16 },
    { header: 'Что в нём', width: 90 },
  ];
  help.getRow(1).font = { bold: true };
  for (const { title, hint, answer } of columns) help.addRow([title, answer ? 'сотрудник' : 'программа', hint]);
  help.addRow([]);
  for (const rule of FORMAT_RULES) help.addRow([rule]);
  help.commit();
  await book.commit();
  return Buffer.concat(chunks);
}
