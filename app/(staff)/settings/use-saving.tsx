'use client';

import { type ReactNode, useState, useTransition } from 'react';
import type { Refusal } from '@/lib/errors';
import { refusalInWords } from '../refusal-words';
import { SessionDialog } from '../session-dialog';

interface SavingNote {
  kind: 'plain' | 'bad' | 'warn';
  text: string;
}

/**
 * What a form of the settings does with the server's answer: an error beside its field (whose `id` is the field's name, and
 * which is focused), else a note; an ended session asks for a log-in over the page. What is typed is the form's own.
 */
export function useSaving() {
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [note, setNote] = useState<SavingNote | null>(null);
  const [signedOut, setSignedOut] = useState(false);
  const [busy, act] = useTransition();
  const clear = () => {
    setErrors({});
    setNote(null);
  };
  const submit = (work: () => Promise<void>) =>
    act(async () => {
      clear();
      await work();
    });
  /** Says where it has told of the refusal. */
  const refuse = (refusal: Refusal, kind: SavingNote['kind'] = 'bad'): 'session' | 'field' | 'note' => {
    if (refusal.reason === 'unauthenticated') {
      setSignedOut(true);
      return 'session';
    }
    const fields = refusal.reason === 'invalid' ? (refusal.fields ?? {}) : {};
    setErrors(fields);
    const [first] = Object.keys(fields);
    if (first) {
      document.getElementById(first)?.focus();
      return 'field';
    }
    setNote({ kind, text: refusalInWords(refusal) });
    return 'note';
  };
  const session: ReactNode = (
    <SessionDialog
      open={signedOut}
      onClose={() => setSignedOut(false)}
      onLoggedIn={() => {
        setSignedOut(false);
        setNote(null);
      }}
    />
  );
  return { errors, note, setNote, clear, busy, submit, refuse, signedOut, session };
}
