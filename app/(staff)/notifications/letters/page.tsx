import type { Metadata } from 'next';
import Link from 'next/link';
import { Icon } from '@/app/ui/sprite';
import { requirePerson } from '@/lib/auth/session';
import { formatMoment } from '@/lib/calendar/format';
import { type LetterView, listLetters } from '@/lib/notifications/letters';

export const metadata: Metadata = { title: 'Письма' };

const STATES: Record<LetterView['state'], string> = {
  waiting: 'ждёт отправки',
  sent: 'отправлено',
  failed: 'не\u00a0отправлено',
  shown: 'почтовый сервер не\u00a0задан: письмо только показано здесь',
};

/** What was sent to this person, or would have been: nobody reads another's. */
export default async function Letters() {
  const person = await requirePerson();
  const letters = await listLetters(person);
  const now = new Date();
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <Link className="btn quiet sm flush" href="/notifications">
          <Icon name="left" /> Уведомления
        </Link>
        <h1>Письма</h1>
      </div>
      <div className="pad grid gap-4 py-3">
        {letters.length === 0 && <p className="q2">Писем вам пока не&nbsp;было.</p>}
        {letters.map((letter) => (
          <article key={letter.id} className="note">
            <h2>{letter.subject}</h2>
            <p className="q2">
              {formatMoment(letter.at, now)}, {letter.to}: {STATES[letter.state]}
              {letter.lastError && ` (${letter.lastError})`}
            </p>
            <p className="mt-2 whitespace-pre-wrap">{letter.text}</p>
          </article>
        ))}
      </div>
    </main>
  );
}
