/** XAdES-BES over the element with Id="signed-data-container", byte for byte as PROTOCOL §8 and its sample 14. */
import { randomUUID } from 'node:crypto';
import { XmlC14NMode, type XmlDocument, type XmlElement, type XmlNode } from 'libxml2-wasm';
import { moscowDateTime, SIGNED_ID } from '../messages/envelope';
import {
  attribute,
  child,
  children,
  escapeAttribute,
  escapeText,
  NS,
  parseXml,
  requireChild,
  requireText,
  XmlRefused,
} from '../xml';
import { type Certificate, readCertificate } from './certificate';
import { verifyDigest } from './gost3410';
import { SigningProblem } from './problem';
import type { Signer } from './signer';
import { streebog256 } from './streebog';

const ALGORITHM = {
  exclusiveC14n: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  inclusiveC14n: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  enveloped: 'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  signature: 'urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102012-gostr34112012-256',
  digest: 'urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-256',
} as const;
const SIGNED_PROPERTIES_TYPE = 'http://uri.etsi.org/01903#SignedProperties';

/**
 * Signs a message. ds:Signature becomes the first child of the element with Id="signed-data-container"; everything else of
 * the string stays as it was, byte for byte, and must be sent so. `signingTime` is written in Moscow time with milliseconds;
 * `signatureId` is `xmldsig-<uuid>` by default.
 * @throws SigningProblem when the key cannot be used
 * Throws a plain Error when the message has no such element, more than one, or one that is signed already: a bug of ours.
 */
export async function signMessage(
  xml: string,
  signer: Signer,
  options: { signingTime: Date; signatureId?: string },
): Promise<string> {
  const id = escapeAttribute(options.signatureId ?? `xmldsig-${randomUUID()}`);
  const insertAt = endOfContainerTag(xml);
  const containerDigest = digestContainer(xml);
  const properties = signedProperties(id, signer.certificate, options.signingTime);
  const signature = (signedInfo: string, value: string) =>
    `<ds:Signature xmlns:ds="${NS.ds}" Id="${id}">${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue>` +
    `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64(signer.certificate.der)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>` +
    `<ds:Object><xades:QualifyingProperties xmlns:xades="${NS.xades}" Target="#${id}">${properties}</xades:QualifyingProperties></ds:Object>` +
    '</ds:Signature>';

  // Exclusive canonicalization sees only prefixes used inside the node, and these are all declared by ds:Signature itself:
  // alone it gives the very bytes that it gives within the message.
  const propertiesDigest = digestNode(signature('', ''), (root) => {
    const object = requireChild(root, NS.ds, 'Object');
    return requireChild(requireChild(object, NS.xades, 'QualifyingProperties'), NS.xades, 'SignedProperties');
  });
  const signedInfo = signedInfoXml(id, containerDigest, propertiesDigest);
  const canonicalSignedInfo = canonicalizeIn(signature(signedInfo, ''), (root) =>
    requireChild(root, NS.ds, 'SignedInfo'),
  );
  const value = base64(await signer.sign(canonicalSignedInfo));
  return xml.slice(0, insertAt) + signature(signedInfo, value) + xml.slice(insertAt);
}

function signedInfoXml(id: string, containerDigest: string, propertiesDigest: string): string {
  const exclusive = `<ds:Transform Algorithm="${ALGORITHM.exclusiveC14n}"/>`;
  const digest = (value: string) =>
    `<ds:DigestMethod Algorithm="${ALGORITHM.digest}"/><ds:DigestValue>${value}</ds:DigestValue>`;
  return (
    `<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${ALGORITHM.exclusiveC14n}"/>` +
    `<ds:SignatureMethod Algorithm="${ALGORITHM.signature}"/>` +
    `<ds:Reference Id="${id}-ref0" URI="#${SIGNED_ID}">` +
    `<ds:Transforms><ds:Transform Algorithm="${ALGORITHM.enveloped}"/>${exclusive}</ds:Transforms>` +
    `${digest(containerDigest)}</ds:Reference>` +
    `<ds:Reference URI="#${id}-signedprops" Type="${SIGNED_PROPERTIES_TYPE}">` +
    `<ds:Transforms>${exclusive}</ds:Transforms>${digest(propertiesDigest)}</ds:Reference></ds:SignedInfo>`
  );
}

function signedProperties(id: string, certificate: Certificate, signingTime: Date): string {
  return (
    `<xades:SignedProperties Id="${id}-signedprops"><xades:SignedSignatureProperties>` +
    `<xades:SigningTime>${moscowDateTime(signingTime)}</xades:SigningTime><xades:SigningCertificate><xades:Cert>` +
    `<xades:CertDigest><ds:DigestMethod Algorithm="${ALGORITHM.digest}"/>` +
    `<ds:DigestValue>${base64(streebog256(certificate.der))}</ds:DigestValue></xades:CertDigest>` +
    `<xades:IssuerSerial><ds:X509IssuerName>${escapeText(certificate.issuer)}</ds:X509IssuerName>` +
    `<ds:X509SerialNumber>${certificate.serialNumber}</ds:X509SerialNumber></xades:IssuerSerial>` +
    '</xades:Cert></xades:SigningCertificate></xades:SignedSignatureProperties></xades:SignedProperties>'
  );
}

/** Comments, CDATA and instructions are matched to be stepped over: what looks like a tag in them is none. */
const MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<[^!?/](?:[^"'>]|"[^"]*"|'[^']*')*>/g;
const CONTAINER_TAG = new RegExp(`^<[^!?](?:[^"']|"[^"]*"|'[^']*')*?\\sId\\s*=\\s*["']${SIGNED_ID}["']`);

/** The offset right after the start tag of the element to be signed. */
function endOfContainerTag(xml: string): number {
  const ends: number[] = [];
  for (const { 0: tag, index } of xml.matchAll(MARKUP)) {
    if (!tag.includes(SIGNED_ID) || !CONTAINER_TAG.test(tag)) continue;
    if (tag.endsWith('/>')) throw new Error('The element to be signed is empty');
    ends.push(index + tag.length);
  }
  if (ends.length !== 1) throw new Error(`${ends.length} elements have Id="${SIGNED_ID}" instead of 1`);
  return ends[0]!;
}

/** Digest of the element as it is before the signature comes in, which is what the enveloped transform restores. */
function digestContainer(xml: string): string {
  return digestNode(xml, (root) => {
    const body = requireChild(root, NS.soap, 'Body');
    const container = children(body).find((element) => attribute(element, 'Id') === SIGNED_ID);
    if (!container) throw new Error(`The element with Id="${SIGNED_ID}" is not in the Body`);
    if (child(container, NS.ds, 'Signature')) throw new Error('The message is signed already');
    return container;
  });
}

function digestNode(xml: string, select: (root: XmlElement) => XmlElement): string {
  return base64(streebog256(canonicalizeIn(xml, select)));
}

function canonicalizeIn(xml: string, select: (root: XmlElement) => XmlElement): Uint8Array {
  using document = parseXml(xml);
  return canonicalize(select(document.root), { mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 });
}

type C14nOptions = NonNullable<Parameters<XmlNode['canonicalize']>[1]>;

/** Collected as bytes: they are what is hashed. */
function canonicalize(node: XmlNode, options: C14nOptions): Uint8Array {
  const chunks: Buffer[] = [];
  node.canonicalize(
    {
      // A copy, since the buffer belongs to WebAssembly memory and is used again.
      write: (bytes) => chunks.push(Buffer.from(bytes)) && bytes.byteLength,
      close: () => true,
    },
    options,
  );
  return Buffer.concat(chunks);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Why a signature does not hold; English, for the journal. */
class Refused extends Error {}

/**
 * Checks the signature of a whole message: the element in the Body is the one that is signed, both digests, SignatureValue,
 * and that SigningCertificate names the certificate in KeyInfo. Does *not* check who issued the certificate, nor that it is
 * valid now, nor SigningTime. Knows exclusive and inclusive canonicalization and the digest of 2012.
 */
export function verifySignedMessage(
  xml: string,
): { ok: true; certificate: Certificate } | { ok: false; problem: string } {
  try {
    using document = parseXml(xml);
    return { ok: true, certificate: verify(document) };
  } catch (error) {
    if (error instanceof Refused || error instanceof XmlRefused || error instanceof SigningProblem) {
      return { ok: false, problem: error.message };
    }
    throw error;
  }
}

function verify(document: XmlDocument): Certificate {
  const body = requireChild(document.root, NS.soap, 'Body');
  const [container, ...others] = children(body);
  if (!container || others.length > 0) throw new Refused('the Body must have one element');
  const signature = requireChild(container, NS.ds, 'Signature');
  if (children(container, NS.ds, 'Signature').length > 1) throw new Refused('more than one signature');
  const signedInfo = requireChild(signature, NS.ds, 'SignedInfo');
  const object = requireChild(signature, NS.ds, 'Object');
  const qualifying = requireChild(object, NS.xades, 'QualifyingProperties');
  const properties = requireChild(qualifying, NS.xades, 'SignedProperties');

  const certificate = readCertificate(
    decode(
      requireText(requireChild(requireChild(signature, NS.ds, 'KeyInfo'), NS.ds, 'X509Data'), NS.ds, 'X509Certificate'),
    ),
  );
  requireNamed(certificate, properties);

  requireAlgorithm(signedInfo, 'SignatureMethod', ALGORITHM.signature);
  const method = requireChild(signedInfo, NS.ds, 'CanonicalizationMethod');
  const canonical = canonicalize(signedInfo, c14nOptions(method));
  const value = decode(requireText(signature, NS.ds, 'SignatureValue'));
  if (!verifyDigest(certificate.publicKey, streebog256(canonical), value, certificate.curve)) {
    throw new Refused('SignatureValue does not verify');
  }

  // Each reference must point to *the* element we rely on, or a signed copy elsewhere would vouch for an unsigned one.
  const references = children(signedInfo, NS.ds, 'Reference');
  const containerReference = requireReference(document, references, container);
  const propertiesReference = requireReference(document, references, properties);
  if (references.length !== 2) throw new Refused(`${references.length} references instead of 2`);
  if (attribute(propertiesReference, 'Type') !== SIGNED_PROPERTIES_TYPE)
    throw new Refused('a reference of a wrong Type');
  const propertiesRule = readReference(propertiesReference);
  const containerRule = readReference(containerReference);
  requireDigest(properties, propertiesRule, 'SignedProperties');
  if (!transforms(containerReference).some((transform) => attribute(transform, 'Algorithm') === ALGORITHM.enveloped)) {
    throw new Refused('the signature is not an enveloped one');
  }
  // Frees every node of the signature: nothing below may use one.
  signature.remove();
  requireDigest(container, containerRule, 'the signed element');
  return certificate;
}

function requireReference(document: XmlDocument, references: XmlElement[], target: XmlElement): XmlElement {
  const id = attribute(target, 'Id');
  const reference = id && references.find((candidate) => attribute(candidate, 'URI') === `#${id}`);
  if (!reference) throw new Refused(`no reference to <${target.name}>`);
  const same = document.find('//@Id | //@ID | //@id').filter((attr) => attr.content === id);
  if (same.length !== 1) throw new Refused('an Id that occurs twice');
  return reference;
}

function transforms(reference: XmlElement): XmlElement[] {
  const list = child(reference, NS.ds, 'Transforms');
  return list ? children(list, NS.ds, 'Transform') : [];
}

interface DigestRule {
  readonly c14n: C14nOptions;
  readonly digest: Uint8Array;
}

function readReference(reference: XmlElement): DigestRule {
  requireAlgorithm(reference, 'DigestMethod', ALGORITHM.digest);
  const [method, ...others] = transforms(reference).filter(
    (transform) => attribute(transform, 'Algorithm') !== ALGORITHM.enveloped,
  );
  if (others.length > 0) throw new Refused('more than one canonicalization');
  return {
    // XMLDSIG §4.4.3.2: without a transform that gives bytes, inclusive canonicalization.
    c14n: method ? c14nOptions(method) : { mode: XmlC14NMode.XML_C14N_1_0 },
    digest: decode(requireText(reference, NS.ds, 'DigestValue')),
  };
}

function requireDigest(target: XmlElement, rule: DigestRule, what: string): void {
  if (!Buffer.from(streebog256(canonicalize(target, rule.c14n))).equals(rule.digest)) {
    throw new Refused(`the digest of ${what} differs`);
  }
}

function c14nOptions(method: XmlElement): C14nOptions {
  const algorithm = attribute(method, 'Algorithm');
  if (algorithm === ALGORITHM.inclusiveC14n) return { mode: XmlC14NMode.XML_C14N_1_0 };
  if (algorithm !== ALGORITHM.exclusiveC14n) throw new Refused(`canonicalization ${algorithm} is not supported`);
  const inclusive = child(method, ALGORITHM.exclusiveC14n, 'InclusiveNamespaces');
  const prefixes = inclusive && attribute(inclusive, 'PrefixList')?.split(/\s+/).filter(Boolean);
  return {
    mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
    ...(prefixes?.length ? { inclusiveNamespacePrefixes: prefixes } : {}),
  };
}

function requireAlgorithm(parent: XmlElement, name: string, algorithm: string): void {
  const stated = attribute(requireChild(parent, NS.ds, name), 'Algorithm');
  if (stated !== algorithm) throw new Refused(`${name} ${stated} is not supported`);
}

/** SigningCertificate must name the certificate whose key we used, or the signed properties say nothing about it. */
function requireNamed(certificate: Certificate, properties: XmlElement): void {
  const signatureProperties = requireChild(properties, NS.xades, 'SignedSignatureProperties');
  const cert = requireChild(requireChild(signatureProperties, NS.xades, 'SigningCertificate'), NS.xades, 'Cert');
  const certDigest = requireChild(cert, NS.xades, 'CertDigest');
  requireAlgorithm(certDigest, 'DigestMethod', ALGORITHM.digest);
  if (requireText(certDigest, NS.ds, 'DigestValue').trim() !== base64(streebog256(certificate.der))) {
    throw new Refused('the digest of the certificate differs');
  }
  const issuerSerial = requireChild(cert, NS.xades, 'IssuerSerial');
  if (requireText(issuerSerial, NS.ds, 'X509IssuerName') !== certificate.issuer) {
    throw new Refused('the issuer of the certificate differs');
  }
  if (requireText(issuerSerial, NS.ds, 'X509SerialNumber').trim() !== certificate.serialNumber) {
    throw new Refused('the serial number of the certificate differs');
  }
}

function decode(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
