/** For make-fixtures.sh: our own file of `FOREIGN_ROWS`, and the same rows as JSON for other programs. */
import fs from 'node:fs';
import { FILE_COLUMNS } from '@/lib/debt-requests/exchange-file';
import { writeExchangeFile } from '@/lib/debt-requests/exchange-file-writer';
import { FOREIGN_ROWS } from './rows';

const [book, json] = process.argv.slice(2);
fs.writeFileSync(book!, await writeExchangeFile(FOREIGN_ROWS));
fs.writeFileSync(
  json!,
  JSON.stringify({
    titles: FILE_COLUMNS.map(({ title }) => title),
    rows: FOREIGN_ROWS.map((row) =>
      FILE_COLUMNS.map((column) =>
        'date' in column ? row[column.key].split('-').reverse().join('.') : row[column.key],
      ),
    ),
  }),
);
