import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { exchanges } from '@/db/schema/exchange';
import { organizations } from '@/db/schema/staff';
import { hasRole, type Person } from '@/lib/auth/actor';
import { moscowToday } from '@/lib/calendar/moscow';
import { invalid, notFound, type Refusal, type Result } from '@/lib/errors';
import { enqueueExport } from '@/lib/exchange/queue';

/** «Связь с ГИС ЖКХ»: how one organization talks to the portal. Admins only. */

const guid = (what: string) =>
  z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.uuid(`${what}: нужен идентификатор вида 7d3f1a52-6c0b-4b7e-9a41-2f5e8c9d0b13.`));

const days = (what: string, max: number) =>
  z.coerce
    .number(`${what}: нужно целое число.`)
    .int(`${what}: нужно целое число.`)
    .min(1, `${what}: не меньше 1.`)
    .max(max, `${what}: не больше ${max}.`);

export const gisSettingsSchema = z.object({
  name: z.string().trim().min(1, 'Введите название организации.').max(300, 'Название: не больше 300 знаков.'),
  orgPpaGuid: guid('Идентификатор поставщика информации'),
  /** «Идентификатор исполнителя» for what is sent without a person; may be empty. */
  executorGuid: z.union([z.literal('').transform(() => null), guid('Идентификатор исполнителя')]),
  isOperatorSignature: z.boolean(),
  exportFormat: z.enum(['13.1.10.1', '14.0.0.0', '15.3.0.0'], 'Выберите версию формата.'),
  onlyUnanswered: z.boolean(),
  snilsRequired: z.boolean(),
  syncDays: days('Период синхронизации', 1100),
  freshnessHours: days('Срок годности синхронизации', 168),
});
export type GisSettings = z.output<typeof gisSettingsSchema>;

const ADMINS_ONLY: Refusal = { ok: false, reason: 'forbidden', message: 'Эти настройки меняет администратор.' };

/** The settings of the person's organization; null for those who may not see them. */
export async function getGisSettings(person: Person): Promise<GisSettings | null> {
  if (!hasRole(person, 'admin')) return null;
  const [row] = await db.select().from(organizations).where(eq(organizations.id, person.organizationId));
  const { id: _, createdAt: __, ...settings } = row!;
  return settings as GisSettings;
}

/** Refuses an identifier that another organization of this installation has. */
export async function saveGisSettings(person: Person, input: GisSettings): Promise<Result> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const [taken] = await db
    .select({ id: organizations.id })
    .from(organizations)
    .where(and(eq(organizations.orgPpaGuid, input.orgPpaGuid), sql`${organizations.id} <> ${person.organizationId}`));
  if (taken) {
    return invalid('Проверьте отмеченные поля.', {
      orgPpaGuid: 'Этот идентификатор уже указан у другой организации.',
    });
  }
  await db.update(organizations).set(input).where(eq(organizations.id, person.organizationId));
  return { ok: true };
}

/**
 * «Проверить связь»: queues one harmless signed export of today's requests whose result is not taken in. The page
 * watches it by `connectionCheck`. A check under way is not doubled.
 */
export async function checkConnection(person: Person, now = new Date()): Promise<Result<{ id: string }>> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const today = moscowToday(now);
  const id = await db.transaction(async (tx) => {
    const [running] = await tx
      .select({ id: exchanges.id })
      .from(exchanges)
      .where(
        and(
          eq(exchanges.organizationId, person.organizationId),
          sql`${exchanges.query} ->> 'kind' = 'check'`,
          sql`${exchanges.state} in ('queued', 'submitting', 'acknowledged')`,
        ),
      )
      .for('update');
    if (running) return running.id;
    return enqueueExport(tx, {
      organizationId: person.organizationId,
      service: 'debtRequests',
      operation: 'exportDebtSubrequests',
      query: { kind: 'check', start: today, end: today },
      createdBy: person.userId,
      nextAt: now,
    });
  });
  return { ok: true, id };
}

export interface ConnectionCheck {
  state: 'waiting' | 'ok' | 'failed';
  /** The portal's code and text, verbatim, or what failed on the way. */
  code: string | null;
  text: string | null;
  /** What it means and what to do, in our words. */
  advice: string | null;
}

export const checkIdSchema = z.object({ id: z.uuid() });

/** How the check goes; `keyProblem` is the worker's word about the key, since without one nothing is sent at all. */
export async function connectionCheck(
  person: Person,
  input: z.output<typeof checkIdSchema>,
  keyProblem: string | null,
): Promise<Result<{ check: ConnectionCheck }>> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const [row] = await db
    .select()
    .from(exchanges)
    .where(and(eq(exchanges.id, input.id), eq(exchanges.organizationId, person.organizationId)));
  if (!row) return notFound;
  const told = { code: row.errorCode, text: row.errorText };
  if (row.state === 'done') {
    return {
      ok: true,
      check: { state: 'ok', code: null, text: null, advice: 'Туннель, сертификат, права и версия формата в порядке.' },
    };
  }
  if (row.state === 'refused')
    return { ok: true, check: { state: 'failed', ...told, advice: adviceFor(row.errorKind, row.errorCode) } };
  if (row.errorKind === 'key') {
    return {
      ok: true,
      check: { state: 'failed', ...told, advice: 'Подпись не получилась. Проверьте ключ или носитель.' },
    };
  }
  if (keyProblem) {
    return {
      ok: true,
      check: { state: 'failed', code: null, text: keyProblem, advice: 'Пока ключ не готов, ничего не отправляется.' },
    };
  }
  return { ok: true, check: { state: 'waiting', ...told, advice: null } };
}

/** What a failure of the check most likely means (PROTOCOL §2, §3, §6). */
function adviceFor(kind: string | null, code: string | null): string {
  if (code === 'AUT011002') {
    return 'Портал не знает этот идентификатор поставщика (orgPPAGUID). Проверьте его и то, к какому стенду портала ведёт туннель.';
  }
  if (code === 'AUT011003' || code === 'AUT011009') {
    return 'Организация не дала системе доступ. Руководитель подаёт заявку на права в личном кабинете ГИС ЖКХ; порядок есть в «Справке».';
  }
  if (code?.startsWith('AUT'))
    return 'Портал не принял подпись или сертификат. Проверьте, тот ли сертификат зарегистрирован для информационной системы.';
  if (code?.startsWith('FMT')) return 'Портал не принял формат сообщения. Проверьте версию формата в этих настройках.';
  if (code?.startsWith('EXP')) return 'Портал перегружен или не работает. Повторите через несколько минут.';
  if (kind === 'transport') return 'Связи с порталом нет. Проверьте, работает ли туннель и верен ли адрес GIS_URL.';
  if (kind === 'message')
    return 'Портал отверг сообщение целиком. Чаще всего не подходит версия формата: выберите другую.';
  if (kind === 'invalid') return 'Наше сообщение не прошло проверку по схеме. Сообщите разработчикам.';
  return 'Текст портала приведён выше.';
}
