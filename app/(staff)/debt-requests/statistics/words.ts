/** «12,5 %» */
export const percent = new Intl.NumberFormat('ru', { style: 'percent', maximumFractionDigits: 1 });

const tenths = new Intl.NumberFormat('ru', { maximumFractionDigits: 1 });

/** Working days of a table: «2,4»; «—» where there are none. */
export const daysInCell = (days: number | null): string => (days === null ? '—' : tenths.format(days));

/** «2,4 раб. дня»: after a fraction the noun is always in that form. */
export function averageInWords(days: number): string {
  const written = tenths.format(days);
  if (written.includes(',')) return `${written}\u00a0раб.\u00a0дня`;
  const form = new Intl.PluralRules('ru').select(Number(written));
  return `${written}\u00a0раб.\u00a0${form === 'one' ? 'день' : form === 'few' ? 'дня' : 'дней'}`;
}
