'use client';

import { useState } from 'react';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import { errorProps, Field } from '@/app/ui/field';
import type { Colleague } from '@/lib/debt-requests/assign';
import { ColleagueSelect } from '../colleague-select';

interface DelegateDialogProps {
  open: boolean;
  title: string;
  colleagues: readonly Colleague[];
  busy: boolean;
  /** Of the field, by its name. */
  errors?: Record<string, string>;
  onClose: () => void;
  onDelegate: (assigneeId: string, note: string) => void;
}

/** «Делегировать»: to whom, and a note that he reads on the card. Can be undone, so the focus starts on the choice. */
export function DelegateDialog({
  open,
  title,
  colleagues,
  busy,
  errors = {},
  onClose,
  onDelegate,
}: DelegateDialogProps) {
  const [assigneeId, setAssigneeId] = useState('');
  const [note, setNote] = useState('');
  const [missing, setMissing] = useState<string>();
  const go = () => {
    if (assigneeId === '') return setMissing('Выберите исполнителя.');
    setMissing(undefined);
    onDelegate(assigneeId, note);
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      buttons={
        <>
          <Button kind="main" unavailable={busy || colleagues.length === 0} onClick={go}>
            Делегировать
          </Button>
          <Button onClick={onClose}>Не&nbsp;делегировать</Button>
        </>
      }
    >
      {colleagues.length === 0 ? (
        <p>В&nbsp;подразделении нет других сотрудников. Их добавляет администратор.</p>
      ) : (
        <div className="grid gap-3">
          <ColleagueSelect
            id="delegate-to"
            colleagues={colleagues}
            value={assigneeId}
            error={missing ?? errors.assigneeId}
            onChange={setAssigneeId}
          />
          <Field label="Примечание, необязательно" id="delegate-note" error={errors.note}>
            <textarea
              className="in"
              id="delegate-note"
              rows={2}
              maxLength={1000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
              {...errorProps('delegate-note', errors.note)}
            />
          </Field>
        </div>
      )}
    </Dialog>
  );
}
