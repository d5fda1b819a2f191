import { BELL_SIZE, bellView } from '@/app/(staff)/notifications/bell-view';
import { staffRoute } from '@/lib/action';
import { countUnread, latestNotifications } from '@/lib/notifications/notifications';

/** What the bell in the head shows: how many are unread, and the latest. */
export const GET = staffRoute(async (_request, person) => {
  const [unread, latest] = await Promise.all([countUnread(person), latestNotifications(person, BELL_SIZE)]);
  return Response.json(bellView(unread, latest, new Date()));
});
