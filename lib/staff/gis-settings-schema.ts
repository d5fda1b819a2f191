import { z } from 'zod';

/** «Связь с ГИС ЖКХ» as the form and the server share it. */

/** base:GUIDType: any 8-4-4-4-12 hexadecimal digits, of no particular version. */
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const guid = z.string().trim().toLowerCase();
const wrongGuid = (what: string) => `${what}: нужны 32\u00a0цифры и\u00a0латинские буквы a–f, как в\u00a0примере.`;

const whole = (what: string, max: number) =>
  z
    .union([z.number(), z.string().trim().min(1).transform(Number)], `${what}: нужно целое число.`)
    .pipe(
      z
        .int(`${what}: нужно целое число.`)
        .min(1, `${what}: не\u00a0меньше 1.`)
        .max(max, `${what}: не\u00a0больше ${max}.`),
    );

/** A time of day as people type it, «4:15» or «04.15» → '04:15'. */
export const timeOfDay = z
  .string()
  .trim()
  .transform((text) => text.replace('.', ':').padStart(5, '0'))
  .pipe(
    z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Время: часы и\u00a0минуты от\u00a000:00 до\u00a023:59, например 04:15.'),
  );

export const gisSettingsSchema = z.object({
  orgPpaGuid: guid.regex(GUID, wrongGuid('Идентификатор поставщика')),
  /** «Идентификатор исполнителя» for what is sent without a person; empty = there is none. */
  executorGuid: guid
    .refine((value) => value === '' || GUID.test(value), wrongGuid('Идентификатор исполнителя'))
    .transform((value) => value || null),
  isOperatorSignature: z.boolean(),
  /** Versions that `lib/gis/formats.ts` speaks; the form may not import the client of the portal. */
  exportFormat: z.enum(['13.1.10.1', '14.0.0.0', '15.3.0.0'], 'Выберите версию формата.'),
  onlyUnanswered: z.boolean(),
  syncAtLogin: z.boolean(),
  snilsRequired: z.boolean(),
  /** «ЧЧ:ММ», Moscow time. */
  syncAt: timeOfDay,
  syncDays: whole('Период', 1100),
  freshnessHours: whole('Срок', 168),
});
/** As it is typed. */
export type GisSettingsInput = z.input<typeof gisSettingsSchema>;
export type GisSettings = z.output<typeof gisSettingsSchema>;
