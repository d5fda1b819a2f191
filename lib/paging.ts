/** The page that is shown for the one asked for, from 1: beyond the end it is the last. */
export const shownPage = (asked: number, total: number, size: number): number =>
  Math.min(Math.max(1, asked), Math.max(1, Math.ceil(total / size)));

/** Where counting of requests stops: what is above it is shown as «более 10 000», and cannot be paged or chosen at once. */
export const COUNT_LIMIT = 10_000;

/** A count of at most `COUNT_LIMIT` + 1 in words: «137», «более 10 000». */
export const countInWords = (count: number): string =>
  count > COUNT_LIMIT ? `более\u00a0${COUNT_LIMIT.toLocaleString('ru')}` : String(count);
