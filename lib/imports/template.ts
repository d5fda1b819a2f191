import ExcelJS from 'exceljs';
import { IMPORT_KINDS, type ImportKindName } from './kinds';

/** An .xlsx with the heads of the columns and a line of hints, which the reader knows and leaves out. All cells are text, so that Excel eats no zeros. */
export async function importTemplate(kind: ImportKindName): Promise<ArrayBuffer> {
  const book = new ExcelJS.Workbook();
  const { title, columns } = IMPORT_KINDS[kind];
  const sheet = book.addWorksheet(title, { views: [{ state: 'frozen', ySplit: 1 }] });
  const list = Object.values(columns);
  sheet.columns = list.map((column) => ({
    header: column.title,
    width: Math.max(16, Math.min(44, column.hint.length)),
    style: { numFmt: '@' },
  }));
  sheet.getRow(1).font = { bold: true };
  const hints = sheet.addRow(list.map(({ hint }) => hint));
  hints.font = { italic: true, color: { argb: 'FF666666' } };
  hints.alignment = { wrapText: true, vertical: 'top' };
  return book.xlsx.writeBuffer();
}
