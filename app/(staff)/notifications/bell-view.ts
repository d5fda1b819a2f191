import { formatMomentShort } from '@/lib/calendar/format';
import type { NotificationView } from '@/lib/notifications/notifications';

/** As many as the menu in the head shows. */
export const BELL_SIZE = 7;

export interface BellView {
  unread: number;
  rows: (Pick<NotificationView, 'id' | 'title' | 'detail' | 'bad' | 'href' | 'unread'> & { at: string })[];
}

export const bellView = (unread: number, rows: readonly NotificationView[], now: Date): BellView => ({
  unread,
  rows: rows.map(({ id, title, detail, bad, href, unread: fresh, at }) => ({
    id,
    title,
    detail,
    bad,
    href,
    unread: fresh,
    at: formatMomentShort(at, now),
  })),
});
