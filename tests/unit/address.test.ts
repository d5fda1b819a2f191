import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressKey, addressLikeness, withoutRegion } from '@/lib/accounts/address';

const SAME: string[][] = [
  [
    '624071, обл Приозёрская, г Верхнеозёрск, ул Космонавтов, д. 14, корп. 2',
    'Приозерская обл., Верхнеозерск г., Космонавтов ул., дом № 14, корпус 2',
    'Россия, Приозёрская область, город Верхнеозёрск, улица Космонавтов, 14к2',
    'Приозёрская, Верхнеозёрск, ул. Космонавтов 14 к. 2',
    'ПРИОЗЁРСКАЯ ОБЛ,Г.ВЕРХНЕОЗЁРСК,УЛ.КОСМОНАВТОВ,Д14КОРП2',
  ],
  [
    'г Верхнеозёрск, пер Кузнечный, д. 3а',
    'Верхнеозёрск, Кузнечный переулок, 3 А',
    'Верхнеозёрск, пер. Кузнечный д.3-а',
  ],
  ['г Верхнеозёрск, ул 8 Марта, д. 62/1', 'Верхнеозёрск, 8 Марта ул., 62 / 1'],
  ['ул Белозерского, д. 7, корп. 1, литера Б', 'Белозерского улица, дом 7 к1 лит. Б'],
];
const DIFFERENT: [string, string][] = [
  ['ул 1 Мая, д. 9', 'ул 9 Мая, д. 1'],
  ['ул Мира, д. 5', 'пер Мира, д. 5'],
  ['ул Мира, д. 5', 'ул Мира, д. 5а'],
  ['ул Мира, д. 5', 'ул Мира, д. 5, корп. 1'],
  ['ул Мира, д. 5, корп. 12', 'ул Мира, д. 12, корп. 5'],
  ['ул Мира, д. 5, корп. 1', 'ул Мира, д. 5, стр. 1'],
  ['ул Мира, д. 5/1', 'ул Мира, д. 5, корп. 1'],
  ['г Верхнеозёрск, ул Мира, д. 5', 'г Нижнеозёрск, ул Мира, д. 5'],
  ['ул Мира, д. 51', 'ул Мира, д. 5'],
];

describe('the key of an address', () => {
  test.each(SAME)('one house: %s', (first, ...others) => {
    for (const other of others) expect(addressKey(other)).toBe(addressKey(first!));
  });
  test.each(DIFFERENT)('two houses: %s | %s', (one, other) => expect(addressKey(one)).not.toBe(addressKey(other)));
  test('nothing to go by', () => expect(addressKey(' , д. ')).toBe(''));
  test('the case, the index and extra spaces never count; nothing throws', () => {
    const text = fc.string({ unit: fc.constantFrom(...'абвгдёжк. ,-/№1234567890"'), maxLength: 60 });
    fc.assert(
      fc.property(text, (written) => {
        expect(addressKey(` ${written.toUpperCase().replaceAll(' ', '  ')} `)).toBe(addressKey(written));
      }),
    );
  });
});

test.each([
  [
    '624071, обл Приозёрская, м.о. Верхнеозёрский, п Лесной Кордон, ул Центральная, д. 5',
    'п Лесной Кордон, ул Центральная, д. 5',
  ],
  ['Приозёрская область, Верхнеозёрский р-н, г Верхнеозёрск, ул Мира, д. 5', 'г Верхнеозёрск, ул Мира, д. 5'],
  ['г Верхнеозёрск, ул Районная, д. 5', 'г Верхнеозёрск, ул Районная, д. 5'],
  ['г Верхнеозёрск, ул Краевая, д. 5', 'г Верхнеозёрск, ул Краевая, д. 5'],
])('from the settlement on: %s', (address, local) => expect(withoutRegion(address)).toBe(local));

test('likeness puts the nearer house first', () => {
  const asked = 'г Верхнеозёрск, ул Космонавтов, д. 14, корп. 2';
  expect(addressLikeness(asked, asked)).toBe(1);
  expect(addressLikeness(asked, 'Верхнеозёрск, Космонавтов, 14')).toBeGreaterThan(
    addressLikeness(asked, 'Верхнеозёрск, Мира, 3'),
  );
});
