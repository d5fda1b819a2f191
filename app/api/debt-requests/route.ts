import { registryView, rowView } from '@/app/(staff)/debt-requests/registry-view';
import { commonBeginning } from '@/app/ui/address';
import { staffRoute } from '@/lib/action';
import { getDebtRequest } from '@/lib/debt-requests/card';
import { listDebtRequests, parseRegistryQuery } from '@/lib/debt-requests/registry';

/** How many rows that left the list are told about at once. */
const MAX_GONE = 20;

/**
 * The registry's live part: the same page of the same list now, and of the rows on the screen (`ids`) those that are not
 * in it any more, so that a row changes to «Отправлен» in place instead of vanishing.
 */
export const GET = staffRoute(async (request, person) => {
  const params = request.nextUrl.searchParams;
  const now = new Date();
  const list = await listDebtRequests(person, parseRegistryQuery(Object.fromEntries(params)), now);
  const beginning = commonBeginning(list.rows.map((row) => row.address));
  const missing = (params.get('ids') ?? '')
    .split(',')
    .filter((id) => id && !list.rows.some((row) => row.id === id))
    .slice(0, MAX_GONE);
  const cards = await Promise.all(missing.map((id) => getDebtRequest(person, id, now)));
  const gone = cards
    .filter((card) => card !== null)
    .map(({ request: row, debtors }) => rowView({ ...row, debtorCount: debtors.length }, beginning, now));
  return Response.json({ ...registryView(list, now), gone });
});
