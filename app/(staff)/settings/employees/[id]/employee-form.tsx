'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState, useTransition } from 'react';
import { type FieldPath, useForm } from 'react-hook-form';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import { errorProps, Field, FieldError } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import { ROLE_LABELS, ROLES } from '@/lib/debt-requests/workflow';
import type { Refusal } from '@/lib/errors';
import { type Employee, type EmployeeInput, employeeSchema } from '@/lib/staff/employee-schema';
import type { EmployeeRow } from '@/lib/staff/employees';
import { useLeaveGuard } from '../../../debt-requests/[id]/use-leave-guard';
import { DivisionOptions } from '../../../division-options';
import { refusalInWords } from '../../../refusal-words';
import { SessionDialog } from '../../../session-dialog';
import {
  blockEmployeeAction,
  createEmployeeAction,
  resetPasswordAction,
  saveEmployeeAction,
  unblockEmployeeAction,
} from '../../actions';

interface EmployeeFormProps {
  /** Null = a new one. */
  employee: EmployeeRow | null;
  divisions: { id: string; name: string; depth: number }[];
  colleagues: { id: string; name: string }[];
  burden: { responsible: number; assigned: number; duties: string[] } | null;
}

type Name = FieldPath<EmployeeInput>;

const ROLE_HINTS = {
  executor: 'готовит ответы на\u00a0то, что ему поручено или ещё ничьё в\u00a0подразделении',
  head: 'отвечает за\u00a0запросы подразделения: делегирует, проверяет, отправляет',
  debt_clerk: 'ведёт судебную задолженность и\u00a0подтверждает автоматические «Да»',
  admin: 'ведёт сотрудников, подразделения и\u00a0настройки, видит все запросы организации',
} as const;

/** Everything about one employee: who he is, what he may, who stands in, the link to log in, blocking. */
export function EmployeeForm({ employee, divisions, colleagues, burden }: EmployeeFormProps) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [done, setDone] = useState<ReactNode>(null);
  const [signedOut, setSignedOut] = useState(false);
  const [blocking, setBlocking] = useState(false);
  const [busy, act] = useTransition();
  const form = useForm<EmployeeInput, unknown, Employee>({
    defaultValues: {
      lastName: employee?.lastName ?? '',
      firstName: employee?.firstName ?? '',
      patronymic: employee?.patronymic ?? '',
      login: employee?.login ?? '',
      email: employee?.email ?? '',
      roles: employee?.roles ?? [],
      divisionId: employee?.divisionId ?? '',
      gisEmployeeGuid: employee?.gisEmployeeGuid ?? '',
      canSend: employee?.canSend ?? false,
      deputyId: employee?.deputyId ?? '',
      awayFrom: employee?.awayFrom ?? '',
      awayUntil: employee?.awayUntil ?? '',
    },
    resolver: zodResolver(employeeSchema),
    mode: 'onBlur',
  });
  const { errors, isDirty } = form.formState;
  useLeaveGuard(isDirty);

  const refuse = (refusal: Refusal) => {
    if (refusal.reason === 'unauthenticated') return setSignedOut(true);
    const fields = refusal.reason === 'invalid' ? Object.entries(refusal.fields ?? {}) : [];
    fields.forEach(([name, message], i) => {
      form.setError(name as Name, { message }, { shouldFocus: i === 0 });
    });
    if (fields.length === 0) setProblem(refusalInWords(refusal));
  };
  const clear = () => {
    setProblem(null);
    setDone(null);
  };

  const save = form.handleSubmit(() => {
    const typed = form.getValues();
    act(async () => {
      clear();
      if (employee) {
        const result = await saveEmployeeAction({ id: employee.id, stamp: employee.stamp, employee: typed });
        if (!result.ok) return refuse(result);
        form.reset(typed);
        setDone('Сохранено.');
        router.refresh();
        return;
      }
      const result = await createEmployeeAction(typed);
      if (!result.ok) return refuse(result);
      form.reset(typed);
      setDone(
        result.token ? (
          <LinkOnce token={result.token} id={result.id} />
        ) : (
          'Сотрудник добавлен: он входит под своим прежним логином и\u00a0паролем.'
        ),
      );
    });
  });
  const reset = () =>
    act(async () => {
      clear();
      const result = await resetPasswordAction({ id: employee!.id });
      if (!result.ok) return refuse(result);
      setDone(<LinkOnce token={result.token} />);
    });
  const unblock = () =>
    act(async () => {
      clear();
      const result = await unblockEmployeeAction({ id: employee!.id });
      if (!result.ok) return refuse(result);
      router.refresh();
    });

  const text = (name: Name, label: string, hint?: ReactNode, className = 'in') => (
    <Field id={name} label={label} error={messageOf(name)}>
      <input
        className={className}
        id={name}
        autoComplete="off"
        maxLength={300}
        {...form.register(name)}
        {...errorProps(name, messageOf(name))}
      />
      {hint && <p className="hint mt-1">{hint}</p>}
    </Field>
  );
  const messageOf = (name: Name): string | undefined =>
    (errors as Record<string, { message?: string } | undefined>)[name]?.message;

  return (
    <>
      <form
        className="grid max-w-[720px] gap-4 p-4"
        aria-label="Сотрудник"
        method="post"
        noValidate
        onSubmit={(event) => (busy ? event.preventDefault() : save(event))}
      >
        <div role="alert">{problem && <Note kind="bad">{problem}</Note>}</div>
        <div role="status">{done && <Note>{done}</Note>}</div>
        {employee?.blockedAt && (
          <Note kind="warn">
            Сотрудник заблокирован: войти в&nbsp;эту организацию он не&nbsp;может.{' '}
            <Button small unavailable={busy} onClick={unblock}>
              Разблокировать
            </Button>
          </Note>
        )}
        <fieldset className="grid gap-3">
          <legend className="mb-2 font-semibold">Кто это</legend>
          {text('lastName', 'Фамилия')}
          {text('firstName', 'Имя')}
          {text('patronymic', 'Отчество, если есть')}
          {text('login', 'Логин')}
          {text(
            'email',
            'Почта для уведомлений, необязательно',
            'В\u00a0письмах нет персональных данных: только номер запроса и\u00a0срок.',
          )}
        </fieldset>
        <fieldset className="grid gap-3">
          <legend className="mb-2 font-semibold">Что может</legend>
          <div className="f">
            <span className="l" id="roles-label">
              Роли, одна или несколько
            </span>
            <ul className="grid gap-1" aria-labelledby="roles-label">
              {ROLES.map((role) => (
                <li key={role}>
                  <label className="ck">
                    <input type="checkbox" value={role} {...form.register('roles')} />
                    <span>
                      {ROLE_LABELS[role]} <span className="q2">— {ROLE_HINTS[role]}</span>
                    </span>
                  </label>
                </li>
              ))}
            </ul>
            <FieldError id="roles-error" error={messageOf('roles')} />
          </div>
          <Field id="divisionId" label="Подразделение" error={messageOf('divisionId')}>
            <select
              className="in max-w-[360px]"
              id="divisionId"
              {...form.register('divisionId')}
              {...errorProps('divisionId', messageOf('divisionId'))}
            >
              <option value="">Вся организация</option>
              <DivisionOptions divisions={divisions} />
            </select>
          </Field>
          <label className="ck">
            <input type="checkbox" {...form.register('canSend')} />
            <span>Может подписывать и&nbsp;отправлять ответы в&nbsp;ГИС&nbsp;ЖКХ</span>
          </label>
          {text(
            'gisEmployeeGuid',
            'Идентификатор сотрудника в\u00a0ГИС\u00a0ЖКХ',
            <>
              Без него отправить ответ нельзя. Это строка ID под ФИО сотрудника в&nbsp;личном кабинете ГИС&nbsp;ЖКХ:
              «Администрирование»&nbsp;— «Сотрудники». Пример: 7d3f1a52-6c0b-4b7e-9a41-2f5e8c9d0b13
            </>,
            'in mono max-w-[360px]',
          )}
        </fieldset>
        <fieldset className="grid gap-3">
          <legend className="mb-2 font-semibold">Отсутствие</legend>
          <Field id="deputyId" label="Замещает" error={messageOf('deputyId')}>
            <select
              className="in max-w-[360px]"
              id="deputyId"
              {...form.register('deputyId')}
              {...errorProps('deputyId', messageOf('deputyId'))}
            >
              <option value="">Никто</option>
              {colleagues.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
          <div className="flex flex-wrap gap-3">
            {(['awayFrom', 'awayUntil'] as const).map((name) => (
              <Field
                key={name}
                id={name}
                label={name === 'awayFrom' ? 'С' : 'По (включительно)'}
                error={messageOf(name)}
              >
                <input
                  className="in num"
                  type="date"
                  id={name}
                  {...form.register(name)}
                  {...errorProps(name, messageOf(name))}
                />
              </Field>
            ))}
          </div>
          <p className="hint">
            В&nbsp;эти дни заместитель видит и&nbsp;делает всё, что поручено сотруднику. Право отправлять и&nbsp;имя
            на&nbsp;ответе остаются его собственными.
          </p>
        </fieldset>
        <div className="flex flex-wrap items-center gap-2">
          <Button kind="main" type="submit" unavailable={busy}>
            {employee ? 'Сохранить' : 'Добавить сотрудника'}
          </Button>
          {employee && !employee.blockedAt && (
            <>
              <Button unavailable={busy} onClick={reset}>
                Новая ссылка для входа
              </Button>
              <Button kind="stop" unavailable={busy} onClick={() => setBlocking(true)}>
                Заблокировать
              </Button>
            </>
          )}
          {isDirty && <span className="q2">Есть несохранённые изменения.</span>}
        </div>
      </form>
      {employee && (
        <BlockDialog
          open={blocking}
          employee={employee}
          burden={burden}
          colleagues={colleagues}
          onClose={() => setBlocking(false)}
          onBlocked={(moved) => {
            setBlocking(false);
            setDone(moved > 0 ? `Сотрудник заблокирован. Передано запросов: ${moved}.` : 'Сотрудник заблокирован.');
            router.refresh();
          }}
        />
      )}
      <SessionDialog open={signedOut} onClose={() => setSignedOut(false)} onLoggedIn={() => setSignedOut(false)} />
    </>
  );
}

/** The link is shown once: only its hash is kept. */
function LinkOnce({ token, id }: { token: string; id?: string }) {
  const link = `${location.origin}/invitation/${token}`;
  return (
    <>
      <p>
        <b>Ссылка для входа</b>, одноразовая, действует трое суток. Передайте её сотруднику: больше она не&nbsp;будет
        показана, прежний пароль не&nbsp;подходит.
      </p>
      <p className="my-2">
        <input
          className="in mono"
          readOnly
          aria-label="Ссылка для входа"
          value={link}
          onFocus={(event) => event.target.select()}
        />
      </p>
      <Button small onClick={() => void navigator.clipboard?.writeText(link)}>
        Скопировать
      </Button>{' '}
      {id && <a href={`/settings/employees/${id}`}>Открыть сотрудника</a>}
    </>
  );
}

interface BlockDialogProps {
  open: boolean;
  employee: EmployeeRow;
  burden: { responsible: number; assigned: number; duties: string[] } | null;
  colleagues: { id: string; name: string }[];
  onClose: () => void;
  onBlocked: (moved: number) => void;
}

/** What is on the person and who takes it over, before he is blocked. The focus starts on the refusal. */
function BlockDialog({ open, employee, burden, colleagues, onClose, onBlocked }: BlockDialogProps) {
  const [heirId, setHeirId] = useState('');
  const [error, setError] = useState<string>();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, act] = useTransition();
  const loaded = burden !== null && burden.responsible + burden.assigned + burden.duties.length > 0;
  const block = () =>
    act(async () => {
      setError(undefined);
      setProblem(null);
      const result = await blockEmployeeAction({ id: employee.id, heirId });
      if (result.ok) return onBlocked(result.moved);
      if (result.reason === 'invalid') return setError(result.fields?.heirId ?? result.message);
      setProblem(refusalInWords(result));
    });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Заблокировать: ${employee.lastName} ${employee.firstName}?`}
      buttons={
        <>
          <Button kind="stop" unavailable={busy} onClick={block}>
            Заблокировать
          </Button>
          <Button data-first onClick={onClose}>
            Не&nbsp;блокировать
          </Button>
        </>
      }
    >
      {problem && (
        <Note kind="bad" alert className="my-2">
          {problem}
        </Note>
      )}
      <p>Работа в&nbsp;этой организации закончится сразу, даже если страница у&nbsp;сотрудника открыта.</p>
      {burden && loaded && (
        <>
          <table className="sum">
            <tbody>
              <tr>
                <td className="n">{burden.responsible}</td>
                <td>открытых запросов, за&nbsp;которые отвечает</td>
              </tr>
              <tr>
                <td className="n">{burden.assigned}</td>
                <td>открытых запросов, где исполнитель</td>
              </tr>
            </tbody>
          </table>
          {burden.duties.length > 0 && (
            <p className="q2">Перейдёт вместе с&nbsp;запросами: {burden.duties.join('; ')}.</p>
          )}
          <Field id="heir" label="Кому передать" error={error}>
            <select
              className="in"
              id="heir"
              value={heirId}
              onChange={(event) => setHeirId(event.target.value)}
              {...errorProps('heir', error)}
            >
              <option value="">Выберите сотрудника</option>
              {colleagues.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
        </>
      )}
      {burden && !loaded && <p>Открытых запросов и&nbsp;обязанностей на&nbsp;сотруднике нет.</p>}
    </Dialog>
  );
}
