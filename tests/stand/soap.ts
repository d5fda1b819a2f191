/** The SOAP side of the stand: accepts messages, answers getState, refuses what the portal refuses. */
import type { XmlElement } from 'libxml2-wasm';
import { badSignature, badXml, NO_DICTIONARY, TRANSIENT, UNKNOWN_MESSAGE, UNKNOWN_ORGANIZATION } from './codes';
import { processExport, processImport, readExport, readImport, renderExport } from './debt-requests';
import { processHouse, renderAccounts, renderHouse } from './houses';
import { type Message, type Model, newGuid, type Result, type Task } from './model';
import { moscowDateTime } from './moscow';
import { NSI, renderNsiItem, renderNsiList } from './nsi';
import { checkSignature } from './signature';
import { child, type Element, esc, NS, parseDocument, readXml, type Service, schemaError, textOf } from './xml';

export interface Reply {
  status: number;
  contentType: string;
  body: string;
}

interface Operation {
  name: string;
  element: string;
  versions: string[];
  read: (body: Element, version: string) => Task;
}

/** Paths as PROTOCOL §2, operations as the WSDLs. */
export const SERVICES: Record<string, { service: Service; header: string; ns: string; operations: Operation[] }> = {
  '/ext-bus-debtreq-service/services/DebtRequestsAsync': {
    service: 'debt',
    header: 'RequestHeader',
    ns: NS.drs,
    operations: [
      {
        name: 'exportDebtSubrequests',
        element: 'exportDSRsRequest',
        versions: ['13.1.10.1', '14.0.0.0', '15.3.0.0'],
        read: readExport,
      },
      {
        name: 'importResponses',
        element: 'importDSRResponsesRequest',
        versions: ['14.0.0.0'],
        read: (body) => ({ kind: 'import', actions: readImport(body) }),
      },
    ],
  },
  '/ext-bus-home-management-service/services/HomeManagementAsync': {
    service: 'home',
    header: 'RequestHeader',
    ns: NS.hm,
    operations: [
      {
        name: 'exportBriefApartmentHouse',
        element: 'exportBriefApartmentHouseRequest',
        versions: ['12.2.1.2', '13.2.3.2'],
        read: (body) => ({ kind: 'house', guid: textOf(body, NS.hm, 'HouseGuid')!.trim() }),
      },
      {
        name: 'exportAccountData',
        element: 'exportAccountRequest',
        versions: ['10.0.1.1'],
        // by identifiers of accounts it is not asked here
        read: (body) => ({ kind: 'accounts', guid: textOf(body, NS.hm, 'FIASHouseGuid')?.trim() ?? '' }),
      },
    ],
  },
  '/ext-bus-nsi-common-service/services/NsiCommonAsync': {
    service: 'nsi',
    header: 'ISRequestHeader',
    ns: NS.nsiCommon,
    operations: [
      {
        name: 'exportNsiItem',
        element: 'exportNsiItemRequest',
        versions: ['10.0.1.2'],
        read: (body) => ({ kind: 'nsiItem', registry: textOf(body, NS.nsiCommon, 'RegistryNumber')!.trim() }),
      },
      {
        name: 'exportNsiPagingItem',
        element: 'exportNsiPagingItemRequest',
        versions: ['10.0.1.2'],
        read: (body) => ({
          kind: 'nsiItem',
          registry: textOf(body, NS.nsiCommon, 'RegistryNumber')!.trim(),
          page: Number(textOf(body, NS.nsiCommon, 'Page')),
        }),
      },
      {
        name: 'exportNsiList',
        element: 'exportNsiListRequest',
        versions: ['10.0.1.2'],
        read: () => ({ kind: 'nsiList' }),
      },
    ],
  },
};

/** An error page of the server: HTTP 400 and next to nothing in it (PROTOCOL §2). */
export const BARE_400: Reply = { status: 400, contentType: 'text/plain', body: '' };

function xmlReply(status: number, body: string): Reply {
  return { status, contentType: 'text/xml; charset=utf-8', body };
}

/** HTTP 500 with soap:Fault (sample 13). */
export function fault(model: Model, { code, text }: { code: string; text: string }): Reply {
  const { soap, base } = model.settings.prefixes;
  return xmlReply(
    500,
    `<?xml version="1.0" encoding="UTF-8"?><${soap}:Envelope xmlns:${soap}="${NS.soap}"><${soap}:Body><${soap}:Fault>` +
      `<faultcode>${soap}:Server</faultcode><faultstring>${code}: ${esc(text)}</faultstring>` +
      `<detail><${base}:Fault xmlns:${base}="${NS.base}"><${base}:ErrorCode>${code}</${base}:ErrorCode>` +
      `<${base}:ErrorMessage>${esc(text)}</${base}:ErrorMessage></${base}:Fault></detail>` +
      `</${soap}:Fault></${soap}:Body></${soap}:Envelope>`,
  );
}

/** What a web-service engine says itself; it knows nothing of the portal's codes. */
function engineFault(model: Model, text: string): Reply {
  const { soap } = model.settings.prefixes;
  return xmlReply(
    500,
    `<${soap}:Envelope xmlns:${soap}="${NS.soap}"><${soap}:Body><${soap}:Fault><faultcode>${soap}:Client</faultcode>` +
      `<faultstring>${esc(text)}</faultstring></${soap}:Fault></${soap}:Body></${soap}:Envelope>`,
  );
}

/** The header repeats the MessageGUID of the *business* request, also in replies to getState (PROTOCOL §3). */
function envelope(model: Model, requesterGuid: string, body: string): Reply {
  const { soap, base, drs, nsiBase, nsiCommon, hm, account, individual } = model.settings.prefixes;
  return xmlReply(
    200,
    `<?xml version="1.0" encoding="UTF-8"?><${soap}:Envelope xmlns:${soap}="${NS.soap}" xmlns:${base}="${NS.base}" ` +
      `xmlns:${drs}="${NS.drs}" xmlns:${nsiBase}="${NS.nsiBase}" xmlns:${nsiCommon}="${NS.nsiCommon}" ` +
      `xmlns:${hm}="${NS.hm}" xmlns:${account}="${NS.account}" xmlns:${individual}="${NS.individual}">` +
      `<${soap}:Header><${base}:ResultHeader><${base}:Date>${moscowDateTime(model.now())}</${base}:Date>` +
      `<${base}:MessageGUID>${requesterGuid}</${base}:MessageGUID></${base}:ResultHeader></${soap}:Header>` +
      `<${soap}:Body>${body}</${soap}:Body></${soap}:Envelope>`,
  );
}

function process(model: Model, message: Message, at: number): Result {
  const struck = model.faults.takeMessage(message.operation);
  if (struck) {
    const contentNotFound = struck.fault === 'contentNotFound';
    return {
      kind: 'error',
      // Which code comes with «Error loading content» was not found: the text is what a client can go by.
      code: struck.code ?? (contentNotFound ? 'INT002018' : 'EXP001000'),
      text:
        struck.text ??
        (contentNotFound ? `Error loading content: Content not found for guid: ${newGuid()}` : TRANSIENT.text),
      asFault: struck.asFault,
    };
  }
  const task = message.task!;
  if (task.kind === 'export') return processExport(model, message, task, at);
  if (task.kind === 'import') return processImport(model, message, task.actions, at);
  if (task.kind === 'nsiList') return task;
  if (task.kind === 'nsiItem') return NSI[task.registry] ? task : { kind: 'error', ...NO_DICTIONARY };
  return processHouse(message, task);
}

/** Finishes every message whose time has come, in the order they were received. Cheap when there is none. */
export function settle(model: Model, waiting: Set<Message>): void {
  const now = model.now();
  for (const message of waiting) {
    if (message.doneAt > now) continue;
    message.result = process(model, message, message.doneAt);
    message.task = undefined;
    waiting.delete(message);
    model.putMessage(message);
  }
}

/** What was accepted from a message, so that the caller may log it. */
export interface Outcome {
  operation: string;
  messageGuid?: string;
  reply: Reply;
}

function stateReply(model: Model, service: (typeof SERVICES)[string], message: Message): Reply {
  const p = model.settings.prefixes;
  const now = model.now();
  const { result } = message;
  if (result?.kind === 'error' && result.asFault) return fault(model, result);
  const state = result ? 3 : now >= message.processingAt ? 2 : 1;
  let content = '';
  if (result?.kind === 'error') {
    content =
      `<${p.base}:ErrorMessage><${p.base}:ErrorCode>${result.code}</${p.base}:ErrorCode>` +
      `<${p.base}:Description>${esc(result.text)}</${p.base}:Description></${p.base}:ErrorMessage>`;
  } else if (result?.kind === 'export') content = renderExport(model, result, now);
  else if (result?.kind === 'import') {
    content = result.items
      .map(
        ({ transportGuid, subrequestGuid, at, error }) =>
          `<${p.drs}:importResult>` +
          (error ? '' : `<${p.base}:GUID>${subrequestGuid}</${p.base}:GUID>`) +
          `<${p.base}:TransportGUID>${transportGuid}</${p.base}:TransportGUID>` +
          (error
            ? `<${p.base}:Error><${p.base}:ErrorCode>${error.code}</${p.base}:ErrorCode>` +
              `<${p.base}:Description>${esc(error.text)}</${p.base}:Description></${p.base}:Error>`
            : `<${p.base}:UpdateDate>${moscowDateTime(at)}</${p.base}:UpdateDate>`) +
          `</${p.drs}:importResult>`,
      )
      .join('');
  } else if (result?.kind === 'nsiItem') content = renderNsiItem(result.registry, result.page, now, p);
  else if (result?.kind === 'nsiList') content = renderNsiList(now, p);
  else if (result?.kind === 'house') content = renderHouse(result.guid, p);
  else if (result?.kind === 'accounts') content = renderAccounts(result.guid, p);

  const prefix = { debt: p.drs, nsi: p.nsiCommon, home: p.hm }[service.service];
  return envelope(
    model,
    message.requesterGuid,
    `<${prefix}:getStateResult Id="signed-data-container" ${p.base}:version="${message.version}">` +
      `<${p.base}:RequestState>${state}</${p.base}:RequestState><${p.base}:MessageGUID>${message.guid}</${p.base}:MessageGUID>` +
      `${content}</${prefix}:getStateResult>`,
  );
}

/** The operation that SOAPAction names, or an empty string. */
export function actionName(soapAction: string | undefined): string {
  return /^"?urn:(\w+)"?$/.exec(soapAction?.trim() ?? '')?.[1] ?? '';
}

/**
 * Takes one SOAP message of a service of {@link SERVICES}. A message that is accepted is recorded (and, without delays,
 * already processed) before the Ack is made.
 */
export function receive(
  model: Model,
  waiting: Set<Message>,
  path: string,
  soapAction: string | undefined,
  contentType: string | undefined,
  bytes: Uint8Array,
): Outcome {
  const service = SERVICES[path]!;
  const operation = actionName(soapAction);
  const answer = (reply: Reply): Outcome => ({ operation, reply });

  if (!/^text\/xml\b/i.test(contentType ?? '')) return answer(BARE_400);
  const source = Buffer.from(bytes).toString('utf8');
  if (/<!DOCTYPE/i.test(source)) return answer(BARE_400);
  let doc: ReturnType<typeof parseDocument>;
  let root: Element;
  try {
    doc = parseDocument(bytes);
  } catch {
    return answer(BARE_400);
  }
  try {
    root = readXml(source);
    const header = child(root, NS.soap, 'Header');
    const body = child(root, NS.soap, 'Body');
    const payload = body?.children[0];
    if (root.ns !== NS.soap || root.name !== 'Envelope' || body?.children.length !== 1 || !payload)
      return answer(BARE_400);

    const isGetState = payload.ns === NS.base && payload.name === 'getStateRequest';
    const known = service.operations.find(({ element }) => payload.ns === service.ns && payload.name === element);
    if (!isGetState && !known) return answer(BARE_400);
    if (operation !== (isGetState ? 'getState' : known!.name)) {
      return answer(engineFault(model, `The given SOAPAction ${soapAction ?? ''} does not match an operation.`));
    }
    const version = payload.attrs[`{${NS.base}}version`] ?? '';
    if (known && !known.versions.includes(version)) return answer(BARE_400);

    const select = (part: string) => doc.find(`/e:Envelope/e:${part}/*`, { e: NS.soap }) as XmlElement[];
    const [bodyElement] = select('Body');
    const [headerElement, ...otherHeaders] = select('Header');
    if (header?.children[0]?.name !== service.header || !headerElement || otherHeaders.length > 0) {
      return answer(fault(model, badXml(`ожидается заголовок ${service.header}`)));
    }
    const invalid = schemaError(service.service, headerElement) ?? schemaError(service.service, bodyElement!);
    if (invalid) return answer(fault(model, badXml(invalid)));

    const headerBlock = header.children[0]!;
    const requesterGuid = textOf(headerBlock, NS.base, 'MessageGUID')!.trim();
    const orgPPAGUID = textOf(headerBlock, NS.base, 'orgPPAGUID')?.trim() ?? '';
    if (service.header === 'RequestHeader' && !model.organization(orgPPAGUID)) {
      return answer(fault(model, UNKNOWN_ORGANIZATION));
    }
    // medle (21.09.2022): the identical packet sent again failed with EXP001000 endlessly, «as if filtered».
    if (model.requesterGuids.has(requesterGuid)) return answer(fault(model, TRANSIENT));
    model.requesterGuids.add(requesterGuid);

    if (isGetState) {
      const message = model.messages.get(textOf(payload, NS.base, 'MessageGUID')!.trim().toLowerCase());
      if (message?.service !== service.service || message.orgPPAGUID !== orgPPAGUID.toLowerCase()) {
        return answer(fault(model, UNKNOWN_MESSAGE));
      }
      return { operation, messageGuid: message.guid, reply: stateReply(model, service, message) };
    }

    const first = payload.children[0];
    const signed = first?.ns === NS.ds && first.name === 'Signature';
    if (signed || model.settings.requireSignature) {
      const verdict = checkSignature(doc, bodyElement!, model.now());
      if (!verdict.ok) return answer(fault(model, badSignature(verdict.reason)));
      if (!model.isRegistered(verdict.certificate.der)) {
        return answer(fault(model, badSignature('сертификат не зарегистрирован для информационной системы')));
      }
    }

    const now = model.now();
    const message: Message = {
      guid: newGuid(),
      requesterGuid,
      orgPPAGUID: orgPPAGUID.toLowerCase(),
      service: service.service,
      operation,
      version,
      receivedAt: now,
      processingAt: now + model.settings.receivedMs,
      doneAt: now + model.settings.receivedMs + model.settings.processingMs,
      task: known!.read(payload, version),
    };
    waiting.add(message);
    if (message.doneAt > now) model.putMessage(message);
    else settle(model, waiting);
    const { base } = model.settings.prefixes;
    return {
      operation,
      messageGuid: message.guid,
      reply: envelope(
        model,
        requesterGuid,
        `<${base}:AckRequest><${base}:Ack><${base}:MessageGUID>${message.guid}</${base}:MessageGUID>` +
          `<${base}:RequesterMessageGUID>${requesterGuid}</${base}:RequesterMessageGUID></${base}:Ack></${base}:AckRequest>`,
      ),
    };
  } finally {
    doc.dispose();
  }
}
