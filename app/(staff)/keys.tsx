'use client';

import { usePathname } from 'next/navigation';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Caps } from '../ui/caps';
import { NotLoaded } from '../ui/not-loaded';
import { onShortcut } from './shortcuts';

/** Brought when it is first asked for. */
const KeysDialog = lazy(() => import('./keys-dialog').catch(() => ({ default: NotLoaded })));

type Legend = [keys: string[], does: string][];

const LIST: Legend = [
  [['↑', '↓'], 'строка'],
  [['Пробел'], 'выбрать'],
  [['Enter'], 'открыть'],
  [['F'], 'отбор'],
  [['/'], 'найти'],
];
const REVIEW: Legend = [
  [['↑', '↓'], 'запрос'],
  [['Пробел'], 'выбрать'],
  [['S'], 'отправить'],
  [['R'], 'вернуть'],
];
const CARD: Legend = [
  [['J', 'K'], 'соседний'],
  [['Ctrl Enter'], 'сохранить'],
  [['Esc'], 'в\u00a0реестр'],
];

const RADAR: Legend = [
  [['↑', '↓'], 'подразделение'],
  [['Enter'], 'показать в\u00a0реестре'],
];

const LEGENDS: Record<string, Legend | undefined> = {
  '/debt-requests': LIST,
  '/debt-requests/prepared': REVIEW,
  '/radar': RADAR,
};

/** What opens «Клавиши» from elsewhere in the frame. */
const OPEN = 'keys-open';
const askForKeys = () => document.dispatchEvent(new Event(OPEN));

/** Keys of the page, at the foot of the navigation. */
export function Keys() {
  const path = usePathname();
  const legend = LEGENDS[path] ?? (/^\/debt-requests\/[0-9a-f-]{36}$/.test(path) ? CARD : []);
  return (
    <div className="keys">
      {legend.length > 0 && (
        // another legend, not the same one moved
        <dl key={path} aria-label="Клавиши страницы">
          {legend.map(([keys, does]) => (
            <div key={does}>
              <Caps keys={keys} />
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      )}
      <button className="btn quiet sm flush" type="button" onClick={askForKeys}>
        <kbd>?</kbd> все клавиши
      </button>
    </div>
  );
}

/** The same from the person's menu: the foot of the navigation is not shown in narrow windows. */
export function KeysMenuItem() {
  return (
    <button type="button" popoverTarget="person" popoverTargetAction="hide" onClick={askForKeys}>
      Клавиши
    </button>
  );
}

/** «?» and «/» on every page, and the list of all keys with the switch for single letters. */
export function AllKeys({ letterKeys }: { letterKeys: boolean }) {
  const path = usePathname();
  const [open, setOpen] = useState(false);
  const asked = useRef(false);
  const toNumber = useRef(false);
  const onClose = () => setOpen(false);

  useEffect(() => {
    const show = () => setOpen(true);
    document.addEventListener(OPEN, show);
    return () => document.removeEventListener(OPEN, show);
  }, []);
  useEffect(
    () =>
      onShortcut([
        ['Shift+Slash', () => setOpen(true)],
        [
          'Slash',
          () => {
            const field = document.getElementById('number');
            if (field) return field.focus();
            toNumber.current = true;
            // as a person would: a card with unsaved text asks before it lets go
            document.querySelector<HTMLAnchorElement>('.side a[href="/debt-requests"]')?.click();
          },
        ],
      ]),
    [],
  );
  useEffect(() => {
    if (!toNumber.current || path !== '/debt-requests') return;
    toNumber.current = false;
    const focus = () => {
      const field = document.getElementById('number');
      field?.focus();
      return field !== null;
    };
    if (focus()) return;
    // the list is still asked for
    const observer = new MutationObserver(() => focus() && observer.disconnect());
    observer.observe(document.body, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [path]);

  asked.current ||= open;
  return <Suspense>{asked.current && <KeysDialog open={open} onClose={onClose} letterKeys={letterKeys} />}</Suspense>;
}
