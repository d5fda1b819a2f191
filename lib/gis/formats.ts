/** What of the portal's formats we speak: versions, addresses and SOAP actions in one place (PROTOCOL §2 and §3). */

/** Values of `base:version` that exportDSRsRequest accepts; they differ in how the address arrives (PROTOCOL §5.3). */
export const EXPORT_FORMATS = ['13.1.10.1', '14.0.0.0', '15.3.0.0'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** `base:version` of the elements that have exactly one (`fixed` in the schemas). */
export const VERSIONS = {
  importDSRResponsesRequest: '14.0.0.0',
  exportNsiItemRequest: '10.0.1.2',
  exportBriefApartmentHouseRequest: '13.2.3.2',
  exportAccountRequest: '10.0.1.1',
} as const;

export type Operation =
  | 'exportDebtSubrequests'
  | 'importResponses'
  | 'exportNsiItem'
  | 'exportBriefApartmentHouse'
  | 'exportAccountData'
  | 'getState';

interface ServiceDescription {
  path: string;
  /** The block of soap:Header: dictionaries are asked by the information system, the rest by an organization. */
  header: 'RequestHeader' | 'ISRequestHeader';
  /** SOAPAction of every operation. */
  operations: Partial<Record<Operation, string>>;
}

export const SERVICES = {
  debtRequests: {
    path: 'ext-bus-debtreq-service/services/DebtRequestsAsync',
    header: 'RequestHeader',
    operations: {
      exportDebtSubrequests: 'urn:exportDebtSubrequests',
      importResponses: 'urn:importResponses',
      getState: 'urn:getState',
    },
  },
  nsi: {
    path: 'ext-bus-nsi-common-service/services/NsiCommonAsync',
    header: 'ISRequestHeader',
    operations: { exportNsiItem: 'urn:exportNsiItem', getState: 'urn:getState' },
  },
  homeManagement: {
    path: 'ext-bus-home-management-service/services/HomeManagementAsync',
    header: 'RequestHeader',
    operations: {
      exportBriefApartmentHouse: 'urn:exportBriefApartmentHouse',
      exportAccountData: 'urn:exportAccountData',
      getState: 'urn:getState',
    },
  },
} as const satisfies Record<string, ServiceDescription>;
export type Service = keyof typeof SERVICES;

/** SOAPAction of an operation; throws when the service has no such operation, which is a bug of the caller. */
export function soapAction(service: Service, operation: Operation): string {
  const operations: Partial<Record<Operation, string>> = SERVICES[service].operations;
  const action = operations[operation];
  if (!action) throw new Error(`The service ${service} has no operation ${operation}`);
  return action;
}

/** Actions in one importDSRResponsesRequest (maxOccurs of `action`); also the GUIDs or numbers of one export by list. */
export const MESSAGE_LIMIT = 100;

/** The file store: `<path>/<context>` (PROTOCOL §7). */
export const FILE_STORE_PATH = 'ext-bus-file-store-service/rest';
