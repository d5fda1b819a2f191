import { OUTCOMES, type Outcome } from '@/lib/debt-requests/statistics';

/** Fills of the columns: told apart by their strokes as well as by colour. Once a page. */
export function Patterns() {
  return (
    <svg width="0" height="0" className="absolute" aria-hidden="true">
      <defs>
        {OUTCOMES.map((outcome) => (
          <pattern key={outcome} id={`fill-${outcome}`} width="6" height="6" patternUnits="userSpaceOnUse">
            <rect width="6" height="6" className={`p-${outcome}`} />
            {STROKES[outcome] && <path d={STROKES[outcome]} className={`p-${outcome}`} />}
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

const STROKES: Record<Outcome, string | null> = {
  person: null,
  autofill: 'M-1 1L1-1M0 6L6 0M5 7L7 5',
  excel: 'M2 3h2',
  autoanswer: 'M0 3h6',
  elsewhere: null,
  waiting: 'M-1 5L1 7M0 0L6 6M5-1L7 1',
  expired: 'M0 0L6 6M0 6L6 0',
  revoked: 'M3 0v6',
};

/** Of the legend. */
export function Swatch({ outcome }: { outcome: Outcome }) {
  return (
    <svg width="14" height="14" className="inline-block align-[-2px]" aria-hidden="true">
      <rect className={`e-${outcome}`} fill={`url(#fill-${outcome})`} x=".5" y=".5" width="13" height="13" rx="2" />
    </svg>
  );
}
