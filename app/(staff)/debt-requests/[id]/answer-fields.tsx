'use client';

import { useFieldArray, useFormContext, useWatch } from 'react-hook-form';
import { Button } from '@/app/ui/button';
import { errorProps, FieldError } from '@/app/ui/field';
import { type AnswerInput, emptyDebtor, MAX_FILES } from '@/lib/debt-requests/answer-schema';
import type { DebtorChoice, Dictionary } from './answer-view';
import { DebtorFields } from './debtor-fields';
import { FileList, type FilesProps } from './file-list';

const MAX_COMMENT = 1000;

interface AnswerFieldsProps {
  documentTypes: Dictionary[];
  identityTypes: Dictionary[];
  snilsRequired: boolean;
  /** Respondents, owners and residents whom a debtor may be picked from. */
  people: readonly DebtorChoice[];
  files: FilesProps;
}

export function AnswerFields({ documentTypes, identityTypes, snilsRequired, people, files }: AnswerFieldsProps) {
  const { register, control, setValue, getValues, clearErrors, formState } = useFormContext<AnswerInput>();
  const hasDebt = useWatch({ control, name: 'hasDebt' });
  const description = useWatch({ control, name: 'description' });
  const debtors = useFieldArray({ control, name: 'debtors', keyName: 'key' });
  const attached = useFieldArray({ control, name: 'files', keyName: 'key' });
  const { errors } = formState;

  const choose = (value: boolean) => {
    setValue('hasDebt', value, { shouldDirty: true });
    clearErrors('hasDebt');
    if (value && debtors.fields.length === 0) debtors.append(emptyDebtor(), { shouldFocus: false });
  };
  /** Into the empty card that «существует» has opened, else beside the others. */
  const pick = (debtor: AnswerInput['debtors'][number]) => {
    const now = getValues('debtors');
    const empty = now.findIndex(
      (one) => !one.lastName && !one.firstName && !one.snils && !one.documentNumber && one.files.length === 0,
    );
    if (empty >= 0) debtors.update(empty, debtor);
    else debtors.append(debtor, { shouldFocus: false });
  };
  const remove = (index: number) => {
    debtors.remove(index);
    document.getElementById('add-debtor')?.focus();
  };

  return (
    <>
      <fieldset id="answer-choice" aria-describedby={errors.hasDebt ? 'hasDebt-error' : undefined}>
        <legend className="l">Задолженность, подтверждённая судебным решением</legend>
        <div className="choice">
          <label>
            <input type="radio" name="hasDebt" checked={hasDebt === false} onChange={() => choose(false)} /> отсутствует
          </label>
          <label>
            <input type="radio" name="hasDebt" checked={hasDebt === true} onChange={() => choose(true)} /> существует
          </label>
        </div>
        <FieldError id="hasDebt-error" error={errors.hasDebt?.message} />
      </fieldset>
      <div className="f mt-3">
        <span className="l flex justify-between">
          <label htmlFor="description">Комментарий</label>
          <span className={description.length > MAX_COMMENT ? 'bad num' : 'q num'} id="description-count">
            {description.length.toLocaleString('ru')}&nbsp;из&nbsp;{MAX_COMMENT.toLocaleString('ru')}
          </span>
        </span>
        <textarea
          className="in"
          id="description"
          rows={2}
          {...errorProps('description', errors.description?.message)}
          {...register('description')}
        />
        <FieldError id="description-error" error={errors.description?.message} />
      </div>
      {hasDebt && (
        <>
          <div className="sec">
            <div className="sec-h">
              <h2>Должники: {debtors.fields.length}</h2>
              {people.length > 0 && (
                <>
                  <label className="sr" htmlFor="pick-debtor">
                    Выбрать должника из&nbsp;ответчиков, собственников и&nbsp;жильцов
                  </label>
                  <select
                    className="in sm"
                    id="pick-debtor"
                    value=""
                    onChange={(event) => pick(people[Number(event.target.value)]!.debtor)}
                  >
                    <option value="">Выбрать из&nbsp;известных</option>
                    {people.map(({ label }, i) => (
                      <option key={label} value={i}>
                        {label}
                      </option>
                    ))}
                  </select>
                </>
              )}
              <Button id="add-debtor" small onClick={() => debtors.append(emptyDebtor())}>
                Добавить информацию о&nbsp;должнике
              </Button>
            </div>
            <FieldError error={errors.debtors?.root?.message ?? errors.debtors?.message} />
            <div className="debtors">
              {debtors.fields.map((debtor, index) => (
                <DebtorFields
                  key={debtor.key}
                  index={index}
                  onRemove={() => remove(index)}
                  documentTypes={documentTypes}
                  identityTypes={identityTypes}
                  snilsRequired={snilsRequired}
                  files={files}
                />
              ))}
            </div>
          </div>
          <div className="sec">
            <div className="sec-h">
              <h2>
                Файлы к&nbsp;ответу: {attached.fields.length}&nbsp;из&nbsp;{MAX_FILES}
              </h2>
            </div>
            <FileList
              {...files}
              to="к ответу"
              ids={attached.fields.map((file) => file.id)}
              onRemove={(index) => attached.remove(index)}
              onUploaded={(id, info) => {
                files.onUploaded(id, info);
                attached.append({ id }, { shouldFocus: false });
              }}
              error={errors.files?.root?.message ?? errors.files?.message}
            />
            <p className="hint mt-1">
              До&nbsp;{MAX_FILES}&nbsp;файлов, каждый не&nbsp;больше 5&nbsp;МБ: {files.extensions.join(', ')}.
            </p>
          </div>
        </>
      )}
    </>
  );
}
