import Link from 'next/link';
import type { ReactNode } from 'react';
import { hasRole } from '@/lib/auth/actor';
import { requirePerson } from '@/lib/auth/session';
import { countNew } from '@/lib/debt-requests/registry';
import { ROLE_LABELS } from '@/lib/debt-requests/workflow';
import { countTroubled } from '@/lib/exchange/journal';
import { organizationName } from '@/lib/staff/organization';
import { getPreferences } from '@/lib/staff/preferences';
import { signOutAction } from '../(auth)/actions';
import { Icon } from '../ui/sprite';
import { FreshOnReturn } from './fresh-on-return';
import { AllKeys, Keys, KeysMenuItem } from './keys';
import { Navigation } from './navigation';
import { LETTERS_OFF } from './shortcuts';

/** The frame of every staff page: header, navigation, keys of the page. */
export default async function StaffLayout({ children }: { children: ReactNode }) {
  const person = await requirePerson();
  const [organization, newRequests, troubled, { letterKeys }] = await Promise.all([
    organizationName(person),
    countNew(person),
    countTroubled(person),
    getPreferences(person),
  ]);
  const navigation = <Navigation newRequests={newRequests} troubled={troubled} isAdmin={hasRole(person, 'admin')} />;

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
        <span className="tbtn org">{organization}</span>
        <span className="sp" />
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
