'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import type { FillSettingsInput } from '@/lib/staff/fill-settings-schema';
import { refusalInWords } from '../../refusal-words';
import { saveFillSettingsAction } from '../actions';

/** What the manual leaves open; every default hands the case to a person. */
export function FillSettingsForm({ initial }: { initial: FillSettingsInput }) {
  const router = useRouter();
  const [state, setState] = useState(initial);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [note, setNote] = useState<{ kind: 'plain' | 'bad'; text: string } | null>(null);
  const [busy, act] = useTransition();
  const save = () =>
    act(async () => {
      setErrors({});
      setNote(null);
      const result = await saveFillSettingsAction(state);
      if (result.ok) {
        setNote({ kind: 'plain', text: 'Сохранено.' });
        return router.refresh();
      }
      const fields = result.reason === 'invalid' ? (result.fields ?? {}) : {};
      setErrors(fields);
      if (Object.keys(fields).length === 0) setNote({ kind: 'bad', text: refusalInWords(result) });
    });
  return (
    <form
      className="grid max-w-[640px] gap-4 p-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) save();
      }}
    >
      <div role="status">{note && <Note kind={note.kind}>{note.text}</Note>}</div>
      <p>
        «Заполнить ответ» смотрит судебные дела по&nbsp;лицевым счетам помещения. Что по&nbsp;ним не&nbsp;ясно
        наверняка, решает человек.
      </p>
      <Field id="impossible" label="Взыскание невозможно">
        <select
          className="in"
          id="impossible"
          value={state.impossible}
          onChange={(event) =>
            setState({ ...state, impossible: event.target.value as FillSettingsInput['impossible'] })
          }
        >
          <option value="unclear">решает человек</option>
          <option value="no">долга нет, как в&nbsp;1С</option>
        </select>
      </Field>
      <Field id="partlyOverlapping" label="Период взыскания входит в&nbsp;период запроса не&nbsp;полностью">
        <select
          className="in"
          id="partlyOverlapping"
          value={state.partlyOverlapping}
          onChange={(event) =>
            setState({ ...state, partlyOverlapping: event.target.value as FillSettingsInput['partlyOverlapping'] })
          }
        >
          <option value="unclear">решает человек</option>
          <option value="yes">долг есть</option>
        </select>
      </Field>
      <Field
        id="threshold"
        label="Если остаток меньше, решает человек, ₽"
        hint="0 — малых остатков нет"
        error={errors.threshold}
      >
        <input
          className="in"
          id="threshold"
          autoComplete="off"
          maxLength={30}
          value={state.threshold}
          onChange={(event) => setState({ ...state, threshold: event.target.value })}
          {...errorProps('threshold', errors.threshold)}
        />
      </Field>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={state.verifyYes}
          onChange={(event) => setState({ ...state, verifyYes: event.target.checked })}
        />
        «Да» отправлять только после подтверждения службы работы с&nbsp;должниками
      </label>
      <fieldset className="grid gap-2">
        <legend className="l">Загрузка ответов из&nbsp;файла</legend>
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={state.fileEmptyMeansNo}
            onChange={(event) => setState({ ...state, fileEmptyMeansNo: event.target.checked })}
          />
          Читать как «НЕТ» всё, кроме «ДА», даже пустую ячейку
        </label>
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={state.fileSendAtOnce}
            onChange={(event) => setState({ ...state, fileSendAtOnce: event.target.checked })}
          />
          Отправлять сразу после загрузки
        </label>
        <p className="q2">
          Так работает РИАС&nbsp;ЖКХ. У&nbsp;нас и&nbsp;с&nbsp;этими настройками сначала видно, что изменится и&nbsp;что
          уйдёт.
        </p>
      </fieldset>
      <div>
        <Button kind="main" type="submit" unavailable={busy}>
          Сохранить
        </Button>
      </div>
    </form>
  );
}
