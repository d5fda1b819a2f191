'use client';

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Icon } from '@/app/ui/sprite';
import { onShortcut } from '../shortcuts';

/** Box of the table: ↑ and ↓ walk the names of its rows, which are links; Enter is theirs. */
export function WalkedRows({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const move = (by: 1 | -1) => {
      const links = [...box.current!.querySelectorAll<HTMLAnchorElement>('tbody th a')];
      if (links.length === 0) return false;
      const at = links.findIndex((link) => link.closest('tr')!.contains(document.activeElement));
      const next = links[at === -1 ? (by === 1 ? 0 : links.length - 1) : at + by];
      next?.focus();
      next?.scrollIntoView({ block: 'nearest' });
    };
    return onShortcut([
      ['ArrowDown', () => move(1)],
      ['ArrowUp', () => move(-1)],
    ]);
  }, []);
  return (
    <div className="relative overflow-x-auto" ref={box}>
      {children}
    </div>
  );
}

interface DivisionProps {
  className: string;
  name: string;
  /** What stands in the head of the row. */
  link: ReactNode;
  cells: ReactNode;
  /** Rows of its people. */
  people: ReactNode;
  open: boolean;
}

/** Row of a division, which unfolds to its people. */
export function Division({ className, name, link, cells, people, open: atFirst }: DivisionProps) {
  const [open, setOpen] = useState(atFirst);
  return (
    <>
      <tr className={className}>
        <th scope="row">
          <div className="flex">
            <button
              className="tw scripted"
              type="button"
              aria-expanded={open}
              aria-label={`Сотрудники: ${name}`}
              onClick={() => setOpen(!open)}
            >
              <Icon name="down" />
            </button>
            {link}
          </div>
        </th>
        {cells}
      </tr>
      {open && people}
    </>
  );
}
