import type { ReactNode } from 'react';

const KINDS = { plain: 'note', info: 'note info-note', warn: 'note warn-note', bad: 'note bad-note' };

interface NoteProps {
  /** plain = a result, info = under way or a choice, warn = attention, bad = failure. */
  kind?: keyof typeof KINDS;
  /** Said aloud when it appears; only for what a person must not miss. */
  alert?: boolean;
  className?: string;
  children: ReactNode;
}

export function Note({ kind = 'plain', alert, className = '', children }: NoteProps) {
  return (
    <section className={`${KINDS[kind]} ${className}`} role={alert ? 'alert' : undefined}>
      {children}
    </section>
  );
}
