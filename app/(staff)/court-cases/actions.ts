'use server';

import { staffAction } from '@/lib/action';
import { caseFormSchema, paymentSchema } from '@/lib/court-cases/case-schema';
import { addPayment, saveCase } from '@/lib/court-cases/cases';

export const saveCaseAction = staffAction(caseFormSchema, saveCase);
export const addPaymentAction = staffAction(paymentSchema, addPayment);
