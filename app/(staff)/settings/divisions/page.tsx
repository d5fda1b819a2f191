import type { Metadata } from 'next';
import { requirePerson } from '@/lib/auth/session';
import { listAssignees } from '@/lib/debt-requests/registry';
import { listDivisionTree } from '@/lib/staff/divisions';
import { AdminsOnly } from '../admins-only';
import { SettingsTabs } from '../tabs';
import { DivisionsScreen } from './divisions-screen';

export const metadata: Metadata = { title: 'Подразделения' };

export default async function Divisions() {
  const person = await requirePerson();
  const [divisions, employees] = await Promise.all([listDivisionTree(person), listAssignees(person)]);
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Подразделения</h1>
      </div>
      <SettingsTabs current="divisions" />
      {divisions ? <DivisionsScreen divisions={divisions} employees={employees} /> : <AdminsOnly person={person} />}
    </main>
  );
}
