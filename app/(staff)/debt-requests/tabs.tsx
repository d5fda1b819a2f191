import Link from 'next/link';
import type { Person } from '@/lib/auth/actor';
import { countPrepared } from '@/lib/debt-requests/prepared';

const TABS = [
  ['registry', '/debt-requests', 'Реестр'],
  ['statistics', '/debt-requests/statistics', 'Статистика'],
  ['prepared', '/debt-requests/prepared', 'Подготовленные исполнителем'],
  ['export', '/debt-requests/export', 'Скачать файл'],
  ['import', '/debt-requests/import', 'Загрузить из\u00a0файла'],
] as const;
export type RequestsTab = (typeof TABS)[number][0];

/** Tabs of «Запросы о задолженности», as in РИАС. */
export async function RequestsTabs({ person, current }: { person: Person; current: RequestsTab }) {
  const prepared = await countPrepared(person);
  return (
    <nav className="tabs" aria-label="Запросы о&nbsp;задолженности">
      {TABS.map(([tab, href, label]) => (
        <Link key={tab} href={href} aria-current={tab === current ? 'page' : undefined}>
          {label}
          {tab === 'prepared' && prepared > 0 && (
            <>
              {' '}
              <span className="n">
                {prepared}
                <span className="sr">&nbsp;ждут проверки</span>
              </span>
            </>
          )}
        </Link>
      ))}
    </nav>
  );
}
