/** What the bench runs in: a throwaway database, the stand and the worker as processes of their own. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { closeDb, sql } from '@/db/client';
import { startThrowaway } from '@/db/embedded';
import { migrate } from '@/db/migrate';
import type { Person } from '@/lib/auth/actor';
import type { CommandContext } from '@/lib/cli/command';
import { createDevKey } from '@/lib/gis/signature/dev-key';
import { makeOrganization, makePerson } from '../factories';
import { remoteControl } from '../stand/remote';
import { startStandProcess } from '../stand-process';
import { cpuOfTree } from './measure';
import type { Command, Report } from './worker';

export interface Place {
  id: string;
  name: string;
  orgPpaGuid: string;
  head: Person;
  /** In the order in which exports show them. */
  subrequestGuids: string[];
}

export interface World {
  standUrl: string;
  key: { keyPem: string; certPem: string; passphrase: string };
  worker: { pid: number; send(command: Command): Promise<Extract<Report, { ok: true }>> };
  /** An organization known to both sides, with so many new requests on the stand. */
  makePlace(requests: number): Promise<Place>;
  /** CPU milliseconds so far; null where there is no /proc. */
  databaseCpu(): number | null;
  standCpu(): number | null;
  /** For logs. */
  folder: string;
}

/** Starts everything; it ends with the command. Logs go to the folder. */
export async function startWorld({ atEnd }: CommandContext, folder: string): Promise<World> {
  const postgres = await startThrowaway();
  atEnd(() => postgres.stop());
  process.env.DATABASE_URL = postgres.url;
  await migrate(postgres.url);
  atEnd(closeDb);

  const passphrase = 'passphrase';
  const key = { ...(await createDevKey({ subject: 'ООО «Замер»', passphrase })), passphrase };
  const stand = await startStandProcess(path.join(folder, 'stand.log'));
  atEnd(stand.stop);
  const control = remoteControl(stand.url);
  await control.registerCertificate({ certificate: key.certPem });

  const child = fork(path.join(import.meta.dirname, 'worker.ts'), { execArgv: ['--import', 'tsx'] });
  atEnd(async () => {
    if (child.exitCode !== null) return;
    child.kill();
    await new Promise((resolve) => child.once('exit', resolve));
  });
  const send = (command: Command) => ask(child, command);
  await send({ do: 'open', gisUrl: stand.url, ...key });

  return {
    standUrl: stand.url,
    key,
    worker: { pid: child.pid!, send },
    folder,
    databaseCpu: () => cpuOfTree(postgres.pid),
    standCpu: () => cpuOfTree(stand.pid),
    async makePlace(requests) {
      const organization = await makeOrganization({ name: `ООО «УК „Замер ${randomUUID().slice(0, 8)}“»` });
      const head = await makePerson(organization, ['head']);
      const { id, name, orgPpaGuid } = organization;
      await control.addOrganization({
        orgPPAGUID: orgPpaGuid,
        name,
        employees: [{ guid: head.gisEmployeeGuid!, fio: head.name }],
      });
      const { subrequestGuids } = await control.addRequests({ orgPPAGUID: orgPpaGuid, count: requests, houses: 50 });
      return { id, name, orgPpaGuid, head, subrequestGuids };
    },
  };
}

/** One command at a time. */
function ask(child: ChildProcess, command: Command): Promise<Extract<Report, { ok: true }>> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null) => reject(new Error(`the worker of the bench ended with code ${code}`));
    child.once('exit', died);
    child.once('message', (message) => {
      child.off('exit', died);
      const report = message as Report;
      if (report.ok) resolve(report);
      else reject(new Error(`the worker of the bench failed: ${report.error}`));
    });
    child.send(command);
  });
}

/** What autovacuum would have done within a minute, done now and not in the middle of a measured part. */
export async function settleDatabase(): Promise<void> {
  await sql`vacuum analyze`;
}
