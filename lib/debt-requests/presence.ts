import { and, asc, eq, gt, lt, ne, sql } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { presence } from '@/db/schema/notifications';
import { users } from '@/db/schema/staff';
import { type Person, shortName } from '@/lib/auth/actor';

/** A card asks every 15 seconds. */
const FRESH = gt(presence.at, sql`now() - interval '40 seconds'`);

/** Who has the same card open: the page says it while it asks for its state. The caller has seen that it is visible. */
export async function meet(person: Person, requestId: string): Promise<string[]> {
  await db
    .insert(presence)
    .values({ requestId, userId: person.userId })
    .onConflictDoUpdate({ target: [presence.requestId, presence.userId], set: { at: sql`now()` } });
  const rows = await db
    .select({ lastName: users.lastName, firstName: users.firstName, patronymic: users.patronymic })
    .from(presence)
    .innerJoin(users, eq(users.id, presence.userId))
    .where(and(eq(presence.requestId, requestId), ne(presence.userId, person.userId), FRESH))
    .orderBy(asc(users.lastName), asc(users.firstName));
  return rows.map(shortName);
}

/** Has anybody the card open at this moment? He may be writing the answer. */
export async function isOpenNow(tx: Pick<Tx, 'select'>, requestId: string): Promise<boolean> {
  const rows = await tx
    .select({ userId: presence.userId })
    .from(presence)
    .where(and(eq(presence.requestId, requestId), FRESH))
    .limit(1);
  return rows.length > 0;
}

/** Drops what means nothing any more. */
export async function forgetPresence(): Promise<number> {
  const rows = await db
    .delete(presence)
    .where(lt(presence.at, sql`now() - interval '1 hour'`))
    .returning({ requestId: presence.requestId });
  return rows.length;
}
