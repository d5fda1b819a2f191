'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type ComponentProps, type ReactNode, useEffect, useState } from 'react';
import { type FieldPath, useForm } from 'react-hook-form';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import { errorProps, Field, FieldError } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import { type GisSettings, type GisSettingsInput, gisSettingsSchema } from '@/lib/staff/gis-settings-schema';
import { useLeaveGuard } from '../debt-requests/[id]/use-leave-guard';
import { refusalInWords } from '../refusal-words';
import { SessionDialog } from '../session-dialog';
import { onShortcut } from '../shortcuts';
import { saveGisSettingsAction } from './actions';
import { LinkState } from './link-state';
import type { LinkView } from './link-view';

type Name = FieldPath<GisSettingsInput>;

/** Left: whether the link works. Right: the settings; what is typed stays in the form until it is saved. */
export function SettingsForm({ settings, link }: { settings: GisSettings; link: LinkView }) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [saved, setSaved] = useState(false);
  const [signedOut, setSignedOut] = useState(false);
  const form = useForm<GisSettingsInput, unknown, GisSettings>({
    defaultValues: { ...settings, executorGuid: settings.executorGuid ?? '' },
    resolver: zodResolver(gisSettingsSchema),
    mode: 'onBlur',
  });
  const { errors, isDirty, isSubmitting } = form.formState;

  const save = form.handleSubmit(async () => {
    setProblem(null);
    setSaved(false);
    // as it was typed: the server reads it by the same schema
    const typed = form.getValues();
    const result = await saveGisSettingsAction(typed);
    if (result.ok) {
      // what was typed since the press stays and counts as not saved
      form.reset(typed, { keepValues: true });
      setSaved(true);
      router.refresh();
      return;
    }
    if (result.reason === 'unauthenticated') return setSignedOut(true);
    const fields = result.reason === 'invalid' ? Object.entries(result.fields ?? {}) : [];
    fields.forEach(([name, message], i) => {
      form.setError(name as Name, { message }, { shouldFocus: i === 0 });
    });
    if (fields.length === 0) setProblem(refusalInWords(result));
  });

  const leave = useLeaveGuard(isDirty);
  useEffect(() => onShortcut([['Ctrl+Enter', () => void save()]]));
  const field = (name: Name, label: string, hint: ReactNode, input: ComponentProps<'input'> = {}) => (
    <Field id={name} label={label} error={errors[name]?.message}>
      <input className="in" id={name} autoComplete="off" {...form.register(name)} {...described(name)} {...input} />
      <Hint name={name}>{hint}</Hint>
    </Field>
  );
  const guid = (name: Name, label: string, hint: ReactNode) =>
    field(name, label, hint, { className: 'in mono max-w-[360px]', maxLength: 100, spellCheck: false });
  const count = (name: Name, label: string, hint: ReactNode) =>
    field(name, label, hint, { className: 'in num max-w-[96px]', maxLength: 10, inputMode: 'numeric' });
  const check = (name: Name, label: string, hint: ReactNode) => (
    <div className="f">
      <label className="ck">
        <input type="checkbox" {...form.register(name)} {...described(name)} />
        <span>{label}</span>
      </label>
      <Hint name={name} className="pl-6">
        {hint}
      </Hint>
      <FieldError id={`${name}-error`} error={errors[name]?.message} />
    </div>
  );
  /** The hint is part of what a screen reader says of the field, the error too when there is one. */
  const described = (name: Name) => {
    const error = errorProps(name, errors[name]?.message);
    return { ...error, 'aria-describedby': [error['aria-describedby'], `${name}-hint`].filter(Boolean).join(' ') };
  };

  return (
    <>
      <div className="card">
        <LinkState initial={link} dirty={isDirty} onSignedOut={() => setSignedOut(true)} />
        <form
          className="say"
          aria-label="Настройки связи"
          method="post"
          noValidate
          onSubmit={(event) => (isSubmitting ? event.preventDefault() : save(event))}
        >
          <div role="alert">
            {problem && (
              <Note kind="bad" className="mb-4">
                {problem}
              </Note>
            )}
          </div>
          <div className="grid max-w-[640px] gap-4">
            <Group title="Организация на&nbsp;портале">
              {guid(
                'orgPpaGuid',
                'Идентификатор поставщика информации (orgPPAGUID)',
                <>
                  Портал присваивает его организации, которая дала доступ информационной системе. Его сообщает оператор
                  системы. Пример: 7d3f1a52-6c0b-4b7e-9a41-2f5e8c9d0b13
                </>,
              )}
              {guid(
                'executorGuid',
                'Идентификатор исполнителя, необязательно',
                <>
                  Для ответов, которые уйдут без участия человека. Это строка ID под ФИО сотрудника в&nbsp;личном
                  кабинете ГИС&nbsp;ЖКХ: «Администрирование»&nbsp;— «Сотрудники».
                </>,
              )}
            </Group>
            <Group title="Сообщения">
              {check(
                'isOperatorSignature',
                'Подписывает оператор информационной системы',
                'Отметьте, если сертификат выдан не\u00a0вашей организации, а\u00a0оператору системы: он подписывает за\u00a0вас (IsOperatorSignature).',
              )}
              <Field id="exportFormat" label="Версия формата запросов" error={errors.exportFormat?.message}>
                <select
                  className="in max-w-[360px]"
                  id="exportFormat"
                  {...form.register('exportFormat')}
                  {...described('exportFormat')}
                >
                  <option value="13.1.10.1">13.1.10.1: дом и&nbsp;номер помещения</option>
                  <option value="14.0.0.0">14.0.0.0: объект жилищного фонда</option>
                  <option value="15.3.0.0">15.3.0.0: то же, самая новая</option>
                </select>
                <Hint name="exportFormat">
                  Портал понемногу отключает старые версии. Если он отвергает сообщения без объяснения, выберите другую.
                </Hint>
              </Field>
            </Group>
            <Group title="Получение запросов">
              {field(
                'syncAt',
                'Во\u00a0сколько получать запросы каждый день, по\u00a0Москве',
                'Портал живёт по\u00a0московскому времени. Пропущенное (компьютер был выключен) получим, как только «Отклик» заработает.',
                { className: 'in num max-w-[96px]', maxLength: 5, placeholder: '04:15' },
              )}
              {count(
                'syncDays',
                'За\u00a0сколько дней получать запросы',
                'Считая назад от\u00a0сегодняшнего дня, по\u00a0дате направления запроса. Не\u00a0больше 1100.',
              )}
              {check(
                'onlyUnanswered',
                'Получать запросы без ответов',
                'Портал отдаст только те, на\u00a0которые ещё нет ответа: сообщений меньше, получение быстрее.',
              )}
              {check(
                'syncAtLogin',
                'Загружать запросы при первом входе за\u00a0день',
                'Когда кто-то из\u00a0сотрудников входит впервые за\u00a0день, запросы получаются с\u00a0портала сами.',
              )}
            </Group>
            <Group title="Ответы">
              {check(
                'snilsRequired',
                'СНИЛС должника обязателен',
                'Портал примет ответ и\u00a0без него, но с\u00a0ним соцзащита не\u00a0спутает однофамильцев.',
              )}
              {count(
                'freshnessHours',
                'Сколько часов годятся полученные запросы',
                'Если получали раньше, перед отправкой ответов «Отклик» получит запросы снова и\u00a0узнает, не\u00a0отозваны ли они. Не\u00a0больше 168.',
              )}
            </Group>
          </div>
        </form>
      </div>
      <div className="bar" role="toolbar" aria-label="Действия с&nbsp;настройками">
        <Button kind="main" keys="Ctrl Enter" unavailable={isSubmitting} onClick={() => void save()}>
          Сохранить
        </Button>
        <p className="end" role="status">
          {isDirty
            ? 'Есть несохранённые изменения.'
            : saved && (
                <>
                  Сохранено. Если менялись идентификаторы или формат, проверьте связь.{' '}
                  <Link href="/help#check">Как</Link>
                </>
              )}
        </p>
      </div>
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
        <p>На&nbsp;этой странице есть несохранённые изменения настроек. Если уйти, они пропадут.</p>
      </Dialog>
      <SessionDialog
        open={signedOut}
        onClose={() => setSignedOut(false)}
        onLoggedIn={() => {
          setSignedOut(false);
          router.refresh();
        }}
      />
    </>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="grid gap-3 [&+&]:mt-2 [&+&]:border-t [&+&]:border-line [&+&]:pt-4">
      <legend className="float-left mb-1 text-xl/6 font-semibold">{title}</legend>
      {children}
    </fieldset>
  );
}

function Hint({ name, className = '', children }: { name: Name; className?: string; children: ReactNode }) {
  return (
    <p className={`hint mt-1 ${className}`} id={`${name}-hint`}>
      {children}
    </p>
  );
}
