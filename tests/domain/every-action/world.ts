import { randomUUID } from 'node:crypto';
import { sql } from '@/db/client';
import type { Person } from '@/lib/auth/actor';
import type { Role } from '@/lib/debt-requests/workflow';
import { makeOrganization, makePerson, makeRequest } from '@/tests/factories';

/** Two organizations and everybody who may knock at a door. */
export interface World {
  organization: Awaited<ReturnType<typeof makeOrganization>>;
  /** One person for each role alone; the head is responsible for every request of `request()`. */
  people: Record<Role, Person>;
  /** Every role, but in another organization that has requests of its own. */
  stranger: Person;
  /** A new request of the organization, with what the case is about. */
  request(given?: Parameters<typeof makeRequest>[1]): ReturnType<typeof makeRequest>;
}

export async function makeWorld(): Promise<World> {
  const organization = await makeOrganization({ name: 'ООО «УК „Первая“»' });
  const other = await makeOrganization({ name: 'ООО «УК „Вторая“»' });
  const people = {
    executor: await makePerson(organization, ['executor'], { canSend: false }),
    head: await makePerson(organization, ['head']),
    debt_clerk: await makePerson(organization, ['debt_clerk'], { canSend: false }),
    admin: await makePerson(organization, ['admin']),
  };
  const stranger = await makePerson(other, ['executor', 'head', 'debt_clerk', 'admin']);
  await makeRequest(other, { requestNumber: '7000000001' });
  return {
    organization,
    people,
    stranger,
    request: (given) =>
      makeRequest(organization, {
        responsibleId: people.head.userId,
        address: 'г Секретный, ул Тайная, д 13',
        requestNumber: '5556667778',
        ...given,
      }),
  };
}

/** Tables that remember the asking itself and change nothing of anybody's. */
const OF_THE_ASKING = ['access_log', 'presence', 'login_attempts'];

/** What belongs to an organization, row by row, in one comparable text: the same text = nothing was changed. */
export async function footprint(organizationId: string): Promise<string> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'organization_id' order by 1`;
  const parts = await Promise.all(
    tables
      .filter(({ name }) => !OF_THE_ASKING.includes(name))
      .map(async ({ name }) => {
        const [row] = await sql<{ sum: string | null }[]>`
          select md5(string_agg(t::text, '|' order by t::text)) as sum from ${sql(name)} t where organization_id = ${organizationId}`;
        return `${name} ${row!.sum}`;
      }),
  );
  const [own] = await sql<
    { sum: string }[]
  >`select md5(o::text) as sum from organizations o where id = ${organizationId}`;
  const [people] = await sql<{ sum: string | null }[]>`
    select md5(string_agg(u::text, '|' order by u::text)) as sum from users u
    join memberships m on m.user_id = u.id where m.organization_id = ${organizationId}`;
  return [...parts, `organizations ${own!.sum}`, `users ${people!.sum}`].join('\n');
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** The same input with every identifier replaced by one that never existed. */
export const forged = <T>(input: T): T => {
  const known = new Map<string, string>();
  return JSON.parse(
    JSON.stringify(input).replace(UUID, (id) => {
      if (!known.has(id)) known.set(id, randomUUID());
      return known.get(id)!;
    }),
  );
};
