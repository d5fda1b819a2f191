'use server';

import { staffAction } from '@/lib/action';
import { caseFileIdSchema, removeCaseFile } from '@/lib/court-cases/case-files';
import { caseFormSchema, paymentSchema } from '@/lib/court-cases/case-schema';
import { addPayment, saveCase } from '@/lib/court-cases/cases';

export const saveCaseAction = staffAction(caseFormSchema, saveCase);
export const removeCaseFileAction = staffAction(caseFileIdSchema, removeCaseFile);
export const addPaymentAction = staffAction(paymentSchema, addPayment);
