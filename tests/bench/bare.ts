/**
 * The client that ours is measured beside: posts messages that were made and signed before, cuts values out of replies by
 * searching for the tags that the stand is known to write, keeps nothing but the rows. It checks nothing, survives nothing.
 */
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { pipeline } from 'node:stream/promises';
import { sql } from '@/db/client';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { SERVICES } from '@/lib/gis/formats';
import {
  exportSubrequestsMessage,
  importResponsesMessage,
  type ResponseAction,
} from '@/lib/gis/messages/debt-requests';
import { getStateMessage, type Header } from '@/lib/gis/messages/envelope';
import type { Signer } from '@/lib/gis/signature/signer';
import { signMessage } from '@/lib/gis/signature/xades';
import type { Place } from './world';

const PAGE = 100;
/** As many messages at a time as our exchange carries. */
const CONCURRENCY = 4;

const agent = new http.Agent({ keepAlive: true });

function post(url: string, operation: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body);
    const request = http.request(
      `${url}/${SERVICES.debtRequests.path}`,
      {
        agent,
        method: 'POST',
        headers: {
          'Content-Type': 'text/xml; charset=utf-8',
          SOAPAction: `"urn:${operation}"`,
          'Content-Length': bytes.length,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`the bare client got HTTP ${response.statusCode}: ${text.slice(0, 500)}`));
        });
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(bytes);
  });
}

/** Posts a message and asks for its result once: the stand has it at once. */
async function exchange(url: string, place: Place, operation: string, message: string): Promise<string> {
  const ack = await post(url, operation, message);
  const guid = cut(ack, 'ns4:MessageGUID', ack.indexOf('<ns4:Ack>'));
  if (!guid) throw new Error(`the bare client got no Ack: ${ack.slice(0, 500)}`);
  return post(url, 'getState', getStateMessage(newHeader(place), guid, 'debtRequests'));
}

/** Text of the first element of this name from `from` on; null when it is not there. */
function cut(xml: string, name: string, from = 0): string | null {
  const open = `<${name}>`;
  const start = xml.indexOf(open, from);
  if (start < 0) return null;
  const text = xml.slice(start + open.length, xml.indexOf('</', start));
  return text.includes('&') ? text.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity) => ENTITIES[entity]!) : text;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const newHeader = (place: Place): Header => ({
  messageGuid: randomUUID(),
  date: new Date(),
  orgPpaGuid: place.orgPpaGuid,
  isOperatorSignature: true,
});

/** Every page of the place's list as a signed message; the cursors are known, since we made the requests. */
export async function preparePages(place: Place, signer: Signer): Promise<string[]> {
  const today = moscowToday(new Date());
  const messages: string[] = [];
  for (let first = 0; first < place.subrequestGuids.length; first += PAGE) {
    const header = newHeader(place);
    const xml = exportSubrequestsMessage(header, {
      format: '13.1.10.1',
      query: {
        kind: 'period',
        start: addDays(today, -60),
        end: today,
        onlyUnanswered: false,
        cursor: first === 0 ? null : place.subrequestGuids[first]!,
      },
    });
    messages.push(await signMessage(xml, signer, { signingTime: header.date }));
  }
  return messages;
}

/** The same values that our rows keep. */
const COLUMNS = [
  'ns13:subrequestGUID',
  'ns13:requestGUID',
  'ns13:requestNumber',
  'ns13:orgRootGUID',
  'ns13:name',
  'ns13:tel',
  'ns13:houseGUID',
  'ns13:addressDetails',
  'ns13:fiasHouseGUID',
  'ns13:address',
  'ns4:startDate',
  'ns4:endDate',
  'ns13:status',
  'ns13:sentDate',
  'ns13:responseDate',
  'ns13:GUID',
  'ns13:fio',
  'ns13:responseStatus',
] as const;

/** An ordinary logged table without indexes. */
export async function createBareTable(): Promise<void> {
  const columns = COLUMNS.map((name) => `"${name.split(':')[1]}" text`).join(', ');
  await sql.unsafe(`create table bare_subrequests (${columns})`);
}

/** Downloads the pages one after another and COPYs each; returns the number of rows. */
export async function downloadPages(url: string, place: Place, messages: string[]): Promise<number> {
  let rows = 0;
  for (const message of messages) {
    const reply = await exchange(url, place, 'exportDebtSubrequests', message);
    const lines: string[] = [];
    for (let at = reply.indexOf('<ns13:subrequestData>'); at >= 0; ) {
      const next = reply.indexOf('<ns13:subrequestData>', at + 1);
      const data = reply.slice(at, next < 0 ? undefined : next);
      lines.push(`${COLUMNS.map((name) => copyValue(cut(data, name))).join('\t')}\n`);
      at = next;
    }
    rows += lines.length;
    const into = await sql`copy bare_subrequests from stdin`.writable();
    await pipeline([lines.join('')], into);
  }
  return rows;
}

const copyValue = (value: string | null): string =>
  value === null
    ? '\\N'
    : /[\\\t\n\r]/.test(value)
      ? value.replace(/[\\\t\n\r]/g, (sign) => COPY_ESCAPES[sign]!)
      : value;

const COPY_ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Answers to all requests of the place, a hundred a signed message. */
export async function prepareAnswers(place: Place, signer: Signer, answers: BareAnswers): Promise<string[]> {
  const messages: string[] = [];
  for (let first = 0; first < place.subrequestGuids.length; first += PAGE) {
    const header = newHeader(place);
    const actions = place.subrequestGuids.slice(first, first + PAGE).map((subrequestGuid, i): ResponseAction => {
      const answer = answers(first + i);
      return { transportGuid: randomUUID(), subrequestGuid, actionType: 'Send', answer };
    });
    messages.push(await signMessage(importResponsesMessage(header, actions), signer, { signingTime: header.date }));
  }
  return messages;
}

/** The answer to the request of this number. */
export type BareAnswers = (index: number) => Extract<ResponseAction, { actionType: 'Send' }>['answer'];

/** Posts the messages, a few at a time, and asks for their results; returns the number of answers that were accepted. */
export async function postAnswers(url: string, place: Place, messages: string[]): Promise<number> {
  let accepted = 0;
  const waiting = [...messages];
  const carry = async () => {
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      const reply = await exchange(url, place, 'importResponses', message);
      accepted += reply.split('<ns4:UpdateDate>').length - 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, carry));
  return accepted;
}
