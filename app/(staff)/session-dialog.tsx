'use client';

import { LoginForm } from '@/app/(auth)/login/login-form';
import { Dialog } from '@/app/ui/dialog';

interface SessionDialogProps {
  open: boolean;
  /** Without a log-in: the page must not ask the server for itself, or it becomes the log-in page. */
  onClose: () => void;
  onLoggedIn: () => void;
}

/**
 * Logs in again over the page, so that nothing typed into it is lost. It stands beside a form, never inside one: it holds a
 * form of its own, and a nested form's submit is the outer page's.
 */
export function SessionDialog({ open, onClose, onLoggedIn }: SessionDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Сеанс закончился">
      <p className="mb-4">Введённое осталось на&nbsp;странице. Войдите, и&nbsp;можно продолжать.</p>
      <div className="again">
        <LoginForm next="/" onLoggedIn={onLoggedIn} />
      </div>
    </Dialog>
  );
}
