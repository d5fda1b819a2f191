import type { ReactNode } from 'react';
import { Icon } from './sprite';

interface FieldProps {
  label: ReactNode;
  /** Of the control inside: its `id`; the error is `${id}-error` for its `aria-describedby`. */
  id: string;
  error?: string | undefined;
  hint?: string;
  children: ReactNode;
  className?: string;
}

/** Label above, what is wrong below (LOOK «Field»). */
export function Field({ label, id, error, hint, children, className = '' }: FieldProps) {
  return (
    <div className={`f ${className}`}>
      <label className="l" htmlFor={id}>
        {label}
      </label>
      {children}
      {hint && <p className="hint mt-1">{hint}</p>}
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}

export function FieldError({ id, error }: { id?: string; error: string | undefined }) {
  if (!error) return null;
  return (
    <p className="err mt-1" id={id}>
      <Icon name="send_failed" size={12} />
      {error}
    </p>
  );
}

/** What a control with that `id` tells to a screen reader about its error. */
export const errorProps = (id: string, error: string | undefined) =>
  error ? { 'aria-invalid': true, 'aria-describedby': `${id}-error` } : {};
