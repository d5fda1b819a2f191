import Link from 'next/link';
import type { ReactNode } from 'react';
import { formatDayMonth } from '@/lib/calendar/format';
import {
  allOf,
  BUCKETS,
  type Bucket,
  type Counts,
  leftOf,
  queryOfCell,
  queryOfRow,
  type Radar,
  type RadarDay,
  type RadarRow,
} from '@/lib/debt-requests/radar';
import { registryHref } from '../debt-requests/registry-href';
import { Division, WalkedRows } from './unfolding';

/** Whatever division and assignee. */
export const ANYBODY: RadarRow['of'] = { division: null, assignee: null };

/** Days as columns; all together, then divisions, which unfold to their people. */
export function RadarTable({ radar: { days, rows }, syncAt }: { radar: Radar; syncAt: string }) {
  const most = Math.max(...days.map(({ counts }) => allOf(counts)));
  const mostOfRow = Math.max(...rows.flatMap(({ cells }) => cells.map(allOf)));
  const scale = { stack: Math.min(10, 130 / most), strip: Math.min(10, 80 / mostOfRow) };
  const byDivision = rows.some(({ of }) => of.division !== null);
  const cellsOf = (row: RadarRow) => (
    <>
      {days.map((day, i) => (
        <Cell key={day.date} day={day} of={row.of} counts={row.cells[i]!} scale={scale.strip} />
      ))}
    </>
  );
  return (
    <WalkedRows>
      <table className="radar">
        <caption className="sr">
          Сколько ответов осталось отправить, по&nbsp;дням срока и&nbsp;{byDivision ? 'подразделениям' : 'сотрудникам'}
        </caption>
        <colgroup>
          <col className="w-[160px]" />
          <col span={days.length} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">
              <span className="q2">
                Осталось
                <br />
                отправить
              </span>
            </th>
            {days.map((day) => (
              <th scope="col" key={day.date} className={classOf(day)}>
                <b>{weekdayAndDate(day.date)}</b>
                <span className="q2">{day.words}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className="cols">
            <th scope="row">
              <b>{byDivision ? 'Все подразделения' : 'Все сотрудники'}</b>
            </th>
            {days.map((day, i) =>
              // what is asked on a working day is due on the fifth one after it, and is received the next morning
              i === days.length - 1 && allOf(day.counts) === 0 && days[0]!.working ? (
                <td key={day.date} className={classOf(day)}>
                  <span className="q2">
                    Придут завтра
                    <br />
                    в&nbsp;{syncAt}
                  </span>
                </td>
              ) : (
                <Cell key={day.date} day={day} of={ANYBODY} counts={day.counts} scale={scale.stack} stacked />
              ),
            )}
          </tr>
          {rows.map((row) => {
            const { division } = row.of;
            if (division === null) return <Person key={row.of.assignee} row={row} cells={cellsOf(row)} />;
            const name = row.name ?? 'без подразделения';
            return (
              <Division
                key={division}
                className={`div depth-${Math.min(row.depth, 3)}`}
                name={name}
                link={
                  <Link href={registryHref(queryOfRow(row.of))} prefetch={false}>
                    {name}
                  </Link>
                }
                cells={cellsOf(row)}
                people={row.people.map((one) => <Person key={one.of.assignee} row={one} cells={cellsOf(one)} />)}
                open={rows.length === 1}
              />
            );
          })}
        </tbody>
      </table>
    </WalkedRows>
  );
}

function Person({ row, cells }: { row: RadarRow; cells: ReactNode }) {
  return (
    <tr className="who">
      <th scope="row">
        <Link href={registryHref(queryOfRow(row.of))} prefetch={false} className={row.name ? '' : 'warn'}>
          {row.name ?? 'не\u00a0назначен'}
        </Link>
      </th>
      {cells}
    </tr>
  );
}

interface CellProps {
  day: RadarDay;
  of: RadarRow['of'];
  counts: Counts;
  /** Pixels of one request. */
  scale: number;
  /** A column upwards; otherwise a strip. */
  stacked?: boolean;
}

/** What is left, out of how many once some are sent, and a bar; each leads to those very requests. */
function Cell({ day, of, counts, scale, stacked }: CellProps) {
  const [left, all] = [leftOf(counts), allOf(counts)];
  const whole = registryHref(queryOfCell(of, day.date, counts.sent > 0));
  const words = countsInWords(counts);
  if (all === 0) {
    return (
      <td className={classOf(day)}>
        <span className="q" aria-hidden="true">
          —
        </span>
        <span className="sr">нет</span>
      </td>
    );
  }
  return (
    <td className={classOf(day)} title={words}>
      {left > 0 ? (
        <Link href={registryHref(queryOfCell(of, day.date, false))} prefetch={false} className="big">
          {left}
          {counts.sent === 0 && <span className="sr">: {words}</span>}
        </Link>
      ) : (
        <span className="big zero">0</span>
      )}
      {counts.sent > 0 && (
        <>
          {' '}
          <Link href={whole} prefetch={false} className="q2">
            из&nbsp;{all}
            <span className="sr">: {words}</span>
          </Link>
        </>
      )}
      {/* the mouse's way to the same list as the figures lead to */}
      <Link href={whole} prefetch={false} tabIndex={-1} aria-hidden="true" className="bars">
        {stacked ? <Stack counts={counts} scale={scale} /> : <Strip counts={counts} scale={scale} />}
      </Link>
    </td>
  );
}

/** Where each piece begins and how long it is; a piece of one among hundreds can still be seen. */
function piecesOf(counts: Counts, scale: number): { bucket: Bucket; start: number; length: number }[] {
  let start = 0;
  return BUCKETS.filter((bucket) => counts[bucket] > 0).map((bucket) => {
    const piece = { bucket, start, length: Math.max(4, Math.round(counts[bucket] * scale)) };
    start += piece.length;
    return piece;
  });
}

const lengthOf = (pieces: { start: number; length: number }[]) => pieces.at(-1)!.start + pieces.at(-1)!.length;

function Stack({ counts, scale }: { counts: Counts; scale: number }) {
  const pieces = piecesOf(counts, scale);
  const height = lengthOf(pieces);
  return (
    <svg width="72" height={height} viewBox={`0 0 72 ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {pieces.map(({ bucket, start, length }) => (
        <rect key={bucket} className={`c-${bucket}`} x=".5" y={start + 0.5} width="71" height={length - 2} />
      ))}
    </svg>
  );
}

function Strip({ counts, scale }: { counts: Counts; scale: number }) {
  const pieces = piecesOf(counts, scale);
  const width = lengthOf(pieces);
  return (
    <svg width={width} height="6" viewBox={`0 0 ${width} 6`} preserveAspectRatio="none" aria-hidden="true">
      {pieces.map(({ bucket, start, length }) => (
        <rect key={bucket} className={`c-${bucket}`} x={start + 0.5} y=".5" width={length - 2} height="5" />
      ))}
    </svg>
  );
}

const COUNT_LABELS: Record<Bucket, string> = {
  new: 'новые',
  work: 'в\u00a0работе',
  review: 'ждут проверки',
  ready: 'готовы к\u00a0отправке',
  sent: 'отправлены',
};

const countsInWords = (counts: Counts): string =>
  BUCKETS.filter((bucket) => counts[bucket] > 0)
    .map((bucket) => `${COUNT_LABELS[bucket]}\u00a0— ${counts[bucket]}`)
    .join(', ');

const classOf = ({ tone, gap }: RadarDay): string => [tone, gap && 'gap'].filter(Boolean).join(' ');

const dayName = new Intl.DateTimeFormat('ru', { timeZone: 'UTC', weekday: 'short' });
/** «Чт 19.11» */
const weekdayAndDate = (date: string): string =>
  `${capital(dayName.format(new Date(`${date}T00:00:00Z`)))}\u00a0${formatDayMonth(date)}`;

export const capital = (words: string): string => words[0]!.toUpperCase() + words.slice(1);
