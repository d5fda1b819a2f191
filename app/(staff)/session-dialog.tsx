'use client';

import { LoginForm } from '@/app/(auth)/login/login-form';
import { Dialog } from '@/app/ui/dialog';

/** Logs in again over the page, so that nothing typed into it is lost. */
export function SessionDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Сеанс закончился">
      <p className="mb-4">Введённое осталось на&nbsp;странице. Войдите, и&nbsp;можно продолжать.</p>
      <div className="again">
        <LoginForm next="/" onLoggedIn={onClose} />
      </div>
    </Dialog>
  );
}
