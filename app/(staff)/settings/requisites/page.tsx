import type { Metadata } from 'next';
import { requirePerson } from '@/lib/auth/session';
import { getAutoAnswer } from '@/lib/debt-requests/autoanswer-settings';
import { getRequisites } from '@/lib/staff/requisites';
import { AdminsOnly } from '../admins-only';
import { SettingsTabs } from '../tabs';
import { AutoAnswer } from './auto-answer';
import { RequisitesForm } from './requisites-form';

export const metadata: Metadata = { title: 'Реквизиты' };

export default async function RequisitesPage() {
  const person = await requirePerson();
  const [requisites, automatic] = await Promise.all([getRequisites(person), getAutoAnswer(person)]);
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Реквизиты</h1>
      </div>
      <SettingsTabs current="requisites" />
      {requisites && automatic ? (
        <>
          <RequisitesForm initial={{ name: requisites.name, inn: requisites.inn ?? '', ogrn: requisites.ogrn ?? '' }} />
          <AutoAnswer person={person} view={automatic} now={new Date()} />
        </>
      ) : (
        <AdminsOnly person={person} />
      )}
    </main>
  );
}
