'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { refusalInWords } from '../refusal-words';
import { startExportAction } from './registry-actions';

/** The requests of this filter as a file; it is built meanwhile. */
export function ExportFilter({ params }: { params: string }) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, act] = useTransition();
  const start = () =>
    act(async () => {
      const result = await startExportAction({ filter: params });
      if (result.ok) router.push('/debt-requests/export');
      else setProblem(refusalInWords(result));
    });
  return (
    <>
      {problem && <span className="err">{problem}</span>}
      <Button small kind="quiet" unavailable={busy} onClick={start}>
        Скачать отбор
      </Button>
    </>
  );
}
