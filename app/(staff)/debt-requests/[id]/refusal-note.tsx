import Link from 'next/link';
import { Note } from '@/app/ui/note';
import { Icon } from '@/app/ui/sprite';
import { formatMomentInWords, formatTimeLeft } from '@/lib/calendar/format';
import { deadlineEnd, moscowToday } from '@/lib/calendar/moscow';
import { type CalendarAdditions, deadlineInWords } from '@/lib/calendar/working-days';
import type { Card } from '@/lib/debt-requests/card';

interface RefusalNoteProps {
  card: Card;
  /** The message that was refused; null when the answer never left. */
  exchangeId: string | null;
  now: Date;
  calendar: CalendarAdditions;
}

/** Three named lines: the portal's own words, what they mean for the term, what to do. */
export function RefusalNote({ card, exchangeId, now, calendar }: RefusalNoteProps) {
  const refusal = card.refusal!;
  const revoke = refusal.actionType === 'Revoke';
  const ours = refusal.kind === 'invalid' || refusal.kind === 'deadline';
  return (
    <Note kind="bad" alert className="mb-4">
      <h2>
        <Icon name="send_failed" className="bad" />
        {revoke
          ? 'Портал не\u00a0отозвал ответ'
          : ours
            ? 'Ответ не\u00a0ушёл на\u00a0портал'
            : 'Портал не\u00a0принял ответ'}
      </h2>
      <dl>
        <dt>{ours ? 'Причина' : 'Ответ портала'}</dt>
        <dd>
          <span className="verbatim">
            {refusal.code && <b className="num">{refusal.code}</b>} {refusal.text}
          </span>
          {refusal.at && <span className="hint">{formatMomentInWords(refusal.at, now)}</span>}
        </dd>
        <dt>Что это значит</dt>
        <dd>
          {revoke ? (
            'На портале остаётся прежний ответ, он виден соцзащите.'
          ) : (
            <Consequence card={card} now={now} calendar={calendar} />
          )}
        </dd>
        <dt>Что сделать</dt>
        <dd>
          {whatToDo(card)}{' '}
          <Link href={exchangeId ? `/exchange/${exchangeId}` : '/exchange'}>
            Сообщение в&nbsp;«Обмене с&nbsp;ГИС&nbsp;ЖКХ»
          </Link>
        </dd>
      </dl>
    </Note>
  );
}

function Consequence({ card, now, calendar }: Pick<RefusalNoteProps, 'card' | 'now' | 'calendar'>) {
  const { responseDate } = card.request;
  const left = formatTimeLeft(deadlineEnd(responseDate), now);
  if (!left) return 'Ответ не\u00a0отправлен, срок истёк. Портал сам сообщит «задолженность отсутствует».';
  const { words } = deadlineInWords(moscowToday(now), responseDate, calendar);
  return (
    <>
      Ответ не&nbsp;отправлен, срок не&nbsp;сдвинулся:{' '}
      <b>
        {words === 'сегодня' ? 'сегодня до\u00a024:00 по\u00a0Москве' : `${words}, до\u00a024:00 по\u00a0Москве`},
        осталось {left}
      </b>
      . Если ответа не&nbsp;будет, портал сам сообщит «задолженность отсутствует», и&nbsp;это засчитают как просрочку.
    </>
  );
}

function whatToDo(card: Card): string {
  if (card.refusal!.actionType === 'Revoke') {
    return 'Повторите отзыв позже. Если портал снова откажет, отзовите ответ в\u00a0личном кабинете ГИС\u00a0ЖКХ.';
  }
  if (card.request.status === 'expired') return 'Отправить этот ответ уже нельзя.';
  return 'Исправьте то, на\u00a0что указывает портал, и\u00a0отправьте ответ ещё раз: он не\u00a0задвоится. Если портал снова откажет, передайте администратору код отказа.';
}
