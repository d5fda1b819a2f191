import type { Metadata } from 'next';
import { Pager } from '@/app/ui/pager';
import { HOUSES_PAGE, listHouses } from '@/lib/accounts/houses';
import { hasRole } from '@/lib/auth/actor';
import { listDivisions } from '@/lib/debt-requests/registry';
import { DivisionOptions } from '../division-options';
import { pageOf } from '../page-of';
import { staffPage } from '../staff-page';
import { HousesScreen } from './houses-screen';

export const metadata: Metadata = { title: 'Дома и\u00a0помещения' };

export default staffPage('Дома и\u00a0помещения', async (person, params) => {
  const one = (name: string) => (typeof params[name] === 'string' ? params[name].trim().slice(0, 200) : '');
  const divisions = await listDivisions(person);
  const division =
    one('division') === 'none' ? 'none' : (divisions.find(({ id }) => id === one('division'))?.id ?? null);
  const query = { text: one('text').replaceAll('\u0000', ''), division, page: pageOf(params) };
  const list = await listHouses(person, query);
  const href = (page: number) => {
    const target = new URLSearchParams({
      ...(query.text && { text: query.text }),
      ...(division && { division }),
      ...(page > 1 && { page: String(page) }),
    }).toString();
    return `/houses${target && `?${target}`}`;
  };
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Дома и&nbsp;помещения</h1>
        <p className="sync">
          По&nbsp;подразделению дома запрос получает ответственного.
          <br />
          {list.withoutDivision > 0 ? `Домов без подразделения: ${list.withoutDivision}` : null}
        </p>
      </div>
      <form className="filters" action="/houses" aria-label="Отбор домов">
        <div className="f">
          <label className="l" htmlFor="text">
            Адрес
          </label>
          <input className="in" id="text" name="text" maxLength={200} defaultValue={query.text} autoComplete="off" />
        </div>
        <div className="f">
          <label className="l" htmlFor="division">
            Подразделение
          </label>
          <select className="in" id="division" name="division" defaultValue={division ?? ''}>
            <option value="">Все</option>
            <option value="none">Без подразделения</option>
            <DivisionOptions divisions={divisions} />
          </select>
        </div>
        <button className="btn justify-self-start" type="submit">
          Найти
        </button>
      </form>
      <HousesScreen
        key={href(list.page)}
        rows={list.rows}
        divisions={divisions}
        isAdmin={hasRole(person, 'admin')}
        filtered={query.text !== '' || division !== null}
      />
      <footer className="foot">
        <span />
        <Pager total={list.total} page={list.page} size={HOUSES_PAGE} href={href} />
      </footer>
    </main>
  );
});
