'use server';

import { staffAction } from '@/lib/action';
import { markRead, markReadSchema } from '@/lib/notifications/notifications';
import { mailSchema, savePreferences } from '@/lib/staff/preferences';

export const markReadAction = staffAction(markReadSchema, markRead);
export const saveMailAction = staffAction(mailSchema, savePreferences, 'saveMail');
