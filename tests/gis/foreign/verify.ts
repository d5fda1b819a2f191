/** Verifies a signed message with programs that share no line with ours. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { foreignDigest, openssl, run } from './tools';

const ENVELOPE_XSD = fileURLToPath(new URL('../../../lib/gis/xsd/envelope.xsd', import.meta.url));

/** How the portal spells the attribute types that have a name (PROTOCOL §8); OpenSSL is asked for OIDs only. */
const NAMES: Record<string, string> = {
  ...{ '2.5.4.3': 'cn', '2.5.4.6': 'c', '2.5.4.7': 'l', '2.5.4.8': 'st', '2.5.4.9': 'street', '2.5.4.10': 'o' },
  ...{ '2.5.4.11': 'ou' },
};

/**
 * Checks a message signed by us: schema (xmllint), both reference digests, the certificate's digest, issuer and serial, and
 * SignatureValue (OpenSSL). Nodes are cut out of the very text by string search and canonicalized by xmllint.
 * Made for our own messages: prefixes ds and xades, one signature. Throws with the reason.
 */
export async function verifyWithForeignTools(xml: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'otklik-foreign-'));
  try {
    const message = join(folder, 'message.xml');
    await writeFile(message, xml);
    run('xmllint', ['--nonet', '--noout', '--schema', ENVELOPE_XSD, message]);

    const containerTag = single(xml, /<([\w.-]+:[\w.-]+) [^<>]*\bId="signed-data-container"[^<>]*>/g);
    const container = slice(xml, containerTag[0], `</${containerTag[1]}>`);
    const signature = slice(container, '<ds:Signature ', '</ds:Signature>');
    expectEqual(container.indexOf(signature), containerTag[0].length, 'offset of ds:Signature in the element');
    const signedInfo = slice(signature, '<ds:SignedInfo>', '</ds:SignedInfo>');
    const properties = slice(signature, '<xades:SignedProperties ', '</xades:SignedProperties>');
    const scope = namespaces(xml);
    const canonical = (fragment: string) => canonicalize(fragment, scope, '--exc-c14n');

    const [first, second, ...more] = [...signedInfo.matchAll(/<ds:Reference [\s\S]*?<\/ds:Reference>/g)].map(
      ([m]) => m,
    );
    if (!first || !second || more.length > 0) throw new Error('there must be two references');
    expectEqual(attribute(first, 'URI'), '#signed-data-container', 'URI of the first reference');
    const withoutSignature = container.replace(signature, () => '');
    expectEqual(digestValue(first), base64Digest(canonical(withoutSignature)), 'digest of the signed element');
    expectEqual(attribute(second, 'URI'), `#${attribute(properties, 'Id')}`, 'URI of the second reference');
    expectEqual(digestValue(second), base64Digest(canonical(properties)), 'digest of SignedProperties');

    const certificate = Buffer.from(content(signature, 'ds:X509Certificate'), 'base64');
    const certificateFile = join(folder, 'certificate.der');
    await writeFile(certificateFile, certificate);
    const certDigest = slice(properties, '<xades:CertDigest>', '</xades:CertDigest>');
    expectEqual(digestValue(certDigest), base64Digest(certificate), 'digest of the certificate');
    const x509 = (...args: string[]) => openssl(['x509', '-inform', 'DER', '-in', certificateFile, '-noout', ...args]);
    const nameOptions = ['-nameopt', 'RFC2253,utf8,-esc_msb,oid'];
    const issuer = x509('-issuer', ...nameOptions)
      .toString()
      .trim()
      .replace(/^issuer=/, '');
    const portalIssuer = issuer.replace(/(?<=^|(?<!\\)(?:\\\\)*[,+])[\d.]+(?==)/g, (oid) => NAMES[oid] ?? oid);
    expectEqual(unescapeXml(content(properties, 'ds:X509IssuerName')), portalIssuer, 'issuer');
    const serial = BigInt(
      `0x${x509('-serial')
        .toString()
        .trim()
        .replace(/^serial=/, '')}`,
    );
    expectEqual(content(properties, 'ds:X509SerialNumber'), serial.toString(), 'serial number');

    const files = { key: join(folder, 'key.pem'), signature: join(folder, 'signature'), info: join(folder, 'info') };
    await writeFile(files.key, x509('-pubkey'));
    await writeFile(files.signature, Buffer.from(content(signature, 'ds:SignatureValue'), 'base64'));
    await writeFile(files.info, canonical(signedInfo));
    openssl(['dgst', '-md_gost12_256', '-verify', files.key, '-signature', files.signature, files.info]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every prefix declared in a message, with its URI; one that means two things would need a real parser here. */
export function namespaces(xml: string): Map<string, string> {
  const found = new Map<string, string>();
  if (/\sxmlns="/.test(xml)) throw new Error('a default namespace: this check needs prefixes');
  for (const [, prefix, uri] of xml.matchAll(/\sxmlns:([\w.-]+)="([^"]*)"/g)) {
    if (found.has(prefix!) && found.get(prefix!) !== uri) throw new Error(`prefix ${prefix} has two meanings`);
    found.set(prefix!, uri!);
  }
  return found;
}

/**
 * Canonicalizes an element cut out of a message, which gets the namespaces that its ancestors declare: the inclusive form
 * (`--c14n`) shows them all, the exclusive one drops those it does not use.
 */
export function canonicalize(fragment: string, scope: Map<string, string>, form: '--exc-c14n' | '--c14n'): Buffer {
  const startTag = /^<[^>]*>/.exec(fragment)![0];
  const declarations = [...scope].filter(([prefix]) => !startTag.includes(` xmlns:${prefix}="`));
  const added = declarations.map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`).join('');
  return run(
    'xmllint',
    ['--nonet', form, '-'],
    fragment.replace(/^<[\w.:-]+/, (name) => name + added),
  );
}

function base64Digest(data: Uint8Array): string {
  return foreignDigest('md_gost12_256', data).toString('base64');
}

function digestValue(fragment: string): string {
  return content(fragment, 'ds:DigestValue');
}

function content(fragment: string, name: string): string {
  return single(fragment, new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))[1]!;
}

function attribute(fragment: string, name: string): string | undefined {
  return new RegExp(`^<[^>]*\\s${name}="([^"]*)"`).exec(fragment)?.[1];
}

function single(text: string, pattern: RegExp): RegExpMatchArray {
  const [match, ...more] = [...text.matchAll(pattern)];
  if (!match || more.length > 0) throw new Error(`${match ? more.length + 1 : 0} matches of ${pattern} instead of one`);
  return match;
}

function slice(text: string, from: string, to: string): string {
  const [start, end] = [text.indexOf(from), text.lastIndexOf(to)];
  if (start < 0 || end < start) throw new Error(`${from} … ${to} not found`);
  return text.slice(start, end + to.length);
}

function unescapeXml(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function expectEqual(stated: unknown, computed: unknown, what: string): void {
  if (stated !== computed) throw new Error(`${what}: stated ${stated}, computed ${computed}`);
}
