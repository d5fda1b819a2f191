'use client';

import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { stopAutoRunAction } from '../actions';

/** «Прервать» a run of the automatic answer: nothing more of that day goes. */
export function StopRunButton({ id, label }: { id: string; label: string }) {
  const router = useRouter();
  const [busy, act] = useTransition();
  return (
    <Button
      small
      unavailable={busy}
      onClick={() =>
        act(async () => {
          await stopAutoRunAction({ id });
          router.refresh();
        })
      }
    >
      {label}
    </Button>
  );
}
