import { and, asc, count, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { courtCases } from '@/db/schema/court-cases';
import { accountBalances, accountPeople, accountPremises, accounts, houses, premises } from '@/db/schema/houses';
import { recordAccess } from '@/lib/auth/access-log';
import { hasRole, type Person } from '@/lib/auth/actor';
import { searchText, searchWords } from '@/lib/debt-requests/registry';
import { UUID } from '@/lib/debt-requests/registry-query';
import { shownPage } from '@/lib/paging';

/** «Лицевые счета»: reading. They come from Excel and from the portal. */

/** Accounts of the houses that the person's divisions own; admins and the debt clerks see all, as they do requests. */
export function accountsVisibleTo(person: Person): SQL {
  const own = eq(accounts.organizationId, person.organizationId);
  if (person.divisionIds === null || hasRole(person, 'admin', 'debt_clerk')) return own;
  return and(
    own,
    sql`exists (select from account_premises ap join premises p on p.id = ap.premises_id join houses h on h.id = p.house_id
      where ap.account_id = accounts.id and h.division_id in ${[...person.divisionIds]})`,
  )!;
}

/** Does the organization keep accounts at all? Without them requests are answered by hand, and nothing speaks of matching. */
export async function keepsAccounts(person: Person): Promise<boolean> {
  const [row] = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(eq(accounts.organizationId, person.organizationId))
    .limit(1);
  return row !== undefined;
}

export interface AccountRow {
  id: string;
  number: string;
  unifiedAccountNumber: string | null;
  /** «г Верхнеозёрск, ул Озёрная, д. 12» */
  address: string | null;
  /** «кв. 5», «кв. 8, комн. 2»; '' for a whole house. */
  premises: string | null;
  openedOn: string | null;
  closedOn: string | null;
  /** Owners, «Кравцов А. О., Кравцова Н. С.» */
  owners: string;
  /** The newest balance, kopecks. */
  balance: number | null;
  months: number | null;
  asOf: string | null;
  cases: number;
}

export interface AccountsQuery {
  /** Id of a remembered search: the text may be a name. */
  search: string | null;
  houseId: string | null;
  page: number;
}

export const ACCOUNTS_PAGE = 100;

/** A page of accounts by address and premises. Every word searched for stands in the number, the ЕЛС, the address or a name. */
export async function listAccounts(
  person: Person,
  query: AccountsQuery,
): Promise<{ rows: AccountRow[]; total: number; page: number; text: string }> {
  const text = await searchText(person, query.search);
  const where = and(
    accountsVisibleTo(person),
    query.houseId
      ? sql`exists (select from account_premises ap join premises p on p.id = ap.premises_id
          where ap.account_id = accounts.id and p.house_id = ${query.houseId})`
      : undefined,
    ...searchWords(text).map(
      ({
        word,
        anywhere,
      }) => sql`(accounts.number ilike ${anywhere} or accounts.unified_account_number ilike ${anywhere}
        or exists (select from account_people o where o.account_id = accounts.id
          and (o.last_name ilike ${anywhere} or o.first_name ilike ${anywhere} or o.organization_name ilike ${anywhere}))
        or exists (select from account_premises ap join premises p on p.id = ap.premises_id join houses h on h.id = p.house_id
          where ap.account_id = accounts.id and (h.address ilike ${anywhere} or p.number = ${word.toLowerCase()})))`,
    ),
  );
  const [totals] = await db.select({ total: count() }).from(accounts).where(where);
  const page = shownPage(query.page, totals!.total, ACCOUNTS_PAGE);
  const rows = await db
    .select({
      id: accounts.id,
      number: accounts.number,
      unifiedAccountNumber: accounts.unifiedAccountNumber,
      openedOn: accounts.openedOn,
      closedOn: accounts.closedOn,
      address: sql<string | null>`place.address`,
      premises: sql<string | null>`place.premises`,
      owners: sql<string>`coalesce((select string_agg(coalesce(o.organization_name,
          concat_ws(' ', o.last_name, left(o.first_name, 1) || '.', left(o.middle_name, 1) || '.')), ', ' order by o.last_name)
        from account_people o where o.account_id = accounts.id and o.kind = 'owner'), '')`,
      balance: sql<number | null>`balance.sum::float8`,
      months: sql<number | null>`balance.months`,
      asOf: sql<string | null>`balance.as_of`,
      cases: sql<number>`(select count(*)::int from court_cases c where c.account_id = accounts.id)`,
    })
    .from(accounts)
    .leftJoin(
      sql`lateral (select h.address, concat_ws(', ',
          case when p.number <> '' then case p.kind when 'block' then 'блок ' when 'nonresidential' then 'пом. ' else 'кв. ' end || p.number end,
          'комн. ' || nullif(p.room, '')) as premises, p.number
        from account_premises ap join premises p on p.id = ap.premises_id join houses h on h.id = p.house_id
        where ap.account_id = accounts.id order by h.address, p.key limit 1) place`,
      sql`true`,
    )
    .leftJoin(
      sql`lateral (select b.sum, b.months, b.as_of from account_balances b where b.account_id = accounts.id
        order by b.as_of desc limit 1) balance`,
      sql`true`,
    )
    .where(where)
    .orderBy(
      sql`place.address nulls last, nullif(substring(place.number from '^[0-9]{1,9}'), '')::int nulls first`,
      asc(accounts.number),
    )
    .limit(ACCOUNTS_PAGE)
    .offset((page - 1) * ACCOUNTS_PAGE);
  return { rows, total: totals!.total, page, text };
}

export interface AccountCard
  extends Pick<
    typeof accounts.$inferSelect,
    'id' | 'number' | 'unifiedAccountNumber' | 'serviceId' | 'openedOn' | 'closedOn' | 'area'
  > {
  places: { address: string; kind: string; number: string; room: string }[];
  people: (typeof accountPeople.$inferSelect)[];
  balances: (typeof accountBalances.$inferSelect)[];
  cases: Pick<
    typeof courtCases.$inferSelect,
    'id' | 'kind' | 'number' | 'filedOn' | 'decision' | 'awarded' | 'collected' | 'cancelledOn' | 'paidOn'
  >[];
}

/** An account with its people, balances and court cases; null = absent, foreign or of another division. Leaves a line in the access log. */
export async function getAccount(person: Person, id: string): Promise<AccountCard | null> {
  if (!UUID.test(id)) return null;
  const [account] = await db
    .select({
      id: accounts.id,
      number: accounts.number,
      unifiedAccountNumber: accounts.unifiedAccountNumber,
      serviceId: accounts.serviceId,
      openedOn: accounts.openedOn,
      closedOn: accounts.closedOn,
      area: accounts.area,
    })
    .from(accounts)
    .where(and(eq(accounts.id, id), accountsVisibleTo(person)));
  if (!account) return null;
  const [places, people, balances, cases] = await Promise.all([
    db
      .select({ address: houses.address, kind: premises.kind, number: premises.number, room: premises.room })
      .from(accountPremises)
      .innerJoin(premises, eq(premises.id, accountPremises.premisesId))
      .innerJoin(houses, eq(houses.id, premises.houseId))
      .where(eq(accountPremises.accountId, id))
      .orderBy(asc(houses.address), asc(premises.key)),
    db
      .select()
      .from(accountPeople)
      .where(eq(accountPeople.accountId, id))
      .orderBy(
        sql`array_position(array['owner', 'payer', 'resident'], ${accountPeople.kind})`,
        asc(accountPeople.lastName),
      ),
    db
      .select()
      .from(accountBalances)
      .where(eq(accountBalances.accountId, id))
      .orderBy(desc(accountBalances.asOf))
      .limit(24),
    db
      .select({
        id: courtCases.id,
        kind: courtCases.kind,
        number: courtCases.number,
        filedOn: courtCases.filedOn,
        decision: courtCases.decision,
        awarded: courtCases.awarded,
        collected: courtCases.collected,
        cancelledOn: courtCases.cancelledOn,
        paidOn: courtCases.paidOn,
      })
      .from(courtCases)
      .where(eq(courtCases.accountId, id))
      .orderBy(desc(courtCases.filedOn), asc(courtCases.number)),
  ]);
  await recordAccess(person, 'openAccount', { subject: `лицевой счёт ${account.id}` });
  return { ...account, places, people, balances, cases };
}

/** Houses that have accounts the person may see, by address: for the filter. */
export async function listAccountHouses(person: Person): Promise<{ id: string; address: string }[]> {
  const visible =
    person.divisionIds === null || hasRole(person, 'admin', 'debt_clerk')
      ? undefined
      : inArray(houses.divisionId, [...person.divisionIds]);
  return db
    .select({ id: houses.id, address: houses.address })
    .from(houses)
    .where(
      and(
        eq(houses.organizationId, person.organizationId),
        visible,
        sql`exists (select from premises p where p.house_id = houses.id)`,
      ),
    )
    .orderBy(asc(houses.address))
    .limit(2000);
}
