import type { Metadata } from 'next';
import { requirePerson } from '@/lib/auth/session';
import { PasswordForm } from './password-form';

export const metadata: Metadata = { title: 'Смена пароля' };

export default async function Password() {
  await requirePerson();
  return (
    <main className="main" id="main" tabIndex={-1}>
      <PasswordForm />
    </main>
  );
}
