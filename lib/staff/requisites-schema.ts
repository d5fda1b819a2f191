import { z } from 'zod';

/** «Реквизиты» as the form and the server share them. */

const digits = z
  .string()
  .trim()
  .transform((text) => text.replace(/[\s\u00a0]/g, ''));

export const requisitesSchema = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'Введите название организации.')
    .max(300, 'Название: не\u00a0больше 300\u00a0знаков.')
    .refine(
      (value) => !/\p{Cc}/u.test(value) && value.isWellFormed(),
      'В\u00a0названии есть недопустимые знаки. Наберите его заново.',
    ),
  /** 10 digits of an organization, 12 of an entrepreneur; empty = not given. */
  inn: digits
    .refine(
      (inn) => inn === '' || /^(\d{10}|\d{12})$/.test(inn),
      'ИНН\u00a0— это 10\u00a0цифр, у\u00a0предпринимателя 12.',
    )
    .refine(
      (inn) => !/^(\d{10}|\d{12})$/.test(inn) || innIsValid(inn),
      'Контрольное число ИНН не\u00a0сходится. Проверьте цифры.',
    )
    .transform((inn) => inn || null),
  /** 13 digits, 15 of an entrepreneur (ОГРНИП); empty = not given. */
  ogrn: digits
    .refine((ogrn) => ogrn === '' || /^(\d{13}|\d{15})$/.test(ogrn), 'ОГРН\u00a0— это 13\u00a0цифр, ОГРНИП\u00a0— 15.')
    .refine(
      (ogrn) => !/^(\d{13}|\d{15})$/.test(ogrn) || ogrnIsValid(ogrn),
      'Контрольное число ОГРН не\u00a0сходится. Проверьте цифры.',
    )
    .transform((ogrn) => ogrn || null),
});
/** As it is typed. */
export type RequisitesInput = z.input<typeof requisitesSchema>;
export type Requisites = z.output<typeof requisitesSchema>;

/** The control digits of 10 or 12 digits (приказ ФНС ЕД-7-14/559@, приложение). */
function innIsValid(inn: string): boolean {
  const weights = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
  const control = (length: number) => {
    const own = weights.slice(weights.length - length);
    return (own.reduce((sum, weight, i) => sum + weight * Number(inn[i]), 0) % 11) % 10;
  };
  const places = inn.length === 10 ? [9] : [10, 11];
  return places.every((place) => control(place) === Number(inn[place]));
}

/** The last digit: the rest of the number by 11 (ОГРН) or by 13 (ОГРНИП), its last digit. */
function ogrnIsValid(ogrn: string): boolean {
  const rest = BigInt(ogrn.slice(0, -1)) % (ogrn.length === 13 ? 11n : 13n);
  return Number(rest % 10n) === Number(ogrn.at(-1));
}

/** «ООО „УК“, ИНН 7707083893, ОГРН 1027700132195»: what is known. */
export const requisitesInWords = ({ name, inn, ogrn }: Requisites): string =>
  [name, inn && `ИНН\u00a0${inn}`, ogrn && `${ogrn.length === 13 ? 'ОГРН' : 'ОГРНИП'}\u00a0${ogrn}`]
    .filter(Boolean)
    .join(', ');
