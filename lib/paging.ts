/** The page that is shown for the one asked for, from 1: beyond the end it is the last. */
export const shownPage = (asked: number, total: number, size: number): number =>
  Math.min(Math.max(1, asked), Math.max(1, Math.ceil(total / size)));
