import { beforeEach, expect, test } from 'vitest';
import { complete, take } from '@/lib/debt-requests/answer';
import { carryBulk, getBulk, previewBulk, startBulk } from '@/lib/debt-requests/bulk';
import { countPrepared, listPrepared } from '@/lib/debt-requests/prepared';
import {
  answerNo,
  answerYes,
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

const everything = { assignee: null, page: 1 };

test('a head reviews his division, an admin all, others only what they answer for; «отсутствует» comes first', async () => {
  const [north, south] = [await makeDivision(organization, 'Север'), await makeDivision(organization, 'Юг')];
  const head = await makePerson(organization, ['head'], { divisionId: north });
  const executor = await makePerson(organization, ['executor'], { divisionId: north });
  const admin = await makePerson(organization, ['admin']);
  const stranger = await makePerson(await makeOrganization(), ['admin']);
  const prepare = async (answer: ReturnType<typeof answerYes>) => {
    const request = await makeRequest(organization, { divisionId: north, responsibleId: head.userId });
    await take(executor, request);
    await complete(executor, { ...(await reload(request.id)), answer });
    return request.id;
  };
  const yes = await prepare(answerYes());
  const no = await prepare(answerNo('Долга нет'));
  const elsewhere = await makeRequest(organization, { divisionId: south, status: 'prepared', hasDebt: false });

  const own = await listPrepared(head, everything);
  expect(own.rows.map(({ id }) => id)).toEqual([no, yes]);
  expect(own).toMatchObject({ total: 2, yes: 1, no: 1 });
  expect(own.rows[1]!.debtors).toEqual([{ name: 'Образцов Пётр', snils: '11223344595' }]);
  expect((await listPrepared(admin, everything)).rows.map(({ id }) => id)).toContain(elsewhere.id);
  expect((await listPrepared(head, { ...everything, assignee: admin.userId })).total).toBe(0);
  for (const nobody of [executor, stranger]) expect(await countPrepared(nobody)).toBe(0);
});

test('many at once: delegated to a colleague, returned with one comment; whoever may not is told why', async () => {
  const head = await makePerson(organization, ['head']);
  const executor = await makePerson(organization, ['executor']);
  const fresh = await makeRequest(organization);
  const prepared = await makeRequest(organization, {
    status: 'prepared',
    hasDebt: false,
    assigneeId: executor.userId,
  });
  const ids = [fresh.id, prepared.id];
  const begin = async (action: 'delegate' | 'returnForRework', more: { assigneeId?: string; comment?: string }) => {
    const selection = { action, selection: { ids } };
    const previewed = await previewBulk(head, selection);
    if (!previewed.ok) throw new Error('no preview');
    const started = await startBulk(head, { ...selection, stamp: previewed.preview.stamp, ...more });
    if (!started.ok) throw new Error('not started');
    while ((await carryBulk(new Date())) > 0);
    return { preview: previewed.preview, run: await getBulk(head, started.runId) };
  };

  const returned = await begin('returnForRework', { comment: 'Приложите приказ' });
  expect(returned.preview).toMatchObject({ no: 1, empty: 0, refused: [{ count: 1 }] });
  expect(returned.run).toMatchObject({ done: 1, refused: 1 });
  expect(await reload(prepared.id)).toMatchObject({ status: 'rework' });
  expect(await reload(fresh.id)).toMatchObject({ status: 'new' });

  const delegated = await begin('delegate', { assigneeId: executor.userId, comment: 'До обеда' });
  expect(delegated.preview).toMatchObject({ no: 1, empty: 1, refused: [] });
  expect(delegated.run).toMatchObject({ done: 2, refused: 0 });
  for (const id of ids) expect(await reload(id)).toMatchObject({ status: 'in_progress', assigneeId: executor.userId });
});
