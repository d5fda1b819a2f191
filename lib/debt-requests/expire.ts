import { and, inArray, lt, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import { systemOf } from '@/lib/auth/actor';
import { moscowToday } from '@/lib/calendar/moscow';
import { transitionAll } from './transition';
import { OPEN } from './workflow';

/** Open requests whose term ended at 24:00 Moscow time become «Просрочен». Returns how many. */
export async function expireOverdue(now: Date): Promise<number> {
  let expired = 0;
  for (;;) {
    const moved = await db.transaction(async (tx) => {
      const overdue = await tx
        .select()
        .from(debtRequests)
        .where(and(inArray(debtRequests.status, [...OPEN]), lt(debtRequests.responseDate, moscowToday(now))))
        .limit(200)
        .for('update', { skipLocked: true });
      for (const organizationId of new Set(overdue.map((request) => request.organizationId))) {
        await transitionAll(
          tx,
          systemOf(organizationId),
          overdue.filter((request) => request.organizationId === organizationId),
          { action: 'expire', set: { statusBeforeExpiry: sql`${debtRequests.status}` as unknown as string }, now },
        );
      }
      return overdue.length;
    });
    expired += moved;
    if (moved === 0) return expired;
  }
}
