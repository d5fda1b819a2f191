'use client';

import Link from 'next/link';
import { useState, useTransition } from 'react';
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

/** How the mass work goes. The state is the database's: a reload or another tab shows the same. */
export function BulkProgress({ work, onWork }: BulkProgressProps) {
  const [hidden, setHidden] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, press] = useTransition();
  usePolling<BulkWork | null>('/api/debt-requests/bulk', work?.live ? 1 : 15, onWork);

  const stop = () =>
    press(async () => {
      const result = await stopBulkAction({ id: work!.id });
      setProblem(result.ok ? null : refusalInWords(result));
      if (result.ok) onWork({ ...work!, stopping: true, title: 'Прерываем' });
    });

  return (
    // always in the page, so that a screen reader hears what appears in it
    <section className="pad" role="status" aria-label="Массовая работа">
      {work?.live && (
        <Note kind="info" className="mb-2">
          <b>{work.title}</b>
          <div className="my-2">
            <Progress share={work.share} label={work.title} />
          </div>
          <div className="flex flex-wrap items-center justify-between gap-2">
            <span className="q2" aria-live="off">
              {work.figures} Страницу можно закрыть. <Link href={`/debt-requests/bulk/${work.id}`}>Подробно</Link>
            </span>
            {work.running && (
              <Button small onClick={stop} unavailable={work.stopping || busy}>
                Прервать
              </Button>
            )}
          </div>
          {problem && <p className="bad">{problem}</p>}
        </Note>
      )}
      {work && !work.live && hidden !== work.id && (
        <Note kind={work.kind} className="mb-2">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <span>
              <b>{work.title}.</b> {work.figures}{' '}
              <Link href={`/debt-requests/bulk/${work.id}`}>Результат по&nbsp;каждому запросу</Link>
            </span>
            <Button small kind="quiet" onClick={() => setHidden(work.id)}>
              Скрыть
            </Button>
          </div>
        </Note>
      )}
    </section>
  );
}
