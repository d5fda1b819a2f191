'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { FieldError } from '@/app/ui/field';
import { refusalInWords } from '../refusal-words';
import { retryExchangeAction, retryWaitingAction } from './actions';

/** Moves the next step of what waits to this moment. `id` null = all answers that no message carries yet. */
export function RetryButton({ id, label }: { id: string | null; label: string }) {
  const router = useRouter();
  const [busy, run] = useTransition();
  const [problem, setProblem] = useState<string>();
  const retry = () =>
    run(async () => {
      const result = id ? await retryExchangeAction({ id }) : await retryWaitingAction({});
      setProblem(result.ok ? undefined : refusalInWords(result));
      router.refresh();
    });
  return (
    <>
      <Button small unavailable={busy} onClick={retry}>
        {label}
      </Button>
      <FieldError error={problem} />
    </>
  );
}
