/** Checks the XAdES-BES signature of a business request (PROTOCOL §8), from the bytes that came over the wire. */
import { type XmlAttribute, XmlC14NMode, type XmlDocument, XmlElement } from 'libxml2-wasm';
import { curveByOid, verifyDigest } from '@/lib/gis/signature/gost3410';
import { streebog256 } from '@/lib/gis/signature/streebog';
import { type Certificate, issuerMatches, readCertificate } from './certificate';
import { NS } from './xml';

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const SIGNED_PROPERTIES = 'http://uri.etsi.org/01903#SignedProperties';
const SIGNATURE_METHOD = 'urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102012-gostr34112012-256';
const DIGEST_METHOD = 'urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-256';

class Refused extends Error {}

function refuse(text: string): never {
  throw new Refused(text);
}

function one(from: XmlElement, path: string): XmlElement {
  const found = from.find(path, { ds: NS.ds, xades: NS.xades });
  const [element] = found;
  if (found.length !== 1 || !(element instanceof XmlElement)) refuse(`в подписи должен быть один элемент ${path}`);
  return element as XmlElement;
}

function attribute(element: XmlElement, name: string): string {
  return element.attr(name)?.value ?? '';
}

function canonical(element: XmlElement, algorithm: string): Uint8Array {
  const mode =
    algorithm === EXCLUSIVE
      ? XmlC14NMode.XML_C14N_EXCLUSIVE_1_0
      : algorithm === INCLUSIVE
        ? XmlC14NMode.XML_C14N_1_0
        : refuse(`каноникализация ${algorithm} не поддерживается`);
  return Buffer.from(element.canonicalizeToString({ mode }), 'utf8');
}

function base64(element: XmlElement): Buffer {
  return Buffer.from(element.content.replace(/\s+/g, ''), 'base64');
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function requireDigestMethod(parent: XmlElement): void {
  const method = attribute(one(parent, 'ds:DigestMethod'), 'Algorithm');
  if (method !== DIGEST_METHOD) refuse(`алгоритм хэша ${method} не поддерживается`);
}

function verify(doc: XmlDocument, body: XmlElement, now: number): Certificate {
  const signature = body.firstChild;
  if (!(signature instanceof XmlElement) || signature.name !== 'Signature' || signature.namespaceUri !== NS.ds) {
    refuse('сообщение не подписано');
  }
  const id = attribute(signature, 'Id');
  if (!id) refuse('у подписи нет Id');

  const signedInfo = one(signature, 'ds:SignedInfo');
  const signatureMethod = attribute(one(signedInfo, 'ds:SignatureMethod'), 'Algorithm');
  if (signatureMethod !== SIGNATURE_METHOD) refuse(`алгоритм подписи ${signatureMethod} не поддерживается`);
  const signedInfoBytes = canonical(signedInfo, attribute(one(signedInfo, 'ds:CanonicalizationMethod'), 'Algorithm'));

  const der = new Uint8Array(base64(one(signature, 'ds:KeyInfo/ds:X509Data/ds:X509Certificate')));
  let certificate: Certificate;
  try {
    certificate = readCertificate(der);
  } catch {
    refuse('сертификат в подписи не читается');
  }
  if (now < certificate.notBefore || now > certificate.notAfter) refuse('сертификат не действует на дату подписи');

  const properties = one(signature, 'ds:Object/xades:QualifyingProperties');
  if (attribute(properties, 'Target') !== `#${id}`) refuse('QualifyingProperties относятся к другой подписи');
  const signedProperties = one(properties, 'xades:SignedProperties');
  const allowed = new Set(['SigningTime', 'SigningCertificate']);
  const extra = one(signedProperties, 'xades:SignedSignatureProperties')
    .find('*')
    .map((node) => (node as XmlElement).name)
    .concat(signedProperties.find('*').map((node) => (node as XmlElement).name))
    .find((name) => !allowed.has(name) && name !== 'SignedSignatureProperties');
  if (extra) refuse(`свойство подписи ${extra} не допускается (XAdES-BES)`);
  const cert = one(signedProperties, 'xades:SignedSignatureProperties/xades:SigningCertificate/xades:Cert');
  const certDigest = one(cert, 'xades:CertDigest');
  requireDigestMethod(certDigest);
  if (!sameBytes(base64(one(certDigest, 'ds:DigestValue')), streebog256(der))) refuse('хэш сертификата не совпал');
  const issuerSerial = one(cert, 'xades:IssuerSerial');
  if (!issuerMatches(one(issuerSerial, 'ds:X509IssuerName').content, certificate.issuer)) {
    refuse('издатель сертификата указан неверно');
  }
  if (one(issuerSerial, 'ds:X509SerialNumber').content.trim() !== String(certificate.serial)) {
    refuse('серийный номер сертификата указан неверно');
  }
  if (Number.isNaN(Date.parse(one(signedProperties, 'xades:SignedSignatureProperties/xades:SigningTime').content))) {
    refuse('время подписи не читается');
  }

  const curve = curveByOid(certificate.curve);
  const value = base64(one(signature, 'ds:SignatureValue'));
  if (!verifyDigest(certificate.publicKey, streebog256(signedInfoBytes), value, curve)) {
    refuse('значение подписи не подтверждено ключом сертификата');
  }

  const references = signedInfo.find('ds:Reference', { ds: NS.ds }) as XmlElement[];
  const pointed = new Map<XmlElement, 'body' | 'properties'>();
  for (const reference of references) {
    const uri = attribute(reference, 'URI');
    const targets = doc.find('//*[@Id]').filter((node) => (node as XmlElement).attr('Id')?.value === uri.slice(1));
    if (!uri.startsWith('#') || targets.length !== 1) refuse(`ссылка ${uri} не указывает на один элемент`);
    if (targets[0]!.isSameNode(body)) pointed.set(reference, 'body');
    else if (targets[0]!.isSameNode(signedProperties) && attribute(reference, 'Type') === SIGNED_PROPERTIES) {
      pointed.set(reference, 'properties');
    } else refuse(`ссылка ${uri} ведёт не туда`);
  }
  const kinds = [...pointed.values()];
  if (references.length !== 2 || !kinds.includes('body') || !kinds.includes('properties')) {
    refuse('подписаны должны быть содержимое и свойства подписи');
  }

  // The properties lie inside the signature, so they are digested before it is taken out of the body.
  const ordered = [...pointed].sort(([, a]) => (a === 'properties' ? -1 : 1));
  for (const [reference, kind] of ordered) {
    requireDigestMethod(reference);
    const expected = base64(one(reference, 'ds:DigestValue'));
    const transforms = reference
      .find('ds:Transforms/ds:Transform/@Algorithm', { ds: NS.ds })
      .map((node) => (node as XmlAttribute).value);
    const enveloped = transforms.includes(ENVELOPED);
    const [method = INCLUSIVE, ...rest] = transforms.filter((name) => name !== ENVELOPED);
    if (rest.length > 0 || enveloped !== (kind === 'body')) refuse('набор преобразований не поддерживается');
    if (kind === 'body') {
      (body.firstChild as XmlElement).remove();
      if (!sameBytes(expected, streebog256(canonical(body, method)))) refuse('хэш содержимого не совпал');
    } else if (!sameBytes(expected, streebog256(canonical(signedProperties, method)))) {
      refuse('хэш свойств подписи не совпал');
    }
  }
  return certificate;
}

/**
 * Checks the signature of a body element. **Takes the signature out of the document** (the enveloped transform), so it
 * comes last. Returns the signer's certificate, or the reason of the refusal in Russian.
 * Checked: both references, SignatureValue, certificate digest, issuer and serial number, validity by `now`
 * (milliseconds), BES properties only. Whether the certificate is registered is the caller's question.
 */
export function checkSignature(
  doc: XmlDocument,
  body: XmlElement,
  now: number,
): { ok: true; certificate: Certificate } | { ok: false; reason: string } {
  try {
    return { ok: true, certificate: verify(doc, body, now) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reason: error.message };
    return { ok: false, reason: 'подпись не читается' };
  }
}
