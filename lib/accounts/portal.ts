import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import type { exchanges } from '@/db/schema/exchange';
import { accountPeople, accountPremises, accounts, houses, premises } from '@/db/schema/houses';
import { matchAllOpen } from '@/lib/debt-requests/match';
import { type OperationHandler, timeScale } from '@/lib/exchange/engine';
import { enqueueExport, retryAt } from '@/lib/exchange/queue';
import {
  exportAccountDataMessage,
  exportBriefApartmentHouseMessage,
  type PortalAccount,
  type PortalHouse,
} from '@/lib/gis/messages/houses';
import { batches } from '@/lib/imports/batches';
import { parsePremisesNumber, premisesKey } from './premises-number';

/** Houses, premises and accounts out of ГИС ЖКХ (PROTOCOL §10): the worker's part, taking in what comes. Asking is portal-load.ts. */

type HouseQuery = { kind: 'house' | 'accounts'; houseId: string };

const houseOf = async (tx: Pick<Tx, 'select'>, houseId: string) => {
  const [house] = await tx.select().from(houses).where(eq(houses.id, houseId));
  return house;
};

/** An export may be repeated freely; a refusal that will not pass stands in the journal in the portal's words. */
async function again(
  tx: Tx,
  row: typeof exchanges.$inferSelect,
  outcome: { kind: string; transient?: boolean },
  engine: Parameters<OperationHandler['settle']>[3],
): Promise<boolean> {
  if (outcome.kind !== 'undelivered' && !(outcome.kind === 'refused' && outcome.transient)) return false;
  await enqueueExport(tx, {
    organizationId: row.organizationId,
    service: 'homeManagement',
    operation: row.operation as 'exportBriefApartmentHouse' | 'exportAccountData',
    query: row.query!,
    createdBy: row.createdBy,
    nextAt: retryAt(engine.now(), row.attempt + 1, timeScale(engine)),
    retry: { of: row.id, attempt: row.attempt + 1 },
  });
  return true;
}

const GONE = { xml: null, text: 'Дома больше нет в\u00a0списке.', kind: 'invalid' } as const;

export const exportBriefApartmentHouse: OperationHandler = {
  async build(row, header) {
    const house = await houseOf(db, (row.query as HouseQuery).houseId);
    const code = house?.fiasHouseGuid ?? house?.gisHouseGuid;
    return code ? { xml: exportBriefApartmentHouseMessage(header, code) } : GONE;
  },

  async settle(tx, row, outcome, engine) {
    if (await again(tx, row, outcome, engine)) return;
    const { houseId } = row.query as HouseQuery;
    const house = await houseOf(tx, houseId);
    if (!house) return;
    if (outcome.kind === 'house') {
      await takeHouse(tx, house, outcome.house);
      await matchAllOpen(tx, row.organizationId);
    }
    // a detached house is no apartment house for the portal and still has accounts
    if (house.fiasHouseGuid)
      await enqueueExport(tx, {
        organizationId: row.organizationId,
        service: 'homeManagement',
        operation: 'exportAccountData',
        query: { kind: 'accounts', houseId },
        createdBy: row.createdBy,
        nextAt: engine.now(),
      });
  },
};

export const exportAccountData: OperationHandler = {
  async build(row, header) {
    const house = await houseOf(db, (row.query as HouseQuery).houseId);
    return house?.fiasHouseGuid ? { xml: exportAccountDataMessage(header, house.fiasHouseGuid) } : GONE;
  },

  async settle(tx, row, outcome, engine) {
    if ((await again(tx, row, outcome, engine)) || outcome.kind !== 'accounts') return;
    const house = await houseOf(tx, (row.query as HouseQuery).houseId);
    if (!house) return;
    await takeAccounts(tx, house, outcome.accounts);
    await matchAllOpen(tx, row.organizationId);
  },
};

type House = typeof houses.$inferSelect;

/**
 * The portal's identifiers of the house and its premises. Premises that Excel or a person brought get the identifier by their
 * number; a number that reads in two ways is kept as it is written and matched by the identifier alone.
 */
async function takeHouse(tx: Tx, house: House, shown: PortalHouse): Promise<void> {
  const [taken] = await tx
    .select({ id: houses.id })
    .from(houses)
    .where(and(eq(houses.organizationId, house.organizationId), eq(houses.gisHouseGuid, shown.gisHouseGuid)));
  await tx
    .update(houses)
    .set({
      // an identifier that another house of ours has already is its own
      gisHouseGuid: taken && taken.id !== house.id ? house.gisHouseGuid : shown.gisHouseGuid,
      updatedAt: new Date(),
    })
    .where(eq(houses.id, house.id));
  const rows = new Map<string, typeof premises.$inferInsert>();
  for (const place of shown.premises) {
    const written = place.kind === 'nonresidential' ? `пом. ${place.number ?? ''}` : (place.number ?? '');
    const parsed =
      place.number || place.room ? parsePremisesNumber(place.room ? `${written} комн. ${place.room}` : written) : null;
    const key = parsed ? premisesKey({ ...parsed, kind: place.kind }) : `gis:${place.gisGuid}`;
    // two of one number: neither is certain, each keeps its identifier
    const double = rows.get(key);
    if (double) {
      rows.delete(key);
      rows.set(`gis:${double.gisGuid}`, { ...double, key: `gis:${double.gisGuid}` });
    }
    const own = double ? `gis:${place.gisGuid}` : key;
    rows.set(own, {
      organizationId: house.organizationId,
      houseId: house.id,
      kind: place.kind,
      number: parsed ? parsed.number + parsed.suffix : (place.number ?? ''),
      room: parsed?.room ?? place.room ?? '',
      key: own,
      gisGuid: place.gisGuid,
      terminatedOn: place.terminatedOn,
      source: 'portal',
    });
  }
  for (const batch of batches([...rows.values()])) {
    const guids = batch.map(({ gisGuid }) => gisGuid!);
    const known = await tx
      .select({ id: premises.id, gisGuid: premises.gisGuid })
      .from(premises)
      .where(and(eq(premises.houseId, house.id), inArray(premises.gisGuid, guids)));
    const byGuid = new Set(known.map(({ gisGuid }) => gisGuid));
    const ended = batch.filter(({ gisGuid, terminatedOn }) => terminatedOn && byGuid.has(gisGuid!));
    for (const { gisGuid, terminatedOn } of ended)
      await tx
        .update(premises)
        .set({ terminatedOn: terminatedOn! })
        .where(and(eq(premises.houseId, house.id), eq(premises.gisGuid, gisGuid!)));
    const fresh = batch.filter(({ gisGuid }) => !byGuid.has(gisGuid!));
    if (fresh.length === 0) continue;
    // premises of the same number that came from elsewhere are these
    const named = fresh.filter(({ terminatedOn }) => !terminatedOn);
    if (named.length > 0) {
      const pairs = JSON.stringify(named.map(({ key, gisGuid }) => ({ key, guid: gisGuid })));
      await tx.execute(sql`update premises p set gis_guid = n.guid from json_to_recordset(${pairs}::json) as n(key text, guid uuid)
        where p.house_id = ${house.id} and p.key = n.key and p.gis_guid is null and p.terminated_on is null`);
    }
    await tx.insert(premises).values(fresh).onConflictDoNothing();
  }
}

/**
 * The accounts of a house by the portal's identifier, else by their number where that is ours already; premises, dates,
 * ЕЛС and the payer as the portal has them. What Excel or a person brought about people and dates is not overwritten.
 */
async function takeAccounts(tx: Tx, house: House, shown: PortalAccount[]): Promise<void> {
  const organizationId = house.organizationId;
  const places = new Map(
    (
      await tx
        .select({ id: premises.id, gisGuid: premises.gisGuid })
        .from(premises)
        .where(and(eq(premises.organizationId, organizationId), sql`${premises.gisGuid} is not null`))
    ).map(({ id, gisGuid }) => [gisGuid!, id]),
  );
  // in a house of flats an account of the whole house belongs to no flat
  const [flat] = await tx
    .select({ id: premises.id })
    .from(premises)
    .where(and(eq(premises.houseId, house.id), ne(premises.kind, 'house')))
    .limit(1);
  const detached = !flat;
  for (const account of shown) {
    const [known] = await tx
      .select()
      .from(accounts)
      .where(
        and(
          eq(accounts.organizationId, organizationId),
          sql`(${accounts.gisAccountGuid} = ${account.gisAccountGuid}
            or (${accounts.gisAccountGuid} is null and (${accounts.unifiedAccountNumber} = ${account.unifiedAccountNumber}
              or ${accounts.number} = ${account.number ?? ''})))`,
        ),
      )
      .orderBy(sql`${accounts.gisAccountGuid} is null`)
      .limit(1);
    const columns = {
      gisAccountGuid: account.gisAccountGuid,
      unifiedAccountNumber: account.unifiedAccountNumber,
      serviceId: account.serviceId ?? known?.serviceId ?? null,
      openedOn: known?.openedOn ?? account.openedOn,
      closedOn: account.closedOn ?? known?.closedOn ?? null,
      area: known?.area ?? account.area,
      updatedAt: new Date(),
    };
    let accountId = known?.id;
    if (accountId) await tx.update(accounts).set(columns).where(eq(accounts.id, accountId));
    else {
      // the portal may have no number of ours: its own, the ЕЛС, is unique too
      const number = account.number ?? account.unifiedAccountNumber;
      const [made] = await tx
        .insert(accounts)
        .values({ ...columns, organizationId, number, source: 'portal' })
        .onConflictDoNothing()
        .returning({ id: accounts.id });
      if (!made) continue;
      accountId = made.id;
    }
    const own = account.premisesGuids.flatMap((guid) => places.get(guid) ?? []);
    if (own.length === 0 && account.wholeHouse && detached) own.push(await wholeHouse(tx, house));
    if (own.length > 0)
      await tx
        .insert(accountPremises)
        .values(own.map((premisesId) => ({ accountId, premisesId })))
        .onConflictDoNothing();
    if (!account.payer) continue;
    await tx
      .delete(accountPeople)
      .where(and(eq(accountPeople.accountId, accountId), eq(accountPeople.source, 'portal')));
    await tx
      .insert(accountPeople)
      .values({ organizationId, accountId, kind: 'payer', source: 'portal', ...account.payer });
  }
}

/** The premises that are the detached house itself. */
async function wholeHouse(tx: Tx, house: House): Promise<string> {
  const key = premisesKey({ kind: 'house', number: '', suffix: '', room: '' });
  await tx
    .insert(premises)
    .values({ organizationId: house.organizationId, houseId: house.id, kind: 'house', key, source: 'portal' })
    .onConflictDoNothing();
  const [row] = await tx
    .select({ id: premises.id })
    .from(premises)
    .where(and(eq(premises.houseId, house.id), eq(premises.key, key), isNull(premises.terminatedOn)));
  return row!.id;
}
