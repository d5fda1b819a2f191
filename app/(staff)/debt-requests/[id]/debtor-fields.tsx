'use client';

import { useFieldArray, useFormContext } from 'react-hook-form';
import { Button } from '@/app/ui/button';
import { errorProps, Field } from '@/app/ui/field';
import { Icon } from '@/app/ui/sprite';
import type { AnswerInput } from '@/lib/debt-requests/answer-schema';
import { formatSnils } from '@/lib/snils';
import type { Dictionary } from './answer-view';
import { FileList, type FilesProps } from './file-list';

interface DebtorFieldsProps {
  index: number;
  onRemove: () => void;
  documentTypes: Dictionary[];
  identityTypes: Dictionary[];
  snilsRequired: boolean;
  files: FilesProps;
}

export function DebtorFields({
  index,
  onRemove,
  documentTypes,
  identityTypes,
  snilsRequired,
  files,
}: DebtorFieldsProps) {
  const { register, control, setValue, formState } = useFormContext<AnswerInput>();
  const attached = useFieldArray({ control, name: `debtors.${index}.files`, keyName: 'key' });
  const errors = formState.errors.debtors?.[index];
  const path = `debtors.${index}` as const;
  const id = (field: string) => `${path}.${field}`;
  const text = (
    field: 'lastName' | 'firstName' | 'middleName' | 'documentSeries' | 'documentNumber',
    label: string,
  ) => (
    <Field label={label} id={id(field)} error={errors?.[field]?.message}>
      <input
        className="in"
        id={id(field)}
        autoComplete="off"
        {...errorProps(id(field), errors?.[field]?.message)}
        {...register(`${path}.${field}`)}
      />
    </Field>
  );
  const snils = register(`${path}.snils`);
  const snilsError = errors?.snils?.message;
  const documentError = errors?.documentSeries ?? errors?.documentNumber ?? errors?.documentTypeCode;

  return (
    <section className={errors ? 'debtor bad-edge' : 'debtor'} aria-label={`Должник ${index + 1}`}>
      <div className="sec-h mb-1!">
        <h3>Должник {index + 1}</h3>
        <Button kind="quiet" small className="flush-r" onClick={onRemove} aria-label={`Убрать должника ${index + 1}`}>
          Убрать
        </Button>
      </div>
      <div className="row2">
        {text('lastName', 'Фамилия')}
        {text('firstName', 'Имя')}
        {text('middleName', 'Отчество, если есть')}
        <Field label={snilsRequired ? 'СНИЛС' : 'СНИЛС, если известен'} id={id('snils')} error={snilsError}>
          <input
            className="in num"
            id={id('snils')}
            inputMode="numeric"
            autoComplete="off"
            {...errorProps(id('snils'), snilsError)}
            {...snils}
            onBlur={(event) => {
              setValue(`${path}.snils`, formatSnils(event.target.value));
              return snils.onBlur(event);
            }}
          />
        </Field>
      </div>
      <details open={documentError ? true : undefined} className="mb-2">
        <summary>
          Документ, удостоверяющий личность <Icon name="down" />
        </summary>
        <div className="row2">
          <Field
            label="Вид документа"
            id={id('documentTypeCode')}
            error={errors?.documentTypeCode?.message}
            className="wide-row"
          >
            <select
              className="in"
              id={id('documentTypeCode')}
              {...errorProps(id('documentTypeCode'), errors?.documentTypeCode?.message)}
              {...register(`${path}.documentTypeCode`)}
            >
              <option value="">Не&nbsp;указан</option>
              {identityTypes.map((type) => (
                <option key={type.code} value={type.code}>
                  {type.name}
                </option>
              ))}
            </select>
          </Field>
          {text('documentSeries', 'Серия, если есть')}
          {text('documentNumber', 'Номер')}
        </div>
      </details>
      <FileList
        {...files}
        to={`к должнику ${index + 1}`}
        ids={attached.fields.map((file) => file.id)}
        onRemove={(position) => attached.remove(position)}
        onUploaded={(fileId, info) => {
          files.onUploaded(fileId, info);
          attached.append({ id: fileId, documentTypeCode: null }, { shouldFocus: false });
        }}
        error={errors?.files?.root?.message ?? errors?.files?.message}
        typeOf={(position) => {
          const error = errors?.files?.[position]?.documentTypeCode?.message;
          const selectId = id(`files.${position}.documentTypeCode`);
          return (
            <span>
              <select
                className="in sm"
                aria-label="Вид документа"
                {...errorProps(selectId, error)}
                {...register(`${path}.files.${position}.documentTypeCode`, {
                  setValueAs: (value: string | null) => value || null,
                })}
              >
                <option value="">Вид документа</option>
                {documentTypes.map((type) => (
                  <option key={type.code} value={type.code}>
                    {type.name}
                  </option>
                ))}
              </select>
              {error && (
                <span className="err" id={`${selectId}-error`}>
                  {error}
                </span>
              )}
            </span>
          );
        }}
      />
    </section>
  );
}
