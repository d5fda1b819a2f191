import { type ExportFormat, MESSAGE_LIMIT, VERSIONS } from '@/lib/gis/formats';
import { element, envelope, type Header, optionalElement, SIGNED_ID } from './envelope';

/** What an export asks for (the choice of drs:exportDSRsRequest, PROTOCOL §5.2). */
export type SubrequestsQuery =
  | {
      kind: 'period';
      /** Days on which the requests were sent to providers, `YYYY-MM-DD`, both included, at most six months. */
      start: string;
      end: string;
      /** Only requests that have no answer yet; else all of them, answered and auto-answered too. */
      onlyUnanswered: boolean;
      /** nextSubrequestGuid of the block before; null for the first. */
      cursor: string | null;
      /** Format 13.1.10.1 only. */
      houseGuids?: string[];
    }
  | { kind: 'subrequests'; subrequestGuids: string[] }
  | { kind: 'numbers'; requestNumbers: string[] };

/** A reference to an entry of a dictionary (nsi-base:nsiRef). */
export interface NsiRef {
  code: string;
  guid: string;
  name?: string;
}

/** A file that is already in the file store (base:AttachmentType). */
export interface Attachment {
  name: string;
  /** Required by the schema. */
  description: string;
  attachmentGuid: string;
  /** ГОСТ Р 34.11-94 of the whole file, lower-case hex (`attachmentHash`). */
  hash: string;
}

export interface Debtor {
  lastName: string;
  firstName: string;
  middleName: string | null;
  /** 11 digits. */
  snils: string | null;
  /** Identity document, НСИ 95. */
  document: { type: NsiRef; series: string | null; number: string } | null;
  /** What confirms the debt, НСИ 358. */
  documents: { type: NsiRef; attachment: Attachment }[];
}

/** drs:responseData of an import. Debtors and files only with `hasDebt` (check-actions.ts holds the rules). */
export interface Answer {
  hasDebt: boolean;
  description: string | null;
  /** The employee who made the answer, as the portal knows him. */
  executorGuid: string;
  debtors: Debtor[];
  additionalFiles: Attachment[];
}

export type ResponseAction =
  | { transportGuid: string; subrequestGuid: string; actionType: 'Send'; answer: Answer }
  | { transportGuid: string; subrequestGuid: string; actionType: 'Revoke' };

/**
 * Asks for subrequests of the organization (drs:exportDSRsRequest), to be signed. Throws on an empty list or one over
 * 100, and on houses in a format that has none: these are bugs of the caller.
 */
export function exportSubrequestsMessage(
  header: Header,
  { format, query }: { format: ExportFormat; query: SubrequestsQuery },
): string {
  return envelope(
    'debtRequests',
    header,
    `<drs:exportDSRsRequest Id="${SIGNED_ID}" base:version="${format}">` +
      conditions(format, query) +
      // the schema knows it for this format alone; later ones always include answers
      (format === '13.1.10.1' ? element('drs:includeResponses', 'true') : '') +
      '</drs:exportDSRsRequest>',
  );
}

function conditions(format: ExportFormat, query: SubrequestsQuery): string {
  switch (query.kind) {
    case 'subrequests':
      return list('drs:subrequestGUID', query.subrequestGuids);
    case 'numbers':
      return list('drs:requestNumber', query.requestNumbers);
    case 'period': {
      const houses = query.houseGuids ?? [];
      if (houses.length > 0 && format !== '13.1.10.1') throw new Error(`Format ${format} does not select by house`);
      return (
        '<drs:periodOfSendingRequest>' +
        element('base:startDate', query.start) +
        element('base:endDate', query.end) +
        '</drs:periodOfSendingRequest>' +
        (houses.length > 0 ? list('drs:houseGUID', houses) : '') +
        // at most two of the three statuses may be named: for all of them the filter is left out
        (query.onlyUnanswered ? element('drs:responseStatus', 'NotSent') : '') +
        optionalElement('drs:exportSubrequestGUID', query.cursor)
      );
    }
  }
}

function list(name: string, values: string[]): string {
  if (values.length === 0 || values.length > MESSAGE_LIMIT) {
    throw new Error(`${name}: ${values.length} values, the portal takes 1 to ${MESSAGE_LIMIT}`);
  }
  return values.map((value) => element(name, value)).join('');
}

/** Sends or withdraws answers (drs:importDSRResponsesRequest), to be signed. Throws on none or more than 100 actions. */
export function importResponsesMessage(header: Header, actions: ResponseAction[]): string {
  if (actions.length === 0 || actions.length > MESSAGE_LIMIT) {
    throw new Error(`${actions.length} actions in one message, the portal takes 1 to ${MESSAGE_LIMIT}`);
  }
  return envelope(
    'debtRequests',
    header,
    `<drs:importDSRResponsesRequest Id="${SIGNED_ID}" base:version="${VERSIONS.importDSRResponsesRequest}">` +
      actions.map(actionElement).join('') +
      '</drs:importDSRResponsesRequest>',
  );
}

function actionElement(action: ResponseAction): string {
  return (
    '<drs:action>' +
    element('base:TransportGUID', action.transportGuid) +
    element('drs:subrequestGUID', action.subrequestGuid) +
    element('drs:actionType', action.actionType) +
    (action.actionType === 'Send' ? answerElement(action.answer) : '') +
    '</drs:action>'
  );
}

function answerElement(answer: Answer): string {
  return (
    '<drs:responseData>' +
    element('drs:hasDebt', String(answer.hasDebt)) +
    answer.additionalFiles.map((file) => attachmentElement('drs:additionalFile', file)).join('') +
    optionalElement('drs:description', answer.description) +
    element('drs:executorGUID', answer.executorGuid) +
    answer.debtors.map(debtorElement).join('') +
    '</drs:responseData>'
  );
}

function debtorElement(debtor: Debtor): string {
  const { document } = debtor;
  return (
    '<drs:debtInfo><drs:person>' +
    element('drs:firstName', debtor.firstName) +
    element('drs:lastName', debtor.lastName) +
    optionalElement('drs:middleName', debtor.middleName) +
    optionalElement('drs:snils', debtor.snils) +
    (document
      ? `<drs:document>${nsiRefElement('drs:type', document.type)}${optionalElement('drs:series', document.series)}${element('drs:number', document.number)}</drs:document>`
      : '') +
    '</drs:person>' +
    debtor.documents
      .map(
        ({ type, attachment }) =>
          `<drs:document>${nsiRefElement('drs:type', type)}${attachmentElement('drs:attachment', attachment)}</drs:document>`,
      )
      .join('') +
    '</drs:debtInfo>'
  );
}

function nsiRefElement(name: string, ref: NsiRef): string {
  return `<${name}>${element('nsi:Code', ref.code)}${element('nsi:GUID', ref.guid)}${optionalElement('nsi:Name', ref.name ?? null)}</${name}>`;
}

function attachmentElement(name: string, file: Attachment): string {
  return (
    `<${name}>` +
    element('base:Name', file.name) +
    element('base:Description', file.description) +
    `<base:Attachment>${element('base:AttachmentGUID', file.attachmentGuid)}</base:Attachment>` +
    element('base:AttachmentHASH', file.hash) +
    `</${name}>`
  );
}
