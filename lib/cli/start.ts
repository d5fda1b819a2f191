/** `npm start`: the product for work, after `npm run build`. Ctrl+C or SIGTERM stops everything. */
import { readEnv } from '@/lib/env';
import { isBuilt } from './build';
import { CommandError, isFree, loadDotEnv, runCommand } from './command';
import { migrateDatabase, startDatabase } from './database';
import { startProduct } from './product';

runCommand(
  async ({ atEnd }) => {
    loadDotEnv();
    const external = Boolean(process.env.DATABASE_URL);
    // everything else is checked before a database is made for an installation that cannot start
    const early = readEnv(external ? process.env : { ...process.env, DATABASE_URL: 'postgres:///otklik' });
    if (!early.ok)
      throw new CommandError(`Исправьте настройки (переменные окружения или файл .env):\n${early.problems.join('\n')}`);
    if (!isBuilt()) {
      throw new CommandError('Приложение не собрано: выполните «npm run build» и запустите снова.');
    }
    if (!(await isFree(early.env.PORT))) {
      throw new CommandError(`Порт ${early.env.PORT} занят: остановите программу на нём или задайте другой в PORT.`);
    }
    const database = await startDatabase();
    atEnd(database.stop);
    await migrateDatabase();
    const env = { ...early.env, DATABASE_URL: process.env.DATABASE_URL! };
    await startProduct({ env, mode: 'production', atEnd });
    console.log(`«Отклик» запущен: ${early.env.APP_URL}`);
  },
  { staysUp: true },
);
