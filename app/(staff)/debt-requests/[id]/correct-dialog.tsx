'use client';

import { useState } from 'react';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import { errorProps, Field } from '@/app/ui/field';

interface CorrectDialogProps {
  open: boolean;
  number: string;
  busy: boolean;
  onClose: () => void;
  onCorrect: (reason: string) => void;
}

/** Withdrawing takes the answer off the portal until a new one is sent: the focus starts on the reason, not on a verb. */
export function CorrectDialog({ open, number, busy, onClose, onCorrect }: CorrectDialogProps) {
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const go = () => {
    if (reason.trim() === '') return setError('Напишите, почему ответ нужно исправить.');
    setError(undefined);
    onCorrect(reason);
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Отозвать ответ на\u00a0запрос №\u00a0${number}?`}
      buttons={
        <>
          <Button kind="main" unavailable={busy} onClick={go}>
            Отозвать ответ и&nbsp;исправить
          </Button>
          <Button onClick={onClose}>Не&nbsp;отзывать</Button>
        </>
      }
    >
      <p className="mb-3">
        Портал снимет ответ, и&nbsp;запрос снова станет «В&nbsp;работе». Новый ответ нужно отправить до&nbsp;крайнего
        срока, иначе портал сообщит «задолженность отсутствует».
      </p>
      <Field label="Причина" id="correct-reason" error={error}>
        <textarea
          className="in"
          id="correct-reason"
          rows={3}
          maxLength={1000}
          data-first
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          {...errorProps('correct-reason', error)}
        />
      </Field>
    </Dialog>
  );
}
