import { registryView, rowView } from '@/app/(staff)/debt-requests/registry-view';
import { commonBeginning } from '@/app/ui/address';
import { staffRoute } from '@/lib/action';
import { listByIds, listDebtRequests, parseRegistryQuery } from '@/lib/debt-requests/registry';
import { ownCalendar } from '@/lib/staff/calendar';

/** As many as a page can have. */
const MAX_IDS = 100;

/**
 * The registry's live part: the same page of the same list now, and of the rows on the screen (`ids`) those that are not
 * in it any more, so that a row changes to «Отправлен» in place instead of vanishing.
 */
export const GET = staffRoute(async (request, person) => {
  const params = request.nextUrl.searchParams;
  const now = new Date();
  const [list, calendar] = await Promise.all([
    listDebtRequests(person, parseRegistryQuery(Object.fromEntries(params)), now),
    ownCalendar(person),
  ]);
  const beginning = commonBeginning(list.rows.map((row) => row.address));
  const missing = (params.get('ids') ?? '')
    .split(',')
    .slice(0, MAX_IDS)
    .filter((id) => id && !list.rows.some((row) => row.id === id));
  const gone = (await listByIds(person, missing)).map((row) => rowView(row, beginning, now, calendar));
  return Response.json({ ...registryView(list, now, calendar), gone });
});
