'use server';

import { redirect } from 'next/navigation';
import { endSession } from '@/lib/auth/session';

/** «Выйти»: `<form action={signOutAction}>`. Works without scripts and for whoever asks. */
export async function signOutAction(): Promise<void> {
  await endSession();
  redirect('/login');
}
