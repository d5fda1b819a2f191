import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

// a thread has no loader of its own for TypeScript, and `--import tsx` among its arguments does nothing on Node 20
register();
const { columns, rows, sheets, title } = workerData;
if (rows) {
  const { writeExchangeFile } = await import('../debt-requests/exchange-file-writer.ts');
  parentPort.postMessage(new Uint8Array(await writeExchangeFile(rows)));
} else if (sheets) {
  const { writeSheets } = await import('./sheets.ts');
  parentPort.postMessage(await writeSheets(sheets));
} else {
  const { writeTemplate } = await import('./template.ts');
  parentPort.postMessage(await writeTemplate(title, columns));
}
