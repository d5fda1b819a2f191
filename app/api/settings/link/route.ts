import { linkView } from '@/app/(staff)/settings/link-view';
import { staffRoute } from '@/lib/action';
import { keyStatus } from '@/lib/exchange/journal';
import { connectionCheck } from '@/lib/staff/gis-settings';

/** State of the key and of the latest «Проверить связь», in words; admins only. */
export const GET = staffRoute(async (_request, person) => {
  const [result, key] = await Promise.all([connectionCheck(person), keyStatus()]);
  return result.ok
    ? Response.json(linkView(result.check, key, new Date()))
    : Response.json({ reason: result.reason }, { status: 403 });
});
