import Link from 'next/link';
import type { Shape } from '@/app/ui/sprite';
import { StatusMark } from '@/app/ui/status-mark';
import { formatMoment, formatTime } from '@/lib/calendar/format';
import type { Attempt } from '@/lib/exchange/journal';
import { Block } from './block';

const AT_ONCE = 5;

/** «Обмен с ГИС ЖКХ» of this request: every attempt, in the portal's words, with the way to its message. */
export function ExchangeList({ attempts, now }: { attempts: Attempt[]; now: Date }) {
  if (attempts.length === 0) return null;
  const list = (part: Attempt[]) => (
    <ul className="attempts">
      {part.map((attempt) => {
        const { shape, label } = attemptInWords(attempt);
        return (
          <li key={attempt.itemId}>
            <time dateTime={attempt.createdAt.toISOString()}>{formatMoment(attempt.createdAt, now)}</time>
            <span>
              {attempt.actionType === 'Revoke' ? 'Отзыв ответа' : 'Отправка ответа'}
              {attempt.attempt > 1 && `, попытка ${attempt.attempt}`}: <StatusMark shape={shape} label={label} />
              {attempt.errorText && (
                <span className="block">
                  {attempt.errorCode && <b className="num">{attempt.errorCode}</b>} {attempt.errorText}
                </span>
              )}
            </span>
            {attempt.exchangeId && (
              <Link className="no-print" href={`/exchange/${attempt.exchangeId}`} prefetch={false}>
                Сообщение
                <span className="sr"> от&nbsp;{formatMoment(attempt.createdAt, now)}</span>
              </Link>
            )}
          </li>
        );
      })}
    </ul>
  );
  return (
    <Block name="exchange" title={`Обмен с\u00a0ГИС\u00a0ЖКХ: ${attempts.length}`}>
      {list(attempts.slice(0, AT_ONCE))}
      {attempts.length > AT_ONCE && (
        <details>
          <summary>Ещё попытки: {attempts.length - AT_ONCE}</summary>
          {list(attempts.slice(AT_ONCE))}
        </details>
      )}
    </Block>
  );
}

function attemptInWords(attempt: Attempt): { shape: Shape; label: string } {
  switch (attempt.state) {
    case 'accepted':
      return { shape: 'answered', label: 'принято порталом' };
    case 'refused':
      return { shape: 'send_failed', label: attempt.exchangeId ? 'отказ' : 'не\u00a0отправлено' };
    case 'not_sent':
      return { shape: 'revoked', label: 'не\u00a0отправлено' };
    default:
      if (attempt.exchangeState === 'unknown') return { shape: 'rework', label: 'выясняем, дошло\u00a0ли' };
      if (attempt.exchangeState === 'acknowledged') return { shape: 'sending', label: 'ждёт портал' };
      if (attempt.exchangeId) return { shape: 'sending', label: 'отправляется' };
      return attempt.attempt > 1
        ? { shape: 'in_progress', label: `повторим в\u00a0${formatTime(attempt.nextAt)}` }
        : { shape: 'in_progress', label: 'в\u00a0очереди' };
  }
}
