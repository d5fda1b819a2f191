'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Address } from '@/app/ui/address';
import { Button } from '@/app/ui/button';
import { Deadline } from '@/app/ui/deadline';
import { Pager } from '@/app/ui/pager';
import { StatusMark } from '@/app/ui/status-mark';
import type { RegistryQuery } from '@/lib/debt-requests/registry';
import { onShortcut } from '../shortcuts';
import { usePolling } from '../use-polling';
import { type RegistryView, type RowView, registryHref } from './registry-href';

interface RegistryTableProps {
  view: RegistryView;
  query: RegistryQuery;
  /** Stands in place of the rows when there are none. */
  empty: ReactNode;
}

/** What /api/debt-requests answers: the same list now, and the rows of the screen that left it. */
interface LiveAnswer extends RegistryView {
  gone: RowView[];
}

/**
 * The rows and the status bar. Rows change in place; what is new is announced and waits for «Показать», so nothing jumps
 * under the hand. The keyboard's current row is the link that has the focus.
 */
export function RegistryTable({ view, query, empty }: RegistryTableProps) {
  const router = useRouter();
  const table = useRef<HTMLTableElement>(null);
  const [live, setLive] = useState<{ of: RegistryView; answer: LiveAnswer } | null>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const answer = live && live.of === view ? live.answer : null;
  const shown = useMemo(() => {
    const fresh = new Map([...(answer?.gone ?? []), ...(answer?.rows ?? [])].map((row) => [row.id, row]));
    return view.rows.map((row) => fresh.get(row.id) ?? row);
  }, [view, answer]);
  const counters = answer?.counters ?? view.counters;
  const unseen = answer ? answer.rows.filter((row) => !view.rows.some(({ id }) => id === row.id)).length : 0;

  const ids = view.rows.map((row) => row.id).join(',');
  const params = registryHref(query, { page: query.page }).split('?')[1] ?? '';
  usePolling<LiveAnswer>(
    `/api/debt-requests?${params}&ids=${ids}`,
    shown.some((row) => row.status === 'sending') ? 3 : 15,
    (next) => {
      // nothing to disturb in an empty list
      if (view.rows.length === 0 && next.rows.length > 0) router.refresh();
      else setLive({ of: view, answer: next });
    },
  );

  const move = useCallback((by: 1 | -1) => {
    const links = [...(table.current?.querySelectorAll<HTMLAnchorElement>('td.no a') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const next = at === -1 ? (by === 1 ? 0 : links.length - 1) : at + by;
    links[next]?.focus();
    links[next]?.scrollIntoView({ block: 'nearest' });
  }, []);

  useEffect(
    () =>
      onShortcut([
        ['ArrowDown', () => move(1)],
        ['KeyJ', () => move(1)],
        ['ArrowUp', () => move(-1)],
        ['KeyK', () => move(-1)],
        ['Slash', () => document.getElementById('number')?.focus()],
      ]),
    [move],
  );

  return (
    <>
      <div className="wrap" tabIndex={-1}>
        <p className="sr" role="status">
          {unseen > 0 && `Появились другие запросы: ${unseen}`}
        </p>
        {unseen > 0 && (
          <p className="news">
            Появились другие запросы: {unseen}{' '}
            <Button small kind="quiet" onClick={() => router.refresh()}>
              Показать
            </Button>
          </p>
        )}
        {empty ?? (
          <table className="rows pin" ref={table}>
            <caption className="sr">Запросы о&nbsp;задолженности, по&nbsp;крайнему сроку</caption>
            <colgroup>
              <col className="c-n" />
              <col className="c-number" />
              <col className="c-due" />
              <col />
              <col className="c-status" />
              <col className="c-debt" />
              <col className="c-asker" />
              <col className="c-sent" />
              <col className="c-period hide-m" />
            </colgroup>
            <thead>
              <tr>
                <th scope="col">№</th>
                <th scope="col">Номер запроса</th>
                <th scope="col" aria-sort="ascending">
                  Крайний срок ↑
                </th>
                <th scope="col">Адрес, помещение</th>
                <th scope="col">Статус</th>
                <th scope="col" title="Задолженность, подтверждённая судебным решением">
                  Долг
                </th>
                <th scope="col" title="Организация, направившая запрос">
                  Организация
                </th>
                <th scope="col" title="Дата отправления запроса">
                  Отпр.
                </th>
                <th scope="col" className="hide-m" title="Период, за&nbsp;который запрашиваются данные">
                  Период
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row, i) => (
                <tr
                  key={row.id}
                  className={[
                    i > 0 && shown[i - 1]!.day !== row.day && 'day',
                    (row.status === 'expired' || row.status === 'revoked') && 'off',
                    row.id === current && 'cur',
                  ]
                    .filter(Boolean)
                    .join(' ')}
                >
                  <td className="num q">{(query.page - 1) * query.size + i + 1}</td>
                  <td className="no num">
                    <Link
                      href={`/debt-requests/${row.id}`}
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
                  <td>
                    <Debt hasDebt={row.hasDebt} debtors={row.debtorCount} />
                  </td>
                  <td title={row.askerFull}>{row.asker}</td>
                  <td className="num" title={row.sentFull}>
                    {row.sent}
                  </td>
                  <td className="num hide-m">{row.period}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      <footer className="foot">
        <nav className="cnt" aria-label="Итоги по&nbsp;условиям отбора">
          <Counter label="Новых" count={counters.new} href={registryHref(query, { status: 'new' })} />
          <Counter
            label="Несопоставленных"
            count={counters.unmatched}
            href={registryHref(query, { status: 'unmatched' })}
          />
          <Counter
            label="Готовых к&nbsp;отправке"
            count={counters.ready}
            href={registryHref(query, { status: 'ready' })}
          />
          <Counter label="Отвеченных" count={counters.answered} href={registryHref(query, { status: 'answered' })} />
          <Counter label="Отозванных" count={counters.revoked} href={registryHref(query, { status: 'revoked' })} />
          <Counter label="Просроченных" count={counters.expired} href={registryHref(query, { status: 'expired' })} />
        </nav>
        <Pager
          total={view.total}
          page={query.page}
          size={query.size}
          sizes={[20, 50, 100]}
          href={(page, size) => registryHref(query, { page, size: size as RegistryQuery['size'] })}
        />
      </footer>
    </>
  );
}

function Debt({ hasDebt, debtors }: { hasDebt: boolean | null; debtors: number }) {
  if (hasDebt === null) {
    return (
      <span className="q">
        <span aria-hidden="true">—</span>
        <span className="sr">не&nbsp;заполнено</span>
      </span>
    );
  }
  if (!hasDebt) return 'Нет';
  return (
    <>
      <b>Да</b>
      <span className="q2"> · {debtors}</span>
    </>
  );
}

function Counter({ label, count, href }: { label: string; count: number; href: string }) {
  return (
    <Link href={href} prefetch={false}>
      {label}: <b>{count}</b>
    </Link>
  );
}
