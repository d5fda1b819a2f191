import { db, type Tx } from '@/db/client';
import type { Result } from './errors';

/** One transaction of a domain verb: what `run` refuses is rolled back and returned, what it throws is thrown. */
export async function refusable<T>(run: (tx: Tx) => Promise<Result<T>>): Promise<Result<T>> {
  let refused: Result<T> | undefined;
  try {
    return await db.transaction(async (tx) => {
      const result = await run(tx);
      if (result.ok) return result;
      refused = result;
      return tx.rollback();
    });
  } catch (error) {
    if (refused) return refused;
    throw error;
  }
}
