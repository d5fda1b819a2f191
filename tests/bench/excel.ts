/** Writing and reading exchange files beside python3-xlsxwriter and a bare pass of the XML reader. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { FILE_COLUMNS, MAX_FILE_BYTES, SAMPLE_ROWS } from '@/lib/debt-requests/exchange-file';

const run = promisify(execFile);

interface Took {
  /** Milliseconds. */
  wall: number;
  /** Megabytes that the process held at most. */
  peak: number;
}

const child = async (...args: string[]): Promise<Took> => {
  const script = path.join(import.meta.dirname, 'excel-child.ts');
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, ...args]);
  return JSON.parse(stdout);
};

/** The same rows by python3-xlsxwriter in constant memory; null where it is not installed (apt-get install python3-xlsxwriter). */
export async function timeWrite(folder: string, rows: number): Promise<{ ours: Took; beside: Took | null }> {
  const ours = await child('write', path.join(folder, 'ours.xlsx'), String(rows));
  const data = path.join(folder, 'rows.json');
  fs.writeFileSync(
    data,
    JSON.stringify({
      titles: FILE_COLUMNS.map(({ title }) => title),
      dates: [...FILE_COLUMNS.entries()].flatMap(([i, column]) => ('date' in column ? i : [])),
      rows: SAMPLE_ROWS.map((row) => FILE_COLUMNS.map(({ key }) => row[key])),
    }),
  );
  const python = path.join(import.meta.dirname, 'excel-beside.py');
  try {
    // the system's own: Debian's package is not in any other
    const { stdout } = await run('/usr/bin/python3', [python, data, path.join(folder, 'beside.xlsx'), String(rows)]);
    return { ours, beside: JSON.parse(stdout) };
  } catch (error) {
    if (!/ModuleNotFoundError|ENOENT/.test(String(error))) throw error;
    return { ours, beside: null };
  }
}

/** The largest file that loading takes, and how many rows are in it. */
export async function makeLargest(folder: string): Promise<{ file: string; rows: number }> {
  const file = path.join(folder, 'largest.xlsx');
  let rows = 30_000;
  await child('write', file, String(rows));
  rows = Math.floor((rows * 0.99 * MAX_FILE_BYTES) / fs.statSync(file).size);
  await child('write', file, String(rows));
  return { file, rows };
}

export async function timeRead(file: string): Promise<{ ours: Took; beside: Took }> {
  return { ours: await child('read', file), beside: await child('bare', file) };
}
