'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import { Icon } from '@/app/ui/sprite';

/** Which blocks a person has closed, while the page lives: the next card opens alike. Nothing is stored. */
const closed = new Set<string>();

interface BlockProps {
  name: string;
  title: ReactNode;
  /** At the right end of the heading, while the block is open. */
  aside?: ReactNode;
  children: ReactNode;
}

/** A collapsible block of the card, as in 1С. Printed open. */
export function Block({ name, title, aside, children }: BlockProps) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const element = details.current!;
    // on the server every block is open
    element.open = !closed.has(name);
    let wasOpen = true;
    const open = () => {
      wasOpen = element.open;
      element.open = true;
    };
    const restore = () => {
      element.open = wasOpen;
    };
    const remember = () => {
      if (element.open) closed.delete(name);
      else closed.add(name);
    };
    window.addEventListener('beforeprint', open);
    window.addEventListener('afterprint', restore);
    element.addEventListener('toggle', remember);
    return () => {
      window.removeEventListener('beforeprint', open);
      window.removeEventListener('afterprint', restore);
      element.removeEventListener('toggle', remember);
    };
  }, [name]);
  return (
    <details className="block" id={`block-${name}`} ref={details} open>
      <summary>
        <h2>{title}</h2>
        <Icon name="down" />
      </summary>
      {aside && <span className="aside q2">{aside}</span>}
      {children}
    </details>
  );
}

/** A field that a message points at must not lie in a closed block. */
export function openBlock(name: string): void {
  const block = document.getElementById(`block-${name}`);
  if (block instanceof HTMLDetailsElement) block.open = true;
}
