import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

// a thread has no loader of its own for TypeScript, and `--import tsx` among its arguments does nothing on Node 20
register();
const { bytes, results } = workerData;
if (results) {
  const { addResults } = await import('./xlsx-results.ts');
  parentPort.postMessage(addResults(bytes, results));
} else {
  const { readXlsx } = await import('./xlsx.ts');
  parentPort.postMessage(readXlsx(bytes));
}
