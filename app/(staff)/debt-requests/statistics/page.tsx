import type { Metadata } from 'next';
import { formatDate } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { listDivisions } from '@/lib/debt-requests/registry';
import { receivedOf, type Statistics, statisticsByOrganization, statisticsOf } from '@/lib/debt-requests/statistics';
import { parseStatisticsQuery, statisticsParams } from '@/lib/debt-requests/statistics-period';
import { staffPage } from '../../staff-page';
import { RequestsTabs } from '../tabs';
import { Chart } from './chart';
import { Facts } from './facts';
import { PeriodForm } from './period-form';
import { FiguresTable, OrganizationsTable, Refusals } from './tables';

export const metadata: Metadata = { title: 'Статистика' };

/** What became of the requests of a period; every number leads to those very requests. */
export default staffPage('Запросы о\u00a0задолженности', async (person, params) => {
  const now = new Date();
  const today = moscowToday(now);
  const asked = parseStatisticsQuery(params, today);
  const { query } = asked;
  const [divisions, statistics, organizations] = await Promise.all([
    listDivisions(person, asked.division),
    query && statisticsOf(person, query, now),
    query ? statisticsByOrganization(person, query, now) : [],
  ]);
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Запросы о&nbsp;задолженности</h1>
      </div>
      {await RequestsTabs({ person, current: 'statistics' })}
      <PeriodForm asked={asked} today={today} divisions={divisions} />
      {statistics && (
        <div className="pad min-w-0 pb-6">
          {receivedOf(statistics.total.outcomes) > 0 ? (
            <Filled statistics={statistics} />
          ) : (
            <section className="empty">
              <h2>За&nbsp;этот период запросов нет</h2>
              <p className="q2 mt-1">
                С&nbsp;{formatDate(statistics.query.from)} по&nbsp;{formatDate(statistics.query.to)} не&nbsp;направлено
                ни&nbsp;одного запроса, который видите вы. Выберите другой период
                {statistics.query.division && ' или снимите отбор по\u00a0подразделению'}.
              </p>
            </section>
          )}
          {organizations.length > 0 && (
            <OrganizationsTable rows={organizations} current={person.organizationId} period={statistics.query} />
          )}
        </div>
      )}
    </main>
  );
});

function Filled({ statistics }: { statistics: Statistics }) {
  const { query, divisions, people, refusals } = statistics;
  return (
    <>
      <Facts statistics={statistics} />
      <Chart statistics={statistics} />
      {divisions.length > 0 && (
        <FiguresTable
          title="По подразделениям"
          head="Подразделение"
          nameless="без подразделения"
          rows={divisions}
          period={query}
        />
      )}
      <FiguresTable
        title="По исполнителям"
        head="Исполнитель"
        nameless={'не\u00a0назначен'}
        rows={people}
        period={query}
      />
      <Refusals refusals={refusals} />
      <p className="mt-6">
        <a className="btn" href={`/api/debt-requests/statistics?${statisticsParams(query)}`} download>
          Скачать .xlsx
        </a>
      </p>
    </>
  );
}
