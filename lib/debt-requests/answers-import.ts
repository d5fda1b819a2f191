import { and, eq, inArray } from 'drizzle-orm';
import { z } from 'zod';
import { debtRequests } from '@/db/schema/debt-requests';
import { organizations } from '@/db/schema/staff';
import { batches, grouped } from '@/lib/imports/batches';
import { guidCell, textCell } from '@/lib/imports/cells';
import { type Columns, importKind, type ReadRow } from '@/lib/imports/columns';
import { savedAnswers, saveFromFile } from './answer';
import { type Answer, answerSchema, emptyDebtor, incompleteFields } from './answer-schema';
import { FILE_COLUMNS, type FileKey, yesOrNo } from './exchange-file';
import { type DebtRequest, refusalOf, visibleTo } from './transition';

const columns = Object.fromEntries(
  FILE_COLUMNS.map(({ key, title, hint }) => [
    key,
    { title, hint, ...(key === 'requestNumber' || key === 'hasDebt' ? { required: true } : {}) },
  ]),
) as Columns<FileKey>;
const TITLE = (key: FileKey) => columns[key].title;

const yesNoCell = z
  .string()
  .default('')
  .transform((text, ctx): boolean | null => {
    const read = yesOrNo(text);
    if (read !== undefined) return read;
    ctx.addIssue('Бывает: ДА или НЕТ. Пустая ячейка\u00a0— ответа нет.');
    return z.NEVER;
  });

const schema = z.object({
  requestNumber: textCell(50, 'Номер запроса'),
  subrequestGuid: guidCell,
  hasDebt: yesNoCell,
  comment: z
    .string()
    .default('')
    .transform((text, ctx) => {
      const read = answerSchema.shape.description.safeParse(text);
      if (read.success) return read.data;
      ctx.addIssue(read.error.issues[0]!.message);
      return z.NEVER;
    }),
  lastName: textCell(255, 'Фамилия'),
  middleName: textCell(255, 'Отчество'),
  firstName: textCell(255, 'Имя'),
  documents: yesNoCell,
});
type Row = z.output<typeof schema>;

/**
 * «Загрузить из файла» (manual of РИАС, lines 465–481), without its traps: nothing is sent, an empty cell is no answer, and each
 * row goes through the steps of the card in the name of who loaded it. Several debtors are several rows of one request.
 * Answers that are there already the same way are not touched, so that a file loaded twice does nothing the second time.
 */
export const answersImport = importKind({
  title: 'Ответы из\u00a0файла',
  may: ['executor', 'head', 'admin'],
  back: '/debt-requests',
  columns,
  schema,
  async plan(tx, person, table) {
    const requests = await findRequests(tx, person, table.rows);
    const saved = await savedAnswers([...new Set([...requests.values()].filter((one) => one !== 'several'))]);
    const [organization] = await tx
      .select({ snilsRequired: organizations.snilsRequired })
      .from(organizations)
      .where(eq(organizations.id, person.organizationId));
    const groups = new Map<string, { request: DebtRequest; rows: ReadRow<Row>[] }>();
    const spoiled = new Set<string>();
    const badNumbers = new Set(table.bad.map(({ requestNumber }) => requestNumber?.trim()));
    const refuse = (row: number, key: FileKey | '', message: string) =>
      table.problems.push({ row, column: key && TITLE(key), message });
    for (const one of table.rows) {
      const request = requests.get(keyOf(one.value));
      if (one.value.hasDebt === null) continue;
      if (!request) refuse(one.row, 'subrequestGuid', 'Такого запроса нет, или он не\u00a0ваш.');
      else if (request === 'several')
        refuse(one.row, 'requestNumber', 'Запросов с\u00a0таким номером несколько: укажите идентификатор подзапроса.');
      else {
        if (badNumbers.has(one.value.requestNumber)) spoiled.add(request.id);
        const group = groups.get(request.id) ?? { request, rows: [] };
        group.rows.push(one);
        groups.set(request.id, group);
      }
    }
    const lines: { row: number; what: string; was: string; becomes: string }[] = [];
    const work: { row: number; request: DebtRequest; answer: Answer; action: Action; documents: boolean }[] = [];
    let same = table.rows.filter(({ value }) => value.hasDebt === null).length;
    for (const { request, rows } of groups.values()) {
      const [first] = rows;
      const { row, value } = first!;
      if (spoiled.has(request.id)) {
        refuse(row, '', 'В\u00a0другой строке этого запроса ошибка.');
        continue;
      }
      const other = rows.find(
        ({ value: one }) =>
          one.hasDebt !== value.hasDebt || one.comment !== value.comment || one.documents !== value.documents,
      );
      if (other) {
        refuse(other.row, 'hasDebt', `Противоречит строке ${row} того\u00a0же запроса.`);
        continue;
      }
      const before = saved.get(request.id)!;
      const answer = answerOf(rows, before);
      const documents = value.documents === true;
      if (sameAnswer(before, answer) && documents === request.documentsPromised) {
        same += rows.length;
        continue;
      }
      const missing = Object.entries(incompleteFields(answer, organization!));
      if (missing.length > 0) {
        const [path, message] = missing[0]!;
        const field = path.split('.').pop()!;
        refuse(row, field === 'lastName' || field === 'firstName' ? field : 'lastName', message);
        continue;
      }
      const action = (documents ? (['saveDraft'] as const) : (['markReady', 'complete', 'saveDraft'] as const)).find(
        (step) => refusalOf(person, request, { action: step }) === null,
      );
      if (!action) {
        const why = refusalOf(person, request, { action: 'saveDraft' });
        refuse(row, '', why && 'message' in why ? why.message : 'Сейчас этот запрос изменить нельзя.');
        continue;
      }
      lines.push({ row, what: `№\u00a0${request.requestNumber}`, was: inWords(before), becomes: inWords(answer) });
      work.push({ row, request, answer, action, documents });
    }
    const plan = {
      added: 0,
      changed: work.length,
      same,
      lines,
      async apply() {
        for (const { row, request, answer, action, documents } of work) {
          const input = { id: request.id, version: request.version, answer };
          const result = await saveFromFile(person, input, action, documents);
          if (result.ok) continue;
          plan.changed--;
          refuse(row, '', 'message' in result ? result.message : 'Запроса больше нет, или он не\u00a0ваш.');
        }
      },
    };
    return plan;
  },
});

type Action = Parameters<typeof saveFromFile>[2];

const keyOf = ({ subrequestGuid, requestNumber }: Row): string => subrequestGuid ?? `№ ${requestNumber}`;

/** By the identifier of the subrequest, else by the number where only one has it. */
async function findRequests(
  tx: Parameters<Parameters<typeof importKind>[0]['plan']>[0],
  person: Parameters<typeof visibleTo>[0],
  rows: ReadRow<Row>[],
): Promise<Map<string, DebtRequest | 'several'>> {
  const found = new Map<string, DebtRequest | 'several'>();
  const guids = [...new Set(rows.flatMap(({ value }) => value.subrequestGuid ?? []))];
  for (const batch of batches(guids))
    for (const request of await tx
      .select()
      .from(debtRequests)
      .where(and(visibleTo(person), inArray(debtRequests.subrequestGuid, batch))))
      found.set(request.subrequestGuid, request);
  const numbers = [
    ...new Set(
      rows.flatMap(({ value }) => (value.subrequestGuid === null && value.requestNumber ? value.requestNumber : [])),
    ),
  ];
  for (const batch of batches(numbers)) {
    const known = await tx
      .select()
      .from(debtRequests)
      .where(and(visibleTo(person), inArray(debtRequests.requestNumber, batch)));
    for (const [number, same] of grouped(known, ({ requestNumber }) => requestNumber))
      found.set(`№ ${number}`, same.length === 1 ? same[0]! : 'several');
  }
  return found;
}

/** The file knows names only: a debtor of the same name keeps his СНИЛС, document and files. */
function answerOf(rows: ReadRow<Row>[], before: Answer): Answer {
  const { value } = rows[0]!;
  const plain = (one: { lastName: string; firstName: string; middleName: string }) =>
    [one.lastName, one.firstName, one.middleName].join('|').toLowerCase();
  return {
    hasDebt: value.hasDebt,
    description: value.comment,
    files: value.hasDebt ? before.files : [],
    debtors: value.hasDebt
      ? rows.map(({ value: { lastName, firstName, middleName } }) => {
          const known = before.debtors.find((one) => plain(one) === plain({ lastName, firstName, middleName }));
          return { ...(known ?? (emptyDebtor() as Answer['debtors'][number])), lastName, firstName, middleName };
        })
      : [],
  };
}

const sameAnswer = (a: Answer, b: Answer): boolean => JSON.stringify(comparable(a)) === JSON.stringify(comparable(b));
const comparable = ({ hasDebt, description, debtors }: Answer) => [
  hasDebt,
  description,
  debtors.map(({ lastName, firstName, middleName }) => [lastName, firstName, middleName]),
];

const inWords = ({ hasDebt, debtors }: Answer): string =>
  hasDebt === null ? 'ответа нет' : hasDebt ? `существует, должников: ${debtors.length}` : 'отсутствует';
