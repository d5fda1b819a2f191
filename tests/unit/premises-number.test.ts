import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looseKey, parsePremisesNumber, premisesKey } from '@/lib/accounts/premises-number';

const keyOf = (written: string): string | null => {
  const parsed = parsePremisesNumber(written);
  return parsed && premisesKey(parsed);
};
const looseOf = (written: string): string | null => {
  const parsed = parsePremisesNumber(written);
  return parsed && looseKey(parsed);
};

/** How it is written → what `premises.key` holds. */
const EXAMPLES: Record<string, string | null> = {
  // one flat, written by many hands
  '10': 'flat:10',
  'кв. 10': 'flat:10',
  'кв.10': 'flat:10',
  'КВ 10': 'flat:10',
  кв10: 'flat:10',
  'квартира № 10': 'flat:10',
  'кв.№10,': 'flat:10',
  ', кв. 10 ': 'flat:10',
  'кв. 010': 'flat:10',
  '(кв. 10)': 'flat:10',
  // letters: with a space, a hyphen, a slash, a Latin keyboard
  '5а': 'flat:5а',
  '5 А': 'flat:5а',
  '5-А': 'flat:5а',
  '5/А': 'flat:5а',
  '5a': 'flat:5а',
  'кв. 5 "А"': 'flat:5а',
  'кв. 5 лит. а': 'flat:5а',
  // fractions, ranges, lists stay apart
  '5/1': 'flat:5/1',
  '5 / 1': 'flat:5/1',
  '5\\1': 'flat:5/1',
  '12/3': 'flat:12/3',
  'кв. 5-7': 'flat:5-7',
  'кв. 5–7': 'flat:5-7',
  'кв. 5, 6': 'flat:5,6',
  '5а/1': 'flat:5а/1',
  // rooms
  'кв. 12 комн. 3': 'room:12#3',
  'кв. 12, комн. 3': 'room:12#3',
  'кв.12к.3': 'room:12#3',
  'кв. 12, к. 3': 'room:12#3',
  'комн. 3 кв. 12': 'room:12#3',
  'кв. 8, ком. 2а': 'room:8#2а',
  'комн. 2': 'room:#2',
  'комната 02': 'room:#2',
  // blocks, premises where nobody lives
  'блок 2': 'block:2',
  'бл.2': 'block:2',
  'блок 5, комн. 1': 'block:5#1',
  'пом. 1п': 'nonresidential:1п',
  'Пом. 2-Н': 'nonresidential:2н',
  'пом. 2н': 'nonresidential:2н',
  'пом. 2-H': 'nonresidential:2н',
  'нежилое помещение 7': 'nonresidential:7',
  'неж. пом. 7': 'nonresidential:7',
  'оф. 7': 'nonresidential:7',
  'пом. А': 'nonresidential:а',
  // a detached house
  '': 'house:',
  ' , ': 'house:',
  '—': 'house:',
  'б/н': 'house:',
  'жилой дом': 'house:',
  // what reads in two ways or is no number of premises
  '5 7': null,
  '5 эт 2': null,
  'кв. 5 под 2': null,
  'кв. 5 стр 1': null,
  'а 7': null,
  'пом. А 2': null,
  'кв. 5а 3': null,
  'к. 7': null,
  'кв. 5 подъезд 2': null,
  'первый этаж направо': null,
  'кв. 5 кв. 6': null,
};

describe('a number of premises', () => {
  for (const [written, key] of Object.entries(EXAMPLES)) {
    it(`«${written}» is ${key ?? 'not understood'}`, () => expect(keyOf(written)).toBe(key));
  }

  it('tells number, suffix and room apart', () => {
    expect(parsePremisesNumber('кв. 5а, комн. 2б')).toEqual({ kind: 'room', number: '5', suffix: 'а', room: '2б' });
  });

  it('has a loose key without the kind, where 12/3 may be a room', () => {
    expect(looseOf('пом. 10')).toBe(looseOf('кв. 10'));
    expect(looseOf('12/3')).toBe(looseOf('кв. 12 комн. 3'));
    expect(looseOf('5а')).not.toBe(looseOf('5'));
    expect(looseOf('12')).not.toBe(looseOf('12/3'));
  });
});

const number = fc.integer({ min: 1, max: 99_999 });
const letter = fc.constantFrom('', ...'абвгдежзиклмн');
const place = fc.record({ number, letter, room: fc.option(number) });
type Place = typeof place extends fc.Arbitrary<infer T> ? T : never;
const FLAT_WORDS = ['кв. ', 'кв.', 'КВ ', 'Квартира № ', 'кв.№'];
const style = fc.record({
  word: fc.constantFrom(...FLAT_WORDS),
  between: fc.constantFrom('', ' ', '-', '/'),
  upper: fc.boolean(),
  zeros: fc.constantFrom('', '0', '00'),
  around: fc.constantFrom('', ' ', ', '),
  room: fc.constantFrom(' комн. ', ', комн.', ', к. ', ' комната № '),
  latin: fc.boolean(),
});
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

function write(what: Place, how: Style): string {
  const mark = how.latin ? what.letter.replace('а', 'a').replace('е', 'e').replace('к', 'k') : what.letter;
  const text = `${how.around}${how.word}${how.zeros}${what.number}${mark && how.between + mark}${
    what.room === null ? '' : how.room + what.room
  }${how.around}`;
  return how.upper ? text.toUpperCase() : text;
}

describe('any number of premises', () => {
  it('has one key however it is written', () => {
    fc.assert(
      fc.property(place, style, style, (what, one, other) => {
        const key = keyOf(write(what, one));
        expect(key).not.toBeNull();
        expect(keyOf(write(what, other))).toBe(key);
      }),
    );
  });

  it('shares its key with no other', () => {
    fc.assert(
      fc.property(place, place, style, style, (one, other, how, otherwise) => {
        const same = one.number === other.number && one.letter === other.letter && one.room === other.room;
        expect(keyOf(write(one, how)) === keyOf(write(other, otherwise))).toBe(same);
      }),
    );
  });

  it('reads its own parts again as the same', () => {
    fc.assert(
      fc.property(place, style, (what, how) => {
        const parsed = parsePremisesNumber(write(what, how))!;
        const again = parsePremisesNumber(
          `кв. ${parsed.number}${parsed.suffix}${parsed.room && ` комн. ${parsed.room}`}`,
        );
        expect(again && premisesKey(again)).toBe(premisesKey(parsed));
      }),
    );
  });

  it('is read without an error whatever is typed, and its key has no case and no spaces', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...' квомн.,/-№0123аaН') })),
        (text) => {
          const key = keyOf(text);
          expect(keyOf(` ${text} `)).toBe(key);
          if (key) expect(key).toBe(key.toLowerCase().replace(/\s/g, ''));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
