/** `npm run backup -- <file>`: everything the database holds, in one file. The product may go on working. */
import { backup } from '@/lib/backup/backup';
import { plural } from '@/lib/calendar/plural';
import { loadDotEnv, runCommand } from './command';
import { onDatabase, openDatabase } from './database';
import { fileArgument } from './file-argument';

const USAGE = `Сохраняет всё, что есть в базе данных «Отклика», в один файл. Останавливать программу не нужно.

  npm run backup -- otklik.backup`;

runCommand(async ({ atEnd, signal }) => {
  const file = fileArgument(USAGE);
  if (!file) return;
  loadDotEnv();
  const database = await openDatabase();
  atEnd(database.stop);
  const saving = onDatabase((url) => backup(url, file, signal));
  // an interrupted copy removes its unfinished file
  atEnd(() =>
    saving.then(
      () => {},
      () => {},
    ),
  );
  const { bytes, rows, tables } = await saving;
  console.log(
    `Резервная копия готова: ${file}, ${sizeInWords(bytes)} ` +
      `(${rows} ${plural(rows, 'строка', 'строки', 'строк')}, ${tables} ${plural(tables, 'таблица', 'таблицы', 'таблиц')}).\n` +
      'В ней персональные данные: она читается только вами и не зашифрована, храните её соответственно.',
  );
});

function sizeInWords(bytes: number): string {
  const megabytes = bytes / 1024 / 1024;
  return megabytes < 1
    ? `${Math.ceil(bytes / 1024)} КБ`
    : `${megabytes.toLocaleString('ru', { maximumFractionDigits: 1 })} МБ`;
}
