import Link from 'next/link';

export function Tabs({ current }: { current: 'messages' | 'syncs' }) {
  return (
    <nav className="tabs" aria-label="Обмен">
      <Link href="/exchange" aria-current={current === 'messages' ? 'page' : undefined}>
        Сообщения
      </Link>
      <Link href="/exchange/syncs" aria-current={current === 'syncs' ? 'page' : undefined}>
        Предыдущие синхронизации
      </Link>
    </nav>
  );
}
