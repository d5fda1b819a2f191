import type { Metadata } from 'next';
import Link from 'next/link';
import { ListAddress } from '@/app/ui/address';
import { KeptScroll } from '@/app/ui/kept-scroll';
import { Pager } from '@/app/ui/pager';
import { Icon } from '@/app/ui/sprite';
import { formatDate } from '@/lib/calendar/format';
import { listUnmatched, UNMATCHED_PAGE } from '@/lib/debt-requests/match';
import { UUID } from '@/lib/debt-requests/registry-query';
import { pageOf } from '../../page-of';
import { staffPage } from '../../staff-page';
import { Candidates } from './candidates';

export const metadata: Metadata = { title: 'Не\u00a0сопоставлены' };

/** «Не сопоставлен» and «Несколько вариантов»: the address of each request beside the premises that look like it. */
export default staffPage('Не\u00a0сопоставлены', async (person, params) => {
  const asked = typeof params.request === 'string' && UUID.test(params.request) ? params.request : null;
  const list = await listUnmatched(person, pageOf(params), asked);
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <Link className="btn quiet sm flush" href="/debt-requests">
          <Icon name="left" /> Реестр
        </Link>
        <h1>{asked ? 'Сопоставить запрос' : `Не\u00a0сопоставлены: ${list.total}`}</h1>
        <p className="sync">
          Пока помещение не&nbsp;известно, ответ сам не&nbsp;заполнится.
          <br />
          Ответить вручную можно и&nbsp;так.
        </p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Запросы без помещения">
        <KeptScroll />
        {!list.hasAccounts ? (
          <p className="pad q2 py-4">
            Лицевых счетов ещё нет, сопоставлять не&nbsp;с&nbsp;чем. <Link href="/accounts">Лицевые счета</Link>
          </p>
        ) : list.rows.length === 0 ? (
          <p className="pad q2 py-4">{asked ? 'Запрос сопоставлен.' : 'Все открытые запросы сопоставлены.'}</p>
        ) : (
          <table className="rows tall">
            <caption className="sr">Запросы без помещения, по&nbsp;крайнему сроку</caption>
            <thead>
              <tr>
                <th scope="col" className="w-[150px]">
                  Номер запроса
                </th>
                <th scope="col" className="w-[100px]">
                  Крайний срок
                </th>
                <th scope="col" className="w-[340px]">
                  Адрес, помещение
                </th>
                <th scope="col">Похожие помещения</th>
              </tr>
            </thead>
            <tbody>
              {list.rows.map((row) => (
                <tr key={row.id}>
                  <td className="no num">
                    <Link href={`/debt-requests/${row.id}`} prefetch={false}>
                      {row.requestNumber}
                    </Link>
                  </td>
                  <td className="num">{formatDate(row.responseDate)}</td>
                  <td>
                    <ListAddress address={row.address} premises={row.addressDetails} />
                    <span className="q2 block">{row.why}</span>
                  </td>
                  <td>
                    <Candidates
                      id={row.id}
                      version={row.version}
                      number={row.requestNumber}
                      candidates={row.candidates}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <footer className="foot">
        <span />
        <Pager
          total={list.total}
          page={list.page}
          size={UNMATCHED_PAGE}
          href={(page) => `/debt-requests/matching${page > 1 ? `?page=${page}` : ''}`}
        />
      </footer>
    </main>
  );
});
