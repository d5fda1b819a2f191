'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Deadline } from '@/app/ui/deadline';
import { errorProps, FieldError } from '@/app/ui/field';
import { KeptScroll } from '@/app/ui/kept-scroll';
import { Note } from '@/app/ui/note';
import { Pager } from '@/app/ui/pager';
import { plural } from '@/lib/calendar/plural';
import { refusalInWords } from '../../refusal-words';
import { onShortcut } from '../../shortcuts';
import { returnForReworkAction } from '../actions';
import { BulkDialog } from '../bulk-dialog-later';
import type { BulkTask } from '../bulk-preview';
import { BulkProgress } from '../bulk-progress';
import type { BulkWork } from '../bulk-work';
import { useSelection } from '../use-selection';

export interface ReviewRow {
  id: string;
  version: number;
  number: string;
  address: string;
  fullAddress: string;
  asker: string;
  deadline: Parameters<typeof Deadline>[0];
  hasDebt: boolean;
  description: string | null;
  /** СНИЛС is masked. */
  debtors: { name: string; snils: string | null }[];
  files: number;
  waitsForVerification: boolean;
  preparedBy: string | null;
  preparedAt: string | null;
}

interface ReviewScreenProps {
  rows: ReviewRow[];
  totals: { all: number; yes: number; no: number };
  place: { page: number; size: number; assignee: string | null };
  assignees: { id: string; name: string }[];
  sender: { name: string; obstacle: string | null };
  today: string;
  work: BulkWork | null;
}

const hrefOf = (assignee: string | null, page: number): string => {
  const params = new URLSearchParams();
  if (assignee) params.set('assignee', assignee);
  if (page > 1) params.set('page', String(page));
  const query = params.toString();
  return `/debt-requests/prepared${query && `?${query}`}`;
};

/** The review list: what was answered beside what was asked; send one, several or all, or return with a comment. */
export function ReviewScreen({ rows, totals, place, assignees, sender, today, work: initialWork }: ReviewScreenProps) {
  const router = useRouter();
  const table = useRef<HTMLTableElement>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const [returning, setReturning] = useState<string | null>(null);
  const [task, setTask] = useState<BulkTask | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [polled, setPolled] = useState<{ from: BulkWork | null; work: BulkWork | null } | null>(null);
  const work = polled && polled.from === initialWork ? polled.work : initialWork;
  const ids = rows.map(({ id }) => id);
  const selection = useSelection(`${place.assignee} ${place.page}`, ids);

  const send = (chosen: string[]) => setTask({ action: 'send', selection: { ids: chosen } });
  const move = (by: 1 | -1) => {
    const links = [...(table.current?.querySelectorAll<HTMLAnchorElement>('a.num') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    links[at === -1 ? (by === 1 ? 0 : links.length - 1) : at + by]?.focus();
  };
  useEffect(() =>
    onShortcut([
      ['ArrowDown', () => move(1)],
      ['KeyJ', () => move(1)],
      ['ArrowUp', () => move(-1)],
      ['KeyK', () => move(-1)],
      ['Space', () => (current ? selection.toggle(current) : false)],
      ['KeyX', () => (current ? selection.toggle(current) : false)],
      ['KeyS', () => (current && !sender.obstacle ? send([current]) : false)],
      ['KeyR', () => (current ? setReturning(current) : false)],
      ['Escape', () => selection.ids.length > 0 && selection.clear()],
    ]),
  );

  const group = (hasDebt: boolean) => rows.filter((row) => row.hasDebt === hasDebt);
  const chosen = selection.ids.length;
  const groups = [
    { hasDebt: false, title: 'Отсутствует', total: totals.no, hint: 'проверьте и\u00a0отправьте вместе' },
    { hasDebt: true, title: 'Существует', total: totals.yes, hint: 'просмотрите каждый' },
  ];

  return (
    <>
      <BulkProgress
        work={work}
        onWork={(next) => {
          if (work?.live && !next?.live) router.refresh();
          setPolled({ from: initialWork, work: next });
        }}
      />
      <div className="acts">
        <form className="chips" action="/debt-requests/prepared">
          <label className="sr" htmlFor="prepared-by">
            Исполнитель
          </label>
          <select
            className="in sm max-w-[220px]"
            id="prepared-by"
            name="assignee"
            value={place.assignee ?? ''}
            onChange={(event) => router.push(hrefOf(event.target.value || null, 1))}
          >
            <option value="">Все сотрудники</option>
            {assignees.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          <noscript>
            <button className="btn sm" type="submit">
              Показать
            </button>
          </noscript>
        </form>
        <div className="right scripted">
          {chosen > 0 ? (
            <section className="bulk" aria-label="Действия с&nbsp;выбранными">
              <span className="count" role="status">
                Выбрано {chosen}
              </span>
              <Button small kind="quiet" aria-label="Снять выбор" onClick={selection.clear}>
                Снять
              </Button>
              <Button small onClick={() => setTask({ action: 'returnForRework', selection: { ids: selection.ids } })}>
                Вернуть на&nbsp;доработку
              </Button>
              <Button
                small
                kind={sender.obstacle ? 'plain' : 'main'}
                unavailable={sender.obstacle !== null}
                aria-describedby={sender.obstacle ? 'no-sending' : undefined}
                onClick={() => send(selection.ids)}
              >
                Подписать и&nbsp;отправить{' '}
                <span className="n">
                  {chosen}&nbsp;{plural(chosen, 'ответ', 'ответа', 'ответов')}
                </span>
              </Button>
            </section>
          ) : (
            rows.length > 0 &&
            !sender.obstacle && (
              <Button small onClick={() => setTask({ action: 'send', selection: { filter: allOf(place.assignee) } })}>
                Подписать и&nbsp;отправить все <span className="n">{totals.all}</span>
              </Button>
            )
          )}
          {sender.obstacle && (
            <span className="q2" id="no-sending">
              {sender.obstacle}
            </span>
          )}
        </div>
      </div>
      <div className="wrap" tabIndex={-1}>
        <KeptScroll />
        <div role="alert">
          {problem && (
            <Note kind="bad" className="m-3">
              {problem}
            </Note>
          )}
        </div>
        {rows.length === 0 ? (
          <div className="pad py-4">
            <p>
              {place.assignee
                ? 'У\u00a0этого исполнителя подготовленных ответов нет.'
                : 'Подготовленных ответов, которые ждут вашей проверки, нет.'}
            </p>
            <p className="q2 mt-1">
              Ответ появляется здесь, когда исполнитель нажимает «Сохранить и&nbsp;завершить работу».
            </p>
          </div>
        ) : (
          <table className="rev" ref={table}>
            <caption className="sr">Подготовленные ответы</caption>
            <colgroup>
              <col className="r-ck" />
              <col className="r-req" />
              <col />
              <col className="r-who" />
              <col className="r-act" />
            </colgroup>
            <thead>
              <tr>
                <th scope="col">
                  <span className="sr">Выбор</span>
                </th>
                <th scope="col">Запрос</th>
                <th scope="col">Ответ</th>
                <th scope="col">Подготовлено</th>
                <th scope="col">
                  <span className="sr">Действия</span>
                </th>
              </tr>
            </thead>
            {groups
              .filter(({ hasDebt }) => group(hasDebt).length > 0)
              .map(({ hasDebt, title, total, hint }) => {
                const members = group(hasDebt);
                const whole = members.every(({ id }) => selection.has(id));
                return (
                  <tbody key={title}>
                    <tr className="grp">
                      <td>
                        <input
                          type="checkbox"
                          className="scripted"
                          aria-label={`Выбрать все «${title.toLowerCase()}»`}
                          checked={whole}
                          onChange={() =>
                            selection.choose(
                              members.map(({ id }) => id),
                              !whole,
                            )
                          }
                        />
                      </td>
                      <td colSpan={4}>
                        <b>
                          {title}: {total}
                        </b>{' '}
                        <span className="q2">— {hint}</span>
                      </td>
                    </tr>
                    {members.map((row) => (
                      <Row
                        key={row.id}
                        row={row}
                        selected={selection.has(row.id)}
                        current={row.id === current}
                        obstacle={sender.obstacle}
                        returning={returning === row.id}
                        onToggle={() => selection.toggle(row.id)}
                        onFocus={(focused) => setCurrent(focused ? row.id : null)}
                        onSend={() => send([row.id])}
                        onReturn={(open) => setReturning(open ? row.id : null)}
                        onProblem={setProblem}
                      />
                    ))}
                  </tbody>
                );
              })}
          </table>
        )}
      </div>
      <footer className="foot">
        <span>
          Подпись и&nbsp;отправка&nbsp;— после подтверждения, где сказано, сколько и&nbsp;каких ответов уйдёт.
        </span>
        <Pager total={totals.all} page={place.page} size={place.size} href={(page) => hrefOf(place.assignee, page)} />
      </footer>
      <BulkDialog
        task={task}
        sendsAs={sender.name}
        colleagues={[]}
        today={today}
        onClose={() => setTask(null)}
        onStarted={() => {
          setTask(null);
          selection.clear();
          router.refresh();
        }}
      />
    </>
  );
}

/** The registry's address of everything prepared: mass work takes the same filters. */
const allOf = (assignee: string | null): string =>
  new URLSearchParams({ status: 'prepared', ...(assignee ? { assignee } : {}) }).toString();

interface RowProps {
  row: ReviewRow;
  selected: boolean;
  current: boolean;
  obstacle: string | null;
  returning: boolean;
  onToggle: () => void;
  onFocus: (focused: boolean) => void;
  onSend: () => void;
  onReturn: (open: boolean) => void;
  onProblem: (problem: string | null) => void;
}

function Row({
  row,
  selected,
  current,
  obstacle,
  returning,
  onToggle,
  onFocus,
  onSend,
  onReturn,
  onProblem,
}: RowProps) {
  const classes = [selected && 'sel', current && 'cur', returning && 'open'].filter(Boolean).join(' ');
  return (
    <>
      <tr className={classes}>
        <td>
          <input
            type="checkbox"
            className="scripted"
            aria-label={`Выбрать ${row.number}`}
            checked={selected}
            onChange={onToggle}
          />
        </td>
        <td>
          <span className="flex items-baseline gap-2.5">
            <Link
              className="num no-underline"
              href={`/debt-requests/${row.id}?status=prepared`}
              prefetch={false}
              onFocus={() => onFocus(true)}
              onBlur={() => onFocus(false)}
            >
              {row.number}
            </Link>
            <Deadline {...row.deadline} />
          </span>
          <div title={row.fullAddress}>{row.address}</div>
          <div className="one q2">{row.asker}</div>
        </td>
        <td>
          {row.hasDebt ? (
            <>
              <b>Существует, должников {row.debtors.length}</b>
              {row.debtors.map(({ name, snils }) => (
                <div key={`${name} ${snils}`}>
                  {name},{' '}
                  {snils ? <span className="num nw">{snils}</span> : <span className="q2">СНИЛС не&nbsp;указан</span>}
                </div>
              ))}
              <div className={row.files === 0 ? 'warn' : 'q2'}>
                {row.files === 0 ? 'Файлов нет' : `Файлов: ${row.files}`}
              </div>
            </>
          ) : (
            <b>Отсутствует</b>
          )}
          {row.waitsForVerification && <div className="warn">Ждёт подтверждения службы работы с&nbsp;должниками</div>}
          <div className={row.hasDebt ? 'q2 whitespace-pre-wrap' : 'one q2'} title={row.description ?? ''}>
            {row.description ?? 'Без комментария'}
          </div>
        </td>
        <td>
          {row.preparedBy ?? '—'}
          <br />
          <span className="q2">{row.preparedAt}</span>
        </td>
        <td>
          {!returning && (
            <div className="acol h scripted">
              <Button small kind="quiet" onClick={() => onReturn(true)}>
                Вернуть<span className="sr"> на&nbsp;доработку {row.number}</span>
              </Button>
              <Button
                small
                unavailable={obstacle !== null}
                aria-describedby={obstacle ? 'no-sending' : undefined}
                onClick={onSend}
              >
                Отправить<span className="sr"> {row.number}</span>
              </Button>
            </div>
          )}
        </td>
      </tr>
      {returning && <ReturnLine row={row} onClose={() => onReturn(false)} onProblem={onProblem} />}
    </>
  );
}

/** Under its row: what to correct. What is typed stays until it is returned or given up. */
function ReturnLine({
  row,
  onClose,
  onProblem,
}: {
  row: ReviewRow;
  onClose: () => void;
  onProblem: (problem: string | null) => void;
}) {
  const router = useRouter();
  const [comment, setComment] = useState('');
  const [error, setError] = useState<string>();
  const [busy, go] = useTransition();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const id = `return-${row.id}`;
  const submit = () =>
    go(async () => {
      if (comment.trim() === '') return setError('Напишите, что исправить.');
      setError(undefined);
      const result = await returnForReworkAction({ id: row.id, version: row.version, comment });
      if (result.ok) {
        onProblem(null);
        onClose();
      } else if (result.reason === 'invalid' && result.fields?.comment) {
        return setError(result.fields.comment);
      } else {
        onProblem(`Запрос №\u00a0${row.number}: ${refusalInWords(result)}`);
      }
      router.refresh();
    });
  return (
    <tr className="ret">
      <td />
      <td />
      <td colSpan={3}>
        <form
          className="retf"
          aria-label={`Вернуть на\u00a0доработку ${row.number}`}
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) submit();
          }}
        >
          <div className="f">
            <label className="l" htmlFor={id}>
              Что исправить
            </label>
            <textarea
              ref={field}
              className="in"
              id={id}
              rows={1}
              maxLength={1000}
              value={comment}
              onChange={(event) => setComment(event.target.value)}
              {...errorProps(id, error)}
            />
            <FieldError id={`${id}-error`} error={error} />
          </div>
          <Button type="submit" unavailable={busy}>
            Вернуть на&nbsp;доработку
          </Button>
          <Button kind="quiet" onClick={onClose}>
            Отмена
          </Button>
        </form>
      </td>
    </tr>
  );
}
