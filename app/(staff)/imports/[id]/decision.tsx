'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Note } from '@/app/ui/note';
import { refusalInWords } from '../../refusal-words';
import { cancelImportAction, confirmImportAction } from '../actions';

interface DecisionProps {
  id: string;
  kind: string;
  /** Rows that would change anything. */
  count: number;
}

/** Yes or no to what was read. */
export function Decision({ id, kind, count }: DecisionProps) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, act] = useTransition();
  const load = () =>
    act(async () => {
      const result = await confirmImportAction({ id });
      if (!result.ok) return setProblem(refusalInWords(result));
      router.refresh();
    });
  const leave = () =>
    act(async () => {
      const result = await cancelImportAction({ id });
      if (!result.ok) return setProblem(refusalInWords(result));
      router.push(`/imports?kind=${kind}`);
    });
  return (
    <div className="grid gap-3">
      {problem && (
        <Note kind="bad" alert>
          {problem}
        </Note>
      )}
      <div className="flex gap-3">
        {count > 0 && (
          <Button kind="main" unavailable={busy} onClick={load}>
            Загрузить {count.toLocaleString('ru')}
          </Button>
        )}
        <Button unavailable={busy} onClick={leave}>
          {count > 0 ? 'Не\u00a0загружать' : 'Выбрать другой файл'}
        </Button>
      </div>
    </div>
  );
}
