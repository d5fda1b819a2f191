import { SERVICES, type Service } from '@/lib/gis/formats';
import { escapeText, NS } from '@/lib/gis/xml';

/** What the header of a message says of its sender (base:RequestHeader, PROTOCOL §3). */
export interface Header {
  /** New for every HTTP request, polls included. */
  messageGuid: string;
  date: Date;
  /** Identifier of the data provider; not sent to dictionaries, which the information system asks for itself. */
  orgPpaGuid: string;
  /** The key belongs to the operator of the information system, not to the organization. */
  isOperatorSignature: boolean;
}

/** The element whose content is signed carries this Id (PROTOCOL §8). */
export const SIGNED_ID = 'signed-data-container';

const MOSCOW_OFFSET_MS = 3 * 60 * 60 * 1000;

/** An instant as the portal writes it: Moscow time with milliseconds, `2026-11-18T10:15:30.125+03:00`. */
export function moscowDateTime(date: Date): string {
  return new Date(date.getTime() + MOSCOW_OFFSET_MS).toISOString().replace('Z', '+03:00');
}

/** `<name>text</name>`, escaped; `name` carries a prefix that `envelope` declares. */
export function element(name: string, text: string): string {
  return `<${name}>${escapeText(text)}</${name}>`;
}

/** The same, or nothing at all for a blank text: the portal refuses empty elements (PROTOCOL §5.4). */
export function optionalElement(name: string, text: string | null): string {
  return text === null || text.trim() === '' ? '' : element(name, text);
}

const OWN_NAMESPACE: Record<Service, string> = {
  debtRequests: `drs="${NS.drs}"`,
  nsi: `nc="${NS.nsiCommon}"`,
  homeManagement: `hm="${NS.hm}"`,
};

/** A whole SOAP 1.1 message without any whitespace between elements, since inside the signed element it is data. */
export function envelope(service: Service, header: Header, body: string): string {
  const block = SERVICES[service].header;
  const sender =
    block === 'RequestHeader'
      ? element('base:orgPPAGUID', header.orgPpaGuid) +
        // the schema fixes it to true: absent means false
        (header.isOperatorSignature ? element('base:IsOperatorSignature', 'true') : '')
      : '';
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<soap:Envelope xmlns:soap="${NS.soap}" xmlns:base="${NS.base}" xmlns:nsi="${NS.nsiBase}"` +
    ` xmlns:${OWN_NAMESPACE[service]}>` +
    `<soap:Header><base:${block}>` +
    element('base:Date', moscowDateTime(header.date)) +
    element('base:MessageGUID', header.messageGuid) +
    sender +
    `</base:${block}></soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`
  );
}

/** Asks what became of a message that the portal acknowledged; never signed (PROTOCOL §4). */
export function getStateMessage(header: Header, gisMessageGuid: string, service: Service): string {
  return envelope(
    service,
    header,
    `<base:getStateRequest>${element('base:MessageGUID', gisMessageGuid)}</base:getStateRequest>`,
  );
}
