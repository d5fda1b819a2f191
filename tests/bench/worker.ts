/** The worker's part in a process of its own, as in the product: its CPU and memory are nobody else's. Driven over IPC. */

import type { Engine } from '@/lib/exchange/engine';
import { readCertificate } from '@/lib/gis/signature/certificate';
import { readPrivateKey } from '@/lib/gis/signature/key';
import { pemSigner } from '@/lib/gis/signature/signer';
import { workOnce } from '@/lib/jobs/worker';
import { type Spent, spend } from './measure';
import { type Profile, profiled } from './profile';

export type Command =
  | { do: 'open'; gisUrl: string; keyPem: string; passphrase: string; certPem: string }
  /** Works until nothing is due; under the profiler nothing else is measured. */
  | { do: 'work'; profile?: boolean };

export type Report = { ok: true; spent: Spent; profile?: Profile } | { ok: false; error: string };

let engine: Engine;

async function obey(command: Command): Promise<Report> {
  if (command.do === 'open') {
    engine = {
      connection: { url: command.gisUrl, basicAuth: null, timeoutMs: 60_000 },
      signer: pemSigner({
        key: await readPrivateKey(command.keyPem, command.passphrase),
        certificate: readCertificate(command.certPem),
      }),
      // the stand is ready at once: what is measured is work and not waiting
      pollSeconds: [0],
      leaseSeconds: 90,
      now: () => new Date(),
    };
    return { ok: true, spent: { wall: 0, cpu: 0 } };
  }
  const work = async () => {
    while (await workOnce(engine));
  };
  if (!command.profile) {
    const { wall, cpu } = await spend(work);
    return { ok: true, spent: { wall, cpu } };
  }
  return { ok: true, spent: { wall: 0, cpu: 0 }, profile: await profiled(work) };
}

process.on('message', (command: Command) => {
  obey(command).then(
    (report) => process.send!(report),
    (error: Error) => process.send!({ ok: false, error: String(error.stack) } satisfies Report),
  );
});
process.once('disconnect', () => process.exit(0));
