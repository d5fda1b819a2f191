import { recentWork } from '@/app/(staff)/debt-requests/bulk-work';
import { staffRoute } from '@/lib/action';
import { getBulk } from '@/lib/debt-requests/bulk';

/** How this person's latest mass work goes, in words; null when there is nothing to tell. */
export const GET = staffRoute(async (_request, person) => Response.json(recentWork(await getBulk(person), new Date())));
