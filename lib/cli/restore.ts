/** `npm run restore -- <file>`: fills an empty database from a file of `npm run backup`. */
import { restore } from '@/lib/backup/restore';
import { formatMomentInWords } from '@/lib/calendar/format';
import { plural } from '@/lib/calendar/plural';
import { loadDotEnv, runCommand } from './command';
import { onDatabase, openDatabase } from './database';
import { fileArgument } from './file-argument';

const USAGE = `Восстанавливает базу данных «Отклика» из резервной копии. База должна быть пустой, программа — остановлена.

  npm run restore -- otklik.backup`;

runCommand(async ({ atEnd }) => {
  const file = fileArgument(USAGE);
  if (!file) return;
  loadDotEnv();
  const database = await openDatabase();
  atEnd(database.stop);
  const { at, tables, rows, foreign, unknownAnswers, droppedWithdrawals, automaticOff } = await onDatabase((url) =>
    restore(url, file),
  );
  const lines = [
    `Восстановлена копия, сделанная ${formatMomentInWords(at, new Date())} (время московское): ` +
      `${rows} ${plural(rows, 'строка', 'строки', 'строк')}, ${tables} ${plural(tables, 'таблица', 'таблицы', 'таблиц')}.`,
    foreign.length > 0 && `Пропущены таблицы не из «Отклика»: ${foreign.join(', ')}.`,
    '',
    'Запустите «Отклик», войдите заново и сначала получите запросы: что отправлено после копии, знает только портал.',
    'До этого ни один ответ не отправляется. Портал показывает принятые ответы с опозданием до трёх суток.',
    unknownAnswers > 0 && `Ответов, которые были в пути: ${unknownAnswers}. О каждом «Отклик» сначала спросит портал.`,
    droppedWithdrawals > 0 &&
      `Отзывов ответа, которые были в пути: ${droppedWithdrawals}. Они остановлены: решите о них заново.`,
    automaticOff.length > 0 && `Автоответ выключен: ${automaticOff.join(', ')}. Включите его, когда всё проверите.`,
  ];
  console.log(lines.filter((line) => line !== false).join('\n'));
});
