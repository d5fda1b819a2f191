/** Numbers of premises as people write them, taken apart. Pure: matching, imports and the portal's replies share it. */

/** As `premises.kind`: room = a room, within a flat or of a dormitory; house = the whole house, no number at all. */
export type PremisesKind = 'flat' | 'room' | 'block' | 'nonresidential' | 'house';

/** Lower-case Cyrillic, no leading zeros. */
export interface PremisesNumber {
  kind: PremisesKind;
  /** «5» of «5а», «12» of «12/3»; empty for a whole house and for a room of a house without flats. */
  number: string;
  /** What follows the number: «а», «/1» (a fraction or a room, nobody can tell), «-7» (a range), «,6» (a list). */
  suffix: string;
  /** «3» of «кв. 12 комн. 3»; empty = not a room. */
  room: string;
}

/** Latin letters that look like Cyrillic ones: keyboards are switched too late. */
const LOOK_ALIKES: Record<string, string> = {
  a: 'а',
  b: 'в',
  c: 'с',
  e: 'е',
  h: 'н',
  k: 'к',
  m: 'м',
  o: 'о',
  p: 'р',
  t: 'т',
  x: 'х',
  y: 'у',
};

/** Longer words first: «кв» also begins «квартира». A letter must not follow, so that «квадрат» is none of them. */
const KINDS: [RegExp, PremisesKind][] = [
  [/^(?:нежилое помещение|нежилое пом|нежил помещ|нежил пом|неж пом|неж|н\/п|нп)(?![а-яa-z])/, 'nonresidential'],
  [/^(?:жилое помещение|жилое пом|жил пом)(?![а-яa-z])/, 'flat'],
  [/^(?:квартира|кварт|квр|кв)(?![а-яa-z])/, 'flat'],
  [/^(?:помещение|помещ|пом|офис|оф)(?![а-яa-z])/, 'nonresidential'],
  [/^(?:комната|комн|ком)(?![а-яa-z])/, 'room'],
  [/^(?:блок|бл)(?![а-яa-z])/, 'block'],
];

const WHOLE_HOUSE = /^(?:|жилой дом|дом|ч\/д|частный дом|без номера|б\/н|нет|отсутствует)$/;

/** «к» means a room only behind a flat and before a figure: alone it may be a building. */
const ROOM = /^(.*?)(?:^|[\s,]+|(?<=\d))(?:(?:комната|комн|ком)[\s.]*(?=[\dа-яa-z])|к[\s.]*(?=\d))([\dа-яa-z].*)$/;

/** Words of {@link KINDS} that are too short to be told from letters of a number by their length. */
const WORDS = new Set(['кв', 'ком', 'пом', 'оф', 'бл', 'неж', 'нп']);

/** Whatever is longer is prose. */
const LONGEST = 60;

/**
 * Takes a number of premises apart: «кв. 005» → flat 5, «5-А» → flat 5, suffix «а», «кв. 12, комн. 3» → room 3 of 12,
 * «12/3» → flat 12, suffix «/3», «пом. 2-Н» → nonresidential 2 «н», «бл.2» → block 2, nothing → the whole house.
 * Without a word the premises are a flat. Never throws; null = not a number of premises, or one that reads in two ways.
 */
export function parsePremisesNumber(written: string | null | undefined): PremisesNumber | null {
  const text = tidy(written ?? '');
  if (text.length > LONGEST) return null;
  if (WHOLE_HOUSE.test(text)) return { kind: 'house', number: '', suffix: '', room: '' };

  const swapped = /^(?:комната|комн|ком)[\s.]*([\dа-яa-z/-]+?)[\s,]+((?:квартира|кварт|кв)[\s.]*\d.*)$/.exec(text);
  if (swapped) return parsePremisesNumber(`${swapped[2]} комн ${swapped[1]}`);

  const { kind, rest } = kindOf(text);
  if (kind === 'room') {
    const room = designation(rest);
    return room && { kind, number: '', suffix: '', room: room.number + room.suffix };
  }
  const withRoom = ROOM.exec(rest);
  if (withRoom?.[1]?.trim()) {
    const place = designation(withRoom[1]);
    const room = designation(withRoom[2]!);
    if (!place || !room) return null;
    return { kind: kind === 'flat' || !kind ? 'room' : kind, ...place, room: room.number + room.suffix };
  }
  const place = designation(rest);
  return place && { kind: kind ?? 'flat', ...place, room: '' };
}

/** What `premises.key` holds: two numbers are the same premises exactly when their keys are equal. «flat:5а», «room:12#3». */
export function premisesKey({ kind, number, suffix, room }: PremisesNumber): string {
  return `${kind}:${number}${suffix}${room ? `#${room}` : ''}`;
}

/**
 * For the loose search (Формула ЖКХ, «Искать ЛС по точному соответствию» off): the kind does not count, and «12/3», «12-3»
 * and «кв. 12 комн. 3» are one. Premises that differ may share it: a person chooses, nothing is sent by it alone.
 */
export function looseKey({ number, suffix, room }: PremisesNumber): string {
  return [number + suffix, room]
    .filter(Boolean)
    .join('/')
    .replace(/[/\-,.#]+/g, '/');
}

function tidy(written: string): string {
  return (
    written
      .replace(/№|#/g, ' ')
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll('ё', 'е')
      .replace(/[a-z]/g, (letter) => LOOK_ALIKES[letter] ?? letter)
      .replace(/[‐-―−]/g, '-')
      .replace(/\\/g, '/')
      .replace(/["'«»„“”()[\]*_:]/g, ' ')
      .replace(/;/g, ',')
      .replace(/\s+/g, ' ')
      // «н/п», «неж. пом.»: dots after letters only end abbreviations
      .replace(/(?<=[а-яa-z])\.\s*/g, ' ')
      .replace(/^[\s,.\-/]+|[\s,.\-/]+$/g, '')
      .replace(/\s+/g, ' ')
  );
}

function kindOf(text: string): { kind: PremisesKind | null; rest: string } {
  for (const [word, kind] of KINDS) {
    const found = word.exec(text);
    if (found) return { kind, rest: text.slice(found[0].length).replace(/^[\s,.-]+/, '') };
  }
  // glued: «кв10»
  return { kind: null, rest: text };
}

/** «5а» → 5 and «а»; null for what holds more than figures and short marks. */
function designation(text: string): { number: string; suffix: string } | null {
  const clean = text
    .replace(/(^|[\d\s])лит(?:ера?)?(?=\s)/g, '$1 ')
    .replace(/\s+/g, ' ')
    .replace(/\s*([/\-,.])\s*/g, '$1')
    .trim()
    .replace(/^[,.\-/]+|[,.\-/]+$/g, '');
  // a figure set apart reads in two ways: «5 7», «5 эт 2», «А 7»
  if (/[\dа-яa-z] \d/.test(clean)) return null;
  const tokens = clean.match(/[а-яa-z]+|\d+|[/\-,. ]+/g) ?? [];
  if (tokens.join('') !== clean || clean === '') return null;
  // a second word for premises is a second number of them; «к» alone may be a building
  if (tokens.some((token) => WORDS.has(token)) || /^к[^а-яa-z]/.test(clean)) return null;
  const first = tokens[0]!;
  if (/[а-яa-z]/.test(first)) {
    // «пом. А», «пом. II»
    if (first.length > 4) return null;
  } else if (!/\d/.test(first) || first.length > 10) return null;
  let suffix = '';
  let before = first;
  let between = '';
  for (const token of tokens.slice(1)) {
    if (/^[/\-,. ]/.test(token)) {
      if (token.length > 1) return null;
      between = token;
      continue;
    }
    const isLetters = /[а-яa-z]/.test(token);
    if (isLetters && token.length > 3) return null;
    if (!isLetters && token.length > 10) return null;
    // 1С lets an organization write «5/а», «5-а» and «5а» for one flat
    const joined = isLetters && /\d/.test(before);
    suffix += (joined ? '' : between === ' ' ? '-' : between) + (isLetters ? token : withoutZeros(token));
    before = token;
    between = '';
  }
  return { number: /\d/.test(first) ? withoutZeros(first) : first, suffix };
}

const withoutZeros = (figures: string): string => figures.replace(/^0+(?=\d)/, '');
