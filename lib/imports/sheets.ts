import ExcelJS from 'exceljs';

/** A table for people who go on counting: numbers are numbers, a Date is a day (its UTC date), text is never a formula. */
export interface Sheet {
  title: string;
  columns: { title: string; width: number }[];
  rows: (string | number | Date | null)[][];
}

/** A workbook of such tables, their heads frozen. */
export async function writeSheets(sheets: Sheet[]): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  for (const { title, columns, rows } of sheets) {
    const sheet = book.addWorksheet(title, { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.columns = columns.map((column) => ({ header: column.title, width: column.width }));
    const head = sheet.getRow(1);
    head.font = { bold: true };
    head.alignment = { wrapText: true, vertical: 'top' };
    for (const row of rows) {
      const line = sheet.addRow(row);
      row.forEach((value, i) => {
        // a text stays one even when somebody edits the cell
        if (value instanceof Date) line.getCell(i + 1).numFmt = 'dd.mm.yyyy';
        else if (typeof value === 'string') line.getCell(i + 1).numFmt = '@';
      });
    }
  }
  return new Uint8Array(await book.xlsx.writeBuffer());
}
