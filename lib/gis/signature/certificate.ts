/** The X.509 certificate of a ГОСТ Р 34.10-2012 key (256 bit) as the signature of a message needs it (PROTOCOL §8). */
import {
  DerError,
  type DerValue,
  readBits,
  readDer,
  readInteger,
  readItems,
  readOctets,
  readOid,
  readTime,
  TAG,
} from './der';
import { type Curve, curveByOid, type PublicKey } from './gost3410';
import { pemBlocks } from './pem';
import { SigningProblem } from './problem';

export interface Certificate {
  readonly der: Uint8Array;
  /** X509IssuerName, ready for the message but for XML escaping: form 1 of PROTOCOL §8. */
  readonly issuer: string;
  /** For people: the subject's common name, or the whole name in the same form if it has none. */
  readonly subjectName: string;
  /** X509SerialNumber: decimal. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: PublicKey;
  readonly curveOid: string;
  readonly curve: Curve;
}

const GOST_2012_256 = '1.2.643.7.1.1.1.1';
const COMMON_NAME = '2.5.4.3';

/**
 * Short names of attribute types in the portal's form. Only those of RFC 4514 §3: every reader of names knows them; any other
 * type is written as a dotted OID.
 */
const SHORT_NAMES: Record<string, string> = {
  [COMMON_NAME]: 'cn',
  '2.5.4.6': 'c',
  '2.5.4.7': 'l',
  '2.5.4.8': 'st',
  '2.5.4.9': 'street',
  '2.5.4.10': 'o',
  '2.5.4.11': 'ou',
  '0.9.2342.19200300.100.1.1': 'uid',
  '0.9.2342.19200300.100.1.25': 'dc',
};

/**
 * Reads a certificate from PEM text (the first of several) or DER.
 * @throws SigningProblem with a Russian sentence if it is no certificate, or its key is not ГОСТ Р 34.10-2012 of 256 bit
 */
export function readCertificate(pemOrDer: string | Uint8Array): Certificate {
  const der = certificateBytes(pemOrDer);
  try {
    return parse(der);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new SigningProblem('Файл сертификата повреждён или это не сертификат X.509.');
  }
}

function certificateBytes(pemOrDer: string | Uint8Array): Uint8Array {
  // DER starts with a SEQUENCE, PEM with text.
  if (typeof pemOrDer !== 'string' && pemOrDer[0] === TAG.sequence) return Uint8Array.from(pemOrDer);
  const text = typeof pemOrDer === 'string' ? pemOrDer : Buffer.from(pemOrDer).toString('latin1');
  const block = pemBlocks(text).find(({ label }) => label === 'CERTIFICATE' || label === 'X509 CERTIFICATE');
  if (!block)
    throw new SigningProblem('В файле сертификата нет сертификата: ожидается PEM («BEGIN CERTIFICATE») или DER.');
  return block.bytes;
}

function parse(der: Uint8Array): Certificate {
  const [toBeSigned] = readItems(readDer(der));
  if (!toBeSigned) throw new DerError('an empty certificate');
  // RFC 5280 §4.1: version [0] is optional, then serial, algorithm, issuer, validity, subject, key.
  const items = readItems(toBeSigned);
  if (items[0]?.tag === 0xa0) items.shift();
  const [serial, , issuer, validity, subject, keyInfo] = items;
  if (!issuer || !validity || !subject || !keyInfo) throw new DerError('an incomplete certificate');
  const [notBefore, notAfter] = readItems(validity);
  const subjectAttributes = readName(subject);
  const commonName = subjectAttributes.flat().find(({ oid }) => oid === COMMON_NAME)?.value;
  return {
    der,
    issuer: formatName(readName(issuer)),
    subjectName: commonName ?? formatName(subjectAttributes),
    serialNumber: readInteger(serial).toString(),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    ...readKeyInfo(keyInfo),
  };
}

function readKeyInfo(keyInfo: DerValue): Pick<Certificate, 'publicKey' | 'curveOid' | 'curve'> {
  const [algorithm, bits] = readItems(keyInfo);
  const [type, parameters] = readItems(algorithm!);
  const typeOid = readOid(type);
  if (typeOid !== GOST_2012_256) {
    throw new SigningProblem(
      `Ключ сертификата не подходит (${typeOid}): ГИС ЖКХ принимает ГОСТ Р 34.10-2012 с ключом 256 бит.`,
    );
  }
  const curveOid = readOid(readItems(parameters!)[0]);
  const curve = knownCurve(curveOid);
  // x ‖ y, little-endian each (PROTOCOL §8), in an OCTET STRING inside the BIT STRING.
  const point = readOctets(readDer(readBits(bits)));
  if (point.length !== 64) throw new DerError('a public key that is not 64 bytes');
  const publicKey = { x: littleEndian(point.subarray(0, 32)), y: littleEndian(point.subarray(32)) };
  return { publicKey, curveOid, curve };
}

function knownCurve(oid: string): Curve {
  try {
    return curveByOid(oid);
  } catch {
    throw new SigningProblem(`Набор параметров ключа ${oid} не поддерживается.`);
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

interface NameAttribute {
  oid: string;
  value: string;
}

/** Relative names in the order of the certificate; nearly always of one attribute each. */
function readName(name: DerValue): NameAttribute[][] {
  return readItems(name).map((relative) =>
    readItems(relative, TAG.set).map((attribute) => {
      const [type, value] = readItems(attribute);
      return { oid: readOid(type), value: readString(value) };
    }),
  );
}

function readString(value: DerValue | undefined): string {
  const bytes = Buffer.from(value?.content ?? []);
  switch (value?.tag) {
    case TAG.utf8String:
    case 0x12: // NumericString
    case 0x13: // PrintableString
    case 0x16: // IA5String
      return bytes.toString('utf8');
    case 0x14: // TeletexString, in practice Latin-1
      return bytes.toString('latin1');
    case 0x1e: // BMPString
      if (bytes.length % 2 === 1) throw new DerError('a BMPString of an odd length');
      return bytes.swap16().toString('utf16le');
    default:
      throw new DerError('an attribute of a name that is not text');
  }
}

/** Reverse order, commas without spaces, lower-case short names (the form of the portal's own signatures). */
function formatName(name: NameAttribute[][]): string {
  return name
    .map((relative) =>
      relative
        .map(({ oid, value }) => `${SHORT_NAMES[oid] ?? oid}=${escapeValue(value)}`)
        .reverse()
        .join('+'),
    )
    .reverse()
    .join(',');
}

/** RFC 4514 §2.4. */
function escapeValue(value: string): string {
  return value.replace(/[",+;<>\\]/g, '\\$&').replace(/^[ #]| $/g, '\\$&');
}
