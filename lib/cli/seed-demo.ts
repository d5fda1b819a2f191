import { eq } from 'drizzle-orm';
import { db } from '@/db/client';
import { memberships, organizations, users } from '@/db/schema/staff';
import { hashPassword } from '@/lib/auth/password';
import { moscowToday } from '@/lib/calendar/moscow';
import type { Role } from '@/lib/debt-requests/workflow';
import { DEMO_EMPLOYEES, DEMO_ORGANIZATION, DEMO_SECOND_ORGANIZATION } from '@/tests/stand/demo-data';
import { seedAccounts } from './seed-accounts';

/** The demo's organization and people; nobody in it exists. */

export const DEMO_PASSWORD = 'demo-otklik-2026';

interface DemoPerson {
  login: string;
  name: [lastName: string, firstName: string, patronymic: string];
  roles: Role[];
  /** null = the portal does not know this person. */
  gisEmployeeGuid: string | null;
  canSend: boolean;
  /** Works in the second organization too, in the same roles. */
  inBoth?: boolean;
}

const PEOPLE: DemoPerson[] = [
  {
    login: 'orlova',
    name: ['Орлова', 'Марина', 'Сергеевна'],
    roles: ['head'],
    gisEmployeeGuid: DEMO_EMPLOYEES.orlova.guid,
    canSend: true,
    inBoth: true,
  },
  {
    login: 'safina',
    name: ['Сафина', 'Регина', 'Ильдаровна'],
    roles: ['executor'],
    gisEmployeeGuid: null,
    canSend: false,
  },
  {
    login: 'dementyeva',
    name: ['Дементьева', 'Ольга', 'Юрьевна'],
    roles: ['debt_clerk'],
    gisEmployeeGuid: null,
    canSend: false,
  },
  {
    login: 'admin',
    name: ['Тимофеева', 'Алла', 'Викторовна'],
    roles: ['admin'],
    gisEmployeeGuid: null,
    canSend: false,
    inBoth: true,
  },
];

export const DEMO_LOGINS = PEOPLE.map(({ login, name, roles }) => ({ login, roles, name: name.join(' ') }));

/** Makes the demo's organization and people unless they are there; changes nothing that a person changed since. */
export async function seedDemo(): Promise<void> {
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  await db.transaction(async (tx) => {
    await tx
      .insert(organizations)
      .values({
        name: DEMO_ORGANIZATION.name,
        orgPpaGuid: DEMO_ORGANIZATION.orgPPAGUID,
        executorGuid: DEMO_EMPLOYEES.orlova.guid,
      })
      .onConflictDoNothing();
    const [organization] = await tx
      .select({ id: organizations.id })
      .from(organizations)
      .where(eq(organizations.orgPpaGuid, DEMO_ORGANIZATION.orgPPAGUID));
    await tx
      .insert(organizations)
      .values({
        name: DEMO_SECOND_ORGANIZATION.name,
        orgPpaGuid: DEMO_SECOND_ORGANIZATION.orgPPAGUID,
        executorGuid: DEMO_SECOND_ORGANIZATION.employees[0]!.guid,
      })
      .onConflictDoNothing();
    const [second] = await tx
      .select({ id: organizations.id })
      .from(organizations)
      .where(eq(organizations.orgPpaGuid, DEMO_SECOND_ORGANIZATION.orgPPAGUID));
    await seedAccounts(tx, organization!.id, moscowToday());
    for (const { login, name, roles, gisEmployeeGuid, canSend, inBoth } of PEOPLE) {
      const [lastName, firstName, patronymic] = name;
      const [made] = await tx
        .insert(users)
        .values({ login, lastName, firstName, patronymic, passwordHash, email: `${login}@zarechye.example` })
        .onConflictDoNothing()
        .returning({ id: users.id });
      if (!made) continue;
      await tx
        .insert(memberships)
        .values({ userId: made.id, organizationId: organization!.id, roles, gisEmployeeGuid, canSend });
      if (!inBoth) continue;
      await tx.insert(memberships).values({
        userId: made.id,
        organizationId: second!.id,
        roles,
        gisEmployeeGuid: canSend ? DEMO_SECOND_ORGANIZATION.employees[0]!.guid : null,
        canSend,
      });
    }
  });
}
