'use client';

import { useState } from 'react';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import { errorProps, Field } from '@/app/ui/field';
import type { Colleague } from '@/lib/debt-requests/assign';
import { ColleagueSelect } from '../colleague-select';

interface ReturnDialogProps {
  open: boolean;
  number: string;
  /** Who prepared it; null = somebody must be chosen. */
  assigneeName: string | null;
  colleagues: readonly Colleague[];
  busy: boolean;
  onClose: () => void;
  onReturn: (comment: string, assigneeId: string | undefined) => void;
}

/** «Вернуть на доработку»: the comment is what the executor will correct, so it is mandatory. */
export function ReturnDialog({ open, number, assigneeName, colleagues, busy, onClose, onReturn }: ReturnDialogProps) {
  const [comment, setComment] = useState('');
  const [assigneeId, setAssigneeId] = useState('');
  const [errors, setErrors] = useState<{ comment?: string; assigneeId?: string }>({});
  const go = () => {
    const found = {
      ...(comment.trim() === '' ? { comment: 'Напишите, что исправить.' } : {}),
      ...(assigneeName === null && assigneeId === '' ? { assigneeId: 'Выберите исполнителя.' } : {}),
    };
    setErrors(found);
    if (Object.keys(found).length === 0) onReturn(comment, assigneeId || undefined);
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Вернуть на\u00a0доработку запрос №\u00a0${number}?`}
      buttons={
        <>
          <Button kind="main" unavailable={busy} onClick={go}>
            Вернуть на&nbsp;доработку
          </Button>
          <Button onClick={onClose}>Не&nbsp;возвращать</Button>
        </>
      }
    >
      <div className="grid gap-3">
        {assigneeName === null ? (
          <ColleagueSelect
            id="return-to"
            colleagues={colleagues}
            value={assigneeId}
            error={errors.assigneeId}
            onChange={setAssigneeId}
          />
        ) : (
          <p>Исполнитель: {assigneeName}</p>
        )}
        <Field label="Что исправить" id="return-comment" error={errors.comment}>
          <textarea
            className="in"
            id="return-comment"
            rows={3}
            maxLength={1000}
            data-first={assigneeName === null ? undefined : true}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
            {...errorProps('return-comment', errors.comment)}
          />
        </Field>
      </div>
    </Dialog>
  );
}
