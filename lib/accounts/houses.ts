import { and, asc, count, eq, ilike, inArray, isNull, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { houses } from '@/db/schema/houses';
import { divisions } from '@/db/schema/staff';
import { hasRole, type Person } from '@/lib/auth/actor';
import { reassignHouses } from '@/lib/debt-requests/assign';
import { matchAllOpen } from '@/lib/debt-requests/match';
import { searchWords } from '@/lib/debt-requests/registry';
import { OPEN_STATUSES } from '@/lib/debt-requests/transition';
import { invalid, notFound, type Refusal, type Result } from '@/lib/errors';
import { guidCell } from '@/lib/imports/cells';
import { shownPage } from '@/lib/paging';

/** «Дома»: which houses the organization serves and which division owns each. Everybody reads, admins change. */

const ADMINS_ONLY: Refusal = { ok: false, reason: 'forbidden', message: 'Дома ведёт администратор.' };

export interface HouseRow {
  id: string;
  address: string;
  fiasHouseGuid: string | null;
  /** Shares its code with a main building. */
  shared: boolean;
  divisionId: string | null;
  divisionName: string | null;
  openRequests: number;
  premises: number;
  accounts: number;
}

export interface HousesQuery {
  /** Part of an address; of a house, so it names nobody. */
  text: string;
  /** Id of a division, «none» = of none. */
  division: string | null;
  page: number;
}

export const HOUSES_PAGE = 100;

const conditionOf = (person: Person, query: Pick<HousesQuery, 'text' | 'division'>) =>
  and(
    eq(houses.organizationId, person.organizationId),
    ...searchWords(query.text).map(({ anywhere }) => ilike(houses.address, anywhere)),
    query.division === 'none'
      ? isNull(houses.divisionId)
      : query.division
        ? eq(houses.divisionId, query.division)
        : undefined,
  );

/** A page of houses by address. A page beyond the end gives the last. */
export async function listHouses(
  person: Person,
  query: HousesQuery,
): Promise<{ rows: HouseRow[]; total: number; page: number; withoutDivision: number }> {
  const [totals] = await db.select({ total: count() }).from(houses).where(conditionOf(person, query));
  const [loose] = await db
    .select({ total: count() })
    .from(houses)
    .where(and(eq(houses.organizationId, person.organizationId), isNull(houses.divisionId)));
  const page = shownPage(query.page, totals!.total, HOUSES_PAGE);
  const rows = await db
    .select({
      id: houses.id,
      address: houses.address,
      fiasHouseGuid: houses.fiasHouseGuid,
      shared: sql<boolean>`${houses.mainHouseId} is not null`,
      divisionId: houses.divisionId,
      divisionName: divisions.name,
      premises: sql<number>`(select count(*)::int from premises p where p.house_id = ${houses.id} and p.terminated_on is null)`,
      accounts: sql<number>`(select count(distinct ap.account_id)::int from premises p join account_premises ap on ap.premises_id = p.id
        where p.house_id = ${houses.id})`,
      openRequests: sql<number>`(select count(*)::int from debt_requests r
        where r.organization_id = ${houses.organizationId} and r.status = any(${OPEN_STATUSES})
          and (r.house_guid in (${houses.gisHouseGuid}, ${houses.fiasHouseGuid}) or r.fias_house_guid = ${houses.fiasHouseGuid}))`,
    })
    .from(houses)
    .leftJoin(divisions, eq(divisions.id, houses.divisionId))
    .where(conditionOf(person, query))
    .orderBy(asc(houses.address), asc(houses.id))
    .limit(HOUSES_PAGE)
    .offset((page - 1) * HOUSES_PAGE);
  return { rows, total: totals!.total, page, withoutDivision: loose!.total };
}

/**
 * «Собрать из запросов»: every house that requests have asked about and that is not in the list yet. Gives how many came.
 * Pressed again it adds nothing. A request that names neither the portal's nor the ФИАС code of its house is left out.
 */
export async function collectHouses(person: Person): Promise<Result<{ added: number }>> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const rows = await db.execute<{ id: string }>(sql`
    insert into houses (organization_id, address, fias_house_guid, gis_house_guid, source)
    select ${person.organizationId}::uuid, address, fias, gis, 'portal' from (select distinct on (key) * from (
      select coalesce(r.house_guid, r.fias_house_guid) as key, r.house_guid as gis, r.fias_house_guid as fias,
        -- formats 14+ write the premises behind the house
        case when r.house_guid is null
          then regexp_replace(r.address, ',\\s*(кв|квартира|комн|комната|пом|помещение|блок|оф)[.\\s].*$', '', 'i')
          else r.address end as address
      from debt_requests r where r.organization_id = ${person.organizationId}
        and coalesce(r.house_guid, r.fias_house_guid) is not null
    ) asked
    where not exists (select from houses h where h.organization_id = ${person.organizationId}
      and (h.gis_house_guid = asked.gis or h.fias_house_guid in (asked.gis, asked.fias)))
    order by key, fias nulls last) houses_asked
    -- those with both codes first: one that is known by its ФИАС code alone is then the same house
    order by gis is null
    on conflict do nothing
    returning id`);
  return { ok: true, added: rows.length };
}

const nothing = z.literal('').transform(() => null);
export const houseSchema = z.object({
  /** Null = a new one. */
  id: z.union([nothing, z.uuid()]),
  address: z.string().trim().min(5, 'Введите адрес дома.').max(500, 'Адрес: не\u00a0больше 500\u00a0знаков.'),
  fiasHouseGuid: guidCell,
  /** A building or an entrance of the house that has the same code (the portal's «группирующий дом»). */
  shared: z.boolean().default(false),
  divisionId: z.union([nothing, z.uuid()]),
});

/** Adds a house or changes one. Its open requests follow the division in the same step. */
export async function saveHouse(person: Person, input: z.output<typeof houseSchema>): Promise<Result<{ id: string }>> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const { id, shared, ...columns } = input;
  return db.transaction(async (tx) => {
    if (columns.divisionId && !(await isDivision(person, columns.divisionId))) return NO_DIVISION;
    let mainHouseId: string | null = null;
    if (columns.fiasHouseGuid) {
      const [taken] = await tx
        .select({ id: houses.id, address: houses.address })
        .from(houses)
        .where(
          and(
            eq(houses.organizationId, person.organizationId),
            eq(houses.fiasHouseGuid, columns.fiasHouseGuid),
            isNull(houses.mainHouseId),
            id ? ne(houses.id, id) : undefined,
          ),
        );
      if (taken && !shared)
        return invalid('Проверьте отмеченные поля.', {
          fiasHouseGuid: `Этот код уже у\u00a0дома ${taken.address}. Если это его корпус или подъезд, отметьте ниже.`,
        });
      mainHouseId = taken?.id ?? null;
    }
    const set = { ...columns, mainHouseId };
    const [saved] = id
      ? await tx
          .update(houses)
          .set({ ...set, updatedAt: new Date() })
          .where(and(eq(houses.id, id), eq(houses.organizationId, person.organizationId)))
          .returning({ id: houses.id })
      : await tx
          .insert(houses)
          .values({ ...set, organizationId: person.organizationId })
          .returning({ id: houses.id });
    if (!saved) return notFound;
    await reassignHouses(tx, person.organizationId, [saved.id]);
    await matchAllOpen(tx, person.organizationId);
    return { ok: true, id: saved.id } as const;
  });
}

export const assignDivisionSchema = z.object({
  houseIds: z.array(z.uuid()).min(1, 'Выберите дома.').max(10_000),
  divisionId: z.union([nothing, z.uuid()]),
});

/**
 * «Назначить подразделение» to many houses: all or, when one of them is not the organization's, none. Their open requests
 * get the division and its responsible person in the same step.
 */
export async function assignDivision(
  person: Person,
  input: z.output<typeof assignDivisionSchema>,
): Promise<Result<{ changed: number }>> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const ids = [...new Set(input.houseIds)];
  return db.transaction(async (tx) => {
    if (input.divisionId && !(await isDivision(person, input.divisionId))) return NO_DIVISION;
    const known = await tx
      .select({ id: houses.id })
      .from(houses)
      .where(and(eq(houses.organizationId, person.organizationId), inArray(houses.id, ids)))
      .orderBy(asc(houses.id))
      .for('update');
    if (known.length < ids.length) return notFound;
    const changed = await tx
      .update(houses)
      .set({ divisionId: input.divisionId, updatedAt: new Date() })
      .where(and(inArray(houses.id, ids), sql`${houses.divisionId} is distinct from ${input.divisionId}::uuid`))
      .returning({ id: houses.id });
    await reassignHouses(
      tx,
      person.organizationId,
      changed.map((row) => row.id),
    );
    return { ok: true, changed: changed.length } as const;
  });
}

const NO_DIVISION: Refusal = invalid('Проверьте отмеченные поля.', { divisionId: 'Такого подразделения больше нет.' });

async function isDivision(person: Person, id: string): Promise<boolean> {
  const rows = await db
    .select({ id: divisions.id })
    .from(divisions)
    .where(and(eq(divisions.id, id), eq(divisions.organizationId, person.organizationId)));
  return rows.length > 0;
}
