/** `npm run migrate`: brings the database to the newest migration and ends. */
import { migrate } from '@/db/migrate';
import { loadDotEnv, runCommand } from './command';
import { openDatabase } from './database';

runCommand(async ({ atEnd }) => {
  loadDotEnv();
  const database = await openDatabase();
  atEnd(database.stop);
  await migrate(process.env.DATABASE_URL!);
  console.log('База данных обновлена.');
});
