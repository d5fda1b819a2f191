import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Note } from '@/app/ui/note';
import { Icon } from '@/app/ui/sprite';
import { StatusMark } from '@/app/ui/status-mark';
import { requirePerson } from '@/lib/auth/session';
import { formatMoment } from '@/lib/calendar/format';
import { getExchange } from '@/lib/exchange/journal';
import { ownCalendar } from '@/lib/staff/calendar';
import { operationInWords, resultInWords, stateInWords } from '../exchange-words';
import { Items } from '../items';
import { Refresh } from '../refresh';
import { RetryButton } from '../retry-button';

export const metadata: Metadata = { title: 'Сообщение обмена' };

/** The exact bytes are long: the page shows so many characters, the file has all. */
const SHOWN_CHARACTERS = 200_000;

export default async function Message({ params }: { params: Promise<{ id: string }> }) {
  const person = await requirePerson();
  const message = await getExchange(person, (await params).id);
  if (!message) notFound();
  const now = new Date();
  const { shape, label, hint } = stateInWords(message);
  const result = resultInWords(message);
  const under = ['queued', 'submitting', 'acknowledged', 'unknown'].includes(message.state);

  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="chead">
        <Link className="btn quiet sm flush" href="/exchange">
          <Icon name="left" /> Обмен
        </Link>
        <h1>{operationInWords(message)}</h1>
        <span role="status">
          <StatusMark shape={shape} label={label} />
        </span>
        {message.canRetry && (
          <span className="ml-auto">
            <RetryButton
              id={message.id}
              label={message.state === 'acknowledged' ? 'Проверить сейчас' : 'Повторить сейчас'}
            />
          </span>
        )}
      </div>
      {under && <Refresh seconds={3} />}
      <div className="pad py-3">
        {message.errorText && (
          <Note kind={message.state === 'refused' ? 'bad' : 'warn'} className="mb-3">
            <span className="verbatim">
              {message.errorCode && <b className="num">{message.errorCode}</b>} {message.errorText}
            </span>
          </Note>
        )}
        {result && <p className="mb-3">{result}</p>}
        <dl className="facts">
          <dt>Создано</dt>
          <dd>{formatMoment(message.createdAt, now)}</dd>
          {message.submittedAt && (
            <>
              <dt>Отправлено</dt>
              <dd>{formatMoment(message.submittedAt, now)}</dd>
            </>
          )}
          {message.finishedAt && (
            <>
              <dt>Завершено</dt>
              <dd>{formatMoment(message.finishedAt, now)}</dd>
            </>
          )}
          <dt>Попытка</dt>
          <dd>
            {message.attempt}
            {hint && message.state === 'acknowledged' && <span className="q2">, {hint}</span>}
          </dd>
          <dt>MessageGUID</dt>
          <dd className="mono">{message.messageGuid}</dd>
          {message.gisMessageGuid && (
            <>
              <dt>На портале</dt>
              <dd className="mono">{message.gisMessageGuid}</dd>
            </>
          )}
        </dl>
        {message.items.length > 0 && (
          <section className="sec" aria-labelledby="items">
            <h2 id="items" className="mb-2">
              Ответы: {message.itemCount}
            </h2>
            <Items items={message.items} now={now} calendar={await ownCalendar(person)} />
          </section>
        )}
        {message.mayReadXml ? (
          <>
            {message.textErased && <p className="q2 mt-4">Текст удалён вместе с&nbsp;архивными запросами.</p>}
            <Xml id={message.id} part="request" title="Сообщение, как оно ушло" xml={message.requestXml} />
            <Xml id={message.id} part="ack" title="Подтверждение портала" xml={message.ackXml} />
            <Xml id={message.id} part="reply" title="Ответ портала" xml={message.replyXml} />
          </>
        ) : (
          <p className="q2 mt-4">Точный текст сообщения и&nbsp;ответов портала открывается администратору.</p>
        )}
      </div>
    </main>
  );
}

function Xml({ id, part, title, xml }: { id: string; part: string; title: string; xml: string | null }) {
  if (!xml) return null;
  return (
    <section className="sec" aria-label={title}>
      <div className="sec-h">
        <h2>{title}</h2>
        <a href={`/exchange/${id}/xml?part=${part}`} download>
          Скачать
        </a>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <pre className="xml mono" tabIndex={0}>
        {xml.slice(0, SHOWN_CHARACTERS)}
        {xml.length > SHOWN_CHARACTERS && '…'}
      </pre>
    </section>
  );
}
