import { and, eq, inArray, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { debtRequests, syncRuns } from '@/db/schema/debt-requests';
import type { organizations } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { requestSync } from '@/lib/debt-requests/sync';
import { refreshDictionaries } from '@/lib/exchange/dictionaries';
import type { Engine } from '@/lib/exchange/engine';
import { readCertificate } from '@/lib/gis/signature/certificate';
import { createDevKey } from '@/lib/gis/signature/dev-key';
import { readPrivateKey } from '@/lib/gis/signature/key';
import { pemSigner } from '@/lib/gis/signature/signer';
import { workOnce } from '@/lib/jobs/worker';
import { type DebtRequestRow, makeOrganization, makePerson } from './factories';
import { type Stand, startStand } from './stand/stand';

/** An organization that works with a stand of its own: the real client, the real worker step by step, a movable clock. */
export interface Portal {
  stand: Stand;
  engine: Engine;
  organization: Awaited<ReturnType<typeof makeOrganization>>;
  head: Person;
  /** Moves the worker's clock and the stand's. */
  advance(ms: number): void;
  /** Lets the worker work until nothing is due now. */
  work(): Promise<void>;
  /** Receives everything and works it off. */
  receive(): Promise<typeof syncRuns.$inferSelect>;
  request(subrequestGuid: string): Promise<DebtRequestRow>;
  close(): Promise<void>;
}

let key: Promise<{ keyPem: string; certPem: string }> | undefined;

export async function openPortal(given: Partial<typeof organizations.$inferSelect> = {}): Promise<Portal> {
  key ??= createDevKey({ subject: 'ООО «Проверка»', passphrase: 'passphrase' });
  const { keyPem, certPem } = await key;
  const stand = await startStand();
  stand.control.registerCertificate({ certificate: certPem });
  const organization = await makeOrganization(given);
  const head = await makePerson(organization, ['head']);
  stand.control.addOrganization({
    orgPPAGUID: organization.orgPpaGuid,
    name: organization.name,
    employees: [{ guid: head.gisEmployeeGuid!, fio: 'Проверкина Анна Ивановна' }],
  });
  let offset = 0;
  const engine: Engine = {
    connection: { url: stand.url, basicAuth: null, timeoutMs: 2000 },
    signer: pemSigner({ key: await readPrivateKey(keyPem, 'passphrase'), certificate: readCertificate(certPem) }),
    pollSeconds: [0],
    leaseSeconds: 5,
    now: () => new Date(Date.now() + offset),
  };
  const portal: Portal = {
    stand,
    engine,
    organization,
    head,
    advance(ms) {
      offset += ms;
      stand.control.advanceClock({ ms });
    },
    async work() {
      for (let pass = 0; await workOnce(engine); pass++) {
        if (pass > 2000) throw new Error('the worker finds work without end');
      }
    },
    async receive() {
      const started = await requestSync(head, engine.now());
      if (!started.ok) throw new Error('the sync was refused');
      await portal.work();
      const [run] = await db.select().from(syncRuns).where(eq(syncRuns.id, started.syncRunId));
      return run!;
    },
    async request(subrequestGuid) {
      const [row] = await db
        .select()
        .from(debtRequests)
        .where(and(eq(debtRequests.organizationId, organization.id), eq(debtRequests.subrequestGuid, subrequestGuid)));
      if (!row) throw new Error(`no request ${subrequestGuid}`);
      return row;
    },
    close: () => stand.close(),
  };
  await refreshDictionaries(engine.now());
  await portal.work();
  return portal;
}

/** Promises that must hold at any quiet moment of any test. */
export async function brokenPromises(portal: Portal): Promise<string[]> {
  const broken: string[] = portal.stand.control
    .state()
    .sentDifferently.map((guid) => `${guid}: sent with different content`);
  const stuck = await db
    .select({ id: debtRequests.id })
    .from(debtRequests)
    .where(
      and(
        inArray(debtRequests.status, ['sending']),
        sql`not exists (select 1 from exchange_items i where i.request_id = ${debtRequests.id} and i.state = 'open')`,
      ),
    );
  broken.push(...stuck.map(({ id }) => `${id}: sending without an open item`));
  const orphaned = await db.execute(
    sql`select i.id from exchange_items i join exchanges e on e.id = i.exchange_id
        where i.state = 'open' and e.state in ('done', 'refused')`,
  );
  broken.push(...orphaned.map(({ id }) => `item ${id}: open in a finished message`));
  return broken;
}
