'use client';

import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Note } from '@/app/ui/note';
import { refusalInWords } from '../refusal-words';
import { saveMailAction } from './actions';

/** Which notices also come as a letter. */
export function MailChoice({ choices }: { choices: { kind: string; label: string; wanted: boolean }[] }) {
  const [mail, setMail] = useState(Object.fromEntries(choices.map(({ kind, wanted }) => [kind, wanted])));
  const [note, setNote] = useState<{ kind: 'plain' | 'bad'; text: string } | null>(null);
  const [busy, act] = useTransition();
  const save = () =>
    act(async () => {
      const result = await saveMailAction({ mail });
      setNote(result.ok ? { kind: 'plain', text: 'Сохранено.' } : { kind: 'bad', text: refusalInWords(result) });
    });
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) save();
      }}
    >
      <fieldset className="grid gap-1">
        <legend className="mb-1">Присылать письмо, когда:</legend>
        {choices.map(({ kind, label }) => (
          <label className="ck" key={kind}>
            <input
              type="checkbox"
              checked={mail[kind] ?? false}
              onChange={(event) => setMail({ ...mail, [kind]: event.target.checked })}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <div role="status">{note && <Note kind={note.kind}>{note.text}</Note>}</div>
      <div>
        <Button type="submit" unavailable={busy}>
          Сохранить
        </Button>
      </div>
    </form>
  );
}
