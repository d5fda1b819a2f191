/** Number of the page in an address line; the first when it is none. */
export function pageOf(params: Record<string, string | string[] | undefined>): number {
  const page = Number(params.page);
  return Number.isInteger(page) && page > 0 && page <= 100_000 ? page : 1;
}
