'use server';

import { staffAction } from '@/lib/action';
import {
  cancelSending,
  complete,
  correct,
  correctSchema,
  markReady,
  requestAnswerSchema,
  requestVersionSchema,
  saveDraft,
  sendAnswer,
  take,
} from '@/lib/debt-requests/answer';
import { delegate, delegateSchema, returnForRework, returnSchema, takeBack } from '@/lib/debt-requests/assign';
import { hold, release } from '@/lib/debt-requests/autoanswer';
import { confirmDebt, fillAnswer, fillSchema, rejectDebt, rejectSchema } from '@/lib/debt-requests/autofill';
import { chooseMatch, chooseMatchSchema } from '@/lib/debt-requests/match';

// a third parameter of these verbs is the mark of mass work, not for callers
export const delegateAction = staffAction(delegateSchema, (person, input) => delegate(person, input), 'delegate');
export const takeBackAction = staffAction(requestVersionSchema, takeBack);
export const returnForReworkAction = staffAction(
  returnSchema,
  (person, input) => returnForRework(person, input),
  'returnForRework',
);
export const takeAction = staffAction(requestVersionSchema, take);
export const saveDraftAction = staffAction(requestAnswerSchema, saveDraft);
export const completeAction = staffAction(requestAnswerSchema, complete);
export const markReadyAction = staffAction(requestAnswerSchema, markReady);
// a third parameter of the verb is a clock for tests, not for callers
export const sendAnswerAction = staffAction(
  requestAnswerSchema,
  (person, input) => sendAnswer(person, input),
  'sendAnswer',
);
export const fillAnswerAction = staffAction(fillSchema, (person, input) => fillAnswer(person, input), 'fillAnswer');
export const holdAction = staffAction(requestVersionSchema, (person, input) => hold(person, input), 'hold');
export const releaseAction = staffAction(requestVersionSchema, (person, input) => release(person, input), 'release');
export const confirmDebtAction = staffAction(requestVersionSchema, confirmDebt);
export const rejectDebtAction = staffAction(rejectSchema, (person, input) => rejectDebt(person, input), 'rejectDebt');
export const chooseMatchAction = staffAction(chooseMatchSchema, chooseMatch);
export const cancelSendingAction = staffAction(requestVersionSchema, cancelSending);
export const correctAction = staffAction(correctSchema, correct);
