import Link from 'next/link';
import { moscowToday } from '@/lib/calendar/moscow';
import { type CalendarAdditions, deadlineInWords } from '@/lib/calendar/working-days';
import type { ExchangeItemView } from '@/lib/exchange/journal';
import { ITEM_STATES } from './exchange-words';

interface ItemsProps {
  items: ExchangeItemView[];
  now: Date;
  calendar: CalendarAdditions;
  limit?: number;
}

/** Result per answer, with the way to its card; of a refused one also its term. */
export function Items({ items, now, calendar, limit }: ItemsProps) {
  const shown = limit ? items.slice(0, limit) : items;
  return (
    <ul>
      {shown.map((item) => {
        const { tone, words } = deadlineInWords(moscowToday(now), item.responseDate, calendar);
        return (
          <li key={`${item.requestId} ${item.actionType}`}>
            <Link href={`/debt-requests/${item.requestId}`}>
              Запрос №&nbsp;<span className="num">{item.requestNumber}</span>
            </Link>
            : {ITEM_STATES[item.state] ?? item.state}
            {item.state === 'refused' && (
              <>
                {', '}
                <span className={tone === 'today' || tone === 'past' ? 'bad' : tone === 'soon' ? 'warn' : 'q2'}>
                  срок {words}
                </span>
              </>
            )}
            {item.errorText && (
              <>
                <br />
                {item.errorCode && <b className="num">{item.errorCode}</b>} {item.errorText}
              </>
            )}
          </li>
        );
      })}
      {shown.length < items.length && <li className="q2">и ещё {items.length - shown.length}</li>}
    </ul>
  );
}
