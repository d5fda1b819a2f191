import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { safeNext } from '@/lib/auth/next-path';
import { currentPerson } from '@/lib/auth/session';
import { LoginForm } from './login-form';

export const metadata: Metadata = { title: 'Вход' };

export default async function Login({ searchParams }: PageProps<'/login'>) {
  const { next, error } = await searchParams;
  if (await currentPerson()) redirect(safeNext(next));
  return (
    <div className="door">
      <main className="self-center">
        <LoginForm next={safeNext(next)} {...(typeof error === 'string' ? { error } : {})} />
      </main>
      <footer>Входы записываются в&nbsp;журнал.</footer>
    </div>
  );
}
