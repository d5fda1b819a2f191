import { z } from 'zod';
import { timeOfDay } from '@/lib/staff/gis-settings-schema';

/** «Автоответ» as the form and the server share it. */

export const WHICH = ['off', 'no_court_debt', 'all'] as const;
export type Which = (typeof WHICH)[number];

export const autoAnswerSchema = z.object({
  /** off · matched and without debt by the court cases · all without an answer, as РИАС does. */
  which: z.enum(WHICH),
  /** Fires when no more days are left of the term. */
  days: z.coerce.number().int().min(0, 'Дни: от\u00a00 до\u00a04.').max(4, 'Дни: от\u00a00 до\u00a04.'),
  workingDays: z.boolean(),
  /** 'HH:MM', Moscow time. */
  at: timeOfDay,
  comment: z.string().trim().max(1000, 'Комментарий: не\u00a0больше 1000\u00a0знаков.'),
});
export type AutoAnswerSettings = z.output<typeof autoAnswerSchema>;

/** Settings that are switched on. */
export type ActiveSettings = AutoAnswerSettings & { which: Exclude<Which, 'off'> };

export const isActive = <T extends AutoAnswerSettings>(settings: T): settings is T & ActiveSettings =>
  settings.which !== 'off';

export const saveAutoAnswerSchema = autoAnswerSchema.extend({
  /** Stands for the list of the next run that the admin has seen; empty when it is switched off. */
  stamp: z.string().max(100),
});
