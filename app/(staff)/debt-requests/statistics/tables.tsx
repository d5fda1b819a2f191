import type { ReactNode } from 'react';
import {
  averageOf,
  type Figure,
  type Figures,
  type PortalRefusal,
  receivedOf,
  type StatisticsRow,
} from '@/lib/debt-requests/statistics';
import { type Period, statisticsParams } from '@/lib/debt-requests/statistics-period';
import { switchOrganizationAction } from '../../organization-actions';
import { FigureLink } from './figure-link';
import { daysInCell } from './words';

const COUNTS: { figure: Figure; label: string; count: (figures: Figures) => number }[] = [
  { figure: 'received', label: 'Поступило', count: ({ outcomes }) => receivedOf(outcomes) },
  { figure: 'waiting', label: 'Без ответа', count: ({ outcomes }) => outcomes.waiting },
  { figure: 'person', label: 'Вручную', count: ({ outcomes }) => outcomes.person },
  { figure: 'autofill', label: 'По правилу', count: ({ outcomes }) => outcomes.autofill },
  { figure: 'excel', label: 'Из файла', count: ({ outcomes }) => outcomes.excel },
  { figure: 'autoanswer', label: 'Автомати\u00adчески', count: ({ outcomes }) => outcomes.autoanswer },
  { figure: 'elsewhere', label: 'Не\u00a0через «Отклик»', count: ({ outcomes }) => outcomes.elsewhere },
  { figure: 'expired', label: 'Портал сам', count: ({ outcomes }) => outcomes.expired },
  { figure: 'revoked', label: 'Отозваны', count: ({ outcomes }) => outcomes.revoked },
  { figure: 'yes', label: 'Ответов «Да»', count: ({ yes }) => yes },
];

interface TableProps {
  title: string;
  head: string;
  rows: { key: string; className?: string; name: ReactNode; figures: Figures; of: StatisticsRow['of'] | null }[];
  period: Period;
}

/** Main figures, a row each; numbers are links where `of` says whose they are. */
function Table({ title, head, rows, period }: TableProps) {
  return (
    <section className="mt-6">
      <h2>{title}</h2>
      <div className="relative mt-1 overflow-x-auto">
        <table className="stat">
          <caption className="sr">{title}</caption>
          <colgroup>
            <col className="w-[176px]" />
            <col span={COUNTS.length + 3} />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{head}</th>
              {COUNTS.map(({ figure, label }) => (
                <th scope="col" key={figure}>
                  {label}
                </th>
              ))}
              <th scope="col">Среднее, раб.&nbsp;дней</th>
              <th scope="col">Худшее, раб.&nbsp;дней</th>
              <th scope="col">Возвратов</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, className, name, figures, of }) => (
              <tr key={key} className={className}>
                <th scope="row">{name}</th>
                {COUNTS.map(({ figure, count }) => (
                  <td key={figure}>
                    {of ? (
                      <FigureLink figure={figure} count={count(figures)} of={of} period={period} />
                    ) : (
                      count(figures).toLocaleString('ru')
                    )}
                  </td>
                ))}
                <td>{daysInCell(averageOf(figures))}</td>
                <td>{daysInCell(figures.worst)}</td>
                <td>{figures.returns.toLocaleString('ru')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface FiguresTableProps {
  title: string;
  head: string;
  /** In place of a name. */
  nameless: string;
  rows: StatisticsRow[];
  period: Period;
}

/** By division or by assignee. */
export function FiguresTable({ title, head, nameless, rows, period }: FiguresTableProps) {
  return (
    <Table
      title={title}
      head={head}
      period={period}
      rows={rows.map(({ of, name, depth, figures }) => ({
        key: `${of.division} ${of.assignee}`,
        className: `depth-${Math.min(depth, 3)}`,
        name: name ?? <span className="warn">{nameless}</span>,
        figures,
        of,
      }))}
    />
  );
}

interface OrganizationsTableProps {
  rows: { id: string; name: string; figures: Figures }[];
  /** The one that the person works in: the registry lists its requests alone. */
  current: string;
  period: Period;
}

/** The same period in every organization of the person; the name leads into it. */
export function OrganizationsTable({ rows, current, period }: OrganizationsTableProps) {
  const next = `/debt-requests/statistics?${statisticsParams({ ...period, division: null })}`;
  return (
    <Table
      title="По организациям"
      head="Организация"
      period={period}
      rows={rows.map(({ id, name, figures }) => ({
        key: id,
        name:
          id === current ? (
            name
          ) : (
            <form action={switchOrganizationAction}>
              <input type="hidden" name="organization" value={id} />
              <input type="hidden" name="next" value={next} />
              <button className="link" type="submit">
                {name}
              </button>
            </form>
          ),
        figures,
        of: id === current ? { division: null, assignee: null } : null,
      }))}
    />
  );
}

/** «Отказы портала»: its own words. */
export function Refusals({ refusals }: { refusals: PortalRefusal[] }) {
  if (refusals.length === 0) return null;
  return (
    <section className="mt-6">
      <h2>Отказы портала</h2>
      <div className="relative mt-1 overflow-x-auto">
        <table className="stat words">
          <caption className="sr">Отказы портала по&nbsp;этим запросам, частые первыми</caption>
          <colgroup>
            <col className="w-[140px]" />
            <col />
            <col className="w-[90px]" />
            <col className="w-[90px]" />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Код</th>
              <th scope="col">Текст портала</th>
              <th scope="col">Отказов</th>
              <th scope="col">Запросов</th>
            </tr>
          </thead>
          <tbody>
            {refusals.map(({ code, text, count, requests }) => (
              <tr key={`${code} ${text}`}>
                <th scope="row">{code}</th>
                <td className="verb">{text}</td>
                <td>{count.toLocaleString('ru')}</td>
                <td>{requests.toLocaleString('ru')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
