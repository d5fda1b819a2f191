'use server';

import { staffAction } from '@/lib/action';
import { letterKeysSchema, savePreferences } from '@/lib/staff/preferences';

export const saveLetterKeysAction = staffAction(letterKeysSchema, savePreferences, 'saveLetterKeys');
