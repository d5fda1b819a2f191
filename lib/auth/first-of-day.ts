import { and, eq, inArray } from 'drizzle-orm';
import { db } from '@/db/client';
import { organizations } from '@/db/schema/staff';
import { requestSync } from '@/lib/debt-requests/sync';
import { log } from '@/lib/log';
import { greet } from '@/lib/notifications/reminders';
import { personById } from './person';

/**
 * What the first log-in of a day brings in each organization of the person: the reminder of what is unanswered, and a
 * receiving where the organization wants it. Whatever goes wrong here lets nobody out.
 */
export async function onFirstOfDay(userId: string, now: Date): Promise<void> {
  try {
    const first = await greet(userId, now);
    if (first.length === 0) return;
    const wanting = await db
      .select({ id: organizations.id })
      .from(organizations)
      .where(and(inArray(organizations.id, first), eq(organizations.syncAtLogin, true)));
    for (const { id } of wanting) {
      const person = await personById(userId, id);
      if (person) await requestSync(person, now, 'login');
    }
  } catch (err) {
    log.error({ userId, err }, 'the first log-in of the day');
  }
}
