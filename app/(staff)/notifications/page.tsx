import type { Metadata } from 'next';
import Link from 'next/link';
import { Pager } from '@/app/ui/pager';
import { formatMoment } from '@/lib/calendar/format';
import { aboutWhat, CHOICES, wantsLetter } from '@/lib/notifications/notification-words';
import { listNotifications, NOTIFICATIONS_PAGE } from '@/lib/notifications/notifications';
import { emailOf, getPreferences } from '@/lib/staff/preferences';
import { pageOf } from '../page-of';
import { staffPage } from '../staff-page';
import { MailChoice } from './mail-choice';
import { MarkAll } from './mark-all';

export const metadata: Metadata = { title: 'Уведомления' };

export default staffPage('Уведомления', async (person, params) => {
  const [list, preferences, email] = await Promise.all([
    listNotifications(person, pageOf(params)),
    getPreferences(person),
    emailOf(person),
  ]);
  const now = new Date();
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Уведомления</h1>
        {list.rows.some(({ unread }) => unread) && <MarkAll />}
      </div>
      <div className="pad py-3">
        {list.rows.length === 0 ? (
          <p className="q2">Уведомлений пока нет. Здесь появятся поручения, возвраты, отказы портала и&nbsp;сроки.</p>
        ) : (
          <table className="rows tall">
            <caption className="sr">Уведомления, новые первыми</caption>
            <thead>
              <tr>
                <th scope="col">Когда</th>
                <th scope="col">Что произошло</th>
                <th scope="col">О&nbsp;чём</th>
                <th scope="col">Состояние</th>
              </tr>
            </thead>
            <tbody>
              {list.rows.map((row) => (
                <tr key={row.id} className={row.unread ? '' : 'off'}>
                  <td className="num">{formatMoment(row.at, now)}</td>
                  <td>
                    <b className={row.bad ? 'bad' : ''}>{row.title}</b>
                  </td>
                  <td>
                    {row.href ? (
                      <Link href={row.href} prefetch={false}>
                        {row.detail ?? 'Открыть'}
                      </Link>
                    ) : (
                      (row.detail ?? '—')
                    )}
                  </td>
                  <td>{row.unread ? 'новое' : 'прочитано'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <Pager
          total={list.total}
          page={list.page}
          size={NOTIFICATIONS_PAGE}
          href={(page) => `/notifications${page > 1 ? `?page=${page}` : ''}`}
        />
        <section className="mt-5 max-w-[640px]" aria-labelledby="mail">
          <h2 id="mail">Письма</h2>
          <p className="mb-3">
            {email ? (
              <>Приходят на&nbsp;{email}, если уведомление не&nbsp;прочитано за&nbsp;две минуты. </>
            ) : (
              <>Почта не&nbsp;указана: письма не&nbsp;приходят. Её&nbsp;вносит администратор. </>
            )}
            <Link href="/notifications/letters">Последние письма</Link>
          </p>
          <MailChoice
            choices={[
              ...CHOICES.map((kind) => ({
                kind,
                label: aboutWhat(kind),
                wanted: wantsLetter(kind, preferences.mail),
              })),
              {
                kind: 'digest',
                label: 'сводка в\u00a008:30 по\u00a0рабочим дням',
                wanted: preferences.mail.digest !== false,
              },
            ]}
          />
        </section>
      </div>
    </main>
  );
});
