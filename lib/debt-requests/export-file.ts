import { and, asc, count, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { debtors, debtRequests } from '@/db/schema/debt-requests';
import { divisions } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { moscowToday } from '@/lib/calendar/moscow';
import { grouped } from '@/lib/imports/batches';
import { type FileRow, MAX_FILE_BYTES } from './exchange-file';
import { writeExchangeFile } from './exchange-file-writer';
import { conditionOf, parseRegistryQuery } from './registry';
import type { DebtRequest } from './transition';

/** What the person sees of the registry, a row per debtor, as tables that can be loaded back. */

/** More is split by a narrower filter: 100 000 requests are about 16 MB in four files. */
const EXPORT_LIMIT = 100_000;
const PAGE = 1000;
/** A guess; what turns out larger than a file may be is written again with less. */
const REQUESTS_A_FILE = 25_000;

interface Sink {
  /** How many will be written. */
  total(requests: number): Promise<void>;
  /** So many have been read. */
  progress(requests: number): Promise<void>;
  /** The next file. */
  part(bytes: Buffer): Promise<void>;
}

/**
 * Files of at most 5 MB one after the other, all from one moment of the database; rows of one request are never in two.
 * A sentence when there are too many requests.
 */
export async function buildExchangeFiles(
  person: Person,
  asked: { filter: string; onlyMatched: boolean },
  now: Date,
  sink: Sink,
  limits = { bytes: MAX_FILE_BYTES, requests: REQUESTS_A_FILE },
): Promise<string | null> {
  const query = parseRegistryQuery(Object.fromEntries(new URLSearchParams(asked.filter)));
  const condition = and(
    await conditionOf(person, query, moscowToday(now)),
    asked.onlyMatched ? inArray(debtRequests.matchState, ['matched', 'manual']) : undefined,
  );
  return db.transaction(
    async (tx) => {
      const [counted] = await tx.select({ total: count() }).from(debtRequests).where(condition);
      if (counted!.total > EXPORT_LIMIT) return `Запросов больше ${EXPORT_LIMIT.toLocaleString('ru')}. Сузьте отбор.`;
      await sink.total(counted!.total);
      let waiting: FileRow[][] = [];
      let read = 0;
      let written = 0;
      // what turned out too large once would again
      let requestsAFile = limits.requests;
      const write = async () => {
        const next = waiting.slice(0, requestsAFile);
        const bytes = await writeExchangeFile(next.flat());
        if (bytes.length > limits.bytes && next.length > 1) {
          requestsAFile = Math.max(1, Math.floor(next.length * Math.min(0.9, (0.9 * limits.bytes) / bytes.length)));
          return;
        }
        await sink.part(bytes);
        written++;
        waiting = waiting.slice(next.length);
      };
      for await (const page of pages(tx, person, condition)) {
        waiting.push(...page);
        read += page.length;
        await sink.progress(read);
        while (waiting.length >= requestsAFile) await write();
      }
      // an empty set is a file too: with the heads alone
      while (waiting.length > 0 || written === 0) await write();
      return null;
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

/** Rows of each request, a page of requests at a time, by their term. */
async function* pages(tx: Tx, person: Person, condition: SQL | undefined): AsyncGenerator<FileRow[][]> {
  const names = new Map(
    (
      await tx
        .select({ id: divisions.id, name: divisions.name })
        .from(divisions)
        .where(eq(divisions.organizationId, person.organizationId))
    ).map(({ id, name }) => [id, name]),
  );
  for (let after: DebtRequest | null = null; ; ) {
    const requests: DebtRequest[] = await tx
      .select()
      .from(debtRequests)
      .where(
        and(
          condition,
          after
            ? sql`(${debtRequests.responseDate}, ${debtRequests.requestNumber}, ${debtRequests.id}) > (${after.responseDate}, ${after.requestNumber}, ${after.id})`
            : undefined,
        ),
      )
      .orderBy(asc(debtRequests.responseDate), asc(debtRequests.requestNumber), asc(debtRequests.id))
      .limit(PAGE);
    if (requests.length === 0) return;
    yield await rowsOf(tx, requests, names);
    if (requests.length < PAGE) return;
    after = requests.at(-1)!;
  }
}

async function rowsOf(tx: Tx, requests: DebtRequest[], names: ReadonlyMap<string, string>): Promise<FileRow[][]> {
  const ids = requests.map(({ id }) => id);
  const people = grouped(
    await tx.select().from(debtors).where(inArray(debtors.requestId, ids)).orderBy(asc(debtors.position)),
    ({ requestId }) => requestId,
  );
  const linked = new Map(
    (
      await tx.execute<{ id: string; numbers: string; unified: string | null }>(sql`
        select l.request_id as id, string_agg(a.number, ', ' order by a.number) as numbers,
          string_agg(a.unified_account_number, ', ' order by a.number) as unified
        from debt_request_accounts l join accounts a on a.id = l.account_id where ${inArray(sql`l.request_id`, ids)} group by 1`)
    ).map((row) => [row.id, row]),
  );
  return requests.map((request) => {
    const account = linked.get(request.id);
    return (people.get(request.id) ?? [null]).map((debtor) => ({
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
    }));
  });
}
