'use server';

import { z } from 'zod';
import { staffAction } from '@/lib/action';
import { retryExchange, retrySchema, retryWaiting } from '@/lib/exchange/journal';

export const retryExchangeAction = staffAction(retrySchema, retryExchange);
export const retryWaitingAction = staffAction(z.object({}), (person) => retryWaiting(person), 'retryWaiting');
