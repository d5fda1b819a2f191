'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Note } from '@/app/ui/note';
import { Progress } from '@/app/ui/progress';
import { refusalInWords } from '../refusal-words';
import { usePolling } from '../use-polling';
import type { BulkWork } from './bulk-work';
import { stopBulkAction } from './registry-actions';

interface BulkProgressProps {
  work: BulkWork | null;
  onWork: (work: BulkWork | null) => void;
}

/** The latest mass work of this person. The state is the database's: a reload or another tab shows the same. */
export function BulkProgress({ work, onWork }: BulkProgressProps) {
  const [hidden, setHidden] = useState<string | null>(null);
  usePolling<BulkWork | null>('/api/debt-requests/bulk', work?.live ? 1 : 15, onWork);
  return (
    // always in the page, so that a screen reader hears what appears in it
    <section className="pad" role="status" aria-label="Массовая работа">
      {work && (work.live || hidden !== work.id) && (
        <BulkNote work={work} onHide={() => setHidden(work.id)}>
          <Link href={`/debt-requests/bulk/${work.id}`}>
            {work.live ? 'Подробно' : <>Результат по&nbsp;каждому запросу</>}
          </Link>
        </BulkNote>
      )}
    </section>
  );
}

interface BulkNoteProps {
  work: BulkWork;
  /** Where the note may go away when the work is over. */
  onHide?: () => void;
  /** The way to the result window. */
  children?: ReactNode;
}

/** How a mass work goes: the bar, the figures in words, «Прервать»; at the end what came of it. */
export function BulkNote({ work, onHide, children }: BulkNoteProps) {
  const router = useRouter();
  const [stopped, setStopped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, press] = useTransition();
  const stopping = work.stopping || stopped === work.id;

  const stop = () =>
    press(async () => {
      const result = await stopBulkAction({ id: work.id });
      if (!result.ok) return setProblem(refusalInWords(result));
      setStopped(work.id);
      router.refresh();
    });

  return (
    <Note kind={work.live ? 'info' : work.kind} className="mb-2">
      {work.live && (
        <>
          <b>{work.running && stopping ? 'Прерываем' : work.title}</b>
          <div className="my-2">
            <Progress share={work.share} label={work.title} />
          </div>
        </>
      )}
      <div className="flex flex-wrap items-center justify-between gap-2">
        {work.live ? (
          <span className="q2" aria-live="off">
            {work.figures} Страницу можно закрыть. {children}
          </span>
        ) : (
          <span>
            <b>{work.title}.</b> {work.figures} {children}
          </span>
        )}
        {work.running && (
          <Button small onClick={stop} unavailable={stopping || busy}>
            Прервать
          </Button>
        )}
        {!work.live && onHide && (
          <Button small kind="quiet" onClick={onHide}>
            Скрыть
          </Button>
        )}
      </div>
      {problem && <p className="bad">{problem}</p>}
    </Note>
  );
}
