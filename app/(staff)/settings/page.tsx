import type { Metadata } from 'next';
import Link from 'next/link';
import { Note } from '@/app/ui/note';
import { requirePerson } from '@/lib/auth/session';
import { keyStatus } from '@/lib/exchange/journal';
import { connectionCheck, getGisSettings, listAdmins } from '@/lib/staff/gis-settings';
import { linkView } from './link-view';
import { SettingsForm } from './settings-form';

export const metadata: Metadata = { title: 'Связь с\u00a0ГИС\u00a0ЖКХ' };

export default async function Settings() {
  const person = await requirePerson();
  const [settings, checked, key] = await Promise.all([getGisSettings(person), connectionCheck(person), keyStatus()]);

  const admins = settings ? [] : await listAdmins(person);

  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Связь с&nbsp;ГИС&nbsp;ЖКХ</h1>
        <p className="sync">
          <Link href="/help#connect">Как подключиться к&nbsp;порталу</Link>
        </p>
      </div>
      {settings && checked.ok ? (
        <SettingsForm settings={settings} link={linkView(checked.check, key, new Date())} />
      ) : (
        <div className="pad py-3">
          <Note className="max-w-[640px]">
            {admins.length > 0
              ? // no full stop: the initials end with one
                `Эти настройки видит и\u00a0меняет администратор: ${admins.join(', ')}`
              : 'Эти настройки видит и\u00a0меняет администратор, а\u00a0его в\u00a0организации пока нет.'}
          </Note>
        </div>
      )}
    </main>
  );
}
