import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { db } from '@/db/client';
import { debtors, debtRequests } from '@/db/schema/debt-requests';
import { divisions } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { moscowToday } from '@/lib/calendar/moscow';
import { batches, grouped } from '@/lib/imports/batches';
import { FILE_COLUMNS, type FileColumn, type FileKey } from './exchange-file';
import { conditionOf, parseRegistryQuery } from './registry';

/** Writes the exchange file: what the person sees of the registry, a row per debtor, as a table that can be loaded back. */

/** About 1,5 MB, far below the 5 MB that loading takes; more is split by a narrower filter. */
const EXPORT_LIMIT = 10_000;

type Row = Record<FileKey, string>;

/** The workbook and how many requests are in it; a sentence when there are too many. */
export async function buildExchangeFile(
  person: Person,
  filter: string,
  onlyMatched: boolean,
  now: Date,
): Promise<{ ok: true; bytes: Buffer; total: number } | { ok: false; message: string }> {
  const query = parseRegistryQuery(Object.fromEntries(new URLSearchParams(filter)));
  const requests = await db
    .select()
    .from(debtRequests)
    .where(
      and(
        await conditionOf(person, query, moscowToday(now)),
        onlyMatched ? inArray(debtRequests.matchState, ['matched', 'manual']) : undefined,
      ),
    )
    .orderBy(asc(debtRequests.responseDate), asc(debtRequests.requestNumber), asc(debtRequests.id))
    .limit(EXPORT_LIMIT + 1);
  if (requests.length > EXPORT_LIMIT)
    return {
      ok: false,
      message: `Запросов больше ${EXPORT_LIMIT.toLocaleString('ru')}. Сузьте отбор: файл такого размера не\u00a0загрузится обратно.`,
    };
  const names = new Map(
    (
      await db
        .select({ id: divisions.id, name: divisions.name })
        .from(divisions)
        .where(eq(divisions.organizationId, person.organizationId))
    ).map(({ id, name }) => [id, name]),
  );
  const rows: Row[] = [];
  for (const batch of batches(requests)) {
    const ids = batch.map(({ id }) => id);
    const people = grouped(
      await db.select().from(debtors).where(inArray(debtors.requestId, ids)).orderBy(asc(debtors.position)),
      ({ requestId }) => requestId,
    );
    const linked = new Map(
      (
        await db.execute<{ id: string; numbers: string; unified: string | null }>(sql`
          select l.request_id as id, string_agg(a.number, ', ' order by a.number) as numbers,
            string_agg(a.unified_account_number, ', ' order by a.number) as unified
          from debt_request_accounts l join accounts a on a.id = l.account_id where ${inArray(sql`l.request_id`, ids)} group by 1`)
      ).map((row) => [row.id, row]),
    );
    for (const request of batch) {
      const own = people.get(request.id) ?? [];
      const account = linked.get(request.id);
      for (const debtor of own.length > 0 ? own : [null])
        rows.push({
          requestNumber: request.requestNumber,
          requestGuid: request.requestGuid,
          subrequestGuid: request.subrequestGuid,
          responseStatus: request.gisResponseStatus,
          asker: request.requestingOrganization,
          askerFio: request.requestExecutorFio ?? '',
          sentDate: request.sentDate,
          periodStart: request.periodStart,
          periodEnd: request.periodEnd,
          responseDate: request.responseDate,
          fias: request.fiasHouseGuid ?? '',
          address: [request.address, request.addressDetails].filter(Boolean).join(', '),
          unifiedAccount: account?.unified ?? '',
          account: account?.numbers ?? '',
          hasDebt: request.hasDebt === null ? '' : request.hasDebt ? 'ДА' : 'НЕТ',
          comment: request.description ?? '',
          directorate: names.get(request.divisionId ?? '') ?? '',
          lastName: debtor?.lastName ?? '',
          middleName: debtor?.middleName ?? '',
          firstName: debtor?.firstName ?? '',
          documents: request.documentsPromised ? 'ДА' : '',
        });
    }
  }
  return { ok: true, bytes: await write(rows), total: requests.length };
}

async function write(rows: Row[]): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('Запросы', { views: [{ state: 'frozen', ySplit: 1 }] });
  const columns: readonly FileColumn[] = FILE_COLUMNS;
  sheet.columns = columns.map(({ key, title, width, date, answer }) => ({
    key,
    header: title,
    width,
    style: {
      // text, so that Excel eats no zeros and computes nothing that begins with =
      numFmt: date ? 'dd.mm.yyyy' : '@',
      protection: { locked: !answer },
    },
  }));
  sheet.getRow(1).font = { bold: true };
  sheet.getRow(1).alignment = { wrapText: true, vertical: 'top' };
  for (const row of rows)
    sheet.addRow(
      Object.fromEntries(
        columns.map(({ key, date }) => {
          const value = row[key as FileKey];
          return [key, date ? new Date(`${value}T00:00:00Z`) : value];
        }),
      ),
    );
  for (const key of ['hasDebt', 'documents']) {
    const letter = sheet.getColumn(key).letter;
    for (let i = 2; i <= rows.length + 1; i++)
      sheet.getCell(`${letter}${i}`).dataValidation = { type: 'list', allowBlank: true, formulae: ['"ДА,НЕТ"'] };
  }
  await sheet.protect('', { formatColumns: true, formatRows: true, autoFilter: true, sort: true, spinCount: 1000 });
  const help = book.addWorksheet('Формат');
  help.columns = [
    { header: 'Столбец', width: 44 },
    { header: 'Кто заполняет', width: 16 },
    { header: 'Что в нём', width: 70 },
  ];
  help.getRow(1).font = { bold: true };
  for (const { title, hint, answer } of columns) help.addRow([title, answer ? 'сотрудник' : 'программа', hint]);
  return Buffer.from(await book.xlsx.writeBuffer());
}
