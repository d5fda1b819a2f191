import { z } from 'zod';
import { dateCell, moneyCell, snilsCell, textCell } from '@/lib/imports/cells';

/** What a court case is made of, as a form and an Excel row hold it: strings in, dates and kopecks out. */

export const KINDS = { claim: 'Исковое заявление', order: 'Судебный приказ' } as const;
export const DECISIONS = {
  full: 'Взыскать полностью',
  partial: 'Взыскать частично',
  refused: 'Отказать',
} as const;
export const RESULTS = {
  in_progress: 'Идёт',
  partially: 'Взыскано частично',
  collected: 'Взыскано полностью',
  impossible: 'Взыскание невозможно',
  returned: 'Исполнительный документ возвращён',
} as const;

/** «Взыскать полностью» or `full` → `full`; '' → null. */
const choice = <T extends Record<string, string>>(words: T, message: string) =>
  z
    .string()
    .default('')
    .transform((text, ctx): keyof T | null => {
      const typed = text.trim().toLowerCase();
      if (typed === '') return null;
      const found = Object.entries(words).find(([key, word]) => key === typed || word.toLowerCase() === typed);
      if (found) return found[0];
      ctx.addIssue(message);
      return z.NEVER;
    });

const kindCell = z
  .string()
  .default('')
  .transform((text, ctx): 'claim' | 'order' => {
    const typed = text.trim().toLowerCase();
    if (['claim', 'иск', KINDS.claim.toLowerCase()].includes(typed)) return 'claim';
    if (['order', 'приказ', KINDS.order.toLowerCase()].includes(typed)) return 'order';
    ctx.addIssue('Бывает: иск или судебный приказ.');
    return z.NEVER;
  });

export const caseColumns = z.object({
  kind: kindCell,
  number: textCell(100, 'Номер').refine((text) => text !== '', 'Введите номер.'),
  filedOn: dateCell.refine((date) => date !== null, 'Введите дату.').transform((date) => date!),
  court: textCell(300, 'Суд').transform((text) => text || null),
  periodStart: dateCell.refine((date) => date !== null, 'Введите начало периода.').transform((date) => date!),
  periodEnd: dateCell.refine((date) => date !== null, 'Введите конец периода.').transform((date) => date!),
  claimed: moneyCell()
    .refine((sum) => sum !== null, 'Введите сумму.')
    .transform((sum) => sum!),
  decision: choice(DECISIONS, 'Бывает: взыскать полностью, взыскать частично, отказать.'),
  actNumber: textCell(100, 'Номер акта').transform((text) => text || null),
  actDate: dateCell,
  effectiveOn: dateCell,
  awarded: moneyCell(),
  cancelledOn: dateCell,
  cancellationReason: textCell(500, 'Причина отмены').transform((text) => text || null),
  enforcementResult: choice(
    RESULTS,
    'Бывает: идёт, взыскано частично, взыскано полностью, взыскание невозможно, исполнительный документ возвращён.',
  ),
  enforcementNumber: textCell(100, 'Номер производства').transform((text) => text || null),
  enforcementOn: dateCell,
  collected: moneyCell().transform((sum) => sum ?? 0),
  paidOn: dateCell,
  comment: textCell(1000, 'Комментарий').transform((text) => text || null),
});
export type CaseColumns = z.output<typeof caseColumns>;

/** What cannot be true together, by column. */
export function contradictions(one: CaseColumns): Partial<Record<keyof CaseColumns, string>> {
  const wrong: Partial<Record<keyof CaseColumns, string>> = {};
  if (one.periodStart > one.periodEnd) wrong.periodEnd = 'Период кончается раньше, чем начинается.';
  if (one.decision === 'refused' && one.awarded) wrong.awarded = 'Суд отказал: присуждённой суммы быть не\u00a0может.';
  if (one.awarded !== null && one.collected > one.awarded) wrong.collected = 'Взыскано больше, чем присуждено.';
  if (one.actDate && one.effectiveOn && one.effectiveOn < one.actDate)
    wrong.effectiveOn = 'Акт вступил в\u00a0силу раньше, чем вынесен.';
  return wrong;
}

export const respondentColumns = z.object({
  organizationName: textCell(500, 'Юридическое лицо').transform((text) => text || null),
  lastName: textCell(255, 'Фамилия').transform((text) => text || null),
  firstName: textCell(255, 'Имя').transform((text) => text || null),
  middleName: textCell(255, 'Отчество').transform((text) => text || null),
  birthDate: dateCell,
  snils: snilsCell,
  /** Code of НСИ 95; the verbs refuse one that the portal does not have. */
  documentTypeCode: textCell(255, 'Вид документа').transform((text) => text || null),
  documentSeries: textCell(255, 'Серия').transform((text) => text || null),
  documentNumber: textCell(255, 'Номер документа').transform((text) => text || null),
  share: textCell(20, 'Доля').transform((text) => text || null),
});
export type RespondentColumns = z.output<typeof respondentColumns>;

/** What is wrong with one respondent, by column; an empty one is wrong too. */
export function respondentProblem(one: RespondentColumns): [keyof RespondentColumns, string] | null {
  if (one.organizationName && one.lastName)
    return ['organizationName', 'Ответчик\u00a0— или человек, или юридическое лицо.'];
  if (one.organizationName) return null;
  if (!one.lastName) return ['lastName', 'Введите фамилию.'];
  if (!one.firstName) return ['firstName', 'Введите имя.'];
  if (one.documentTypeCode && !one.documentNumber)
    return ['documentNumber', 'Введите номер документа или уберите его вид.'];
  if (!one.documentTypeCode && (one.documentNumber || one.documentSeries))
    return ['documentTypeCode', 'Выберите вид документа.'];
  return null;
}

export const caseFormSchema = z
  .object({
    /** '' = a new one. */
    id: z.union([z.literal('').transform(() => null), z.uuid()]),
    /** Version that the person looked at; 0 for a new one. */
    version: z.int().min(0),
    accountId: z.uuid(),
    liability: z.enum(['joint', 'shares']),
    columns: caseColumns,
    respondents: z.array(respondentColumns).max(50, 'Не\u00a0больше 50\u00a0ответчиков.'),
  })
  .superRefine(({ columns, respondents }, ctx) => {
    for (const [column, message] of Object.entries(contradictions(columns)))
      ctx.addIssue({ code: 'custom', path: ['columns', column], message });
    respondents.forEach((one, i) => {
      const problem = respondentProblem(one);
      if (problem) ctx.addIssue({ code: 'custom', path: ['respondents', i, problem[0]], message: problem[1] });
    });
  });
export type CaseForm = z.output<typeof caseFormSchema>;
export type CaseFormInput = z.input<typeof caseFormSchema>;

export const paymentSchema = z.object({
  caseId: z.uuid(),
  version: z.int().positive(),
  paidOn: dateCell.refine((date) => date !== null, 'Введите дату.').transform((date) => date!),
  sum: moneyCell()
    .refine((sum) => sum !== null && sum > 0, 'Введите сумму.')
    .transform((sum) => sum!),
  comment: textCell(300, 'Комментарий').transform((text) => text || null),
});
