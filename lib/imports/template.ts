import ExcelJS from 'exceljs';
import type { Column } from './columns';

/** An .xlsx with the heads of the columns and a line of hints, which the reader knows and leaves out. All cells are text, so that Excel eats no zeros. */
export async function writeTemplate(title: string, columns: Column[]): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet(title, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map((column) => ({
    header: column.title,
    width: Math.max(16, Math.min(44, column.hint.length)),
    style: { numFmt: '@' },
  }));
  sheet.getRow(1).font = { bold: true };
  const hints = sheet.addRow(columns.map(({ hint }) => hint));
  hints.font = { italic: true, color: { argb: 'FF666666' } };
  hints.alignment = { wrapText: true, vertical: 'top' };
  return new Uint8Array(await book.xlsx.writeBuffer());
}
