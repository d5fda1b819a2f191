import { receivingView } from '@/app/(staff)/receiving-view';
import { staffRoute } from '@/lib/action';
import { latestSync } from '@/lib/debt-requests/sync';

/** How the latest receiving of requests goes, in words; null before the first. */
export const GET = staffRoute(async (_request, person) =>
  Response.json(receivingView(await latestSync(person), new Date())),
);
