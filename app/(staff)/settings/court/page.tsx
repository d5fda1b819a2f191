import type { Metadata } from 'next';
import { requirePerson } from '@/lib/auth/session';
import { getFillSettings } from '@/lib/staff/fill-settings';
import { AdminsOnly } from '../admins-only';
import { SettingsTabs } from '../tabs';
import { FillSettingsForm } from './fill-settings-form';

export const metadata: Metadata = { title: 'Заполнение ответов' };

export default async function CourtSettings() {
  const person = await requirePerson();
  const settings = await getFillSettings(person);
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Заполнение ответов</h1>
      </div>
      <SettingsTabs current="court" />
      {settings ? <FillSettingsForm initial={settings} /> : <AdminsOnly person={person} />}
    </main>
  );
}
