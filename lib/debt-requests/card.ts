import { and, asc, desc, eq, inArray, isNull, ne, or, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { debtors, debtRequests, files, flatNumber, nsiItems, requestEvents } from '@/db/schema/debt-requests';
import { exchangeItems, exchanges } from '@/db/schema/exchange';
import { organizations, users } from '@/db/schema/staff';
import { type Person, shortName } from '@/lib/auth/actor';
import { type DebtRequest, refusalOf, visibleTo } from './transition';
import { type Action, ruleOf, type Status } from './workflow';

/** The card of one request: what is known, what we answer, what happened. Read only. */

export const NSI_IDENTITY_DOCUMENTS = 95;
export const NSI_DEBT_DOCUMENTS = 358;

export interface CardFile {
  id: string;
  name: string;
  extension: string;
  size: number;
  documentTypeCode: string | null;
}

export interface CardDebtor {
  id: string;
  lastName: string;
  firstName: string;
  middleName: string | null;
  snils: string | null;
  documentTypeCode: string | null;
  documentSeries: string | null;
  documentNumber: string | null;
  files: CardFile[];
}

export interface CardEvent {
  id: number;
  at: Date;
  actorName: string | null;
  action: string;
  fromStatus: string | null;
  toStatus: string | null;
  data: Record<string, unknown>;
}

/** Buttons a person can press; the rest of the table is the system's. */
export type PersonalAction = Exclude<
  Action,
  | 'fillNo'
  | 'accepted'
  | 'refused'
  | 'withdrawn'
  | 'reappeared'
  | 'expire'
  | 'deadlineMoved'
  | 'answeredElsewhere'
  | 'revokedElsewhere'
>;

export type Availability = { available: true } | { available: false; reason: string | null };

export interface Card {
  request: DebtRequest & { status: Status };
  responsibleName: string | null;
  assigneeName: string | null;
  debtors: CardDebtor[];
  files: CardFile[];
  events: CardEvent[];
  /** The portal's last «no» to an answer that is not answered yet. */
  refusal: { code: string | null; text: string; kind: string | null; at: Date | null; actionType: string } | null;
  /** What is on its way now. */
  openItem: {
    actionType: string;
    attempt: number;
    nextAt: Date;
    exchangeId: string | null;
    exchangeState: string | null;
  } | null;
  actions: Record<PersonalAction, Availability>;
  documentTypes: { code: string; name: string }[];
  identityTypes: { code: string; name: string }[];
  snilsRequired: boolean;
  /** «Ответ уйдёт от имени: …» */
  sendsAs: string;
  /** What to correct, while it is «На доработке»; the note of the delegation, while nobody has answered yet. */
  instruction: { kind: 'returned' | 'delegated'; text: string; by: string | null; at: Date } | null;
}

const PERSONAL: PersonalAction[] = [
  'take',
  'delegate',
  'takeBack',
  'saveDraft',
  'complete',
  'returnForRework',
  'markReady',
  'fill',
  'confirmDebt',
  'rejectDebt',
  'hold',
  'release',
  'send',
  'unsent',
  'correct',
];

/** The card, or null when the request is absent, foreign or not this person's to see. */
export async function getDebtRequest(person: Person, id: string, now = new Date()): Promise<Card | null> {
  if (!/^[0-9a-f-]{36}$/i.test(id)) return null;
  const [request] = await db
    .select()
    .from(debtRequests)
    .where(and(eq(debtRequests.id, id), visibleTo(person)));
  if (!request) return null;
  const [people, attached, events, items, organization, dictionaries, names] = await Promise.all([
    db.select().from(debtors).where(eq(debtors.requestId, id)).orderBy(asc(debtors.position)),
    db
      .select()
      .from(files)
      .where(and(eq(files.requestId, id), inArray(files.place, ['answer', 'debtor'])))
      .orderBy(asc(files.position), asc(files.id)),
    db
      .select({ event: requestEvents, actor: users })
      .from(requestEvents)
      .leftJoin(users, eq(users.id, requestEvents.actorId))
      .where(eq(requestEvents.requestId, id))
      .orderBy(desc(requestEvents.id))
      .limit(200),
    db
      .select({ item: exchangeItems, exchangeState: exchanges.state })
      .from(exchangeItems)
      .leftJoin(exchanges, eq(exchanges.id, exchangeItems.exchangeId))
      .where(eq(exchangeItems.requestId, id))
      .orderBy(desc(exchangeItems.id))
      .limit(2),
    db
      .select({ snilsRequired: organizations.snilsRequired })
      .from(organizations)
      .where(eq(organizations.id, request.organizationId)),
    db
      .select()
      .from(nsiItems)
      .where(
        and(
          inArray(nsiItems.registryNumber, [NSI_IDENTITY_DOCUMENTS, NSI_DEBT_DOCUMENTS]),
          eq(nsiItems.isActual, true),
        ),
      ),
    namesOf([request.responsibleId, request.assigneeId]),
  ]);
  const cardFile = (file: (typeof attached)[number]): CardFile => ({
    id: file.id,
    name: file.name,
    extension: file.extension,
    size: file.size,
    documentTypeCode: file.documentTypeCode,
  });
  const dictionary = (registryNumber: number) =>
    dictionaries
      .filter((item) => item.registryNumber === registryNumber)
      .map(({ code, name }) => ({ code, name }))
      .sort((a, b) => Number.parseFloat(a.code) - Number.parseFloat(b.code));
  const [last] = items;
  // another answer at the portal is told even when the request counts as answered
  const refusedLast =
    last?.item.state === 'refused' &&
    (last.item.errorKind === 'conflict' || !['answered', 'revoked'].includes(request.status));
  const revokeRefused = last && last.item.state === 'refused' && last.item.actionType === 'Revoke';
  return {
    request: { ...request, status: request.status as Status },
    responsibleName: names.get(request.responsibleId ?? '') ?? null,
    assigneeName: names.get(request.assigneeId ?? '') ?? null,
    debtors: people.map((debtor) => ({
      ...debtor,
      files: attached.filter((file) => file.debtorId === debtor.id).map(cardFile),
    })),
    files: attached.filter((file) => file.place === 'answer').map(cardFile),
    events: events.map(({ event, actor }) => ({ ...event, actorName: actor ? shortName(actor) : null })),
    refusal:
      refusedLast || revokeRefused
        ? {
            code: last.item.errorCode,
            text: last.item.errorText ?? '',
            kind: last.item.errorKind,
            at: last.item.finishedAt,
            actionType: last.item.actionType,
          }
        : null,
    openItem:
      last && last.item.state === 'open'
        ? {
            actionType: last.item.actionType,
            attempt: last.item.attempt,
            nextAt: last.item.nextAt,
            exchangeId: last.item.exchangeId,
            exchangeState: last.exchangeState,
          }
        : null,
    actions: actionsFor(person, request, last?.item ?? null, now),
    documentTypes: dictionary(NSI_DEBT_DOCUMENTS),
    identityTypes: dictionary(NSI_IDENTITY_DOCUMENTS),
    snilsRequired: organization[0]!.snilsRequired,
    sendsAs: person.name,
    instruction: instructionOf(request, events),
  };
}

/** What whoever returned or delegated it wrote to the assignee; nothing once an answer was handed over or sent. */
function instructionOf(
  request: DebtRequest,
  events: { event: typeof requestEvents.$inferSelect; actor: typeof users.$inferSelect | null }[],
): Card['instruction'] {
  if (request.status !== 'rework' && request.status !== 'in_progress') return null;
  const last = events.find(({ event }) =>
    ['returnForRework', 'delegate', 'complete', 'correct'].includes(event.action),
  );
  if (!last) return null;
  const by = last.actor ? shortName(last.actor) : null;
  const { action, data, at } = last.event;
  if (action === 'returnForRework') return { kind: 'returned', text: String(data.comment ?? ''), by, at };
  if (action === 'delegate' && data.note) return { kind: 'delegated', text: String(data.note), by, at };
  return null;
}

/** What the card's live part asks every second: small, no personal data. Null as for the card. */
export async function getRequestState(person: Person, id: string): Promise<{ status: Status; version: number } | null> {
  if (!/^[0-9a-f-]{36}$/i.test(id)) return null;
  const [row] = await db
    .select({ status: debtRequests.status, version: debtRequests.version })
    .from(debtRequests)
    .where(and(eq(debtRequests.id, id), visibleTo(person)));
  return row ? { ...row, status: row.status as Status } : null;
}

export interface PreviousAnswer {
  id: string;
  requestNumber: string;
  sentDate: string;
  status: Status;
  hasDebt: boolean | null;
  answeredAt: Date | null;
}

/**
 * Other requests about the same premises, newest first: what was answered before. By HMobjectGUID where both requests
 * have one (formats 14+), else by house and number; «кв. 10», «кв.10» and «10» are one number (PROTOCOL §5).
 */
export async function previousAnswers(person: Person, request: DebtRequest, limit = 10): Promise<PreviousAnswer[]> {
  const house = request.houseGuid
    ? eq(debtRequests.houseGuid, request.houseGuid)
    : and(isNull(debtRequests.houseGuid), eq(debtRequests.address, request.address));
  const byNumber = and(
    house,
    sql`${flatNumber(sql`${debtRequests.addressDetails}`)} = ${flatNumber(sql`${request.addressDetails}::text`)}`,
  );
  const samePremises = request.hmObjectGuid
    ? or(eq(debtRequests.hmObjectGuid, request.hmObjectGuid), and(isNull(debtRequests.hmObjectGuid), byNumber))
    : byNumber;
  const rows = await db
    .select({
      id: debtRequests.id,
      requestNumber: debtRequests.requestNumber,
      sentDate: debtRequests.sentDate,
      status: debtRequests.status,
      hasDebt: debtRequests.hasDebt,
      answeredAt: debtRequests.answeredAt,
    })
    .from(debtRequests)
    .where(and(visibleTo(person), samePremises, ne(debtRequests.id, request.id)))
    .orderBy(desc(debtRequests.sentDate), desc(debtRequests.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, status: row.status as Status }));
}

function actionsFor(
  person: Person,
  request: DebtRequest,
  last: typeof exchangeItems.$inferSelect | null,
  now: Date,
): Record<PersonalAction, Availability> {
  const entry = (action: PersonalAction): Availability => {
    // a step that this status does not know has no button; one that this person lacks has a reason
    if (!ruleOf(action).from.includes(request.status as Status)) return { available: false, reason: null };
    if (action === 'unsent' && !(last?.state === 'open' && last.exchangeId === null))
      return { available: false, reason: null };
    if (action === 'correct' && last?.state === 'open') {
      return { available: false, reason: 'Отзыв ответа уже отправлен на портал, ждём подтверждения.' };
    }
    const refusal = refusalOf(person, request, { action, now });
    if (!refusal) return { available: true };
    return { available: false, reason: 'message' in refusal ? refusal.message : null };
  };
  return Object.fromEntries(PERSONAL.map((action) => [action, entry(action)])) as Record<PersonalAction, Availability>;
}

async function namesOf(ids: (string | null)[]): Promise<Map<string, string>> {
  const known = ids.filter((id): id is string => id !== null);
  if (known.length === 0) return new Map();
  const rows = await db.select().from(users).where(inArray(users.id, known));
  return new Map(rows.map((user) => [user.id, shortName(user)]));
}
