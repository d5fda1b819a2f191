import { randomUUID } from 'node:crypto';
import { and, asc, eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { exchanges } from '@/db/schema/exchange';
import { accountPeople, accountPremises, accounts, houses, premises } from '@/db/schema/houses';
import { organizations } from '@/db/schema/staff';
import { loadFromPortal } from '@/lib/accounts/portal-load';
import type { Person } from '@/lib/auth/actor';
import { fillAnswer } from '@/lib/debt-requests/autofill';
import { validateMessage } from '@/lib/gis/xml';
import { makePerson } from '../factories';
import { openPortal, type Portal } from '../portal';
import { resetDatabase } from '../setup/reset-database';
import { DEMO_HOUSES, DEMO_ORG_PPA_GUID, demoAccount, premisesGuid } from '../stand/demo-data';

let portal: Portal;
let admin: Person;
/** Flats; «пом. 1п»; rooms of a flat and one of none. */
const [first, shops, , , rooms] = DEMO_HOUSES;

beforeEach(async () => {
  await resetDatabase();
  portal = await openPortal({ orgPpaGuid: DEMO_ORG_PPA_GUID });
  admin = await makePerson(portal.organization, ['admin']);
});
afterEach(() => portal.close());

async function makeHouse(given: Partial<typeof houses.$inferInsert> = {}): Promise<string> {
  const [row] = await db
    .insert(houses)
    .values({
      organizationId: portal.organization.id,
      address: first!.address,
      fiasHouseGuid: first!.fiasHouseGuid!,
      ...given,
    })
    .returning();
  return row!.id;
}
const premisesOf = (houseId: string) =>
  db.select().from(premises).where(eq(premises.houseId, houseId)).orderBy(asc(premises.key));
const accountsOf = () =>
  db.select().from(accounts).where(eq(accounts.organizationId, portal.organization.id)).orderBy(asc(accounts.number));
const messages = () =>
  db.select().from(exchanges).where(eq(exchanges.service, 'homeManagement')).orderBy(asc(exchanges.createdAt));

test('premises and accounts of a house arrive, and a request of format 14+ is matched by its object', async () => {
  const houseId = await makeHouse();
  expect(await loadFromPortal(admin)).toEqual({ ok: true, asked: 1 });
  // pressed twice is asked once
  expect(await loadFromPortal(admin)).toEqual({ ok: true, asked: 0 });
  await portal.work();
  expect((await messages()).map(({ operation, state }) => [operation, state])).toEqual([
    ['exportBriefApartmentHouse', 'done'],
    ['exportAccountData', 'done'],
  ]);
  for (const { requestXml, replyXml } of await messages()) {
    expect(validateMessage(requestXml!)).toEqual({ ok: true });
    // what the stand answers is what the portal's schema allows
    expect(validateMessage(replyXml!)).toEqual({ ok: true });
  }
  const [house] = await db.select().from(houses).where(eq(houses.id, houseId));
  expect(house).toMatchObject({ gisHouseGuid: first!.houseGuid });
  const places = await premisesOf(houseId);
  expect(places.map(({ key }) => key)).toEqual(
    ['flat:100', 'flat:117', 'flat:12а', 'flat:28', 'flat:41', 'flat:63', 'flat:9'].sort(),
  );
  expect(places.find(({ key }) => key === 'flat:117')).toMatchObject({
    gisGuid: premisesGuid(first!.houseGuid, 'кв. 117'),
    source: 'portal',
  });
  const { number, unified, owner } = demoAccount(first!, 'кв. 117');
  expect((await accountsOf()).find((account) => account.number === number)).toMatchObject({
    unifiedAccountNumber: unified,
    openedOn: '2012-05-01',
    area: '54.30',
    source: 'portal',
  });
  const payers = await db.select().from(accountPeople).where(eq(accountPeople.kind, 'payer'));
  expect(payers).toHaveLength(7);
  expect(payers.find(({ lastName }) => lastName === owner.lastName)).toMatchObject({ firstName: owner.firstName });

  await db.update(organizations).set({ exportFormat: '15.3.0.0' });
  const { subrequestGuid } = portal.stand.control.addRequest({
    orgPPAGUID: portal.organization.orgPpaGuid,
    houseAddress: 'адрес, по которому ничего не найти',
    hmObjectGuid: premisesGuid(first!.houseGuid, 'кв. 117'),
    addressDetails: 'кв. 117',
    houseGuid: first!.houseGuid,
    fiasHouseGuid: first!.fiasHouseGuid,
  });
  await portal.receive();
  const request = await portal.request(subrequestGuid);
  expect(request).toMatchObject({
    matchState: 'matched',
    houseId,
    premisesId: places.find(({ key }) => key === 'flat:117')!.id,
  });
});

test('again nothing is made twice; what Excel brought keeps its dates and gets the identifiers', async () => {
  const houseId = await makeHouse();
  const own = { organizationId: portal.organization.id };
  const [place] = await db
    .insert(premises)
    .values({ ...own, houseId, number: '117', key: 'flat:117', source: 'excel' })
    .returning();
  const [account] = await db
    .insert(accounts)
    .values({ ...own, number: demoAccount(first!, 'кв. 117').number, openedOn: '2001-01-01', source: 'excel' })
    .returning();
  for (let round = 0; round < 2; round++) {
    await loadFromPortal(admin);
    await portal.work();
  }
  expect(await premisesOf(houseId)).toHaveLength(7);
  expect(await accountsOf()).toHaveLength(7);
  const [kept] = await db.select().from(premises).where(eq(premises.id, place!.id));
  expect(kept).toMatchObject({ source: 'excel', gisGuid: premisesGuid(first!.houseGuid, 'кв. 117') });
  const [known] = await db.select().from(accounts).where(eq(accounts.id, account!.id));
  expect(known).toMatchObject({ openedOn: '2001-01-01', unifiedAccountNumber: demoAccount(first!, 'кв. 117').unified });
  expect(
    await db
      .select()
      .from(accountPremises)
      .where(and(eq(accountPremises.accountId, account!.id), eq(accountPremises.premisesId, place!.id))),
  ).toHaveLength(1);
  expect(await db.select().from(accountPeople)).toHaveLength(7);
});

test('rooms and premises where nobody lives', async () => {
  const [shopsId, roomsId] = [
    await makeHouse({ address: shops!.address, fiasHouseGuid: shops!.fiasHouseGuid! }),
    await makeHouse({ address: rooms!.address, fiasHouseGuid: rooms!.fiasHouseGuid! }),
  ];
  await loadFromPortal(admin);
  await portal.work();
  expect((await premisesOf(shopsId)).map(({ key }) => key)).toContain('nonresidential:1п');
  const keys = (await premisesOf(roomsId)).map(({ key }) => key);
  for (const key of ['room:8#2', 'room:8#3', 'room:#5', 'flat:2']) expect(keys).toContain(key);
  const { subrequestGuid } = portal.stand.control.addRequest({
    orgPPAGUID: portal.organization.orgPpaGuid,
    houseAddress: rooms!.address,
    houseGuid: rooms!.houseGuid,
    addressDetails: 'кв. 8, комн. 3',
  });
  await portal.receive();
  const request = await portal.request(subrequestGuid);
  expect(request).toMatchObject({ matchState: 'matched' });
  expect(await fillAnswer(portal.head, { id: request.id, version: request.version, replace: false })).toMatchObject({
    ok: true,
  });
});

describe('what the portal refuses', () => {
  test('a house that is not ours to ask about: its words stand in the journal, nothing changes', async () => {
    await makeHouse({ fiasHouseGuid: randomUUID() });
    await loadFromPortal(admin);
    await portal.work();
    const rows = await messages();
    expect(rows.map(({ state }) => state)).toEqual(['refused', 'refused']);
    expect(rows[0]).toMatchObject({ errorCode: 'INT002000', errorText: expect.stringMatching(/не обслуживается/) });
    expect(await accountsOf()).toEqual([]);
  });

  test('a portal that is out of reach is asked again', async () => {
    await makeHouse();
    portal.stand.control.inject({ fault: 'http502', match: { operation: 'exportBriefApartmentHouse' }, times: 1 });
    await loadFromPortal(admin);
    await portal.work();
    portal.advance(10 * 60_000);
    await portal.work();
    expect((await messages()).filter(({ state }) => state === 'done').length).toBeGreaterThan(0);
    expect(await accountsOf()).toHaveLength(7);
  });

  test('who may not, and another organization', async () => {
    await makeHouse();
    expect(await loadFromPortal(portal.head)).toMatchObject({ reason: 'forbidden' });
    const other = await openPortal();
    const stranger = await makePerson(other.organization, ['admin']);
    expect(await loadFromPortal(stranger)).toEqual({ ok: true, asked: 0 });
    await other.close();
  });
});
