/** Reading, escaping and schema-checking of the portal's XML on libxml2. */
import { readFileSync } from 'node:fs';
import {
  ParseOption,
  XmlBufferInputProvider,
  XmlDocument,
  XmlElement,
  XmlParseError,
  XmlValidateError,
  XsdValidator,
  xmlRegisterInputProvider,
} from 'libxml2-wasm';

/** Namespaces of the messages (PROTOCOL §3, §8). Prefixes in the portal's replies are arbitrary: always compare these. */
export const NS = {
  soap: 'http://schemas.xmlsoap.org/soap/envelope/',
  base: 'http://dom.gosuslugi.ru/schema/integration/base/',
  drs: 'http://dom.gosuslugi.ru/schema/integration/drs/',
  hm: 'http://dom.gosuslugi.ru/schema/integration/house-management/',
  individual: 'http://dom.gosuslugi.ru/schema/integration/individual-registry-base/',
  account: 'http://dom.gosuslugi.ru/schema/integration/account-base/',
  nsiBase: 'http://dom.gosuslugi.ru/schema/integration/nsi-base/',
  nsiCommon: 'http://dom.gosuslugi.ru/schema/integration/nsi-common/',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  xades: 'http://uri.etsi.org/01903/v1.3.2#',
} as const;

/**
 * XML that we refuse to read or to write. The message is English and may name elements, never their content.
 * - `malformed`: not well-formed, not UTF-8, too deep
 * - `doctype`: has a document type declaration (SOAP 1.1 §3 forbids it; entities hide in it)
 * - `missing`: a required element or attribute is absent
 * - `illegal_character`: text to be written has a character that XML 1.0 cannot carry
 */
export class XmlRefused extends Error {
  override readonly name = 'XmlRefused';
  readonly kind: 'malformed' | 'doctype' | 'missing' | 'illegal_character';

  constructor(kind: XmlRefused['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/**
 * Parses a message; external entities are never loaded, a string is taken as UTF-8. The caller must dispose the document
 * (`using document = parseXml(…)`): it lives in WebAssembly memory, which the garbage collector does not see.
 * @throws XmlRefused `malformed` or `doctype`
 */
export function parseXml(xml: string | Uint8Array): XmlDocument {
  const options = { option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE };
  let document: XmlDocument;
  try {
    document = typeof xml === 'string' ? XmlDocument.fromString(xml, options) : XmlDocument.fromBuffer(xml, options);
  } catch (error) {
    if (!(error instanceof XmlParseError)) throw error;
    // libxml2's own words may quote the text at fault.
    const at = error.details?.[0];
    throw new XmlRefused('malformed', `not well-formed XML${at ? ` (line ${at.line}, column ${at.col})` : ''}`);
  }
  if (document.dtd !== null) {
    document.dispose();
    throw new XmlRefused('doctype', 'XML with a DOCTYPE is not accepted');
  }
  return document;
}

/** The child elements, in order, optionally only those with this name. */
export function children(element: XmlElement, namespace?: string, name?: string): XmlElement[] {
  const found: XmlElement[] = [];
  for (let node = element.firstChild; node !== null; node = node.next) {
    if (!(node instanceof XmlElement)) continue;
    if (name === undefined || (node.name === name && node.namespaceUri === namespace)) found.push(node);
  }
  return found;
}

/** The first child element with this name. */
export function child(element: XmlElement, namespace: string, name: string): XmlElement | undefined {
  for (let node = element.firstChild; node !== null; node = node.next) {
    if (node instanceof XmlElement && node.name === name && node.namespaceUri === namespace) return node;
  }
  return undefined;
}

/** The first child element with this name. @throws XmlRefused `missing` */
export function requireChild(element: XmlElement, namespace: string, name: string): XmlElement {
  const found = child(element, namespace, name);
  if (!found) throw new XmlRefused('missing', `<${element.name}> has no <${name}>`);
  return found;
}

/** The whole text of the first child with this name, untrimmed and never turned into a number. @throws XmlRefused `missing` */ /** As {@link text}. @throws XmlRefused `missing` */
export function requireText(element: XmlElement, namespace: string, name: string): string {
  return requireChild(element, namespace, name).content;
}

/** The value of an attribute; most attributes have no namespace (`base:version` does). */
export function attribute(element: XmlElement, name: string, namespace = ''): string | undefined {
  return element.attrs.find((attr) => attr.name === name && attr.namespaceUri === namespace)?.value;
}

/** What XML 1.0 §2.2 forbids: control characters but tab, LF, CR; lone halves of surrogate pairs; U+FFFE, U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what we look for
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/u;

function requireLegal(value: string): void {
  const illegal = ILLEGAL.exec(value)?.[0];
  if (illegal === undefined) return;
  const code = illegal.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw new XmlRefused('illegal_character', `XML cannot carry the character U+${code}`);
}

const TEXT_ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };

/**
 * Text for the content of an element, so that a reader gets exactly `value` back: `]]>` cannot end anything, a carriage
 * return survives, U+0085 and U+2028 stay as they are (legal in XML 1.0). Characters that XML cannot carry are refused
 * and not dropped, since what is sent must be what a person approved.
 * @throws XmlRefused `illegal_character`
 */
export function escapeText(value: string): string {
  requireLegal(value);
  return value.replace(/[&<>\r]/g, (character) => TEXT_ESCAPES[character]!);
}

const ATTRIBUTE_ESCAPES: Record<string, string> = { ...TEXT_ESCAPES, '"': '&quot;', '\t': '&#x9;', '\n': '&#xA;' };

/** As {@link escapeText}, for an attribute value in double quotes. @throws XmlRefused `illegal_character` */
export function escapeAttribute(value: string): string {
  requireLegal(value);
  return value.replace(/[&<>"\t\n\r]/g, (character) => ATTRIBUTE_ESCAPES[character]!);
}

const XSD_FOLDER = new URL('./xsd/', import.meta.url);
const XSD_FILES = [
  'envelope.xsd',
  'debt-requests/hcs-debt-requests-types.xsd',
  'nsi-common/hcs-nsi-common-types.xsd',
  'lib/hcs-base.xsd',
  'lib/hcs-nsi-base.xsd',
  'lib/xmldsig-core-schema.xsd',
  'envelope-houses.xsd',
  'house-management/hcs-house-management-types.xsd',
  'lib/hcs-premises-base.xsd',
  'lib/hcs-bills-base.xsd',
  'lib/hcs-account-base.xsd',
  'lib/hcs-organizations-base.xsd',
  'lib/hcs-organizations-registry-base.xsd',
  'lib/hcs-metering-device-base.xsd',
  'lib/hcs-individual-registry-base.xsd',
];
type Envelope = 'envelope.xsd' | 'envelope-houses.xsd';

/** Compiled on first use (some 120 ms each) and kept for the life of the process. */
const validators = new Map<Envelope, XsdValidator>();

function compileSchema(envelope: Envelope): XsdValidator {
  // libxml2 resolves the imports against this made-up address and asks the provider, so it never touches the disk itself.
  const base = 'otklik:/xsd/';
  const files = Object.fromEntries(XSD_FILES.map((name) => [base + name, readFileSync(new URL(name, XSD_FOLDER))]));
  xmlRegisterInputProvider(new XmlBufferInputProvider(files));
  const url = base + envelope;
  using schema = XmlDocument.fromBuffer(files[url]!, { url });
  return XsdValidator.fromDoc(schema);
}

/**
 * Validates a whole message (envelope, header blocks, body) against the official schemas in lib/gis/xsd. The errors are
 * libxml2's sentences; they quote values, hence may hold personal data: for the journal, not for a log. libxml2 does not
 * enforce a `fixed` value on a referenced attribute: a wrong `base:version` passes here (formats.ts holds the versions).
 * @throws XmlRefused `malformed` or `doctype`
 */
export function validateMessage(xml: string | Uint8Array): { ok: true } | { ok: false; errors: string[] } {
  using document = parseXml(xml);
  const body = child(document.root, NS.soap, 'Body');
  const envelope = body && children(body)[0]?.namespaceUri === NS.hm ? 'envelope-houses.xsd' : 'envelope.xsd';
  const validator = validators.get(envelope) ?? compileSchema(envelope);
  validators.set(envelope, validator);
  try {
    validator.validate(document);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof XmlValidateError)) throw error;
    return { ok: false, errors: error.details.map((detail) => `${detail.message.trim()} (line ${detail.line})`) };
  }
}
