import type { AnswerInput } from '@/lib/debt-requests/answer-schema';
import type { Card, CardFile } from '@/lib/debt-requests/card';
import { formatSnils } from './snils';

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

/** An answer line by line, to show two versions beside each other. */
export function answerInWords(
  answer: AnswerInput,
  files: Record<string, FileInfo>,
  identityTypes: readonly Dictionary[],
): [label: string, text: string][] {
  const fileNames = (list: { id: string }[]) => list.map(({ id }) => files[id]?.name ?? 'файл').join(', ');
  const lines: [string, string][] = [
    ['Ответ', answer.hasDebt === null ? 'не\u00a0заполнено' : answer.hasDebt ? 'существует' : 'отсутствует'],
    ['Комментарий', answer.description],
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
    lines.push([`Должник ${i + 1}`, parts.filter(Boolean).join('; ')]);
  });
  if (answer.files.length > 0) lines.push(['Файлы к\u00a0ответу', fileNames(answer.files)]);
  return lines;
}
