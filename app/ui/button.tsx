import type { ComponentProps, ReactNode } from 'react';

const CLASSES = { main: 'btn pri', plain: 'btn', quiet: 'btn quiet', stop: 'btn stop' };

interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'> {
  kind?: keyof typeof CLASSES;
  small?: boolean;
  /** Stays in place and in the tab order, and does nothing; `aria-describedby` names the reason beside it. */
  unavailable?: boolean;
  keys?: string;
  children: ReactNode;
}

/** One `main` a view. A button that cannot be pressed now is never hidden: it says why (LOOK «Buttons»). */
export function Button({ kind = 'plain', small, unavailable, keys, className = '', children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${CLASSES[kind]}${small ? ' sm' : ''} ${className}`.trim()}
      {...(unavailable ? { 'aria-disabled': true, onClick: undefined, type: 'button' as const } : {})}
    >
      {children}
      {keys && <kbd>{keys}</kbd>}
    </button>
  );
}
