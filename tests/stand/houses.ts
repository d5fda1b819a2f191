/** Houses, premises and accounts as this stand keeps them: those of the demo. Nobody in them exists. */
import { NO_HOUSE, NO_OBJECTS } from './codes';
import { DEMO_HOUSES, DEMO_ORG_PPA_GUID, demoAccount, guidFrom, premisesGuid } from './demo-data';
import type { Message, Result, Settings } from './model';
import { esc } from './xml';

type Prefixes = Settings['prefixes'];
type House = (typeof DEMO_HOUSES)[number];

const MODIFIED = '2026-03-12T00:00:00.000+03:00';

/** By the portal's identifier or the ФИАС code; a detached house is no apartment house. */
const houseOf = (guid: string): House | undefined =>
  DEMO_HOUSES.find(({ houseGuid, fiasHouseGuid }) => [houseGuid, fiasHouseGuid].includes(guid.toLowerCase()));

/** Houses that the organization does not serve are refused as the portal does (PROTOCOL §10). */
export function processHouse(message: Message, asked: { kind: 'house' | 'accounts'; guid: string }): Result {
  const house = message.orgPPAGUID === DEMO_ORG_PPA_GUID ? houseOf(asked.guid) : undefined;
  if (!house) return { kind: 'error', ...NO_HOUSE };
  if (asked.kind === 'house' && house.premises.includes('')) return { kind: 'error', ...NO_HOUSE };
  return house.premises.length > 0 ? asked : { kind: 'error', ...NO_OBJECTS };
}

export function renderHouse(guid: string, { hm }: Prefixes): string {
  const house = houseOf(guid)!;
  const tag = (name: string, text: string) => `<${hm}:${name}>${esc(text)}</${hm}:${name}>`;
  const flats = new Map<string, string[]>();
  const others: string[] = [];
  for (const written of house.premises) {
    const room = /^(?:кв\.?\s*(\d+),\s*)?комн\.\s*(\d+)$/.exec(written);
    const shop = /^пом\.\s*(.+)$/.exec(written);
    if (shop) others.push(written);
    else if (room) flats.set(room[1] ?? '', [...(flats.get(room[1] ?? '') ?? []), written]);
    else flats.set(written.replace(/^кв\.?\s*/, ''), flats.get(written.replace(/^кв\.?\s*/, '')) ?? []);
  }
  const wholeFlat = (number: string) =>
    house.premises.find((written) => written.replace(/^кв\.?\s*/, '') === number) ?? `flat ${number}`;
  const residential = [...flats].map(
    ([number, rooms]) =>
      `<${hm}:ResidentialPremises>${tag('PremisesGUID', premisesGuid(house.houseGuid, wholeFlat(number)))}` +
      `${tag('PremisesUniqueNumber', guidFrom(number).slice(0, 13))}${number ? tag('PremisesNum', number) : ''}` +
      rooms
        .map(
          (written) =>
            `<${hm}:LivingRoom>${tag('LivingRoomGUID', premisesGuid(house.houseGuid, written))}` +
            `${tag('LivingRoomUniqueNumber', guidFrom(written).slice(0, 13))}` +
            `${tag('RoomNumber', /(\d+)$/.exec(written)![1]!)}</${hm}:LivingRoom>`,
        )
        .join('') +
      `</${hm}:ResidentialPremises>`,
  );
  const nonResidential = others.map(
    (written) =>
      `<${hm}:NonResidentialPremises>${tag('PremisesGUID', premisesGuid(house.houseGuid, written))}` +
      `${tag('PremisesUniqueNumber', guidFrom(written).slice(0, 13))}${tag('PremisesNum', written.replace(/^пом\.\s*/, ''))}` +
      `</${hm}:NonResidentialPremises>`,
  );
  return (
    `<${hm}:exportBriefApartmentHouseResult><${hm}:ApartmentHouseInfo>${tag('HCSHouseGUID', house.houseGuid)}` +
    `${house.fiasHouseGuid ? tag('FIASHouseGUID', house.fiasHouseGuid) : ''}` +
    `${tag('HouseUniqueNumber', guidFrom(house.houseGuid).slice(0, 13))}${tag('ModificationDate', MODIFIED)}` +
    `${residential.join('')}${nonResidential.join('')}</${hm}:ApartmentHouseInfo></${hm}:exportBriefApartmentHouseResult>`
  );
}

export function renderAccounts(guid: string, { hm, account: acc, individual: ind }: Prefixes): string {
  const house = houseOf(guid)!;
  const tag = (name: string, text: string) => `<${hm}:${name}>${esc(text)}</${hm}:${name}>`;
  return house.premises
    .map((written) => {
      const { number, unified, owner } = demoAccount(house, written);
      const room = /комн/.test(written);
      const place = written
        ? tag(room ? 'LivingRoomGUID' : 'PremisesGUID', premisesGuid(house.houseGuid, written))
        : tag('FIASHouseGuid', guid);
      return (
        `<${hm}:exportAccountResult>${tag('isUOAccount', 'true')}${tag('CreationDate', '2012-05-01T00:00:00.000+04:00')}` +
        `${tag('TotalSquare', '54.3')}<${hm}:Accommodation>${place}</${hm}:Accommodation>` +
        `<${hm}:PayerInfo><${hm}:Ind><${ind}:Surname>${owner.lastName}</${ind}:Surname>` +
        `<${ind}:FirstName>${owner.firstName}</${ind}:FirstName><${ind}:Patronymic>${owner.middleName}</${ind}:Patronymic>` +
        `</${hm}:Ind></${hm}:PayerInfo>${tag('AccountNumber', number)}` +
        `${tag('AccountGUID', guidFrom(`account/${house.houseGuid}/${written}`))}` +
        `<${acc}:UnifiedAccountNumber>${unified}</${acc}:UnifiedAccountNumber></${hm}:exportAccountResult>`
      );
    })
    .join('');
}
