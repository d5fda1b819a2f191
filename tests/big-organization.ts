import { randomUUID } from 'node:crypto';
import { db } from '@/db/client';
import { courtCases, respondents } from '@/db/schema/court-cases';
import { debtRequests } from '@/db/schema/debt-requests';
import { accountPremises, accounts, houses, premises } from '@/db/schema/houses';
import { parsePremisesNumber, premisesKey } from '@/lib/accounts/premises-number';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { batches } from '@/lib/imports/batches';
import { Chance } from './random';

/**
 * A realistic organization: 25 houses, 7 500 premises, 22 500 accounts, 3 000 court cases, and requests about it with addresses
 * as ugly as they come. Always the same for the same seed. Each request knows the truth: which premises it is about.
 */

interface BigHouse {
  id: string;
  gis: string | null;
  fias: string | null;
  street: [kind: string, name: string];
  number: string;
  building: string;
}
interface BigPlace {
  id: string;
  house: BigHouse;
  /** «кв. 5а» */
  written: string;
  gisGuid: string | null;
}

export interface BigOrganization {
  houses: BigHouse[];
  places: BigPlace[];
  random: () => number;
}

const STREETS: [string, string][] = [
  ['ул', 'Космонавтов'],
  ['ул', 'Архитектора Белозерского'],
  ['ул', '8 Марта'],
  ['ул', '1 Мая'],
  ['ул', '9 Мая'],
  ['пер', 'Кузнечный'],
  ['ул', 'Кузнечная'],
  ['пр-кт', 'Строителей'],
  ['наб', 'реки Каменки'],
  ['б-р', 'Тополиный'],
];
const NUMBERS: [string, string][] = [
  ['14', ''],
  ['14', '2'],
  ['3а', ''],
  ['62/1', ''],
  ['9', ''],
  ['1', ''],
  ['118', '1'],
];
const LONG: Record<string, string> = {
  ул: 'улица',
  пер: 'переулок',
  'пр-кт': 'проспект',
  наб: 'набережная',
  'б-р': 'бульвар',
};

export async function makeBigOrganization(organizationId: string, seed = 1): Promise<BigOrganization> {
  const chance = new Chance(seed);
  const random = () => chance.next();
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const today = moscowToday();

  const all: BigHouse[] = [];
  for (let i = 0; all.length < 25; i++) {
    const street = STREETS[i % STREETS.length]!;
    const [number, building] = NUMBERS[Math.floor(i / STREETS.length) * 2 + (i % 2)]!;
    const coded = random();
    all.push({
      id: randomUUID(),
      gis: coded < 0.4 ? randomUUID() : null,
      fias: coded > 0.3 && coded < 0.9 ? randomUUID() : null,
      street,
      number,
      building,
    });
  }
  await db.insert(houses).values(
    all.map((house) => ({
      id: house.id,
      organizationId,
      address: spellHouse(house, pick, true),
      gisHouseGuid: house.gis,
      fiasHouseGuid: house.fias,
    })),
  );

  const places: BigPlace[] = all.flatMap((house) => {
    const numbers = [
      ...Array.from({ length: 270 }, (_, i) => `кв. ${i + 1}`),
      ...Array.from({ length: 10 }, (_, i) => `кв. ${i * 7 + 5}а`),
      ...Array.from({ length: 12 }, (_, i) => `кв. ${271 + Math.floor(i / 4)} комн. ${(i % 4) + 1}`),
      ...Array.from({ length: 8 }, (_, i) => `пом. ${i + 1}н`),
    ];
    return numbers.map((written) => ({
      id: randomUUID(),
      house,
      written,
      gisGuid: random() < 0.3 ? randomUUID() : null,
    }));
  });
  for (const batch of batches(places))
    await db.insert(premises).values(
      batch.map((place) => {
        const parsed = parsePremisesNumber(place.written)!;
        return {
          id: place.id,
          organizationId,
          houseId: place.house.id,
          kind: parsed.kind,
          number: parsed.number + parsed.suffix,
          room: parsed.room,
          key: premisesKey(parsed),
          gisGuid: place.gisGuid,
        };
      }),
    );
  const accountRows = places.flatMap((place, i) =>
    [null, addDays(today, -500), addDays(today, -2000)].map((closedOn, j) => ({
      id: randomUUID(),
      organizationId,
      number: String(10_000_000 + i * 3 + j),
      openedOn: '2010-01-01',
      closedOn,
      place: place.id,
    })),
  );
  for (const batch of batches(accountRows)) {
    await db.insert(accounts).values(batch);
    await db
      .insert(accountPremises)
      .values(batch.map((account) => ({ accountId: account.id, premisesId: account.place })));
  }
  const cases = Array.from({ length: 3000 }, (_, i) => ({
    id: randomUUID(),
    organizationId,
    accountId: accountRows[Math.floor(random() * accountRows.length)]!.id,
    kind: random() < 0.5 ? 'claim' : 'order',
    number: `2-${i + 1}/2025`,
    filedOn: addDays(today, -700),
    periodStart: addDays(today, -900 - Math.floor(random() * 300)),
    periodEnd: addDays(today, -600),
    claimed: 1_000_000,
    decision: pick(['full', 'full', 'partial', 'refused', null]),
    effectiveOn: random() < 0.9 ? addDays(today, -400) : null,
    awarded: 1_000_000,
    collected: pick([0, 0, 250_000, 1_000_000]),
    cancelledOn: random() < 0.1 ? addDays(today, -100) : null,
    enforcementResult: pick([null, 'in_progress', 'partially', 'impossible', 'collected']),
  }));
  for (const batch of batches(cases)) {
    await db.insert(courtCases).values(batch);
    await db.insert(respondents).values(
      batch.map(({ id }, i) => ({
        organizationId,
        caseId: id,
        position: 0,
        lastName: pick(['Кравцов', 'Белова', 'Ильина']),
        firstName: i % 50 === 0 ? null : pick(['Артём', 'Нина', 'Олег']),
      })),
    );
  }
  return { houses: all, places, random };
}

type Pick_ = <T>(list: readonly T[]) => T;

/** One house in many hands. `ours` = as the organization's own list has it: always with the town. */
function spellHouse({ street: [kind, name], number, building }: BigHouse, pick: Pick_, ours: boolean): string {
  const street = pick([
    `${kind} ${name}`,
    `${kind}. ${name}`,
    `${kind}.${name}`,
    `${name} ${kind}.`,
    `${LONG[kind]} ${name}`,
  ]);
  const house = pick([`д. ${number}`, `дом № ${number}`, `д ${number}`, `д.${number.toUpperCase()}`, `д${number}`]);
  const block = building && pick([`, корп. ${building}`, `, корпус ${building}`, ` к${building}`, `, к. ${building}`]);
  const region = ours
    ? pick(['', '624071, обл Приозёрская, ', 'Приозерская область, '])
    : pick(['624071, обл Приозёрская, ', 'обл Приозерская, ', '624071, Приозёрская обл., ']);
  const town = pick(['г Верхнеозёрск', 'г. Верхнеозерск', 'Верхнеозёрск г', 'город Верхнеозёрск']);
  const address = `${region}${town}, ${street}, ${house}${block}`;
  // the portal always has its commas; people leave them out
  return pick([address, address, address.toUpperCase(), address.replaceAll(', ', ours ? '  ' : ',')]);
}

function spellPremises(written: string, pick: Pick_): string {
  const room = /^кв\. (\d+) комн\. (\d+)$/.exec(written);
  if (room)
    return pick([
      `кв. ${room[1]}, комн. ${room[2]}`,
      `кв.${room[1]}к.${room[2]}`,
      `комн. ${room[2]} кв. ${room[1]}`,
      `КВ ${room[1]} КОМНАТА ${room[2]}`,
    ]);
  const shop = /^пом\. (\d+)н$/.exec(written);
  if (shop)
    return pick([`пом. ${shop[1]}н`, `помещение ${shop[1]}-Н`, `Пом.${shop[1]}H`, `нежилое помещение ${shop[1]}н`]);
  const flat = /^кв\. (\d+)(а?)$/.exec(written)!;
  const letter = flat[2] && pick(['а', 'А', ' а', '-А', 'a', '/А']);
  return pick([
    `кв. ${flat[1]}${letter}`,
    `кв.${flat[1]}${letter}`,
    `${flat[1]}${letter}`,
    `квартира № ${flat[1]}${letter}`,
    `кв. 0${flat[1]}${letter}`,
    `КВ ${flat[1]}${letter}`,
  ]);
}

export interface BigRequest {
  id: string;
  /** What it is about; null = nobody can tell, and nobody may. */
  truth: string | null;
}

/** Requests about the organization, one in twenty of them about what cannot be told. */
export async function askBigOrganization(
  organizationId: string,
  { houses: all, places, random }: BigOrganization,
  count: number,
): Promise<BigRequest[]> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const today = moscowToday();
  const rows: (typeof debtRequests.$inferInsert & { truth: string | null })[] = [];
  for (let i = 0; i < count; i++) {
    const place = pick(places);
    const { house } = place;
    const common = {
      id: randomUUID(),
      organizationId,
      subrequestGuid: randomUUID(),
      requestGuid: randomUUID(),
      requestNumber: String(1_000_000 + i),
      requestingOrganizationGuid: randomUUID(),
      requestingOrganization: 'УСЗН',
      periodStart: addDays(today, -1095),
      periodEnd: today,
      sentDate: today,
      responseDate: addDays(today, 5),
      gisRequestStatus: 'Sent',
      gisResponseStatus: 'NotSent',
      // codes that we do not know are as usual as those that we do
      fiasHouseGuid: pick([house.fias, house.fias, null]),
    };
    const written = spellPremises(place.written, pick);
    const old = {
      exportFormat: '13.1.10.1',
      houseGuid: pick([house.gis ?? randomUUID(), house.fias ?? randomUUID(), randomUUID()]),
      address: spellHouse(house, pick, false),
      addressDetails: written,
    };
    if (i % 20 === 0) {
      const other = pick(all.filter((one) => one.number !== house.number));
      const bad = pick([
        { ...old, addressDetails: 'кв. 9999' },
        { ...old, addressDetails: pick(['5 7', 'кв. 5 подъезд 2', 'кв. 5, кв. 6', 'первый этаж']) },
        { ...old, addressDetails: 'кв. 271' },
        { ...old, houseGuid: randomUUID(), address: old.address.replace(/Верхне/gi, 'Нижне') },
        // the code of one house and the address of another
        { ...old, houseGuid: house.gis ?? house.fias ?? randomUUID(), address: spellHouse(other, pick, false) },
      ]);
      const ofOther = !house.gis && !house.fias && bad.address !== old.address && !/нижне/i.test(bad.address);
      const fias = /нижне/i.test(bad.address) ? null : common.fiasHouseGuid;
      // a house without any code of ours cannot contradict an address
      rows.push({
        ...common,
        ...(ofOther ? { ...old, addressDetails: 'кв. 9999' } : bad),
        fiasHouseGuid: fias,
        truth: null,
      });
      continue;
    }
    rows.push(
      i % 5 === 1
        ? {
            ...common,
            exportFormat: '15.3.0.0',
            hmObjectGuid: place.gisGuid ?? randomUUID(),
            addressType: 'Premises',
            address: `${spellHouse(house, pick, false)}, ${/^\d/.test(written) ? `кв. ${written}` : written}`,
            truth: place.id,
          }
        : { ...common, ...old, truth: place.id },
    );
  }
  for (const batch of batches(rows)) await db.insert(debtRequests).values(batch.map(({ truth: _, ...row }) => row));
  return rows.map(({ id, truth }) => ({ id: id!, truth }));
}
