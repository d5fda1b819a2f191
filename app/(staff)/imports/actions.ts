'use server';

import { staffAction } from '@/lib/action';
import { cancelImport, confirmImport, importIdSchema } from '@/lib/imports/imports';

export const confirmImportAction = staffAction(importIdSchema, confirmImport);
export const cancelImportAction = staffAction(importIdSchema, cancelImport);
