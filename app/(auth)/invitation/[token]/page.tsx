import type { Metadata } from 'next';
import Link from 'next/link';
import { findInvitation } from '@/lib/auth/invitations';
import { InvitationForm } from './invitation-form';

export const metadata: Metadata = { title: 'Первый вход', referrer: 'no-referrer' };

export default async function Invitation({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const invitation = await findInvitation(token.slice(0, 100));
  return (
    <div className="door">
      <main className="self-center">
        {invitation ? (
          <InvitationForm token={token} login={invitation.login} />
        ) : (
          <div className="grid gap-3 max-w-[400px]">
            <h1>Ссылка не&nbsp;действует</h1>
            <p>
              Она одноразовая и&nbsp;живёт трое суток. Если пароль уже выбран, <Link href="/login">войдите</Link>. Если
              нет, попросите у&nbsp;администратора новую.
            </p>
          </div>
        )}
      </main>
      <footer>Входы записываются в&nbsp;журнал.</footer>
    </div>
  );
}
