import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

// a thread has no loader of its own for TypeScript, and `--import tsx` among its arguments does nothing on Node 20
register();
const { readXlsx } = await import('./xlsx.ts');
parentPort.postMessage(readXlsx(workerData));
