/** `npm run migrate`: brings the database to the newest migration and ends. */
import { loadDotEnv, runCommand } from './command';
import { migrateDatabase, openDatabase } from './database';

runCommand(async ({ atEnd }) => {
  loadDotEnv();
  const database = await openDatabase();
  atEnd(database.stop);
  await migrateDatabase();
  console.log('База данных обновлена.');
});
