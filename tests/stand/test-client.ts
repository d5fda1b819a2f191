/** Writes messages by hand for the tests of the stand itself; the product's client has no part in them. */
import { randomUUID } from 'node:crypto';
import type { XmlElement } from 'libxml2-wasm';
import { child, type Element, NS, parseDocument, readXml, type Service, schemaError, textOf } from './xml';

export const DEBT_PATH = '/ext-bus-debtreq-service/services/DebtRequestsAsync';
export const NSI_PATH = '/ext-bus-nsi-common-service/services/NsiCommonAsync';
/** The organization and the employee of the samples. */
export const SAMPLE_ORG = '7d3f1a52-6c0b-4b7e-9a41-2f5e8c9d0b13';
export const SAMPLE_EXECUTOR = 'f1e2d3c4-b5a6-4978-8695-a4b3c2d1e0f9';

export interface HttpReply {
  status: number;
  text: string;
}

/** Posts the text as it is. */
export async function post(url: string, action: string, body: string, path = DEBT_PATH): Promise<HttpReply> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: `"urn:${action}"` },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** An envelope around a body; every call has a MessageGUID of its own. */
export function message(body: string, orgPPAGUID: string | undefined = SAMPLE_ORG): string {
  const header = orgPPAGUID
    ? `<base:RequestHeader><base:Date>2026-11-18T10:15:30+03:00</base:Date><base:MessageGUID>${randomUUID()}</base:MessageGUID><base:orgPPAGUID>${orgPPAGUID}</base:orgPPAGUID></base:RequestHeader>`
    : `<base:ISRequestHeader><base:Date>2026-11-18T10:15:30+03:00</base:Date><base:MessageGUID>${randomUUID()}</base:MessageGUID></base:ISRequestHeader>`;
  return (
    `<soap:Envelope xmlns:soap="${NS.soap}" xmlns:base="${NS.base}" xmlns:drs="${NS.drs}" xmlns:nsi="${NS.nsiBase}" xmlns:nc="${NS.nsiCommon}">` +
    `<soap:Header>${header}</soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`
  );
}

export function exportBody(conditions: string, version = '13.1.10.1'): string {
  return `<drs:exportDSRsRequest Id="signed-data-container" base:version="${version}">${conditions}</drs:exportDSRsRequest>`;
}

export function periodOf(startDate: string, endDate: string): string {
  return `<drs:periodOfSendingRequest><base:startDate>${startDate}</base:startDate><base:endDate>${endDate}</base:endDate></drs:periodOfSendingRequest>`;
}

/** One `action` with Send; `data` stands between hasDebt and executorGUID, `after` behind it. */
export function sendAction(
  subrequestGuid: string,
  { hasDebt = false, data = '', after = '', executor = SAMPLE_EXECUTOR, transportGuid = randomUUID() as string } = {},
): string {
  return (
    `<drs:action><base:TransportGUID>${transportGuid}</base:TransportGUID><drs:subrequestGUID>${subrequestGuid}</drs:subrequestGUID>` +
    `<drs:actionType>Send</drs:actionType><drs:responseData><drs:hasDebt>${hasDebt}</drs:hasDebt>${data}` +
    `<drs:executorGUID>${executor}</drs:executorGUID>${after}</drs:responseData></drs:action>`
  );
}

export function revokeAction(subrequestGuid: string): string {
  return (
    `<drs:action><base:TransportGUID>${randomUUID()}</base:TransportGUID><drs:subrequestGUID>${subrequestGuid}</drs:subrequestGUID>` +
    `<drs:actionType>Revoke</drs:actionType></drs:action>`
  );
}

export function importBody(...actions: string[]): string {
  return `<drs:importDSRResponsesRequest Id="signed-data-container" base:version="14.0.0.0">${actions.join('')}</drs:importDSRResponsesRequest>`;
}

/** The body block of a reply, and what the schema says against it. */
export function readReply(service: Service, text: string): { body: Element; invalid: string | undefined } {
  using doc = parseDocument(Buffer.from(text));
  const element = doc.get('/e:Envelope/e:Body/*', { e: NS.soap }) as XmlElement;
  return { body: child(readXml(text), NS.soap, 'Body')!.children[0]!, invalid: schemaError(service, element) };
}

export function ackOf(reply: HttpReply): string {
  const ack = child(readReply('debt', reply.text).body, NS.base, 'Ack');
  const guid = textOf(ack, NS.base, 'MessageGUID');
  if (!guid) throw new Error(`No Ack: HTTP ${reply.status} ${reply.text}`);
  return guid;
}

export function getState(url: string, guid: string, path = DEBT_PATH, org: string | undefined = SAMPLE_ORG) {
  const body = `<base:getStateRequest><base:MessageGUID>${guid}</base:MessageGUID></base:getStateRequest>`;
  return post(url, 'getState', message(body, path === NSI_PATH ? '' : org), path);
}

/** Posts a business message and asks for its result once: without delays it is there at once. */
export async function exchange(url: string, action: string, body: string, org = SAMPLE_ORG) {
  const guid = ackOf(await post(url, action, message(body, org)));
  return readReply('debt', (await getState(url, guid, DEBT_PATH, org)).text);
}

/** Per action of an import: an empty string when accepted, else «code text». */
export async function importResults(url: string, ...actions: string[]): Promise<string[]> {
  const { body } = await exchange(url, 'importResponses', importBody(...actions));
  return body.children
    .filter(({ name }) => name === 'importResult')
    .map((item) => {
      const error = child(item, NS.base, 'Error');
      return error ? `${textOf(error, NS.base, 'ErrorCode')} ${textOf(error, NS.base, 'Description')}` : '';
    });
}
