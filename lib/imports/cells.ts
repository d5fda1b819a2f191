import { z } from 'zod';
import { snilsIsValid } from '@/lib/snils';

/** What single cells of a table or fields of a form hold, as strings in. Pure, so that forms use them too. */

/** Text of a cell; '' where the column is missing. */
export const textCell = (max: number, title: string) =>
  z
    .string()
    .default('')
    .transform((text) => text.replace(/\s+/g, ' ').trim())
    .refine((text) => text.length <= max, `${title}: не\u00a0больше ${max}\u00a0знаков.`);
/** A day as Excel keeps it or as people type it, «01.02.2025» → '2025-02-01'; null = empty. */
export const dateCell = z
  .string()
  .default('')
  .transform((text, ctx): string | null => {
    const clean = text.trim();
    if (clean === '') return null;
    const written = /^(\d{1,2})[./](\d{1,2})[./](\d{4})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?$/.exec(clean);
    const iso = written ? `${written[3]}-${written[2]!.padStart(2, '0')}-${written[1]!.padStart(2, '0')}` : clean;
    const real = /^\d{4}-\d{2}-\d{2}$/.test(iso) && new Date(`${iso}T00:00:00Z`).toJSON()?.startsWith(iso);
    if (real && iso >= '1900-01-01' && iso <= '2100-12-31') return iso;
    ctx.addIssue('Такой даты нет. Пример: 01.02.2025.');
    return z.NEVER;
  });

/** A sum in roubles, «12 345,67» → kopecks; null = empty. Below zero only where `negative`. */
export const moneyCell = (options: { negative?: boolean } = {}) =>
  z
    .string()
    .default('')
    .transform((text, ctx): number | null => {
      const clean = text.replace(/[\s\u00a0\u202f]|₽|руб\.?/g, '').replace(',', '.');
      if (clean === '') return null;
      if (!/^-?\d{1,12}(\.\d{1,2})?$/.test(clean)) {
        ctx.addIssue('Сумма в\u00a0рублях, не\u00a0больше двух знаков после запятой. Пример: 12 345,67.');
        return z.NEVER;
      }
      const kopecks = Math.round(Number(clean) * 100);
      if (kopecks >= 0 || options.negative) return kopecks;
      ctx.addIssue('Сумма не\u00a0может быть меньше нуля.');
      return z.NEVER;
    });

/** 11 digits with a right control number, «112-233-445 95» → '11223344595'; null = empty. */
export const snilsCell = z
  .string()
  .default('')
  .transform((text, ctx): string | null => {
    const digits = text.replace(/[\s\u00a0-]/g, '');
    if (digits === '') return null;
    if (snilsIsValid(digits)) return digits;
    ctx.addIssue(
      /^\d{11}$/.test(digits)
        ? 'Контрольное число СНИЛС не\u00a0сходится.'
        : 'СНИЛС состоит из\u00a011 цифр. Пример: 112-233-445 95.',
    );
    return z.NEVER;
  });

/** An identifier of the ФИАС or of the portal as a cell or a field holds it: lower case; null = empty. */
export const guidCell = z
  .string()
  .default('')
  .transform((text, ctx): string | null => {
    const clean = text
      .trim()
      .toLowerCase()
      .replace(/^\{|\}$/g, '');
    if (clean === '') return null;
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(clean)) return clean;
    ctx.addIssue('Нужны 32\u00a0цифры и\u00a0латинские буквы a–f с\u00a0дефисами.');
    return z.NEVER;
  });
