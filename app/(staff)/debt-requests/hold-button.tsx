'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { refusalInWords } from '../refusal-words';
import { holdAction, releaseAction } from './actions';

interface HoldButtonProps {
  id: string;
  version: number;
  number: string;
  held: boolean;
}

/** «Не отправлять» and «Вернуть», where the automatic answer would go or is kept from going. */
export function HoldButton({ id, version, number, held }: HoldButtonProps) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, act] = useTransition();
  const press = () =>
    act(async () => {
      const result = await (held ? releaseAction : holdAction)({ id, version });
      if (!result.ok) return setProblem(refusalInWords(result));
      setProblem(null);
      router.refresh();
    });
  return (
    <span className="text-right">
      <Button
        small
        unavailable={busy}
        onClick={press}
        aria-label={`${held ? 'Вернуть автоответу' : 'Не\u00a0отправлять автоматически'} запрос ${number}`}
      >
        {held ? 'Вернуть' : 'Не\u00a0отправлять'}
      </Button>
      <span role="status" className="bad block">
        {problem}
      </span>
    </span>
  );
}
