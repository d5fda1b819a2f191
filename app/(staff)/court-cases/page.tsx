import type { Metadata } from 'next';
import Link from 'next/link';
import { KeptScroll } from '@/app/ui/kept-scroll';
import { Pager } from '@/app/ui/pager';
import { CASE_STATES, CASES_PAGE, type CaseState, listCases, mayKeepCases } from '@/lib/court-cases/cases';
import { UUID } from '@/lib/debt-requests/registry-query';
import { pageOf } from '../page-of';
import { SearchBox } from '../search-box';
import { staffPage } from '../staff-page';
import { CasesTable } from './cases-table';
import { CourtTabs } from './tabs';

export const metadata: Metadata = { title: 'Судебная задолженность' };

export default staffPage('Судебная задолженность', async (person, params) => {
  const search = typeof params.search === 'string' && UUID.test(params.search) ? params.search : null;
  const state =
    typeof params.state === 'string' && Object.hasOwn(CASE_STATES, params.state) ? (params.state as CaseState) : null;
  const list = await listCases(person, { search, state, page: pageOf(params) });
  const href = (page: number, given: CaseState | null = state) => {
    const target = new URLSearchParams({
      ...(search && { search }),
      ...(given && { state: given }),
      ...(page > 1 && { page: String(page) }),
    }).toString();
    return `/court-cases${target && `?${target}`}`;
  };
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Судебная задолженность</h1>
      </div>
      <CourtTabs current="cases" />
      <div className="pad pt-2">
        <SearchBox
          key={list.text}
          label="Номер дела, лицевой счёт или ответчик"
          text={list.text}
          path="/court-cases"
          params={state ? { state } : {}}
        />
      </div>
      <div className="acts">
        <nav className="seg flex-wrap" aria-label="Состояние дел">
          {([null, ...Object.keys(CASE_STATES)] as (CaseState | null)[]).map((one) => (
            <Link key={one ?? 'all'} href={href(1, one)} aria-current={one === state ? 'true' : undefined}>
              {one ? CASE_STATES[one] : 'Все'}
            </Link>
          ))}
        </nav>
        {mayKeepCases(person) && (
          <div className="right">
            <Link className="btn sm" href="/imports?kind=courtCases">
              Загрузить из&nbsp;Excel
            </Link>
          </div>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Судебные дела">
        <KeptScroll />
        {list.rows.length === 0 ? (
          <p className="pad q2 py-4">
            {search || state
              ? 'Под отбор ни\u00a0одно дело не\u00a0подходит.'
              : 'Дел ещё нет. Их добавляют на\u00a0странице лицевого счёта или загружают из\u00a0Excel.'}
          </p>
        ) : (
          <CasesTable rows={list.rows} />
        )}
      </section>
      <footer className="foot">
        <span />
        <Pager total={list.total} page={list.page} size={CASES_PAGE} href={(page) => href(page)} />
      </footer>
    </main>
  );
});
