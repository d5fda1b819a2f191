import { strToU8, zipSync } from 'fflate';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { bookOf, columnOf, inWords, Unreadable, unpack } from './xlsx';

/** The same workbook with what became of each row: everything else in it stays byte for byte as it was. */

export interface RowResults {
  /** The row of the heads. */
  headRow: number;
  heads: string[];
  /** By number of the row in Excel: what stands under the heads. */
  rows: Map<number, string[]>;
}

/** Excel's own limit. */
const MAX_COLUMNS = 16_384;

/** Writes behind the last column of the first visible sheet. Runs in a thread of its own, as reading does. */
export function addResults(
  bytes: Uint8Array,
  results: RowResults,
): { ok: true; bytes: Uint8Array } | { ok: false; message: string } {
  return inWords(() => {
    const parts = unpack(bytes, /./);
    const { sheetPath } = bookOf(parts);
    const sheet = new TextDecoder().decode(parts[sheetPath]!);
    const { ends, width } = rowsIn(sheet);
    if (width + results.heads.length > MAX_COLUMNS) throw new Unreadable('В\u00a0файле слишком много столбцов.');
    const pieces: string[] = [];
    let from = 0;
    for (const { row, at, prefix } of ends) {
      const texts = row === results.headRow ? results.heads : results.rows.get(row);
      if (!texts) continue;
      pieces.push(sheet.slice(from, at));
      texts.forEach((text, i) => {
        pieces.push(
          `<${prefix}c r="${letters(width + i)}${row}" t="inlineStr"><${prefix}is><${prefix}t>${escaped(text)}</${prefix}t></${prefix}is></${prefix}c>`,
        );
      });
      from = at;
    }
    pieces.push(sheet.slice(from));
    parts[sheetPath] = strToU8(pieces.join(''));
    return { ok: true, bytes: zipSync(parts) };
  });
}

/** Where each row that holds cells ends, and how many columns are in use. */
function rowsIn(sheet: string): { ends: { row: number; at: number; prefix: string }[]; width: number } {
  const ends: { row: number; at: number; prefix: string }[] = [];
  let width = 0;
  let row = 0;
  let column = -1;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  const split = (name: string) => ({
    prefix: name.slice(0, name.indexOf(':') + 1),
    local: name.slice(name.indexOf(':') + 1),
  });
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    const { local } = split(name);
    if (local === 'row') {
      row = attributes.r ? Number(attributes.r) : row + 1;
      column = -1;
    } else if (local === 'c') {
      column = attributes.r ? columnOf(attributes.r) : column + 1;
      width = Math.max(width, column + 1);
    }
  });
  parser.on('closetag', ({ name, isSelfClosing }) => {
    const { prefix, local } = split(name);
    if (local === 'row' && !isSelfClosing) ends.push({ row, at: sheet.lastIndexOf('<', parser.position - 1), prefix });
  });
  parser.write(sheet).close();
  return { ends, width };
}

/** 0 → «A», 27 → «AB» */
const letters = (index: number): string =>
  (index >= 26 ? letters(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));

const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');
