'use server';

import { redirect } from 'next/navigation';
import { fieldErrors } from '@/lib/action';
import { acceptInvitation, acceptSchema } from '@/lib/auth/invitations';
import { endSession } from '@/lib/auth/session';
import { invalid, type Result } from '@/lib/errors';

/** «Выйти»: `<form action={signOutAction}>`. Works without scripts and for whoever asks. */
export async function signOutAction(): Promise<void> {
  await endSession();
  redirect('/login');
}

/** The password of an invitation: whoever has the link may, so no session is asked for. */
export async function acceptInvitationAction(input: unknown): Promise<Result<{ login: string }>> {
  const parsed = acceptSchema.safeParse(input);
  if (!parsed.success) return invalid('Проверьте отмеченные поля.', fieldErrors(parsed.error));
  return acceptInvitation(parsed.data);
}
