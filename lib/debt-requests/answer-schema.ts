// the browser checks the answer too: less of zod goes there
import * as z from 'zod/mini';
import { snilsIsValid } from '@/lib/snils';

/**
 * The answer as the form and the server share it. A draft may be incomplete; `incompleteFields` says what is missing
 * before it may be finished or sent. Lengths and patterns are the portal's (drs:ImportDSRResponseType, DocumentType).
 */

export const MAX_FILES = 5;
export const MAX_FILE_BYTES = 5 * 1024 * 1024;

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are illegal in XML 1.0 and would be refused by the portal
const ILLEGAL_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

const line = (max: number, what: string) =>
  z.string().check(
    z.trim(),
    z.maxLength(max, `${what}: не больше ${max} знаков.`),
    z.superRefine((value, ctx) => {
      const found = ILLEGAL_IN_XML.exec(value);
      if (found)
        ctx.addIssue(`Невидимый знак, который портал не\u00a0примет, ${where(value, found.index)}. Удалите его.`);
    }),
  );

/** Where to look for what cannot be seen: «стоит после „по делу № 2“». */
function where(text: string, at: number): string {
  const before = text
    .slice(0, at)
    .trimEnd()
    .slice(-20)
    .replace(/^\S*\s+(?=\S)/, '');
  return before ? `стоит после „${before}“` : 'стоит в\u00a0самом начале';
}

const snils = z.string().check(
  z.overwrite((value) => value.replace(/[\s\u00a0-]/g, '')),
  z.superRefine((digits, ctx) => {
    if (digits === '') return;
    if (!/^\d{11}$/.test(digits)) ctx.addIssue('СНИЛС состоит из 11 цифр. Пример: 112-233-445 95.');
    else if (!snilsIsValid(digits)) ctx.addIssue('Контрольное число не сходится. Проверьте последние две цифры.');
  }),
);

const debtorFile = z.object({ id: z.uuid(), documentTypeCode: z.nullable(z.string().check(z.maxLength(20))) });

const debtorSchema = z.object({
  lastName: line(255, 'Фамилия'),
  firstName: line(255, 'Имя'),
  middleName: line(255, 'Отчество'),
  snils,
  /** НСИ 95; empty = no identity document. */
  documentTypeCode: z.string().check(z.maxLength(20)),
  documentSeries: line(255, 'Серия'),
  documentNumber: line(255, 'Номер'),
  files: z.array(debtorFile).check(z.maxLength(MAX_FILES, `К одному должнику можно приложить до ${MAX_FILES} файлов.`)),
});

export const answerSchema = z.object({
  hasDebt: z.nullable(z.boolean()),
  description: z.pipe(
    // Word pastes its manual line and page breaks as \v and \f
    z.string().check(z.overwrite((value) => value.replace(/\r\n?|[\v\f\u2028\u2029]/g, '\n'))),
    line(1000, 'Комментарий'),
  ),
  debtors: z.array(debtorSchema).check(z.maxLength(50, 'В одном ответе не больше 50 должников.')),
  files: z
    .array(z.object({ id: z.uuid() }))
    .check(z.maxLength(MAX_FILES, `К ответу можно приложить до ${MAX_FILES} файлов.`)),
});

/** What the form holds. */
export type AnswerInput = z.input<typeof answerSchema>;
/** What the server works with. */
export type Answer = z.output<typeof answerSchema>;

export const emptyDebtor = (): AnswerInput['debtors'][number] => ({
  lastName: '',
  firstName: '',
  middleName: '',
  snils: '',
  documentTypeCode: '',
  documentSeries: '',
  documentNumber: '',
  files: [],
});

/**
 * What is missing before the answer may be finished or sent: path of the field → sentence; empty when complete.
 * «Да» needs a debtor with first and last name (manual of РИАС line 217; drs:debtInfo/person).
 */
export function incompleteFields(answer: Answer, options: { snilsRequired: boolean }): Record<string, string> {
  const fields: Record<string, string> = {};
  if (answer.hasDebt === null) {
    fields.hasDebt = 'Выберите, есть ли задолженность, подтверждённая судебным решением.';
    return fields;
  }
  if (!answer.hasDebt) return fields;
  if (answer.debtors.length === 0) fields.debtors = 'Добавьте хотя бы одного должника.';
  answer.debtors.forEach((debtor, i) => {
    if (!debtor.lastName) fields[`debtors.${i}.lastName`] = 'Введите фамилию.';
    if (!debtor.firstName) fields[`debtors.${i}.firstName`] = 'Введите имя.';
    if (options.snilsRequired && !debtor.snils)
      fields[`debtors.${i}.snils`] = 'Введите СНИЛС: так настроено в организации.';
    if (debtor.documentTypeCode && !debtor.documentNumber) {
      fields[`debtors.${i}.documentNumber`] = 'Введите номер документа или уберите его вид.';
    }
    if (!debtor.documentTypeCode && (debtor.documentNumber || debtor.documentSeries)) {
      fields[`debtors.${i}.documentTypeCode`] = 'Выберите вид документа.';
    }
    debtor.files.forEach((file, j) => {
      if (!file.documentTypeCode) fields[`debtors.${i}.files.${j}.documentTypeCode`] = 'Выберите вид документа.';
    });
  });
  return fields;
}
