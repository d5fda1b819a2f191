import { beforeEach, expect, test } from 'vitest';
import { db } from '@/db/client';
import { memberships } from '@/db/schema/staff';
import { personOf } from '@/lib/auth/person';
import { listInbox } from '@/lib/debt-requests/inbox';
import { makeOrganization, makePerson, makeRequest } from '@/tests/factories';
import { resetDatabase } from '../setup/reset-database';

beforeEach(resetDatabase);

test('one list over all organizations, in each what the person sees there; requests may share a number', async () => {
  const [first, second, third] = [
    await makeOrganization({ name: 'А' }),
    await makeOrganization({ name: 'Б' }),
    await makeOrganization({ name: 'В' }),
  ];
  const person = await makePerson(first, ['head']);
  await db.insert(memberships).values({ userId: person.userId, organizationId: second.id, roles: ['executor'] });
  const same = { requestNumber: '0012345' };
  const later = await makeRequest(first, { ...same, responseDate: '2026-12-10' });
  const sooner = await makeRequest(second, { ...same, responseDate: '2026-12-09' });
  const colleague = await makePerson(second, ['executor']);
  await makeRequest(second, { ...same, assigneeId: colleague.userId });
  await makeRequest(third, same);
  await makeRequest(first, { ...same, status: 'answered', hasDebt: false });

  const inbox = await listInbox(person, 1);
  expect(inbox.rows.map(({ id }) => id)).toEqual([sooner.id, later.id]);
  expect(inbox.organizations.map(({ name, open }) => [name, open])).toEqual([
    ['А', 1],
    ['Б', 1],
  ]);
  const claims = { userId: person.userId, tokenVersion: 0 };
  expect(await personOf(claims, second.id)).toMatchObject({ organizationId: second.id, roles: ['executor'] });
  // a cookie that names a foreign organization leads to one's own
  expect(await personOf(claims, third.id)).toMatchObject({ organizationId: first.id });
});
