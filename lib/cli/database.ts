import path from 'node:path';
import { runningUrl, startEmbedded } from '@/db/embedded';
import { migrate } from '@/db/migrate';
import { CommandError, dataDir } from './command';

/** Where the embedded PostgreSQL of `npm start` keeps its data. */
const workFolder = () => path.join(dataDir(), 'postgres');

/** Sets `DATABASE_URL`, unless it is set, to the embedded PostgreSQL that `npm start` runs; leaves it if there is none. */
export function joinDatabase(): void {
  process.env.DATABASE_URL ||= runningUrl(workFolder()) ?? '';
}

/**
 * The database of a short command: `DATABASE_URL`; else the embedded PostgreSQL, joined while `npm start` runs it, else
 * started until `stop()`. Sets `DATABASE_URL` for this process. Migrates nothing.
 */
export async function openDatabase(): Promise<{ stop(): Promise<void> }> {
  joinDatabase();
  return startDatabase();
}

/** The same for who runs the whole product: refuses (EmbeddedPostgresError) when somebody runs this folder already. */
export async function startDatabase(folder = workFolder()): Promise<{ stop(): Promise<void> }> {
  if (process.env.DATABASE_URL) return { stop: async () => {} };
  const embedded = await startEmbedded({ dataDir: folder });
  process.env.DATABASE_URL = embedded.url;
  return { stop: () => embedded.stop() };
}

/** Brings the database of `DATABASE_URL` to the newest migration. CommandError when it cannot be reached or changed. */
export const migrateDatabase = (): Promise<void> => onDatabase(migrate);

/** Does something with the database of `DATABASE_URL`. CommandError when it cannot be reached or changed. */
export async function onDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  try {
    return await work(process.env.DATABASE_URL!);
  } catch (error) {
    const code = (error as { code?: string }).code;
    // failures to connect (Node's and postgres.js's own codes), to log in, to find or make the database, lack of rights
    if (!code || !/^(E[A-Z_]+|CONNECT\w+|28\w{3}|3D000|42501|08\w{3})$/.test(code)) throw error;
    throw new CommandError(
      `Не удалось подключиться к базе данных или изменить её (${code}). Проверьте адрес, имя, пароль и права в DATABASE_URL.`,
    );
  }
}
