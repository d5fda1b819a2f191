import { staffRoute } from '@/lib/action';
import { getDebtRequest, getRequestState } from '@/lib/debt-requests/card';
import { meet } from '@/lib/debt-requests/presence';

/** What the open card compares itself with. `underWay` = an answer or its withdrawal waits for the portal's word; `others` = who has it open too. */
export const GET = staffRoute(async (_request, person, { params }: RouteContext<'/api/debt-requests/[id]/state'>) => {
  const { id } = await params;
  const state = await getRequestState(person, id);
  if (!state) return Response.json({ reason: 'notFound', message: 'Запроса больше нет.' }, { status: 404 });
  // only these two statuses change their exchange without changing the version
  const moving = state.status === 'sending' || state.status === 'answered';
  const card = moving ? await getDebtRequest(person, id) : null;
  return Response.json({ ...state, underWay: !!card?.openItem, others: await meet(person, id) });
});
