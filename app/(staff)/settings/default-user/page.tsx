import type { Metadata } from 'next';
import { fullName } from '@/lib/auth/actor';
import { requirePerson } from '@/lib/auth/session';
import { getDefaultResponsible } from '@/lib/staff/divisions';
import { listEmployees } from '@/lib/staff/employees';
import { AdminsOnly } from '../admins-only';
import { SettingsTabs } from '../tabs';
import { DefaultUserForm } from './default-user-form';

export const metadata: Metadata = { title: 'Пользователь для ГИС\u00a0ЖКХ' };

export default async function DefaultUser() {
  const person = await requirePerson();
  const [employees, chosen] = await Promise.all([listEmployees(person), getDefaultResponsible(person)]);
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Пользователь для ГИС&nbsp;ЖКХ</h1>
      </div>
      <SettingsTabs current="default-user" />
      {employees ? (
        <DefaultUserForm
          chosen={chosen}
          employees={employees
            .filter((one) => !one.blockedAt)
            .map((one) => ({
              id: one.id,
              name: fullName(one),
              fit: one.canSend && one.gisEmployeeGuid !== null,
            }))}
        />
      ) : (
        <AdminsOnly person={person} />
      )}
    </main>
  );
}
