/** `npm start`: the product for work, after `npm run build`. Ctrl+C or SIGTERM stops everything. */
import fs from 'node:fs';
import path from 'node:path';
import { migrate } from '@/db/migrate';
import { readEnv } from '@/lib/env';
import { CommandError, isFree, loadDotEnv, runCommand } from './command';
import { startDatabase } from './database';
import { startProduct } from './product';

runCommand(
  async ({ atEnd }) => {
    loadDotEnv();
    const external = Boolean(process.env.DATABASE_URL);
    // everything else is checked before a database is made for an installation that cannot start
    const early = readEnv(external ? process.env : { ...process.env, DATABASE_URL: 'postgres:///otklik' });
    if (!early.ok)
      throw new CommandError(`Исправьте настройки (переменные окружения или файл .env):\n${early.problems.join('\n')}`);
    if (!fs.existsSync(path.join('.next', 'BUILD_ID'))) {
      throw new CommandError('Приложение не собрано: выполните «npm run build» и запустите снова.');
    }
    if (!(await isFree(early.env.PORT))) {
      throw new CommandError(`Порт ${early.env.PORT} занят: остановите программу на нём или задайте другой в PORT.`);
    }
    const database = await startDatabase();
    atEnd(database.stop);
    await migrate(process.env.DATABASE_URL!);
    const product = await startProduct({
      env: { ...early.env, DATABASE_URL: process.env.DATABASE_URL! },
      mode: 'production',
    });
    atEnd(product.stop);
    console.log(`«Отклик» запущен: ${early.env.APP_URL}`);
  },
  { staysUp: true },
);
