import { randomUUID } from 'node:crypto';
import { asc, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { db, sql } from '@/db/client';
import { answerTrails, courtCases, debtRequestAccounts, respondents } from '@/db/schema/court-cases';
import { debtors, files, requestEvents } from '@/db/schema/debt-requests';
import { accountPeople, accountPremises, accounts, houses, premises } from '@/db/schema/houses';
import { notifications } from '@/db/schema/notifications';
import { organizations } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { addCaseFile } from '@/lib/court-cases/case-files';
import type { Trail } from '@/lib/court-cases/debt-rule';
import { markReady, saveDraft, sendAnswer } from '@/lib/debt-requests/answer';
import {
  confirmDebt,
  explainAnswer,
  fillAnswer,
  fillNo,
  listToVerify,
  peopleOf,
  rejectDebt,
} from '@/lib/debt-requests/autofill';
import { bulkResults, carryBulk, getBulk, previewBulk, startBulk } from '@/lib/debt-requests/bulk';
import { remindOfDeadlines } from '@/lib/notifications/reminders';
import {
  answerNo,
  answerYes,
  type CaseRow,
  type DebtRequestRow,
  makeCase,
  makeOrganization,
  makePerson,
  makeRequest,
  reload,
} from '@/tests/factories';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let head: Person;
let clerk: Person;
const today = moscowToday();

beforeEach(async () => {
  organization = await makeOrganization();
  head = await makePerson(organization, ['head']);
  clerk = await makePerson(organization, ['debt_clerk'], { canSend: false });
});

/** A request about premises with one account that has these cases. */
async function asked(cases: CaseRow[], given: Partial<DebtRequestRow> = {}) {
  const own = { organizationId: organization.id };
  const [house] = await db
    .insert(houses)
    .values({ ...own, address: 'ул Мира, д. 1' })
    .returning();
  const [place] = await db
    .insert(premises)
    .values({ ...own, houseId: house!.id, number: '5', key: 'flat:5' })
    .returning();
  const [account] = await db
    .insert(accounts)
    .values({ ...own, number: randomUUID().slice(0, 8) })
    .returning();
  await db.insert(accountPremises).values({ accountId: account!.id, premisesId: place!.id });
  const caseIds: string[] = [];
  for (const one of cases) caseIds.push(await makeCase(organization, account!.id, today, one));
  const request = await makeRequest(organization, {
    responsibleId: head.userId,
    matchState: 'matched',
    houseId: house!.id,
    premisesId: place!.id,
    ...given,
  });
  await db.insert(debtRequestAccounts).values({ requestId: request.id, accountId: account!.id });
  return { id: request.id, accountId: account!.id, caseIds };
}
const fill = (person: Person, id: string, version = 1, replace = false) => fillAnswer(person, { id, version, replace });
const debtorsOf = (id: string) =>
  db.select().from(debtors).where(eq(debtors.requestId, id)).orderBy(asc(debtors.position));
const trailsOf = (id: string) =>
  db.select().from(answerTrails).where(eq(answerTrails.requestId, id)).orderBy(asc(answerTrails.id));

describe('«Заполнить ответ»', () => {
  test('nothing in court: «Нет», ready, with the reason kept', async () => {
    const { id } = await asked([]);
    expect(await fill(head, id)).toEqual({ ok: true, version: 2 });
    expect(await reload(id)).toMatchObject({
      status: 'ready',
      hasDebt: false,
      answerSource: 'autofill',
      verification: 'not_needed',
    });
    await expect(sql`update answer_trails set has_debt = 'yes'`).rejects.toThrow('append-only');
    await expect(sql`delete from answer_trails`).rejects.toThrow('append-only');
    const [kept] = await trailsOf(id);
    expect(kept).toMatchObject({ hasDebt: 'no', actorId: head.userId });
    expect((kept!.trail as Trail).reason).toMatch(/Судебных дел нет/);
    const events = await db.select().from(requestEvents).where(eq(requestEvents.requestId, id));
    expect(events).toMatchObject([{ action: 'fill', fromStatus: 'new', toStatus: 'ready', data: { hasDebt: false } }]);
  });

  test('a debt confirmed by a court: «Да» with every debtor once, and it waits for the clerk', async () => {
    const { id } = await asked([
      {},
      { number: '2-9/2025', people: [{}, { firstName: 'Нина', lastName: 'Кравцова', snils: null }] },
    ]);
    expect(await fill(head, id)).toMatchObject({ ok: true });
    expect(await reload(id)).toMatchObject({ status: 'ready', hasDebt: true, verification: 'required' });
    expect((await debtorsOf(id)).map(({ lastName, snils }) => [lastName, snils])).toEqual([
      ['Кравцов', '11223344595'],
      ['Кравцова', null],
    ]);
    const answer = answerYes({ lastName: 'Кравцов', firstName: 'Артём' });
    expect(await sendAnswer(head, { id, version: 2, answer })).toMatchObject({ reason: 'notAllowed' });
    expect((await explainAnswer(head, await reload(id))).now).toMatchObject({ ok: true, trail: { verdict: 'yes' } });
  });

  test('scans of the cases go with the answer, each once, at most five, and not twice when filled again', async () => {
    const { id, caseIds } = await asked([{}, { number: '2-9/2025' }]);
    const scan = async (caseId: string, name: string, text: string) => {
      const result = await addCaseFile(clerk, { caseId, name, bytes: Buffer.from(text) });
      if (!result.ok) throw new Error(JSON.stringify(result));
    };
    for (let i = 0; i < 6; i++) await scan(caseIds[0]!, `${i}.txt`, `приказ ${i}`);
    await scan(caseIds[1]!, 'второе дело.txt', 'решение');
    await scan(caseIds[1]!, 'копия.txt', 'приказ 0');
    await scan(caseIds[1]!, 'ещё раз.txt', 'решение');
    expect(await fill(head, id)).toMatchObject({ ok: true });
    const attached = () =>
      db
        .select({ name: files.name, place: files.place })
        .from(files)
        .where(eq(files.requestId, id))
        .orderBy(asc(files.position));
    const first = await attached();
    expect(first).toHaveLength(5);
    expect(first.every(({ place }) => place === 'answer')).toBe(true);
    expect(first.map(({ name }) => name)).toContain('второе дело.txt');
    await saveDraft(head, { id, version: 2, answer: answerNo() });
    expect((await attached()).every(({ place }) => place === 'removed')).toBe(true);
    expect(await fill(head, id, 3, true)).toMatchObject({ ok: true });
    expect(await attached()).toHaveLength(5);
  });

  test('a doubt is told and nothing is written', async () => {
    const { id } = await asked([{ enforcementResult: 'impossible' }]);
    const result = await fill(head, id);
    expect(result).toMatchObject({ reason: 'notAllowed', message: expect.stringMatching(/Решает человек/) });
    expect(await reload(id)).toMatchObject({ status: 'new', hasDebt: null, version: 1, answerSource: null });
    expect(await trailsOf(id)).toEqual([]);
    await db.update(organizations).set({ courtImpossible: 'no' }).where(eq(organizations.id, organization.id));
    expect(await fill(head, id)).toMatchObject({ ok: true });
    expect(await reload(id)).toMatchObject({ hasDebt: false });
  });

  test('what is not matched, and premises without an account, are never filled', async () => {
    const bare = await makeRequest(organization, { responsibleId: head.userId });
    expect(await fill(head, bare.id)).toMatchObject({ message: expect.stringMatching(/сопоставлен/) });
    const { id } = await asked([]);
    await db.delete(debtRequestAccounts).where(eq(debtRequestAccounts.requestId, id));
    expect(await fill(head, id)).toMatchObject({ message: expect.stringMatching(/нет лицевых счетов/) });
    expect(await fillNo(head, { id, version: 1 })).toMatchObject({ ok: true });
  });

  test('an answer that is there stays, unless its owner says so', async () => {
    const { id } = await asked([]);
    await saveDraft(head, { id, version: 1, answer: answerYes() });
    expect(await fill(head, id, 2)).toMatchObject({ message: expect.stringMatching(/уже есть/) });
    expect(await reload(id)).toMatchObject({ hasDebt: true, answerSource: 'person' });
    expect(await fill(head, id, 2, true)).toMatchObject({ ok: true });
    expect(await reload(id)).toMatchObject({ hasDebt: false, answerSource: 'autofill' });
    expect(await debtorsOf(id)).toEqual([]);
  });

  test('an executor’s own request becomes a draft; a stranger’s is refused; two at once fill once', async () => {
    const executor = await makePerson(organization, ['executor'], { canSend: false });
    const { id } = await asked([], { assigneeId: executor.userId });
    const other = await makePerson(organization, ['executor'], { canSend: false });
    expect(await fill(other, id)).toMatchObject({ reason: 'notFound' });
    const results = await Promise.all([fill(executor, id), fill(executor, id)]);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await reload(id)).toMatchObject({ status: 'in_progress', hasDebt: false });
    expect(await trailsOf(id)).toHaveLength(1);
  });

  test('a person who changes «Да» has chosen it himself', async () => {
    const { id } = await asked([{}]);
    await fill(head, id);
    const same = answerYes({ lastName: 'Кравцов', firstName: 'Артём' });
    await saveDraft(head, { id, version: 2, answer: { ...same, description: 'см. приказ' } });
    expect(await reload(id)).toMatchObject({ verification: 'required', answerSource: 'person' });
    await saveDraft(head, { id, version: 3, answer: { ...same, debtors: answerYes({ firstName: 'Олег' }).debtors } });
    expect(await reload(id)).toMatchObject({ verification: 'not_needed', answerSource: 'person' });
  });

  test('without verification by setting, «Да» is simply ready', async () => {
    await db.update(organizations).set({ verifyYes: false }).where(eq(organizations.id, organization.id));
    const { id } = await asked([{}]);
    await fill(head, id);
    expect(await reload(id)).toMatchObject({ status: 'ready', hasDebt: true, verification: 'not_needed' });
  });

  test('a respondent without the СНИЛС that the organization demands is left to a person', async () => {
    await db.update(organizations).set({ snilsRequired: true }).where(eq(organizations.id, organization.id));
    const { id } = await asked([{ people: [{ snils: null }] }]);
    expect(await fill(head, id)).toMatchObject({ message: expect.stringMatching(/не\u00a0хватает сведений/) });
    expect(await reload(id)).toMatchObject({ status: 'new', version: 1 });
  });
});

describe('between filling and sending the cases change', () => {
  const saved = async (id: string) => {
    const people = await debtorsOf(id);
    return people.length === 0
      ? answerNo()
      : {
          ...answerYes(),
          debtors: people.map(
            (one) =>
              answerYes({
                ...EMPTY,
                lastName: one.lastName,
                firstName: one.firstName,
                middleName: one.middleName ?? '',
                snils: one.snils ?? '',
              }).debtors[0]!,
          ),
        };
  };
  const EMPTY = { documentTypeCode: '', documentSeries: '', documentNumber: '' };

  test('a new case: the automatic «Нет» does not go', async () => {
    const { id, accountId } = await asked([]);
    await fill(head, id);
    await db.insert(courtCases).values({
      organizationId: organization.id,
      accountId,
      kind: 'claim',
      number: '9',
      filedOn: '2025-02-01',
      claimed: 100,
      awarded: 100,
      periodStart: addDays(today, -800),
      periodEnd: addDays(today, -400),
      decision: 'full',
      effectiveOn: addDays(today, -300),
    });
    const result = await sendAnswer(head, { id, version: 2, answer: await saved(id) });
    expect(result).toMatchObject({
      reason: 'notAllowed',
      message: expect.stringMatching(/дела изменились.*Ответчики не\u00a0указаны/),
    });
    expect(await reload(id)).toMatchObject({ status: 'ready', version: 2 });
    // whoever saves it has chosen it
    expect(await saveDraft(head, { id, version: 2, answer: answerNo() })).toMatchObject({ ok: true });
    expect(await sendAnswer(head, { id, version: 3, answer: answerNo() })).toMatchObject({ ok: true });
  });

  test.each([
    ['paid', { paidOn: today }],
    ['cancelled', { cancelledOn: today }],
    ['collected', { collected: 1_000_000 }],
  ])('%s: the confirmed «Да» does not go', async (_, change) => {
    const { id, caseIds } = await asked([{}]);
    await fill(head, id);
    await confirmDebt(clerk, { id, version: 2 });
    await db.update(courtCases).set(change).where(eq(courtCases.id, caseIds[0]!));
    expect(await sendAnswer(head, { id, version: 3, answer: await saved(id) })).toMatchObject({
      reason: 'notAllowed',
      message: expect.stringMatching(/дела изменились/),
    });
    expect(await fill(head, id, 3, true)).toMatchObject({ reason: 'notAllowed' });
  });

  test('another respondent: the «Да» does not go', async () => {
    const { id, caseIds } = await asked([{}]);
    await fill(head, id);
    await confirmDebt(clerk, { id, version: 2 });
    await db.insert(respondents).values({
      organizationId: organization.id,
      caseId: caseIds[0]!,
      position: 1,
      lastName: 'Белова',
      firstName: 'Нина',
    });
    expect(await sendAnswer(head, { id, version: 3, answer: await saved(id) })).toMatchObject({
      message: expect.stringMatching(/теперь другие/),
    });
  });

  test('nothing has changed: it goes', async () => {
    const { id } = await asked([{}]);
    await fill(head, id);
    await confirmDebt(clerk, { id, version: 2 });
    expect(await sendAnswer(head, { id, version: 3, answer: await saved(id) })).toMatchObject({ ok: true });
  });
});

describe('«Нет» by a person', () => {
  test('is refused where the cases say «Да»', async () => {
    const { id } = await asked([{}]);
    expect(await fillNo(head, { id, version: 1 })).toMatchObject({ reason: 'notAllowed' });
    const doubtful = await asked([{ enforcementResult: 'impossible' }]);
    expect(await fillNo(head, { id: doubtful.id, version: 1 })).toMatchObject({ ok: true });
    expect(await reload(doubtful.id)).toMatchObject({ hasDebt: false, answerSource: 'person' });
    expect(await trailsOf(doubtful.id)).toMatchObject([{ hasDebt: 'unclear' }]);
  });
});

test('people to pick a debtor from: respondents first, then owners and residents, each once', async () => {
  const { id, accountId } = await asked([
    { people: [{}, { lastName: null, firstName: null, snils: null, organizationName: 'ООО «А»' }] },
  ]);
  const own = { organizationId: organization.id, accountId };
  await db.insert(accountPeople).values([
    { ...own, kind: 'resident', lastName: 'Яковлева', firstName: 'Анна' },
    { ...own, kind: 'owner', lastName: 'Кравцов', firstName: 'Артём', snils: '11223344595' },
    { ...own, kind: 'owner', lastName: 'Белова', firstName: 'Нина' },
    { ...own, kind: 'owner', organizationName: 'ООО «Б»' },
  ]);
  expect((await peopleOf(id)).map(({ kind, lastName, snils }) => [kind, lastName, snils])).toEqual([
    ['respondent', 'Кравцов', '11223344595'],
    ['owner', 'Белова', null],
    ['resident', 'Яковлева', null],
  ]);
});

describe('the clerk’s word', () => {
  test('he learns how many wait; whoever answers for them learns when the term is near', async () => {
    const first = await asked([{}], { responseDate: addDays(today, 30) });
    const second = await asked([{}], { responseDate: today });
    await fill(head, first.id);
    await fill(head, second.id);
    const told = (person: Person) => db.select().from(notifications).where(eq(notifications.userId, person.userId));
    expect(await told(clerk)).toMatchObject([
      { kind: 'toVerify', data: { count: 2 }, href: '/court-cases/verification' },
    ]);
    // told on a working day: the last one not after the term
    let at = new Date(`${today}T06:00:00Z`);
    while ((await remindOfDeadlines(at)) === 0) at = new Date(at.getTime() - 86_400_000);
    expect((await told(head)).filter(({ kind }) => kind === 'verifyLate')).toMatchObject([{ data: { count: 1 } }]);
  });

  test('«Подтверждаю»: the status stays and the answer may go', async () => {
    const { id } = await asked([{}]);
    await fill(head, id);
    expect(await listToVerify(clerk)).toMatchObject([{ id, kept: { trail: { verdict: 'yes' } } }]);
    expect(await listToVerify(head)).toEqual([]);
    expect(await confirmDebt(head, { id, version: 2 })).toMatchObject({ reason: 'forbidden' });
    expect(await confirmDebt(clerk, { id, version: 1 })).toMatchObject({ reason: 'stale' });
    expect(await confirmDebt(clerk, { id, version: 2 })).toEqual({ ok: true, version: 3 });
    expect(await confirmDebt(clerk, { id, version: 3 })).toMatchObject({ reason: 'notAllowed' });
    expect(await reload(id)).toMatchObject({ status: 'ready', verification: 'confirmed' });
    const answer = answerYes({ lastName: 'Кравцов', firstName: 'Артём' });
    expect(await sendAnswer(head, { id, version: 3, answer })).toMatchObject({ ok: true });
  });

  test('«Погашена»: into the case, «Нет» with a new reason, back to whoever answers', async () => {
    const { id, caseIds } = await asked([{}]);
    await fill(head, id);
    const tomorrow = addDays(today, 1);
    expect(await rejectDebt(clerk, { id, version: 2, cause: 'paid', on: tomorrow })).toMatchObject({
      fields: { on: expect.any(String) },
    });
    expect(await rejectDebt(clerk, { id, version: 2, cause: 'paid', on: today })).toMatchObject({ ok: true });
    expect(await reload(id)).toMatchObject({ status: 'in_progress', hasDebt: false, verification: 'rejected' });
    expect(await debtorsOf(id)).toEqual([]);
    const [one] = await db.select().from(courtCases).where(eq(courtCases.id, caseIds[0]!));
    expect(one).toMatchObject({ paidOn: today, version: 2 });
    expect(await trailsOf(id)).toMatchObject([{ hasDebt: 'yes' }, { hasDebt: 'no', actorId: clerk.userId }]);
    const told = await db.select().from(notifications).where(eq(notifications.userId, head.userId));
    expect(told).toMatchObject([{ kind: 'debtRejected', requestId: id }]);
    expect(await markReady(head, { id, version: 3, answer: answerNo() })).toMatchObject({ ok: true });
  });

  test('a doubt that is left clears the answer', async () => {
    const { id, accountId } = await asked([{}]);
    await fill(head, id);
    const [one] = await db.select().from(courtCases).where(eq(courtCases.accountId, accountId));
    const { id: _, ...copy } = one!;
    await db.insert(courtCases).values({ ...copy, number: '7', awarded: null });
    expect(await rejectDebt(clerk, { id, version: 2, cause: 'cancelled', on: today })).toMatchObject({ ok: true });
    expect(await reload(id)).toMatchObject({ status: 'in_progress', hasDebt: null, answerSource: null });
  });
});

describe('many at once', () => {
  test('the preview says how many «Да», «Нет», and what stays and why; the work does exactly that', async () => {
    const no = await asked([]);
    const yes = await asked([{}]);
    const doubt = await asked([{ awarded: null }]);
    const bare = await makeRequest(organization, { responsibleId: head.userId });
    const kept = await asked([]);
    await saveDraft(head, { id: kept.id, version: 1, answer: answerNo('уже смотрел') });
    const ids = [no.id, yes.id, doubt.id, bare.id, kept.id];
    const selection = { action: 'fill' as const, selection: { ids } };
    const previewed = await previewBulk(head, selection);
    if (!previewed.ok) throw new Error(previewed.reason);
    expect(previewed.preview).toMatchObject({ total: 5, yes: 1, no: 1, empty: 0 });
    expect(previewed.preview.withDebt.map(({ id }) => id)).toEqual([yes.id]);
    expect(previewed.preview.refused.map(({ count }) => count)).toEqual([1, 1, 1]);
    const run = await startBulk(head, { ...selection, stamp: previewed.preview.stamp });
    if (!run.ok) throw new Error(run.reason);
    while ((await carryBulk(new Date())) > 0);
    expect(await getBulk(head, run.runId)).toMatchObject({ state: 'done', done: 2, refused: 3 });
    expect(await reload(no.id)).toMatchObject({ status: 'ready', hasDebt: false });
    expect(await reload(yes.id)).toMatchObject({ status: 'ready', hasDebt: true, verification: 'required' });
    expect(await reload(bare.id)).toMatchObject({ status: 'new', hasDebt: null });
    expect(await reload(kept.id)).toMatchObject({ description: 'уже смотрел', answerSource: 'person' });
    const results = (await bulkResults(head, run.runId, 1))!.rows;
    expect(results.find(({ requestId }) => requestId === doubt.id)!.reason).toMatch(
      /Не\u00a0указано, сколько присуждено/,
    );
  });

  test('«Нет» leaves out where the cases say «Да»', async () => {
    const no = await asked([]);
    const yes = await asked([{}]);
    const selection = { action: 'fillNo' as const, selection: { ids: [no.id, yes.id] } };
    const previewed = await previewBulk(head, selection);
    if (!previewed.ok) throw new Error(previewed.reason);
    expect(previewed.preview).toMatchObject({ yes: 0, no: 1 });
    expect(previewed.preview.refused).toMatchObject([{ count: 1, reason: expect.stringMatching(/долг есть/) }]);
  });

  test.each([
    ['fill', 'a head'],
    ['fillNo', 'a head'],
    ['fill', 'an executor'],
    ['fillNo', 'an executor'],
  ] as const)('%s by %s: the same rows, histories and trails as one by one', async (action, by) => {
    const executor = await makePerson(organization, ['executor'], { canSend: false });
    const person = by === 'a head' ? head : executor;
    const mine = { assigneeId: executor.userId, status: 'in_progress' as const };
    /** Alike twice: what can be filled and what cannot, begun ones among them. */
    const make = async () => {
      const ids = [
        await asked([], mine),
        await asked([{ collected: 100_000, paidOn: today }], mine),
        await asked([{ awarded: null }], mine),
        await asked([{}], mine),
      ].map(({ id }) => id);
      const bare = await makeRequest(organization, { responsibleId: head.userId, ...mine });
      const begun = await asked([], mine);
      await saveDraft(person, { id: begun.id, version: 1, answer: { ...answerYes(), hasDebt: null } });
      const noted = await asked([], { ...mine, description: 'спросить' });
      const foreign = await asked([], { ...mine, assigneeId: head.userId });
      return [...ids, bare.id, begun.id, noted.id, foreign.id];
    };
    const now = new Date();
    const [single, together] = [await make(), await make()];
    const verb = action === 'fill' ? fillAnswer : fillNo;
    const said = new Map<string, string | null>();
    for (const id of single) {
      const { version } = await reload(id);
      const result = await verb(person, { id, version, replace: false }, now, { bulkVersion: version });
      said.set(id, 'message' in result ? result.message : null);
    }
    const selection = { action, selection: { ids: together } };
    const previewed = await previewBulk(person, selection, now);
    const run = await startBulk(person, { ...selection, stamp: previewed.ok ? previewed.preview.stamp : '' }, now);
    if (!run.ok) throw new Error(run.reason);
    while ((await carryBulk(now)) > 0);
    for (const { requestId, reason } of (await bulkResults(person, run.runId, 1))!.rows) said.set(requestId, reason);
    const kept = async (id: string) => {
      const {
        id: _id,
        subrequestGuid: _s,
        requestGuid: _r,
        requestNumber: _n,
        requestingOrganizationGuid: _o,
        houseId: _h,
        premisesId: _p,
        answerSavedAt,
        answerSavedBy,
        receivedAt: _ra,
        seenAt: _sa,
        updatedAt: _ua,
        ...row
      } = await reload(id);
      const events = await db
        .select()
        .from(requestEvents)
        .where(eq(requestEvents.requestId, id))
        .orderBy(asc(requestEvents.id));
      return {
        row: { ...row, saved: answerSavedAt !== null, answerSavedBy },
        events: events.map(({ id: _i, requestId: _q, at: _at, ...event }) => event),
        trails: (await trailsOf(id)).map(({ actorId, hasDebt, trail }) => [
          actorId,
          hasDebt,
          (trail as Trail).reason,
          (trail as Trail).accounts.map(({ cases }) => cases.map(({ verdict }) => verdict)),
        ]),
        debtors: (await debtorsOf(id)).length,
        said: said.get(id) ?? null,
      };
    };
    for (const [i, id] of together.entries()) expect(await kept(id), String(i)).toEqual(await kept(single[i]!));
    const statuses = await Promise.all(together.map(async (id) => (await reload(id)).hasDebt));
    expect(statuses.filter((hasDebt) => hasDebt === false).length).toBeGreaterThan(1);
    expect(await getBulk(person, run.runId)).toMatchObject({ state: 'done' });
  });

  test('one that breaks does not hold up those beside it', async () => {
    const ids = [(await asked([])).id, (await asked([])).id, (await asked([])).id];
    await sql.unsafe(`create or replace function refuse_trail() returns trigger language plpgsql as $$
      begin raise exception 'disk full'; end $$`);
    await sql.unsafe(`create trigger refuse_trail before insert on answer_trails for each row
      when (new.request_id = '${ids[1]}') execute function refuse_trail()`);
    const selection = { action: 'fill' as const, selection: { ids } };
    const previewed = await previewBulk(head, selection);
    const run = await startBulk(head, { ...selection, stamp: previewed.ok ? previewed.preview.stamp : '' });
    while ((await carryBulk(new Date())) > 0);
    await sql`drop trigger refuse_trail on answer_trails`;
    expect(run.ok && (await getBulk(head, run.runId))).toMatchObject({ state: 'done', done: 2, refused: 1 });
    const { hasDebt: left, status } = await reload(ids[1]!);
    expect([left, status]).toEqual([null, 'new']);
    for (const id of [ids[0]!, ids[2]!]) {
      expect(await reload(id)).toMatchObject({ status: 'ready', hasDebt: false, version: 2 });
      expect(await trailsOf(id)).toHaveLength(1);
    }
  });

  test('a work that was killed in between knows what it did', async () => {
    const { id } = await asked([]);
    const selection = { action: 'fill' as const, selection: { ids: [id] } };
    const previewed = await previewBulk(head, selection);
    const run = await startBulk(head, { ...selection, stamp: previewed.ok ? previewed.preview.stamp : '' });
    // filled, but its row was not written down
    await fillAnswer(head, { id, version: 1, replace: false }, new Date(), { bulkVersion: 1 });
    while ((await carryBulk(new Date())) > 0);
    expect(run.ok && (await getBulk(head, run.runId))).toMatchObject({ done: 1, refused: 0 });
    expect(await trailsOf(id)).toHaveLength(1);
  });
});
