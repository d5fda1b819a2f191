import { describe, expect, test } from 'vitest';
import { answerSchema, emptyDebtor, incompleteFields } from '@/lib/debt-requests/answer-schema';
import { snilsIsValid } from '@/lib/snils';

const parse = (given: object) =>
  answerSchema.safeParse({ hasDebt: true, description: '', debtors: [], files: [], ...given });

const messageAt = (given: object, path: string): string | undefined => {
  const parsed = parse(given);
  return parsed.success ? undefined : parsed.error.issues.find((issue) => issue.path.join('.') === path)?.message;
};

describe('СНИЛС', () => {
  test.each(['11223344595', '08765430300', '16012345677'])('%s: the control number', (snils) => {
    const weights = [...snils.slice(0, 9)].reduce((sum, digit, i) => sum + Number(digit) * (9 - i), 0);
    const expected = String((weights % 101) % 100).padStart(2, '0');
    expect(snilsIsValid(snils.slice(0, 9) + expected)).toBe(true);
    const wrong = String((Number(expected) + 1) % 100).padStart(2, '0');
    expect(snilsIsValid(snils.slice(0, 9) + wrong)).toBe(false);
  });

  test('the published example is right', () => expect(snilsIsValid('11223344595')).toBe(true));
  test('old numbers had no control number', () => expect(snilsIsValid('00100199800')).toBe(true));
  test.each(['', '1122334459', '112233445955', '1122334459a'])('«%s» is none', (snils) => {
    expect(snilsIsValid(snils)).toBe(false);
  });

  test('is read as people write it', () => {
    const parsed = parse({ debtors: [{ ...emptyDebtor(), snils: ' 112-233-445 95 ' }] });
    expect(parsed.data?.debtors[0]?.snils).toBe('11223344595');
  });

  test('a wrong one is told beside its field', () => {
    expect(messageAt({ debtors: [{ ...emptyDebtor(), snils: '112-233-445 96' }] }, 'debtors.0.snils')).toMatch(
      /Контрольное число/,
    );
    expect(messageAt({ debtors: [{ ...emptyDebtor(), snils: '123' }] }, 'debtors.0.snils')).toMatch(/11 цифр/);
  });
});

describe('comment', () => {
  test('1000 characters pass, 1001 do not', () => {
    expect(parse({ description: 'я'.repeat(1000) }).success).toBe(true);
    expect(messageAt({ description: 'я'.repeat(1001) }, 'description')).toMatch(/1000/);
  });

  test('pasted from Word: line ends become one kind, so the length is what the portal counts', () => {
    expect(parse({ description: 'а\r\nб\rв' }).data?.description).toBe('а\nб\nв');
  });

  test.each(['\u0000', '\u001f', '\ufffe', '\ud800'])('a character that XML has not (%j) is refused', (character) => {
    expect(messageAt({ description: `по делу № 2 до${character}после` }, 'description')).toMatch(
      /портал не\sпримет, стоит после „делу № 2 до“/,
    );
  });

  test('what Word pastes is text: its breaks become lines; soft hyphens, tabs and quotes stay', () => {
    const pasted = 'Решение\u000bот\u00a028.05.2025\t«в\u00adсиле»\u2028“да”\fконец';
    expect(parse({ description: pasted }).data?.description).toBe(
      'Решение\nот\u00a028.05.2025\t«в\u00adсиле»\n“да”\nконец',
    );
  });

  test('U+2028, tabs, emoji and ]]> are fine', () => {
    expect(parse({ description: 'а\u2028б\tв 🙂 ]]>' }).success).toBe(true);
  });
});

describe('a complete answer', () => {
  const missing = (given: object, snilsRequired = false) => incompleteFields(parse(given).data!, { snilsRequired });
  const person = { ...emptyDebtor(), lastName: 'Образцов', firstName: 'Пётр' };

  test('needs a choice', () => expect(missing({ hasDebt: null })).toHaveProperty('hasDebt'));
  test('«отсутствует» needs nothing more', () => expect(missing({ hasDebt: false })).toEqual({}));
  test('«существует» needs a debtor', () => expect(missing({})).toHaveProperty('debtors'));
  test('a debtor needs first and last name, not a patronymic', () => {
    expect(missing({ debtors: [person] })).toEqual({});
    expect(Object.keys(missing({ debtors: [emptyDebtor()] }))).toEqual(['debtors.0.lastName', 'debtors.0.firstName']);
    expect(missing({ debtors: [{ ...person, firstName: '   ' }] })).toHaveProperty(['debtors.0.firstName']);
  });
  test('СНИЛС only where the organization says so', () => {
    expect(missing({ debtors: [person] }, true)).toHaveProperty(['debtors.0.snils']);
    expect(missing({ debtors: [{ ...person, snils: '11223344595' }] }, true)).toEqual({});
  });
  test('an identity document needs kind and number together', () => {
    expect(missing({ debtors: [{ ...person, documentTypeCode: '1' }] })).toHaveProperty(['debtors.0.documentNumber']);
    expect(missing({ debtors: [{ ...person, documentNumber: '123456' }] })).toHaveProperty([
      'debtors.0.documentTypeCode',
    ]);
  });
  test('a file of a debtor needs its kind', () => {
    const file = { id: 'b285056d-bf18-4739-8d76-77369524dd14', documentTypeCode: null };
    expect(missing({ debtors: [{ ...person, files: [file] }] })).toHaveProperty(['debtors.0.files.0.documentTypeCode']);
  });
});
