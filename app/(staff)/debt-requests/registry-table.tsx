'use client';

import Link from 'next/link';
import { type MouseEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { Address } from '@/app/ui/address';
import { Deadline } from '@/app/ui/deadline';
import { StatusMark } from '@/app/ui/status-mark';
import type { RegistryQuery, Sort } from '@/lib/debt-requests/registry-query';
import { onShortcut } from '../shortcuts';
import { type Column, type ColumnChoice, shownColumns } from './registry-columns';
import { cardHref, type RowView, registryHref } from './registry-href';
import type { SelectionApi } from './use-selection';

interface RegistryTableProps {
  rows: RowView[];
  query: RegistryQuery;
  columns: ColumnChoice;
  keepsAccounts: boolean;
  selection: SelectionApi;
}

/** The rows. The keyboard's current row is the link that has the focus; chosen rows are another thing. */
export function RegistryTable({ rows, query, columns: choice, keepsAccounts, selection }: RegistryTableProps) {
  const table = useRef<HTMLTableElement>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const columns = shownColumns(choice, keepsAccounts);
  // those that show themselves only in a wide window make no narrow one scroll
  const always = Math.max(5, columns.filter(({ hide }) => hide === '').length);
  const byDay = query.sort === 'deadline';

  const move = useCallback((by: 1 | -1) => {
    const links = [...(table.current?.querySelectorAll<HTMLAnchorElement>('td.no a') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const next = at === -1 ? (by === 1 ? 0 : links.length - 1) : at + by;
    links[next]?.focus();
    links[next]?.scrollIntoView({ block: 'nearest' });
  }, []);

  useEffect(() => {
    const select = (event: KeyboardEvent) => {
      if (!current) return false;
      selection.toggle(current, event.shiftKey);
    };
    return onShortcut([
      ['ArrowDown', () => move(1)],
      ['KeyJ', () => move(1)],
      ['ArrowUp', () => move(-1)],
      ['KeyK', () => move(-1)],
      ['Space', select],
      ['KeyX', select],
      ['Ctrl+KeyA', () => !inText() && selection.all()],
      // an open menu closes first
      ['Escape', () => !document.querySelector(':popover-open') && selection.ids.length > 0 && selection.clear()],
    ]);
  });

  // Ctrl and Shift with the mouse as in a file manager; on a link Ctrl keeps its own meaning
  const onRowClick = (event: MouseEvent, id: string) => {
    if ((event.target as Element).closest('input, label, a') || !(event.ctrlKey || event.metaKey || event.shiftKey))
      return;
    event.preventDefault();
    getSelection()?.removeAllRanges();
    selection.toggle(id, event.shiftKey);
  };
  const whole = rows.length > 0 && selection.ids.length === rows.length;

  return (
    <table className={`rows pin wide-${Math.min(always, 8)}`} ref={table}>
      <caption className="sr">Запросы о&nbsp;задолженности</caption>
      <colgroup>
        <col className="c-check" />
        <col className="c-number" />
        <col className="c-due" />
        <col />
        <col className="c-status" />
        {columns.map(({ key, width, hide }) => (
          <col className={`${width} ${hide}`} key={key} />
        ))}
      </colgroup>
      <thead>
        <tr>
          <th scope="col" className="ckc">
            <label>
              <input
                type="checkbox"
                className={`scripted${selection.ids.length > 0 && !whole ? ' part' : ''}`}
                aria-label="Выбрать все на&nbsp;странице"
                checked={whole}
                ref={(box) => {
                  if (box) box.indeterminate = selection.ids.length > 0 && !whole;
                }}
                onChange={() => (whole ? selection.clear() : selection.all())}
              />
              <span className="i">№</span>
            </label>
          </th>
          <Head query={query} sort="number" label="Номер запроса" />
          <Head query={query} sort="deadline" label="Крайний срок" />
          <Head query={query} sort="address" label="Адрес, помещение" />
          <Head query={query} sort="status" label="Статус" />
          {columns.map(({ key, sort, label, title, hide }) => (
            <Head key={key} query={query} sort={sort} label={label} title={title} hide={hide} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          // the mouse's shortcut; the checkbox and the keys do the same
          <tr
            key={row.id}
            onClick={(event) => onRowClick(event, row.id)}
            className={[
              byDay && i > 0 && rows[i - 1]!.day !== row.day && 'day',
              (row.status === 'expired' || row.status === 'revoked') && 'off',
              selection.has(row.id) && 'sel',
              row.id === current && 'cur',
            ]
              .filter(Boolean)
              .join(' ')}
          >
            <td className="ckc">
              <label>
                <input
                  type="checkbox"
                  className="scripted"
                  aria-label={`Выбрать ${row.number}`}
                  checked={selection.has(row.id)}
                  // a click knows of Shift, a change does not; the keyboard's Space on the box is a click too
                  onClick={(event) => selection.toggle(row.id, event.shiftKey)}
                  onChange={() => {}}
                />
                <span className="i">{(query.page - 1) * query.size + i + 1}</span>
              </label>
            </td>
            <td className="no num">
              <Link
                href={cardHref(row.id, query)}
                prefetch={false}
                onFocus={() => setCurrent(row.id)}
                onBlur={() => setCurrent(null)}
              >
                {row.number}
              </Link>
            </td>
            <td>
              <Deadline {...row.deadline} />
            </td>
            <td>
              <Address parts={row.address} full={row.fullAddress} />
            </td>
            <td>
              <StatusMark shape={row.status} label={row.statusLabel} />
            </td>
            {columns.map(({ key, hide }) => (
              <td key={key} className={hide} title={titleOf(key, row)}>
                {cellOf(key, row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** In a field Ctrl+A takes its text. */
const inText = (): boolean => !!document.activeElement?.closest('input:not([type=checkbox]), textarea, select');

interface HeadProps {
  query: RegistryQuery;
  sort: Sort | undefined;
  label: string;
  title?: string | undefined;
  hide?: string;
}

/** A press sorts by the column, the next one the other way round. */
function Head({ query, sort, label, title, hide = '' }: HeadProps) {
  if (!sort) {
    return (
      <th scope="col" className={hide} title={title}>
        {label}
      </th>
    );
  }
  const sorted = query.sort === sort;
  return (
    <th
      scope="col"
      className={hide}
      title={title}
      aria-sort={sorted ? (query.descending ? 'descending' : 'ascending') : undefined}
    >
      <Link href={registryHref(query, { sort, descending: sorted && !query.descending })} prefetch={false}>
        {label}
        {sorted && <span aria-hidden="true">{query.descending ? ' ↓' : ' ↑'}</span>}
      </Link>
    </th>
  );
}

function cellOf(key: Column['key'], row: RowView): ReactNode {
  switch (key) {
    case 'debt':
      return <Debt hasDebt={row.hasDebt} debtors={row.debtorCount} automatic={row.automatic} />;
    case 'debtors':
      return row.debtors || <Nothing words="нет" />;
    case 'assignee':
      return row.assignee ?? <span className="nomatch">не&nbsp;назначен</span>;
    case 'responsible':
      return row.responsible ?? <span className="nomatch">не&nbsp;назначен</span>;
    case 'organization':
      return row.asker;
    case 'sent':
      return <span className="num">{row.sent}</span>;
    case 'period':
      return <span className="num">{row.period}</span>;
    case 'account':
      return row.accounts ? <span className="num">{row.accounts}</span> : <Nothing words="не найден" />;
    case 'unified':
      return row.unifiedAccounts ? <span className="num">{row.unifiedAccounts}</span> : <Nothing words="нет" />;
    case 'balance':
      return row.balance ? <span className="num">{row.balance}</span> : <Nothing words="неизвестно" />;
    case 'months':
      return row.months === null ? <Nothing words="неизвестно" /> : <span className="num">{row.months}</span>;
    case 'answered':
      return row.answered ? <span className="num">{row.answered}</span> : <Nothing words="не отправлен" />;
  }
}

function titleOf(key: Column['key'], row: RowView): string | undefined {
  if (key === 'organization') return row.askerFull;
  if (key === 'sent') return row.sentFull;
  if (key === 'account') return row.accounts || undefined;
  if (key === 'debtors') return row.debtors || undefined;
}

function Nothing({ words }: { words: string }) {
  return (
    <span className="q">
      <span aria-hidden="true">—</span>
      <span className="sr">{words}</span>
    </span>
  );
}

function Debt({ hasDebt, debtors, automatic }: { hasDebt: boolean | null; debtors: number; automatic: boolean }) {
  if (hasDebt === null) return <Nothing words="не заполнено" />;
  return (
    <>
      {hasDebt ? (
        <>
          <b>Да</b>
          <span className="q2"> · {debtors}</span>
        </>
      ) : (
        'Нет'
      )}
      {automatic && (
        <span className="auto" title="Заполнено автоматически">
          авто
        </span>
      )}
    </>
  );
}
