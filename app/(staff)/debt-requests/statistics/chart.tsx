import Link from 'next/link';
import { formatDate, formatDayMonth } from '@/lib/calendar/format';
import {
  OUTCOMES,
  type Outcome,
  type Outcomes,
  queryOfFigure,
  receivedOf,
  type Statistics,
  type StatisticsColumn,
} from '@/lib/debt-requests/statistics';
import { OUTCOME_LABELS } from '@/lib/debt-requests/statistics-file';
import type { ColumnUnit } from '@/lib/debt-requests/statistics-period';
import { registryHref } from '../registry-href';
import { Patterns, Swatch } from './swatch';

const TITLES: Record<ColumnUnit, string> = { day: 'По дням', week: 'По неделям', month: 'По месяцам' };

/** Stacked columns over time; each leads to the requests of its days and says its numbers in words too. */
export function Chart({ statistics: { query, columns, unit } }: { statistics: Statistics }) {
  const most = Math.max(1, ...columns.map(({ outcomes }) => receivedOf(outcomes)));
  const of = { division: query.division, assignee: null };
  return (
    <section className="mt-6" aria-labelledby="chart">
      <Patterns />
      <div className="flex flex-wrap items-baseline gap-x-4">
        <h2 id="chart">{TITLES[unit]} направления запроса</h2>
        <ul className="legend" aria-label="Обозначения">
          {OUTCOMES.map((outcome) => (
            <li key={outcome}>
              <Swatch outcome={outcome} />
              {OUTCOME_LABELS[outcome]}
            </li>
          ))}
        </ul>
      </div>
      <ol className={`columns per-${unit}`}>
        {columns.map((column) => (
          <li key={column.from}>
            {receivedOf(column.outcomes) === 0 ? (
              <span>
                <span className="q">0</span>
                <Label column={column} unit={unit} />
              </span>
            ) : (
              <Link
                href={registryHref(queryOfFigure('received', column, of))}
                prefetch={false}
                title={`${daysInWords(column)}: ${outcomesInWords(column.outcomes)}`}
              >
                <span>{receivedOf(column.outcomes).toLocaleString('ru')}</span>
                <Stack outcomes={column.outcomes} scale={Math.min(10, 150 / most)} />
                <Label column={column} unit={unit} />
                <span className="sr">: {outcomesInWords(column.outcomes)}</span>
              </Link>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Label({ column: { from, to }, unit }: { column: StatisticsColumn; unit: ColumnUnit }) {
  if (unit === 'month') return <span className="q2">{formatDate(from).slice(3)}</span>;
  return (
    <span className="q2">
      {formatDayMonth(from)}
      {unit === 'week' && (
        <>
          {to !== from && '–'}
          <br />
          {to === from ? '\u00a0' : formatDayMonth(to)}
        </>
      )}
    </span>
  );
}

const TOP_DOWN = [...OUTCOMES].reverse();

function Stack({ outcomes, scale }: { outcomes: Outcomes; scale: number }) {
  const pieces: { outcome: Outcome; start: number; length: number }[] = [];
  let height = 0;
  for (const outcome of TOP_DOWN) {
    if (outcomes[outcome] === 0) continue;
    // a piece of one among hundreds can still be seen
    const length = Math.max(4, Math.round(outcomes[outcome] * scale));
    pieces.push({ outcome, start: height, length });
    height += length;
  }
  return (
    <svg width="24" height={height} viewBox={`0 0 24 ${height}`} aria-hidden="true">
      {pieces.map(({ outcome, start, length }) => (
        <rect
          key={outcome}
          className={`e-${outcome}`}
          fill={`url(#fill-${outcome})`}
          x=".5"
          y={start + 0.5}
          width="23"
          height={length - 2}
        />
      ))}
    </svg>
  );
}

const daysInWords = ({ from, to }: StatisticsColumn): string =>
  from === to ? formatDate(from) : `${formatDate(from)}–${formatDate(to)}`;

const outcomesInWords = (outcomes: Outcomes): string =>
  OUTCOMES.filter((outcome) => outcomes[outcome] > 0)
    .map(
      (outcome) =>
        `${OUTCOME_LABELS[outcome].toLowerCase().replace('«отклик»', '«Отклик»')}\u00a0— ${outcomes[outcome]}`,
    )
    .join(', ');
