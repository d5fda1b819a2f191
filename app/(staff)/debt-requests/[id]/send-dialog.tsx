'use client';

import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import type { AnswerInput } from '@/lib/debt-requests/answer-schema';

interface SendDialogProps {
  open: boolean;
  number: string;
  address: string;
  deadline: string;
  sendsAs: string;
  answer: AnswerInput;
  busy: boolean;
  onClose: () => void;
  onSend: () => void;
}

/** What will happen, in whose name, and that it can be undone: so the focus starts on the main button. */
export function SendDialog({
  open,
  number,
  address,
  deadline,
  sendsAs,
  answer,
  busy,
  onClose,
  onSend,
}: SendDialogProps) {
  const files = answer.files.length + answer.debtors.reduce((sum, debtor) => sum + debtor.files.length, 0);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Подписать и&nbsp;отправить ответ?"
      buttons={
        <>
          <Button kind="main" data-first unavailable={busy} onClick={onSend}>
            Подписать и&nbsp;отправить ответ
          </Button>
          <Button onClick={onClose}>Не&nbsp;отправлять</Button>
          <span className="q2 ml-auto text-s">
            <kbd>Esc</kbd> не&nbsp;отправлять
          </span>
        </>
      }
    >
      <table className="sum">
        <tbody>
          <tr>
            <td>
              <b>{answer.hasDebt ? '«существует»' : '«отсутствует»'}</b>
              {answer.hasDebt && `: должников ${answer.debtors.length}, файлов ${files}`}
              <br />
              <span className="num">{number}</span> <span className="q2">{address}</span>
            </td>
          </tr>
        </tbody>
      </table>
      <p>
        Ответ уйдёт от&nbsp;имени: <b>{sendsAs}</b> Крайний срок&nbsp;— {deadline}. Отправленный ответ можно отозвать
        и&nbsp;исправить.
      </p>
    </Dialog>
  );
}
