/** The service of debt requests, seen from the portal: reads exports and imports, decides them, writes the results. */
import {
  ACTION_DATA,
  absent,
  DEADLINE_PASSED,
  DEBT_WITHOUT_DEBTOR,
  FILE_HASH,
  FILE_UNKNOWN,
  FILE_WITHOUT_HASH,
  foreignNsi,
  NO_DEBT_WITH_DETAILS,
  NO_OBJECTS,
  NOT_SENT,
  PERIOD,
  WRONG_FOR_FORMAT,
} from './codes';
import {
  type Action,
  type Answer,
  type Attachment,
  contentHash,
  type Debtor,
  type ExportQuery,
  type ImportItem,
  type Message,
  type Model,
  type NsiRef,
  type Result,
  type Settings,
  type Subrequest,
} from './model';
import { addMonths, deadlineEnd } from './moscow';
import { NSI } from './nsi';
import { child, childrenOf, type Element, esc, NS, textOf } from './xml';

const PAGE = 100;
/** The cursor of the additional empty block. It belongs to no subrequest. */
const END_CURSOR = 'ffffffff-c2d7-11f1-8e3a-0242ac120064';

/** The value of an element that the schema has already required. */
function need(parent: Element, ns: string, name: string): string {
  return textOf(parent, ns, name)!.trim();
}

/** A day may come with an offset (`2026-11-18+03:00`): it is cut off, not converted. */
function day(parent: Element, ns: string, name: string): string {
  return need(parent, ns, name).slice(0, 10);
}

function bool(text: string | undefined): boolean {
  return text?.trim() === 'true' || text?.trim() === '1';
}

/** Reads a validated exportDSRsRequest. */
export function readExport(body: Element, format: string): ExportQuery {
  const texts = (name: string) => childrenOf(body, NS.drs, name).map((element) => element.text.trim());
  const includeResponses = textOf(body, NS.drs, 'includeResponses');
  const query = {
    kind: 'export' as const,
    format,
    // Formats from 14.0.0.0 on have no such flag and always bring the answer.
    includeResponses: format === '13.1.10.1' ? bool(includeResponses) : true,
    wrongFlag: format !== '13.1.10.1' && includeResponses !== undefined,
  };
  const subrequestGuids = texts('subrequestGUID');
  if (subrequestGuids.length > 0) return { ...query, by: { subrequestGuids } };
  const requestNumbers = texts('requestNumber');
  if (requestNumbers.length > 0) return { ...query, by: { requestNumbers } };
  const period = child(body, NS.drs, 'periodOfSendingRequest')!;
  return {
    ...query,
    by: {
      start: day(period, NS.base, 'startDate'),
      end: day(period, NS.base, 'endDate'),
      houseGuids: texts('houseGUID'),
      hmObjectGuids: childrenOf(body, NS.drs, 'exportHMObjectGUID').map((o) => need(o, NS.drs, 'HMobjectGUID')),
      requestStatus: texts('requestStatus')[0],
      responseStatuses: texts('responseStatus'),
      cursor: texts('exportSubrequestGUID')[0],
    },
  };
}

function readNsiRef(element: Element): NsiRef {
  return { code: need(element, NS.nsiBase, 'Code'), guid: need(element, NS.nsiBase, 'GUID') };
}

function readAttachment(element: Element): Attachment {
  return {
    name: textOf(element, NS.base, 'Name')!,
    description: textOf(element, NS.base, 'Description')!,
    guid: need(child(element, NS.base, 'Attachment')!, NS.base, 'AttachmentGUID'),
    hash: textOf(element, NS.base, 'AttachmentHASH')?.trim(),
  };
}

function readDebtor(element: Element): Debtor {
  const person = child(element, NS.drs, 'person')!;
  const identity = child(person, NS.drs, 'document');
  return {
    firstName: textOf(person, NS.drs, 'firstName')!,
    lastName: textOf(person, NS.drs, 'lastName')!,
    middleName: textOf(person, NS.drs, 'middleName'),
    snils: textOf(person, NS.drs, 'snils'),
    identity: identity && {
      type: readNsiRef(child(identity, NS.drs, 'type')!),
      series: textOf(identity, NS.drs, 'series'),
      number: textOf(identity, NS.drs, 'number')!,
    },
    documents: childrenOf(element, NS.drs, 'document').map((document) => ({
      type: readNsiRef(child(document, NS.drs, 'type')!),
      attachment: readAttachment(child(document, NS.drs, 'attachment')!),
    })),
  };
}

function readAnswer(element: Element): Answer {
  return {
    hasDebt: bool(textOf(element, NS.drs, 'hasDebt')),
    additionalFiles: childrenOf(element, NS.drs, 'additionalFile').map(readAttachment),
    description: textOf(element, NS.drs, 'description'),
    executorGuid: need(element, NS.drs, 'executorGUID'),
    debtors: childrenOf(element, NS.drs, 'debtInfo').map(readDebtor),
    debtGuids: childrenOf(element, NS.drs, 'debtGUID').map(({ text }) => text.trim()),
  };
}

/** Reads a validated importDSRResponsesRequest. */
export function readImport(body: Element): Action[] {
  return childrenOf(body, NS.drs, 'action').map((action) => {
    const data = child(action, NS.drs, 'responseData');
    return {
      transportGuid: need(action, NS.base, 'TransportGUID'),
      subrequestGuid: need(action, NS.drs, 'subrequestGUID'),
      type: need(action, NS.drs, 'actionType') as Action['type'],
      answer: data && readAnswer(data),
    };
  });
}

type Refusal = { code: string; text: string };

function nsiError(ref: NsiRef, registry: string, field: string): Refusal | undefined {
  const entry = NSI[registry]!.entries.find(({ guid }) => guid === ref.guid.toLowerCase());
  if (!entry) return foreignNsi(registry);
  if (entry.code !== ref.code || !entry.actual) return absent(field);
  return undefined;
}

function attachmentError(model: Model, orgPPAGUID: string, { guid, hash }: Attachment): Refusal | undefined {
  const file = model.files.get(guid.toLowerCase());
  if (!file?.completed || file.orgPPAGUID.toLowerCase() !== orgPPAGUID.toLowerCase()) return FILE_UNKNOWN;
  if (!hash) return FILE_WITHOUT_HASH;
  if (hash !== model.fileHash(file)) return FILE_HASH;
  return undefined;
}

function answerError(model: Model, orgPPAGUID: string, answer: Answer): Refusal | undefined {
  const known = model.organization(orgPPAGUID)?.employees ?? [];
  if (!known.some(({ guid }) => guid.toLowerCase() === answer.executorGuid.toLowerCase()))
    return absent('executorGUID');
  if (!answer.hasDebt) {
    const details = answer.debtors.length + answer.debtGuids.length + answer.additionalFiles.length;
    return details > 0 ? NO_DEBT_WITH_DETAILS : undefined;
  }
  // The stand keeps no registry of debts (DebtAsync), so no debtGUID is known to it.
  if (answer.debtGuids.length > 0) return absent('debtGUID');
  if (answer.debtors.length === 0) return DEBT_WITHOUT_DEBTOR;
  for (const { identity, documents } of answer.debtors) {
    const error =
      (identity && nsiError(identity.type, '95', 'documentType')) ??
      documents.map(({ type }) => nsiError(type, '358', 'documentType')).find(Boolean);
    if (error) return error;
  }
  return [...answer.additionalFiles, ...answer.debtors.flatMap((d) => d.documents.map((doc) => doc.attachment))]
    .map((attachment) => attachmentError(model, orgPPAGUID, attachment))
    .find(Boolean);
}

function actionError(model: Model, message: Message, action: Action, at: number): Refusal | undefined {
  const subrequest = model.subrequest(action.subrequestGuid, message.orgPPAGUID);
  if (!subrequest || subrequest.withdrawn) return absent('subrequestGUID');
  const injected = model.faults.takeItem(action.subrequestGuid);
  if (injected) return { code: injected.code ?? 'INT002000', text: injected.text ?? absent('documentType').text };
  if (subrequest.refuse && subrequest.refuse.times > 0) {
    subrequest.refuse = { ...subrequest.refuse, times: subrequest.refuse.times - 1 };
    return { code: subrequest.refuse.code, text: subrequest.refuse.text };
  }
  // Whether the moment of receiving or of processing counts is not known; a Revoke after the term is refused as a guess too.
  if (message.receivedAt >= deadlineEnd(subrequest.responseDate)) return DEADLINE_PASSED;
  if ((action.type === 'Send') !== (action.answer !== undefined)) return ACTION_DATA;
  if (action.type === 'Revoke') {
    return model.responseState(subrequest, at).status === 'Sent' ? undefined : NOT_SENT;
  }
  return answerError(model, message.orgPPAGUID, action.answer!);
}

/** Decides every action on its own and records what arrived. `at` is the moment of processing. */
export function processImport(model: Model, message: Message, actions: Action[], at: number): Result {
  const items = actions.map((action): ImportItem => {
    const error = actionError(model, message, action, at);
    const subrequest = model.subrequest(action.subrequestGuid, message.orgPPAGUID);
    if (subrequest) {
      subrequest.arrivals.push({
        at,
        kind: action.type,
        accepted: !error,
        error,
        messageGuid: message.guid,
        requesterGuid: message.requesterGuid,
        transportGuid: action.transportGuid,
        answer: action.answer,
        contentSha256: action.answer && contentHash(action.answer),
      });
      model.putSubrequest(subrequest);
    }
    return { transportGuid: action.transportGuid, subrequestGuid: action.subrequestGuid, at, error };
  });
  return { kind: 'import', items };
}

/** Finds what an export shows. Statuses are those of `at` minus the lag. */
export function processExport(model: Model, message: Message, query: ExportQuery, at: number): Result {
  const { format, includeResponses, by } = query;
  const found = { kind: 'export' as const, format, includeResponses };
  const visible = (s: Subrequest | undefined): s is Subrequest => s !== undefined && !s.withdrawn;
  if (query.wrongFlag) return { kind: 'error', ...WRONG_FOR_FORMAT };

  if (!('start' in by)) {
    const isGuid = 'subrequestGuids' in by;
    const asked = isGuid ? by.subrequestGuids : by.requestNumbers;
    const guids: string[] = [];
    const values: string[] = [];
    const ofOrganization = isGuid ? [] : (model.byOrganization.get(message.orgPPAGUID.toLowerCase()) ?? []);
    for (const value of asked) {
      const hits = isGuid
        ? [model.subrequest(value, message.orgPPAGUID)].filter(visible)
        : ofOrganization.filter((s) => s.requestNumber === value && visible(s));
      if (hits.length === 0) values.push(value);
      guids.push(...hits.map(({ guid }) => guid));
    }
    if (guids.length === 0 && model.settings.allNotFound === 'INT002012') return { kind: 'error', ...NO_OBJECTS };
    const element = isGuid ? ('subrequestGUID' as const) : ('requestNumber' as const);
    return { ...found, guids, notFound: values.length > 0 ? { element, values } : undefined };
  }

  if (by.start > by.end || addMonths(by.start, 6) < by.end) return { kind: 'error', ...PERIOD };
  if (format === '13.1.10.1' ? by.hmObjectGuids.length > 0 : by.houseGuids.length > 0) {
    return { kind: 'error', ...WRONG_FOR_FORMAT };
  }
  const list = model.byOrganization.get(message.orgPPAGUID.toLowerCase()) ?? [];
  const houses = new Set([...by.houseGuids, ...by.hmObjectGuids].map((guid) => guid.toLowerCase()));
  const lagged = at - model.settings.statusLagMs;
  const fits = (s: Subrequest) => {
    if (s.withdrawn || s.sentDate < by.start || s.sentDate > by.end) return false;
    if (houses.size > 0 && !houses.has((by.houseGuids.length > 0 ? s.houseGuid : s.hmObjectGuid).toLowerCase())) {
      return false;
    }
    if (!by.requestStatus && by.responseStatuses.length === 0) return true;
    const { status } = model.responseState(s, lagged);
    if (by.requestStatus && by.requestStatus !== (status === 'NotSent' ? 'Sent' : 'Processed')) return false;
    return by.responseStatuses.length === 0 || by.responseStatuses.includes(status);
  };

  const { emptyLastPage } = model.settings;
  let start = 0;
  if (by.cursor) {
    if (by.cursor.toLowerCase() === END_CURSOR && emptyLastPage !== 'off') {
      return emptyLastPage === 'INT002012' ? { kind: 'error', ...NO_OBJECTS } : { ...found, guids: [], next: null };
    }
    const position = model.positions.get(by.cursor.toLowerCase());
    if (position === undefined || list[position]?.guid.toLowerCase() !== by.cursor.toLowerCase()) {
      return { kind: 'error', ...absent('exportSubrequestGUID') };
    }
    start = position;
  }
  const guids: string[] = [];
  let next: string | null = null;
  for (let i = start; i < list.length; i++) {
    if (!fits(list[i]!)) continue;
    if (guids.length === PAGE) {
      next = list[i]!.guid;
      break;
    }
    guids.push(list[i]!.guid);
  }
  if (guids.length === 0) return { kind: 'error', ...NO_OBJECTS };
  if (next === null && emptyLastPage !== 'off') next = END_CURSOR;
  return { ...found, guids, next };
}

function tag(prefix: string, name: string, text: string | undefined): string {
  return text === undefined ? '' : `<${prefix}:${name}>${esc(text)}</${prefix}:${name}>`;
}

function renderNsiRef(ref: NsiRef, registry: string, p: Settings['prefixes']): string {
  const name = NSI[registry]!.entries.find(({ guid }) => guid === ref.guid.toLowerCase())?.name;
  return tag(p.nsiBase, 'Code', ref.code) + tag(p.nsiBase, 'GUID', ref.guid) + tag(p.nsiBase, 'Name', name);
}

function renderAttachment(attachment: Attachment, p: Settings['prefixes']): string {
  return (
    tag(p.base, 'Name', attachment.name) +
    tag(p.base, 'Description', attachment.description) +
    `<${p.base}:Attachment>${tag(p.base, 'AttachmentGUID', attachment.guid)}</${p.base}:Attachment>` +
    tag(p.base, 'AttachmentHASH', attachment.hash)
  );
}

function renderDebtor(debtor: Debtor, p: Settings['prefixes']): string {
  const d = p.drs;
  const identity =
    debtor.identity &&
    `<${d}:document><${d}:type>${renderNsiRef(debtor.identity.type, '95', p)}</${d}:type>` +
      `${tag(d, 'series', debtor.identity.series)}${tag(d, 'number', debtor.identity.number)}</${d}:document>`;
  const documents = debtor.documents.map(
    ({ type, attachment }) =>
      `<${d}:document><${d}:type>${renderNsiRef(type, '358', p)}</${d}:type>` +
      `<${d}:attachment>${renderAttachment(attachment, p)}</${d}:attachment></${d}:document>`,
  );
  return (
    `<${d}:debtInfo><${d}:person>${tag(d, 'firstName', debtor.firstName)}${tag(d, 'lastName', debtor.lastName)}` +
    `${tag(d, 'middleName', debtor.middleName)}${tag(d, 'snils', debtor.snils)}${identity ?? ''}</${d}:person>` +
    `${documents.join('')}</${d}:debtInfo>`
  );
}

const rendered = new WeakMap<Subrequest, Map<string, string>>();

/** XML of one subrequestData; kept, since a list of 10,000 is asked for again and again. */
function renderSubrequest(
  model: Model,
  s: Subrequest,
  { format, includeResponses }: { format: string; includeResponses: boolean },
  at: number,
): string {
  const { prefixes: p, statusLagMs } = model.settings;
  const state = model.responseState(s, at - statusLagMs);
  const key = [
    format === '13.1.10.1',
    includeResponses,
    state.status,
    state.shown,
    s.responseDate,
    p.base,
    p.drs,
    p.nsiBase,
  ].join();
  let cache = rendered.get(s);
  if (!cache) {
    cache = new Map();
    rendered.set(s, cache);
  }
  const known = cache.get(key);
  if (known !== undefined) return known;

  const d = p.drs;
  const object =
    format === '13.1.10.1'
      ? tag(d, 'houseGUID', s.houseGuid) + tag(d, 'addressDetails', s.addressDetails)
      : tag(d, 'HMobjectGUID', s.hmObjectGuid) + tag(d, 'adressType', s.addressType);
  const address = format === '13.1.10.1' ? s.houseAddress : s.fullAddress;
  let response = '';
  if (includeResponses && state.answer) {
    const answer = state.answer;
    const executor = model
      .organization(s.orgPPAGUID)
      ?.employees.find(({ guid }) => guid.toLowerCase() === answer.executorGuid.toLowerCase());
    response =
      `<${d}:responseData>${tag(d, 'hasDebt', String(answer.hasDebt))}` +
      answer.debtors.map((debtor) => renderDebtor(debtor, p)).join('') +
      answer.additionalFiles
        .map((file) => `<${d}:additionalFile>${renderAttachment(file, p)}</${d}:additionalFile>`)
        .join('') +
      tag(d, 'description', answer.description) +
      `<${d}:executorInfo>${tag(d, 'GUID', answer.executorGuid)}${tag(d, 'fio', executor?.fio ?? '—')}</${d}:executorInfo>` +
      `</${d}:responseData>`;
  }
  const xml =
    `<${d}:subrequestData>${tag(d, 'subrequestGUID', s.guid)}<${d}:requestInfo>` +
    `${tag(d, 'requestGUID', s.requestGuid)}${tag(d, 'requestNumber', s.requestNumber)}` +
    `<${d}:organization>${tag(d, 'orgRootGUID', s.asker.orgRootGuid)}${tag(d, 'name', s.asker.name)}${tag(d, 'tel', s.asker.tel)}</${d}:organization>` +
    `<${d}:housingFundObject>${object}${tag(d, 'fiasHouseGUID', s.fiasHouseGuid)}${tag(d, 'address', address)}</${d}:housingFundObject>` +
    `<${d}:period>${tag(p.base, 'startDate', `${s.periodStart}+03:00`)}${tag(p.base, 'endDate', `${s.periodEnd}+03:00`)}</${d}:period>` +
    `${tag(d, 'status', state.status === 'NotSent' ? 'Sent' : 'Processed')}` +
    `${tag(d, 'sentDate', `${s.sentDate}+03:00`)}${tag(d, 'responseDate', `${s.responseDate}+03:00`)}` +
    `<${d}:executorInfo>${tag(d, 'GUID', s.askerEmployee.guid)}${tag(d, 'fio', s.askerEmployee.fio)}</${d}:executorInfo>` +
    `</${d}:requestInfo>${tag(d, 'responseStatus', state.status)}${response}</${d}:subrequestData>`;
  cache.set(key, xml);
  return xml;
}

/** The body of exportDSRsResult. Withdrawn since then: left out. */
export function renderExport(model: Model, result: Result & { kind: 'export' }, at: number): string {
  const d = model.settings.prefixes.drs;
  const data = result.guids.map((guid) =>
    renderSubrequest(model, model.subrequests.get(guid.toLowerCase())!, result, at),
  );
  const notFound =
    result.notFound &&
    `<${d}:notFound>${result.notFound.values.map((v) => tag(d, result.notFound!.element, v)).join('')}</${d}:notFound>`;
  const paged =
    result.next === undefined
      ? ''
      : `<${d}:pagedOutput>${result.next === null ? tag(d, 'lastPage', 'true') : tag(d, 'nextSubrequestGUID', result.next)}</${d}:pagedOutput>`;
  return `<${d}:exportDSRsResult>${data.join('')}${notFound ?? ''}${paged}</${d}:exportDSRsResult>`;
}
