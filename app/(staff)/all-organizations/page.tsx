import type { Metadata } from 'next';
import { commonBeginning, splitAddress } from '@/app/ui/address';
import { Deadline } from '@/app/ui/deadline';
import { Pager } from '@/app/ui/pager';
import { StatusMark } from '@/app/ui/status-mark';
import { formatDate, formatDayMonth } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { deadlineInWords } from '@/lib/calendar/working-days';
import { INBOX_PAGE, listInbox } from '@/lib/debt-requests/inbox';
import { STATUS_LABELS } from '@/lib/debt-requests/workflow';
import { switchOrganizationAction } from '../organization-actions';
import { pageOf } from '../page-of';
import { staffPage } from '../staff-page';

export const metadata: Metadata = { title: 'Все организации' };

export default staffPage('Все организации', async (person, params) => {
  const inbox = await listInbox(person, pageOf(params));
  const today = moscowToday(new Date());
  const beginning = commonBeginning(inbox.rows.map((row) => row.address));
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Все организации</h1>
        <p className="sync">
          {inbox.organizations.map(({ id, name, open }, i) => (
            <span key={id}>
              {i > 0 && ', '}
              {name}: {open}
            </span>
          ))}
        </p>
      </div>
      <div className="wrap" tabIndex={-1}>
        {inbox.rows.length === 0 ? (
          <p className="pad q2 py-4">Открытых запросов ни&nbsp;в&nbsp;одной из&nbsp;ваших организаций нет.</p>
        ) : (
          <table className="rows tall">
            <caption className="sr">Открытые запросы всех ваших организаций, ближайшие сроки первыми</caption>
            <thead>
              <tr>
                <th scope="col">Номер запроса</th>
                <th scope="col">Крайний срок</th>
                <th scope="col">Адрес, помещение</th>
                <th scope="col">Статус</th>
                <th scope="col">Организация</th>
              </tr>
            </thead>
            <tbody>
              {inbox.rows.map((row) => {
                const { tone, words } = deadlineInWords(
                  today,
                  row.responseDate,
                  inbox.calendars.get(row.organizationId),
                );
                const { street, building, flat } = splitAddress(row.address, row.addressDetails, beginning);
                return (
                  <tr key={row.id}>
                    <td className="num">
                      <form action={switchOrganizationAction}>
                        <input type="hidden" name="organization" value={row.organizationId} />
                        <input type="hidden" name="next" value={`/debt-requests/${row.id}`} />
                        <button className="btn quiet sm flush" type="submit">
                          {row.requestNumber}
                        </button>
                      </form>
                    </td>
                    <td>
                      <Deadline
                        date={formatDayMonth(row.responseDate)}
                        words={words}
                        tone={tone}
                        full={formatDate(row.responseDate)}
                      />
                    </td>
                    <td>{[street, building, flat].filter(Boolean).join(', ')}</td>
                    <td>
                      <StatusMark shape={row.status} label={STATUS_LABELS[row.status]} />
                    </td>
                    <td>{row.organization}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
      </div>
      <footer className="foot">
        <span>Номер открывает карточку и&nbsp;переводит вас в&nbsp;её организацию.</span>
        <Pager
          total={inbox.total}
          page={inbox.page}
          size={INBOX_PAGE}
          href={(page) => `/all-organizations${page > 1 ? `?page=${page}` : ''}`}
        />
      </footer>
    </main>
  );
});
