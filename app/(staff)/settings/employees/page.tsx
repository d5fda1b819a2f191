import type { Metadata } from 'next';
import Link from 'next/link';
import { fullName } from '@/lib/auth/actor';
import { formatDate } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { ROLE_LABELS } from '@/lib/debt-requests/workflow';
import { type EmployeeRow, listEmployees } from '@/lib/staff/employees';
import { staffPage } from '../../staff-page';
import { AdminsOnly } from '../admins-only';
import { SettingsTabs } from '../tabs';

export const metadata: Metadata = { title: 'Сотрудники' };

export default staffPage('Сотрудники', async (person) => {
  const employees = await listEmployees(person);
  const today = moscowToday(new Date());
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Сотрудники</h1>
        {employees && (
          <Link className="btn" href="/settings/employees/new">
            Добавить сотрудника
          </Link>
        )}
      </div>
      <SettingsTabs current="employees" />
      {employees ? (
        <div className="wrap" tabIndex={-1}>
          <table className="rows tall">
            <caption className="sr">Сотрудники организации</caption>
            <thead>
              <tr>
                <th scope="col">Сотрудник</th>
                <th scope="col">Логин</th>
                <th scope="col">Роли</th>
                <th scope="col">Подразделение</th>
                <th scope="col">Отправка ответов</th>
                <th scope="col">Состояние</th>
              </tr>
            </thead>
            <tbody>
              {employees.map((employee) => (
                <tr key={employee.id} className={employee.blockedAt ? 'off' : ''}>
                  <td>
                    <Link href={`/settings/employees/${employee.id}`}>{fullName(employee)}</Link>
                  </td>
                  <td>{employee.login}</td>
                  <td>{employee.roles.map((role) => ROLE_LABELS[role]).join(', ')}</td>
                  <td>{employee.divisionName ?? <span className="q2">вся организация</span>}</td>
                  <td>{sending(employee)}</td>
                  <td>{stateOf(employee, today)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <AdminsOnly person={person} />
      )}
    </main>
  );
});

function sending({ canSend, gisEmployeeGuid }: EmployeeRow) {
  if (!canSend) return <span className="q2">нет</span>;
  return gisEmployeeGuid ? 'да' : <span className="warn">нет идентификатора ГИС&nbsp;ЖКХ</span>;
}

function stateOf({ blockedAt, awayFrom, awayUntil }: EmployeeRow, today: string) {
  if (blockedAt) return 'Заблокирован';
  if (awayFrom && awayUntil && awayUntil >= today) {
    return (
      <span className={awayFrom <= today ? 'warn' : ''}>
        отсутствует {formatDate(awayFrom)}–{formatDate(awayUntil)}
      </span>
    );
  }
  return 'Работает';
}
