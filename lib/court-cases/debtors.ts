/** Who is who among the respondents of one household. Pure. */

export interface Debtor {
  lastName: string;
  firstName: string;
  middleName: string | null;
  /** 'YYYY-MM-DD' */
  birthDate: string | null;
  /** 11 digits. */
  snils: string | null;
  /** НСИ 95. */
  documentTypeCode: string | null;
  documentSeries: string | null;
  documentNumber: string | null;
}

type Relation = 'same' | 'different' | 'doubt';

/**
 * Each person once, the fuller record of each, by name. `doubt` says in words why the records do not tell who is who (one
 * СНИЛС under two names, one name under two passports): then nobody may be named without a person having looked.
 */
export function tellApart(records: readonly Debtor[]): { debtors: Debtor[]; doubt: string | null } {
  const sorted = [...records].sort(
    (a, b) => fullness(b) - fullness(a) || compare(nameOf(a), nameOf(b)) || compare(keyOf(a), keyOf(b)),
  );
  const groups: Debtor[][] = [];
  for (const record of sorted) {
    const relations = groups.map((group) => group.map((known) => relate(known, record)));
    const doubtful = relations.flat().find(({ relation }) => relation === 'doubt');
    if (doubtful) return { debtors: [], doubt: doubtful.why };
    const own = groups.filter((_, i) => relations[i]!.some(({ relation }) => relation === 'same'));
    // the record of one and of another at once, or of somebody whose other record it contradicts
    const torn = relations.some(
      (of) => of.some(({ relation }) => relation === 'same') && of.some(({ relation }) => relation === 'different'),
    );
    if (own.length > 1 || torn) return { debtors: [], doubt: `${fullName(record)}: неясно, который из однофамильцев` };
    if (own[0]) own[0].push(record);
    else groups.push([record]);
  }
  return {
    debtors: groups
      .map((group) => group[0]!)
      .sort((a, b) => compare(nameOf(a), nameOf(b)) || compare(keyOf(a), keyOf(b))),
    doubt: null,
  };
}

function relate(a: Debtor, b: Debtor): { relation: Relation; why: string } {
  const is = (relation: Relation, why = '') => ({ relation, why });
  const sameName = plain(a.lastName) === plain(b.lastName) && plain(a.firstName) === plain(b.firstName);
  const differ = (x: string | null, y: string | null) => x !== null && y !== null && x !== y;
  const patronymics = differ(a.middleName && plain(a.middleName), b.middleName && plain(b.middleName));
  if (a.snils !== null && a.snils === b.snils) {
    return !sameName || patronymics || differ(a.birthDate, b.birthDate)
      ? is('doubt', `Один СНИЛС у\u00a0двух ответчиков: ${fullName(a)} и\u00a0${fullName(b)}`)
      : is('same');
  }
  if (!sameName || patronymics || differ(a.snils, b.snils) || differ(a.birthDate, b.birthDate)) return is('different');
  if ((a.middleName === null) !== (b.middleName === null))
    return is('doubt', `${fullName(a)} и\u00a0${fullName(b)}: неясно, один\u00a0ли это человек`);
  if (a.documentNumber !== null && b.documentNumber !== null && documentOf(a) !== documentOf(b))
    return is('doubt', `${fullName(a)}: указаны разные документы, неясно, один\u00a0ли это человек`);
  return is('same');
}

const fullness = (one: Debtor) =>
  Number(one.snils !== null) * 4 + Number(one.documentNumber !== null) * 2 + Number(one.birthDate !== null);
const plain = (text: string) => text.trim().toLowerCase().replaceAll('ё', 'е');
const nameOf = (one: Debtor) => plain(fullName(one));
const fullName = ({ lastName, firstName, middleName }: Debtor) =>
  [lastName, firstName, middleName].filter(Boolean).join('\u00a0');
const documentOf = (one: Debtor) => [one.documentTypeCode, one.documentSeries, one.documentNumber].join('|');
const keyOf = (one: Debtor) => [one.snils, one.birthDate, documentOf(one), one.lastName, one.firstName].join('|');
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
