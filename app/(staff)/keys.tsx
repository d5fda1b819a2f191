'use client';

import { usePathname, useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { saveLetterKeysAction } from './keys-actions';
import { refusalInWords } from './refusal-words';
import { onShortcut } from './shortcuts';

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

const ALL: { title: string; keys: Legend }[] = [
  {
    title: 'Реестр',
    keys: [
      [['↓', '↑', 'J', 'K'], 'следующая и\u00a0предыдущая строка'],
      [['Enter'], 'открыть строку'],
      [['Пробел', 'X'], 'выбрать; с\u00a0Shift\u00a0— всё до этой строки'],
      [['Ctrl A'], 'выбрать всю страницу'],
      [['F'], 'раскрыть условия отбора'],
    ],
  },
  {
    title: 'Подготовленные исполнителем',
    keys: [
      [['S'], 'отправить; ещё спросит'],
      [['R'], 'вернуть на\u00a0доработку'],
    ],
  },
  {
    title: 'Карточка запроса',
    keys: [
      [['J', 'K'], 'следующий и\u00a0предыдущий запрос отбора'],
      [['Ctrl Enter'], '«Сохранить»'],
      [['Ctrl Shift Enter'], 'главная кнопка; отправка ещё спросит'],
    ],
  },
  {
    title: 'Радар',
    keys: [
      [['↓', '↑'], 'следующее и\u00a0предыдущее подразделение или сотрудник'],
      [['Enter'], 'показать его запросы в\u00a0реестре'],
    ],
  },
  {
    title: 'Везде',
    keys: [
      [['/'], 'поле номера в\u00a0реестре'],
      [['Esc'], 'выйти из\u00a0поля, закрыть, снять выбор, вернуться в\u00a0реестр'],
      [['?'], 'этот список'],
    ],
  },
];

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
        <dl aria-label="Клавиши страницы">
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
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [on, setOn] = useState(letterKeys);
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
    document.getElementById('number')?.focus();
  }, [path]);

  const change = async (wanted: boolean) => {
    setOn(wanted);
    setProblem(null);
    const result = await saveLetterKeysAction({ letterKeys: wanted });
    if (result.ok) return router.refresh();
    setOn(!wanted);
    setProblem(refusalInWords(result));
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Клавиши"
      buttons={
        <Button data-first onClick={onClose}>
          Закрыть
        </Button>
      }
    >
      {ALL.map(({ title, keys }) => (
        <section key={title} aria-label={title} className="mb-3">
          <h3>{title}</h3>
          <dl className="keys all">
            {keys.map(([caps, does]) => (
              <div key={does}>
                <Caps keys={caps} />
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <p className="q2 mb-2">Клавиши считаются по&nbsp;месту на&nbsp;клавиатуре: раскладка не&nbsp;важна.</p>
      <label className="ck">
        <input type="checkbox" checked={on} onChange={(event) => void change(event.target.checked)} />
        <span>Буквы и&nbsp;знаки без Ctrl: J, K, X, F, «/», «?». Без галочки работают только остальные клавиши.</span>
      </label>
      <div role="alert">{problem && <p className="err">{problem}</p>}</div>
    </Dialog>
  );
}

function Caps({ keys }: { keys: string[] }) {
  return (
    <dt>
      {keys.map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </dt>
  );
}
