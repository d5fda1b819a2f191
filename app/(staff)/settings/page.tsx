import type { Metadata } from 'next';
import Link from 'next/link';
import { requirePerson } from '@/lib/auth/session';
import { keyStatus } from '@/lib/exchange/journal';
import { connectionCheck, getGisSettings } from '@/lib/staff/gis-settings';
import { AdminsOnly } from './admins-only';
import { linkView } from './link-view';
import { SettingsForm } from './settings-form';
import { SettingsTabs } from './tabs';

export const metadata: Metadata = { title: 'Связь с\u00a0ГИС\u00a0ЖКХ' };

export default async function Settings() {
  const person = await requirePerson();
  const [settings, checked, key] = await Promise.all([getGisSettings(person), connectionCheck(person), keyStatus()]);

  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Связь с&nbsp;ГИС&nbsp;ЖКХ</h1>
        <p className="sync">
          <Link href="/help#connect">Как подключиться к&nbsp;порталу</Link>
        </p>
      </div>
      <SettingsTabs current="link" />
      {settings && checked.ok ? (
        <SettingsForm settings={settings} link={linkView(checked.check, key, new Date())} />
      ) : (
        <AdminsOnly person={person} />
      )}
    </main>
  );
}
