'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type SyntheticEvent, useRef, useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { FieldError } from '@/app/ui/field';
import { Icon } from '@/app/ui/sprite';
import type { SavedFilter } from '@/lib/staff/preferences';
import { refusalInWords } from '../refusal-words';
import { deleteFilterAction, saveFilterAction } from './registry-actions';

/** «Сохранённые отборы» of this person: apply one, keep the present one under a name, delete one. */
export function SavedFilters({ filters, params }: { filters: SavedFilter[]; params: string }) {
  const router = useRouter();
  const menu = useRef<HTMLElement>(null);
  const name = useRef<HTMLInputElement>(null);
  const [doomed, setDoomed] = useState<string | null>(null);
  const [problem, setProblem] = useState<string>();
  const [busy, act] = useTransition();

  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy) return;
    act(async () => {
      const result = await saveFilterAction({ name: name.current!.value, params });
      if (!result.ok) {
        const field = result.reason === 'invalid' ? result.fields?.name : undefined;
        return setProblem(field ?? refusalInWords(result));
      }
      setProblem(undefined);
      name.current!.value = '';
      router.refresh();
    });
  };
  const remove = (id: string) =>
    act(async () => {
      const result = await deleteFilterAction({ id });
      setProblem(result.ok ? undefined : refusalInWords(result));
      setDoomed(null);
      router.refresh();
    });

  return (
    <>
      <button className="btn quiet sm" type="button" popoverTarget="saved">
        Сохранённые отборы
      </button>
      <section className="drop saved" id="saved" popover="auto" aria-label="Сохранённые отборы" ref={menu}>
        {filters.length === 0 && <p className="q2">Сохранённых отборов ещё нет.</p>}
        <ul>
          {filters.map((filter) =>
            doomed === filter.id ? (
              <li key={filter.id}>
                <span>Удалить «{filter.name}»?</span>
                <span className="nw">
                  <Button small kind="stop" unavailable={busy} onClick={() => remove(filter.id)}>
                    Удалить
                  </Button>{' '}
                  {/* the focus was on the cross that is not there any more */}
                  <Button small autoFocus onClick={() => setDoomed(null)}>
                    Не&nbsp;удалять
                  </Button>
                </span>
              </li>
            ) : (
              <li key={filter.id}>
                <Link
                  href={filter.params ? `/debt-requests?${filter.params}` : '/debt-requests'}
                  aria-current={filter.params === params ? 'true' : undefined}
                  prefetch={false}
                  onClick={() => menu.current?.hidePopover()}
                >
                  {filter.name}
                </Link>
                <button
                  className="ic"
                  type="button"
                  aria-label={`Удалить отбор «${filter.name}»`}
                  onClick={() => setDoomed(filter.id)}
                >
                  <Icon name="close" size={10} />
                </button>
              </li>
            ),
          )}
        </ul>
        <form onSubmit={save}>
          <label className="l" htmlFor="filter-name">
            Сохранить теперешний отбор под названием
          </label>
          <span className="pair">
            <input
              className="in"
              id="filter-name"
              ref={name}
              maxLength={60}
              autoComplete="off"
              aria-invalid={problem ? true : undefined}
              aria-describedby={problem ? 'filter-name-error' : undefined}
            />
            <Button type="submit" unavailable={busy}>
              Сохранить
            </Button>
          </span>
          <FieldError id="filter-name-error" error={problem} />
        </form>
      </section>
    </>
  );
}
