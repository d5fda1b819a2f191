import { and, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { debtRequests, erasedRequests } from '@/db/schema/debt-requests';
import { accessLog } from '@/db/schema/notifications';
import { users } from '@/db/schema/staff';
import { type AccessAction, recordAccess } from '@/lib/auth/access-log';
import { hasRole, type Person, shortName } from '@/lib/auth/actor';
import { addDays, deadlineEnd } from '@/lib/calendar/moscow';
import { realDate, UUID } from '@/lib/debt-requests/registry-query';

/** «Журнал доступа»: who opened or took personal data (152-ФЗ, ст. 19). Admins only; nobody can change it. */

export const ACCESS_ACTIONS: Record<AccessAction, string> = {
  openRequest: 'Открыта карточка запроса',
  downloadFile: 'Скачан файл ответа',
  downloadProof: 'Скачано подтверждение',
  openMessage: 'Открыто сообщение портала',
  openAccount: 'Открыт лицевой счёт',
  openCourtCase: 'Открыто судебное дело',
  exportRequests: 'Скачан файл с\u00a0запросами',
  exportAccessLog: 'Выгружен журнал доступа',
};

export interface AccessQuery {
  userId: string | null;
  action: AccessAction | null;
  /** Moscow dates, both included. */
  from: string | null;
  until: string | null;
  /** Beginning of a request number. */
  number: string;
  page: number;
}

export interface AccessRow {
  id: number;
  at: Date;
  name: string;
  action: AccessAction;
  requestNumber: string | null;
  /** Null also when the request is erased: there is nothing to open. */
  requestId: string | null;
  subject: string | null;
}

const ACCESS_PAGE = 100;

/** A page of the log, newest first, and whether an older one follows; null for those who may not see it. */
export async function listAccess(
  person: Person,
  query: AccessQuery,
): Promise<{ rows: AccessRow[]; more: boolean } | null> {
  if (!hasRole(person, 'admin')) return null;
  const rows = await rowsOf(person, query)
    .limit(ACCESS_PAGE + 1)
    .offset((query.page - 1) * ACCESS_PAGE);
  return { rows: rows.slice(0, ACCESS_PAGE).map(rowOf), more: rows.length > ACCESS_PAGE };
}

/** Rows of one export at most: an admin who needs more narrows the dates. */
const ACCESS_EXPORT_LIMIT = 50_000;

/** The filtered log as CSV with «;» and a byte-order mark, as Excel of a Russian Windows opens it. The taking is recorded too. */
export async function exportAccess(person: Person, query: AccessQuery): Promise<string | null> {
  if (!hasRole(person, 'admin')) return null;
  const rows = (await rowsOf(person, query).limit(ACCESS_EXPORT_LIMIT)).map(rowOf);
  await recordAccess(person, 'exportAccessLog', { subject: `строк: ${rows.length}` });
  const line = (cells: string[]) => cells.map(cell).join(';');
  return `\uFEFF${[
    line(['Когда (UTC)', 'Сотрудник', 'Действие', 'Номер запроса', 'Что']),
    ...rows.map((row) =>
      line([row.at.toISOString(), row.name, ACCESS_ACTIONS[row.action], row.requestNumber ?? '', row.subject ?? '']),
    ),
  ].join('\r\n')}\r\n`;
}

/** Quoted, and never a formula for a table editor. */
const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

const numberOf = sql<string | null>`coalesce(${debtRequests.requestNumber}, ${erasedRequests.requestNumber})`;

const rowsOf = (person: Person, query: AccessQuery) =>
  db
    .select({ entry: accessLog, user: users, requestNumber: numberOf, requestId: debtRequests.id })
    .from(accessLog)
    .leftJoin(users, eq(users.id, accessLog.userId))
    .leftJoin(debtRequests, eq(debtRequests.id, accessLog.requestId))
    .leftJoin(erasedRequests, eq(erasedRequests.requestId, accessLog.requestId))
    .where(conditionOf(person, query))
    .orderBy(desc(accessLog.id))
    .$dynamic();

function conditionOf(person: Person, query: AccessQuery): SQL | undefined {
  return and(
    eq(accessLog.organizationId, person.organizationId),
    query.userId ? eq(accessLog.userId, query.userId) : undefined,
    query.action ? eq(accessLog.action, query.action) : undefined,
    query.from ? gte(accessLog.at, deadlineEnd(addDays(query.from, -1))) : undefined,
    query.until ? lt(accessLog.at, deadlineEnd(query.until)) : undefined,
    query.number ? sql`starts_with(${numberOf}, ${query.number})` : undefined,
  );
}

const rowOf = ({ entry, user, requestNumber, requestId }: Awaited<ReturnType<typeof rowsOf>>[number]): AccessRow => ({
  id: entry.id,
  at: entry.at,
  name: user ? shortName(user) : '—',
  action: entry.action as AccessAction,
  requestNumber,
  requestId,
  subject: entry.subject,
});

/** Parameters of the address line; what is not understood is left out. */
export function parseAccessQuery(params: Record<string, string | string[] | undefined>): AccessQuery {
  const one = (name: string) => {
    const value = params[name];
    return ((Array.isArray(value) ? value[0] : value) ?? '').trim();
  };
  const page = Number(one('page'));
  return {
    userId: UUID.test(one('user')) ? one('user') : null,
    action: Object.hasOwn(ACCESS_ACTIONS, one('action')) ? (one('action') as AccessAction) : null,
    from: realDate(one('from')),
    until: realDate(one('until')),
    number: one('number').replaceAll('\u0000', '').slice(0, 30),
    page: Number.isInteger(page) && page > 0 && page <= 10_000 ? page : 1,
  };
}
