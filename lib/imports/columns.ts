import type { z } from 'zod';
import type { Tx } from '@/db/client';
import type { Person } from '@/lib/auth/actor';
import type { Role } from '@/lib/debt-requests/workflow';
import type { Cell, SheetRow } from './xlsx';

/** A table that people fill in Excel: its columns, and its rows turned into what a schema says, or into sentences. */

export interface Column {
  /** As in the template's head. */
  title: string;
  /** Other heads that mean the same. */
  also?: string[];
  /** The file is refused without this column. */
  required?: boolean;
  /** What the template says under the head: an example or a rule. */
  hint: string;
}

export type Columns<K extends string = string> = Record<K, Column>;

/** What is wrong with one cell of the file. */
export interface Problem {
  row: number;
  /** Title of the column; '' = the row as a whole. */
  column: string;
  message: string;
}

export interface ReadRow<T> {
  row: number;
  value: T;
}

export interface ReadTable<T> {
  /** Rows of the file that hold anything. */
  total: number;
  rows: ReadRow<T>[];
  problems: Problem[];
  /** The rows that did not fit, by the columns' keys, as they were typed. */
  bad: { row: number; given: Partial<Record<string, string>> }[];
  /** Number of the row of the heads. */
  headRow: number;
  /** Heads of the file that mean nothing here. */
  unused: string[];
}

const plain = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[^а-яa-z0-9]+/g, ' ')
    .trim();

/** The head is the first row where a required column is named; the template's own line of hints under it is no data. */
const HEAD_WITHIN = 20;

/**
 * The rows of a sheet by the columns' keys, each through `schema` (an object of strings in). A refusal where no row names
 * the required columns. Rows with a problem are not among `rows`.
 */
export function readTable<K extends string, S extends z.ZodType>(
  sheet: SheetRow[],
  columns: Columns<K>,
  schema: S,
): { ok: true; table: ReadTable<z.output<S>> } | { ok: false; message: string } {
  const entries = Object.entries(columns) as [K, Column][];
  const keyOf = new Map<string, K>();
  for (const [key, { title, also = [] }] of entries) for (const name of [title, ...also]) keyOf.set(plain(name), key);
  const required = entries.filter(([, column]) => column.required);
  const places = (row: SheetRow) =>
    new Map(
      row.cells.flatMap((cell, at): [K, number][] => {
        const key = typeof cell === 'string' ? keyOf.get(plain(cell)) : undefined;
        return key ? [[key, at]] : [];
      }),
    );
  const headAt = sheet
    .slice(0, HEAD_WITHIN)
    .findIndex((row) => required.length > 0 && required.every(([key]) => places(row).has(key)));
  if (headAt < 0) {
    const best = sheet
      .slice(0, HEAD_WITHIN)
      .map(places)
      .reduce((a, b) => (b.size > a.size ? b : a), new Map<K, number>());
    const missing = required.filter(([key]) => !best.has(key)).map(([, { title }]) => `«${title}»`);
    return {
      ok: false,
      message: `В\u00a0файле нет столбцов: ${missing.join(', ')}. Возьмите шаблон или назовите столбцы так\u00a0же.`,
    };
  }
  const head = sheet[headAt]!;
  const at = places(head);
  const twice = entries.find(
    ([key]) => head.cells.filter((cell) => typeof cell === 'string' && keyOf.get(plain(cell)) === key).length > 1,
  );
  if (twice)
    return {
      ok: false,
      message: `Столбец «${twice[1].title}» есть в\u00a0файле дважды: непонятно, какой из\u00a0них верный. Оставьте один.`,
    };
  const table: ReadTable<z.output<S>> = {
    total: 0,
    rows: [],
    problems: [],
    bad: [],
    headRow: head.row,
    unused: head.cells.filter(
      (cell): cell is string => typeof cell === 'string' && cell !== '' && !keyOf.has(plain(cell)),
    ),
  };
  for (const { row, cells } of sheet.slice(headAt + 1)) {
    const given: Partial<Record<K, string>> = {};
    const before = table.problems.length;
    let filled = false;
    let isHints = true;
    for (const [key, column] of entries) {
      const cell: Cell = cells[at.get(key) ?? -1] ?? '';
      filled ||= cell !== '';
      isHints &&= cell === '' || cell === column.hint;
      if (typeof cell === 'string') given[key] = cell;
      else table.problems.push({ row, column: column.title, message: cell.problem });
    }
    if (!filled || isHints) continue;
    table.total++;
    if (table.problems.length > before) {
      table.bad.push({ row, given });
      continue;
    }
    const parsed = schema.safeParse(given);
    if (parsed.success) {
      table.rows.push({ row, value: parsed.data });
      continue;
    }
    table.bad.push({ row, given });
    for (const issue of parsed.error.issues) {
      const column = columns[issue.path[0] as K];
      table.problems.push({ row, column: column?.title ?? '', message: issue.message });
    }
  }
  return { ok: true, table };
}

/** What a load would do, and doing it. Rows that turn out bad join the problems of the table. */
export interface Plan {
  added: number;
  changed: number;
  same: number;
  apply(): Promise<void>;
}

/** One table that can be loaded. Who may is checked when it starts and again when it is worked on. */
export interface ImportKind {
  /** «Дома» */
  title: string;
  may: readonly Role[];
  /** Address of the list that it fills. */
  back: string;
  columns: Columns;
  plan(
    tx: Tx,
    person: Person,
    sheet: SheetRow[],
  ): Promise<{ ok: true; table: ReadTable<unknown>; plan: Plan } | { ok: false; message: string }>;
}

/** An `ImportKind` whose `plan` gets the rows as the schema makes them. */
export function importKind<K extends string, S extends z.ZodType>(
  kind: Omit<ImportKind, 'plan' | 'columns'> & {
    columns: Columns<K>;
    schema: S;
    plan(tx: Tx, person: Person, table: ReadTable<z.output<S>>): Promise<Plan>;
  },
): ImportKind {
  return {
    ...kind,
    async plan(tx, person, sheet) {
      const read = readTable(sheet, kind.columns, kind.schema);
      if (!read.ok) return read;
      return { ok: true, table: read.table, plan: await kind.plan(tx, person, read.table) };
    },
  };
}

/** Takes out the rows of which `keyOf` gives the same as an earlier row, with a problem for each. */
export function withoutRepeats<T>(table: ReadTable<T>, column: string, keyOf: (value: T) => string | null): void {
  const first = new Map<string, number>();
  table.rows = table.rows.filter(({ row, value }) => {
    const key = keyOf(value);
    if (key === null) return true;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, row);
      return true;
    }
    table.problems.push({ row, column, message: `То\u00a0же, что в\u00a0строке ${earlier}. Оставьте одну.` });
    return false;
  });
}
