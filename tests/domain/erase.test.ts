import { randomUUID } from 'node:crypto';
import { asc, eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect, db, sql } from '@/db/client';
import { answerTrails } from '@/db/schema/court-cases';
import { debtRequests, erasedRequests, erasures, requestAddresses, requestEvents } from '@/db/schema/debt-requests';
import { exchangeItems, exchanges } from '@/db/schema/exchange';
import { answerFileRows, answerFiles, fileExportParts, fileExports } from '@/db/schema/imports';
import { presence } from '@/db/schema/notifications';
import { bulkItems, bulkRuns } from '@/db/schema/registry';
import { recordAccess } from '@/lib/auth/access-log';
import type { Person } from '@/lib/auth/actor';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { sendAnswer } from '@/lib/debt-requests/answer';
import { carryErasures, listErasures, previewErasure, startErasure } from '@/lib/debt-requests/erase';
import { buildProof } from '@/lib/debt-requests/proof';
import { getExchange } from '@/lib/exchange/journal';
import { uploadFile } from '@/lib/files/files';
import { notify } from '@/lib/notifications/notify';
import { listAccess, parseAccessQuery } from '@/lib/staff/access-log';
import { answerYes, type DebtRequestRow, makeOrganization, makePerson, makeRequest, reload } from '../factories';
import { brokenPromises, openPortal, type Portal } from '../portal';
import { resetDatabase } from '../setup/reset-database';

const DAY_MS = 86_400_000;

/** «table.column» of every place in the database where any of these words stands, in any case. */
async function placesOf(...words: string[]): Promise<string[]> {
  const columns = await sql<{ table: string; column: string; type: string }[]>`
    select table_name as table, column_name as column, data_type as type from information_schema.columns
    join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE'
      and data_type in ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY') order by 1, 2`;
  const places: string[] = [];
  for (const { table, column, type } of columns) {
    for (const word of words) {
      const [found] =
        type === 'bytea'
          ? await sql`select from ${sql(table)} where position(${Buffer.from(word)}::bytea in ${sql(column)}) > 0 limit 1`
          : await sql`select from ${sql(table)} where strpos(lower(${sql(column)}::text), lower(${word})) > 0 limit 1`;
      if (found) {
        places.push(`${table}.${column}`);
        break;
      }
    }
  }
  return places;
}

const words = { name: 'Меченов', street: 'Меченая', snils: '11223344595', comment: 'меченое слово' };
const ALL_WORDS = Object.values(words);

describe('after a real exchange', () => {
  let portal: Portal;
  let admin: Person;

  beforeEach(async () => {
    await resetDatabase();
    portal = await openPortal();
    admin = await makePerson(portal.organization, ['admin']);
  });
  afterEach(async () => {
    expect(await brokenPromises(portal)).toEqual([]);
    await portal.close();
  });

  async function arrived(responseDate: string, street: string): Promise<DebtRequestRow> {
    const { subrequestGuid } = portal.stand.control.addRequest({
      orgPPAGUID: portal.organization.orgPpaGuid,
      responseDate,
      houseAddress: `г Верхнеозёрск, ул ${street}, д. 1`,
      addressDetails: 'кв. 7',
    });
    await portal.receive();
    return portal.request(subrequestGuid);
  }

  async function send(request: DebtRequestRow, lastName: string, comment: string, snils: string): Promise<void> {
    const uploaded = await uploadFile(portal.head, {
      requestId: request.id,
      name: `${lastName}.pdf`,
      bytes: Buffer.from(`%PDF-1.7\n${lastName}\n%%EOF`),
    });
    if (!uploaded.ok) throw new Error(uploaded.reason);
    const files = [{ id: uploaded.file.id, documentTypeCode: '1' }];
    const { version } = await reload(request.id);
    const answer = { ...answerYes({ lastName, snils, files }), description: comment };
    const sent = await sendAnswer(portal.head, { id: request.id, version, answer }, portal.engine.now());
    if (!sent.ok) throw new Error(JSON.stringify(sent));
  }

  /** All that may hang on a request besides what the exchange makes. */
  async function surround({ id, organizationId, requestNumber }: DebtRequestRow): Promise<void> {
    const startedBy = portal.head.userId;
    await db
      .insert(answerTrails)
      .values({ organizationId, requestId: id, hasDebt: 'yes', trail: { debtor: words.name } });
    await db.insert(presence).values({ requestId: id, userId: startedBy });
    await db.transaction((tx) =>
      notify(tx, [
        {
          organizationId,
          userId: startedBy,
          kind: 'prepared',
          requestId: id,
          data: { number: requestNumber, deadline: '2026-01-01' },
        },
      ]),
    );
    const [run] = await db
      .insert(bulkRuns)
      .values({
        organizationId,
        startedBy,
        action: 'returnForRework',
        params: { comment: words.name },
        state: 'done',
        total: 1,
      })
      .returning();
    await db.insert(bulkItems).values({ runId: run!.id, position: 1, requestId: id, version: 1, state: 'done' });
    for (const state of ['done', 'checked']) {
      const [file] = await db
        .insert(answerFiles)
        .values({
          organizationId,
          startedBy,
          fileName: 'ответы.xlsx',
          bytes: Buffer.from(words.name),
          state,
          emptyMeansNo: false,
          sendAtOnce: false,
        })
        .returning();
      const row = { fileId: file!.id, rows: [2], requestNumber, was: '', becomes: words.name, difference: '' };
      await db.insert(answerFileRows).values([
        { ...row, row: 2, requestId: id, address: words.street, kind: 'same', chosen: false },
        { ...row, row: 3, address: words.street, kind: 'bad', chosen: false },
      ]);
    }
    const [exported] = await db
      .insert(fileExports)
      .values({ organizationId, startedBy, filter: '', about: 'всё время', state: 'done', total: 1 })
      .returning();
    await db.insert(fileExportParts).values({ exportId: exported!.id, part: 1, bytes: Buffer.from(words.street) });
    await recordAccess(portal.head, 'openRequest', { requestId: id });
  }

  async function erase(from: string, to: string): Promise<void> {
    const now = portal.engine.now();
    const counted = await previewErasure(admin, { from, to }, now);
    if (!counted.ok) throw new Error(counted.reason);
    const { count } = counted.preview;
    const started = await startErasure(admin, { from, to, count, confirmation: String(count) }, now);
    if (!started.ok) throw new Error(JSON.stringify(started));
    await portal.work();
    expect((await listErasures(admin))![0]).toMatchObject({ state: 'done', total: count, erased: count });
  }

  test('nothing of the people remains anywhere, the fact does; a shared message keeps its text until its last request', async () => {
    const today = moscowToday();
    const soon = await arrived(addDays(today, 2), words.street);
    const later = await arrived(addDays(today, 30), 'Другая');
    await send(soon, words.name, words.comment, words.snils);
    await send(later, 'Оставшийся', 'другое слово', '08675430300');
    await portal.work();
    const answered = await reload(soon.id);
    expect(answered.status).toBe('answered');
    await surround(answered);
    const [message] = await db.select().from(exchanges).where(eq(exchanges.operation, 'importResponses'));
    expect(await db.select().from(exchangeItems).where(eq(exchangeItems.exchangeId, message!.id))).toHaveLength(2);
    expect(await placesOf(...ALL_WORDS)).toEqual(
      expect.arrayContaining([
        'answer_files.bytes',
        'answer_trails.trail',
        'bulk_runs.params',
        'debt_requests.address',
        'debtors.last_name',
        'debtors.searched',
        'exchange_items.content',
        'exchanges.reply_xml',
        'exchanges.request_xml',
        'file_contents.bytes',
        'file_export_parts.bytes',
        'request_addresses.text',
      ]),
    );

    portal.advance(10 * DAY_MS);
    await erase(addDays(today, 2), addDays(today, 2));
    expect(await placesOf(...ALL_WORDS)).toEqual(['exchanges.request_xml']);
    expect(await placesOf(soon.id)).toEqual([]);
    expect(await db.select().from(erasedRequests)).toMatchObject([
      {
        requestId: soon.id,
        subrequestGuid: soon.subrequestGuid,
        requestNumber: soon.requestNumber,
        responseDate: soon.responseDate,
        status: 'answered',
        hasDebt: true,
        answerSource: 'person',
        answeredAt: answered.answeredAt,
        gisMessageGuid: message!.gisMessageGuid,
      },
    ]);
    // who had seen it stays known, by the number
    const log = (await listAccess(admin, parseAccessQuery({ number: soon.requestNumber })))!;
    expect(log.rows).toMatchObject([
      { action: 'openRequest', requestNumber: soon.requestNumber, requestId: null, name: portal.head.name },
    ]);
    // the kept one still has its whole proof
    expect((await getExchange(admin, message!.id))!).toMatchObject({
      requestXml: message!.requestXml,
      replyXml: message!.replyXml,
      textErased: false,
    });
    expect(await buildProof(portal.head, later.id)).toMatchObject({ ok: true });

    // the portal shows it again
    const run = await portal.receive();
    expect(run).toMatchObject({ state: 'done', received: 0 });
    expect(await db.select({ id: debtRequests.id }).from(debtRequests)).toEqual([{ id: later.id }]);
    expect(await placesOf(...ALL_WORDS)).toEqual(['exchanges.request_xml']);
    const pages = await db
      .select()
      .from(exchanges)
      .where(eq(exchanges.operation, 'exportDebtSubrequests'))
      .orderBy(asc(exchanges.createdAt));
    expect((await getExchange(admin, pages.at(-1)!.id))!).toMatchObject({ state: 'done', textErased: true });

    portal.advance(40 * DAY_MS);
    await erase(addDays(today, 3), addDays(today, 40));
    expect(await placesOf(...ALL_WORDS, 'Оставшийся', 'Другая', '08675430300')).toEqual([]);
    const kept = (await getExchange(admin, message!.id))!;
    expect(kept).toMatchObject({
      state: 'done',
      gisMessageGuid: message!.gisMessageGuid,
      requestXml: null,
      ackXml: null,
      replyXml: null,
      textErased: true,
      items: [],
    });
    expect(await listErasures(admin)).toHaveLength(2);
  }, 60_000);

  test('a lost reply: what was asked about an answer stays as long as the answer', async () => {
    const today = moscowToday();
    const request = await arrived(addDays(today, 2), words.street);
    const old = await makeRequest(portal.organization, { status: 'expired', responseDate: addDays(today, -50) });
    portal.stand.control.inject({ fault: 'lostAck', match: { operation: 'importResponses' } });
    await send(request, words.name, words.comment, words.snils);
    await portal.work();
    expect((await reload(request.id)).status).toBe('answered');
    const looks = () =>
      sql`select reply_xml from exchanges where query ->> 'aboutExchangeId' is not null and reply_xml is not null`;
    expect(await looks()).toHaveLength(1);
    await erase(old.responseDate, old.responseDate);
    expect(await looks()).toHaveLength(1);
    portal.advance(10 * DAY_MS);
    await erase(request.responseDate, request.responseDate);
    expect(await looks()).toHaveLength(0);
    expect(await placesOf(...ALL_WORDS)).toEqual([]);
  }, 60_000);
});

describe('by the rows alone', () => {
  const now = new Date();
  const today = moscowToday(now);
  const past = addDays(today, -100);
  const period = { from: past, to: past };
  let organization: Awaited<ReturnType<typeof makeOrganization>>;
  let admin: Person;

  beforeEach(async () => {
    await resetDatabase();
    organization = await makeOrganization();
    admin = await makePerson(organization, ['admin']);
  });

  const archived = (given: Partial<DebtRequestRow> = {}) =>
    makeRequest(organization, { status: 'expired', responseDate: past, updatedAt: new Date('2026-01-01'), ...given });
  const start = (count: number, given: Partial<Parameters<typeof startErasure>[1]> = {}, person = admin) =>
    startErasure(person, { ...period, count, confirmation: String(count), ...given });
  async function carryAll(): Promise<void> {
    for (let pass = 0; (await carryErasures(new Date())) > 0; pass++) if (pass > 50) throw new Error('without end');
  }

  test('only archived requests of the period and of this organization go, and none that the exchange still carries', async () => {
    const gone = [await archived(), await archived({ status: 'answered', hasDebt: false })];
    const open = await archived({ status: 'in_progress' });
    const failed = await archived({ status: 'send_failed' });
    const withdrawing = await archived({ status: 'answered' });
    await db
      .insert(exchangeItems)
      .values({ organizationId: organization.id, requestId: withdrawing.id, actionType: 'Revoke' });
    const unsettled = await archived({ status: 'answered' });
    const [message] = await db
      .insert(exchanges)
      .values({
        organizationId: organization.id,
        service: 'debtRequests',
        operation: 'importResponses',
        state: 'unknown',
      })
      .returning();
    await db.insert(exchangeItems).values({
      organizationId: organization.id,
      requestId: unsettled.id,
      actionType: 'Revoke',
      state: 'not_sent',
      exchangeId: message!.id,
    });
    const before = await archived({ responseDate: addDays(past, -1) });
    const after = await archived({ responseDate: addDays(past, 1) });
    const due = await archived({ status: 'answered', responseDate: today });
    const other = await makeOrganization();
    const foreign = await makeRequest(other, { status: 'expired', responseDate: past });

    expect(await previewErasure(admin, period)).toEqual({
      ok: true,
      preview: {
        count: 2,
        byStatus: [
          { status: 'answered', count: 1 },
          { status: 'expired', count: 1 },
        ],
        unfinished: 4,
      },
    });
    expect(await start(2)).toEqual({ ok: true });
    await carryAll();
    const left = await db.select({ id: debtRequests.id }).from(debtRequests);
    expect(new Set(left.map(({ id }) => id))).toEqual(
      new Set([open, failed, withdrawing, unsettled, before, after, due, foreign].map(({ id }) => id)),
    );
    const facts = await db.select({ id: erasedRequests.requestId }).from(erasedRequests);
    expect(new Set(facts.map(({ id }) => id))).toEqual(new Set(gone.map(({ id }) => id)));
    expect(await listErasures(await makePerson(other, ['admin']))).toEqual([]);
  });

  test('who is no admin neither counts nor erases nor reads the journal', async () => {
    await archived();
    for (const role of ['executor', 'head', 'debt_clerk'] as const) {
      const person = await makePerson(organization, [role]);
      expect(await previewErasure(person, period)).toMatchObject({ ok: false, reason: 'forbidden' });
      expect(await start(1, {}, person)).toMatchObject({ ok: false, reason: 'forbidden' });
      expect(await listErasures(person)).toBeNull();
    }
  });

  test('refuses: a period not wholly past, the wrong number beside its field, another count, nothing, a second one', async () => {
    for (const wrong of [{ to: today }, { from: today, to: past }]) {
      const refused = { ok: false, reason: 'invalid', fields: { to: expect.any(String) } };
      expect(await previewErasure(admin, { ...period, ...wrong })).toMatchObject(refused);
      expect(await start(1, wrong)).toMatchObject(refused);
    }
    expect(await start(1)).toMatchObject({ ok: false, reason: 'notAllowed' });
    await archived();
    for (const confirmation of ['', '2', '01', 'да'])
      expect(await start(1, { confirmation })).toMatchObject({
        ok: false,
        reason: 'invalid',
        fields: { confirmation: 'Чтобы удалить, введите число 1.' },
      });
    await archived();
    expect(await start(1)).toMatchObject({ ok: false, reason: 'stale' });
    expect(await db.select().from(erasures)).toEqual([]);
    const both = await Promise.all([start(2), start(2)]);
    expect(both.map((result) => (result.ok ? 'ok' : result.reason)).sort()).toEqual(['notAllowed', 'ok']);
    expect(await start(2)).toMatchObject({ ok: false, reason: 'notAllowed' });
    await carryAll();
    expect(await listErasures(admin)).toMatchObject([
      { startedBy: admin.name, ...period, total: 2, erased: 2, state: 'done' },
    ]);
  });

  test('an address goes with its last request, also one that a request had before', async () => {
    const kept = await makeRequest(organization, { address: 'ул Общая', addressDetails: null });
    await archived({ address: 'ул Общая', addressDetails: null });
    const moved = await archived({ address: 'ул Прежняя', addressDetails: 'кв. 1' });
    await db.update(debtRequests).set({ address: 'ул Последняя' }).where(eq(debtRequests.id, moved.id));
    const foreign = await makeRequest(await makeOrganization(), { address: 'ул Чужая', addressDetails: null });
    await start(2);
    await carryAll();
    const lines = await db.select({ id: requestAddresses.id, text: requestAddresses.text }).from(requestAddresses);
    expect(lines).toHaveLength(2);
    expect(lines).toEqual(
      expect.arrayContaining([
        { id: kept.addressId, text: 'ул общая ' },
        { id: foreign.addressId, text: 'ул чужая ' },
      ]),
    );
  });

  test('an address that a request just being written has found stays with it', async () => {
    const gone = await archived({ address: 'ул Спорная', addressDetails: null });
    const { id: _, subrequestGuid: __, addressId: ___, ...row } = gone;
    const written = { ...row, subrequestGuid: randomUUID(), status: 'new', responseDate: addDays(today, 5) };
    await start(1);
    let finish = () => {};
    const wait = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const writing = db.transaction(async (tx) => {
      await tx.insert(debtRequests).values(written);
      finish();
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    await wait;
    await carryAll();
    expect(await listErasures(admin)).toMatchObject([{ state: 'running', erased: 1 }]);
    await writing;
    await carryAll();
    expect(await listErasures(admin)).toMatchObject([{ state: 'done' }]);
    const left = await db.select({ addressId: debtRequests.addressId }).from(debtRequests);
    expect(await db.select({ addressId: requestAddresses.id }).from(requestAddresses)).toEqual(left);
  });

  test('killed in the middle of a chunk nothing is half erased, and it goes on', async () => {
    const many = 450;
    const first = await archived();
    const { id: _, subrequestGuid: __, ...row } = first;
    await db
      .insert(debtRequests)
      .values(Array.from({ length: many - 1 }, () => ({ ...row, subrequestGuid: randomUUID() })));
    const requests = await db.select({ id: debtRequests.id }).from(debtRequests);
    await db
      .insert(requestEvents)
      .values(
        requests.map(({ id }) => ({ organizationId: organization.id, requestId: id, action: 'received' as const })),
      );
    await db.insert(answerTrails).values({
      organizationId: organization.id,
      requestId: first.id,
      hasDebt: 'no',
      trail: {},
    });
    expect(await start(many)).toEqual({ ok: true });
    const left = async () => {
      const [counts] = await sql`select (select count(*)::int from debt_requests) as requests,
        (select count(*)::int from request_events) as events, (select count(*)::int from erased_requests) as facts`;
      return counts;
    };
    expect(await carryErasures(new Date())).toBe(200);
    expect(await left()).toEqual({ requests: 250, events: 250, facts: 200 });

    // the database goes away at the very last statement of a chunk
    await sql`create function breaks() returns trigger language plpgsql as $$ begin raise exception 'gone'; end $$`;
    await sql`create trigger breaks before delete on debt_requests for each statement execute function breaks()`;
    try {
      await expect(carryErasures(new Date())).rejects.toThrow();
    } finally {
      await sql`drop trigger breaks on debt_requests`;
      await sql`drop function breaks()`;
    }
    expect(await left()).toEqual({ requests: 250, events: 250, facts: 200 });
    expect(await listErasures(admin)).toMatchObject([{ state: 'running', total: many, erased: 200 }]);

    await carryAll();
    expect(await left()).toEqual({ requests: 0, events: 0, facts: many });
    expect(await listErasures(admin)).toMatchObject([{ state: 'done', total: many, erased: many }]);
  });

  test('a request that somebody holds is waited for; one that changed since stays', async () => {
    const [held, changed] = [await archived(), await archived(), await archived()];
    await start(3);
    await db
      .update(debtRequests)
      .set({ updatedAt: new Date(Date.now() + 1000) })
      .where(eq(debtRequests.id, changed!.id));
    const another = connect(process.env.DATABASE_URL!, { max: 1 });
    try {
      await another.begin(async (tx) => {
        await tx`select 1 from debt_requests where id = ${held!.id} for update`;
        await carryAll();
        expect(await listErasures(admin)).toMatchObject([{ state: 'running', erased: 1 }]);
      });
    } finally {
      await another.end();
    }
    await carryAll();
    expect(await listErasures(admin)).toMatchObject([{ state: 'done', total: 3, erased: 2 }]);
    expect(await db.select({ id: debtRequests.id }).from(debtRequests)).toEqual([{ id: changed!.id }]);
  });

  test('a file that is being written or read ends first', async () => {
    await archived();
    await start(1);
    const [building] = await db
      .insert(fileExports)
      .values({ organizationId: organization.id, startedBy: admin.userId, filter: '', about: 'всё время' })
      .returning();
    expect(await carryErasures(new Date())).toBe(0);
    await db.update(fileExports).set({ state: 'done' }).where(eq(fileExports.id, building!.id));
    await db.insert(fileExportParts).values({ exportId: building!.id, part: 1, bytes: Buffer.from('x') });
    await carryAll();
    expect(await db.select().from(fileExportParts)).toEqual([]);
    expect(await db.select().from(fileExports)).toMatchObject([{ state: 'deleted' }]);
  });

  test('a trail alone cannot be deleted', async () => {
    const { id } = await archived();
    await db.insert(answerTrails).values({ organizationId: organization.id, requestId: id, hasDebt: 'no', trail: {} });
    await expect(sql`delete from answer_trails`).rejects.toThrow('append-only');
    await start(1);
    await carryAll();
    expect(await db.select().from(answerTrails)).toEqual([]);
  });
});
