'use client';

import Link from 'next/link';
import { useCallback, useEffect, useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import { formatDate } from '@/lib/calendar/format';
import { plural } from '@/lib/calendar/plural';
import type { Colleague } from '@/lib/debt-requests/assign';
import type { BulkAction, BulkPreview } from '@/lib/debt-requests/bulk';
import { refusalInWords } from '../refusal-words';
import { type BulkTask, fetchPreview } from './bulk-preview';
import { ColleagueSelect } from './colleague-select';
import { startBulkAction } from './registry-actions';

/** What each mass work is called on its dialog. `count` = «5 ответов» or «5 запросов». */
interface Words {
  /** While it is not known how many. */
  question: string;
  verb: (count: string) => string;
  title?: (verb: string) => string;
  short: string;
  refuse: string;
  nothing: string;
  checking: string;
}

const WORDS: Record<BulkAction, Words> = {
  send: {
    question: 'Подписать и\u00a0отправить ответы?',
    verb: (count) => `Подписать и\u00a0отправить ${count}`,
    short: 'Подписать и\u00a0отправить',
    refuse: 'Не\u00a0отправлять',
    nothing: 'Отправить нечего',
    checking: 'отправить',
  },
  markReady: {
    question: 'Отметить ответы «Готов к\u00a0отправке»?',
    verb: (count) => `Отметить ${count}`,
    title: (verb) => `${verb} «Готов к\u00a0отправке»?`,
    short: 'Отметить',
    refuse: 'Не\u00a0отмечать',
    nothing: 'Отметить нечего',
    checking: 'отметить',
  },
  fill: {
    question: 'Заполнить ответы по\u00a0судебным делам?',
    verb: (count) => `Заполнить ${count}`,
    short: 'Заполнить',
    refuse: 'Не\u00a0заполнять',
    nothing: 'Заполнить нечего',
    checking: 'заполнить',
  },
  fillNo: {
    question: 'Заполнить «отсутствует»?',
    verb: (count) => `Заполнить ${count}`,
    title: (verb) => `${verb} «отсутствует»?`,
    short: 'Заполнить',
    refuse: 'Не\u00a0заполнять',
    nothing: 'Заполнить нечего',
    checking: 'заполнить',
  },
  delegate: {
    question: 'Делегировать запросы?',
    verb: (count) => `Делегировать ${count}`,
    short: 'Делегировать',
    refuse: 'Не\u00a0делегировать',
    nothing: 'Делегировать нечего',
    checking: 'делегировать',
  },
  returnForRework: {
    question: 'Вернуть на\u00a0доработку?',
    verb: (count) => `Вернуть на\u00a0доработку ${count}`,
    short: 'Вернуть на\u00a0доработку',
    refuse: 'Не\u00a0возвращать',
    nothing: 'Вернуть нечего',
    checking: 'вернуть',
  },
};

export interface BulkDialogProps {
  task: BulkTask | null;
  /** «Орлова М. С.» */
  sendsAs: string;
  /** Whom this person may delegate to. */
  colleagues: readonly Colleague[];
  /** '2026-11-22' → «сегодня до 24:00 по Москве» */
  today: string;
  onClose: () => void;
  onStarted: (runId: string) => void;
}

/** What will happen, what will not and why, in whose name; nothing starts before the verb is pressed. */
export default function BulkDialog({ task, sendsAs, colleagues, today, onClose, onStarted }: BulkDialogProps) {
  const [loaded, setLoaded] = useState<{ of: BulkTask; answer: BulkPreview | { problem: string } } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [assigneeId, setAssigneeId] = useState('');
  const [comment, setComment] = useState('');
  const [fields, setFields] = useState<Record<string, string>>({});
  const [busy, confirm] = useTransition();
  const answer = loaded && loaded.of === task ? loaded.answer : null;
  const preview = answer && 'stamp' in answer ? answer : null;

  const load = useCallback((asked: BulkTask, signal: AbortSignal) => {
    fetchPreview(asked, signal).then(
      (fetched) => !signal.aborted && setLoaded({ of: asked, answer: fetched }),
      () => !signal.aborted && setLoaded({ of: asked, answer: { problem: 'Нет связи с\u00a0сервером. Повторите.' } }),
    );
  }, []);
  useEffect(() => {
    setProblem(null);
    setFields({});
    if (!task) return;
    const stop = new AbortController();
    load(task, stop.signal);
    return () => stop.abort();
  }, [task, load]);

  const action = task?.action ?? 'send';
  const words = WORDS[action];
  const delegates = action === 'delegate';
  const returns = action === 'returnForRework';
  const start = () =>
    confirm(async () => {
      const result = await startBulkAction({
        ...task!,
        stamp: preview!.stamp,
        ...(delegates && assigneeId ? { assigneeId } : {}),
        ...(delegates || returns ? { comment } : {}),
      });
      if (result.ok) {
        setComment('');
        return onStarted(result.runId);
      }
      const wrong = result.reason === 'invalid' ? (result.fields ?? {}) : {};
      setFields(wrong);
      setProblem(Object.keys(wrong).length > 0 ? null : refusalInWords(result));
      // what is shown now is what the next press says yes to
      if (result.reason === 'stale') load(task!, new AbortController().signal);
    });

  const count = preview ? preview.yes + preview.no + preview.empty : 0;
  const nothing = preview !== null && count === 0;
  const counted = delegates
    ? `${count}\u00a0${plural(count, 'запрос', 'запроса', 'запросов')}`
    : `${count}\u00a0${plural(count, 'ответ', 'ответа', 'ответов')}`;
  const verb = words.verb(counted);
  const title = !preview ? words.question : nothing ? words.nothing : (words.title?.(verb) ?? `${verb}?`);

  return (
    <Dialog
      open={task !== null}
      onClose={onClose}
      title={title}
      buttons={
        <>
          {/* one and the same button before and after the preview came: the focus stays on it */}
          {nothing ? (
            <Button data-first onClick={onClose}>
              Закрыть
            </Button>
          ) : (
            <Button kind="main" data-first unavailable={busy || !preview} onClick={start}>
              {preview ? verb : words.short}
            </Button>
          )}
          {!nothing && <Button onClick={onClose}>{words.refuse}</Button>}
          <span className="q2 ml-auto text-s">
            <kbd>Esc</kbd> закрыть
          </span>
        </>
      }
    >
      {problem && (
        <Note kind="warn" alert className="my-2">
          {problem}
        </Note>
      )}
      {answer && 'problem' in answer && (
        <Note kind="bad" alert className="my-2">
          {answer.problem}
        </Note>
      )}
      {!answer && <p role="status">Проверяем, что можно {words.checking}…</p>}
      {preview && <Table preview={preview} />}
      {preview && count > 0 && (delegates || returns) && (
        <div className="my-3 grid gap-3">
          {delegates && (
            <ColleagueSelect
              id="bulk-to"
              colleagues={colleagues}
              value={assigneeId}
              error={fields.assigneeId}
              onChange={setAssigneeId}
            />
          )}
          <Field
            label={delegates ? 'Примечание, необязательно' : 'Что исправить'}
            id="bulk-comment"
            error={fields.comment}
          >
            <textarea
              className="in"
              id="bulk-comment"
              rows={2}
              maxLength={1000}
              value={comment}
              onChange={(event) => setComment(event.target.value)}
              {...errorProps('bulk-comment', fields.comment)}
            />
          </Field>
        </div>
      )}
      {preview && count > 0 && action === 'send' && (
        <p>
          Ответы уйдут от&nbsp;имени: <b>{sendsAs}</b>{' '}
          {preview.nearestDeadline && <>Ближайший срок&nbsp;— {termInWords(preview.nearestDeadline, today)}. </>}
          Отправленный ответ можно отозвать и&nbsp;исправить. Страницу после начала можно закрыть.
        </p>
      )}
      {preview && count > 0 && (action === 'fill' || action === 'fillNo') && (
        <p>
          Ничего не&nbsp;отправляется: ответы можно проверить и&nbsp;поправить.
          {action === 'fill' && preview.yes > 0 && (
            <> «Существует» уйдёт только после подтверждения службы работы с&nbsp;должниками, если так настроено.</>
          )}
        </p>
      )}
      {preview && count > 0 && action === 'markReady' && (
        <p>Ответы никуда не&nbsp;уйдут: останется их&nbsp;подписать. До&nbsp;отправки их&nbsp;можно исправить.</p>
      )}
    </Dialog>
  );
}

const termInWords = (date: string, today: string): string =>
  date === today ? 'сегодня до\u00a024:00 по\u00a0Москве' : `${formatDate(date)}, до\u00a024:00 по\u00a0Москве`;

function Table({ preview }: { preview: BulkPreview }) {
  return (
    <table className="sum">
      <tbody>
        {preview.no > 0 && (
          <tr>
            <td className="n">{preview.no}</td>
            <td>«отсутствует»</td>
          </tr>
        )}
        {preview.empty > 0 && (
          <tr>
            <td className="n">{preview.empty}</td>
            <td>без ответа</td>
          </tr>
        )}
        {preview.yes > 0 && (
          <tr>
            <td className="n">{preview.yes}</td>
            <td>
              «существует»
              <Named requests={preview.withDebt} of={preview.yes} />
            </td>
          </tr>
        )}
        {preview.refused.map(({ reason, count, requests }) => (
          <tr key={reason}>
            <td className="n q2">{count}</td>
            <td>
              {plural(count, 'останется', 'останутся', 'останутся')} в&nbsp;реестре:{' '}
              {reason.charAt(0).toLowerCase() + reason.slice(1).replace(/\.$/, '')}
              <Named requests={requests} of={count} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Named({ requests, of }: { requests: { id: string; number: string }[]; of: number }) {
  return (
    <>
      <br />
      <span className="num">
        {requests.map(({ id, number }, i) => (
          <span key={id}>
            {i > 0 && ', '}
            <Link href={`/debt-requests/${id}`} target="_blank">
              {number}
            </Link>
          </span>
        ))}
      </span>
      {of > requests.length && <span className="q2"> и&nbsp;ещё {of - requests.length}</span>}
    </>
  );
}
