import Link from 'next/link';

const TABS = [
  ['cases', '/court-cases', 'Дела'],
  ['verification', '/court-cases/verification', 'Ждут подтверждения'],
] as const;

export function CourtTabs({ current }: { current: (typeof TABS)[number][0] }) {
  return (
    <nav className="tabs" aria-label="Судебная задолженность">
      {TABS.map(([tab, href, label]) => (
        <Link key={tab} href={href} aria-current={tab === current ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
