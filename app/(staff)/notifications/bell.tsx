'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { usePolling } from '../use-polling';
import { markReadAction } from './actions';
import type { BellView } from './bell-view';

/** «Уведомления 7» in the head: the latest as a menu, live. Without scripts it leads to the page. */
export function Bell({ initial }: { initial: BellView }) {
  const router = useRouter();
  const [polled, setPolled] = useState<{ from: BellView; view: BellView } | null>(null);
  const [busy, act] = useTransition();
  const view = polled && polled.from === initial ? polled.view : initial;
  usePolling<BellView>('/api/notifications', 20, (answer) => setPolled({ from: initial, view: answer }));
  const read = () =>
    act(async () => {
      if ((await markReadAction({})).ok) {
        setPolled({
          from: initial,
          view: { unread: 0, rows: view.rows.map((row) => ({ ...row, unread: false })) },
        });
        router.refresh();
      }
    });
  return (
    <>
      <button className="tbtn scripted" type="button" popoverTarget="bell">
        Уведомления{' '}
        {view.unread > 0 && (
          <span className="mark">
            {view.unread}
            <span className="sr">&nbsp;непрочитанных</span>
          </span>
        )}
      </button>
      <noscript>
        <Link className="tbtn" href="/notifications">
          Уведомления {view.unread}
        </Link>
      </noscript>
      <span className="sr" role="status">
        {view.unread > initial.unread && `Новых уведомлений: ${view.unread - initial.unread}`}
      </span>
      <section className="menu bell" id="bell" popover="auto" aria-label="Уведомления">
        {view.rows.length === 0 ? (
          <p className="q2 p-2">Уведомлений пока нет.</p>
        ) : (
          <ul>
            {view.rows.map((row) => (
              <li key={row.id} className={row.unread ? 'on' : ''}>
                <Link href={row.href ?? '/notifications'} prefetch={false}>
                  <span className="num q2">{row.at}</span>
                  <span>
                    <b className={row.bad ? 'bad' : ''}>{row.title}</b>
                    {row.detail && <span className="block">{row.detail}</span>}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
        <div className="bellfoot">
          <Link className="btn quiet sm" href="/notifications">
            Все уведомления
          </Link>
          {view.unread > 0 && (
            <button className="btn quiet sm" type="button" onClick={read} aria-disabled={busy}>
              Отметить прочитанными
            </button>
          )}
        </div>
      </section>
    </>
  );
}
