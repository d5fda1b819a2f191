'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import { DECISIONS, KINDS, RESULTS } from '@/lib/court-cases/case-schema';
import type { Refusal } from '@/lib/errors';
import { useLeaveGuard } from '../debt-requests/[id]/use-leave-guard';
import { refusalInWords } from '../refusal-words';
import { SessionDialog } from '../session-dialog';
import { saveCaseAction } from './actions';
import { emptyRespondent, type FormRespondent, type FormState } from './case-view';

interface CaseFormProps {
  initial: FormState;
  /** Owners and residents of the account. */
  people: { label: string; respondent: FormRespondent }[];
  /** НСИ 95. */
  identityTypes: { code: string; name: string }[];
  mayKeep: boolean;
}

/** «Исковое заявление»: the tabs of 1С one under another. What was typed stays whatever happens. */
export function CaseFormScreen({ initial, people, identityTypes, mayKeep }: CaseFormProps) {
  const router = useRouter();
  const [state, setState] = useState(initial);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [note, setNote] = useState<{ kind: 'plain' | 'bad'; text: string } | null>(null);
  const [signedOut, setSignedOut] = useState(false);
  const [busy, act] = useTransition();
  useLeaveGuard(JSON.stringify(state) !== JSON.stringify(initial));

  const refuse = (refusal: Refusal) => {
    if (refusal.reason === 'unauthenticated') return setSignedOut(true);
    const fields = refusal.reason === 'invalid' ? (refusal.fields ?? {}) : {};
    setErrors(fields);
    setNote({ kind: 'bad', text: refusalInWords(refusal) });
    const [first] = Object.keys(fields);
    if (first) document.getElementById(first)?.focus();
  };
  const save = () =>
    act(async () => {
      setNote(null);
      setErrors({});
      const result = await saveCaseAction(state);
      if (!result.ok) return refuse(result);
      const saved = { ...state, id: result.id, version: result.version };
      setState(saved);
      setNote({ kind: 'plain', text: 'Сохранено.' });
      if (initial.id) router.refresh();
      else router.replace(`/court-cases/${result.id}`);
    });
  const set = (column: keyof FormState['columns'], value: string) =>
    setState((now) => ({ ...now, columns: { ...now.columns, [column]: value } }));
  const setRespondent = (at: number, column: keyof FormRespondent, value: string) =>
    setState((now) => ({
      ...now,
      respondents: now.respondents.map((one, i) => (i === at ? { ...one, [column]: value } : one)),
    }));

  const text = (column: keyof FormState['columns'], label: string, hint?: string) => {
    const id = `columns.${column}`;
    return (
      <Field id={id} label={label} error={errors[id]} {...(hint ? { hint } : {})}>
        <input
          className="in"
          id={id}
          autoComplete="off"
          maxLength={1000}
          readOnly={!mayKeep}
          value={state.columns[column]}
          onChange={(event) => set(column, event.target.value)}
          {...errorProps(id, errors[id])}
        />
      </Field>
    );
  };
  const choice = (column: keyof FormState['columns'], label: string, words: Record<string, string>, empty?: string) => {
    const id = `columns.${column}`;
    return (
      <Field id={id} label={label} error={errors[id]}>
        <select
          className="in"
          id={id}
          disabled={!mayKeep}
          value={state.columns[column]}
          onChange={(event) => set(column, event.target.value)}
          {...errorProps(id, errors[id])}
        >
          {empty !== undefined && <option value="">{empty}</option>}
          {Object.entries(words).map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
      </Field>
    );
  };
  const respondentText = (at: number, column: keyof FormRespondent, label: string) => {
    const id = `respondents.${at}.${column}`;
    return (
      <Field id={id} label={label} error={errors[id]}>
        <input
          className="in"
          id={id}
          autoComplete="off"
          maxLength={600}
          readOnly={!mayKeep}
          value={state.respondents[at]![column]}
          onChange={(event) => setRespondent(at, column, event.target.value)}
          {...errorProps(id, errors[id])}
        />
      </Field>
    );
  };
  const identityType = (at: number) => {
    const id = `respondents.${at}.documentTypeCode`;
    return (
      <Field id={id} label="Документ, удостоверяющий личность" error={errors[id]}>
        <select
          className="in"
          id={id}
          disabled={!mayKeep}
          value={state.respondents[at]!.documentTypeCode}
          onChange={(event) => setRespondent(at, 'documentTypeCode', event.target.value)}
          {...errorProps(id, errors[id])}
        >
          <option value="">Не&nbsp;указан</option>
          {identityTypes.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </Field>
    );
  };
  const add = (respondent: FormRespondent) =>
    setState((now) => ({ ...now, respondents: [...now.respondents, respondent] }));
  const left = people.filter(
    ({ respondent }) =>
      !state.respondents.some(
        (one) =>
          one.lastName === respondent.lastName &&
          one.firstName === respondent.firstName &&
          one.organizationName === respondent.organizationName,
      ),
  );
  const columns = 'grid gap-3 md:grid-cols-3';

  return (
    <>
      <form
        className="pad grid gap-5 pb-5 max-w-[1000px]"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && mayKeep) save();
        }}
      >
        <div role="status">
          {note && <Note kind={note.kind}>{note.text}</Note>}
          {!mayKeep && (
            <Note kind="info">Дела ведёт служба работы с&nbsp;должниками: здесь их можно только читать.</Note>
          )}
        </div>
        <fieldset>
          <legend className="pb-2 font-bold">Заявление</legend>
          <div className={columns}>
            {choice('kind', 'Вид', KINDS)}
            {text('number', 'Номер')}
            {text('filedOn', 'Дата', 'Например: 01.02.2025')}
            {text('court', 'Суд')}
            {text('periodStart', 'Период взыскания с')}
            {text('periodEnd', 'Период взыскания по')}
            {text('claimed', 'Сумма задолженности, ₽')}
          </div>
        </fieldset>
        <fieldset>
          <legend className="pb-2 font-bold">Судопроизводство</legend>
          <div className={columns}>
            {choice('decision', 'Решение суда', DECISIONS, 'Решения ещё нет')}
            {text('actNumber', 'Номер акта')}
            {text('actDate', 'Дата акта')}
            {text('effectiveOn', 'Вступил в\u00a0силу')}
            {text('awarded', 'Сумма взыскания по\u00a0решению суда, ₽')}
            {text('cancelledOn', 'Отменён')}
            {text('cancellationReason', 'Почему отменён')}
          </div>
        </fieldset>
        <fieldset>
          <legend className="pb-2 font-bold">Исполнительное производство</legend>
          <div className={columns}>
            {choice('enforcementResult', 'Результат', RESULTS, 'Производства нет')}
            {text('enforcementNumber', 'Номер производства')}
            {text('enforcementOn', 'Дата результата')}
            {text('collected', 'Взысканная сумма, ₽')}
            {text('paidOn', 'Погашен')}
            {text('comment', 'Комментарий')}
          </div>
        </fieldset>
        <fieldset>
          <legend className="pb-2 font-bold">Ответчики: {state.respondents.length}</legend>
          <div className="grid gap-4">
            {state.respondents.length > 1 && (
              <div className={columns}>
                <Field id="liability" label="Отвечают">
                  <select
                    className="in"
                    id="liability"
                    disabled={!mayKeep}
                    value={state.liability}
                    onChange={(event) =>
                      setState({ ...state, liability: event.target.value as FormState['liability'] })
                    }
                  >
                    <option value="joint">солидарно</option>
                    <option value="shares">в&nbsp;долях</option>
                  </select>
                </Field>
              </div>
            )}
            {state.respondents.map((_, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a respondent has no other identity until it is saved
              <fieldset className="grid gap-2" key={i}>
                <legend className="q2">Ответчик {i + 1}</legend>
                <div className={columns}>
                  {respondentText(i, 'lastName', 'Фамилия')}
                  {respondentText(i, 'firstName', 'Имя')}
                  {respondentText(i, 'middleName', 'Отчество')}
                  {respondentText(i, 'birthDate', 'Дата рождения')}
                  {respondentText(i, 'snils', 'СНИЛС')}
                  {identityType(i)}
                  {respondentText(i, 'documentSeries', 'Серия, если есть')}
                  {respondentText(i, 'documentNumber', 'Номер документа')}
                  {respondentText(i, 'organizationName', 'или юридическое лицо')}
                  {state.liability === 'shares' && respondentText(i, 'share', 'Доля')}
                </div>
                {mayKeep && (
                  <Button
                    small
                    kind="quiet"
                    className="flush justify-self-start"
                    onClick={() =>
                      setState({ ...state, respondents: state.respondents.filter((__, other) => other !== i) })
                    }
                  >
                    Убрать ответчика {i + 1}
                  </Button>
                )}
              </fieldset>
            ))}
            {mayKeep && (
              <div className="flex flex-wrap gap-3">
                {left.map(({ label, respondent }) => (
                  <Button small key={JSON.stringify(respondent)} onClick={() => add(respondent)}>
                    Добавить: {label}
                  </Button>
                ))}
                <Button small onClick={() => add(emptyRespondent)}>
                  Добавить другого
                </Button>
              </div>
            )}
          </div>
        </fieldset>
        {mayKeep && (
          <div>
            <Button kind="main" type="submit" unavailable={busy}>
              Сохранить
            </Button>
          </div>
        )}
      </form>
      <SessionDialog
        open={signedOut}
        onClose={() => setSignedOut(false)}
        onLoggedIn={() => {
          setSignedOut(false);
          setNote(null);
        }}
      />
    </>
  );
}
