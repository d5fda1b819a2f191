import Link from 'next/link';
import type { RegistryCounters } from '@/lib/debt-requests/registry';
import type { RegistryQuery } from '@/lib/debt-requests/registry-query';
import { registryHref } from './registry-href';

/**
 * Counters of the 1С journal, each the way to its requests. «Несопоставленных» joins them with the accounts: while there
 * are none, it would repeat «Новых».
 */
export function Counters({ counters, query }: { counters: RegistryCounters; query: RegistryQuery }) {
  const of = (label: string, status: 'new' | 'ready' | 'answered' | 'revoked' | 'expired') => (
    <Link
      href={registryHref(query, { status })}
      prefetch={false}
      aria-current={query.status === status ? 'true' : undefined}
    >
      {label}: <b>{counters[status]}</b>
    </Link>
  );
  return (
    <nav className="cnt" aria-label="Итоги по&nbsp;условиям отбора">
      {of('Новых', 'new')}
      {of('Готовых к\u00a0отправке', 'ready')}
      {of('Отвеченных', 'answered')}
      {of('Отозванных', 'revoked')}
      {of('Просроченных', 'expired')}
    </nav>
  );
}
