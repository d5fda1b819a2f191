'use server';

import { redirect } from 'next/navigation';
import { safeNext } from '@/lib/auth/next-path';
import { chooseOrganization, requirePerson } from '@/lib/auth/session';

/**
 * «Сменить организацию»: the form names it and where to go then. The choice is a cookie that means something only to who
 * belongs there; without scripts it works the same.
 */
export async function switchOrganizationAction(form: unknown): Promise<void> {
  await requirePerson();
  const field = (name: string) => (form instanceof FormData ? String(form.get(name) ?? '') : '');
  if (/^[0-9a-f-]{36}$/i.test(field('organization'))) await chooseOrganization(field('organization'));
  redirect(field('next') ? safeNext(field('next')) : '/debt-requests');
}
