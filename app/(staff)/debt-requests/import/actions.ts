'use server';

import { staffAction } from '@/lib/action';
import {
  answerFileIdSchema,
  chooseRows,
  chooseRowsSchema,
  confirmAnswers,
  confirmAnswersSchema,
  stopAnswers,
} from '@/lib/debt-requests/answer-files';

export const confirmAnswersAction = staffAction(confirmAnswersSchema, confirmAnswers);
export const stopAnswersAction = staffAction(answerFileIdSchema, stopAnswers);
export const chooseRowsAction = staffAction(chooseRowsSchema, chooseRows);
