import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { debtRequestAccounts } from '@/db/schema/court-cases';
import { accountPremises, accounts, houses, premises } from '@/db/schema/houses';
import { parsePremisesNumber, premisesKey } from '@/lib/accounts/premises-number';
import type { Person } from '@/lib/auth/actor';
import { chooseMatch, countUnmatched, listUnmatched, matchAllOpen, matchRequests } from '@/lib/debt-requests/match';
import {
  type DebtRequestRow,
  makeDivision,
  makeOrganization,
  makePerson,
  makeRequest,
  reload,
} from '@/tests/factories';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let head: Person;
const STREET = '624071, обл Приозёрская, г Верхнеозёрск, ул Космонавтов';

beforeEach(async () => {
  organization = await makeOrganization();
  head = await makePerson(organization, ['head']);
});

async function makeHouse(address: string, numbers: string[], given: Partial<typeof houses.$inferInsert> = {}) {
  const own = { organizationId: organization.id };
  const [house] = await db
    .insert(houses)
    .values({ ...own, address, ...given })
    .returning();
  const places: Record<string, { premisesId: string; accountId: string }> = {};
  for (const written of numbers) {
    const parsed = parsePremisesNumber(written)!;
    const [place] = await db
      .insert(premises)
      .values({
        ...own,
        houseId: house!.id,
        kind: parsed.kind,
        number: parsed.number + parsed.suffix,
        room: parsed.room,
        key: premisesKey(parsed),
      })
      .returning();
    const [account] = await db
      .insert(accounts)
      .values({ ...own, number: randomUUID() })
      .returning();
    await db.insert(accountPremises).values({ accountId: account!.id, premisesId: place!.id });
    places[written] = { premisesId: place!.id, accountId: account!.id };
  }
  return { id: house!.id, places };
}
async function matched(given: Partial<DebtRequestRow>) {
  const request = await makeRequest(organization, given);
  await db.transaction((tx) => matchRequests(tx, organization.id, [request.id]));
  const { matchState, houseId, premisesId } = await reload(request.id);
  const linked = await db.select().from(debtRequestAccounts).where(eq(debtRequestAccounts.requestId, request.id));
  return { id: request.id, matchState, houseId, premisesId, accounts: linked.map(({ accountId }) => accountId) };
}

describe('certain by', () => {
  test('the object of formats 14+', async () => {
    const house = await makeHouse(`${STREET}, д. 14`, ['кв. 5', 'кв. 6']);
    const hmObjectGuid = randomUUID();
    const place = house.places['кв. 6']!;
    await db.update(premises).set({ gisGuid: hmObjectGuid }).where(eq(premises.id, place.premisesId));
    const asked = { houseGuid: null, addressDetails: null, hmObjectGuid, addressType: 'Premises' };
    expect(await matched({ ...asked, address: 'как угодно' })).toMatchObject({
      matchState: 'matched',
      premisesId: place.premisesId,
      accounts: [place.accountId],
    });
  });

  test('the code of the house, as the portal’s or as ФИАС’s, and a number however it is written', async () => {
    const [gis, fias] = [randomUUID(), randomUUID()];
    const house = await makeHouse(`${STREET}, д. 14`, ['кв. 5', 'кв. 5а'], { gisHouseGuid: gis, fiasHouseGuid: fias });
    for (const given of [
      { houseGuid: gis, addressDetails: 'кв.5' },
      { houseGuid: fias, addressDetails: '5' },
      { houseGuid: randomUUID(), fiasHouseGuid: fias, addressDetails: 'квартира № 05' },
    ])
      expect(await matched({ ...given, address: `${STREET}, д. 14` })).toMatchObject({
        matchState: 'matched',
        accounts: [house.places['кв. 5']!.accountId],
      });
  });

  test('the address alone, with the premises beside it or behind it', async () => {
    const house = await makeHouse('г Верхнеозёрск, Космонавтов ул., д. № 14 корпус 2', ['кв. 5', 'кв. 8 комн. 2']);
    expect(
      await matched({ address: 'г. Верхнеозёрск, улица Космонавтов, 14к2', addressDetails: 'кв 5' }),
    ).toMatchObject({
      matchState: 'matched',
      houseId: house.id,
    });
    expect(
      await matched({
        address: 'г Верхнеозёрск, ул Космонавтов, д. 14, корп. 2, кв. 8, комн. 2',
        addressDetails: null,
        hmObjectGuid: randomUUID(),
        addressType: 'LivingRoom',
      }),
    ).toMatchObject({ matchState: 'matched', accounts: [house.places['кв. 8 комн. 2']!.accountId] });
  });

  test('an address that our list keeps without the region, never without the town', async () => {
    await makeHouse('г Верхнеозёрск, ул Космонавтов, д. 14', ['кв. 5']);
    await makeHouse('ул Мира, д. 1', ['кв. 5']);
    expect(await matched({ address: `${STREET}, д. 14`, addressDetails: 'кв. 5' })).toMatchObject({
      matchState: 'matched',
    });
    expect(
      await matched({ address: 'обл Приозёрская, г Нижнеозёрск, ул Космонавтов, д. 14', addressDetails: 'кв. 5' }),
    ).toMatchObject({ matchState: 'unmatched' });
    expect(await matched({ address: 'г Верхнеозёрск, ул Мира, д. 1', addressDetails: 'кв. 5' })).toMatchObject({
      matchState: 'unmatched',
    });
  });

  test('a detached house without a number', async () => {
    const house = await makeHouse('п Лесной Кордон, ул Центральная, д. 5', ['']);
    expect(await matched({ address: 'п Лесной Кордон, ул Центральная, д. 5', addressDetails: null })).toMatchObject({
      matchState: 'matched',
      accounts: [house.places['']!.accountId],
    });
  });
});

describe('left to a person', () => {
  test.each([
    ['no such flat', 'кв. 77', 'unmatched'],
    ['a number that reads in two ways', 'кв. 5 подъезд 2', 'unmatched'],
    ['another kind of premises', 'пом. 5', 'unmatched'],
    ['a room of a flat', 'кв. 5 комн. 1', 'unmatched'],
    ['a fraction', '5/1', 'unmatched'],
    ['nothing, in a house of flats', null, 'unmatched'],
  ])('%s', async (_, addressDetails, matchState) => {
    const house = await makeHouse(`${STREET}, д. 14`, ['кв. 5']);
    expect(await matched({ address: `${STREET}, д. 14`, addressDetails })).toMatchObject({
      matchState,
      houseId: house.id,
      premisesId: null,
      accounts: [],
    });
  });

  test('a house nobody has heard of, and one with another number', async () => {
    await makeHouse(`${STREET}, д. 14`, ['кв. 5']);
    for (const address of [`${STREET}, д. 15`, `${STREET}, д. 14, корп. 1`, 'пер Космонавтов, д. 14'])
      expect(await matched({ address, addressDetails: 'кв. 5' })).toMatchObject({
        matchState: 'unmatched',
        houseId: null,
      });
  });

  test('one code, two buildings: the address tells, else a person', async () => {
    const fiasHouseGuid = randomUUID();
    const first = await makeHouse(`${STREET}, д. 14, корп. 1`, ['кв. 5'], { fiasHouseGuid });
    await makeHouse(`${STREET}, д. 14, корп. 2`, ['кв. 5'], { fiasHouseGuid, mainHouseId: first.id });
    expect(await matched({ fiasHouseGuid, address: `${STREET}, д. 14, корп. 2`, addressDetails: '5' })).toMatchObject({
      matchState: 'matched',
    });
    expect(await matched({ fiasHouseGuid, address: `${STREET}, д. 14`, addressDetails: '5' })).toMatchObject({
      matchState: 'ambiguous',
      premisesId: null,
    });
  });

  test('a code that contradicts the number of the house', async () => {
    const fiasHouseGuid = randomUUID();
    await makeHouse(`${STREET}, д. 14`, ['кв. 5'], { fiasHouseGuid });
    expect(await matched({ fiasHouseGuid, address: `${STREET}, д. 16`, addressDetails: '5' })).toMatchObject({
      matchState: 'ambiguous',
      premisesId: null,
      accounts: [],
    });
  });

  test('premises of another organization', async () => {
    const other = await makeOrganization();
    const mine = organization;
    organization = other;
    await makeHouse(`${STREET}, д. 14`, ['кв. 5']);
    organization = mine;
    expect(await matched({ address: `${STREET}, д. 14`, addressDetails: 'кв. 5' })).toMatchObject({
      matchState: 'unmatched',
      houseId: null,
    });
  });
});

describe('working off', () => {
  test('candidates by likeness; a choice stays, is remembered for the house, and moves the rest', async () => {
    const division = await makeDivision(organization, 'ЖЭУ № 1', { responsibleId: head.userId });
    const house = await makeHouse('Верхнеозёрск, Космонавтов 14', ['кв. 5', 'кв. 6', 'пом. 5'], {
      divisionId: division,
    });
    const houseGuid = randomUUID();
    const address = `${STREET}, д. 14`;
    const first = await matched({ houseGuid, address, addressDetails: 'кв. 5' });
    const second = await matched({ houseGuid, address, addressDetails: 'кв. 6' });
    expect([first.matchState, second.matchState]).toEqual(['unmatched', 'unmatched']);
    const { rows, total } = await listUnmatched(head, 1);
    expect(total).toBe(2);
    const shown = rows.find(({ id }) => id === first.id)!;
    expect(shown.why).toMatch(/нет в/);
    expect(shown.candidates[0]).toMatchObject({ premisesId: house.places['кв. 5']!.premisesId, accounts: 1 });
    expect(shown.candidates[0]!.score).toBeGreaterThan(shown.candidates[1]!.score);
    const choice = { id: first.id, version: 1, premisesId: house.places['кв. 5']!.premisesId, remember: true };
    expect(await chooseMatch(head, choice)).toEqual({ ok: true, version: 2 });
    expect(await reload(first.id)).toMatchObject({ matchState: 'manual', houseId: house.id, divisionId: division });
    expect(await reload(second.id)).toMatchObject({ matchState: 'matched', houseId: house.id });
    expect(await countUnmatched(head)).toBe(0);
    await db.transaction((tx) => matchAllOpen(tx, organization.id));
    expect(await reload(first.id)).toMatchObject({ matchState: 'manual' });
    expect(await matched({ houseGuid, address, addressDetails: 'пом. 5' })).toMatchObject({ matchState: 'matched' });
  });

  test('an executor of a division chooses among its houses only', async () => {
    const [north, south] = [await makeDivision(organization, 'Север'), await makeDivision(organization, 'Юг')];
    const executor = await makePerson(organization, ['executor'], { divisionId: north });
    const [own, foreign] = [
      await makeHouse(`${STREET}, д. 1`, ['кв. 5'], { divisionId: north }),
      await makeHouse(`${STREET}, д. 2`, ['кв. 5'], { divisionId: south }),
    ];
    const request = await makeRequest(organization, { divisionId: north });
    const choose = (premisesId: string) =>
      chooseMatch(executor, { id: request.id, version: 1, premisesId, remember: false });
    expect(await choose(foreign.places['кв. 5']!.premisesId)).toMatchObject({ reason: 'forbidden' });
    expect(await choose(own.places['кв. 5']!.premisesId)).toMatchObject({ ok: true });
  });

  test('refuses strangers, an old version, foreign premises and what was answered', async () => {
    const house = await makeHouse(`${STREET}, д. 14`, ['кв. 5']);
    const premisesId = house.places['кв. 5']!.premisesId;
    const request = await makeRequest(organization);
    const input = { id: request.id, version: 1, premisesId, remember: false };
    const other = await makeOrganization();
    const stranger = await makePerson(other, ['admin']);
    expect(await chooseMatch(stranger, input)).toEqual({ ok: false, reason: 'notFound' });
    expect(await chooseMatch(head, { ...input, version: 2 })).toMatchObject({ reason: 'stale' });
    expect(await chooseMatch(head, { ...input, premisesId: randomUUID() })).toMatchObject({ reason: 'invalid' });
    const answered = await makeRequest(organization, { status: 'answered', hasDebt: false });
    expect(await chooseMatch(head, { ...input, id: answered.id })).toMatchObject({ reason: 'notAllowed' });
    const foreign = await makeRequest(other);
    expect(await chooseMatch(stranger, { ...input, id: foreign.id })).toMatchObject({ reason: 'invalid' });
  });
});
