'use server';

import { z } from 'zod';
import { staffAction } from '@/lib/action';
import { requestSync, stopSync, stopSyncSchema } from '@/lib/debt-requests/sync';

export const requestSyncAction = staffAction(z.object({}), (person) => requestSync(person), 'requestSync');
export const stopSyncAction = staffAction(stopSyncSchema, stopSync);
