'use client';

import { useRouter } from 'next/navigation';
import { type SyntheticEvent, useEffect, useRef, useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Combobox, type ComboboxOption } from '@/app/ui/combobox';
import { FieldError } from '@/app/ui/field';
import { Icon } from '@/app/ui/sprite';
import { formatDate } from '@/lib/calendar/format';
import { type RegistryQuery, SOURCES, STATUS_FILTERS } from '@/lib/debt-requests/registry-query';
import { DivisionOptions } from '../division-options';
import { refusalInWords } from '../refusal-words';
import { onShortcut } from '../shortcuts';
import { rememberSearchAction, searchAction } from './registry-actions';
import { SOURCE_LABELS, STATUS_FILTER_LABELS } from './registry-href';

interface FilterFormProps {
  query: RegistryQuery;
  /** The same as parameters of the address line. */
  params: string;
  searchText: string;
  assignees: { id: string; name: string }[];
  divisions: { id: string; name: string; depth: number }[];
  organization: { chosen: ComboboxOption | null; options: ComboboxOption[] };
  house: { chosen: ComboboxOption | null; options: ComboboxOption[] };
  /** How many applied conditions stand among the folded ones. */
  folded: number;
}

const finder = (field: 'organization' | 'house') => async (typed: string, signal: AbortSignal) => {
  const response = await fetch('/api/debt-requests/suggest', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ field, typed }),
    signal,
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const rows = (await response.json()) as { value: string; label: string; count: number }[];
  return rows.map(({ value, label, count }) => ({ value, label, note: String(count) }));
};
const findOrganization = finder('organization');
const findHouse = finder('house');

/**
 * The filter: a plain GET form, which works without scripts and gives an address for a colleague. Only the search text is
 * posted, for it may name a person; the address line carries its id.
 */
export function FilterForm({
  query,
  params,
  searchText,
  assignees,
  divisions,
  organization,
  house,
  folded,
}: FilterFormProps) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const first = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [busy, apply] = useTransition();

  useEffect(
    () =>
      onShortcut([
        [
          'KeyF',
          () => {
            setOpen((before) => !before);
            setTimeout(() => first.current?.checkVisibility() && first.current.focus());
          },
        ],
        ['Slash', () => document.getElementById('number')?.focus()],
      ]),
    [],
  );

  // both forms of the page are one filter: neither loses what stands in the other
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy) return;
    const asked = new URLSearchParams();
    for (const [name, value] of new FormData(form.current!)) {
      if (typeof value === 'string' && value.trim() !== '' && name !== 'search') asked.set(name, value.trim());
    }
    const text = search.current!.value.trim();
    apply(async () => {
      setProblem(undefined);
      if (text !== '') {
        const remembered = await rememberSearchAction({ text });
        if (!remembered.ok) {
          setOpen(true);
          return setProblem(refusalInWords(remembered));
        }
        asked.set('search', remembered.search!);
      }
      const target = asked.toString();
      router.push(target ? `/debt-requests?${target}` : '/debt-requests');
    });
  };

  return (
    <search aria-label="Отбор запросов">
      <form className="filters" method="get" action="/debt-requests" ref={form} onSubmit={submit}>
        <div className="f">
          <label className="l" htmlFor="number">
            Номер запроса
          </label>
          <span className="withkey">
            <input
              className="in num"
              id="number"
              name="number"
              inputMode="numeric"
              autoComplete="off"
              maxLength={30}
              defaultValue={query.number}
              key={query.number}
            />
            <kbd>/</kbd>
          </span>
        </div>
        <div className="f">
          <label className="l" htmlFor="status">
            Статус запроса
          </label>
          <select className="in" id="status" name="status" defaultValue={query.status ?? ''} key={query.status}>
            <option value="">Все</option>
            {STATUS_FILTERS.map((status) => (
              <option key={status} value={status}>
                {STATUS_FILTER_LABELS[status]}
              </option>
            ))}
          </select>
        </div>
        <div className="f">
          <label className="l" htmlFor="assignee">
            Исполнитель
          </label>
          <select className="in" id="assignee" name="assignee" defaultValue={query.assignee ?? ''} key={query.assignee}>
            <option value="">Все сотрудники</option>
            <option value="none">Без исполнителя</option>
            {assignees.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <Button type="submit" unavailable={busy}>
          Найти
        </Button>
        <Button
          kind="quiet"
          className="scripted"
          aria-expanded={open}
          aria-controls="more"
          onClick={() => setOpen(!open)}
        >
          {open ? 'Свернуть отбор' : folded > 0 ? `Ещё условия: ${folded}` : 'Ещё условия'}
          <Icon name={open ? 'up' : 'down'} />
        </Button>
        <div className={open ? 'more' : 'more folded'} id="more">
          <fieldset className="f">
            <legend className="l">Дата направления запроса</legend>
            <span className="pair">
              <input
                ref={first}
                className="in num"
                type="date"
                name="from"
                aria-label="Дата направления запроса, с"
                defaultValue={query.sentFrom ?? ''}
                key={`from ${query.sentFrom}`}
              />
              <span aria-hidden="true">–</span>
              <input
                className="in num"
                type="date"
                name="to"
                aria-label="Дата направления запроса, по"
                defaultValue={query.sentTo ?? ''}
                key={`to ${query.sentTo}`}
              />
            </span>
          </fieldset>
          <div className="f">
            <label className="l" htmlFor="organization">
              Организация, направившая запрос
            </label>
            <Combobox
              id="organization"
              name="organization"
              placeholder="Начните вводить наименование…"
              find={findOrganization}
              key={query.organization}
              {...organization}
            />
          </div>
          <div className="checks">
            <label className="ck">
              <input
                type="checkbox"
                name="unanswered"
                value="1"
                defaultChecked={query.unanswered}
                key={String(query.unanswered)}
              />
              Показывать запросы, на&nbsp;которые не&nbsp;были предоставлены ответы
            </label>
            <label className="ck">
              <input
                type="checkbox"
                name="answered"
                value="1"
                defaultChecked={query.answered}
                key={String(query.answered)}
              />
              Показывать размещённые запросы
            </label>
            <label className="ck">
              <input
                type="checkbox"
                name="due"
                value={query.dueOn ?? 'today'}
                defaultChecked={query.dueToday || query.dueOn !== null}
                key={query.dueOn ?? String(query.dueToday)}
              />
              Показывать только те&nbsp;запросы, у&nbsp;которых крайний срок ответа&nbsp;—{' '}
              {query.dueOn ? formatDate(query.dueOn) : 'сегодня'}
            </label>
          </div>
          <div className="f">
            <label className="l" htmlFor="debt">
              Ответ
            </label>
            <select className="in" id="debt" name="debt" defaultValue={query.debt ?? ''} key={query.debt}>
              <option value="">Любой</option>
              <option value="yes">Да</option>
              <option value="no">Нет</option>
              <option value="empty">Не&nbsp;заполнено</option>
            </select>
          </div>
          <div className="f">
            <label className="l" htmlFor="source">
              Кто выбрал ответ
            </label>
            <select className="in" id="source" name="source" defaultValue={query.source ?? ''} key={query.source}>
              <option value="">Неважно</option>
              {SOURCES.map((source) => (
                <option key={source} value={source}>
                  {SOURCE_LABELS[source]}
                </option>
              ))}
            </select>
          </div>
          <div className="f">
            <label className="l" htmlFor="responsible">
              Ответственный
            </label>
            <select
              className="in"
              id="responsible"
              name="responsible"
              defaultValue={query.responsible ?? ''}
              key={query.responsible}
            >
              <option value="">Любой</option>
              {assignees.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </div>
          {divisions.length > 0 && (
            <div className="f">
              <label className="l" htmlFor="division">
                Подразделение
              </label>
              <select
                className="in"
                id="division"
                name="division"
                defaultValue={query.division ?? ''}
                key={query.division}
              >
                <option value="">Все</option>
                <option value="none">Без подразделения</option>
                <DivisionOptions divisions={divisions} />
              </select>
            </div>
          )}
          <div className="f">
            <label className="l" htmlFor="house">
              Здание
            </label>
            <Combobox id="house" name="house" placeholder="Улица, дом" find={findHouse} key={query.house} {...house} />
          </div>
          <div className="f wide-field">
            <label className="l" htmlFor="text">
              Поиск по&nbsp;номеру, адресу, должнику
            </label>
            <span className="pair">
              <input
                ref={search}
                className="in"
                id="text"
                name="text"
                form="search"
                type="search"
                autoComplete="off"
                maxLength={200}
                defaultValue={searchText}
                key={query.search}
                aria-describedby={problem ? 'text-error' : undefined}
              />
              <Button type="submit" form="search" unavailable={busy}>
                Искать
              </Button>
            </span>
            <FieldError id="text-error" error={problem} />
          </div>
        </div>
        {query.size !== 20 && <input type="hidden" name="size" value={query.size} />}
        {(query.sort !== 'deadline' || query.descending) && (
          <input type="hidden" name="sort" value={`${query.descending ? '-' : ''}${query.sort}`} />
        )}
        {query.search && <input type="hidden" name="search" value={query.search} />}
      </form>
      <form id="search" action={searchAction.bind(null, params)} onSubmit={submit} />
    </search>
  );
}
