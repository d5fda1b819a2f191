import { randomUUID } from 'node:crypto';
import { asc, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '@/db/client';
import { courtCases, respondents } from '@/db/schema/court-cases';
import { accounts } from '@/db/schema/houses';
import { moscowToday } from '@/lib/calendar/moscow';
import { batches, grouped } from '@/lib/imports/batches';
import { textCell } from '@/lib/imports/cells';
import { importKind } from '@/lib/imports/columns';
import { lockOrganization } from '@/lib/staff/organization';
import {
  type CaseColumns,
  caseColumns,
  contradictions,
  type RespondentColumns,
  respondentColumns,
  respondentProblem,
} from './case-schema';
import { identityDocuments, tellOfEndedCases } from './cases';

const COLUMNS = {
  account: {
    title: 'Лицевой счёт',
    also: ['Номер лицевого счёта', 'ЛС'],
    required: true,
    hint: 'Номер в вашей программе начислений',
  },
  kind: { title: 'Вид', also: ['Вид операции'], required: true, hint: 'иск или судебный приказ' },
  number: { title: 'Номер', also: ['Номер дела', 'Номер заявления'], required: true, hint: '2-1184/2025' },
  filedOn: { title: 'Дата', also: ['Дата заявления', 'Дата подачи'], required: true, hint: '01.02.2025' },
  court: { title: 'Суд', hint: 'Судебный участок № 3 Верхнеозёрска' },
  periodStart: { title: 'Период взыскания с', also: ['Период с'], required: true, hint: '01.01.2024' },
  periodEnd: { title: 'Период взыскания по', also: ['Период по'], required: true, hint: '31.12.2024' },
  claimed: { title: 'Сумма задолженности', also: ['Сумма иска'], required: true, hint: '35 815,37' },
  decision: { title: 'Решение суда', also: ['Решение'], hint: 'взыскать полностью, взыскать частично или отказать' },
  actNumber: { title: 'Номер акта', hint: '2-1184/2025' },
  actDate: { title: 'Дата акта', hint: '01.06.2025' },
  effectiveOn: { title: 'Вступил в силу', also: ['Дата вступления в силу'], hint: '02.07.2025' },
  awarded: { title: 'Присуждено', also: ['Сумма взыскания по решению суда'], hint: '35 815,37' },
  cancelledOn: { title: 'Отменён', also: ['Дата отмены'], hint: '10.01.2026' },
  enforcementResult: {
    title: 'Результат исполнения',
    also: ['Результат'],
    hint: 'идёт, взыскано частично, взыскано полностью, взыскание невозможно',
  },
  enforcementNumber: { title: 'Номер исполнительного производства', hint: '4512/25/66001-ИП' },
  collected: { title: 'Взысканная сумма', also: ['Взыскано'], hint: '1 000,00' },
  paidOn: { title: 'Погашен', also: ['Дата погашения'], hint: '18.08.2026' },
  lastName: { title: 'Фамилия ответчика', also: ['Фамилия'], hint: 'Кравцов' },
  firstName: { title: 'Имя ответчика', also: ['Имя'], hint: 'Артём' },
  middleName: { title: 'Отчество ответчика', also: ['Отчество'], hint: 'Олегович' },
  birthDate: { title: 'Дата рождения', hint: '01.05.1980' },
  snils: { title: 'СНИЛС', hint: '112-233-445 95' },
  documentTypeCode: { title: 'Вид документа', hint: 'Паспорт гражданина Российской Федерации' },
  documentSeries: { title: 'Серия', also: ['Серия документа'], hint: '6509' },
  documentNumber: { title: 'Номер документа', hint: '123456' },
  organizationName: { title: 'Юридическое лицо', also: ['Организация'], hint: 'Если ответчик — организация' },
};

interface NextCase {
  accountId: string;
  columns: CaseColumns;
  respondents: RespondentColumns[];
  row: number;
}

/**
 * «Судебная задолженность» from Excel: a row is one respondent of one case; rows of a case add up and must agree. A case is
 * known by its account, kind and number; what the file says of it replaces what is known. The same file again changes nothing.
 */
export const courtCasesImport = importKind({
  title: 'Судебная задолженность',
  may: ['admin', 'debt_clerk'],
  back: '/court-cases',
  columns: COLUMNS,
  schema: z
    .object({ account: textCell(60, 'Лицевой счёт').refine((text) => text !== '', 'Введите номер лицевого счёта.') })
    .extend(caseColumns.shape)
    .extend(respondentColumns.shape)
    .superRefine((row, ctx) => {
      for (const [column, message] of Object.entries(contradictions(row)))
        ctx.addIssue({ code: 'custom', path: [column], message });
      for (const column of ['cancelledOn', 'paidOn'] as const)
        if ((row[column] ?? '') > moscowToday())
          ctx.addIssue({ code: 'custom', path: [column], message: 'Эта дата ещё не\u00a0наступила.' });
      const named = row.lastName || row.firstName || row.organizationName;
      const problem = named ? respondentProblem(row) : null;
      if (problem) ctx.addIssue({ code: 'custom', path: [problem[0]], message: problem[1] });
    }),
  async plan(tx, person, table) {
    await lockOrganization(tx, person);
    const organizationId = person.organizationId;
    const ids = new Map(
      (
        await tx
          .select({ id: accounts.id, number: accounts.number })
          .from(accounts)
          .where(eq(accounts.organizationId, organizationId))
      ).map(({ id, number }) => [number, id]),
    );
    const known = await knownCases(tx, organizationId);
    const documents = new Map(
      (await identityDocuments(tx)).flatMap(({ code, name }) => [
        [code, code],
        [name.toLowerCase(), code],
      ]),
    );
    const next = new Map<string, NextCase>();
    const keyOf = (accountId: string, kind: string, number: string) => `${accountId} ${kind} ${number}`;
    // a respondent left out would change who is named: the case waits for all its rows
    const spoiled = new Set(table.bad.map(({ given: { account, number } }) => `${account?.trim()} ${number?.trim()}`));
    table.rows = table.rows.filter(({ row, value }) => {
      const refuse = (column: string, message: string) => {
        table.problems.push({ row, column, message });
        spoiled.add(`${value.account} ${value.number}`);
        return false;
      };
      const accountId = ids.get(value.account);
      if (!accountId) return refuse('Лицевой счёт', 'Такого лицевого счёта нет.');
      const columns: CaseColumns = pick(value, caseColumns.shape);
      const respondent: RespondentColumns = pick(value, respondentColumns.shape);
      const documentName = respondent.documentTypeCode;
      const documentTypeCode = documentName && (documents.get(documentName.toLowerCase()) ?? null);
      if (documentName && !documentTypeCode)
        return refuse('Вид документа', 'Такого вида документа нет в\u00a0справочнике портала.');
      const key = keyOf(accountId, columns.kind, columns.number);
      const one = next.get(key) ?? { accountId, columns, respondents: [], row };
      const differs = (Object.keys(columns) as (keyof CaseColumns)[]).find(
        (column) => one.columns[column] !== columns[column],
      );
      if (differs)
        return refuse(
          COLUMNS[differs as keyof typeof COLUMNS]?.title ?? '',
          `В\u00a0строке ${one.row} у\u00a0этого дела другое значение.`,
        );
      if (respondent.lastName || respondent.organizationName) one.respondents.push({ ...respondent, documentTypeCode });
      next.set(key, one);
      return true;
    });
    const numberOf = new Map([...ids].map(([number, id]) => [id, number]));
    const added: NextCase[] = [];
    const changed: (NextCase & { id: string })[] = [];
    let same = 0;
    for (const [key, one] of next) {
      if (spoiled.has(`${numberOf.get(one.accountId)} ${one.columns.number}`)) {
        table.problems.push({
          row: one.row,
          column: 'Номер',
          message: `Дело ${one.columns.number} не\u00a0загружаем: в\u00a0другой его строке ошибка.`,
        });
        continue;
      }
      const before = known.get(key);
      if (before) one.respondents = one.respondents.map((next) => withKept(next, before.respondents));
      if (!before) added.push(one);
      else if (comparable(before.columns, before.respondents) === comparable(one.columns, one.respondents)) same++;
      else changed.push({ ...one, id: before.id });
    }
    return {
      added: added.length,
      changed: changed.length,
      same,
      apply: () => write(tx, organizationId, person.userId, added, changed),
    };
  },
});

/** Of a row that holds more, what stands under these names, in their order. */
const pick = <T extends object, K extends keyof T>(row: T, names: Record<K, unknown>): Pick<T, K> =>
  Object.fromEntries((Object.keys(names) as K[]).map((name) => [name, row[name]])) as Pick<T, K>;

const { share: _, ...COMPARED } = respondentColumns.shape;

/** What the file may change, in one text. Columns that a file cannot hold are not compared. */
function comparable(columns: CaseColumns, people: RespondentColumns[]): string {
  const { actDate, comment: _, cancellationReason: __, enforcementOn: ___, ...rest } = columns;
  return JSON.stringify([
    Object.entries({ ...rest, actDate }).sort(([a], [b]) => (a < b ? -1 : 1)),
    people.map((one) => pick(one, COMPARED)),
  ]);
}

/** What a file seldom has of a respondent, the document and the share, stays as it is known of the same one. */
function withKept(next: RespondentColumns, known: readonly RespondentColumns[]): RespondentColumns {
  const same = known.filter((one) =>
    (['organizationName', 'lastName', 'firstName', 'middleName', 'birthDate', 'snils'] as const).every(
      (column) => one[column] === next[column],
    ),
  );
  const [before] = same;
  if (!before || same.length > 1) return next;
  const { documentTypeCode, documentSeries, documentNumber } = next.documentNumber ? next : before;
  return { ...next, documentTypeCode, documentSeries, documentNumber, share: next.share ?? before.share };
}

async function knownCases(
  tx: Tx,
  organizationId: string,
): Promise<Map<string, { id: string; columns: CaseColumns; respondents: RespondentColumns[] }>> {
  const rows = await tx.select().from(courtCases).where(eq(courtCases.organizationId, organizationId));
  const people = grouped(
    await tx
      .select()
      .from(respondents)
      .where(eq(respondents.organizationId, organizationId))
      .orderBy(asc(respondents.position)),
    ({ caseId }) => caseId,
  );
  return new Map(
    rows.map((row) => {
      // `parse` would refuse what the database holds already in its own types; only the columns are picked
      const columns = pick(row, caseColumns.shape) as CaseColumns;
      return [
        `${row.accountId} ${row.kind} ${row.number}`,
        { id: row.id, columns, respondents: people.get(row.id) ?? [] },
      ];
    }),
  );
}

async function write(
  tx: Tx,
  organizationId: string,
  userId: string,
  added: NextCase[],
  changed: (NextCase & { id: string })[],
): Promise<void> {
  const named: { caseId: string; people: RespondentColumns[] }[] = [];
  const fresh = added.map((one) => ({ ...one, id: randomUUID() }));
  for (const batch of batches(fresh))
    await tx.insert(courtCases).values(
      batch.map(({ id, accountId, columns }) => ({
        ...columns,
        id,
        organizationId,
        accountId,
        source: 'excel',
        createdBy: userId,
      })),
    );
  for (const { id, respondents: people } of fresh) named.push({ caseId: id, people });
  for (const { id, columns, respondents: people } of changed) {
    const { comment: _, cancellationReason: __, enforcementOn: ___, ...set } = columns;
    await tx
      .update(courtCases)
      .set({ ...set, version: sql`${courtCases.version} + 1`, updatedAt: new Date() })
      .where(eq(courtCases.id, id));
    named.push({ caseId: id, people });
  }
  for (const batch of batches(changed.map(({ id }) => id)))
    await tx.delete(respondents).where(inArray(respondents.caseId, batch));
  for (const batch of batches(
    named.flatMap(({ caseId, people }) =>
      people.map((one, position) => ({ ...one, organizationId, caseId, position })),
    ),
  ))
    await tx.insert(respondents).values(batch);
  for (const batch of batches(changed.map(({ id }) => id))) await tellOfEndedCases(tx, organizationId, batch);
}
