'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import { errorProps, Field, FieldError } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import { formatDate } from '@/lib/calendar/format';
import { plural } from '@/lib/calendar/plural';
import type { AutoAnswerSettings } from '@/lib/debt-requests/autoanswer-schema';
import type { AutoAnswerPreview } from '@/lib/debt-requests/autoanswer-settings';
import { useLeaveGuard } from '../../debt-requests/[id]/use-leave-guard';
import { previewAutoAnswerAction, saveAutoAnswerAction } from '../actions';
import { useSaving } from '../use-saving';

const CHOICES: { which: AutoAnswerSettings['which']; label: string; hint: string }[] = [
  { which: 'off', label: 'Выключен', hint: 'Без человека не\u00a0уходит ничего.' },
  {
    which: 'no_court_debt',
    label: 'Сопоставленные и\u00a0без судебной задолженности',
    hint: 'Помещение найдено, у\u00a0него есть лицевые счета, и\u00a0по\u00a0судебным делам долга точно нет.',
  },
  {
    which: 'all',
    label: 'Все без ответа, как в\u00a0РИАС\u00a0ЖКХ',
    hint: 'Портал получит «отсутствует» и\u00a0там, где помещение не\u00a0найдено и\u00a0суд никто не\u00a0проверял. Если долг был, его признают отсутствующим, и\u00a0отвечаете за\u00a0это вы. Не\u00a0уйдут только запросы, где в\u00a0судебных делах есть долг или сомнение.',
  },
];

/** «Автоответ»: what is typed stays; it is switched on only over a list that was looked at. */
export function AutoAnswerForm({ initial }: { initial: AutoAnswerSettings }) {
  const router = useRouter();
  const [state, setState] = useState({ ...initial, days: String(initial.days) });
  const [saved, setSaved] = useState(state);
  const [preview, setPreview] = useState<AutoAnswerPreview | null>(null);
  const { errors, note, setNote, busy, submit, refuse, session } = useSaving();
  useLeaveGuard(JSON.stringify(state) !== JSON.stringify(saved));

  const ask = () =>
    submit(async () => {
      if (state.which === 'off') return save('');
      const result = await previewAutoAnswerAction(state);
      if (result.ok) setPreview(result.preview);
      else refuse(result);
    });
  const save = async (stamp: string) => {
    const result = await saveAutoAnswerAction({ ...state, stamp });
    setPreview(null);
    if (!result.ok) {
      refuse(result);
      return;
    }
    setSaved(state);
    setNote({ kind: 'plain', text: state.which === 'off' ? 'Автоответ выключен.' : 'Автоответ включён.' });
    router.refresh();
  };

  return (
    <>
      <form
        className="grid gap-4"
        noValidate
        aria-label="Настройка автоответа"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) ask();
        }}
      >
        <div role="status">{note && <Note kind={note.kind}>{note.text}</Note>}</div>
        <fieldset className="grid gap-2" aria-describedby={errors.which ? 'which-error' : undefined}>
          <legend className="l">На&nbsp;какие запросы отвечать</legend>
          {CHOICES.map(({ which, label, hint }) => (
            <div key={which}>
              <label className="flex items-center gap-2">
                <input
                  type="radio"
                  name="which"
                  // the first is where an error of the whole group leads
                  id={which === 'off' ? 'which' : `which-${which}`}
                  checked={state.which === which}
                  aria-describedby={`which-${which}-hint`}
                  onChange={() => setState({ ...state, which })}
                />
                {label}
              </label>
              <p className="hint pl-6" id={`which-${which}-hint`}>
                {hint}
              </p>
            </div>
          ))}
          <FieldError id="which-error" error={errors.which} />
        </fieldset>
        <div className="flex flex-wrap gap-4">
          <Field id="days" label="Сколько дней осталось до&nbsp;конца срока" error={errors.days}>
            <select
              className="in"
              id="days"
              value={state.days}
              onChange={(event) => setState({ ...state, days: event.target.value })}
              {...errorProps('days', errors.days)}
            >
              {[0, 1, 2, 3, 4].map((days) => (
                <option key={days} value={days}>
                  {days === 0 ? '0: в\u00a0последний день' : `${days} или меньше`}
                </option>
              ))}
            </select>
          </Field>
          <Field id="workingDays" label="Какие дни считать">
            <select
              className="in"
              id="workingDays"
              value={state.workingDays ? 'working' : 'calendar'}
              onChange={(event) => setState({ ...state, workingDays: event.target.value === 'working' })}
            >
              <option value="working">рабочие</option>
              <option value="calendar">календарные</option>
            </select>
          </Field>
          <Field id="at" label="Во&nbsp;сколько, по&nbsp;Москве" error={errors.at}>
            <input
              className="in num max-w-[96px]"
              id="at"
              autoComplete="off"
              maxLength={5}
              value={state.at}
              onChange={(event) => setState({ ...state, at: event.target.value })}
              {...errorProps('at', errors.at)}
            />
          </Field>
        </div>
        <Field
          id="comment"
          label="Комментарий в&nbsp;ответе, необязательно"
          hint="Его увидит соцзащита"
          error={errors.comment}
        >
          <textarea
            className="in"
            id="comment"
            rows={2}
            maxLength={1000}
            value={state.comment}
            onChange={(event) => setState({ ...state, comment: event.target.value })}
            {...errorProps('comment', errors.comment)}
          />
        </Field>
        <div>
          <Button kind="main" type="submit" unavailable={busy}>
            {state.which === 'off' ? 'Сохранить' : 'Посмотреть список и\u00a0сохранить'}
          </Button>
        </div>
        <Dialog
          open={preview !== null}
          onClose={() => setPreview(null)}
          title={preview && preview.total > 0 ? 'Эти запросы уйдут без человека' : 'Включить автоответ?'}
          buttons={
            <>
              <Button kind="main" unavailable={busy} onClick={() => submit(() => save(preview!.stamp))}>
                Включить автоответ
              </Button>
              <Button data-first onClick={() => setPreview(null)}>
                Не&nbsp;включать
              </Button>
            </>
          }
        >
          {preview && <PreviewOf preview={preview} />}
        </Dialog>
      </form>
      {session}
    </>
  );
}

function PreviewOf({ preview }: { preview: AutoAnswerPreview }) {
  const { total, rows, left, tooLate, next, noCases, past } = preview;
  return (
    <div className="grid gap-3">
      <p>{preview.rule}</p>
      <p>
        Ближайший запуск&nbsp;— {formatDate(next.day)}. По&nbsp;тому, что известно сейчас, уйдёт: <b>{total}</b>.
        {tooLate > 0 && ` До\u00a0запуска истечёт срок: ${tooLate}. На\u00a0них автоответ не\u00a0успеет.`}
      </p>
      {noCases && (
        <Note kind="warn">
          В&nbsp;«Отклике» нет ни&nbsp;одного судебного дела: «без судебной задолженности» сейчас означает «все
          сопоставленные».
        </Note>
      )}
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region
        <section className="max-h-[240px] overflow-y-auto" tabIndex={0} aria-label="Запросы, которые уйдут">
          <ul className="grid gap-2">
            {rows.map((row) => (
              <li key={row.id}>
                <span className="num">{row.requestNumber}</span>, срок {formatDate(row.responseDate)}
                <br />
                {row.address}
                <br />
                <span className="q2">{row.reason}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {total > rows.length && (
        <p className="q2">
          Показаны первые {rows.length} из&nbsp;{total}.
        </p>
      )}
      {left.length > 0 && (
        <p>
          С&nbsp;тем&nbsp;же сроком останутся людям:{' '}
          {left.map(({ reason, count }) => `${reason}\u00a0— ${count}`).join(', ')}.
        </p>
      )}
      <PastOf past={past} />
    </div>
  );
}

/** «За последние 30 дней…»: the same sentence in the dialog and beside the settings. */
export function PastOf({ past }: { past: AutoAnswerPreview['past'] }) {
  if (past.total === 0)
    return <p className="q2">Сроков за&nbsp;последние 30&nbsp;дней не&nbsp;было: сравнить не&nbsp;с&nbsp;чем.</p>;
  return (
    <p className={past.wrong > 0 ? '' : 'q2'}>
      За&nbsp;последние 30&nbsp;дней с&nbsp;такой настройкой ушло&nbsp;бы {past.would}{' '}
      {plural(past.would, 'ответ', 'ответа', 'ответов')} из&nbsp;{past.total} (судебные дела&nbsp;— как сейчас).{' '}
      {past.wrong > 0 && (
        <b>На&nbsp;{past.wrong} из&nbsp;них люди потом ответили «существует»: эти автоответы были&nbsp;бы неверными.</b>
      )}
    </p>
  );
}

/** Beside a present run: «Прервать». */
export function TomorrowLink({ total, day, today }: { total: number; day: string; today: string }) {
  return (
    <Link href="/radar">
      {day === today ? 'Сегодня' : 'Завтра'} будет отправлено автоматически: {total}
    </Link>
  );
}
