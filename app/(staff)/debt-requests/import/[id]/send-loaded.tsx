'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/app/ui/button';
import { BulkDialog } from '../../bulk-dialog-later';
import type { BulkTask } from '../../bulk-preview';

interface SendLoadedProps {
  id: string;
  sendsAs: string;
  today: string;
}

/** «Подписать и отправить» what this file has saved, through the same dialog as any mass sending. */
export function SendLoaded({ id, sendsAs, today }: SendLoadedProps) {
  const router = useRouter();
  const [task, setTask] = useState<BulkTask | null>(null);
  return (
    <>
      <Button kind="main" onClick={() => setTask({ action: 'send', selection: { file: id } })}>
        Подписать и&nbsp;отправить загруженные
      </Button>
      <BulkDialog
        task={task}
        sendsAs={sendsAs}
        colleagues={[]}
        today={today}
        onClose={() => setTask(null)}
        onStarted={(runId) => router.push(`/debt-requests/bulk/${runId}`)}
      />
    </>
  );
}
