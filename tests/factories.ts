import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { db } from '@/db/client';
import { courtCases, respondents } from '@/db/schema/court-cases';
import { debtRequests } from '@/db/schema/debt-requests';
import { divisions, memberships, organizations, users } from '@/db/schema/staff';
import type { Person } from '@/lib/auth/actor';
import { personById } from '@/lib/auth/person';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import type { Answer } from '@/lib/debt-requests/answer-schema';
import type { Role } from '@/lib/debt-requests/workflow';

/** What tests begin with: rows with defaults that hold together, each argument naming only what the test is about. */

type Organization = typeof organizations.$inferSelect;

export async function makeOrganization(given: Partial<Organization> = {}): Promise<Organization> {
  const [row] = await db
    .insert(organizations)
    .values({ name: 'ООО «УК „Проверка“»', orgPpaGuid: randomUUID(), executorGuid: randomUUID(), ...given })
    .returning();
  return row!;
}

let people = 0;

/** A person of the organization; may send unless told otherwise. */
export async function makePerson(
  organization: Pick<Organization, 'id'>,
  roles: Role[] = ['head'],
  given: Partial<Pick<Person, 'canSend' | 'gisEmployeeGuid'>> & { divisionId?: string } = {},
): Promise<Person> {
  people += 1;
  const { canSend = true, gisEmployeeGuid = randomUUID(), divisionId = null } = given;
  const [user] = await db
    .insert(users)
    .values({
      login: `person${people}`,
      lastName: 'Проверкина',
      firstName: 'Анна',
      patronymic: 'Ивановна',
      passwordHash: 'not a hash: nobody logs in here',
    })
    .returning();
  await db
    .insert(memberships)
    .values({ userId: user!.id, organizationId: organization.id, roles, canSend, gisEmployeeGuid, divisionId });
  return (await personById(user!.id, organization.id))!;
}

/** A division of the organization; `parent` makes it part of a directorate. */
export async function makeDivision(
  organization: Pick<Organization, 'id'>,
  name: string,
  given: Partial<typeof divisions.$inferInsert> = {},
): Promise<string> {
  const [row] = await db
    .insert(divisions)
    .values({ organizationId: organization.id, name, ...given })
    .returning();
  return row!.id;
}

export type DebtRequestRow = typeof debtRequests.$inferSelect;

export async function makeRequest(
  organization: Pick<Organization, 'id'>,
  given: Partial<DebtRequestRow> = {},
): Promise<DebtRequestRow> {
  const today = moscowToday();
  const [row] = await db
    .insert(debtRequests)
    .values({
      organizationId: organization.id,
      subrequestGuid: randomUUID(),
      requestGuid: randomUUID(),
      requestNumber: String(Math.floor(Math.random() * 1e12)),
      exportFormat: '13.1.10.1',
      requestingOrganizationGuid: randomUUID(),
      requestingOrganization: 'УСЗН Проверочного района',
      address: '624071, обл Приозёрская, г Верхнеозёрск, ул Проверочная, д. 1',
      addressDetails: 'кв. 1',
      periodStart: addDays(today, -1095),
      periodEnd: today,
      sentDate: today,
      responseDate: addDays(today, 5),
      gisRequestStatus: 'Sent',
      gisResponseStatus: 'NotSent',
      ...given,
    })
    .returning();
  return row!;
}

export type CaseRow = Partial<typeof courtCases.$inferInsert> & { people?: Partial<typeof respondents.$inferInsert>[] };

/** A court case of the account, won in full and owed by one person, as seen on `today` ('YYYY-MM-DD'). */
export async function makeCase(
  organization: Pick<Organization, 'id'>,
  accountId: string,
  today: string,
  { people: named = [{}], ...given }: CaseRow = {},
): Promise<string> {
  const own = { organizationId: organization.id };
  const [row] = await db
    .insert(courtCases)
    .values({
      ...own,
      accountId,
      kind: 'claim',
      number: '2-1184/2025',
      filedOn: addDays(today, -660),
      periodStart: addDays(today, -800),
      periodEnd: addDays(today, -400),
      claimed: 1_000_000,
      decision: 'full',
      effectiveOn: addDays(today, -300),
      awarded: 1_000_000,
      ...given,
    })
    .returning({ id: courtCases.id });
  for (const [position, person] of named.entries())
    await db.insert(respondents).values({
      ...own,
      caseId: row!.id,
      position,
      lastName: 'Кравцов',
      firstName: 'Артём',
      snils: '11223344595',
      ...person,
    });
  return row!.id;
}

export async function reload(id: string): Promise<DebtRequestRow> {
  const [row] = await db.select().from(debtRequests).where(eq(debtRequests.id, id));
  return row!;
}

export const answerNo = (description = ''): Answer => ({ hasDebt: false, description, debtors: [], files: [] });

export function answerYes(given: Partial<Answer['debtors'][number]> = {}): Answer {
  return {
    hasDebt: true,
    description: '',
    files: [],
    debtors: [
      {
        lastName: 'Образцов',
        firstName: 'Пётр',
        middleName: '',
        snils: '11223344595',
        documentTypeCode: '',
        documentSeries: '',
        documentNumber: '',
        files: [],
        ...given,
      },
    ],
  };
}
