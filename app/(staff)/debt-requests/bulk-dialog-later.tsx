'use client';

import { lazy, Suspense, useRef } from 'react';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import type { BulkDialogProps } from './bulk-dialog';

const Loaded = lazy(() => import('./bulk-dialog').catch(() => ({ default: NotLoaded })));

/** The dialog of mass works, brought when it is first asked for: most who read a list never open it. */
export function BulkDialog(props: BulkDialogProps) {
  const asked = useRef(false);
  asked.current ||= props.task !== null;
  return <Suspense>{asked.current && <Loaded {...props} />}</Suspense>;
}

/** The connection is lost, or the pages were replaced by newer ones under the open one. */
function NotLoaded({ task, onClose }: BulkDialogProps) {
  return (
    <Dialog
      open={task !== null}
      onClose={onClose}
      title="Нет связи с&nbsp;сервером"
      buttons={
        <Button data-first onClick={onClose}>
          Закрыть
        </Button>
      }
    >
      <p>Ничего не&nbsp;сделано. Обновите страницу и&nbsp;повторите.</p>
    </Dialog>
  );
}
