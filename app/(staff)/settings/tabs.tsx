import Link from 'next/link';

const TABS = [
  ['requisites', '/settings/requisites', 'Реквизиты'],
  ['link', '/settings', 'Связь с\u00a0ГИС\u00a0ЖКХ'],
  ['default-user', '/settings/default-user', 'Пользователь для ГИС\u00a0ЖКХ'],
  ['court', '/settings/court', 'Заполнение ответов'],
  ['calendar', '/settings/calendar', 'Календарь'],
  ['divisions', '/settings/divisions', 'Подразделения'],
  ['employees', '/settings/employees', 'Сотрудники'],
  ['retention', '/settings/retention', 'Хранение'],
  ['access-log', '/settings/access-log', 'Журнал доступа'],
  ['state', '/settings/state', 'Состояние'],
] as const;
export type SettingsTab = (typeof TABS)[number][0];

/** Tabs of «Организация», as in the profile of РИАС. */
export function SettingsTabs({ current }: { current: SettingsTab }) {
  return (
    <nav className="tabs" aria-label="Организация">
      {TABS.map(([tab, href, label]) => (
        <Link key={tab} href={href} aria-current={tab === current ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
