import { VERSIONS } from '@/lib/gis/formats';
import { NS } from '@/lib/gis/xml';
import { element, envelope, type Header, SIGNED_ID } from './envelope';
import type { ReplyElement } from './reply-element';

/** Houses, premises and accounts of HomeManagementAsync (PROTOCOL §10): what is asked, and what the replies say. */

/** Asks for the premises of one apartment house, by its code in ФИАС or in ГИС ЖКХ; to be signed. */
export function exportBriefApartmentHouseMessage(header: Header, houseGuid: string): string {
  return envelope(
    'homeManagement',
    header,
    `<hm:exportBriefApartmentHouseRequest Id="${SIGNED_ID}" base:version="${VERSIONS.exportBriefApartmentHouseRequest}">` +
      element('hm:HouseGuid', houseGuid) +
      '</hm:exportBriefApartmentHouseRequest>',
  );
}

/** Asks for all accounts of one house, by its ФИАС code; to be signed. */
export function exportAccountDataMessage(header: Header, fiasHouseGuid: string): string {
  return envelope(
    'homeManagement',
    header,
    `<hm:exportAccountRequest Id="${SIGNED_ID}" base:version="${VERSIONS.exportAccountRequest}">` +
      element('hm:FIASHouseGuid', fiasHouseGuid) +
      '</hm:exportAccountRequest>',
  );
}

/** A flat, premises where nobody lives, or a room of a flat, as the portal keeps it. */
export interface PortalPremises {
  kind: 'flat' | 'nonresidential' | 'room';
  /** PremisesGUID or LivingRoomGUID. */
  gisGuid: string;
  /** PremisesNum as somebody typed it; null = the portal has none. */
  number: string | null;
  /** RoomNumber; only of rooms. */
  room: string | null;
  /** `YYYY-MM-DD` */
  terminatedOn: string | null;
}

/** hm:BriefApartmentHouseType. */
export interface PortalHouse {
  /** HCSHouseGUID: what requests of 13.1.10.1 name as houseGUID. */
  gisHouseGuid: string;
  fiasHouseGuid: string | null;
  premises: PortalPremises[];
}

/** hm:exportAccountResultType. */
export interface PortalAccount {
  gisAccountGuid: string;
  /** ЕЛС */
  unifiedAccountNumber: string;
  /** The organization's own number; the portal may have none. */
  number: string | null;
  serviceId: string | null;
  openedOn: string | null;
  closedOn: string | null;
  /** Square metres as the portal writes them, «54.30». */
  area: string | null;
  /** PremisesGUID or LivingRoomGUID of each place; `wholeHouse` = it belongs to the house itself. */
  premisesGuids: string[];
  wholeHouse: boolean;
  /** PayerInfo/Ind; null = nobody named or a legal entity. */
  payer: {
    lastName: string;
    firstName: string | null;
    middleName: string | null;
    birthDate: string | null;
    snils: string | null;
  } | null;
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const guid = (value: string | null): string | null => (value && GUID.test(value) ? value.toLowerCase() : null);
/** xs:date and xs:dateTime come with an offset, which is cut off (PROTOCOL §4). */
const day = (value: string | null): string | null => /^\d{4}-\d{2}-\d{2}/.exec(value ?? '')?.[0] ?? null;

/** Null = the reply lacks what every house has. Premises without an identifier are left out and named in `surprises`. */
export function readHouse(result: ReplyElement, surprises: string[]): PortalHouse | null {
  const info = result.one(NS.hm, 'ApartmentHouseInfo');
  const gisHouseGuid = guid(info?.text(NS.hm, 'HCSHouseGUID') ?? null);
  if (!info || !gisHouseGuid) return null;
  const premises: PortalPremises[] = [];
  const take = (kind: PortalPremises['kind'], place: ReplyElement, number: string | null, room: string | null) => {
    const gisGuid = guid(place.text(NS.hm, kind === 'room' ? 'LivingRoomGUID' : 'PremisesGUID'));
    if (gisGuid)
      premises.push({ kind, gisGuid, number, room, terminatedOn: day(place.text(NS.hm, 'TerminationDate')) });
    else surprises.push(`${place.name} without an identifier`);
  };
  for (const flat of info.all(NS.hm, 'ResidentialPremises')) {
    const number = flat.text(NS.hm, 'PremisesNum');
    take('flat', flat, number, null);
    for (const room of flat.all(NS.hm, 'LivingRoom')) {
      take('room', room, number, room.text(NS.hm, 'RoomNumber'));
      room.ignore();
    }
    flat.ignore();
  }
  for (const place of info.all(NS.hm, 'NonResidentialPremises')) {
    take('nonresidential', place, place.text(NS.hm, 'PremisesNum'), null);
    place.ignore();
  }
  const fiasHouseGuid = guid(info.text(NS.hm, 'FIASHouseGUID'));
  // entrances, ways of managing and the like are of no use here
  info.ignore();
  return { gisHouseGuid, fiasHouseGuid, premises };
}

/** Null = an account without its identifiers. */
export function readAccount(result: ReplyElement): PortalAccount | null {
  const gisAccountGuid = guid(result.text(NS.hm, 'AccountGUID'));
  const unifiedAccountNumber = result.text(NS.account, 'UnifiedAccountNumber');
  if (!gisAccountGuid || !unifiedAccountNumber) return null;
  const places = result.all(NS.hm, 'Accommodation').map((place) => ({
    guid: guid(place.text(NS.hm, 'PremisesGUID') ?? place.text(NS.hm, 'LivingRoomGUID')),
    house: place.text(NS.hm, 'FIASHouseGuid') !== null,
  }));
  const person = result.one(NS.hm, 'PayerInfo')?.one(NS.hm, 'Ind');
  const lastName = person?.text(NS.individual, 'Surname') ?? null;
  const account: PortalAccount = {
    gisAccountGuid,
    unifiedAccountNumber,
    number: result.text(NS.hm, 'AccountNumber'),
    serviceId: result.text(NS.account, 'ServiceID'),
    openedOn: day(result.text(NS.hm, 'CreationDate')),
    closedOn: day(result.one(NS.hm, 'Closed')?.text(NS.hm, 'CloseDate') ?? null),
    area: result.text(NS.hm, 'TotalSquare'),
    premisesGuids: places.flatMap((place) => (place.guid ? [place.guid] : [])),
    wholeHouse: places.some((place) => place.house),
    payer:
      person && lastName
        ? {
            lastName,
            firstName: person.text(NS.individual, 'FirstName'),
            middleName: person.text(NS.individual, 'Patronymic'),
            birthDate: day(person.text(NS.hm, 'DateOfBirth')),
            snils: /^\d{11}$/.exec(person.text(NS.individual, 'SNILS') ?? '')?.[0] ?? null,
          }
        : null,
  };
  // the portal tells more of an account than an answer needs
  result.ignore();
  return account;
}
