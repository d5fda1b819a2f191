import { z } from 'zod';

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
