const INDEX = /^\d{6}$/;
/** Region, district, settlement: what the addresses of one list usually share. */
const PLACE =
  /^(?:(?:респ|обл|край|ао|аобл|р-н|район|г|г\.?\s?о|гор|город|пгт|рп|п|пос|с|село|дер|д\.?\s?п|снт|тер|мо|вн\.?\s?тер)\.?\s|.*\s(?:обл|область|край|респ|республика|р-н|район|г\.?о|ао)\.?$)/iu;
const BUILDING =
  /^(?:д|дом|влд|владение|домовладение|корп|корпус|к|стр|строение|литера|лит|соор|сооружение|зд|здание)\.?\s?\d|^(?:литера|лит)\.?\s|^\d+[а-яё]?(?:\/\d+)?$/iu;
const FLAT = /^(?:кв|квартира|комн|комната|ком|пом|помещение|оф|офис|блок)(?=[.\s\d№])/iu;

export interface AddressParts {
  street: string;
  building: string;
  flat: string;
}

const partsOf = (address: string): string[] =>
  address
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/**
 * The beginning that every address of a list shares and that names a place, not a street: «обл Приозёрская, г Верхнеозёрск».
 * The postal index is not counted, it is dropped always. Where towns differ, the town stays in the row.
 */
export function commonBeginning(addresses: readonly string[]): string[] {
  const lists = addresses.map((address) => partsOf(address).filter((part) => !INDEX.test(part)));
  const common: string[] = [];
  for (const part of lists[0] ?? []) {
    if (!PLACE.test(part) || !lists.every((list) => list[common.length] === part)) break;
    common.push(part);
  }
  return common;
}

/** Address of a list in three pieces that shorten in this order: the street, the building; the flat never. */
export function splitAddress(address: string, premises: string | null, beginning: readonly string[]): AddressParts {
  let parts = partsOf(address).filter((part) => !INDEX.test(part));
  if (beginning.every((part, i) => parts[i] === part)) parts = parts.slice(beginning.length);
  const rest = [...parts, ...partsOf(premises ?? '')];
  let flatAt = rest.findIndex((part) => FLAT.test(part));
  // whatever the portal calls premises is one, also without a word before the number
  if (flatAt === -1) flatAt = parts.length;
  const buildingAt = rest.findIndex((part, i) => i > 0 && i < flatAt && BUILDING.test(part));
  const streetEnd = buildingAt === -1 ? flatAt : buildingAt;
  return {
    street: rest.slice(0, streetEnd).join(', '),
    building: rest.slice(streetEnd, flatAt).join(', '),
    flat: rest.slice(flatAt).join(', '),
  };
}

/** The full text, as the portal wrote it, is in the tooltip and on the card. */
export function Address({ parts, full }: { parts: AddressParts; full: string }) {
  const { street, building, flat } = parts;
  return (
    <span className="addr" title={full}>
      <span className={street.length > 12 ? 'a' : 'a k'}>{street + (street && (building || flat) ? ',' : '')}</span>
      {building && <span className="b">{` ${building}${flat ? ',' : ''}`}</span>}
      {flat && <span className="c">{` ${flat}`}</span>}
    </span>
  );
}

/** The same for a table that is read, not scanned: it wraps, and only the index is left out. */
export function ListAddress({ address, premises }: { address: string; premises: string | null }) {
  const { street, building, flat } = splitAddress(address, premises, []);
  return (
    <span title={[address, premises].filter(Boolean).join(', ')}>
      {[street, building].filter(Boolean).join(', ')}
      {flat && (
        <>
          , <span className="nw">{flat}</span>
        </>
      )}
    </span>
  );
}
