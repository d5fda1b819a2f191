'use client';

import { lazy, Suspense, useRef } from 'react';
import { NotLoaded } from '@/app/ui/not-loaded';
import type { BulkDialogProps } from './bulk-dialog';

const Loaded = lazy(() => import('./bulk-dialog').catch(() => ({ default: BulkNotLoaded })));

/** The dialog of mass works, brought when it is first asked for: most who read a list never open it. */
export function BulkDialog(props: BulkDialogProps) {
  const asked = useRef(false);
  asked.current ||= props.task !== null;
  return <Suspense>{asked.current && <Loaded {...props} />}</Suspense>;
}

function BulkNotLoaded({ task, onClose }: BulkDialogProps) {
  return <NotLoaded open={task !== null} onClose={onClose} />;
}
