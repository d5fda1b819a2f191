import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { exchanges } from '@/db/schema/exchange';
import { memberships, organizations, users } from '@/db/schema/staff';
import { hasRole, type Person, shortName } from '@/lib/auth/actor';
import { formatTime } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { invalid, type Refusal, type Result } from '@/lib/errors';
import { keyStatus } from '@/lib/exchange/journal';
import { enqueueExport, wakeWorker } from '@/lib/exchange/queue';
import type { GisSettings } from './gis-settings-schema';
import { lockOrganization } from './organization';

/** «Связь с ГИС ЖКХ»: how one organization talks to the portal, and whether it does. Admins only. */

const ADMINS_ONLY: Refusal = { ok: false, reason: 'forbidden', message: 'Эти настройки меняет администратор.' };

/** The settings of the person's organization; null for those who may not see them. */
export async function getGisSettings(person: Person): Promise<GisSettings | null> {
  if (!hasRole(person, 'admin')) return null;
  const [row] = await db
    .select({
      orgPpaGuid: organizations.orgPpaGuid,
      executorGuid: organizations.executorGuid,
      isOperatorSignature: organizations.isOperatorSignature,
      exportFormat: organizations.exportFormat,
      onlyUnanswered: organizations.onlyUnanswered,
      syncAtLogin: organizations.syncAtLogin,
      snilsRequired: organizations.snilsRequired,
      syncAt: organizations.syncAt,
      syncDays: organizations.syncDays,
      freshnessHours: organizations.freshnessHours,
    })
    .from(organizations)
    .where(eq(organizations.id, person.organizationId));
  return row as GisSettings;
}

/** Who may change the settings, «Иванова А. И.», by name: for those who may not. */
export async function listAdmins(person: Person): Promise<string[]> {
  const rows = await db
    .select({ lastName: users.lastName, firstName: users.firstName, patronymic: users.patronymic })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.organizationId, person.organizationId),
        sql`'admin' = any(${memberships.roles})`,
        isNull(users.blockedAt),
        isNull(memberships.blockedAt),
      ),
    )
    .orderBy(asc(users.lastName), asc(users.firstName));
  return rows.map(shortName);
}

/**
 * Refuses an identifier that another organization of this installation has, and to take away the name in which the automatic
 * answer goes while it is on.
 */
export async function saveGisSettings(person: Person, input: GisSettings): Promise<Result> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const [taken] = await db
    .select({ id: organizations.id })
    .from(organizations)
    .where(and(eq(organizations.orgPpaGuid, input.orgPpaGuid), sql`${organizations.id} <> ${person.organizationId}`));
  if (taken) {
    return invalid('Проверьте отмеченные поля.', {
      orgPpaGuid: 'Этот идентификатор уже указан у\u00a0другой организации.',
    });
  }
  const saved = await db
    .update(organizations)
    .set(input)
    .where(
      and(
        eq(organizations.id, person.organizationId),
        input.executorGuid ? undefined : eq(organizations.autoAnswer, 'off'),
      ),
    )
    .returning({ id: organizations.id });
  if (saved.length > 0) return { ok: true };
  return invalid('Проверьте отмеченные поля.', {
    executorGuid:
      'Включён автоответ: он уходит от\u00a0имени этого исполнителя. Сначала выключите автоответ в\u00a0«Реквизитах».',
  });
}

const isCheck = (person: Person) =>
  and(eq(exchanges.organizationId, person.organizationId), sql`${exchanges.query} ->> 'kind' = 'check'`);

/**
 * «Проверить связь»: queues one harmless signed export of today's requests whose result is not taken in. The page
 * watches it by `connectionCheck`. A check under way is not doubled: pressing again moves its next step to this moment.
 */
export async function checkConnection(person: Person, now = new Date()): Promise<Result> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const today = moscowToday(now);
  await db.transaction(async (tx) => {
    // two presses at once find each other here
    await lockOrganization(tx, person);
    const hastened = await tx
      .update(exchanges)
      .set({ nextAt: now, errorKind: null, errorCode: null, errorText: null })
      .where(and(isCheck(person), sql`${exchanges.state} in ('queued', 'submitting', 'acknowledged')`))
      .returning({ id: exchanges.id });
    if (hastened.length > 0) return wakeWorker(tx);
    await enqueueExport(tx, {
      organizationId: person.organizationId,
      service: 'debtRequests',
      operation: 'exportDebtSubrequests',
      query: { kind: 'check', start: today, end: today },
      createdBy: person.userId,
      nextAt: now,
    });
  });
  return { ok: true };
}

export interface ConnectionCheck {
  state: 'waiting' | 'ok' | 'failed';
  /** When it ended, or began while it has not. */
  at: Date;
  /** The portal's code and text, verbatim, or what failed on the way. */
  code: string | null;
  text: string | null;
  /** In our words: what it means and what to do; while it waits, what is under way. */
  advice: string;
}

/** A worker writes its heartbeat every few seconds. */
const WORKER_SILENCE_MS = 60_000;

/** How the latest check went or goes; null before the first. */
export async function connectionCheck(
  person: Person,
  now = new Date(),
): Promise<Result<{ check: ConnectionCheck | null }>> {
  if (!hasRole(person, 'admin')) return ADMINS_ONLY;
  const [row] = await db.select().from(exchanges).where(isCheck(person)).orderBy(desc(exchanges.createdAt)).limit(1);
  if (!row) return { ok: true, check: null };
  const at = row.finishedAt ?? row.createdAt;
  const told = { code: row.errorCode, text: row.errorText };
  const failed = (text: string | null, advice: string) =>
    ({ ok: true, check: { state: 'failed', at, code: null, text, advice } }) as const;

  if (row.state === 'done') {
    const advice = 'Туннель, сертификат, права и\u00a0версия формата в\u00a0порядке.';
    return { ok: true, check: { state: 'ok', at, code: null, text: null, advice } };
  }
  if (row.state === 'refused') {
    return { ok: true, check: { state: 'failed', at, ...told, advice: adviceFor(row) } };
  }
  const worker = await keyStatus();
  if (!worker.heartbeatAt || now.getTime() - worker.heartbeatAt.getTime() > WORKER_SILENCE_MS) {
    return failed(
      'Обработка сообщений не\u00a0работает.',
      'Страницы открываются, а\u00a0рабочий процесс (worker) стоит. Запустите его: проверка продолжится сама.',
    );
  }
  // a poll is not signed: only what is not sent yet needs the key
  if (row.state === 'queued' && worker.problem) {
    return failed(worker.problem, 'Пока ключ не\u00a0готов, на\u00a0портал ничего не\u00a0уходит.');
  }
  if (row.errorKind === 'key') {
    return failed(
      row.errorText,
      'Подписать сообщение не\u00a0получилось. Проверьте ключ или носитель и\u00a0повторите.',
    );
  }
  return { ok: true, check: { state: 'waiting', at, ...told, advice: underWay(row, now) } };
}

function underWay(row: typeof exchanges.$inferSelect, now: Date): string {
  if (row.state !== 'acknowledged') return 'Отправляем на\u00a0портал проверочное сообщение.';
  const wait = row.nextAt.getTime() - now.getTime();
  const next = wait > 5000 ? ` Спросим снова в\u00a0${formatTime(row.nextAt)}.` : '';
  return `Портал принял сообщение, ждём результата.${next}`;
}

/** What a failure of the check most likely means (PROTOCOL §2, §3, §6): by code, by bare HTTP status, by what failed. */
function adviceFor(row: Pick<typeof exchanges.$inferSelect, 'errorKind' | 'errorCode' | 'errorText'>): string {
  const { errorKind, errorCode, errorText } = row;
  const byCode = ADVICE_BY_CODE.find(([beginning]) => errorCode?.startsWith(beginning))?.[1];
  if (byCode) return byCode;
  if (errorCode) return 'Что значит этот код, скажет поддержка ГИС\u00a0ЖКХ: назовите ей код и\u00a0время проверки.';
  const status = errorText?.match(/\(HTTP (\d{3})\)/)?.[1];
  if (status && ADVICE_BY_STATUS[status]) return ADVICE_BY_STATUS[status];
  if (errorKind === 'invalid')
    return 'Наше сообщение не\u00a0прошло проверку по\u00a0схеме портала. Сообщите разработчикам «Отклика».';
  if (errorKind === 'transport' && errorText?.startsWith('Нет связи')) {
    return 'Проверьте, работает ли туннель и\u00a0его\u00a0ли адрес указан в\u00a0GIS_URL.';
  }
  if (errorKind === 'transport') {
    return 'Туннель отвечает, а\u00a0ответа портала нет. Повторите через несколько минут; если не\u00a0поможет, смотрите журнал туннеля.';
  }
  return 'Портал не\u00a0принял сообщение и\u00a0не\u00a0назвал кода. Повторите; если не\u00a0поможет, сообщите поддержке ГИС\u00a0ЖКХ время проверки.';
}

const NO_RIGHTS =
  'Организация не\u00a0дала информационной системе прав. Руководитель подаёт заявку в\u00a0личном кабинете ГИС\u00a0ЖКХ; порядок описан в\u00a0«Справке».';

const ADVICE_BY_CODE: readonly (readonly [beginning: string, advice: string])[] = [
  [
    'AUT011002',
    'Портал не\u00a0знает такого поставщика информации. Проверьте идентификатор поставщика и\u00a0то, куда ведёт туннель: идентификаторы испытательного стенда и\u00a0портала разные.',
  ],
  ['AUT011003', NO_RIGHTS],
  ['AUT011009', NO_RIGHTS],
  [
    'AUT',
    'Портал не\u00a0принял подпись или сертификат. Проверьте, что у\u00a0информационной системы на\u00a0портале зарегистрирован именно этот сертификат.',
  ],
  [
    'FMT',
    'Портал не\u00a0смог прочитать сообщение или его подпись. Выберите другую версию формата; если не\u00a0поможет, сообщите разработчикам «Отклика».',
  ],
  ['INT002029', 'На\u00a0портале технические работы. Настройки ни\u00a0при чём: повторите через несколько часов.'],
  ['EXP', 'Портал перегружен или неисправен. Настройки ни\u00a0при чём: повторите через несколько минут.'],
];

const ADVICE_BY_STATUS: Record<string, string> = {
  400: 'Чаще всего это неподходящая версия формата: портал перестал её принимать или ещё не\u00a0принимает. Выберите другую версию, сохраните и\u00a0повторите.',
  401: 'Проверьте сертификат туннеля, а\u00a0для испытательного стенда ещё и\u00a0GIS_BASIC_AUTH.',
  403: 'Проверьте сертификат туннеля, а\u00a0для испытательного стенда ещё и\u00a0GIS_BASIC_AUTH.',
  404: 'Проверьте, что туннель ведёт к\u00a0порталу. Если ведёт, сервис на\u00a0портале сейчас обновляют: повторите позже.',
};
