import Link from 'next/link';
import type { RegistryCounters } from '@/lib/debt-requests/registry';
import type { RegistryQuery } from '@/lib/debt-requests/registry-query';
import { countInWords } from '@/lib/paging';
import { registryHref } from './registry-href';

/**
 * Counters of the 1С journal, each the way to its requests. «Несопоставленных» are a part of the new ones, and none where
 * no accounts are kept.
 */
export function Counters({ counters, query }: { counters: RegistryCounters; query: RegistryQuery }) {
  const of = (label: string, status: 'new' | 'unmatched' | 'ready' | 'answered' | 'revoked' | 'expired') => (
    <Link
      href={registryHref(query, { status })}
      prefetch={false}
      aria-current={query.status === status ? 'true' : undefined}
    >
      {label}: <b>{countInWords(counters[status])}</b>
    </Link>
  );
  return (
    <nav className="cnt" aria-label="Итоги по&nbsp;условиям отбора">
      {of('Новых', 'new')}
      {counters.unmatched > 0 && of('Несопоставленных', 'unmatched')}
      {of('Готовых к\u00a0отправке', 'ready')}
      {of('Отвеченных', 'answered')}
      {of('Отозванных', 'revoked')}
      {of('Просроченных', 'expired')}
    </nav>
  );
}
