import { STATUSES, type Status } from './workflow';

/** What the registry is asked for, and how the address line says it. Pure: the browser reads it too. */

export const PAGE_SIZES = [20, 50, 100] as const;

/**
 * A status of ours, or what the screen shows as one: «Не сопоставлен», «Архивный», «Ждёт ответа» (open, or on its way) and
 * «Любой», which hides nothing, revoked ones neither.
 */
export type StatusFilter = Status | 'unmatched' | 'archived' | 'waiting' | 'any';

/** As a list to choose from. «Не сопоставлен» joins it with the accounts: without them it would be every request. */
export const STATUS_FILTERS: readonly StatusFilter[] = [...STATUSES, 'waiting', 'archived', 'any'];

/**
 * Who or what chose the answer. A draft that stayed beside an answer given on the portal itself chose nothing: such a request
 * is «elsewhere» alone. «here» = any of the four ways of ours.
 */
export const SOURCES = ['person', 'autofill', 'excel', 'autoanswer', 'here', 'elsewhere'] as const;
export type SourceFilter = (typeof SOURCES)[number];

export const SORTS = [
  'deadline',
  'number',
  'address',
  'status',
  'debt',
  'assignee',
  'organization',
  'sent',
  'answered',
] as const;
export type Sort = (typeof SORTS)[number];

export interface RegistryQuery {
  /** Beginning of the request number. */
  number: string;
  status: StatusFilter | null;
  /** «Показывать размещенные запросы»: also answered ones. */
  answered: boolean;
  /** «Показывать запросы, на которые не были предоставлены ответы»: also all that expired. */
  unanswered: boolean;
  /** «… у которых крайний срок ответа — сегодня». */
  dueToday: boolean;
  /** Term on exactly this day; never together with `dueToday`. */
  dueOn: string | null;
  /** orgRootGUID of «Организация, направившая запрос». */
  organization: string | null;
  /** houseGUID or fiasHouseGUID. */
  house: string | null;
  /** Days of sending, both included. */
  sentFrom: string | null;
  sentTo: string | null;
  debt: 'yes' | 'no' | 'empty' | null;
  source: SourceFilter | null;
  /** Id of an employee, «none» = без исполнителя. */
  assignee: string | null;
  /** Id of the employee who answers for the requests. */
  responsible: string | null;
  /** Id of a division with those below it; «none» = of no division. */
  division: string | null;
  /** Id of a remembered search text. */
  search: string | null;
  sort: Sort;
  descending: boolean;
  page: number;
  size: (typeof PAGE_SIZES)[number];
}

/** An identifier as an address line may carry it. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Parameters of the address line; whatever is not understood gives the default, never an error. */
export function parseRegistryQuery(params: Record<string, string | string[] | undefined>): RegistryQuery {
  const one = (name: string) => {
    const value = params[name];
    return ((Array.isArray(value) ? value[0] : value) ?? '').trim();
  };
  const among = <T extends string>(name: string, known: readonly T[]): T | null =>
    known.find((value) => value === one(name)) ?? null;
  const guid = (name: string) => (UUID.test(one(name)) ? one(name).toLowerCase() : null);
  const page = Number(one('page'));
  const size = Number(one('size'));
  const sort = one('sort');
  return {
    number: one('number').replaceAll('\u0000', '').slice(0, 30),
    status: among('status', [...STATUS_FILTERS, 'unmatched'] as StatusFilter[]),
    answered: one('answered') === '1',
    unanswered: one('unanswered') === '1',
    dueToday: one('due') === 'today',
    dueOn: realDate(one('due')),
    organization: guid('organization'),
    house: guid('house'),
    sentFrom: realDate(one('from')),
    sentTo: realDate(one('to')),
    debt: among('debt', ['yes', 'no', 'empty']),
    source: among('source', SOURCES),
    assignee: one('assignee') === 'none' ? 'none' : guid('assignee'),
    responsible: guid('responsible'),
    division: one('division') === 'none' ? 'none' : guid('division'),
    search: guid('search'),
    sort: SORTS.find((known) => known === sort.replace(/^-/, '')) ?? 'deadline',
    descending: sort.startsWith('-'),
    page: Number.isInteger(page) && page > 0 && page <= 1_000_000 ? page : 1,
    size: PAGE_SIZES.find((known) => known === size) ?? 20,
  };
}

/** The same query as parameters of an address line; defaults are left out. */
export function registryParams(query: RegistryQuery): URLSearchParams {
  const params = new URLSearchParams();
  const put = (name: string, value: string | null) => {
    if (value) params.set(name, value);
  };
  put('number', query.number);
  put('status', query.status);
  put('answered', query.answered ? '1' : null);
  put('unanswered', query.unanswered ? '1' : null);
  put('due', query.dueToday ? 'today' : query.dueOn);
  put('organization', query.organization);
  put('house', query.house);
  put('from', query.sentFrom);
  put('to', query.sentTo);
  put('debt', query.debt);
  put('source', query.source);
  put('assignee', query.assignee);
  put('responsible', query.responsible);
  put('division', query.division);
  put('search', query.search);
  if (query.sort !== 'deadline' || query.descending) put('sort', `${query.descending ? '-' : ''}${query.sort}`);
  if (query.page > 1) put('page', String(query.page));
  if (query.size !== 20) put('size', String(query.size));
  return params;
}

/** A date of a form's field ('YYYY-MM-DD'), or null: a field sends what it has; 31.02 and year 0 are none. */
export function realDate(value: string): string | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return null;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value) && value >= '1900' ? value : null;
}
