import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FileRow } from '@/lib/debt-requests/exchange-file';
import type { Column } from './columns';
import type { Sheet } from './sheets';

/**
 * A small workbook for the web process: the library takes half a second to load and would hold up everybody's pages, so it
 * lives in a thread for as long as it writes.
 */
export function writeWorkbook(
  task: { title: string; columns: Column[] } | { rows: FileRow[] } | { sheets: Sheet[] },
): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    // by a path and not by import.meta: the bundler of the pages must leave the thread where it is
    const file = path.join(/* turbopackIgnore: true */ process.cwd(), 'lib/imports/workbook-thread.mjs');
    const thread = new Worker(/* turbopackIgnore: true */ file, { workerData: task });
    thread.once('message', (bytes) => {
      resolve(bytes);
      void thread.terminate();
    });
    thread.once('error', reject);
  });
}
