import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { requestEvents } from '@/db/schema/debt-requests';
import { houses } from '@/db/schema/houses';
import { notifications } from '@/db/schema/notifications';
import { divisions, memberships, organizations } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { personById } from '@/lib/auth/person';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { complete, saveDraft, take } from '@/lib/debt-requests/answer';
import {
  assignResponsible,
  delegate,
  listColleagues,
  reassignEverything,
  reassignHouses,
  returnForRework,
  takeBack,
} from '@/lib/debt-requests/assign';
import { getDebtRequest } from '@/lib/debt-requests/card';
import { listDebtRequests, parseRegistryQuery } from '@/lib/debt-requests/registry';
import {
  answerNo,
  type DebtRequestRow,
  makeDivision,
  makeOrganization,
  makePerson,
  makeRequest,
  reload,
} from '@/tests/factories';
import { resetDatabase } from '../setup/reset-database';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
beforeEach(async () => {
  await resetDatabase();
  organization = await makeOrganization();
});

const at = ({ id, version }: DebtRequestRow) => ({ id, version });
const seen = async (person: Person) =>
  (await listDebtRequests(person, parseRegistryQuery({ size: '100', answered: '1', unanswered: '1' }))).rows.map(
    (row) => row.id,
  );
const toldTo = async (userId: string) =>
  (await db.select().from(notifications).where(eq(notifications.userId, userId))).map((row) => row.kind);
const historyOf = (request: DebtRequestRow, action: string) =>
  db
    .select()
    .from(requestEvents)
    .where(and(eq(requestEvents.requestId, request.id), eq(requestEvents.action, action)));

async function twoDivisions() {
  const directorate = await makeDivision(organization, 'Дирекция «Юг»');
  const north = await makeDivision(organization, 'ЖЭУ № 1', { parentId: directorate });
  const south = await makeDivision(organization, 'ЖЭУ № 2', { parentId: directorate });
  return {
    directorate,
    north,
    south,
    directorateHead: await makePerson(organization, ['head'], { divisionId: directorate }),
    northHead: await makePerson(organization, ['head'], { divisionId: north }),
    northExecutor: await makePerson(organization, ['executor'], { divisionId: north }),
    southExecutor: await makePerson(organization, ['executor'], { divisionId: south }),
    clerk: await makePerson(organization, ['debt_clerk']),
    admin: await makePerson(organization, ['admin']),
  };
}

describe('who sees what', () => {
  test('an admin and the debt clerk all, a head his divisions, an executor his own and what is free beside him', async () => {
    const it = await twoDivisions();
    const freeNorth = await makeRequest(organization, { divisionId: it.north });
    const takenNorth = await makeRequest(organization, { divisionId: it.north, assigneeId: it.northHead.userId });
    const south = await makeRequest(organization, { divisionId: it.south });
    const nowhere = await makeRequest(organization, { responsibleId: it.admin.userId });
    const foreign = await makeRequest(await makeOrganization());
    const sorted = (...requests: DebtRequestRow[]) => requests.map((request) => request.id).sort();
    const seenBy = async (person: Person) => (await seen(person)).sort();

    expect(await seenBy(it.admin)).toEqual(sorted(freeNorth, takenNorth, south, nowhere));
    expect(await seenBy(it.clerk)).toEqual(sorted(freeNorth, takenNorth, south, nowhere));
    expect(await seenBy(it.directorateHead)).toEqual(sorted(freeNorth, takenNorth, south));
    expect(await seenBy(it.northHead)).toEqual(sorted(freeNorth, takenNorth));
    expect(await seenBy(it.northExecutor)).toEqual(sorted(freeNorth));
    expect(await seenBy(it.southExecutor)).toEqual(sorted(south));
    // a card is as absent as a foreign one
    for (const hidden of [takenNorth, south, nowhere, foreign]) {
      expect(await getDebtRequest(it.northExecutor, hidden.id)).toBeNull();
      expect(await take(it.northExecutor, at(hidden))).toEqual({ ok: false, reason: 'notFound' });
    }
  });

  test('an organization without divisions is one division', async () => {
    const head = await makePerson(organization, ['head']);
    const executor = await makePerson(organization, ['executor']);
    const request = await makeRequest(organization);
    expect(await seen(head)).toEqual([request.id]);
    expect(await seen(executor)).toEqual([request.id]);
  });

  test('a deputy sees and does what is on the absent one, and no longer than the absence', async () => {
    const absent = await makePerson(organization, ['executor']);
    const deputy = await makePerson(organization, ['executor']);
    const request = await makeRequest(organization, { assigneeId: absent.userId, status: 'in_progress' });
    const standIn = (from: string, until: string) =>
      db
        .update(memberships)
        .set({ deputyId: deputy.userId, awayFrom: from, awayUntil: until })
        .where(eq(memberships.userId, absent.userId));
    const today = moscowToday();

    await standIn(addDays(today, -9), addDays(today, -1));
    expect(await seen((await personById(deputy.userId, organization.id))!)).toEqual([]);
    await standIn(addDays(today, -1), today);
    const standing = (await personById(deputy.userId, organization.id))!;
    expect(await seen(standing)).toEqual([request.id]);
    expect(await complete(standing, { ...at(request), answer: answerNo() })).toMatchObject({ ok: true });
  });
});

describe('assignResponsible', () => {
  const assign = (...requests: DebtRequestRow[]) =>
    db.transaction((tx) =>
      assignResponsible(
        tx,
        organization.id,
        requests.map((request) => request.id),
      ),
    );

  test('the division that owns the house, its head; above it where it has none; the default user; an admin', async () => {
    const it = await twoDivisions();
    const [fias, gis] = [randomUUID(), randomUUID()];
    await db.insert(houses).values([
      { organizationId: organization.id, address: 'ул. Первая, 1', fiasHouseGuid: fias, divisionId: it.north },
      { organizationId: organization.id, address: 'ул. Вторая, 2', gisHouseGuid: gis, divisionId: it.south },
    ]);
    const byFias = await makeRequest(organization, { fiasHouseGuid: fias });
    const byFiasAsHouse = await makeRequest(organization, { houseGuid: fias });
    const byGis = await makeRequest(organization, { houseGuid: gis });
    const unknown = await makeRequest(organization, { houseGuid: randomUUID() });
    await assign(byFias, byFiasAsHouse, byGis, unknown);

    const owner = { divisionId: it.north, responsibleId: it.northHead.userId };
    expect(await reload(byFias.id)).toMatchObject(owner);
    expect(await reload(byFiasAsHouse.id)).toMatchObject(owner);
    // the second division has no head of its own
    expect(await reload(byGis.id)).toMatchObject({ divisionId: it.south, responsibleId: it.directorateHead.userId });
    expect(await reload(unknown.id)).toMatchObject({ divisionId: null, responsibleId: it.admin.userId });

    await db
      .update(organizations)
      .set({ defaultResponsibleId: it.northExecutor.userId })
      .where(eq(organizations.id, organization.id));
    const next = await makeRequest(organization);
    await assign(next);
    expect(await reload(next.id)).toMatchObject({ responsibleId: it.northExecutor.userId });
  });

  test('the chosen one of the division before its head, unless he is blocked', async () => {
    const it = await twoDivisions();
    const fias = randomUUID();
    await db
      .insert(houses)
      .values({ organizationId: organization.id, address: 'ул. Первая, 1', fiasHouseGuid: fias, divisionId: it.north });
    await db.update(divisions).set({ responsibleId: it.northExecutor.userId }).where(eq(divisions.id, it.north));
    const first = await makeRequest(organization, { fiasHouseGuid: fias });
    await assign(first);
    expect(await reload(first.id)).toMatchObject({ responsibleId: it.northExecutor.userId });
    await db.update(memberships).set({ blockedAt: new Date() }).where(eq(memberships.userId, it.northExecutor.userId));
    const second = await makeRequest(organization, { fiasHouseGuid: fias });
    await assign(second);
    expect(await reload(second.id)).toMatchObject({ responsibleId: it.northHead.userId });
  });

  test('a house of another organization decides nothing', async () => {
    const it = await twoDivisions();
    const other = await makeOrganization();
    const fias = randomUUID();
    const theirs = await makeDivision(other, 'Чужое');
    await db
      .insert(houses)
      .values({ organizationId: other.id, address: 'ул. Чужая, 1', fiasHouseGuid: fias, divisionId: theirs });
    const request = await makeRequest(organization, { fiasHouseGuid: fias });
    await assign(request);
    expect(await reload(request.id)).toMatchObject({ divisionId: null, responsibleId: it.admin.userId });
  });

  test('a house that changes hands takes its open requests along, not the closed ones', async () => {
    const it = await twoDivisions();
    const fias = randomUUID();
    const [house] = await db
      .insert(houses)
      .values({ organizationId: organization.id, address: 'ул. Первая, 1', fiasHouseGuid: fias, divisionId: it.north })
      .returning();
    const open = await makeRequest(organization, { fiasHouseGuid: fias });
    const closed = await makeRequest(organization, { fiasHouseGuid: fias, status: 'answered', hasDebt: false });
    await assign(open, closed);
    await db.transaction(async (tx) => {
      await tx.update(houses).set({ divisionId: it.south }).where(eq(houses.id, house!.id));
      await reassignHouses(tx, organization.id, [house!.id]);
    });
    expect(await reload(open.id)).toMatchObject({ divisionId: it.south, responsibleId: it.directorateHead.userId });
    expect(await reload(closed.id)).toMatchObject({ divisionId: it.north, responsibleId: it.northHead.userId });
  });
});

describe('delegate', () => {
  test('to a colleague of the division, with a note he is told of', async () => {
    const it = await twoDivisions();
    const request = await makeRequest(organization, { divisionId: it.north, responsibleId: it.northHead.userId });
    const input = { ...at(request), assigneeId: it.northExecutor.userId, note: 'Проверьте банкротство' };
    expect(await delegate(it.northHead, input)).toMatchObject({ ok: true });
    expect(await reload(request.id)).toMatchObject({ status: 'in_progress', assigneeId: it.northExecutor.userId });
    expect(await historyOf(request, 'delegate')).toMatchObject([
      { actorId: it.northHead.userId, data: { note: 'Проверьте банкротство' } },
    ]);
    expect(await toldTo(it.northExecutor.userId)).toEqual(['delegated']);
    expect(await delegate(it.northHead, input)).toMatchObject({ ok: false, reason: 'stale' });
  });

  test('not to another division, a blocked one, a stranger; not by an executor', async () => {
    const it = await twoDivisions();
    const request = await makeRequest(organization, { divisionId: it.north });
    const to = (assigneeId: string) => ({ ...at(request), assigneeId, note: '' });
    const stranger = await makePerson(await makeOrganization(), ['executor']);
    for (const person of [it.southExecutor, it.clerk, stranger])
      expect(await delegate(it.northHead, to(person.userId))).toMatchObject({ ok: false, reason: 'invalid' });
    expect(await delegate(it.northExecutor, to(it.northExecutor.userId))).toMatchObject({
      ok: false,
      reason: 'forbidden',
    });
    expect(await delegate(stranger, to(stranger.userId))).toEqual({ ok: false, reason: 'notFound' });
    await db.update(memberships).set({ blockedAt: new Date() }).where(eq(memberships.userId, it.northExecutor.userId));
    expect(await delegate(it.northHead, to(it.northExecutor.userId))).toMatchObject({ ok: false, reason: 'invalid' });
    expect(await reload(request.id)).toMatchObject({ status: 'new', assigneeId: null });
  });

  test('of two heads at once one wins', async () => {
    const head = await makePerson(organization, ['head']);
    const [first, second] = [
      await makePerson(organization, ['executor']),
      await makePerson(organization, ['executor']),
    ];
    const request = await makeRequest(organization);
    const results = await Promise.all(
      [first, second].map((person) => delegate(head, { ...at(request), assigneeId: person.userId, note: '' })),
    );
    expect(results.map((result) => result.ok).sort()).toEqual([false, true]);
    expect(await historyOf(request, 'delegate')).toHaveLength(1);
  });

  test('colleagues come with what is on them already', async () => {
    const it = await twoDivisions();
    await makeRequest(organization, {
      divisionId: it.north,
      assigneeId: it.northExecutor.userId,
      status: 'in_progress',
    });
    const colleagues = await listColleagues(it.northHead, [it.north]);
    expect(colleagues.map(({ id, load }) => [id, load])).toEqual(
      expect.arrayContaining([
        [it.northExecutor.userId, 1],
        [it.northHead.userId, 0],
      ]),
    );
    expect(colleagues.map(({ id }) => id)).not.toContain(it.southExecutor.userId);
  });
});

describe('review', () => {
  test('prepared, told to the responsible; returned with a comment that the executor is told of; done again', async () => {
    const head = await makePerson(organization, ['head']);
    const executor = await makePerson(organization, ['executor']);
    const request = await makeRequest(organization, { responsibleId: head.userId });
    await take(executor, at(request));
    await complete(executor, { ...at(await reload(request.id)), answer: answerNo() });
    expect(await toldTo(head.userId)).toEqual(['prepared']);

    const prepared = await reload(request.id);
    expect(await returnForRework(executor, { ...at(prepared), comment: 'нет' })).toMatchObject({
      ok: false,
      reason: 'forbidden',
    });
    expect(await returnForRework(head, { ...at(prepared), comment: 'Приложите приказ' })).toMatchObject({ ok: true });
    expect(await reload(request.id)).toMatchObject({ status: 'rework', assigneeId: executor.userId, hasDebt: false });
    expect(await historyOf(request, 'returnForRework')).toMatchObject([{ data: { comment: 'Приложите приказ' } }]);
    expect(await toldTo(executor.userId)).toEqual(['returned']);
    expect(await complete(executor, { ...at(await reload(request.id)), answer: answerNo('учтено') })).toMatchObject({
      ok: true,
    });
  });

  test('a ready answer that nobody prepared needs somebody to return to', async () => {
    const head = await makePerson(organization, ['head']);
    const executor = await makePerson(organization, ['executor']);
    const request = await makeRequest(organization, { status: 'ready', hasDebt: false });
    expect(await returnForRework(head, { ...at(request), comment: 'Проверьте' })).toMatchObject({
      ok: false,
      reason: 'invalid',
      fields: { assigneeId: expect.any(String) },
    });
    const chosen = { ...at(request), comment: 'Проверьте', assigneeId: executor.userId };
    expect(await returnForRework(head, chosen)).toMatchObject({ ok: true });
    expect(await reload(request.id)).toMatchObject({ status: 'rework', assigneeId: executor.userId });
  });
});

describe('takeBack', () => {
  test('the head works on it himself, what was typed stays, the executor is told', async () => {
    const head = await makePerson(organization, ['head']);
    const executor = await makePerson(organization, ['executor']);
    const request = await makeRequest(organization);
    await take(executor, at(request));
    await saveDraft(executor, { ...at(await reload(request.id)), answer: answerNo('черновик') });
    expect(await takeBack(executor, at(await reload(request.id)))).toMatchObject({ ok: false, reason: 'forbidden' });
    expect(await takeBack(head, at(await reload(request.id)))).toMatchObject({ ok: true });
    expect(await reload(request.id)).toMatchObject({ assigneeId: head.userId, description: 'черновик' });
    expect(await toldTo(executor.userId)).toEqual(['takenBack']);
    // the executor's open form has nothing to save into any more
    expect(await saveDraft(executor, { ...at(await reload(request.id)), answer: answerNo() })).toEqual({
      ok: false,
      reason: 'notFound',
    });
  });
});

test('whoever leaves hands everything over in one step', async () => {
  const admin = await makePerson(organization, ['admin']);
  const [leaver, heir] = [await makePerson(organization, ['head']), await makePerson(organization, ['head'])];
  const answering = await makeRequest(organization, { responsibleId: leaver.userId });
  const working = await makeRequest(organization, { assigneeId: leaver.userId, status: 'rework' });
  const closed = await makeRequest(organization, { assigneeId: leaver.userId, status: 'answered', hasDebt: false });
  const moved = await db.transaction((tx) => reassignEverything(tx, admin, leaver.userId, heir.userId));
  expect(moved).toBe(2);
  expect(await reload(answering.id)).toMatchObject({ responsibleId: heir.userId, version: answering.version + 1 });
  expect(await reload(working.id)).toMatchObject({ assigneeId: heir.userId, status: 'rework' });
  expect(await reload(closed.id)).toMatchObject({ assigneeId: leaver.userId });
  expect(await historyOf(working, 'reassigned')).toHaveLength(1);
});
