'use server';

import { staffAction } from '@/lib/action';
import { changePassword, changePasswordSchema } from '@/lib/auth/change-password';
import { renewSession } from '@/lib/auth/session';

export const changePasswordAction = staffAction(
  changePasswordSchema,
  async (person, input) => {
    const result = await changePassword(person, input);
    if (!result.ok) return result;
    // all sessions of the person have ended; this browser has just proved the password
    await renewSession({ userId: person.userId, tokenVersion: result.tokenVersion });
    return { ok: true as const };
  },
  'changePassword',
);
