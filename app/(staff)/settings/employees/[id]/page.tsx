import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Icon } from '@/app/ui/sprite';
import { fullName, hasRole } from '@/lib/auth/actor';
import { requirePerson } from '@/lib/auth/session';
import { burdenOf } from '@/lib/debt-requests/assign';
import { listDivisions } from '@/lib/debt-requests/registry';
import { getEmployee, listEmployees } from '@/lib/staff/employees';
import { AdminsOnly } from '../../admins-only';
import { SettingsTabs } from '../../tabs';
import { EmployeeForm } from './employee-form';

export const metadata: Metadata = { title: 'Сотрудник' };

export default async function EmployeePage({ params }: { params: Promise<{ id: string }> }) {
  const person = await requirePerson();
  const { id } = await params;
  const isNew = id === 'new';
  const allowed = hasRole(person, 'admin');
  const [employee, divisions, everybody, burden] = await Promise.all([
    isNew ? null : getEmployee(person, id),
    listDivisions(person),
    listEmployees(person),
    isNew || !/^[0-9a-f-]{36}$/i.test(id) ? null : burdenOf(person, id),
  ]);
  if (allowed && !isNew && !employee) notFound();
  const title = employee ? fullName(employee) : 'Новый сотрудник';
  const colleagues = (everybody ?? [])
    .filter((one) => one.id !== id && !one.blockedAt)
    .map((one) => ({ id: one.id, name: fullName(one) }));
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <Link className="btn quiet sm flush" href="/settings/employees">
          <Icon name="left" /> Сотрудники
        </Link>
        <h1>{allowed ? title : 'Сотрудник'}</h1>
      </div>
      <SettingsTabs current="employees" />
      {allowed ? (
        <EmployeeForm
          key={employee?.stamp ?? 'new'}
          employee={employee}
          divisions={divisions}
          colleagues={colleagues}
          burden={burden}
        />
      ) : (
        <AdminsOnly person={person} />
      )}
    </main>
  );
}
