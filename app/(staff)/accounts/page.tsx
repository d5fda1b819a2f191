import type { Metadata } from 'next';
import Link from 'next/link';
import { ListAddress } from '@/app/ui/address';
import { KeptScroll } from '@/app/ui/kept-scroll';
import { Pager } from '@/app/ui/pager';
import { ACCOUNTS_PAGE, listAccountHouses, listAccounts } from '@/lib/accounts/accounts';
import { hasRole } from '@/lib/auth/actor';
import { formatDate } from '@/lib/calendar/format';
import { UUID } from '@/lib/debt-requests/registry-query';
import { rubles } from '@/lib/money';
import { pageOf } from '../page-of';
import { SearchBox } from '../search-box';
import { staffPage } from '../staff-page';

export const metadata: Metadata = { title: 'Лицевые счета' };

/** Accounts with their premises, owners, balances and court cases. */
export default staffPage('Лицевые счета', async (person, params) => {
  const id = (name: string) => {
    const value = params[name];
    return typeof value === 'string' && UUID.test(value) ? value : null;
  };
  const query = { search: id('search'), houseId: id('house'), page: pageOf(params) };
  const [list, houses] = await Promise.all([listAccounts(person, query), listAccountHouses(person)]);
  const href = (page: number) => {
    const target = new URLSearchParams({
      ...(query.search && { search: query.search }),
      ...(query.houseId && { house: query.houseId }),
      ...(page > 1 && { page: String(page) }),
    }).toString();
    return `/accounts${target && `?${target}`}`;
  };
  const filtered = query.search !== null || query.houseId !== null;
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Лицевые счета</h1>
      </div>
      <div className="pad flex flex-wrap gap-4 pt-2">
        <SearchBox
          key={list.text}
          label="Номер, ЕЛС, адрес или фамилия"
          text={list.text}
          path="/accounts"
          params={query.houseId ? { house: query.houseId } : {}}
        />
        <form className="f" action="/accounts" aria-label="Отбор по&nbsp;дому">
          <label className="l" htmlFor="house">
            Дом
          </label>
          <div className="flex gap-2">
            {query.search && <input type="hidden" name="search" value={query.search} />}
            <select className="in w-[260px]" id="house" name="house" defaultValue={query.houseId ?? ''}>
              <option value="">Все</option>
              {houses.map((house) => (
                <option key={house.id} value={house.id}>
                  {house.address}
                </option>
              ))}
            </select>
            <button className="btn" type="submit">
              Показать
            </button>
          </div>
        </form>
      </div>
      {hasRole(person, 'admin', 'debt_clerk') && (
        <div className="acts">
          <div className="chips">
            <Link className="btn sm" href="/imports?kind=accounts">
              Загрузить счета из&nbsp;Excel
            </Link>
            <Link className="btn sm" href="/imports?kind=balances">
              Загрузить остатки из&nbsp;Excel
            </Link>
          </div>
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Лицевые счета">
        <KeptScroll />
        {list.rows.length === 0 ? (
          <p className="pad q2 py-4">
            {filtered
              ? 'Под отбор ни\u00a0один счёт не\u00a0подходит.'
              : 'Лицевых счетов ещё нет. Их загружают из\u00a0Excel. Пока их нет, ответы заполняют вручную.'}
          </p>
        ) : (
          <table className="rows tall">
            <caption className="sr">Лицевые счета</caption>
            <thead>
              <tr>
                <th scope="col" className="w-[130px]">
                  Лицевой счёт
                </th>
                <th scope="col" className="w-[110px]">
                  ЕЛС
                </th>
                <th scope="col">Адрес, помещение</th>
                <th scope="col" className="w-[220px]">
                  Собственники
                </th>
                <th scope="col" className="w-[130px]">
                  Задолженность
                </th>
                <th scope="col" className="w-[80px]">
                  Месяцев
                </th>
                <th scope="col" className="w-[80px]">
                  Дел в&nbsp;суде
                </th>
                <th scope="col" className="w-[110px]">
                  Закрыт
                </th>
              </tr>
            </thead>
            <tbody>
              {list.rows.map((row) => (
                <tr key={row.id}>
                  <td className="no num">
                    <Link href={`/accounts/${row.id}`} prefetch={false}>
                      {row.number}
                    </Link>
                  </td>
                  <td className="num">{row.unifiedAccountNumber}</td>
                  <td>
                    {row.address ? (
                      <ListAddress address={row.address} premises={row.premises} />
                    ) : (
                      <span className="q2">нет</span>
                    )}
                  </td>
                  <td>{row.owners || <span className="q2">не&nbsp;указаны</span>}</td>
                  <td className="num" title={row.asOf ? `на\u00a0${formatDate(row.asOf)}` : undefined}>
                    {row.balance === null ? '' : rubles(row.balance)}
                  </td>
                  <td className="num">{row.months}</td>
                  <td className="num">{row.cases || ''}</td>
                  <td className="num">{row.closedOn ? formatDate(row.closedOn) : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <footer className="foot">
        <span />
        <Pager total={list.total} page={list.page} size={ACCOUNTS_PAGE} href={href} />
      </footer>
    </main>
  );
});
