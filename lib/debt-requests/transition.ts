import { and, asc, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Tx } from '@/db/client';
import { anyOf, insertMany } from '@/db/many';
import { debtRequests, requestEvents } from '@/db/schema/debt-requests';
import { type Actor, actorUserId, hasRole, onBehalfOf, type Person } from '@/lib/auth/actor';
import { isPast } from '@/lib/calendar/moscow';
import type { Refusal } from '@/lib/errors';
import { type NotificationKind, notify } from '@/lib/notifications/notify';
import { type Action, allowed, OPEN, type Relation, ruleOf, STATUS_LABELS, type Status } from './workflow';

export type DebtRequest = typeof debtRequests.$inferSelect;

/**
 * The condition that every query over requests carries: the organization, and what the person may see of it. An admin and
 * the debt clerk see all; a head what is in his divisions or on him; an executor what is on him, and what is on nobody in
 * his division. Without a division a person belongs to the whole organization.
 */
export function visibleTo(actor: Actor): SQL {
  const own = eq(debtRequests.organizationId, actor.organizationId);
  if (actor.kind === 'system' || hasRole(actor, 'admin', 'debt_clerk')) return own;
  const head = hasRole(actor, 'head');
  if (head && actor.divisionIds === null) return own;
  const people = onBehalfOf(actor);
  const inDivision = actor.divisionIds === null ? sql`true` : inArray(debtRequests.divisionId, [...actor.divisionIds]);
  const free = and(isNull(debtRequests.assigneeId), inDivision);
  return and(
    own,
    or(
      inArray(debtRequests.assigneeId, people),
      inArray(debtRequests.responsibleId, people),
      head ? inDivision : hasRole(actor, 'executor') ? free : undefined,
    ),
  )!;
}

type Standing = Pick<DebtRequest, 'responsibleId' | 'assigneeId' | 'divisionId'>;

/** `OPEN` for SQL written by hand: `status = any(${OPEN_STATUSES})`. */
export const OPEN_STATUSES = sql.raw(`array['${OPEN.join("','")}']`);

/**
 * Who or what chose the answer, as SQL: person | autofill | excel | autoanswer; «elsewhere» where the portal holds an answer that
 * «Отклик» did not send (no confirmation of ours, whatever draft stayed beside it); null while there is none.
 */
export const ANSWERED_BY = sql<string | null>`case
  when ${debtRequests.status} = 'answered' and (${debtRequests.answeredAt} is null or ${debtRequests.answerSource} is null) then 'elsewhere'
  else ${debtRequests.answerSource} end`;

/** How the actor stands to the request. A head stands as responsible for all requests of his divisions. */
export function relationsOf(actor: Actor, request: Standing): Relation[] {
  if (actor.kind === 'system') return ['system'];
  const people = onBehalfOf(actor);
  const inDivision =
    actor.divisionIds === null || (request.divisionId !== null && actor.divisionIds.includes(request.divisionId));
  const relations: Relation[] = [];
  if (inDivision && hasRole(actor, 'executor', 'head')) relations.push('staff');
  if (request.assigneeId && people.includes(request.assigneeId)) relations.push('assignee');
  if ((request.responsibleId && people.includes(request.responsibleId)) || (inDivision && hasRole(actor, 'head')))
    relations.push('responsible');
  if (hasRole(actor, 'admin')) relations.push('admin');
  if (actor.canSend && actor.gisEmployeeGuid) relations.push('signer');
  if (hasRole(actor, 'debt_clerk')) relations.push('clerk');
  return relations;
}

/** Why nothing can be sent in this person's name, or null when it can. */
export function sendingObstacle(person: Person): string | null {
  if (!person.canSend) return 'Отправить нельзя: нет права отправлять ответы. Его даёт администратор.';
  if (!person.gisEmployeeGuid) {
    return 'Отправить нельзя: в профиле нет идентификатора сотрудника из ГИС ЖКХ. Его вносит администратор.';
  }
  return null;
}

/** The visible request, its row locked until the end of the transaction; null = absent or foreign, which look alike. */
export async function lockRequest(tx: Tx, actor: Actor, id: string): Promise<DebtRequest | null> {
  const [request] = await tx
    .select()
    .from(debtRequests)
    .where(and(eq(debtRequests.id, id), visibleTo(actor)))
    .for('update');
  return request ?? null;
}

export interface Step {
  action: Action;
  /** Version the person looked at; absent for the system, which acts on what it just read. */
  version?: number;
  /** One of the rule's `to`; the first when left out. */
  to?: Status;
  set?: Partial<Omit<typeof debtRequests.$inferInsert, 'id' | 'organizationId' | 'status' | 'version'>>;
  /** What the history keeps beside the step. */
  data?: Record<string, unknown>;
  /** The receiving that brought it about. */
  syncRunId?: string | null;
  now?: Date;
}

/**
 * The only writer of `status`: checks the table, the person and the conditions, moves the row and writes history, in the
 * caller's transaction over a row locked by `lockRequest`. Refusals: `stale` when the version moved on, `notAllowed`
 * when the status has no such step, `forbidden` when this person has not, `invalid` when the answer is not complete.
 */
export async function transition(
  tx: Tx,
  actor: Actor,
  request: DebtRequest,
  step: Step,
): Promise<{ ok: true; request: DebtRequest } | Refusal> {
  const refusal = refusalOf(actor, request, step);
  if (refusal) return refusal;
  const rule = ruleOf(step.action);
  const to = step.to ?? rule.to[0]!;
  if (!rule.to.includes(to)) throw new Error(`transition ${step.action} cannot lead to ${to}`);
  const [moved] = await tx
    .update(debtRequests)
    .set({ ...step.set, status: to, version: sql`${debtRequests.version} + 1`, updatedAt: step.now ?? new Date() })
    .where(
      and(
        eq(debtRequests.id, request.id),
        eq(debtRequests.status, request.status),
        eq(debtRequests.version, request.version),
      ),
    )
    .returning();
  if (!moved) return stale(request);
  await tx.insert(requestEvents).values({
    organizationId: request.organizationId,
    requestId: request.id,
    at: step.now ?? new Date(),
    actorId: actorUserId(actor),
    action: step.action,
    fromStatus: request.status,
    toStatus: to,
    data: step.data ?? {},
  });
  await tellOfStep(tx, step.action, actor, [moved]);
  return { ok: true, request: moved };
}

/** Steps that those who answer for a request learn of at once, wherever the step came from. */
const NEWS: Partial<Record<Action, NotificationKind>> = {
  complete: 'prepared',
  refused: 'portalRefused',
  withdrawn: 'withdrawn',
  revokedElsewhere: 'portalRefused',
};

async function tellOfStep(tx: Tx, action: Action, actor: Actor, requests: DebtRequest[]): Promise<void> {
  const kind = NEWS[action];
  if (kind) await tellOf(tx, kind, actor, requests);
}

/** An answer to review or to decide about concerns whoever is responsible; the rest also whoever prepares it. */
const FOR_THE_RESPONSIBLE: readonly NotificationKind[] = ['prepared', 'debtRejected', 'autoTakenBack'];

/** Tells those whom each request concerns, but not whoever did it. */
export async function tellOf(tx: Tx, kind: NotificationKind, actor: Actor, requests: DebtRequest[]): Promise<void> {
  await notify(
    tx,
    requests.flatMap((request) => {
      const people = FOR_THE_RESPONSIBLE.includes(kind)
        ? [request.responsibleId]
        : [request.responsibleId, request.assigneeId];
      return [...new Set(people)]
        .filter((userId): userId is string => userId !== null && userId !== actorUserId(actor))
        .map((userId) => ({
          organizationId: request.organizationId,
          userId,
          kind,
          requestId: request.id,
          data: { number: request.requestNumber, deadline: request.responseDate },
        }));
    }),
  );
}

/**
 * The same step for many requests, locked by `lockRequests`: one UPDATE and one INSERT of history; `dataOf` adds to the history
 * of each. A row that the table does not let through is a surprise and is thrown: the caller chose the rows by their status.
 */
export async function transitionAll(
  tx: Tx,
  actor: Actor,
  requests: DebtRequest[],
  step: Omit<Step, 'version'>,
  dataOf: (request: DebtRequest) => Record<string, unknown> = () => ({}),
): Promise<void> {
  if (requests.length === 0) return;
  for (const request of requests) {
    const refusal = refusalOf(actor, request, step);
    if (refusal) throw new Error(`${step.action} of ${request.id} in ${request.status}: ${refusal.reason}`);
  }
  const rule = ruleOf(step.action);
  const to = step.to ?? rule.to[0]!;
  if (!rule.to.includes(to)) throw new Error(`transition ${step.action} cannot lead to ${to}`);
  const at = step.now ?? new Date();
  await tx
    .update(debtRequests)
    .set({ ...step.set, status: to, version: sql`${debtRequests.version} + 1`, updatedAt: at })
    .where(
      anyOf(
        debtRequests.id,
        requests.map((request) => request.id),
      ),
    );
  await tx.execute(
    insertMany(
      requestEvents,
      requests.map((request) => ({
        organizationId: request.organizationId,
        requestId: request.id,
        at,
        actorId: actorUserId(actor),
        action: step.action,
        fromStatus: request.status,
        toStatus: to,
        data: { ...step.data, ...dataOf(request) },
        syncRunId: step.syncRunId ?? null,
      })),
    ),
  );
  await tellOfStep(tx, step.action, actor, requests);
}

/** Those that the actor sees, locked in the order of their ids so that two transactions never wait in a ring. */
export function lockRequests(tx: Tx, actor: Actor, ids: string[]): Promise<DebtRequest[]> {
  return tx
    .select()
    .from(debtRequests)
    .where(and(anyOf(debtRequests.id, ids), visibleTo(actor)))
    .orderBy(asc(debtRequests.id))
    .for('update');
}

/** Why the step is refused, without doing it; null when it would go. Pages ask this to show buttons. */
export function refusalOf(
  actor: Actor,
  request: DebtRequest,
  step: Pick<Step, 'action' | 'version' | 'now'>,
): Refusal | null {
  const status = request.status as Status;
  const rule = ruleOf(step.action);
  if (step.version !== undefined && step.version !== request.version) return stale(request);
  if (!rule.from.includes(status)) {
    return {
      ok: false,
      reason: 'notAllowed',
      message: `Запрос в состоянии «${STATUS_LABELS[status]}»: это действие уже невозможно.`,
    };
  }
  if (!allowed(step.action, status, relationsOf(actor, request))) {
    return { ok: false, reason: 'forbidden', message: whoMay(step.action) };
  }
  if (rule.needs.includes('canSend') && actor.kind === 'person') {
    const obstacle = sendingObstacle(actor);
    if (obstacle) return { ok: false, reason: 'forbidden', message: obstacle };
  }
  if (rule.needs.includes('noAssignee') && request.assigneeId) {
    return { ok: false, reason: 'notAllowed', message: 'У запроса уже есть исполнитель.' };
  }
  if (step.action === 'takeBack' && !request.assigneeId) {
    return { ok: false, reason: 'notAllowed', message: 'У запроса нет исполнителя: его можно взять в\u00a0работу.' };
  }
  if (step.action === 'takeBack' && actor.kind === 'person' && request.assigneeId === actor.userId) {
    return { ok: false, reason: 'notAllowed', message: 'Запрос уже у\u00a0вас.' };
  }
  if (rule.needs.includes('verified') && request.verification === 'required') {
    return {
      ok: false,
      reason: 'notAllowed',
      message: 'Ответ «существует» ждёт подтверждения службы работы с должниками.',
    };
  }
  if (rule.needs.includes('unverified') && request.verification !== 'required') {
    return { ok: false, reason: 'notAllowed', message: 'Этот ответ не\u00a0ждёт подтверждения.' };
  }
  // what the system does for a person was checked when the person asked
  const dated = actor.kind === 'person' || step.action === 'send';
  if (dated && rule.needs.includes('beforeDeadline') && isPast(request.responseDate, step.now ?? new Date())) {
    return {
      ok: false,
      reason: 'notAllowed',
      message:
        step.action === 'correct'
          ? 'Крайний срок ответа истёк: отозванный ответ нельзя будет отправить заново.'
          : 'Крайний срок ответа истёк в 24:00 по Москве. Портал такие ответы не принимает.',
    };
  }
  return null;
}

const stale = (request: DebtRequest): Refusal => ({
  ok: false,
  reason: 'stale',
  message: `Запрос изменился, пока он был открыт. Сейчас он в состоянии «${STATUS_LABELS[request.status as Status]}».`,
});

function whoMay(action: Action): string {
  const who = ruleOf(action).who;
  if (who.includes('assignee') && !who.includes('responsible')) return 'Это делает исполнитель запроса.';
  if (who.includes('assignee'))
    return 'Ответ заполняет исполнитель запроса или ответственный. Сначала возьмите запрос в работу.';
  if (who.includes('clerk')) return 'Долг подтверждает служба работы с\u00a0должниками.';
  if (who.includes('staff')) return 'Взять запрос в работу может исполнитель или руководитель.';
  return 'Это делает ответственный за запрос или администратор.';
}
