import { z } from 'zod';
import { moneyCell } from '@/lib/imports/cells';

export const fillSettingsSchema = z.object({
  impossible: z.enum(['no', 'unclear']),
  partlyOverlapping: z.enum(['yes', 'unclear']),
  /** Roubles as typed → kopecks. */
  threshold: moneyCell().transform((sum) => sum ?? 0),
  verifyYes: z.boolean(),
  fileEmptyMeansNo: z.boolean(),
  fileSendAtOnce: z.boolean(),
});
export type FillSettingsInput = Required<z.input<typeof fillSettingsSchema>>;
