import type { Metadata } from 'next';
import { requirePerson } from '@/lib/auth/session';
import { getRequisites } from '@/lib/staff/requisites';
import { AdminsOnly } from '../admins-only';
import { SettingsTabs } from '../tabs';
import { RequisitesForm } from './requisites-form';

export const metadata: Metadata = { title: 'Реквизиты' };

export default async function RequisitesPage() {
  const person = await requirePerson();
  const requisites = await getRequisites(person);
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Реквизиты</h1>
      </div>
      <SettingsTabs current="requisites" />
      {requisites ? (
        <RequisitesForm initial={{ name: requisites.name, inn: requisites.inn ?? '', ogrn: requisites.ogrn ?? '' }} />
      ) : (
        <AdminsOnly person={person} />
      )}
    </main>
  );
}
