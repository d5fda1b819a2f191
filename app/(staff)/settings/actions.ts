'use server';

import { z } from 'zod';
import { staffAction } from '@/lib/action';
import { checkConnection, saveGisSettings } from '@/lib/staff/gis-settings';
import { gisSettingsSchema } from '@/lib/staff/gis-settings-schema';

export const saveGisSettingsAction = staffAction(gisSettingsSchema, saveGisSettings);
export const checkConnectionAction = staffAction(z.object({}), (person) => checkConnection(person), 'checkConnection');
