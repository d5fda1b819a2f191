import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import { workerState } from '@/db/schema/jobs';
import { personDays } from '@/db/schema/notifications';
import { memberships, organizations, users } from '@/db/schema/staff';
import { DIVISION_IDS } from '@/lib/auth/person';
import { moscowToday } from '@/lib/calendar/moscow';
import { type CalendarAdditions, isWorkingDay, nextWorkingDay } from '@/lib/calendar/working-days';
import { OPEN } from '@/lib/debt-requests/workflow';
import { calendarsOf } from '@/lib/staff/calendar';
import { notify, tellAdmins } from './notify';

/** What is told because of the clock. Once a day each, however often the job runs. */

/**
 * «Срок сегодня», «Срок завтра» and a «Да» that nobody has confirmed yet, to whoever answers for an open request and to whoever works on it: how many each.
 * Tomorrow is told of only when it is worked on; a term that falls on a day off is told of on the last working day before it.
 * What is worked on, each organization's own calendar says. What is still open goes one step up: the day before to the heads of
 * its division, on the day to the admins, each only of what is not on him already.
 */
export async function remindOfDeadlines(now: Date): Promise<number> {
  const today = moscowToday(now);
  const calendars = await calendarsOf(db);
  // the next working day; null on a day off, when nothing is told
  const nextBy = (additions: CalendarAdditions = {}) =>
    isWorkingDay(today, additions) ? nextWorkingDay(today, additions) : null;
  const latest = [nextBy(), ...[...calendars.values()].map(nextBy)].filter((day) => day !== null).sort();
  if (latest.length === 0) return 0;
  const found = await db
    .select({
      organizationId: debtRequests.organizationId,
      responsibleId: debtRequests.responsibleId,
      assigneeId: debtRequests.assigneeId,
      divisionId: debtRequests.divisionId,
      responseDate: debtRequests.responseDate,
      verification: debtRequests.verification,
    })
    .from(debtRequests)
    .where(
      and(
        inArray(debtRequests.status, [...OPEN]),
        lte(debtRequests.responseDate, latest.at(-1)!),
        sql`${debtRequests.responseDate} >= ${today}`,
      ),
    );
  const rows = found.flatMap((row) => {
    const next = nextBy(calendars.get(row.organizationId));
    return next && row.responseDate <= next ? [{ ...row, next }] : [];
  });
  // a Saturday's term cannot wait for Monday
  const isDue = (row: (typeof rows)[number]) => row.responseDate < row.next || row.responseDate === today;
  const counts = new Map<string, { organizationId: string; userId: string; today: boolean; count: number }>();
  for (const row of rows) {
    for (const userId of new Set([row.responsibleId, row.assigneeId])) {
      if (!userId) continue;
      const due = isDue(row);
      const key = `${row.organizationId} ${userId} ${due}`;
      const known = counts.get(key) ?? { organizationId: row.organizationId, userId, today: due, count: 0 };
      counts.set(key, { ...known, count: known.count + 1 });
    }
  }
  // the debt clerk has not said his word: whoever answers for it must know before the term, not after
  const late = new Map<string, { organizationId: string; userId: string; count: number }>();
  for (const { organizationId, responsibleId, verification } of rows) {
    if (verification !== 'required' || !responsibleId) continue;
    const key = `${organizationId} ${responsibleId}`;
    late.set(key, { organizationId, userId: responsibleId, count: (late.get(key)?.count ?? 0) + 1 });
  }
  const above = (await whoStandsAbove()).flatMap((one) => {
    const open = rows.filter(
      (row) =>
        row.organizationId === one.organizationId && row.responsibleId !== one.userId && row.assigneeId !== one.userId,
    );
    const inDivisions = (row: (typeof rows)[number]) =>
      one.divisionIds === null || (row.divisionId !== null && one.divisionIds.includes(row.divisionId));
    const told = [];
    const tomorrow = one.head ? open.filter((row) => !isDue(row) && inDivisions(row)).length : 0;
    if (tomorrow > 0) told.push({ ...one, kind: 'divisionTomorrow' as const, href: '/radar', count: tomorrow });
    const due = one.admin ? open.filter(isDue).length : 0;
    if (due > 0) told.push({ ...one, kind: 'organizationToday' as const, href: '/radar', count: due });
    return told;
  });
  await db.transaction(async (tx) => {
    await notify(
      tx,
      above.map(({ organizationId, userId, kind, href, count }) => ({
        organizationId,
        userId,
        kind,
        href,
        data: { count },
        once: `${kind} ${today}`,
      })),
    );
    await notify(
      tx,
      [...late.values()].map(({ count, ...who }) => ({
        ...who,
        kind: 'verifyLate' as const,
        href: '/debt-requests?debt=yes',
        data: { count },
        once: `verify late ${today}`,
      })),
    );
    await notify(
      tx,
      [...counts.values()].map((one) => ({
        organizationId: one.organizationId,
        userId: one.userId,
        kind: one.today ? ('deadlineToday' as const) : ('deadlineTomorrow' as const),
        href: one.today ? '/debt-requests?due=today' : '/debt-requests',
        data: { count: one.count },
        once: `${one.today ? 'today' : 'tomorrow'} ${today}`,
      })),
    );
  });
  return counts.size;
}

/** Heads and admins who are not blocked, with the divisions of the head; null = the whole organization. */
const whoStandsAbove = () =>
  db
    .select({
      organizationId: memberships.organizationId,
      userId: memberships.userId,
      head: sql<boolean>`'head' = any(${memberships.roles})`,
      admin: sql<boolean>`'admin' = any(${memberships.roles})`,
      divisionIds: DIVISION_IDS,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(sql`${memberships.roles} && array['head', 'admin']`, isNull(memberships.blockedAt), isNull(users.blockedAt)),
    );

/** Days before its end at which the certificate is told of: a new one takes weeks to be made and registered. */
const CERTIFICATE_DAYS = [1, 7, 30];

/**
 * The certificate that the worker signs with ends in 30, 7 or 1 days: the admins of every organization are told, once each.
 * A day on which nothing ran is made up; a new certificate is told of anew. Returns how many organizations it concerns.
 */
export async function warnOfCertificate(now: Date): Promise<number> {
  const [worker] = await db.select({ validUntil: workerState.certificateValidUntil }).from(workerState);
  if (!worker?.validUntil) return 0;
  const days = Math.floor((worker.validUntil.getTime() - now.getTime()) / 86_400_000);
  const reached = CERTIFICATE_DAYS.find((limit) => days <= limit);
  // that it has ended is said by the key itself
  if (reached === undefined || days < 0) return 0;
  const until = moscowToday(worker.validUntil);
  const everybody = await db.select({ id: organizations.id }).from(organizations);
  await db.transaction(async (tx) => {
    for (const { id } of everybody) {
      await tellAdmins(tx, {
        organizationId: id,
        kind: 'certificateEnds',
        href: '/settings/state',
        data: { days, until },
        once: `certificate ${until} ${reached}`,
      });
    }
  });
  return everybody.length;
}

/**
 * The first log-in of a day: how many requests are without an answer, in each organization of the person (1С,
 * «Уведомлять о неотвеченных запросах»). Gives the organizations in which it was the first.
 */
export async function greet(userId: string, now: Date): Promise<string[]> {
  const today = moscowToday(now);
  const rows = await db
    .select({
      organizationId: memberships.organizationId,
      count: sql<number>`count(${debtRequests.id})::int`,
      today: sql<number>`(count(${debtRequests.id}) filter (where ${debtRequests.responseDate} = ${today}))::int`,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .leftJoin(
      debtRequests,
      and(
        eq(debtRequests.organizationId, memberships.organizationId),
        inArray(debtRequests.status, [...OPEN]),
        sql`${memberships.userId} in (${debtRequests.responsibleId}, ${debtRequests.assigneeId})`,
      ),
    )
    .where(and(eq(memberships.userId, userId), isNull(memberships.blockedAt)))
    .groupBy(memberships.organizationId);
  return db.transaction(async (tx) => {
    const first: string[] = [];
    for (const { organizationId, count, today: dueToday } of rows) {
      const [row] = await tx
        .insert(personDays)
        .values({ userId, organizationId, day: today })
        .onConflictDoNothing()
        .returning({ day: personDays.day });
      if (!row) continue;
      first.push(organizationId);
      if (count > 0) {
        await notify(tx, [
          {
            organizationId,
            userId,
            kind: 'unanswered',
            href: '/debt-requests',
            data: { count, today: dueToday },
            once: `unanswered ${today}`,
          },
        ]);
      }
    }
    return first;
  });
}
