'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Note } from '@/app/ui/note';
import type { Candidate } from '@/lib/debt-requests/match';
import { refusalInWords } from '../../refusal-words';
import { chooseMatchAction } from '../actions';

interface CandidatesProps {
  id: string;
  version: number;
  number: string;
  candidates: Candidate[];
}

/** Premises that look like what is asked, the likest first; one press chooses. */
export function Candidates({ id, version, number, candidates }: CandidatesProps) {
  const router = useRouter();
  const [remember, setRemember] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, act] = useTransition();
  const choose = (premisesId: string) =>
    act(async () => {
      setProblem(null);
      const result = await chooseMatchAction({ id, version, premisesId, remember });
      if (!result.ok) setProblem(refusalInWords(result));
      router.refresh();
    });
  if (candidates.length === 0) return <span className="q2">Похожих помещений нет. Проверьте список домов.</span>;
  return (
    <div className="grid gap-1">
      {problem && (
        <Note kind="bad" alert>
          {problem}
        </Note>
      )}
      {candidates.map((one) => (
        <div className="flex items-center gap-3" key={one.premisesId}>
          <Button small unavailable={busy} onClick={() => choose(one.premisesId)}>
            Выбрать
            <span className="sr">
              {' '}
              {one.address}, {one.number} для запроса {number}
            </span>
          </Button>
          <span>
            {[one.address, one.number].filter(Boolean).join(', ')}
            <span className="q2">
              {' '}
              · похоже на&nbsp;{one.score}&nbsp;%, счетов: {one.accounts}
              {one.owners && `, ${one.owners}`}
            </span>
          </span>
        </div>
      ))}
      <label className="flex items-center gap-2">
        <input type="checkbox" checked={remember} onChange={(event) => setRemember(event.target.checked)} />
        Запомнить дом для следующих запросов
      </label>
    </div>
  );
}
