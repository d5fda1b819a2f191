import { createHash } from 'node:crypto';
import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { db, type Tx } from '@/db/client';
import { debtRequests, fileContents, files, nsiItems, requestEvents } from '@/db/schema/debt-requests';
import { exchangeItems, exchanges, type FrozenAnswer } from '@/db/schema/exchange';
import { organizations, users } from '@/db/schema/staff';
import { recordAccess } from '@/lib/auth/access-log';
import { fullName, hasRole, type Person } from '@/lib/auth/actor';
import { notFound, type Refusal, type Result } from '@/lib/errors';
import type { Requisites } from '@/lib/staff/requisites-schema';
import { type Availability, type CardEvent, NSI_DEBT_DOCUMENTS, NSI_IDENTITY_DOCUMENTS } from './card';
import { proofHistory } from './proof-history';
import { proofReadme } from './proof-readme';
import { VERIFY_SH } from './proof-verify';
import { type DebtRequest, visibleTo } from './transition';

/**
 * «Скачать подтверждение»: everything that proves what was answered and what the portal said, for somebody who has
 * neither «Отклик» nor trust in it.
 */

export interface ProofMessage {
  /** In the package: `messages/1`. */
  folder: string;
  requestXml: string;
  ackXml: string | null;
  replyXml: string | null;
  messageGuid: string;
  gisMessageGuid: string | null;
  submittedAt: Date;
  /** What it carried for this request. `content` is null for a withdrawal. */
  item: {
    actionType: string;
    transportGuid: string;
    content: FrozenAnswer | null;
    state: string;
    errorKind: string | null;
    errorCode: string | null;
    errorText: string | null;
    updateDate: Date | null;
    finishedAt: Date | null;
    /** Who pressed «Отправить»; null = nobody did, a rule sent it. */
    sentBy: string | null;
  };
  /** Answers to other requests in the same message. */
  otherAnswers: number;
  /** The reply was lost: what was asked afterwards and what the portal showed. */
  look: {
    requestXml: string;
    ackXml: string | null;
    replyXml: string;
    finishedAt: Date | null;
    otherRequests: number;
  } | null;
}

export interface ProofFile {
  fileId: string;
  /** In the package: `files/Приказ.pdf`. */
  path: string;
  name: string;
  bytes: Uint8Array;
  sha256: string;
  /** ГОСТ Р 34.11-94, hex: what the signed message calls AttachmentHASH. */
  gostHash: string | null;
}

export interface ProofContent {
  request: DebtRequest;
  organization: Requisites & { orgPpaGuid: string };
  messages: ProofMessage[];
  files: ProofFile[];
  events: CardEvent[];
  /** НСИ 95 and 358 by `number/code`. */
  dictionary: Map<string, string>;
  madeBy: string;
  madeAt: Date;
}

const NOT_SENT: Refusal = {
  ok: false,
  reason: 'notAllowed',
  message: 'Ответ на\u00a0этот запрос ещё не\u00a0уходил на\u00a0портал: подтверждать нечего.',
};

const FORBIDDEN: Refusal = {
  ok: false,
  reason: 'forbidden',
  message:
    'Подтверждение скачивает руководитель или администратор: в\u00a0нём персональные данные и\u00a0других запросов.',
};

/** May this person have the package now? For the button; `buildProof` asks itself again. */
export async function proofAvailability(person: Person, requestId: string): Promise<Availability> {
  const refusal = hasRole(person, 'head', 'admin')
    ? (await sentItems(db, person, requestId, 1)).length === 0 && NOT_SENT
    : FORBIDDEN;
  return refusal ? { available: false, reason: 'message' in refusal ? refusal.message : null } : { available: true };
}

/**
 * The package as the bytes of a .zip, and a file name without personal data. It holds every message that carried this
 * request's answer or its withdrawal to the portal, lost and refused ones too: an attempt is worth proving. One row of
 * history says who took it. Refuses: `notFound` absent or foreign; `forbidden` neither head nor admin; `notAllowed` while
 * no message has left.
 */
export async function buildProof(
  person: Person,
  id: string,
  now = new Date(),
): Promise<Result<{ name: string; bytes: Uint8Array }>> {
  if (!/^[0-9a-f-]{36}$/i.test(id)) return notFound;
  const content = await db.transaction((tx) => collect(tx, person, id, now), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  });
  if ('ok' in content) return content;
  const bytes = zipSync(packageOf(content), UNIX_FILE);
  await db.insert(requestEvents).values({
    organizationId: content.request.organizationId,
    requestId: content.request.id,
    at: now,
    actorId: person.userId,
    action: 'proofDownloaded',
  });
  await recordAccess(person, 'downloadProof', { requestId: content.request.id });
  return { ok: true, name: `Подтверждение ${safeName(content.request.requestNumber)}.zip`, bytes };
}

async function collect(tx: Tx, person: Person, id: string, now: Date): Promise<ProofContent | Refusal> {
  const [found] = await tx
    .select({ request: debtRequests, organization: organizations })
    .from(debtRequests)
    .innerJoin(organizations, eq(organizations.id, debtRequests.organizationId))
    .where(and(eq(debtRequests.id, id), visibleTo(person)));
  if (!found) return notFound;
  if (!hasRole(person, 'head', 'admin')) return FORBIDDEN;
  const sent = await sentItems(tx, person, id);
  if (sent.length === 0) return NOT_SENT;
  const messages: ProofMessage[] = [];
  for (const { item, exchange, sentBy } of sent) {
    messages.push({
      folder: `messages/${messages.length + 1}`,
      requestXml: exchange.requestXml!,
      ackXml: exchange.ackXml,
      replyXml: exchange.replyXml,
      messageGuid: exchange.messageGuid,
      gisMessageGuid: exchange.gisMessageGuid,
      submittedAt: exchange.submittedAt!,
      item: { ...item, sentBy: sentBy && fullName(sentBy) },
      otherAnswers: countElements(exchange.requestXml!, 'action') - 1,
      look: exchange.replyXml ? null : await lookAbout(tx, exchange),
    });
  }
  const dictionary = await tx
    .select()
    .from(nsiItems)
    .where(inArray(nsiItems.registryNumber, [NSI_IDENTITY_DOCUMENTS, NSI_DEBT_DOCUMENTS]));
  const events = await tx
    .select({ event: requestEvents, actor: users })
    .from(requestEvents)
    .leftJoin(users, eq(users.id, requestEvents.actorId))
    .where(eq(requestEvents.requestId, id))
    .orderBy(asc(requestEvents.id));
  const [maker] = await tx.select().from(users).where(eq(users.id, person.userId));
  return {
    request: found.request,
    organization: found.organization,
    messages,
    files: await filesOf(tx, person, messages),
    events: events.map(({ event, actor }) => ({ ...event, actorName: actor && fullName(actor) })),
    dictionary: new Map(dictionary.map((entry) => [`${entry.registryNumber}/${entry.code}`, entry.name])),
    madeBy: maker ? fullName(maker) : person.name,
    madeAt: now,
  };
}

/**
 * Items of the request with the messages that really carried them, in the order of sending. An item that our own check
 * took out of its message still names it: the signed text decides.
 */
function sentItems(tx: Tx | typeof db, person: Person, requestId: string, limit = 1000) {
  return tx
    .select({ item: exchangeItems, exchange: exchanges, sentBy: users })
    .from(exchangeItems)
    .innerJoin(exchanges, eq(exchanges.id, exchangeItems.exchangeId))
    .leftJoin(users, eq(users.id, exchangeItems.createdBy))
    .where(
      and(
        eq(exchangeItems.requestId, requestId),
        eq(exchangeItems.organizationId, person.organizationId),
        isNotNull(exchanges.submittedAt),
        sql`strpos(${exchanges.requestXml}, '<base:TransportGUID>' || ${exchangeItems.transportGuid} || '<') > 0`,
      ),
    )
    .orderBy(asc(exchanges.submittedAt), asc(exchangeItems.id))
    .limit(limit);
}

/** The look by GUID that settled a message without a reply (receive.ts): the first one about it that got an answer. */
async function lookAbout(tx: Tx, exchange: typeof exchanges.$inferSelect): Promise<ProofMessage['look']> {
  const [look] = await tx
    .select()
    .from(exchanges)
    .where(
      and(
        eq(exchanges.organizationId, exchange.organizationId),
        eq(exchanges.operation, 'exportDebtSubrequests'),
        eq(exchanges.state, 'done'),
        sql`${exchanges.query} ->> 'aboutExchangeId' = ${exchange.id}`,
        isNotNull(exchanges.replyXml),
      ),
    )
    .orderBy(asc(exchanges.finishedAt))
    .limit(1);
  if (!look) return null;
  return {
    requestXml: look.requestXml!,
    ackXml: look.ackXml,
    replyXml: look.replyXml!,
    finishedAt: look.finishedAt,
    otherRequests: Math.max(0, countElements(look.replyXml!, 'subrequestData') - 1),
  };
}

/** End tags of this name under any prefix: the portal chooses its own. Text never holds a bare «<». */
const countElements = (xml: string, name: string): number =>
  [...xml.matchAll(new RegExp(`</(?:[\\w.-]+:)?${name}\\s*>`, 'g'))].length;

const filesIn = (content: FrozenAnswer | null) =>
  content ? [...content.files, ...content.debtors.flatMap((debtor) => debtor.files)] : [];

async function filesOf(tx: Tx, person: Person, messages: ProofMessage[]): Promise<ProofFile[]> {
  const frozen = new Map(messages.flatMap(({ item }) => filesIn(item.content)).map((file) => [file.fileId, file]));
  if (frozen.size === 0) return [];
  const rows = await tx
    .select({ id: files.id, sha256: files.sha256, gostHash: files.gostHash, bytes: fileContents.bytes })
    .from(files)
    .innerJoin(fileContents, eq(fileContents.fileId, files.id))
    .where(and(inArray(files.id, [...frozen.keys()]), eq(files.organizationId, person.organizationId)));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const taken = new Set<string>();
  return [...frozen.values()].map(({ fileId, name }) => {
    const row = byId.get(fileId);
    // files of answers are never deleted: one that is missing must not pass in silence
    if (!row) throw new Error(`file ${fileId} of a sent answer is missing`);
    return {
      fileId,
      path: `files/${uniqueName(safeName(name), taken)}`,
      name,
      bytes: row.bytes,
      sha256: row.sha256,
      gostHash: row.gostHash,
    };
  });
}

/** Longest file name in bytes that every file system takes, with room for « (2)». */
const MAX_NAME_BYTES = 240;

/**
 * A name that Windows, macOS and Linux take, as close to the given one as can be: no separators, no control, invisible or
 * direction-changing characters, no reserved device names, not too long in UTF-8; the extension stays.
 */
export function safeName(name: string): string {
  const clean = name
    .normalize('NFC')
    .replace(/[/\\<>:"|?*\p{C}\p{Zl}\p{Zp}]/gu, '_')
    .replace(/^[\s.]+|[\s.]+$/gu, '')
    .replace(/^(con|prn|aux|nul|com\d|lpt\d)(?=$|\.)/i, '_$1');
  const extension = /\.[\p{L}\d]{1,10}$/u.exec(clean)?.[0] ?? '';
  let stem = [...clean.slice(0, clean.length - extension.length)];
  while (Buffer.byteLength(stem.join('') + extension) > MAX_NAME_BYTES) stem = stem.slice(0, -1);
  return stem.join('') + extension || 'файл';
}

/** «Приказ.pdf», «Приказ (2).pdf»: different even where letter case does not count. */
function uniqueName(name: string, taken: Set<string>): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  let unique = name;
  for (let n = 2; taken.has(unique.toLowerCase()); n++) unique = `${stem} (${n})${extension}`;
  taken.add(unique.toLowerCase());
  return unique;
}

/** Entries made on Unix (3): those of DOS, fflate's own choice, get Russian names spoiled by Debian's unzip. */
const UNIX_FILE = { os: 3, attrs: 0o100644 << 16 };

function packageOf(content: ProofContent): Zippable {
  const entries: Zippable = {
    'ПРОЧТИ-МЕНЯ.txt': strToU8(proofReadme(content)),
    'история.html': strToU8(proofHistory(content)),
    'ответ.json': strToU8(`${JSON.stringify(machineReadable(content), null, 2)}\n`),
    'verify.sh': [strToU8(VERIFY_SH), { ...UNIX_FILE, attrs: 0o100755 << 16 }],
  };
  for (const { folder, item, look, ...message } of content.messages) {
    const parts: Record<string, string | null | undefined> = {
      'message.xml': message.requestXml,
      'transport-guid.txt': `${item.transportGuid}\n`,
      'ack.xml': message.ackXml,
      'reply.xml': message.replyXml,
      'look-message.xml': look?.requestXml,
      'look-ack.xml': look?.ackXml,
      'look-reply.xml': look?.replyXml,
    };
    for (const [name, text] of Object.entries(parts)) {
      if (text) entries[`${folder}/${name}`] = strToU8(text);
    }
  }
  // PDF and pictures are packed already
  for (const { path, bytes } of content.files) entries[path] = [bytes, { level: 0 }];
  return entries;
}

/** `ответ.json`: names as in the portal's format and in our own records. */
function machineReadable({ request, organization, messages, files: attached, madeAt }: ProofContent) {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  return {
    madeAt,
    organization: {
      name: organization.name,
      inn: organization.inn,
      ogrn: organization.ogrn,
      orgPPAGUID: organization.orgPpaGuid,
    },
    request: {
      requestNumber: request.requestNumber,
      requestGUID: request.requestGuid,
      subrequestGUID: request.subrequestGuid,
      organization: request.requestingOrganization,
      address: request.address,
      addressDetails: request.addressDetails,
      period: { startDate: request.periodStart, endDate: request.periodEnd },
      sentDate: request.sentDate,
      responseDate: request.responseDate,
      status: request.status,
    },
    messages: messages.map(({ folder, item, ...message }) => ({
      folder,
      MessageGUID: message.messageGuid,
      portalMessageGUID: message.gisMessageGuid,
      submittedAt: message.submittedAt,
      sha256: sha256(message.requestXml),
      otherAnswers: message.otherAnswers,
      item: {
        TransportGUID: item.transportGuid,
        actionType: item.actionType,
        state: item.state,
        error: item.errorText && { kind: item.errorKind, code: item.errorCode, text: item.errorText },
        updateDate: item.updateDate,
        finishedAt: item.finishedAt,
        sentBy: item.sentBy,
        answer: item.content,
      },
    })),
    files: attached.map(({ fileId, path, name, bytes, sha256, gostHash }) => ({
      fileId,
      path,
      name,
      size: bytes.length,
      sha256,
      gost3411_94: gostHash,
    })),
  };
}
