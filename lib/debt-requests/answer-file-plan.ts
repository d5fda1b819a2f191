import { and, eq, inArray } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import type { answerFileRows } from '@/db/schema/imports';
import { organizations } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { batches, grouped } from '@/lib/imports/batches';
import { guidCell, textCell } from '@/lib/imports/cells';
import { type Columns, type ReadTable, readTable } from '@/lib/imports/columns';
import type { SheetRow } from '@/lib/imports/xlsx';
import { fileStep, savedAnswers } from './answer';
import { type Answer, answerSchema, emptyDebtor, incompleteFields } from './answer-schema';
import { FILE_COLUMNS, type FileKey, yesOrNo } from './exchange-file';
import { type DebtRequest, refusalOf, visibleTo } from './transition';

/**
 * What a loaded exchange file says of each request, against what is saved, before anybody says yes (manual of РИАС, lines
 * 416–481, without its traps: an empty cell is no answer, a contradiction is nobody's answer).
 */

const columns = Object.fromEntries(
  FILE_COLUMNS.map(({ key, title, hint }) => [
    key,
    { title, hint, ...(key === 'requestNumber' || key === 'hasDebt' ? { required: true } : {}) },
  ]),
) as Columns<FileKey>;

const yesNo = (text: string, ctx: z.RefinementCtx): boolean | null => {
  const read = yesOrNo(text);
  if (read !== undefined) return read;
  ctx.addIssue('Бывает: ДА или НЕТ. Пустая ячейка\u00a0— ответа нет.');
  return z.NEVER;
};

/** `emptyMeansNo` = the manual's reading: whatever is not «ДА», also nothing, is «НЕТ». */
const schemaOf = (emptyMeansNo: boolean) =>
  z.object({
    requestNumber: textCell(50, 'Номер запроса'),
    subrequestGuid: guidCell,
    hasDebt: z
      .string()
      .default('')
      .transform((text, ctx) => ({
        typed: text,
        says: emptyMeansNo ? yesOrNo(text) === true : yesNo(text, ctx),
      })),
    comment: z.string().default(''),
    lastName: textCell(255, 'Фамилия'),
    middleName: textCell(255, 'Отчество'),
    firstName: textCell(255, 'Имя'),
    documents: z.string().default('').transform(yesNo),
  });
type Row = z.output<ReturnType<typeof schemaOf>>;
type Given = { row: number; value: Row };

export type PlannedRow = Omit<typeof answerFileRows.$inferInsert, 'fileId'>;
type Problem = NonNullable<PlannedRow['problems']>[number];

/** One line a request, in the order of the file. Changes nothing. */
export async function planAnswers(
  person: Person,
  sheet: SheetRow[],
  emptyMeansNo: boolean,
): Promise<{ ok: true; rows: PlannedRow[]; headRow: number; unused: string[] } | { ok: false; message: string }> {
  const read = readTable(sheet, columns, schemaOf(emptyMeansNo));
  if (!read.ok) return read;
  const { table } = read;
  const lines = linesOf(table);
  const requests = await findRequests(
    person,
    lines.map(({ key }) => key),
  );
  const groups = grouped(lines, ({ key, row }) => {
    const request = requests.get(key);
    // a row of no request stands alone
    return request && request !== 'several' ? request.id : `row ${row}`;
  });
  const known = [...new Set([...requests.values()].filter((one) => one !== 'several'))];
  const saved = new Map<string, Answer>();
  for (const batch of batches(known)) for (const [id, answer] of await savedAnswers(batch)) saved.set(id, answer);
  const [organization] = await db
    .select({ snilsRequired: organizations.snilsRequired })
    .from(organizations)
    .where(eq(organizations.id, person.organizationId));
  const rows = [...groups.values()].map((group) => {
    const request = requests.get(group[0]!.key);
    return planned(person, group, request, request && request !== 'several' ? saved.get(request.id)! : null, {
      ...organization!,
      emptyMeansNo,
    });
  });
  return { ok: true, rows: rows.sort((a, b) => a.row - b.row), headRow: table.headRow, unused: table.unused };
}

/** A row of the file: read, or with what is wrong in its cells. */
interface Line {
  row: number;
  key: string;
  number: string;
  /** In «Наличие задолженности». */
  typed: string;
  value: Row | null;
  problems: Problem[];
}

function linesOf(table: ReadTable<Row>): Line[] {
  const problems = grouped(table.problems, ({ row }) => String(row));
  const bad = table.bad.map(({ row, given }) => {
    const guid = guidCell.safeParse(given.subrequestGuid);
    const number = (given.requestNumber ?? '').trim();
    return {
      row,
      key: keyOf(guid.success ? guid.data : null, number),
      number,
      typed: (given.hasDebt ?? '').trim(),
      value: null,
      problems: problems.get(String(row)) ?? [],
    };
  });
  const good = table.rows.map(({ row, value }) => ({
    row,
    key: keyOf(value.subrequestGuid, value.requestNumber),
    number: value.requestNumber,
    typed: value.hasDebt.typed.trim(),
    value,
    problems: [],
  }));
  return [...bad, ...good].sort((a, b) => a.row - b.row);
}

const keyOf = (subrequestGuid: string | null, requestNumber: string): string => subrequestGuid ?? `№ ${requestNumber}`;

/** By the identifier of the subrequest, else by the number where only one has it. */
async function findRequests(person: Person, keys: string[]): Promise<Map<string, DebtRequest | 'several'>> {
  const found = new Map<string, DebtRequest | 'several'>();
  const isNumber = (key: string) => key.startsWith('№ ');
  for (const batch of batches([...new Set(keys.filter((key) => !isNumber(key)))]))
    for (const request of await db
      .select()
      .from(debtRequests)
      .where(and(visibleTo(person), inArray(debtRequests.subrequestGuid, batch))))
      found.set(request.subrequestGuid, request);
  for (const batch of batches([...new Set(keys.filter(isNumber).map((key) => key.slice(2)))])) {
    const named = await db
      .select()
      .from(debtRequests)
      .where(and(visibleTo(person), inArray(debtRequests.requestNumber, batch)));
    for (const [number, same] of grouped(named, ({ requestNumber }) => requestNumber))
      found.set(keyOf(null, number), same.length === 1 ? same[0]! : 'several');
  }
  return found;
}

interface Rules {
  snilsRequired: boolean;
  emptyMeansNo: boolean;
}

function planned(
  person: Person,
  lines: Line[],
  request: DebtRequest | 'several' | undefined,
  before: Answer | null,
  rules: Rules,
): PlannedRow {
  const first = lines[0]!;
  const line: PlannedRow = {
    row: first.row,
    rows: lines.map(({ row }) => row),
    requestId: null,
    version: null,
    requestNumber: first.number.slice(0, 50),
    address: '',
    was: '',
    becomes: first.typed && `«${first.typed.slice(0, 30)}»`,
    difference: '',
    kind: 'bad',
    chosen: false,
  };
  const problems = lines.flatMap((one) => one.problems);
  const given = lines.flatMap(({ row, value }) => (value ? [{ row, value }] : []));
  const said = given.filter(({ value }) => value.hasDebt.says !== null);
  const bad = (more: Problem[] = []): PlannedRow => ({ ...line, problems: [...problems, ...more] });
  const problem = (row: number, key: FileKey | '', message: string): Problem => ({
    row,
    column: key && columns[key].title,
    message,
  });
  if (!request || !before)
    return said.length === 0 && problems.length === 0 && given.every(({ value }) => !value.lastName)
      ? { ...line, kind: 'empty' }
      : bad([
          request === 'several'
            ? problem(
                first.row,
                'requestNumber',
                'Запросов с\u00a0таким номером несколько: укажите идентификатор подзапроса.',
              )
            : problem(first.row, 'subrequestGuid', 'Такого запроса нет, или он не\u00a0ваш.'),
        ]);
  const found = request as DebtRequest;
  line.requestId = found.id;
  line.version = found.version;
  line.requestNumber = found.requestNumber;
  line.address = [found.address, found.addressDetails].filter(Boolean).join(', ');
  line.was = inWords(before);
  for (const { row, value } of given) problems.push(...contradictions(row, value, found, given[0]!, problem));
  if (problems.length > 0) return bad();
  if (said.length === 0) return { ...line, kind: 'empty' };

  const answer = answerOf(given, before);
  const { value } = given[0]!;
  const documents = value.documents === true;
  line.hasDebt = answer.hasDebt;
  line.becomes = inWords(answer) + howTyped(value.hasDebt);
  const differs = differenceOf(before, answer);
  if (documents !== found.documentsPromised)
    differs.push(documents ? 'документы обещаны' : 'документы не\u00a0обещаны');
  if (differs.length === 0) return { ...line, kind: 'same' };
  line.difference = differs.join(', ');

  const wrong = [...wrongFields(answer, rules)].map(([path, message]) => {
    const [, at, field] = /^debtors\.(\d+)\.(\w+)/.exec(path) ?? [];
    const key: FileKey =
      path === 'description' ? 'comment' : path === 'hasDebt' ? 'hasDebt' : isName(field) ? field : 'lastName';
    return problem(given[Number(at ?? 0)]?.row ?? first.row, key, message);
  });
  if (wrong.length > 0) return bad(wrong);
  if (!fileStep(person, found, documents)) {
    const why = refusalOf(person, found, { action: 'saveDraft' });
    return bad([problem(first.row, '', why && 'message' in why ? why.message : 'Сейчас этот запрос изменить нельзя.')]);
  }
  return { ...line, kind: 'changed', chosen: true, answer, documents };
}

const isName = (field: string | undefined): field is 'lastName' | 'firstName' | 'middleName' =>
  field === 'lastName' || field === 'firstName' || field === 'middleName';

/** What nobody can have meant: another request's number, a debtor without a debt, two rows that disagree. */
function contradictions(
  row: number,
  value: Row,
  request: DebtRequest,
  first: Given,
  problem: (row: number, key: FileKey | '', message: string) => Problem,
): Problem[] {
  const found: Problem[] = [];
  // Excel eats leading zeros of a number that was typed into it
  const plain = (number: string) => number.replace(/^0+/, '');
  if (value.requestNumber && plain(value.requestNumber) !== plain(request.requestNumber))
    found.push(
      problem(
        row,
        'requestNumber',
        `Номер и\u00a0идентификатор\u00a0— разных запросов: подзапрос относится к\u00a0№\u00a0${request.requestNumber}.`,
      ),
    );
  const debtor = value.lastName || value.firstName || value.middleName;
  if (debtor && value.hasDebt.says !== true)
    found.push(
      problem(
        row,
        'hasDebt',
        value.hasDebt.typed.trim() === ''
          ? 'Должник вписан, а\u00a0«Наличие задолженности» пусто.'
          : 'Должник вписан, а\u00a0задолженности нет: уберите одно из\u00a0двух.',
      ),
    );
  else if (
    row !== first.row &&
    (value.hasDebt.says !== first.value.hasDebt.says ||
      value.comment !== first.value.comment ||
      value.documents !== first.value.documents)
  )
    found.push(problem(row, 'hasDebt', `Противоречит строке ${first.row} того\u00a0же запроса.`));
  return found;
}

/** Lengths and signs that the portal refuses, and what is missing: path of the field → sentence. */
function wrongFields(answer: Answer, rules: Rules): Map<string, string> {
  const wrong = new Map(Object.entries(incompleteFields(answer, rules)));
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) for (const { path, message } of parsed.error.issues) wrong.set(path.join('.'), message);
  return wrong;
}

/** The file knows names only: a debtor of the same name keeps his СНИЛС, document and files. */
function answerOf(given: Given[], before: Answer): Answer {
  const { value } = given[0]!;
  const plain = (one: { lastName: string; firstName: string; middleName: string }) =>
    [one.lastName, one.firstName, one.middleName].join('|').toLowerCase();
  const yes = value.hasDebt.says === true;
  return {
    hasDebt: value.hasDebt.says,
    description: value.comment.replace(/\r\n?/g, '\n').trim(),
    files: yes ? before.files : [],
    debtors: yes
      ? given.map(({ value: { lastName, firstName, middleName } }) => {
          const known = before.debtors.find((one) => plain(one) === plain({ lastName, firstName, middleName }));
          return { ...(known ?? (emptyDebtor() as Answer['debtors'][number])), lastName, firstName, middleName };
        })
      : [],
  };
}

const namesOf = ({ debtors }: Answer): string =>
  debtors
    .map(({ lastName, firstName, middleName }) => [lastName, firstName, middleName].filter(Boolean).join(' '))
    .join(', ');

/** What would be another answer than the saved one; empty where the file says what is there. */
export function differenceOf(before: Answer, after: Answer): string[] {
  const parts: string[] = [];
  if (before.hasDebt !== after.hasDebt) parts.push('ответ');
  if (namesOf(before) !== namesOf(after)) parts.push('должники');
  if (before.description !== after.description) parts.push('комментарий');
  return parts;
}

const inWords = (answer: Answer): string => {
  const verdict =
    answer.hasDebt === null ? 'ответа нет' : answer.hasDebt ? `существует: ${namesOf(answer)}` : 'отсутствует';
  return (verdict + (answer.description ? `; «${answer.description}»` : '')).slice(0, 500);
};

/** What was not typed as «ДА» or «НЕТ» is shown as it was typed. */
function howTyped({ typed }: Row['hasDebt']): string {
  const text = typed.trim();
  if (/^(да|нет)$/i.test(text)) return '';
  return text === '' ? ' (в\u00a0файле пусто)' : ` (в\u00a0файле «${text.slice(0, 30)}»)`;
}
