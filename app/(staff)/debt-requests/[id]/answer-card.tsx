'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useRef, useState, useTransition } from 'react';
import { type FieldPath, FormProvider, type Resolver, useForm } from 'react-hook-form';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import { Note } from '@/app/ui/note';
import { type Answer, type AnswerInput, answerSchema, incompleteFields } from '@/lib/debt-requests/answer-schema';
import type { Colleague } from '@/lib/debt-requests/assign';
import type { Card, PersonalAction } from '@/lib/debt-requests/card';
import { ACTION_LABELS, type Status } from '@/lib/debt-requests/workflow';
import type { Refusal, Result } from '@/lib/errors';
import { refusalInWords } from '../../refusal-words';
import { SessionDialog } from '../../session-dialog';
import { onShortcut } from '../../shortcuts';
import { usePolling } from '../../use-polling';
import {
  cancelSendingAction,
  completeAction,
  correctAction,
  delegateAction,
  fillAnswerAction,
  markReadyAction,
  returnForReworkAction,
  saveDraftAction,
  sendAnswerAction,
  takeAction,
  takeBackAction,
} from '../actions';
import { AnswerFields } from './answer-fields';
import { AnswerText } from './answer-text';
import type { DebtorChoice, Dictionary, FileInfo } from './answer-view';
import { Block, openBlock } from './block';
import { Conflict } from './conflict';
import { CorrectDialog } from './correct-dialog';
import { DelegateDialog } from './delegate-dialog';
import { ReturnDialog } from './return-dialog';
import { SendDialog } from './send-dialog';
import { useLeaveGuard } from './use-leave-guard';

export interface AnswerCardProps {
  id: string;
  number: string;
  address: string;
  status: Status;
  version: number;
  /** As it is saved. */
  answer: AnswerInput;
  files: Record<string, FileInfo>;
  actions: Card['actions'];
  documentTypes: Dictionary[];
  identityTypes: Dictionary[];
  snilsRequired: boolean;
  people: readonly DebtorChoice[];
  sendsAs: string;
  /** Whom it may be delegated or returned to; empty for those who may do neither. */
  colleagues: readonly Colleague[];
  assigneeName: string | null;
  /** Of the files that can be attached. */
  extensions: string[];
  /** «20.11.2026, завтра до 24:00 мск» */
  deadline: string;
  /** An answer or its withdrawal is on its way to the portal. */
  underWay: boolean;
  savedAt: string | null;
  /** What stands at the end of the bar where no step is open. */
  sentence: string | null;
  /** Addresses of the registry this card was opened from and of the requests beside it there. */
  ways: { back: string; previous: string | null; next: string | null };
  know: ReactNode;
  /** Above the answer: the portal's refusal, or where its status and ours differ. */
  notice: ReactNode;
  /** Below it: history, messages. */
  after: ReactNode;
}

/** Buttons that save what the form holds and move the request on. */
const STEPS = { complete: completeAction, markReady: markReadyAction, send: sendAnswerAction };
type Step = keyof typeof STEPS;

const schemaResolver = zodResolver(answerSchema);
// what «отсутствует» hides is not sent and must not refuse the answer either
const resolver: Resolver<AnswerInput, unknown, Answer> = (values, context, options) =>
  schemaResolver(values.hasDebt ? values : { ...values, debtors: [], files: [] }, context, options);

/**
 * The card below its head: what is known (rendered by the server), the answer, the action bar. What a person typed lives
 * in the form alone: a refresh of the page, a stale version or an ended session never drop it.
 */
export function AnswerCard(props: AnswerCardProps) {
  const { id, version, answer, actions } = props;
  const router = useRouter();
  const form = useForm<AnswerInput, unknown, Answer>({ defaultValues: answer, resolver, mode: 'onBlur' });
  const { isDirty } = form.formState;
  /** Version that the form's content stands on. */
  const [base, setBase] = useState(version);
  const [known, setKnown] = useState(props.files);
  // a file that somebody took out of the answer meanwhile keeps its name in what was typed here
  useEffect(() => setKnown((all) => ({ ...props.files, ...all })), [props.files]);
  const [uploading, setUploading] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const [signedOut, setSignedOut] = useState(false);
  const [dialog, setDialog] = useState<'send' | 'correct' | 'delegate' | 'return' | 'fill' | null>(null);
  /** Who has the card open too. */
  const [others, setOthers] = useState('');
  const [busy, startTransition] = useTransition();
  const going = useRef(false);
  const leave = useLeaveGuard(isDirty);
  const problemRef = useRef<HTMLDivElement>(null);

  const editable = actions.saveDraft.available;
  const files = { ...props.files, ...known };
  const newer = version > base;
  const conflict = newer && isDirty;

  // a newer version came and nothing typed here would be lost by it
  useEffect(() => {
    if (!newer || uploading > 0) return;
    const sameAnswer = JSON.stringify(form.formState.defaultValues) === JSON.stringify(answer);
    if (isDirty && !(sameAnswer && editable)) return;
    if (!isDirty) form.reset(answer);
    setBase(version);
  }, [newer, uploading, isDirty, editable, answer, version, form]);

  usePolling<{ status: Status; version: number; underWay: boolean; others: string[] }>(
    `/api/debt-requests/${id}/state`,
    props.status === 'sending' || props.underWay ? 1.5 : 15,
    (state) => {
      setOthers(state.others.join(', '));
      if (state.version !== version || state.status !== props.status || state.underWay !== props.underWay)
        router.refresh();
    },
    () => setSignedOut(true),
  );

  /** One action at a time: the second click of a double click comes before the button is drawn as busy. */
  const run = (action: () => Promise<void>) => {
    if (going.current) return;
    going.current = true;
    startTransition(async () => {
      try {
        await action();
      } catch {
        // the server was not reached, or has been replaced under the open page
        setProblem('Нет связи с\u00a0сервером. Введённое осталось на\u00a0странице: повторите через минуту.');
      } finally {
        going.current = false;
      }
    });
  };

  const refuse = (refusal: Refusal) => {
    if (refusal.reason === 'unauthenticated') return setSignedOut(true);
    setProblem(refusalInWords(refusal));
    if (refusal.reason === 'invalid') showFieldErrors(refusal.fields ?? {});
    // whoever was quicker is shown beside what was typed here; a card that went to somebody else would vanish with it, and a
    // page that the server cannot make just now would take its place
    else if (refusal.reason !== 'failed' && (refusal.reason !== 'notFound' || !isDirty)) router.refresh();
    problemRef.current?.scrollIntoView({ block: 'nearest' });
  };

  const showFieldErrors = (fields: Record<string, string>) => {
    openBlock('answer');
    const entries = Object.entries(fields);
    entries.forEach(([path, message], i) => {
      form.setError(path as FieldPath<AnswerInput>, { message }, { shouldFocus: i === 0 });
    });
    if (fields.hasDebt) document.getElementById('answer-choice')?.querySelector('input')?.focus();
  };

  const settle = (result: Result<{ version: number }>, saved: AnswerInput | null, words: string) => {
    if (!result.ok) return refuse(result);
    // what was typed since the press stays and counts as not saved
    if (saved) form.reset(saved, { keepValues: true });
    setBase(result.version);
    setDone(words);
    router.refresh();
  };

  const save = form.handleSubmit((output) => {
    if (!editable || busy || waitForUploads()) return;
    const typed = form.getValues();
    run(async () => {
      clear();
      settle(await saveDraftAction({ id, version: base, answer: output }), copyOf(typed), 'Сохранено.');
    });
  }, pointToErrors);

  /** Checks the answer as the server will, then asks (sending) or goes on. */
  const begin = (step: Step) =>
    form.handleSubmit((output) => {
      if (busy || waitForUploads()) return;
      clear();
      const missing = incompleteFields(output, props);
      if (Object.keys(missing).length > 0) {
        setProblem('Ответ заполнен не\u00a0полностью.');
        return showFieldErrors(missing);
      }
      if (step === 'send') setDialog('send');
      else perform(step, output);
    }, pointToErrors)();

  const perform = (step: Step, output: Answer) => {
    const typed = copyOf(form.getValues());
    run(async () => {
      setDialog(null);
      settle(await STEPS[step]({ id, version: base, answer: output }), typed, '');
    });
  };

  const simple = (action: typeof takeAction) =>
    run(async () => {
      clear();
      settle(await action({ id, version: base }), null, '');
    });

  function pointToErrors() {
    openBlock('answer');
    setDone(null);
    setProblem('Исправьте отмеченные поля: из-за\u00a0них ответ не\u00a0сохраняется.');
  }
  function waitForUploads(): boolean {
    if (uploading > 0) setProblem('Файлы ещё загружаются. Дождитесь окончания и\u00a0повторите.');
    return uploading > 0;
  }
  function clear() {
    setProblem(null);
    setDone(null);
  }

  const main = mainAction(actions);
  const act = (action: PersonalAction) => {
    if (action === 'take') simple(takeAction);
    if (action === 'complete' || action === 'markReady' || action === 'send') begin(action);
  };
  useEffect(() =>
    onShortcut([
      ['Ctrl+Enter', () => void save()],
      ['Ctrl+Shift+Enter', () => main && act(main)],
      ['KeyJ', () => props.ways.next && leave.go(props.ways.next)],
      ['KeyK', () => props.ways.previous && leave.go(props.ways.previous)],
      ['Escape', () => leave.go(props.ways.back)],
    ]),
  );

  /** A step of the request alone: what is typed in the form is neither sent nor lost. */
  const move = (action: () => Promise<Result<{ version: number }>>) =>
    run(async () => {
      clear();
      const result = await action();
      setDialog(null);
      settle(result, null, '');
    });

  const fill = () => move(() => fillAnswerAction({ id, version: base, replace: props.savedAt !== null }));

  const secondary = (['markReady', 'take'] as const).filter((action) => action !== main && actions[action].available);
  const cannotSend = actions.markReady.available && !actions.send.available ? actions.send.reason : null;

  return (
    <FormProvider {...form}>
      <div className="card">
        {props.know}
        <form
          className="say"
          aria-label="Ответ"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <div role="status">
            {others && <p className="q2 mb-2">Карточка открыта также у&nbsp;сотрудников: {others}</p>}
          </div>
          {props.notice}
          <div ref={problemRef} role="alert">
            {problem && !conflict && (
              <Note kind="bad" className="mb-4">
                {problem}
              </Note>
            )}
          </div>
          {conflict && (
            <Conflict
              saved={answer}
              files={files}
              identityTypes={props.identityTypes}
              editable={editable}
              onKeep={() => {
                setProblem(null);
                setBase(version);
              }}
              onTake={() => {
                setProblem(null);
                form.reset(answer);
                setBase(version);
              }}
            />
          )}
          <Block name="answer" title="Ответ" aside={editable && props.savedAt && `Сохранён ${props.savedAt}`}>
            {editable ? (
              <AnswerFields
                documentTypes={props.documentTypes}
                identityTypes={props.identityTypes}
                snilsRequired={props.snilsRequired}
                people={props.people}
                files={{
                  requestId: id,
                  extensions: props.extensions,
                  known: files,
                  onUploaded: (fileId, info) => setKnown((all) => ({ ...all, [fileId]: info })),
                  onUploading: (change) => setUploading((count) => count + change),
                  onSignedOut: () => setSignedOut(true),
                }}
              />
            ) : (
              <AnswerText
                answer={answer}
                files={files}
                documentTypes={props.documentTypes}
                identityTypes={props.identityTypes}
              />
            )}
          </Block>
          {props.after}
        </form>
      </div>
      <div className="bar" role="toolbar" aria-label="Действия с&nbsp;ответом">
        {main && (
          <Button kind="main" keys="Ctrl Shift Enter" unavailable={busy} onClick={() => act(main)}>
            {ACTION_LABELS[main]}
          </Button>
        )}
        {cannotSend && (
          <Button unavailable aria-describedby="cannot-send">
            {ACTION_LABELS.send}
          </Button>
        )}
        {secondary.map((action) => (
          <Button key={action} unavailable={busy} onClick={() => act(action)}>
            {ACTION_LABELS[action]}
          </Button>
        ))}
        {actions.fill.available && (
          <Button
            unavailable={busy}
            onClick={() => {
              clear();
              if (isDirty) setProblem('Сначала сохраните введённое: заполнение заменит его.');
              else if (props.savedAt) setDialog('fill');
              else fill();
            }}
          >
            {ACTION_LABELS.fill}
          </Button>
        )}
        {actions.returnForRework.available && (
          <Button unavailable={busy} onClick={() => setDialog('return')}>
            {ACTION_LABELS.returnForRework}
          </Button>
        )}
        {actions.delegate.available && (
          <Button unavailable={busy} onClick={() => setDialog('delegate')}>
            {ACTION_LABELS.delegate}
          </Button>
        )}
        {actions.takeBack.available && (
          <Button unavailable={busy} onClick={() => simple(takeBackAction)}>
            {ACTION_LABELS.takeBack}
          </Button>
        )}
        {actions.unsent.available && (
          <Button unavailable={busy} onClick={() => simple(cancelSendingAction)}>
            {ACTION_LABELS.unsent}
          </Button>
        )}
        {(actions.correct.available || actions.correct.reason) && (
          <Button
            unavailable={busy || !actions.correct.available}
            aria-describedby={actions.correct.available ? undefined : 'cannot-correct'}
            onClick={() => setDialog('correct')}
          >
            {ACTION_LABELS.correct}
          </Button>
        )}
        {editable && (
          <>
            <span className="div" />
            <Button keys="Ctrl Enter" unavailable={busy} onClick={() => void save()}>
              {ACTION_LABELS.saveDraft}
            </Button>
          </>
        )}
        <p className={main || editable || actions.correct.available ? 'end' : 'end solo'} role="status">
          {cannotSend && <span id="cannot-send">{cannotSend} </span>}
          {!actions.correct.available && actions.correct.reason && (
            <span id="cannot-correct">{actions.correct.reason} </span>
          )}
          {done && !isDirty && `${done} `}
          {isDirty && 'Есть несохранённые изменения. '}
          {props.sentence ??
            (actions.send.available
              ? `Ответ уйдёт от\u00a0имени: ${props.sendsAs}`
              : !editable && !main && actions.saveDraft.available === false && actions.saveDraft.reason)}
        </p>
      </div>
      <Dialog
        open={dialog === 'fill'}
        onClose={() => setDialog(null)}
        title="Заменить сохранённый ответ?"
        buttons={
          <>
            <Button kind="main" unavailable={busy} onClick={fill}>
              Заменить
            </Button>
            <Button data-first onClick={() => setDialog(null)}>
              Оставить
            </Button>
          </>
        }
      >
        <p>Ответ, должники и&nbsp;комментарий станут такими, как следует из&nbsp;судебных дел.</p>
      </Dialog>
      <SendDialog
        open={dialog === 'send'}
        number={props.number}
        address={props.address}
        deadline={props.deadline}
        sendsAs={props.sendsAs}
        answer={form.getValues()}
        busy={busy}
        onClose={() => setDialog(null)}
        onSend={() => void form.handleSubmit((output) => perform('send', output))()}
      />
      <CorrectDialog
        open={dialog === 'correct'}
        number={props.number}
        busy={busy}
        onClose={() => setDialog(null)}
        onCorrect={(reason) =>
          run(async () => {
            clear();
            setDialog(null);
            settle(await correctAction({ id, version: base, reason }), null, '');
          })
        }
      />
      <DelegateDialog
        open={dialog === 'delegate'}
        title={`Делегировать запрос №\u00a0${props.number}`}
        colleagues={props.colleagues}
        busy={busy}
        onClose={() => setDialog(null)}
        onDelegate={(assigneeId, note) => move(() => delegateAction({ id, version: base, assigneeId, note }))}
      />
      <ReturnDialog
        open={dialog === 'return'}
        number={props.number}
        assigneeName={props.assigneeName}
        colleagues={props.colleagues}
        busy={busy}
        onClose={() => setDialog(null)}
        onReturn={(comment, assigneeId) =>
          move(() => returnForReworkAction({ id, version: base, comment, ...(assigneeId ? { assigneeId } : {}) }))
        }
      />
      <SessionDialog
        open={signedOut}
        onClose={() => setSignedOut(false)}
        onLoggedIn={() => {
          setSignedOut(false);
          // the head may name somebody else now
          router.refresh();
        }}
      />
      <Dialog
        open={leave.asked}
        onClose={leave.stay}
        title="Уйти без сохранения?"
        buttons={
          <>
            <Button kind="main" data-first onClick={leave.stay}>
              Остаться
            </Button>
            <Button kind="stop" onClick={leave.leave}>
              Уйти, не&nbsp;сохраняя
            </Button>
          </>
        }
      >
        <p>На этой странице есть несохранённые изменения ответа. Если уйти, они пропадут.</p>
      </Dialog>
    </FormProvider>
  );
}

/** The next step of this person; one a view (mock «card-actions»). */
function mainAction(actions: Card['actions']): 'send' | 'complete' | 'markReady' | 'take' | null {
  return (['send', 'complete', 'markReady', 'take'] as const).find((action) => actions[action].available) ?? null;
}

const copyOf = (answer: AnswerInput): AnswerInput => structuredClone(answer);
