import Link from 'next/link';
import type { ReactNode } from 'react';
import { hasRole } from '@/lib/auth/actor';
import { organizationsOf } from '@/lib/auth/person';
import { requirePerson } from '@/lib/auth/session';
import { countUnmatched } from '@/lib/debt-requests/match';
import { countNew } from '@/lib/debt-requests/registry';
import { ROLE_LABELS } from '@/lib/debt-requests/workflow';
import { countTroubled } from '@/lib/exchange/journal';
import { countUnread, latestNotifications } from '@/lib/notifications/notifications';
import { getPreferences } from '@/lib/staff/preferences';
import { signOutAction } from '../(auth)/actions';
import { Soon } from '../ui/soon';
import { Icon } from '../ui/sprite';
import { FreshOnReturn } from './fresh-on-return';
import { AllKeys, Keys, KeysMenuItem } from './keys';
import { Navigation } from './navigation';
import { Bell } from './notifications/bell';
import { BELL_SIZE, bellView } from './notifications/bell-view';
import { switchOrganizationAction } from './organization-actions';
import { LETTERS_OFF } from './shortcuts';

/** The frame of every staff page: header, navigation, keys of the page. */
export default async function StaffLayout({ children }: { children: ReactNode }) {
  const person = await requirePerson();
  const isAdmin = hasRole(person, 'admin');
  const counted = Promise.all([countNew(person), countTroubled(person), countUnmatched(person)]).then((counts) => (
    <Navigation counts={counts} isAdmin={isAdmin} />
  ));
  const navigation = <Soon content={counted} meanwhile={<Navigation counts={[0, 0, 0]} isAdmin={isAdmin} />} />;
  const [organizations, { letterKeys }, unread, latest] = await Promise.all([
    organizationsOf(person.userId),
    getPreferences(person),
    countUnread(person),
    latestNotifications(person, BELL_SIZE),
  ]);
  const organization = organizations.find(({ id }) => id === person.organizationId)?.name;

  return (
    <div className="app" {...(letterKeys ? {} : { [LETTERS_OFF]: '' })}>
      <a className="skip" href="#main">
        К&nbsp;содержанию
      </a>
      <header className="top">
        <Link className="brand" href="/debt-requests">
          Отклик
        </Link>
        <button className="tbtn menu-btn" type="button" popoverTarget="places">
          Меню <Icon name="down" />
        </button>
        {organizations.length > 1 ? (
          <>
            <button className="tbtn org" type="button" popoverTarget="organizations" title="Сменить организацию">
              {organization} <Icon name="down" />
            </button>
            <div className="menu" id="organizations" popover="auto">
              <ul>
                {organizations.map(({ id, name }) => (
                  <li key={id}>
                    <form action={switchOrganizationAction}>
                      <input type="hidden" name="organization" value={id} />
                      <button type="submit" aria-current={id === person.organizationId ? 'true' : undefined}>
                        {name}
                      </button>
                    </form>
                  </li>
                ))}
                <li>
                  <Link href="/all-organizations">Открытые запросы всех организаций</Link>
                </li>
              </ul>
            </div>
          </>
        ) : (
          <span className="tbtn org">{organization}</span>
        )}
        <span className="sp" />
        <Bell initial={bellView(unread, latest, new Date())} />
        <button className="tbtn" type="button" popoverTarget="person">
          {person.name} <span className="q wide">{person.roles.map((role) => ROLE_LABELS[role]).join(', ')}</span>{' '}
          <Icon name="down" />
        </button>
        <div className="menu" id="person" popover="auto">
          <ul>
            <li>
              <Link href="/password">Сменить пароль</Link>
            </li>
            <li>
              <KeysMenuItem />
            </li>
            <li>
              <form action={signOutAction}>
                <button type="submit">Выйти</button>
              </form>
            </li>
          </ul>
        </div>
        <nav className="menu places" id="places" popover="auto" aria-label="Меню">
          {navigation}
        </nav>
      </header>
      <nav className="side" aria-label="Разделы">
        {navigation}
        <Keys />
      </nav>
      {children}
      <AllKeys letterKeys={letterKeys} />
      <FreshOnReturn />
    </div>
  );
}
