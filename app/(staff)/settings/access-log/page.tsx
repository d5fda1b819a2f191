import type { Metadata } from 'next';
import Link from 'next/link';
import { formatMoment } from '@/lib/calendar/format';
import { listAssignees } from '@/lib/debt-requests/registry';
import { ACCESS_ACTIONS, type AccessQuery, listAccess, parseAccessQuery } from '@/lib/staff/access-log';
import { staffPage } from '../../staff-page';
import { AdminsOnly } from '../admins-only';
import { SettingsTabs } from '../tabs';

export const metadata: Metadata = { title: 'Журнал доступа' };

export default staffPage('Журнал доступа', async (person, params) => {
  const query = parseAccessQuery(params);
  const [list, employees] = await Promise.all([listAccess(person, query), listAssignees(person)]);
  const now = new Date();
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Журнал доступа</h1>
        {list && (
          <a className="btn" href={`/settings/access-log/csv?${paramsOf(query, 1)}`} download>
            Скачать .csv
          </a>
        )}
      </div>
      <SettingsTabs current="access-log" />
      {list ? (
        <>
          <form className="filters" action="/settings/access-log" aria-label="Отбор записей">
            <div className="f">
              <label className="l" htmlFor="user">
                Сотрудник
              </label>
              <select className="in" id="user" name="user" defaultValue={query.userId ?? ''}>
                <option value="">Все сотрудники</option>
                {employees.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </div>
            <div className="f">
              <label className="l" htmlFor="action">
                Действие
              </label>
              <select className="in" id="action" name="action" defaultValue={query.action ?? ''}>
                <option value="">Любое</option>
                {Object.entries(ACCESS_ACTIONS).map(([action, label]) => (
                  <option key={action} value={action}>
                    {label}
                  </option>
                ))}
              </select>
            </div>
            <div className="f">
              <label className="l" htmlFor="from">
                С
              </label>
              <input className="in num" type="date" id="from" name="from" defaultValue={query.from ?? ''} />
            </div>
            <div className="f">
              <label className="l" htmlFor="until">
                По
              </label>
              <input className="in num" type="date" id="until" name="until" defaultValue={query.until ?? ''} />
            </div>
            <div className="f">
              <label className="l" htmlFor="number">
                Номер запроса
              </label>
              <input className="in num" id="number" name="number" maxLength={30} defaultValue={query.number} />
            </div>
            <button className="btn justify-self-start" type="submit">
              Найти
            </button>
          </form>
          <div className="wrap" tabIndex={-1}>
            {list.rows.length === 0 ? (
              <p className="pad q2 py-4">
                Записей нет. Здесь видно, кто открывал карточки, скачивал файлы и&nbsp;подтверждения.
              </p>
            ) : (
              <table className="rows tall">
                <caption className="sr">Кто получал доступ к&nbsp;персональным данным</caption>
                <thead>
                  <tr>
                    <th scope="col">Когда</th>
                    <th scope="col">Сотрудник</th>
                    <th scope="col">Действие</th>
                    <th scope="col">Запрос</th>
                    <th scope="col">Что</th>
                  </tr>
                </thead>
                <tbody>
                  {list.rows.map((row) => (
                    <tr key={row.id}>
                      <td className="num">{formatMoment(row.at, now)}</td>
                      <td>{row.name}</td>
                      <td>{ACCESS_ACTIONS[row.action]}</td>
                      <td className="num">
                        {row.requestId ? (
                          <Link href={`/debt-requests/${row.requestId}`} prefetch={false}>
                            {row.requestNumber}
                          </Link>
                        ) : (
                          (row.requestNumber ?? '—')
                        )}
                      </td>
                      <td>{row.subject ?? '—'}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </div>
          <footer className="foot">
            <span>Записи не&nbsp;может изменить или удалить никто: это запрещает сама база данных.</span>
            <nav className="pg" aria-label="Страницы">
              {query.page > 1 && <Link href={`/settings/access-log?${paramsOf(query, query.page - 1)}`}>Новее</Link>}
              {list.more && <Link href={`/settings/access-log?${paramsOf(query, query.page + 1)}`}>Старше</Link>}
            </nav>
          </footer>
        </>
      ) : (
        <AdminsOnly person={person} />
      )}
    </main>
  );
});

function paramsOf(query: AccessQuery, page: number): string {
  const params = new URLSearchParams();
  const put = (name: string, value: string | null) => value && params.set(name, value);
  put('user', query.userId);
  put('action', query.action);
  put('from', query.from);
  put('until', query.until);
  put('number', query.number);
  if (page > 1) params.set('page', String(page));
  return params.toString();
}
