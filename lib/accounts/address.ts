/** Addresses of houses as the portal and people write them. Pure. */

/** Say what a name is, and are left out or put in as one pleases. */
const NOISE = new Set(
  'россия рф российская федерация обл область край респ республика ао г гор город р-н район м о мо го округ городской муниципальный поселение тер территория'.split(
    ' ',
  ),
);
const STREETS: Record<string, string> = {
  улица: 'ул',
  проспект: 'пр-кт',
  просп: 'пр-кт',
  пркт: 'пр-кт',
  переулок: 'пер',
  бульвар: 'б-р',
  бул: 'б-р',
  набережная: 'наб',
  площадь: 'пл',
  шоссе: 'ш',
  проезд: 'пр-д',
  микрорайон: 'мкр',
  мкрн: 'мкр',
  'м-н': 'мкр',
  поселок: 'п',
  пос: 'п',
  рп: 'п',
  пгт: 'п',
  село: 'с',
  деревня: 'дер',
  аллея: 'ал',
  тупик: 'туп',
  квартал: 'кв-л',
};
/** Parts of a house number; what follows belongs to them. */
const PARTS: Record<string, string> = {
  корпус: 'к',
  корп: 'к',
  кор: 'к',
  к: 'к',
  строение: 'стр',
  строен: 'стр',
  стр: 'стр',
  литера: 'лит',
  литер: 'лит',
  лит: 'лит',
};
const HOUSE = new Set(['д', 'дом', 'зд', 'здание', 'домовладение', 'влд', 'двлд']);

/**
 * Two spellings of one house give the same key: «ул. Мира, дом № 14 корпус 2» and «Мира улица, 14к2». The index, the country
 * and words like «область» do not count, nor does the order; the kind of the street and every part of the number do. '' = nothing to go by.
 */
export function addressKey(written: string): string {
  const tokens = tokensOf(written);
  const key: string[] = [];
  let house = -1;
  let marked = false;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const next = tokens[i + 1];
    if (HOUSE.has(token) && next && /^\d/.test(next)) {
      house = key.length;
      marked = true;
      continue;
    }
    const part = PARTS[token];
    if (part && next && key.length > 0 && /^(\d|[а-я]$)/.test(next)) {
      key.push(`${part}${next}`);
      i++;
      continue;
    }
    if (NOISE.has(token) || HOUSE.has(token)) continue;
    // «14 а» and «14а»
    const last = key.at(-1);
    if (/^[а-я]$/.test(token) && last && /^\d+$/.test(last) && !STREETS[token]) {
      key[key.length - 1] = last + token;
      continue;
    }
    if (!marked && /^\d/.test(token)) house = key.length;
    key.push(STREETS[token] ?? token);
  }
  if (house >= 0 && key[house]) key[house] = `№${key[house]}`;
  return key.sort().join(' ');
}

const REGION =
  /^(?:\d{6}|россия|рф|(?:обл|область|край|респ|республика|ао|р-н|район|м\.?\s?о|г\.?\s?о|округ)[.\s].*|.*\s(?:обл|область|край|респ|республика|ао|р-н|район|м\.?\s?о|г\.?\s?о|округ)\.?)$/iu;

/** The address from the settlement on: staff often leave out the region and the district, which the portal always writes. */
export const withoutRegion = (address: string): string =>
  address
    .split(',')
    .map((part) => part.trim())
    .filter((part) => !REGION.test(part))
    .join(', ');

/** What two addresses have in common, 0–1: for showing candidates to a person, never for choosing one. */
export function addressLikeness(a: string, b: string): number {
  const [one, other] = [new Set(addressKey(a).split(' ')), new Set(addressKey(b).split(' '))];
  let common = 0;
  for (const token of one) if (other.has(token)) common++;
  return common / (one.size + other.size - common);
}

function tokensOf(written: string): string[] {
  return (
    written
      .replaceAll('№', ' ')
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll('ё', 'е')
      .replace(/["'«»„“”()[\]]/g, ' ')
      .replace(/[‐-―−]/g, '-')
      .replace(/\s*([/-])\s*/g, '$1')
      // the index
      .replace(/(?<!\d)\d{6}(?!\d)/g, ' ')
      // «14к2», «14корп2», «14стр1»
      .replace(/(\d)(корп|кор|к|стр|лит)\.?\s*(?=\d)/g, '$1 $2 ')
      // «д14», «корп2»
      .replace(/(?<![а-яa-z\d])(дом|д|зд|влд|корпус|корп|кор|к|стр|лит)(?=\d)/g, '$1 ')
      // «14-а» and «14/а» are one letter of the number
      .replace(/(\d)[-/](?=[а-я](?![а-я]))/g, '$1')
      .replace(/[^\dа-яa-z/-]+/g, ' ')
      .trim()
      .split(' ')
      .filter((token) => token !== '' && token !== '-' && token !== '/')
  );
}
