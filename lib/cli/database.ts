import path from 'node:path';
import { runningUrl, startEmbedded } from '@/db/embedded';
import { dataDir } from './command';

/** Where the embedded PostgreSQL of `npm start` keeps its data. */
const workFolder = () => path.join(dataDir(), 'postgres');

/**
 * The database of a short command or a lone worker: `DATABASE_URL`; else the embedded PostgreSQL, joined while
 * `npm start` runs it, else started until `stop()`. Sets `DATABASE_URL` for this process. Migrates nothing.
 */
export async function openDatabase(): Promise<{ stop(): Promise<void> }> {
  const running = process.env.DATABASE_URL ? null : runningUrl(workFolder());
  if (!running) return startDatabase();
  process.env.DATABASE_URL = running;
  return { stop: async () => {} };
}

/** The same for who runs the whole product: refuses (EmbeddedPostgresError) when somebody runs this folder already. */
export async function startDatabase(folder = workFolder()): Promise<{ stop(): Promise<void> }> {
  if (process.env.DATABASE_URL) return { stop: async () => {} };
  const embedded = await startEmbedded({ dataDir: folder });
  process.env.DATABASE_URL = embedded.url;
  return { stop: () => embedded.stop() };
}
