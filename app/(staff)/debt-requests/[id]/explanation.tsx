import Link from 'next/link';
import { formatMomentInWords } from '@/lib/calendar/format';
import type { Trail } from '@/lib/court-cases/debt-rule';
import type { Explanation } from '@/lib/debt-requests/autofill';
import { Block } from './block';
import { TrailView } from './trail-view';

interface ExplanationProps {
  explanation: Explanation;
  requestId: string;
  matchState: string;
  now: Date;
}

const STATES: Record<string, string> = {
  ambiguous: 'определить нельзя: вариантов несколько',
  unmatched: 'не\u00a0определено',
};

/** «Почему такой ответ»: the premises, the accounts, each case and its conditions, as they are now and as they were. */
export function ExplanationBlock({
  explanation: { now: verdict, kept },
  requestId,
  matchState,
  now,
}: ExplanationProps) {
  const matched = matchState === 'matched' || matchState === 'manual';
  return (
    <Block name="cases" title="Исковые заявления">
      {!matched && (
        <p>
          Помещение {STATES[matchState]}, поэтому сам ответ не&nbsp;заполнится.{' '}
          <Link href={`/debt-requests/matching?request=${requestId}`}>Сопоставить</Link>
        </p>
      )}
      {verdict.ok && <TrailView trail={verdict.trail} />}
      {kept && !same(kept.trail, verdict.ok ? verdict.trail : null) && (
        <details className="mt-3">
          <summary>Когда ответ заполняли, {formatMomentInWords(kept.at, now)}, было иначе</summary>
          <TrailView trail={kept.trail} />
        </details>
      )}
    </Block>
  );
}

// jsonb gives its keys back in another order
const same = (a: Trail, b: Trail | null): boolean =>
  b !== null && a.reason === b.reason && JSON.stringify(a.debtors.length) === JSON.stringify(b.debtors.length);
