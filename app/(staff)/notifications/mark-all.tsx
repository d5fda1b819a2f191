'use client';

import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { markReadAction } from './actions';

export function MarkAll() {
  const router = useRouter();
  const [busy, act] = useTransition();
  return (
    <Button
      unavailable={busy}
      onClick={() =>
        act(async () => {
          await markReadAction({});
          router.refresh();
        })
      }
    >
      Отметить прочитанными
    </Button>
  );
}
