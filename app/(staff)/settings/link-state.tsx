'use client';

import Link from 'next/link';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Note } from '@/app/ui/note';
import { Progress } from '@/app/ui/progress';
import { Icon } from '@/app/ui/sprite';
import { StatusMark } from '@/app/ui/status-mark';
import { refusalInWords } from '../refusal-words';
import { usePolling } from '../use-polling';
import { checkConnectionAction } from './actions';
import type { LinkView } from './link-view';

interface LinkStateProps {
  initial: LinkView;
  /** The form holds what is not saved: a check would not be about it. */
  dirty: boolean;
  onSignedOut: () => void;
}

/**
 * Key, certificate and «Проверить связь». The state is the database's: a reload, a closed tab or a colleague's press show
 * the same, and what an admin puts right on the server is seen without a reload.
 */
export function LinkState({ initial, dirty, onSignedOut }: LinkStateProps) {
  const [{ key, check }, setView] = useState(initial);
  const [problem, setProblem] = useState<string | null>(null);
  const [pressed, press] = useTransition();
  const waiting = pressed || check?.state === 'waiting';

  usePolling<LinkView>('/api/settings/link', waiting ? 1 : 10, setView, onSignedOut);

  const start = () =>
    press(async () => {
      setProblem(null);
      const result = await checkConnectionAction({});
      if (!result.ok) return result.reason === 'unauthenticated' ? onSignedOut() : setProblem(refusalInWords(result));
      const begun = {
        state: 'waiting',
        code: null,
        text: null,
        when: '',
        advice: 'Ставим проверку в\u00a0очередь.',
      } as const;
      setView((view) => ({ ...view, check: begun }));
    });

  return (
    <section className="know" aria-labelledby="link">
      <h2 id="link">Состояние</h2>
      <dl className="facts mt-2">
        <dt>Сертификат подписи</dt>
        <dd>
          <StatusMark shape={key.shape} label={key.label} />
          {key.left && <span className="q2 block pl-5">{key.left}</span>}
        </dd>
      </dl>
      {key.warning && (
        <Note kind={key.shape === 'rework' ? 'warn' : 'bad'} className="mt-3">
          {key.warning} <Link href="/help#server">Что нужно на&nbsp;сервере</Link>
        </Note>
      )}

      <div className="sec">
        <h2>Связь с&nbsp;порталом</h2>
        <p className="q2 mt-1 mb-3">
          Проверка отправляет подписанный вопрос о&nbsp;сегодняшних запросах. На&nbsp;портале и&nbsp;в&nbsp;реестре она
          ничего не&nbsp;меняет.
        </p>
        <Button unavailable={waiting || dirty} aria-describedby={dirty ? 'save-first' : undefined} onClick={start}>
          Проверить связь
        </Button>
        {dirty && (
          <p className="hint mt-1" id="save-first">
            Сначала сохраните изменения: проверяется то, что сохранено.
          </p>
        )}
        {/* always in the page, so that a screen reader hears what appears in it */}
        <div className="mt-3" role="status">
          {problem && <Note kind="bad">{problem}</Note>}
          {check && !problem && <Check check={check} />}
        </div>
      </div>
    </section>
  );
}

function Check({ check }: { check: NonNullable<LinkView['check']> }) {
  if (check.state === 'waiting') {
    return (
      <Note kind="info">
        <b>Проверяем связь</b>
        <div className="my-2">
          <Progress share={null} label="Проверка связи" />
        </div>
        <p className="q2">
          {check.advice} {check.text && `${check.text}. `}Страницу можно закрыть.
        </p>
      </Note>
    );
  }
  if (check.state === 'ok') {
    return (
      <Note>
        <p className="flex items-center gap-2 font-semibold">
          <Icon name="answered" className="good" /> Связь есть
        </p>
        <p>{check.advice}</p>
        <p className="hint mt-1">Проверено {check.when}</p>
      </Note>
    );
  }
  return (
    <Note kind="bad">
      <p className="flex items-center gap-2 font-semibold">
        <Icon name="send_failed" className="bad" /> Проверка не&nbsp;прошла
      </p>
      {(check.code || check.text) && (
        <>
          <p className="q2 mt-2">{check.code ? 'Ответ портала' : 'Что случилось'}</p>
          <p className="verbatim">
            {check.code && <b className="num">{check.code}</b>} {check.text}
          </p>
        </>
      )}
      <p className="q2 mt-2">Что сделать</p>
      <p>
        {check.advice} <Link href="/help#check">Частые причины</Link>
      </p>
      <p className="hint mt-1">Проверено {check.when}</p>
    </Note>
  );
}
