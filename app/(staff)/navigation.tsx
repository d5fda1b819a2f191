'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';

/** Only places that exist. */
export function Navigation({
  counts: [newRequests, troubled, unmatched],
  isAdmin,
}: {
  /** New requests, refusals of the portal, requests of no known premises. */
  counts: readonly [number, number, number];
  isAdmin: boolean;
}) {
  const path = usePathname();
  const current = (href: string) => (path.startsWith(href) ? { 'aria-current': 'page' as const } : {});
  return (
    <>
      <h2>Задолженность</h2>
      <Link href="/debt-requests" {...(path.startsWith('/debt-requests/matching') ? {} : current('/debt-requests'))}>
        Запросы
        <Count kind="on" count={newRequests} words="новых запросов" />
      </Link>
      <Link href="/radar" {...current('/radar')}>
        Радар
      </Link>
      <Link href="/debt-requests/matching" {...current('/debt-requests/matching')}>
        Не&nbsp;сопоставлены
        <Count kind="on" count={unmatched} words="не&nbsp;сопоставленных запросов" />
      </Link>
      <h2>Учёт</h2>
      <Link href="/court-cases" {...current('/court-cases')}>
        Судебная задолженность
      </Link>
      <Link href="/accounts" {...current('/accounts')}>
        Лицевые счета
      </Link>
      <Link href="/houses" {...current('/houses')}>
        Дома и&nbsp;помещения
      </Link>
      <h2>Портал</h2>
      <Link href="/exchange" {...current('/exchange')}>
        Обмен с&nbsp;ГИС&nbsp;ЖКХ
        <Count kind="bad" count={troubled} words="отказов портала" />
      </Link>
      <h2>Организация</h2>
      {isAdmin && (
        <>
          <Link href="/settings/employees" {...current('/settings/employees')}>
            Сотрудники
          </Link>
          <Link href="/settings" {...(path.startsWith('/settings/employees') ? {} : current('/settings'))}>
            Настройки
          </Link>
        </>
      )}
      <Link href="/rights" {...current('/rights')}>
        Кто что может
      </Link>
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
