'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Note } from '@/app/ui/note';
import { plural } from '@/lib/calendar/plural';
import { refusalInWords } from '../../../refusal-words';
import { confirmAnswersAction, stopAnswersAction } from '../actions';

interface DecisionProps {
  id: string;
  /** Chosen requests; null = they are being loaded. */
  chosen: number | null;
  /** The answers go to the portal right after. */
  sends: boolean;
}

/** Yes or no to what was read; «Прервать» while it is loaded. */
export function Decision({ id, chosen, sends }: DecisionProps) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, act] = useTransition();
  const press = (verb: () => ReturnType<typeof stopAnswersAction>, then: () => void) =>
    act(async () => {
      const result = await verb();
      setProblem(result.ok ? null : refusalInWords(result));
      if (result.ok) then();
      else router.refresh();
    });
  const stop = (then: () => void) => press(() => stopAnswersAction({ id }), then);
  return (
    <div className="grid gap-3">
      {problem && (
        <Note kind="warn" alert>
          {problem}
        </Note>
      )}
      <div className="flex gap-3">
        {chosen === null ? (
          <Button unavailable={busy} onClick={() => stop(() => router.refresh())}>
            Прервать
          </Button>
        ) : (
          <>
            <Button
              kind="main"
              unavailable={busy || chosen === 0}
              onClick={() =>
                press(
                  () => confirmAnswersAction({ id, chosen }),
                  () => router.refresh(),
                )
              }
            >
              {sends ? 'Загрузить и\u00a0отправить' : 'Загрузить'} {chosen.toLocaleString('ru')}{' '}
              {plural(chosen, 'ответ', 'ответа', 'ответов')}
            </Button>
            <Button unavailable={busy} onClick={() => stop(() => router.push('/debt-requests/import'))}>
              Не&nbsp;загружать
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
