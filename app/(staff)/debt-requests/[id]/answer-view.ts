import { formatDate } from '@/lib/calendar/format';
import type { AnswerInput } from '@/lib/debt-requests/answer-schema';
import type { KnownPerson } from '@/lib/debt-requests/autofill';
import type { Card, CardFile } from '@/lib/debt-requests/card';
import { formatSnils } from '@/lib/snils';

/** Somebody whom a debtor may be picked from. */
export interface DebtorChoice {
  /** «Кравцов Артём Олегович, 01.05.1980, ответчик» */
  label: string;
  debtor: AnswerInput['debtors'][number];
}

const KINDS: Record<KnownPerson['kind'], string> = {
  respondent: 'ответчик',
  owner: 'собственник',
  resident: 'жилец',
  payer: 'плательщик',
};

export const choiceOf = (one: KnownPerson): DebtorChoice => ({
  label: [
    [one.lastName, one.firstName, one.middleName].filter(Boolean).join(' '),
    one.birthDate && formatDate(one.birthDate),
    KINDS[one.kind],
  ]
    .filter(Boolean)
    .join(', '),
  debtor: {
    lastName: one.lastName,
    firstName: one.firstName,
    middleName: one.middleName ?? '',
    snils: formatSnils(one.snils ?? ''),
    documentTypeCode: one.documentNumber ? (one.documentTypeCode ?? '') : '',
    documentSeries: one.documentTypeCode ? (one.documentSeries ?? '') : '',
    documentNumber: one.documentTypeCode ? (one.documentNumber ?? '') : '',
    files: [],
  },
});

/** What the form needs to know of a file beside its place in the answer. */
export interface FileInfo {
  name: string;
  extension: string;
  /** bytes */
  size: number;
  warning: string | null;
}

/** The saved answer as the form holds it: text, never null. */
export function answerOf(card: Card): AnswerInput {
  return {
    hasDebt: card.request.hasDebt,
    description: card.request.description ?? '',
    debtors: card.debtors.map((debtor) => ({
      lastName: debtor.lastName,
      firstName: debtor.firstName,
      middleName: debtor.middleName ?? '',
      snils: formatSnils(debtor.snils ?? ''),
      documentTypeCode: debtor.documentTypeCode ?? '',
      documentSeries: debtor.documentSeries ?? '',
      documentNumber: debtor.documentNumber ?? '',
      files: debtor.files.map(({ id, documentTypeCode }) => ({ id, documentTypeCode })),
    })),
    files: card.files.map(({ id }) => ({ id })),
  };
}

export const filesOf = (card: Card): Record<string, FileInfo> =>
  Object.fromEntries(
    [...card.files, ...card.debtors.flatMap((debtor) => debtor.files)].map(
      ({ id, name, extension, size }: CardFile) => [id, { name, extension, size, warning: null }],
    ),
  );

/** «2,4 МБ», «310 КБ» */
export const formatSize = (bytes: number): string =>
  bytes >= 1024 * 1024
    ? `${(bytes / 1024 / 1024).toLocaleString('ru', { maximumFractionDigits: 1 })}\u00a0МБ`
    : `${Math.max(1, Math.round(bytes / 1024))}\u00a0КБ`;

export interface Dictionary {
  code: string;
  name: string;
}

export interface AnswerLine {
  /** 'hasDebt', 'description', 'debtors.0' …, 'files': a place of the form. */
  key: string;
  label: string;
  text: string;
}

/** An answer line by line, to show two versions beside each other. */
export function answerInWords(
  answer: AnswerInput,
  files: Record<string, FileInfo>,
  identityTypes: readonly Dictionary[],
): AnswerLine[] {
  const fileNames = (list: { id: string }[]) => list.map(({ id }) => files[id]?.name ?? 'файл').join(', ');
  const lines: AnswerLine[] = [
    {
      key: 'hasDebt',
      label: 'Ответ',
      text: answer.hasDebt === null ? 'не\u00a0заполнено' : answer.hasDebt ? 'существует' : 'отсутствует',
    },
    { key: 'description', label: 'Комментарий', text: answer.description },
  ];
  if (!answer.hasDebt) return lines;
  answer.debtors.forEach((debtor, i) => {
    const identity = identityTypes.find(({ code }) => code === debtor.documentTypeCode)?.name;
    const parts = [
      [debtor.lastName, debtor.firstName, debtor.middleName].filter(Boolean).join(' '),
      debtor.snils && `СНИЛС ${formatSnils(debtor.snils)}`,
      [identity, debtor.documentSeries, debtor.documentNumber].filter(Boolean).join(' '),
      fileNames(debtor.files),
    ];
    lines.push({ key: `debtors.${i}`, label: `Должник ${i + 1}`, text: parts.filter(Boolean).join('; ') });
  });
  if (answer.files.length > 0) {
    lines.push({ key: 'files', label: 'Файлы к\u00a0ответу', text: fileNames(answer.files) });
  }
  return lines;
}

/**
 * `mine` with one line of `saved` in its place. A debtor that the saved version lacks goes; «существует» brings its
 * debtors and files along where there are none of one's own.
 */
export function takeLine(mine: AnswerInput, saved: AnswerInput, key: string): AnswerInput {
  const [place, index] = key.split('.');
  switch (place) {
    case 'hasDebt':
      return {
        ...mine,
        hasDebt: saved.hasDebt,
        debtors: mine.hasDebt ? mine.debtors : saved.debtors,
        files: mine.hasDebt ? mine.files : saved.files,
      };
    case 'description':
      return { ...mine, description: saved.description };
    case 'files':
      return { ...mine, files: saved.hasDebt ? saved.files : [] };
    default: {
      const at = Number(index);
      const theirs = saved.hasDebt ? saved.debtors[at] : undefined;
      const debtors = mine.hasDebt ? mine.debtors : [];
      return {
        ...mine,
        hasDebt: mine.hasDebt || !!theirs,
        debtors: [...debtors.slice(0, at), ...(theirs ? [theirs] : []), ...debtors.slice(at + 1)],
      };
    }
  }
}
