/**
 * The stand's own reading and writing of XML. It shares nothing with lib/gis: two readers of one protocol must not share a
 * mistake. libxml2 judges well-formedness and the schema; what the message *says* is read by fast-xml-parser.
 */
import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import {
  ParseOption,
  XmlBufferInputProvider,
  XmlDocument,
  type XmlElement,
  XsdValidator,
  xmlRegisterInputProvider,
} from 'libxml2-wasm';

export const NS = {
  soap: 'http://schemas.xmlsoap.org/soap/envelope/',
  base: 'http://dom.gosuslugi.ru/schema/integration/base/',
  drs: 'http://dom.gosuslugi.ru/schema/integration/drs/',
  hm: 'http://dom.gosuslugi.ru/schema/integration/house-management/',
  account: 'http://dom.gosuslugi.ru/schema/integration/account-base/',
  individual: 'http://dom.gosuslugi.ru/schema/integration/individual-registry-base/',
  nsiBase: 'http://dom.gosuslugi.ru/schema/integration/nsi-base/',
  nsiCommon: 'http://dom.gosuslugi.ru/schema/integration/nsi-common/',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  xades: 'http://uri.etsi.org/01903/v1.3.2#',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
} as const;

/** An element with its namespace resolved. `attrs` is keyed by `{namespace}name`, or `name` where there is no prefix. */
export interface Element {
  ns: string;
  name: string;
  attrs: Record<string, string>;
  children: Element[];
  /** All direct text, not trimmed. */
  text: string;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // The parser leaves numeric references alone, so all references are ours (CDATA is kept apart, it has none).
  processEntities: false,
  cdataPropName: '#cdata',
  ignoreDeclaration: true,
  ignorePiTags: true,
});

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, dec?: string, name?: string) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (dec) return String.fromCodePoint(Number(dec));
    return NAMED[name!] ?? whole;
  });
}

type Raw = Record<string, unknown> & { ':@'?: Record<string, string> };

function build(raw: Raw, inherited: Record<string, string>): Element {
  const tag = Object.keys(raw).find((key) => key !== ':@')!;
  const rawAttrs = raw[':@'] ?? {};
  let scope = inherited;
  for (const [key, value] of Object.entries(rawAttrs)) {
    if (key === 'xmlns') scope = { ...scope, '': decodeReferences(value) };
    else if (key.startsWith('xmlns:')) scope = { ...scope, [key.slice(6)]: decodeReferences(value) };
  }
  const resolve = (qname: string, useDefault: boolean): [string, string] => {
    const colon = qname.indexOf(':');
    if (colon < 0) return [useDefault ? (scope[''] ?? '') : '', qname];
    const ns = scope[qname.slice(0, colon)];
    if (ns === undefined) throw new Error(`Unbound prefix in ${qname}`);
    return [ns, qname.slice(colon + 1)];
  };
  const attrs: Record<string, string> = {};
  for (const [key, value] of Object.entries(rawAttrs)) {
    if (key === 'xmlns' || key.startsWith('xmlns:')) continue;
    const [ns, name] = resolve(key, false);
    attrs[ns ? `{${ns}}${name}` : name] = decodeReferences(value);
  }
  const [ns, name] = resolve(tag, true);
  const element: Element = { ns, name, attrs, children: [], text: '' };
  for (const part of raw[tag] as Raw[]) {
    if ('#text' in part) element.text += decodeReferences(String(part['#text']));
    else if ('#cdata' in part) {
      for (const inner of part['#cdata'] as Raw[]) element.text += String(inner['#text'] ?? '');
    } else element.children.push(build(part, scope));
  }
  return element;
}

/** Reads a document that libxml2 has already found well-formed. Throws on an unbound prefix. */
export function readXml(source: string): Element {
  const parts = parser.parse(source.replace(/\r\n?/g, '\n')) as Raw[];
  const root = parts.find((part) => !('#text' in part));
  if (!root) throw new Error('No root element');
  return build(root, { xml: 'http://www.w3.org/XML/1998/namespace' });
}

export function child(parent: Element | undefined, ns: string, name: string): Element | undefined {
  return parent?.children.find((element) => element.ns === ns && element.name === name);
}

export function childrenOf(parent: Element | undefined, ns: string, name: string): Element[] {
  return parent?.children.filter((element) => element.ns === ns && element.name === name) ?? [];
}

/** Text of a child element, undefined where there is no such child. */
export function textOf(parent: Element | undefined, ns: string, name: string): string | undefined {
  return child(parent, ns, name)?.text;
}

/** Text for an element or a double-quoted attribute. Characters that XML 1.0 cannot carry at all are dropped. */
export function esc(text: string): string {
  return text
    .replace(/[\ufffe\uffff]|[^\P{Cc}\t\n\r]/gu, '')
    .replace(/[&<>"\r]/g, (c) =>
      c === '\r' ? '&#13;' : c === '&' ? '&amp;' : c === '<' ? '&lt;' : c === '>' ? '&gt;' : '&quot;',
    );
}

/** Parses without network or entities. The caller disposes (`using`). Throws if it is not well-formed. */
export function parseDocument(source: Uint8Array): XmlDocument {
  return XmlDocument.fromBuffer(source, { option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE });
}

const XSD_ROOT = new URL('../../lib/gis/xsd/', import.meta.url);
const XSD_FILES = {
  debt: 'debt-requests/hcs-debt-requests-types.xsd',
  nsi: 'nsi-common/hcs-nsi-common-types.xsd',
  home: 'house-management/hcs-house-management-types.xsd',
  base: 'lib/hcs-base.xsd',
  premisesBase: 'lib/hcs-premises-base.xsd',
  billsBase: 'lib/hcs-bills-base.xsd',
  accountBase: 'lib/hcs-account-base.xsd',
  organizationsBase: 'lib/hcs-organizations-base.xsd',
  organizationsRegistryBase: 'lib/hcs-organizations-registry-base.xsd',
  meteringDeviceBase: 'lib/hcs-metering-device-base.xsd',
  individualRegistryBase: 'lib/hcs-individual-registry-base.xsd',
  nsiBase: 'lib/hcs-nsi-base.xsd',
  ds: 'lib/xmldsig-core-schema.xsd',
} as const;
export type Service = 'debt' | 'nsi' | 'home';

const validators = new Map<Service, XsdValidator>();
let provided = false;

function validatorOf(service: Service): XsdValidator {
  let validator = validators.get(service);
  if (!validator) {
    const file = (name: keyof typeof XSD_FILES) => readFileSync(new URL(XSD_FILES[name], XSD_ROOT));
    const url = (name: keyof typeof XSD_FILES) => `stand:/${XSD_FILES[name]}`;
    if (!provided) {
      const names = Object.keys(XSD_FILES) as (keyof typeof XSD_FILES)[];
      xmlRegisterInputProvider(new XmlBufferInputProvider(Object.fromEntries(names.map((n) => [url(n), file(n)]))));
      provided = true;
    }
    using xsd = XmlDocument.fromBuffer(file(service), { url: url(service) });
    validator = XsdValidator.fromDoc(xsd);
    validators.set(service, validator);
  }
  return validator;
}

/** What libxml2 says against the element (a header block, a body block), or undefined when it fits the schema. */
export function schemaError(service: Service, element: XmlElement): string | undefined {
  try {
    validatorOf(service).validate(element);
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).trim();
  }
}
