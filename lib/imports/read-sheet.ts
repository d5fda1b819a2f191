import { Worker } from 'node:worker_threads';
import { log } from '@/lib/log';
import type { Sheet } from './xlsx';
import type { RowResults } from './xlsx-results';

/** Enough for 100 000 rows of 30 columns. */
const MAX_HEAP_MB = 768;
const MAX_MS = 120_000;

/**
 * `readXlsx` in a thread with a cap of memory and of time: whatever the file does, it does to itself. Only for processes
 * that run TypeScript through tsx, that is, the worker and tests.
 */
export const readSheet = (bytes: Uint8Array): Promise<Sheet> => inThread(bytes);

/** `addResults`, likewise. */
export const writeResults = (
  bytes: Uint8Array,
  results: RowResults,
): Promise<{ ok: true; bytes: Uint8Array } | { ok: false; message: string }> => inThread(bytes, results);

function inThread<T>(bytes: Uint8Array, results?: RowResults): Promise<T | { ok: false; message: string }> {
  return new Promise((resolve) => {
    const thread = new Worker(new URL('./sheet-thread.mjs', import.meta.url), {
      workerData: { bytes: new Uint8Array(bytes), results },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    const timer = setTimeout(
      () => finish({ ok: false, message: 'Файл читается слишком долго. Разделите его на\u00a0несколько.' }),
      MAX_MS,
    );
    const finish = (result: T | { ok: false; message: string }) => {
      clearTimeout(timer);
      resolve(result);
      void thread.terminate();
    };
    thread.once('message', finish);
    thread.once('error', (err) => {
      log.warn({ err }, 'a sheet could not be read');
      finish({ ok: false, message: 'Файл слишком большой или повреждён. Разделите его на\u00a0несколько.' });
    });
  });
}
