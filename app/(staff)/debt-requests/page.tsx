import type { Metadata } from 'next';
import Link from 'next/link';
import { Icon } from '@/app/ui/sprite';
import { keepsAccounts } from '@/lib/accounts/accounts';
import { hasRole } from '@/lib/auth/actor';
import { moscowToday } from '@/lib/calendar/moscow';
import { listColleagues } from '@/lib/debt-requests/assign';
import { getBulk } from '@/lib/debt-requests/bulk';
import {
  labelsOf,
  listAssignees,
  listDebtRequests,
  listDivisions,
  parseRegistryQuery,
  type Suggestion,
  searchText,
  suggest,
} from '@/lib/debt-requests/registry';
import { latestSync, syncTime } from '@/lib/debt-requests/sync';
import { sendingObstacle } from '@/lib/debt-requests/transition';
import { ownCalendar } from '@/lib/staff/calendar';
import { getPreferences, listSavedFilters } from '@/lib/staff/preferences';
import { ReceivingHead } from '../receiving';
import { receivingView } from '../receiving-view';
import { staffPage } from '../staff-page';
import { recentWork } from './bulk-work';
import { ColumnsMenu } from './columns-menu';
import { type Condition, conditionsOf, houseLabel, paramsOf, withoutConditions } from './conditions';
import { EmptyRegistry } from './empty-registry';
import { ExportFilter } from './export-filter';
import { FilterForm } from './filter-form';
import { registryHref } from './registry-href';
import { RegistryScreen } from './registry-screen';
import { registryView } from './registry-view';
import { SavedFilters } from './saved-filters';
import { RequestsTabs } from './tabs';

export const metadata: Metadata = { title: 'Реестр запросов' };

export default staffPage('Запросы о\u00a0задолженности', async (person, address) => {
  const asked = parseRegistryQuery(address);
  const now = new Date();
  const [
    list,
    sync,
    syncAt,
    bulk,
    labels,
    text,
    assignees,
    organizations,
    houses,
    preferences,
    saved,
    colleagues,
    divisions,
    keeps,
    calendar,
  ] = await Promise.all([
    listDebtRequests(person, asked, now),
    latestSync(person),
    syncTime(person),
    getBulk(person),
    labelsOf(person, asked),
    searchText(person, asked.search),
    listAssignees(person),
    suggest(person, 'organization', ''),
    suggest(person, 'house', ''),
    getPreferences(person),
    listSavedFilters(person),
    hasRole(person, 'head', 'admin') ? listColleagues(person, person.divisionIds) : [],
    listDivisions(person, asked.division),
    keepsAccounts(person),
    ownCalendar(person),
  ]);
  const query = { ...asked, page: list.page };
  const view = registryView(list, now, calendar);
  const conditions = conditionsOf(query, {
    ...labels,
    assignee: assignees.find(({ id }) => id === query.assignee)?.name ?? null,
    responsible: assignees.find(({ id }) => id === query.responsible)?.name ?? null,
    division: divisions.find(({ id }) => id === query.division)?.name ?? null,
    search: text,
  });
  const params = paramsOf(query);
  const option = ({ count, ...suggestion }: Suggestion) => ({ ...suggestion, note: String(count) });

  return (
    <main className="main list" id="main" tabIndex={-1}>
      <ReceivingHead title="Запросы о&nbsp;задолженности" initial={receivingView(sync, now)} syncAt={syncAt} />
      {await RequestsTabs({ person, current: 'registry' })}
      <RegistryScreen
        view={view}
        query={query}
        columns={preferences.columns}
        keepsAccounts={keeps}
        sender={{ name: person.name, obstacle: sendingObstacle(person) }}
        colleagues={colleagues}
        today={moscowToday(now)}
        work={recentWork(bulk, now)}
        // keys, for React takes what comes late from the server for members of a list
        filters={
          <FilterForm
            key="filters"
            query={query}
            params={params}
            searchText={text}
            assignees={assignees}
            divisions={divisions}
            organization={{
              chosen: query.organization
                ? { value: query.organization, label: labels.organization ?? 'Неизвестная' }
                : null,
              options: organizations.map(option),
            }}
            house={{
              chosen: query.house
                ? { value: query.house, label: labels.house ? houseLabel(labels.house) : 'Неизвестное' }
                : null,
              options: houses.map((house) => option({ ...house, label: houseLabel(house.label) })),
            }}
            folded={conditions.filter((condition) => condition.folded).length}
          />
        }
        chips={<Chips key="chips" conditions={conditions} reset={registryHref(withoutConditions(query))} />}
        menus={
          <div className="right" key="menus">
            <ExportFilter params={params} />
            <SavedFilters filters={saved} params={params} />
            <ColumnsMenu choice={preferences.columns} keepsAccounts={keeps} />
          </div>
        }
        empty={view.total > 0 ? null : await EmptyRegistry({ person, query, conditions, syncAt, now })}
      />
    </main>
  );
});

function Chips({ conditions, reset }: { conditions: Condition[]; reset: string }) {
  if (conditions.length === 0) return <span />;
  return (
    <ul className="chips" aria-label="Применённые условия">
      {conditions.map((condition) => (
        <li className="chip" key={condition.text}>
          <span title={condition.text}>{condition.text}</span>
          <Link href={registryHref(condition.without)} aria-label={`Убрать условие «${condition.text}»`}>
            <Icon name="close" size={10} />
          </Link>
        </li>
      ))}
      <li className="narrow-m q2">Условия: {conditions.length}</li>
      <li>
        <Link className="btn quiet sm" href={reset}>
          Сбросить
        </Link>
      </li>
    </ul>
  );
}
