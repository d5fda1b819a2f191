import { and, asc, count, eq, inArray, or } from 'drizzle-orm';
import { db } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import { organizations } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { organizationsOf, personById } from '@/lib/auth/person';
import type { CalendarAdditions } from '@/lib/calendar/working-days';
import { shownPage } from '@/lib/paging';
import { calendarsOf } from '@/lib/staff/calendar';
import { visibleTo } from './transition';
import { OPEN, type Status } from './workflow';

/** «Все организации»: what is open in every organization the person works in, as one list by term. Read only. */

export interface InboxRow {
  id: string;
  organizationId: string;
  organization: string;
  requestNumber: string;
  address: string;
  addressDetails: string | null;
  responseDate: string;
  status: Status;
}

export const INBOX_PAGE = 50;

/** In each organization the person sees what he would see working there. A page beyond the end gives the last. */
export async function listInbox(
  person: Person,
  page: number,
): Promise<{
  rows: InboxRow[];
  total: number;
  page: number;
  organizations: { id: string; name: string; open: number }[];
  /** By organization: what it added to the production calendar. */
  calendars: Map<string, CalendarAdditions>;
}> {
  const places = await organizationsOf(person.userId);
  const people = (await Promise.all(places.map(({ id }) => personById(person.userId, id)))).filter(
    (one) => one !== null,
  );
  const open = and(or(...people.map(visibleTo)), inArray(debtRequests.status, [...OPEN]));
  const counts = await db
    .select({ id: debtRequests.organizationId, open: count() })
    .from(debtRequests)
    .where(open)
    .groupBy(debtRequests.organizationId);
  const total = counts.reduce((sum, row) => sum + row.open, 0);
  const shown = shownPage(page, total, INBOX_PAGE);
  const rows = await db
    .select({
      id: debtRequests.id,
      organizationId: debtRequests.organizationId,
      organization: organizations.name,
      requestNumber: debtRequests.requestNumber,
      address: debtRequests.address,
      addressDetails: debtRequests.addressDetails,
      responseDate: debtRequests.responseDate,
      status: debtRequests.status,
    })
    .from(debtRequests)
    .innerJoin(organizations, eq(organizations.id, debtRequests.organizationId))
    .where(open)
    .orderBy(asc(debtRequests.responseDate), asc(debtRequests.requestNumber), asc(debtRequests.id))
    .limit(INBOX_PAGE)
    .offset((shown - 1) * INBOX_PAGE);
  return {
    rows: rows.map((row) => ({ ...row, status: row.status as Status })),
    total,
    page: shown,
    calendars: await calendarsOf(
      db,
      places.map(({ id }) => id),
    ),
    organizations: places.map((place) => ({ ...place, open: counts.find(({ id }) => id === place.id)?.open ?? 0 })),
  };
}
