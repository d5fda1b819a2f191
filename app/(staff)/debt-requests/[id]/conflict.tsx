'use client';

import { useFormContext, useWatch } from 'react-hook-form';
import { Button } from '@/app/ui/button';
import { Note } from '@/app/ui/note';
import type { AnswerInput } from '@/lib/debt-requests/answer-schema';
import { answerInWords, type Dictionary, type FileInfo, takeLine } from './answer-view';

interface ConflictProps {
  saved: AnswerInput;
  files: Record<string, FileInfo>;
  identityTypes: Dictionary[];
  editable: boolean;
  /** What the form holds now stands; the next save replaces the saved version. */
  onKeep: () => void;
  onTake: () => void;
}

/** Both versions beside each other, line by line; nothing is dropped until a person says so. */
export function Conflict({ saved, files, identityTypes, editable, onKeep, onTake }: ConflictProps) {
  const { control, reset } = useFormContext<AnswerInput>();
  const mine = useWatch({ control }) as AnswerInput;
  const [yours, theirs] = [answerInWords(mine, files, identityTypes), answerInWords(saved, files, identityTypes)];
  const keys = [...new Set([...yours, ...theirs].map(({ key }) => key))];
  return (
    <Note kind="info" alert className="mb-4">
      <b>Пока вы&nbsp;правили, запрос изменился.</b> Ваш текст не&nbsp;потерян.
      <table className="diff">
        <thead>
          <tr>
            <th scope="col">Поле</th>
            <th scope="col">У&nbsp;вас</th>
            <th scope="col">Сохранено</th>
            {editable && (
              <th scope="col">
                <span className="sr">Выбор</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => {
            const [ours, other] = [yours, theirs].map((lines) => lines.find((line) => line.key === key));
            const label = (ours ?? other)!.label;
            const same = (ours?.text ?? '') === (other?.text ?? '');
            const Mark = same ? 'span' : 'ins';
            return (
              <tr key={key}>
                <th scope="row">{label}</th>
                <td>
                  <Mark>{ours?.text || '—'}</Mark>
                </td>
                <td>
                  <Mark>{other?.text || '—'}</Mark>
                </td>
                {editable && (
                  <td>
                    {!same && (
                      <Button
                        small
                        aria-label={`Взять сохранённое: ${label}`}
                        onClick={() => reset(takeLine(mine, saved, key), { keepDefaultValues: true })}
                      >
                        Взять
                      </Button>
                    )}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {!editable && <p className="mb-2">Изменить ответ сейчас нельзя. Если ваш текст нужен, скопируйте его отсюда.</p>}
      <span className="flex gap-2 flex-wrap">
        {editable && (
          <Button small onClick={onKeep}>
            Оставить моё
          </Button>
        )}
        <Button small onClick={onTake}>
          Взять сохранённое
        </Button>
      </span>
    </Note>
  );
}
