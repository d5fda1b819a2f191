import Link from 'next/link';

interface PagerProps {
  total: number;
  /** There are more than `total`, and pages end there. */
  more?: boolean;
  page: number;
  size: number;
  /** Address of a page of the list. */
  href: (page: number, size: number) => string;
  /** Sizes to choose from; without them the size is fixed. */
  sizes?: readonly number[];
}

/** «Показаны записи 1–20 из 137», pages, and how many records a page shows. */
export function Pager({ total, more = false, page, size, href, sizes = [] }: PagerProps) {
  const last = Math.max(1, Math.ceil(total / size));
  const from = total === 0 ? 0 : (page - 1) * size + 1;
  const to = Math.min(page * size, total);
  return (
    <div className="pg">
      <span>
        Показаны записи {total === 0 ? '0' : `${from}–${to}`} из&nbsp;
        {more ? `более чем\u00a0${total.toLocaleString('ru')}` : total}
      </span>
      {last > 1 && (
        <nav className="seg" aria-label="Страницы">
          {pagesAround(page, last).map((number, i, all) =>
            number === null ? (
              <span key={`gap-${all[i - 1]}`} aria-hidden="true">
                …
              </span>
            ) : (
              <Link key={number} href={href(number, size)} aria-current={number === page ? 'page' : undefined}>
                <span className="sr">Страница </span>
                {number}
              </Link>
            ),
          )}
        </nav>
      )}
      {sizes.length > 0 && total > Math.min(...sizes) && (
        <nav className="seg" aria-label="Записей на страницу">
          <em className="wide-f">Записей на&nbsp;страницу</em> <em className="narrow-m">По</em>
          {sizes.map((option) => (
            <Link key={option} href={href(1, option)} aria-current={option === size ? 'true' : undefined}>
              {option}
            </Link>
          ))}
        </nav>
      )}
    </div>
  );
}

/** 1 … 4 5 6 … 24; null is a gap. */
function pagesAround(page: number, last: number): (number | null)[] {
  const shown = [...new Set([1, page - 1, page, page + 1, last])]
    .filter((n) => n >= 1 && n <= last)
    .sort((a, b) => a - b);
  return shown.flatMap((n, i) => (i > 0 && n - shown[i - 1]! > 1 ? [null, n] : [n]));
}
