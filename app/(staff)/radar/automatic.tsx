import Link from 'next/link';
import { commonBeginning, splitAddress } from '@/app/ui/address';
import { hasRole, type Person } from '@/lib/auth/actor';
import { formatDayMonth, formatMomentShort, formatTime } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { plural } from '@/lib/calendar/plural';
import { type AutomaticRow, nextAutomatic } from '@/lib/debt-requests/autoanswer';
import { HoldButton } from '../debt-requests/hold-button';

/** «Завтра уйдёт автоматически: 5»: what the next run of the automatic answer will do, each row to be held or answered. */
export async function Automatic({ person, now }: { person: Person; now: Date }) {
  const automatic = await nextAutomatic(person, now);
  if (!automatic) return null;
  const { next, rule, total, rows, held, left } = automatic;
  const today = next.day === moscowToday(now);
  const beginning = commonBeginning([...rows, ...held].map(({ address }) => address));
  const short = ({ address, addressDetails }: AutomaticRow) => {
    const { street, building, flat } = splitAddress(address, addressDetails, beginning);
    return [street, building, flat].filter(Boolean).join(', ');
  };
  const rest = left.reduce((sum, { count }) => sum + count, 0);
  return (
    <aside className="know" aria-labelledby="automatic">
      <h2 id="automatic">
        {today ? 'Сегодня' : 'Завтра'} будет отправлено автоматически: {total}
      </h2>
      <p className="q2">
        {formatDayMonth(next.day)} в&nbsp;{formatTime(next.at)}, «отсутствует». {rule}{' '}
        {hasRole(person, 'admin') && <Link href="/settings/requisites#auto">Настройка автоответа</Link>}
      </p>
      {next.waitsFor && <p className="warn">Ждёт: {next.waitsFor}.</p>}
      <ul className="hold">
        {rows.map((row) => (
          <li key={row.id}>
            <Row row={row} held={false} />
            <p title={row.address}>{short(row)}</p>
            <p className="q2">
              {row.assigneeName && `В\u00a0работе: ${row.assigneeName}. `}
              {row.reason}
            </p>
          </li>
        ))}
        {held.map((row) => (
          <li key={row.id} className="held">
            <Row row={row} held />
            <p title={row.address}>{short(row)}</p>
            <p className="q2">
              Не&nbsp;отправляем: {row.heldBy}, {formatMomentShort(row.heldAt, now)}
            </p>
          </li>
        ))}
      </ul>
      {total > rows.length && (
        <p className="q2">
          Показаны первые {rows.length} из&nbsp;{total}.
        </p>
      )}
      {rest > 0 && (
        <p className="q2">
          Ещё {rest}&nbsp;{plural(rest, 'запрос', 'запроса', 'запросов')} с&nbsp;тем&nbsp;же сроком автоответ
          не&nbsp;тронет: {left.map(({ reason, count }) => `${reason}\u00a0— ${count}`).join(', ')}.
        </p>
      )}
    </aside>
  );
}

/** The number and the button: the first line of a row. */
function Row({ row, held }: { row: AutomaticRow; held: boolean }) {
  return (
    <>
      <Link className="num" href={`/debt-requests/${row.id}`}>
        {row.requestNumber}
      </Link>
      {row.mayHold ? <HoldButton id={row.id} version={row.version} number={row.requestNumber} held={held} /> : <span />}
    </>
  );
}
