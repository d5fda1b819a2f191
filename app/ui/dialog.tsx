'use client';

import { type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogProps {
  open: boolean;
  /** Esc and the refusing button. */
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  /** Buttons: a verb on each. The one with `data-first` has the focus: main for what can be undone, refusing for what cannot. */
  buttons?: ReactNode;
}

/** The native modal: the browser keeps the focus inside and gives it back where it was. */
export function Dialog({ open, onClose, title, children, buttons }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();

  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (open && !element.open) {
      element.showModal();
      element.querySelector<HTMLElement>('[data-first]')?.focus();
    }
    if (!open && element.open) element.close();
  }, [open]);

  return (
    <dialog
      ref={dialog}
      className="dlg"
      role="alertdialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-body`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {open && (
        <>
          <h2 id={`${id}-title`}>{title}</h2>
          <div id={`${id}-body`}>{children}</div>
          {buttons && <div className="go">{buttons}</div>}
        </>
      )}
    </dialog>
  );
}
