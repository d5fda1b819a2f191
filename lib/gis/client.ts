import type { GisConnection } from './connection';
import { errorMeaning, isTransient } from './errors';
import type { Operation, Service } from './formats';
import { getStateMessage, type Header } from './messages/envelope';
import type { PortalAccount, PortalHouse } from './messages/houses';
import { type ExportResult, type ItemResult, type NsiItem, type Reply, readReply } from './messages/reply';
import { post } from './transport';

/**
 * What came of submitting a message. Texts are the portal's own, verbatim, or a Russian sentence about the transport.
 * - `acknowledged`: the portal works on it, poll with `gisMessageGuid`
 * - `refused`: the portal did not take it; `transient` – a new message with the same content may be taken
 * - `notDelivered`: nothing was written to the portal
 * - `unknown`: it may have been taken, the Ack is lost: look before repeating (PROTOCOL §4)
 */
export type SubmitOutcome =
  | { kind: 'acknowledged'; gisMessageGuid: string; replyXml: string }
  | { kind: 'refused'; code: string | null; text: string; transient: boolean; replyXml: string | null }
  | { kind: 'notDelivered'; text: string }
  | { kind: 'unknown'; text: string; replyXml: string | null };

/**
 * What a poll brought.
 * - `nothing`: INT002012, no objects to export: a success with an empty list
 * - `lost`: INT002013, the portal knows no such message (any more)
 * - `refused`: the whole message was processed and not carried out; `transient` as above
 * - `transport`: this poll failed and says nothing about the message: poll again. `code` is the portal's when it answered
 *   the poll itself with a fault; an export whose polls keep failing so may be started anew
 */
export type PollOutcome =
  | { kind: 'inProgress'; requestState: 1 | 2 }
  | { kind: 'subrequests'; result: ExportResult; surprises: string[]; replyXml: string }
  | { kind: 'responses'; results: ItemResult[]; surprises: string[]; replyXml: string }
  | { kind: 'nsi'; items: NsiItem[]; surprises: string[]; replyXml: string }
  | { kind: 'house'; house: PortalHouse; surprises: string[]; replyXml: string }
  | { kind: 'accounts'; accounts: PortalAccount[]; surprises: string[]; replyXml: string }
  | { kind: 'nothing'; replyXml: string }
  | { kind: 'lost'; text: string; replyXml: string }
  | { kind: 'refused'; code: string; text: string; transient: boolean; replyXml: string }
  | { kind: 'transport'; code: string | null; text: string; replyXml: string | null };

/** Posts a signed message once and tells what is known of it; never repeats it (PROTOCOL §4). */
export async function submit(
  connection: GisConnection,
  service: Service,
  operation: Operation,
  signedXml: string,
): Promise<SubmitOutcome> {
  const http = await post(connection, service, operation, signedXml);
  if (!http.ok) {
    return http.delivered === 'no'
      ? { kind: 'notDelivered', text: http.text }
      : { kind: 'unknown', text: http.text, replyXml: journalText(http.body) };
  }
  const replyXml = journalText(http.body);
  const reply = readHttpBody(http.status, http.body);
  if (reply.kind === 'ack')
    return { kind: 'acknowledged', gisMessageGuid: reply.gisMessageGuid, replyXml: replyXml ?? '' };
  if (reply.kind === 'fault' && (reply.code || reply.bySender)) {
    return {
      kind: 'refused',
      code: reply.code,
      text: reply.text,
      transient: isTransient(reply.code, reply.text),
      replyXml,
    };
  }
  // a fault without a code of the portal comes from some bus on the way: whether the message got further is not known
  if (reply.kind === 'fault') return { kind: 'unknown', text: reply.text, replyXml };
  if (http.status >= 400 && http.status < 500)
    return { kind: 'refused', code: null, ...byStatus(http.status), replyXml };
  return { kind: 'unknown', text: notExpected(http.status, reply), replyXml };
}

/**
 * Asks once what became of an acknowledged message. A fault of the poll itself is `transport`, since it says nothing of
 * the message: to call an import refused because a question about it was refused would let people send it twice.
 */
export async function getState(
  connection: GisConnection,
  service: Service,
  header: Header,
  gisMessageGuid: string,
): Promise<PollOutcome> {
  const http = await post(connection, service, 'getState', getStateMessage(header, gisMessageGuid, service));
  if (!http.ok) return { kind: 'transport', code: null, text: http.text, replyXml: journalText(http.body) };
  const replyXml = journalText(http.body) ?? '';
  const reply = readHttpBody(http.status, http.body);
  switch (reply.kind) {
    case 'inProgress':
      return reply;
    case 'subrequests':
    case 'responses':
    case 'nsi':
    case 'house':
    case 'accounts':
      return { ...reply, replyXml };
    case 'error': {
      const { code, text } = reply.error;
      const meaning = errorMeaning(code, text);
      if (meaning === 'nothing') return { kind: 'nothing', replyXml };
      if (meaning === 'lost') return { kind: 'lost', text, replyXml };
      return { kind: 'refused', code, text, transient: meaning !== 'final', replyXml };
    }
    case 'fault': {
      const meaning = errorMeaning(reply.code, reply.text);
      if (meaning === 'nothing') return { kind: 'nothing', replyXml };
      if (meaning === 'lost') return { kind: 'lost', text: reply.text, replyXml };
      return { kind: 'transport', code: reply.code, text: reply.text, replyXml };
    }
    case 'ack':
    case 'unreadable': {
      const refusedByStatus = http.status >= 400 && http.status < 500;
      const text = refusedByStatus ? byStatus(http.status).text : notExpected(http.status, reply);
      return { kind: 'transport', code: null, text, replyXml };
    }
  }
}

function readHttpBody(status: number, body: Buffer): Reply {
  return body.length === 0 ? { kind: 'unreadable', text: `Пустой ответ портала (HTTP ${status})` } : readReply(body);
}

function notExpected(status: number, reply: Reply): string {
  return reply.kind === 'unreadable' ? reply.text : `Портал ответил не на то, о чём его спросили (HTTP ${status})`;
}

/** What a refusal by bare HTTP status means (PROTOCOL §2): nothing was taken into work. */
function byStatus(status: number): { text: string; transient: boolean } {
  switch (status) {
    case 400:
      return {
        text: 'Портал отверг сообщение без объяснения: неверная версия формата или недопустимый XML (HTTP 400)',
        transient: false,
      };
    case 401:
    case 403:
      return {
        text: `Портал не пустил информационную систему: проверьте сертификат и учётную запись стенда (HTTP ${status})`,
        transient: false,
      };
    case 404:
      // also what an application server says while the service is being redeployed
      return { text: 'По этому адресу сейчас нет сервиса ГИС ЖКХ (HTTP 404)', transient: true };
    case 408:
    case 429:
      return { text: `Портал просит повторить сообщение позже (HTTP ${status})`, transient: true };
    default:
      return { text: `Портал отверг сообщение без объяснения (HTTP ${status})`, transient: false };
  }
}

/** The raw reply for the journal. NUL, which PostgreSQL cannot keep, is no part of any XML. */
function journalText(body: Buffer | null): string | null {
  return body && body.length > 0 ? body.toString('utf8').replaceAll('\0', '\uFFFD') : null;
}
