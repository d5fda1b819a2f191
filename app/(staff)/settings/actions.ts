'use server';

import { z } from 'zod';
import { staffAction } from '@/lib/action';
import { stopAutoRun, stopAutoRunSchema } from '@/lib/debt-requests/autoanswer';
import { autoAnswerSchema, saveAutoAnswerSchema } from '@/lib/debt-requests/autoanswer-schema';
import { previewAutoAnswer, saveAutoAnswer } from '@/lib/debt-requests/autoanswer-settings';
import { erasurePeriodSchema, previewErasure, startErasure, startErasureSchema } from '@/lib/debt-requests/erase';
import { saveCalendarYear } from '@/lib/staff/calendar';
import { calendarYearSchema } from '@/lib/staff/calendar-schema';
import {
  createDivision,
  createDivisionSchema,
  defaultResponsibleSchema,
  deleteDivision,
  divisionIdSchema,
  saveDefaultResponsible,
  saveDivision,
  saveDivisionSchema,
} from '@/lib/staff/divisions';
import {
  blockEmployee,
  blockSchema,
  createEmployee,
  createEmployeeSchema,
  employeeIdSchema,
  resetPassword,
  saveEmployee,
  saveEmployeeSchema,
  unblockEmployee,
} from '@/lib/staff/employees';
import { saveFillSettings } from '@/lib/staff/fill-settings';
import { fillSettingsSchema } from '@/lib/staff/fill-settings-schema';
import { checkConnection, saveGisSettings } from '@/lib/staff/gis-settings';
import { gisSettingsSchema } from '@/lib/staff/gis-settings-schema';
import { saveRequisites } from '@/lib/staff/requisites';
import { requisitesSchema } from '@/lib/staff/requisites-schema';

export const saveGisSettingsAction = staffAction(gisSettingsSchema, saveGisSettings);
export const checkConnectionAction = staffAction(z.object({}), (person) => checkConnection(person), 'checkConnection');

export const saveRequisitesAction = staffAction(requisitesSchema, saveRequisites);
export const saveFillSettingsAction = staffAction(fillSettingsSchema, saveFillSettings);
export const saveCalendarYearAction = staffAction(calendarYearSchema, saveCalendarYear);

// a third parameter of these verbs is a clock for tests, not for callers
export const previewAutoAnswerAction = staffAction(
  autoAnswerSchema,
  (person, input) => previewAutoAnswer(person, input),
  'previewAutoAnswer',
);
export const saveAutoAnswerAction = staffAction(
  saveAutoAnswerSchema,
  (person, input) => saveAutoAnswer(person, input),
  'saveAutoAnswer',
);
export const stopAutoRunAction = staffAction(
  stopAutoRunSchema,
  (person, input) => stopAutoRun(person, input),
  'stopAutoRun',
);

export const previewErasureAction = staffAction(erasurePeriodSchema, previewErasure);
export const startErasureAction = staffAction(startErasureSchema, startErasure);

export const createDivisionAction = staffAction(createDivisionSchema, createDivision);
export const saveDivisionAction = staffAction(saveDivisionSchema, saveDivision);
export const deleteDivisionAction = staffAction(divisionIdSchema, deleteDivision);
export const saveDefaultResponsibleAction = staffAction(defaultResponsibleSchema, saveDefaultResponsible);

export const createEmployeeAction = staffAction(createEmployeeSchema, createEmployee);
export const saveEmployeeAction = staffAction(saveEmployeeSchema, saveEmployee);
export const resetPasswordAction = staffAction(employeeIdSchema, resetPassword);
export const blockEmployeeAction = staffAction(blockSchema, blockEmployee);
export const unblockEmployeeAction = staffAction(employeeIdSchema, unblockEmployee);
