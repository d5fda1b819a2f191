import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { db } from '@/db/client';
import { houses } from '@/db/schema/houses';
import { assignDivision, collectHouses, listHouses, saveHouse } from '@/lib/accounts/houses';
import type { Person } from '@/lib/auth/actor';
import { makeDivision, makeOrganization, makePerson, makeRequest, reload } from '@/tests/factories';
import { resetDatabase } from '../setup/reset-database';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let admin: Person;
beforeEach(async () => {
  await resetDatabase();
  organization = await makeOrganization();
  admin = await makePerson(organization, ['admin']);
});
const everything = { text: '', division: null, page: 1 };

test('houses come from requests, each once, without the flat; pressed again nothing comes', async () => {
  const [gis, fias] = [randomUUID(), randomUUID()];
  await makeRequest(organization, { houseGuid: gis, fiasHouseGuid: fias, address: 'г Город, ул Первая, д. 1' });
  await makeRequest(organization, { houseGuid: gis, address: 'г Город, ул Первая, д. 1', addressDetails: '2' });
  await makeRequest(organization, {
    fiasHouseGuid: fias,
    address: 'г Город, ул Первая, д. 1, кв. 5',
    addressDetails: null,
  });
  const other = randomUUID();
  await makeRequest(organization, {
    fiasHouseGuid: other,
    address: 'г Город, ул Вторая, д. 2, кв. 9',
    addressDetails: null,
  });
  await makeRequest(organization, { address: 'без кодов' });
  await makeRequest(await makeOrganization(), { houseGuid: randomUUID(), address: 'чужой' });

  expect(await collectHouses(admin)).toEqual({ ok: true, added: 2 });
  expect(await collectHouses(admin)).toEqual({ ok: true, added: 0 });
  const list = await listHouses(admin, everything);
  expect(list.rows.map(({ address, openRequests }) => [address, openRequests])).toEqual([
    ['г Город, ул Вторая, д. 2', 1],
    ['г Город, ул Первая, д. 1', 3],
  ]);
  expect((await listHouses(admin, { ...everything, text: 'втор 2' })).total).toBe(1);
  expect((await listHouses(admin, { ...everything, text: '%' })).total).toBe(0);
});

test('a division given to many houses takes their open requests along; one foreign house refuses all', async () => {
  const division = await makeDivision(organization, 'ЖЭУ № 1');
  const head = await makePerson(organization, ['head'], { divisionId: division });
  const gis = randomUUID();
  const request = await makeRequest(organization, { houseGuid: gis, responsibleId: admin.userId });
  await collectHouses(admin);
  const [house] = await db.select().from(houses);
  const other = await makeOrganization();
  const [foreign] = await db.insert(houses).values({ organizationId: other.id, address: 'чужой' }).returning();

  expect(await assignDivision(admin, { houseIds: [house!.id, foreign!.id], divisionId: division })).toEqual({
    ok: false,
    reason: 'notFound',
  });
  const theirs = await makeDivision(other, 'Чужое');
  expect(await assignDivision(admin, { houseIds: [house!.id], divisionId: theirs })).toMatchObject({
    reason: 'invalid',
  });
  expect(await assignDivision(head, { houseIds: [house!.id], divisionId: division })).toMatchObject({
    reason: 'forbidden',
  });
  expect(await reload(request.id)).toMatchObject({ divisionId: null });

  expect(await assignDivision(admin, { houseIds: [house!.id], divisionId: division })).toEqual({
    ok: true,
    changed: 1,
  });
  expect(await assignDivision(admin, { houseIds: [house!.id], divisionId: division })).toEqual({
    ok: true,
    changed: 0,
  });
  expect(await reload(request.id)).toMatchObject({ divisionId: division, responsibleId: head.userId });
  expect((await listHouses(admin, { ...everything, division: 'none' })).total).toBe(0);
  expect((await listHouses(admin, { ...everything, division })).total).toBe(1);
});

test('a house by hand; one ФИАС code stands for one house', async () => {
  const fiasHouseGuid = randomUUID();
  const given = { id: null, address: 'ул. Третья, 3', fiasHouseGuid, shared: false, divisionId: null };
  const made = await saveHouse(admin, given);
  if (!made.ok) throw new Error(made.reason);
  expect(await saveHouse(admin, { ...given, address: 'ул. Четвёртая, 4' })).toMatchObject({
    fields: { fiasHouseGuid: expect.stringContaining('ул. Третья, 3') },
  });
  const part = await saveHouse(admin, { ...given, address: 'ул. Третья, 3, корп. 2', shared: true });
  const [shown] = await db
    .select()
    .from(houses)
    .where(eq(houses.id, part.ok ? part.id : ''));
  expect(shown).toMatchObject({ mainHouseId: made.id, fiasHouseGuid: given.fiasHouseGuid });
  expect(await saveHouse(admin, { ...given, id: made.id, address: 'ул. Третья, 3а' })).toMatchObject({ ok: true });
  const stranger = await makePerson(await makeOrganization(), ['admin']);
  expect(await saveHouse(stranger, { ...given, id: made.id })).toEqual({ ok: false, reason: 'notFound' });
  expect((await listHouses(admin, everything)).rows).toMatchObject([
    { address: 'ул. Третья, 3, корп. 2', shared: true },
    { address: 'ул. Третья, 3а', shared: false },
  ]);
});
