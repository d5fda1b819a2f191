import { describe, expect, it } from 'vitest';
import { commonBeginning, splitAddress } from '@/app/ui/address';
import { differenceInWords, eventInWords } from '@/lib/debt-requests/event-words';
import { ACTIONS, STATUSES } from '@/lib/debt-requests/workflow';
import { formatSnils } from '@/lib/snils';

/** What the screens make of data, without a browser. */

const TOWN = 'обл Приозёрская, г Верхнеозёрск';

describe('the address of a list', () => {
  it.each([
    ['ул Космонавтов, д. 14, корп. 2', 'кв. 117', ['ул Космонавтов', 'д. 14, корп. 2', 'кв. 117']],
    ['ул 8 Марта, д. 62/1', 'кв.6', ['ул 8 Марта', 'д. 62/1', 'кв.6']],
    ['мкр Солнечный, ул Генерала Ветрова, д. 9', '21', ['мкр Солнечный, ул Генерала Ветрова', 'д. 9', '21']],
    [
      'ул Архитектора Белозерского, д. 7, корп. 1, литера Б, кв. 214',
      null,
      ['ул Архитектора Белозерского', 'д. 7, корп. 1, литера Б', 'кв. 214'],
    ],
    ['пер Кузнечный, д. 3а', 'кв. 8, комн. 2', ['пер Кузнечный', 'д. 3а', 'кв. 8, комн. 2']],
    ['ул Озёрная, д. 12', null, ['ул Озёрная', 'д. 12', '']],
    ['Комсомольский пр-кт, д. 1', 'ком. 4', ['Комсомольский пр-кт', 'д. 1', 'ком. 4']],
    ['Квартал 5, д. 1', null, ['Квартал 5', 'д. 1', '']],
    ['', null, ['', '', '']],
  ])('%s + %s', (rest, premises, [street, building, flat]) => {
    const full = rest ? `624071, ${TOWN}, ${rest}` : '624071';
    const beginning = rest ? ['обл Приозёрская', 'г Верхнеозёрск'] : [];
    expect(splitAddress(full, premises, beginning)).toEqual({ street, building, flat });
  });

  it('drops the place that all share, whatever the index, and never a street', () => {
    const street = `${TOWN}, ул Озёрная`;
    expect(commonBeginning([`624071, ${street}, д. 1`, `624072, ${street}, д. 2`])).toEqual([
      'обл Приозёрская',
      'г Верхнеозёрск',
    ]);
    expect(
      commonBeginning([`${TOWN}, ул Озёрная, д. 1`, 'обл Приозёрская, п Лесной Кордон, ул Озёрная, д. 1']),
    ).toEqual(['обл Приозёрская']);
    expect(commonBeginning(['Приозёрская обл., ул Озёрная, д. 1'])).toEqual(['Приозёрская обл.']);
    expect(commonBeginning([])).toEqual([]);
  });

  it('keeps the town where the beginning is another', () => {
    const { street } = splitAddress('624080, обл Приозёрская, п Лесной Кордон, ул Озёрная, д. 1', null, [
      'обл Приозёрская',
      'г Верхнеозёрск',
    ]);
    expect(street).toBe('обл Приозёрская, п Лесной Кордон, ул Озёрная');
  });
});

it('a СНИЛС is written with dashes only when it is whole', () => {
  expect(formatSnils('11223344595')).toBe('112-233-445 95');
  expect(formatSnils('112 233\u00a0445-95')).toBe('112-233-445 95');
  expect(formatSnils('1122334459')).toBe('1122334459');
  expect(formatSnils('')).toBe('');
});

describe('the history', () => {
  const event = (action: string, data: Record<string, unknown> = {}) => ({
    id: 1,
    at: new Date(0),
    actorName: 'Сафина\u00a0Р.\u00a0И.',
    action,
    fromStatus: STATUSES[0],
    toStatus: STATUSES[1],
    data,
  });

  it.each([...ACTIONS, 'received', 'refreshed', 'correctRequested'])('%s is told in Russian', (action) => {
    expect(eventInWords(event(action)).text).toMatch(/^[А-ЯЁ][^a-z]*$/);
  });

  it('tells who, what changed, and the portal’s words verbatim', () => {
    expect(eventInWords(event('saveDraft', { changed: ['description', 'debtors'] })).text).toBe(
      'Изменён ответ: Сафина\u00a0Р.\u00a0И. Поля: комментарий, должники',
    );
    expect(eventInWords(event('refused', { code: 'INT002000', text: 'Значение' }))).toEqual({
      text: 'Портал не\u00a0принял ответ: INT002000 Значение',
      failure: true,
    });
    expect(eventInWords({ ...event('unsent'), actorName: null, toStatus: 'expired' }).failure).toBe(true);
  });

  it('tells what a field was and what it became', () => {
    const difference = {
      hasDebt: { from: '', to: 'существует' },
      debtors: { from: 'Кравцов Артём', to: '' },
      odd: { from: '', to: '1' },
    };
    expect(differenceInWords({ data: { difference } })).toEqual([
      'Ответ: было\u00a0пусто, стало\u00a0«существует»',
      'Должники: было\u00a0«Кравцов Артём», стало\u00a0пусто',
    ]);
    expect(differenceInWords({ data: {} })).toEqual([]);
  });
});
