import type { Metadata } from 'next';
import Link from 'next/link';
import { ListAddress } from '@/app/ui/address';
import { KeptScroll } from '@/app/ui/kept-scroll';
import { formatDate } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { listToVerify } from '@/lib/debt-requests/autofill';
import { TrailView } from '../../debt-requests/[id]/trail-view';
import { VerifyPanel } from '../../debt-requests/verify-panel';
import { staffPage } from '../../staff-page';
import { CourtTabs } from '../tabs';

export const metadata: Metadata = { title: 'Ждут подтверждения' };

/** Automatic «Да» that the debt clerk confirms one by one, the nearest term first. */
export default staffPage('Ждут подтверждения', async (person) => {
  const rows = await listToVerify(person);
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Ждут подтверждения</h1>
        <p className="sync">
          «Да», заполненное по&nbsp;судебным делам, уходит только после вашего слова.
          <br />
          Срок ответа от&nbsp;этого не&nbsp;сдвигается.
        </p>
      </div>
      <CourtTabs current="verification" />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Ждут подтверждения">
        <KeptScroll />
        {rows.length === 0 ? (
          <p className="pad q2 py-4">Подтверждать нечего.</p>
        ) : (
          <table className="rows tall">
            <caption className="sr">Ответы «существует», которые ждут подтверждения</caption>
            <thead>
              <tr>
                <th scope="col" className="w-[150px]">
                  Номер запроса
                </th>
                <th scope="col" className="w-[110px]">
                  Крайний срок
                </th>
                <th scope="col">Адрес, помещение</th>
                <th scope="col">Почему «Да»</th>
                <th scope="col" className="w-[360px]">
                  Решение
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td className="no num">
                    <Link href={`/debt-requests/${row.id}`} prefetch={false}>
                      {row.requestNumber}
                    </Link>
                  </td>
                  <td className="num">{formatDate(row.responseDate)}</td>
                  <td>
                    <ListAddress address={row.address} premises={row.addressDetails} />
                  </td>
                  <td>{row.kept && <TrailView trail={row.kept.trail} />}</td>
                  <td>
                    <VerifyPanel id={row.id} version={row.version} number={row.requestNumber} today={moscowToday()} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </main>
  );
});
