/** `npm run stand`: the stand as a process. Prints one JSON line `{"url":…}` when it listens. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startStand } from './stand';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    data: { type: 'string' },
    seed: { type: 'string' },
    cert: { type: 'string', multiple: true, default: [] },
    'basic-auth': { type: 'string' },
    'no-signature': { type: 'boolean', default: false },
  },
});

if (values.seed !== undefined && values.seed !== 'demo') throw new Error('--seed knows only «demo»');
const stand = await startStand({
  port: Number(values.port),
  dataDir: values.data,
  basicAuth: values['basic-auth'],
  settings: values['no-signature'] ? { requireSignature: false } : undefined,
});
for (const path of values.cert) {
  stand.control.registerCertificate({ certificate: readFileSync(path).toString('base64') });
}
if (values.seed === 'demo') stand.control.seedDemo();
console.log(JSON.stringify({ url: stand.url }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stand.close().then(() => process.exit(0)));
}
