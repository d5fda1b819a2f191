import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { memberships, organizations, users } from '@/db/schema/staff';
import { invalid, type Result } from '@/lib/errors';
import { normalizeLogin } from './login';
import { hashPassword, passwordProblem } from './password';

const name = (what: string) =>
  z.string().trim().min(1, `${what}: не заполнено.`).max(255, `${what}: длиннее 255 знаков.`);
const guid = (what: string) => z.guid(`${what}: нужен идентификатор вида 7f1b2c3d-1111-4222-8333-444455556666.`);

export const createAdminSchema = z.object({
  login: z
    .string()
    .transform(normalizeLogin)
    .pipe(z.string().regex(/^[\p{L}\p{N}._@+-]{2,200}$/u, 'Логин: от 2 знаков; буквы, цифры, точка, дефис, @, _ и +.')),
  lastName: name('Фамилия'),
  firstName: name('Имя'),
  patronymic: name('Отчество').nullable(),
  organization: name('Название организации'),
  /** Needed for a new organization; else the organization is found by its name. */
  orgPpaGuid: guid('Идентификатор поставщика данных (orgPPAGUID)').nullable(),
  /** Also head and executor: an organization of one person. */
  allRoles: z.boolean(),
  /** Portal's employee identifier; with it answers may be sent in this person's name. */
  gisEmployeeGuid: guid('Идентификатор сотрудника').nullable(),
  password: z.string(),
});

/**
 * The first person of an installation or of an organization: a user with the role admin, and the organization unless
 * one with this orgPPAGUID (or, without it, this name) is there. Refuses by field: a login in use, a weak password, an
 * unknown organization without orgPPAGUID. Whoever runs it stands at the server, so no actor is asked for.
 */
export async function createAdmin(
  input: z.output<typeof createAdminSchema>,
): Promise<Result<{ organization: string; organizationIsNew: boolean }>> {
  const problem = passwordProblem(input.password, input.login);
  if (problem) return invalid(problem, { password: problem });
  const passwordHash = await hashPassword(input.password);
  return db.transaction(async (tx) => {
    const [known, another] = await tx
      .select()
      .from(organizations)
      .where(
        input.orgPpaGuid ? eq(organizations.orgPpaGuid, input.orgPpaGuid) : eq(organizations.name, input.organization),
      );
    if (!known && !input.orgPpaGuid) {
      const message = `Организации «${input.organization}» ещё нет. Для новой нужен её идентификатор поставщика данных (orgPPAGUID).`;
      return invalid(message, { orgPpaGuid: message });
    }
    if (another) {
      const message = `Организаций «${input.organization}» несколько. Укажите идентификатор поставщика данных (orgPPAGUID).`;
      return invalid(message, { orgPpaGuid: message });
    }
    const [user] = await tx
      .insert(users)
      .values({
        login: input.login,
        lastName: input.lastName,
        firstName: input.firstName,
        patronymic: input.patronymic,
        passwordHash,
      })
      .onConflictDoNothing()
      .returning({ id: users.id });
    if (!user) {
      const message = `Логин «${input.login}» уже занят. Возьмите другой.`;
      return invalid(message, { login: message });
    }
    const organization =
      known ??
      (
        await tx.insert(organizations).values({ name: input.organization, orgPpaGuid: input.orgPpaGuid! }).returning()
      )[0]!;
    await tx.insert(memberships).values({
      userId: user.id,
      organizationId: organization.id,
      roles: input.allRoles ? ['admin', 'head', 'executor'] : ['admin'],
      gisEmployeeGuid: input.gisEmployeeGuid,
      canSend: input.gisEmployeeGuid !== null,
    });
    return { ok: true, organization: organization.name, organizationIsNew: !known };
  });
}
