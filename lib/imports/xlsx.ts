import { unzipSync } from 'fflate';
import { SaxesParser, type SaxesTagPlain } from 'saxes';

/**
 * Reads a sheet of an .xlsx as a person sees it. Runs in a thread of its own (sheet-thread.mjs): the file is a stranger's.
 * Here and not a library, for the kept one (exceljs) either gives wrong cells when streaming or needs the whole book in memory.
 */

/** What a cell shows: text, figures as `String(number)`, a date as 'YYYY-MM-DD'; or why it says nothing. */
export type Cell = string | { problem: string };

export interface SheetRow {
  /** Number of the row in Excel, from 1. */
  row: number;
  /** By column from 0; '' where nothing is written. Rows that are empty altogether are left out. */
  cells: Cell[];
}

/** `otherSheets` = names of further visible sheets that hold something. */
export type Sheet = { ok: true; rows: SheetRow[]; otherSheets: string[] } | { ok: false; message: string };

/** Unpacked, together: 100 000 rows of 30 columns are about 150 MB; a bomb is far beyond. */
const MAX_UNPACKED = 256 * 1024 * 1024;
const MAX_ROWS = 100_000;
const MAX_COLUMNS = 200;
/** Excel's own limit. */
const MAX_TEXT = 32_767;

export class Unreadable extends Error {}

/** The first visible sheet of the book. A refusal says in words what to do with the file. */
export function readXlsx(bytes: Uint8Array): Sheet {
  return inWords(() => {
    const parts = unpack(bytes, NEEDED);
    const { sheetPath, others, is1904 } = bookOf(parts);
    const book: Book = {
      strings: parts['xl/sharedStrings.xml'] ? stringsOf(parts['xl/sharedStrings.xml']) : [],
      formats: parts['xl/styles.xml'] ? formatsOf(parts['xl/styles.xml']) : [],
      is1904,
    };
    const otherSheets = others.filter(({ path }) => parts[path] && holdsCells(parts[path])).map(({ name }) => name);
    return { ok: true, rows: rowsOf(parts[sheetPath]!, book), otherSheets };
  });
}

/** What the work gives, or why the file cannot be read. */
export function inWords<T>(work: () => T): T | { ok: false; message: string } {
  try {
    return work();
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, message: error.message };
    return {
      ok: false,
      message: 'Файл повреждён: Excel-таблица не\u00a0читается. Откройте его в\u00a0Excel и\u00a0сохраните заново.',
    };
  }
}

export type Parts = Record<string, Uint8Array>;

const NEEDED = /^xl\/(workbook\.xml|_rels\/workbook\.xml\.rels|sharedStrings\.xml|styles\.xml|worksheets\/[^/]+\.xml)$/;

/** Whatever its names and sizes say, no more than `MAX_UNPACKED` is unpacked. */
export function unpack(bytes: Uint8Array, needed: RegExp): Parts {
  // an old .xls and a book with a password are both OLE containers
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf)
    throw new Unreadable('Это старый формат .xls или файл с\u00a0паролем. Сохраните его как .xlsx без пароля.');
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b)
    throw new Unreadable('Это не\u00a0файл .xlsx. Сохраните таблицу в\u00a0Excel как «Книга Excel (*.xlsx)».');
  let total = 0;
  return unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (/(^|\/)vbaProject\.bin$/i.test(name))
        throw new Unreadable('В\u00a0файле макросы. Сохраните его как «Книга Excel (*.xlsx)», без\u00a0них.');
      if (!needed.test(name)) return false;
      total += originalSize;
      if (total > MAX_UNPACKED) throw new Unreadable('Файл слишком большой. Разделите его на\u00a0несколько.');
      return true;
    },
  });
}

interface Handlers {
  open?(name: string, attributes: Record<string, string>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Names without prefixes: some programs write `x:row`. The text comes piece by piece, so a sheet is never one string. */
function parse(bytes: Uint8Array, handlers: Handlers): void {
  const parser = new SaxesParser();
  const local = (name: string) => name.slice(name.indexOf(':') + 1);
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Unreadable('Файл устроен не\u00a0так, как Excel-таблица.');
  });
  parser.on('opentag', (tag: SaxesTagPlain) => handlers.open?.(local(tag.name), tag.attributes));
  parser.on('text', (text) => handlers.text?.(text));
  parser.on('cdata', (text) => handlers.text?.(text));
  parser.on('closetag', (tag) => handlers.close?.(local(tag.name)));
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length; at += 65_536)
    parser.write(decoder.decode(bytes.subarray(at, at + 65_536), { stream: true }));
  parser.write(decoder.decode()).close();
}

/** Which part is the first visible sheet, and which are the other visible ones. */
export function bookOf(parts: Parts): { sheetPath: string; others: { name: string; path: string }[]; is1904: boolean } {
  const book = parts['xl/workbook.xml'];
  if (!book) throw new Unreadable('Это не\u00a0Excel-таблица: в\u00a0файле нет книги.');
  const sheets: { name: string; relation: string; hidden: boolean }[] = [];
  let is1904 = false;
  parse(book, {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const relation = Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key) && key !== 'sheetId')?.[1];
      sheets.push({
        name: attributes.name ?? '',
        relation: relation ?? '',
        hidden: (attributes.state ?? 'visible') !== 'visible',
      });
    },
  });
  const targets = new Map<string, string>();
  parse(parts['xl/_rels/workbook.xml.rels'] ?? new Uint8Array(), {
    open(name, { Id, Target }) {
      if (name === 'Relationship' && Id && Target) targets.set(Id, Target);
    },
  });
  const pathOf = ({ relation }: { relation: string }) => {
    const target = targets.get(relation) ?? 'worksheets/sheet1.xml';
    return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  };
  const first = sheets.find(({ hidden }) => !hidden) ?? sheets[0];
  const sheetPath = pathOf(first ?? { relation: '' });
  if (!parts[sheetPath]) throw new Unreadable('В\u00a0файле нет листа с\u00a0данными.');
  const others = sheets.filter((sheet) => sheet !== first && !sheet.hidden);
  return { sheetPath, others: others.map((sheet) => ({ name: sheet.name, path: pathOf(sheet) })), is1904 };
}

/** Is anything written on the sheet? Its first cells tell. */
function holdsCells(bytes: Uint8Array): boolean {
  return /<(\w+:)?(v|t)[ >]/.test(new TextDecoder().decode(bytes.subarray(0, 65_536)));
}

/** Texts that cells refer to by number. Pieces of one are joined; the pronunciation of Japanese ones (`rPh`) is not text. */
function stringsOf(bytes: Uint8Array): string[] {
  const strings: string[] = [];
  let text = '';
  let inText = false;
  let aside = 0;
  parse(bytes, {
    open(name) {
      if (name === 'si') text = '';
      if (name === 'rPh') aside++;
      inText = name === 't' && aside === 0;
    },
    text(piece) {
      if (inText && text.length <= MAX_TEXT) text += piece;
    },
    close(name) {
      if (name === 'si') strings.push(unescaped(text));
      if (name === 'rPh') aside--;
      inText = false;
    },
  });
  return strings;
}

/** «_x000D_» is how Excel writes what XML cannot hold. */
const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;

type Format = 'date' | 'plain' | { zeros: number };

/** How the figures of each cell style are shown: what matters is whether they are dates, or padded with zeros. */
function formatsOf(bytes: Uint8Array): Format[] {
  const codes = new Map<number, string>();
  const formats: Format[] = [];
  let inCells = false;
  parse(bytes, {
    open(name, attributes) {
      if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
      if (name === 'cellXfs') inCells = true;
      if (name === 'xf' && inCells) formats.push(formatOf(Number(attributes.numFmtId ?? 0), codes));
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return formats;
}

function formatOf(id: number, codes: Map<number, string>): Format {
  // built in: 14–17 and 22 are dates, 27–36 and 50–58 dates of Asian locales
  if ((id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return 'date';
  const code = (codes.get(id) ?? '').split(';')[0]!.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '');
  if (/^0{2,}$/.test(code)) return { zeros: code.length };
  return /[ymdгд]/i.test(code) ? 'date' : 'plain';
}

interface Book {
  strings: string[];
  formats: Format[];
  is1904: boolean;
}

function rowsOf(bytes: Uint8Array, book: Book): SheetRow[] {
  const rows: SheetRow[] = [];
  let current: SheetRow = { row: 0, cells: [] };
  let column = -1;
  let type = 'n';
  let style = 0;
  let value = '';
  let inValue = false;
  let aside = 0;
  parse(bytes, {
    open(name, attributes) {
      if (name === 'row') {
        current = { row: attributes.r ? Number(attributes.r) : current.row + 1, cells: [] };
        column = -1;
      } else if (name === 'c') {
        column = attributes.r ? columnOf(attributes.r) : column + 1;
        type = attributes.t ?? 'n';
        style = Number(attributes.s ?? 0);
        value = '';
      } else if (name === 'rPh') aside++;
      inValue = name === 'v' || (name === 't' && aside === 0);
    },
    text(piece) {
      if (inValue && value.length <= MAX_TEXT) value += piece;
    },
    close(name) {
      inValue = false;
      if (name === 'rPh') aside--;
      if (name === 'c' && value !== '' && column >= 0 && column < MAX_COLUMNS) {
        while (current.cells.length < column) current.cells.push('');
        current.cells[column] = shown(type, style, value, book);
      }
      if (name !== 'row' || current.cells.every((cell) => cell === '')) return;
      if (rows.length >= MAX_ROWS)
        throw new Unreadable(
          `В\u00a0файле больше ${MAX_ROWS.toLocaleString('ru')} строк. Разделите его на\u00a0несколько.`,
        );
      rows.push(current);
    },
  });
  return rows;
}

/** «AB12» → 27 */
export function columnOf(reference: string): number {
  let column = 0;
  for (const letter of reference.replace(/\d+$/, '').toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function shown(type: string, style: number, value: string, { strings, formats, is1904 }: Book): Cell {
  switch (type) {
    case 's':
      return (strings[Number(value)] ?? '').trim();
    case 'str':
    case 'inlineStr':
      return unescaped(value).trim();
    case 'b':
      return value === '1' ? 'Да' : 'Нет';
    case 'e':
      return { problem: `В\u00a0ячейке ошибка Excel ${value}.` };
    case 'd':
      return value.slice(0, 10);
  }
  const number = Number(value);
  if (!Number.isFinite(number)) return value.trim();
  const format = formats[style] ?? 'plain';
  if (format === 'date') {
    // day 0 is 30.12.1899, or 01.01.1904 in books of old Macs
    const days = Math.floor(number) + (is1904 ? 1462 : 0);
    return new Date(Date.UTC(1899, 11, 30) + days * 86_400_000).toISOString().slice(0, 10);
  }
  if (Number.isInteger(number) && Math.abs(number) >= 1e15)
    return {
      problem:
        'Excel хранит только 15 цифр числа, остальные потеряны. Задайте столбцу формат «Текстовый» и\u00a0впишите номер снова.',
    };
  if (typeof format === 'object') return String(number).padStart(format.zeros, '0');
  return String(Number(number.toPrecision(15)));
}
