import Link from 'next/link';

const TABS = [
  ['files', '/debt-requests/import', 'Файлы'],
  ['sample', '/debt-requests/import/sample', 'Пример'],
  ['format', '/debt-requests/import/format', 'Формат'],
] as const;

/** «Пример», «Формат» beside the list, as in РИАС. */
export function ImportTabs({ current }: { current: (typeof TABS)[number][0] }) {
  return (
    <nav className="seg" aria-label="Загрузить из&nbsp;файла">
      {TABS.map(([tab, href, label]) => (
        <Link key={tab} href={href} aria-current={tab === current ? 'true' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
