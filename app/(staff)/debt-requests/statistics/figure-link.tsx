import Link from 'next/link';
import { type Figure, queryOfFigure, type StatisticsRow } from '@/lib/debt-requests/statistics';
import type { Period } from '@/lib/debt-requests/statistics-period';
import { registryHref } from '../registry-href';

interface FigureLinkProps {
  figure: Figure;
  count: number;
  of: StatisticsRow['of'];
  period: Period;
}

/** A number that leads to exactly as many requests; none where there is nothing to show. */
export function FigureLink({ figure, count, of, period }: FigureLinkProps) {
  if (count === 0) return <span className="q">0</span>;
  return (
    <Link href={registryHref(queryOfFigure(figure, period, of))} prefetch={false}>
      {count.toLocaleString('ru')}
    </Link>
  );
}
