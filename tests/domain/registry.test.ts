import { eq, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { debtors, debtRequests, requestAddresses } from '@/db/schema/debt-requests';
import type { Person } from '@/lib/auth/actor';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { previousAnswers } from '@/lib/debt-requests/card';
import {
  countDebtRequests,
  listByIds,
  listDebtRequests,
  neighboursOf,
  parseRegistryQuery,
  registryParams,
  rememberSearch,
  suggest,
} from '@/lib/debt-requests/registry';
import { SORTS } from '@/lib/debt-requests/registry-query';
import { deleteFilter, getPreferences, listSavedFilters, saveFilter, savePreferences } from '@/lib/staff/preferences';
import { type DebtRequestRow, makeOrganization, makePerson, makeRequest } from '../factories';
import { resetDatabase } from '../setup/reset-database';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let person: Person;
let stranger: Person;
const today = moscowToday();

beforeEach(async () => {
  await resetDatabase();
  organization = await makeOrganization();
  person = await makePerson(organization);
  stranger = await makePerson(await makeOrganization());
});

const make = (given: Partial<DebtRequestRow> = {}) => makeRequest(organization, given);
const list = (params: Record<string, string> = {}, who = person) => listDebtRequests(who, parseRegistryQuery(params));
const numbers = async (params: Record<string, string> = {}) =>
  (await list(params)).rows.map((row) => row.requestNumber);

describe('filters', () => {
  const asker = '11111111-1111-4111-8111-111111111111';
  const house = '22222222-2222-4222-8222-222222222222';

  test('organization, house by either GUID, days of sending, answer, assignee, today', async () => {
    await make({ requestNumber: 'a', requestingOrganizationGuid: asker });
    await make({ requestNumber: 'h', houseGuid: house });
    await make({ requestNumber: 'f', fiasHouseGuid: house });
    await make({ requestNumber: 's', sentDate: addDays(today, -3) });
    await make({ requestNumber: 'y', hasDebt: true });
    await make({ requestNumber: 'n', hasDebt: false });
    await make({ requestNumber: 'p', assigneeId: person.userId });
    await make({ requestNumber: 'd', responseDate: today });
    expect(await numbers({ organization: asker })).toEqual(['a']);
    expect((await numbers({ house })).sort()).toEqual(['f', 'h']);
    expect(await numbers({ from: addDays(today, -4), to: addDays(today, -1) })).toEqual(['s']);
    expect(await numbers({ debt: 'yes' })).toEqual(['y']);
    expect(await numbers({ debt: 'no' })).toEqual(['n']);
    expect(await numbers({ debt: 'empty' })).not.toContain('y');
    expect(await numbers({ assignee: person.userId })).toEqual(['p']);
    expect(await numbers({ assignee: 'none' })).not.toContain('p');
    expect(await numbers({ due: 'today' })).toEqual(['d']);
    expect(await numbers({ due: today })).toEqual(['d']);
    expect(await numbers({ due: addDays(today, 1) })).toEqual([]);
  });

  test('unanswered shows every missed term', async () => {
    await make({ requestNumber: 'old', status: 'expired', responseDate: addDays(today, -50) });
    expect(await numbers()).toEqual([]);
    expect(await numbers({ unanswered: '1' })).toEqual(['old']);
  });

  test('counters follow the filter', async () => {
    await make({ hasDebt: true, status: 'ready' });
    await make({ hasDebt: false, status: 'ready' });
    await make({ hasDebt: false, status: 'answered' });
    expect((await list({ debt: 'no' })).counters).toMatchObject({ ready: 1, answered: 1 });
    expect((await list()).counters).toMatchObject({ ready: 2, answered: 1 });
  });

  test('a count without the rows is the same count', async () => {
    await make({ hasDebt: false, status: 'ready' });
    await make({ hasDebt: false, status: 'answered' });
    expect(await countDebtRequests(person, parseRegistryQuery({}))).toBe(1);
    expect(await countDebtRequests(person, parseRegistryQuery({ answered: '1' }))).toBe(2);
    expect(await countDebtRequests(stranger, parseRegistryQuery({}))).toBe(0);
  });

  test('rows that left the list can still be read, but only one’s own', async () => {
    const request = await make({ hasDebt: false, status: 'answered' });
    expect(await listByIds(person, [request.id, 'x', ''])).toMatchObject([{ id: request.id, status: 'answered' }]);
    expect(await listByIds(stranger, [request.id])).toEqual([]);
  });

  test('every query survives the address line', () => {
    const params = {
      number: '00',
      status: 'ready',
      answered: '1',
      unanswered: '1',
      due: 'today',
      organization: asker,
      house,
      from: '2026-01-01',
      to: '2026-02-01',
      debt: 'yes',
      assignee: 'none',
      search: house,
      sort: '-sent',
      page: '3',
      size: '50',
    };
    const query = parseRegistryQuery(params);
    expect(Object.fromEntries(registryParams(query))).toEqual(params);
    expect(parseRegistryQuery(Object.fromEntries(registryParams(query)))).toEqual(query);
    const onDay = parseRegistryQuery({ due: '2026-11-27' });
    expect(onDay).toMatchObject({ dueToday: false, dueOn: '2026-11-27' });
    expect(registryParams(onDay).toString()).toBe('due=2026-11-27');
  });

  test.each([
    {
      from: '2026-02-31',
      due: '2026-11-31',
      to: 'вчера',
      organization: '1',
      house: "' or 1=1",
      assignee: '%',
      search: 'x',
      sort: 'drop',
      debt: 'maybe',
    },
    { from: '0000-01-01', page: '-5', size: '1e3', status: '__proto__' },
  ])('garbage becomes defaults: %j', async (params) => {
    await make();
    expect(parseRegistryQuery(params as unknown as Record<string, string>)).toEqual(parseRegistryQuery({}));
    expect((await list(params as unknown as Record<string, string>)).total).toBe(1);
  });
});

describe('search', () => {
  const search = async (text: string, who = person) => {
    const remembered = await rememberSearch(who, { text });
    if (!remembered.ok) throw new Error(remembered.reason);
    return remembered.search;
  };

  test('finds every word in number, address, premises or a debtor, and the address line carries an id only', async () => {
    const request = await make({
      requestNumber: '777',
      address: 'г Верхнеозёрск, ул Красных Партизан, д. 31',
      addressDetails: 'кв. 58',
    });
    await make({ requestNumber: '888', address: 'г Верхнеозёрск, ул Озёрная, д. 3' });
    await db.insert(debtors).values({
      organizationId: organization.id,
      requestId: request.id,
      position: 0,
      lastName: 'Кравцов',
      firstName: 'Артём',
    });
    for (const text of ['партизан 58', 'КРАВЦОВ', '777 кравцов', 'артём партизан']) {
      const id = await search(text);
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      expect(await numbers({ search: id! })).toEqual(['777']);
    }
    expect(await numbers({ search: (await search('кравцов 888'))! })).toEqual([]);
    expect(await numbers({ search: (await search('%'))! })).toEqual([]);
  });

  const found = async (text: string) => numbers({ search: (await search(text))! });

  test('finds what the address, the premises and the debtor are now, and not what they were', async () => {
    const { id } = await make({ requestNumber: '1', address: 'ул Прежняя, д. 1', addressDetails: 'кв. 71' });
    await make({ requestNumber: '2', address: 'ул Прежняя, д. 1', addressDetails: 'кв. 71' });
    const person = { organizationId: organization.id, requestId: id, position: 0, firstName: 'Анна' };
    await db.insert(debtors).values({ ...person, lastName: 'Старова' });
    await db.update(debtRequests).set({ address: 'ул НОВАЯ, д. 1' }).where(eq(debtRequests.id, id));
    expect(await found('прежняя')).toEqual(['2']);
    expect(await found('новая 71')).toEqual(['1']);
    await db.update(debtRequests).set({ addressDetails: null }).where(eq(debtRequests.id, id));
    expect(await found('новая')).toEqual(['1']);
    expect(await found('новая 71')).toEqual([]);
    await db.update(debtors).set({ lastName: 'Новикова' });
    expect(await found('старова')).toEqual([]);
    expect(await found('НОВИКОВА анна новая')).toEqual(['1']);
    await db.delete(debtors);
    expect(await found('новикова')).toEqual([]);
  });

  test('finds a part of any number, also where it is not digits', async () => {
    await make({ requestNumber: 'А-12/77', address: 'ул Первая', addressDetails: null });
    await make({ requestNumber: '120077', address: 'ул Вторая', addressDetails: null });
    expect((await found('77')).sort()).toEqual(['120077', 'А-12/77']);
    expect(await found('12/7')).toEqual(['А-12/77']);
    expect(await found('2007')).toEqual(['120077']);
    expect(await found('А-')).toEqual(['А-12/77']);
    expect(await found('вторая 77')).toEqual(['120077']);
  });

  test('finds the same when a word stands in many addresses, numbers and names', async () => {
    await db.execute(sql`insert into debt_requests (organization_id, subrequest_guid, request_guid, request_number, export_format,
        requesting_organization_guid, requesting_organization, address, address_details, period_start, period_end, sent_date, response_date,
        gis_request_status, gis_response_status)
      select ${organization.id}, gen_random_uuid(), gen_random_uuid(), 'n' || lpad(i::text, 4, '0'), '13.1.10.1', gen_random_uuid(), 'УСЗН',
        'ул Длинная, д. ' || i, 'кв. ' || i % 7, ${today}, ${today}, ${today}, ${addDays(today, 5)}, 'Sent', 'NotSent'
      from generate_series(1, 2100) i`);
    await db.execute(sql`insert into debtors (organization_id, request_id, position, last_name, first_name)
      select organization_id, id, 0, 'Многих' || right(request_number, 1), 'Анна' from debt_requests
      where organization_id = ${organization.id} and request_number <= 'n0600'`);
    const count = async (text: string) => (await list({ search: (await search(text))! })).total;
    expect(await count('ДЛИННАЯ')).toBe(2100);
    expect(await count('n')).toBe(2100);
    expect(await count('многих')).toBe(600);
    expect(await count('длинная многих3')).toBe(60);
    expect(await count('анна n06 длинная')).toBe(1);
    expect(await count('длинная нет')).toBe(0);
  });

  test('an address is kept once for an organization', async () => {
    for (const address of ['ул Одна', 'УЛ ОДНА', 'ул Другая']) await make({ address, addressDetails: 'кв. 1' });
    await makeRequest({ id: stranger.organizationId }, { address: 'ул Одна', addressDetails: 'кв. 1' });
    const lines = await db.select({ text: requestAddresses.text }).from(requestAddresses);
    expect(lines.map(({ text }) => text).sort()).toEqual(['ул другая кв. 1', 'ул одна кв. 1', 'ул одна кв. 1']);
  });

  test("another person's search is no search", async () => {
    await make();
    const id = await search('ничего такого', stranger);
    expect((await list({ search: id! })).total).toBe(1);
  });
});

describe.each(SORTS)('sorted by %s', (sort) => {
  test.each(['', '-'])('direction «%s»: stable, and neighbours agree with the list', async (direction) => {
    for (let i = 0; i < 12; i++) {
      await make({
        requestNumber: String((i * 7) % 12),
        hasDebt: [null, true, false][i % 3]!,
        status:
          ['new', 'ready', 'send_failed', 'rework'][i % 4]! === 'ready' && i % 3 === 0
            ? 'new'
            : ['new', 'in_progress', 'send_failed', 'rework'][i % 4]!,
        assigneeId: i % 2 ? person.userId : null,
        address: `ул ${'ВАБ'[i % 3]}`,
        sentDate: addDays(today, -(i % 4)),
        answeredAt: i % 5 ? null : new Date(),
      });
    }
    const params = { sort: direction + sort };
    const listed = (await list(params)).rows.map((row) => row.id);
    expect(new Set(listed).size).toBe(12);
    for (const [i, id] of listed.entries()) {
      expect(await neighboursOf(person, parseRegistryQuery(params), id)).toEqual({
        position: i + 1,
        total: 12,
        previousId: listed[i - 1] ?? null,
        nextId: listed[i + 1] ?? null,
      });
    }
    expect(await neighboursOf(stranger, parseRegistryQuery(params), listed[0]!)).toBeNull();
  });
});

test('a request that left the list keeps its neighbours and is not counted', async () => {
  const [first, second, third] = [
    await make({ requestNumber: '1' }),
    await make({ requestNumber: '2' }),
    await make({ requestNumber: '3' }),
  ];
  await db
    .update(debtRequests)
    .set({ status: 'answered', hasDebt: false, answeredAt: new Date() })
    .where(eq(debtRequests.id, second.id));
  const place = { position: null, total: 2, previousId: first.id, nextId: third.id };
  expect(await neighboursOf(person, parseRegistryQuery({}), second.id)).toEqual(place);
  // backwards is the same list read from its end
  expect(await neighboursOf(person, parseRegistryQuery({ sort: '-deadline' }), second.id)).toEqual({
    ...place,
    previousId: third.id,
    nextId: first.id,
  });
  expect(await neighboursOf(person, parseRegistryQuery({ number: 'nothing like it' }), second.id)).toEqual({
    position: null,
    total: 0,
    previousId: null,
    nextId: null,
  });
  expect(await neighboursOf(stranger, parseRegistryQuery({}), second.id)).toBeNull();
  expect(await neighboursOf(person, parseRegistryQuery({}), 'garbage')).toBeNull();
});

test('whoever prepares answers finds his own first, also over the border of a page', async () => {
  const executor = await makePerson(organization, ['executor']);
  for (let i = 0; i < 25; i++) await make({ requestNumber: `free ${i}`, responseDate: addDays(today, 1) });
  for (let i = 0; i < 22; i++)
    await make({ requestNumber: `own ${i}`, responseDate: addDays(today, 3), assigneeId: executor.userId });
  const pages = await Promise.all(['1', '2', '3'].map((page) => list({ page }, executor)));
  const listed = pages.flatMap(({ rows }) =>
    rows.map(({ id, requestNumber }) => ({ id, kind: requestNumber.slice(0, 3) })),
  );
  expect(new Set(listed.map(({ id }) => id)).size).toBe(47);
  expect(listed.map(({ kind }) => kind)).toEqual([...Array(22).fill('own'), ...Array(25).fill('fre')]);
  expect(await neighboursOf(executor, parseRegistryQuery({}), listed[21]!.id)).toEqual({
    position: 22,
    total: 47,
    previousId: listed[20]!.id,
    nextId: listed[22]!.id,
  });
});

test('of more than 10 000 requests there are «более 10 000»; pages end there, neighbours go on', async () => {
  await make({ requestNumber: '0' });
  await db.execute(sql`insert into debt_requests (organization_id, subrequest_guid, request_guid, request_number, export_format,
      requesting_organization_guid, requesting_organization, address, period_start, period_end, sent_date, response_date,
      gis_request_status, gis_response_status, status, has_debt, answered_at)
    select organization_id, gen_random_uuid(), request_guid, 'n' || lpad(i::text, 5, '0'), export_format, requesting_organization_guid,
      requesting_organization, address, period_start, period_end, sent_date, response_date + 1, gis_request_status, gis_response_status,
      'answered', false, now() from debt_requests, generate_series(1, 10010) i`);
  const page = await list({ status: 'answered', page: '9999' });
  expect(page.total).toBe(10_001);
  expect(page.counters).toMatchObject({ new: 0, answered: 10_001 });
  expect(page.page).toBe(500);
  expect(page.rows.map(({ requestNumber }) => requestNumber)).toEqual(
    Array.from({ length: 20 }, (_, i) => `n${String(9981 + i).padStart(5, '0')}`),
  );
  expect((await list({})).counters).toMatchObject({ new: 1, answered: 10_001 });
  const [last] = await db.select().from(debtRequests).where(eq(debtRequests.requestNumber, 'n10009'));
  const place = await neighboursOf(person, parseRegistryQuery({ status: 'answered' }), last!.id);
  expect(place).toMatchObject({ position: 10_001, total: 10_001 });
  const [next] = await db.select().from(debtRequests).where(eq(debtRequests.id, place!.nextId!));
  expect(next!.requestNumber).toBe('n10010');
});

test('type-ahead shows only what stands in this organization, with wildcards as plain characters', async () => {
  await make({
    requestingOrganization: 'МКУ «Центр выплат»',
    houseGuid: '33333333-3333-4333-8333-333333333333',
    address: 'ул Космонавтов, д. 14',
  });
  expect(await suggest(person, 'organization', 'центр')).toMatchObject([{ label: 'МКУ «Центр выплат»', count: 1 }]);
  expect(await suggest(person, 'house', 'космонавтов')).toMatchObject([
    { value: '33333333-3333-4333-8333-333333333333' },
  ]);
  expect(await suggest(person, 'house', '%')).toEqual([]);
  expect(await suggest(stranger, 'organization', '')).toEqual([]);
});

test('previous answers are those of the same premises, by either identifier', async () => {
  const guid = '44444444-4444-4444-8444-444444444444';
  const request = await make({ houseGuid: guid, addressDetails: 'кв. 1' });
  const before = await make({
    houseGuid: guid,
    addressDetails: 'кв. 1',
    sentDate: addDays(today, -90),
    status: 'answered',
    hasDebt: true,
  });
  await make({ houseGuid: guid, addressDetails: 'кв. 2' });
  await make({ houseGuid: guid, addressDetails: null });
  await makeRequest({ id: stranger.organizationId }, { houseGuid: guid, addressDetails: 'кв. 1' });
  expect((await previousAnswers(person, request)).map(({ id }) => id)).toEqual([before.id]);
  // the same number, written otherwise
  for (const addressDetails of ['кв.1', '1', 'Квартира 1']) {
    await db.update(debtRequests).set({ addressDetails }).where(eq(debtRequests.id, before.id));
    expect((await previousAnswers(person, request)).map(({ id }) => id)).toEqual([before.id]);
  }
  await db.update(debtRequests).set({ addressDetails: 'пом. 1' }).where(eq(debtRequests.id, before.id));
  expect(await previousAnswers(person, request)).toEqual([]);
});

test('two flats of one house are told apart by the object of the portal, where there is no number', async () => {
  const flat = (hmObjectGuid: string) => make({ hmObjectGuid, addressDetails: null, houseGuid: null });
  const request = await flat('44444444-4444-4444-8444-444444444441');
  await flat('44444444-4444-4444-8444-444444444442');
  const same = await flat('44444444-4444-4444-8444-444444444441');
  expect((await previousAnswers(person, request)).map(({ id }) => id)).toEqual([same.id]);
});

test('columns, keys and saved filters are of one person', async () => {
  expect(await getPreferences(person)).toEqual({ columns: {}, letterKeys: true, mail: {} });
  await savePreferences(person, { columns: { period: true } });
  await savePreferences(person, { letterKeys: false });
  expect(await getPreferences(person)).toEqual({ columns: { period: true }, letterKeys: false, mail: {} });
  expect(await getPreferences(stranger)).toEqual({ columns: {}, letterKeys: true, mail: {} });
  await saveFilter(person, { name: 'Мои', params: 'status=ready&page=7&чужое=1' });
  await saveFilter(person, { name: 'Мои', params: 'status=new' });
  const [saved, ...others] = await listSavedFilters(person);
  expect([saved?.params, others]).toEqual(['status=new', []]);
  expect(await listSavedFilters(stranger)).toEqual([]);
  await deleteFilter(stranger, { id: saved!.id });
  expect(await listSavedFilters(person)).toHaveLength(1);
  await deleteFilter(person, { id: saved!.id });
  expect(await listSavedFilters(person)).toEqual([]);
});
