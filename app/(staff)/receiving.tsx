'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Note } from '@/app/ui/note';
import { Progress } from '@/app/ui/progress';
import { requestSyncAction, stopSyncAction } from './receiving-actions';
import type { ReceivingView } from './receiving-view';
import { refusalInWords } from './refusal-words';
import { usePolling } from './use-polling';

interface ReceivingHeadProps {
  title: ReactNode;
  initial: ReceivingView | null;
  /** The hour of the daily receiving, «04:15». */
  syncAt: string;
}

/**
 * Head of a page with «Получить запросы» and, under it, how the receiving goes. The state is the database's: a reload, a
 * closed tab or a colleague's press show the same.
 */
export function ReceivingHead({ title, initial, syncAt }: ReceivingHeadProps) {
  const router = useRouter();
  const [polled, setPolled] = useState<{ from: ReceivingView | null; view: ReceivingView | null } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  /** The receiving that was seen running here: its end is told in a note. */
  const [watched, setWatched] = useState(initial?.running ? initial.id : null);
  const [pressed, press] = useTransition();
  // what the server rendered last wins over what was polled before it
  const view = polled && polled.from === initial ? polled.view : initial;

  usePolling<ReceivingView | null>('/api/debt-requests/sync', view?.running ? 1 : 15, (answer) => {
    if (answer?.running) setWatched(answer.id);
    setPolled({ from: initial, view: answer });
    if (view?.running && !answer?.running) router.refresh();
  });

  const start = () =>
    press(async () => {
      setProblem(null);
      const result = await requestSyncAction({});
      if (!result.ok) return setProblem(refusalInWords(result));
      setWatched(result.syncRunId);
      router.refresh();
    });
  const stop = () =>
    press(async () => {
      const result = await stopSyncAction({ id: view!.id });
      if (!result.ok) return setProblem(refusalInWords(result));
      router.refresh();
    });

  return (
    <>
      <div className="head">
        <h1>{title}</h1>
        <p className="sync">
          Синхронизация запросов в&nbsp;ГИС&nbsp;ЖКХ выполняется в&nbsp;{syncAt}, каждый день.
          <br />
          {view ? <Link href={`/exchange/syncs/${view.id}`}>{view.last}</Link> : 'Ещё не выполнялась.'}{' '}
          <Link href="/exchange/syncs">Предыдущие</Link>
        </p>
        <Button
          onClick={start}
          unavailable={pressed || !!view?.running}
          aria-describedby={view?.running ? 'receiving' : undefined}
        >
          Получить запросы
        </Button>
      </div>
      {/* always in the page, so that a screen reader hears what appears in it */}
      <div className="pad" role="status" id="receiving">
        {problem && (
          <Note kind="bad" className="mb-2">
            {problem}
          </Note>
        )}
        {view?.running && (
          <Note kind="info" className="mb-2">
            <b>{view.stopping ? 'Прерываем после текущего сообщения' : 'Получаем запросы'}</b>
            <div className="my-2">
              <Progress share={null} label="Получение запросов" />
            </div>
            <div className="flex flex-wrap items-center justify-between gap-2">
              <span className="q2" aria-live="off">
                {view.progress} {view.waiting} Страницу можно закрыть.
              </span>
              <Button small onClick={stop} unavailable={view.stopping || pressed}>
                Прервать
              </Button>
            </div>
          </Note>
        )}
        {view && !view.running && view.failure && (
          <Note kind="bad" className="mb-2">
            <b>Получить запросы не&nbsp;удалось.</b> То, что получено раньше, на&nbsp;месте. Ответ портала:
            <span className="verbatim mt-1">
              {view.failure.code && <b className="num">{view.failure.code}</b>} {view.failure.text}
            </span>
          </Note>
        )}
        {view && !view.running && !view.failure && view.id === watched && (
          <Note className="mb-2">
            {view.result} <Link href={`/exchange/syncs/${view.id}`}>Результат по&nbsp;каждому запросу</Link>
          </Note>
        )}
      </div>
    </>
  );
}
