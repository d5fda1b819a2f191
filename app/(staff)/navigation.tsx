'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';

/** Only places that exist. */
export function Navigation({
  newRequests,
  troubled,
  isAdmin,
}: {
  newRequests: number;
  troubled: number;
  isAdmin: boolean;
}) {
  const path = usePathname();
  const current = (href: string) => (path.startsWith(href) ? { 'aria-current': 'page' as const } : {});
  return (
    <>
      <h2>Задолженность</h2>
      <Link href="/debt-requests" {...current('/debt-requests')}>
        Запросы
        <Count kind="on" count={newRequests} words="новых запросов" />
      </Link>
      <h2>Портал</h2>
      <Link href="/exchange" {...current('/exchange')}>
        Обмен с&nbsp;ГИС&nbsp;ЖКХ
        <Count kind="bad" count={troubled} words="отказов портала" />
      </Link>
      <h2>Организация</h2>
      {isAdmin && (
        <Link href="/settings" {...current('/settings')}>
          Настройки
        </Link>
      )}
      <Link href="/help" {...current('/help')}>
        Справка
      </Link>
    </>
  );
}

function Count({ kind, count, words }: { kind: 'on' | 'bad'; count: number; words: string }) {
  if (count === 0) return null;
  return (
    <span className={`n ${kind}`} title={`${words}: ${count}`}>
      {count}
      <span className="sr">&nbsp;— {words}</span>
    </span>
  );
}

type Legend = [keys: string[], does: string][];

const LIST: Legend = [
  [['↑', '↓'], 'строка'],
  [['Пробел'], 'выбрать'],
  [['Enter'], 'открыть'],
  [['F'], 'отбор'],
  [['/'], 'найти'],
];
const CARD: Legend = [
  [['Ctrl Enter'], 'сохранить'],
  [['Ctrl Shift Enter'], 'главная кнопка'],
  [['Esc'], 'в\u00a0реестр'],
];

/** Keys of the page, at the foot of the navigation. */
export function Keys() {
  const path = usePathname();
  const legend = path === '/debt-requests' ? LIST : path.startsWith('/debt-requests/') ? CARD : [];
  if (legend.length === 0) return null;
  return (
    <dl className="keys" aria-label="Клавиши">
      {legend.map(([keys, does]) => (
        <div key={does}>
          <dt>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}
