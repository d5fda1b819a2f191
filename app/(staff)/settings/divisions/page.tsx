import type { Metadata } from 'next';
import { shortName } from '@/lib/auth/actor';
import { requirePerson } from '@/lib/auth/session';
import { listDivisionTree } from '@/lib/staff/divisions';
import { listEmployees } from '@/lib/staff/employees';
import { AdminsOnly } from '../admins-only';
import { SettingsTabs } from '../tabs';
import { DivisionsScreen } from './divisions-screen';

export const metadata: Metadata = { title: 'Подразделения' };

export default async function Divisions() {
  const person = await requirePerson();
  const [divisions, employees] = await Promise.all([listDivisionTree(person), listEmployees(person)]);
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Подразделения</h1>
      </div>
      <SettingsTabs current="divisions" />
      {divisions && employees ? (
        <DivisionsScreen
          divisions={divisions}
          employees={employees.filter((one) => !one.blockedAt).map((one) => ({ id: one.id, name: shortName(one) }))}
        />
      ) : (
        <AdminsOnly person={person} />
      )}
    </main>
  );
}
