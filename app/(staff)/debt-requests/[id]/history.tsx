import { formatMoment } from '@/lib/calendar/format';
import type { CardEvent } from '@/lib/debt-requests/card';
import { differenceInWords, eventInWords } from '@/lib/debt-requests/event-words';
import { Block } from './block';

const AT_ONCE = 8;

/** «История»: every step in words, newest first; older ones unfold. */
export function History({ events, now }: { events: CardEvent[]; now: Date }) {
  const rows = events.map((event) => ({
    id: event.id,
    at: event.at,
    ...eventInWords(event),
    difference: differenceInWords(event),
  }));
  const list = (part: typeof rows) => (
    <dl className="log">
      {part.map((row) => (
        <div key={row.id}>
          <dt>
            <time dateTime={row.at.toISOString()}>{formatMoment(row.at, now)}</time>
          </dt>
          <dd className={row.failure ? 'bad' : undefined}>
            {row.text}
            {row.difference.map((line) => (
              <span className="q2 block whitespace-pre-wrap" key={line}>
                {line}
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
  return (
    <Block name="history" title="История">
      {list(rows.slice(0, AT_ONCE))}
      {rows.length > AT_ONCE && (
        <details>
          <summary>Ещё записи: {rows.length - AT_ONCE}</summary>
          {list(rows.slice(AT_ONCE))}
        </details>
      )}
    </Block>
  );
}
