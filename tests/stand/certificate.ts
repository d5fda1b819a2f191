/** Reads what the stand must know of an X.509 certificate. Node's own class cannot read a ГОСТ key. */

interface Tlv {
  tag: number;
  /** Contents without tag and length. */
  body: Uint8Array;
  /** Tag, length and contents. */
  whole: Uint8Array;
}

function readTlv(bytes: Uint8Array, offset: number): Tlv {
  const tag = bytes[offset];
  let length = bytes[offset + 1];
  if (tag === undefined || length === undefined) throw new Error('DER: truncated');
  let start = offset + 2;
  if (length & 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 4) throw new Error('DER: unsupported length');
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start++] ?? 0);
  }
  if (start + length > bytes.length) throw new Error('DER: truncated');
  return { tag, body: bytes.subarray(start, start + length), whole: bytes.subarray(offset, start + length) };
}

function items(body: Uint8Array): Tlv[] {
  const found: Tlv[] = [];
  for (let offset = 0; offset < body.length; ) {
    const tlv = readTlv(body, offset);
    found.push(tlv);
    offset += tlv.whole.length;
  }
  return found;
}

function oid(body: Uint8Array): string {
  const parts: number[] = [];
  let value = 0;
  for (const byte of body) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (parts.length === 0) {
      const first = Math.min(2, Math.floor(value / 40));
      parts.push(first, value - first * 40);
    } else parts.push(value);
    value = 0;
  }
  return parts.join('.');
}

/** Strings of a distinguished name; BMPString is UTF-16, the rest is read as UTF-8. */
function nameValue(tlv: Tlv): string {
  if (tlv.tag === 0x1e) return new TextDecoder('utf-16be').decode(tlv.body);
  return new TextDecoder().decode(tlv.body);
}

function time(tlv: Tlv): number {
  const text = new TextDecoder().decode(tlv.body);
  const digits = tlv.tag === 0x17 ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text : text;
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/.exec(digits) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s ?? 0));
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return value;
}

export interface Certificate {
  der: Uint8Array;
  serial: bigint;
  /** Attributes of the issuer in the order of the certificate. */
  issuer: { oid: string; value: string }[];
  /** Milliseconds since the epoch. */
  notBefore: number;
  notAfter: number;
  algorithm: string;
  curve: string;
  publicKey: { x: bigint; y: bigint };
}

/** Reads a DER certificate with a 256-bit ГОСТ Р 34.10-2012 key. Throws on anything else. */
export function readCertificate(der: Uint8Array): Certificate {
  const tbs = items(items(readTlv(der, 0).body)[0]!.body);
  const shift = tbs[0]!.tag === 0xa0 ? 1 : 0;
  const [serial, , issuer, validity, , spki] = tbs.slice(shift);
  if (!serial || !issuer || !validity || !spki) throw new Error('DER: not a certificate');
  const [notBefore, notAfter] = items(validity.body);
  const [algorithm, keyBits] = items(spki.body);
  const [algorithmOid, parameters] = items(algorithm!.body);
  const name = oid(algorithmOid!.body);
  if (name !== '1.2.643.7.1.1.1.1') throw new Error(`Not a ГОСТ Р 34.10-2012 (256) key: ${name}`);
  // BIT STRING (its first byte counts unused bits) around an OCTET STRING of x ‖ y, each little-endian.
  const key = readTlv(keyBits!.body.subarray(1), 0).body;
  if (key.length !== 64) throw new Error('A ГОСТ key of 256 bits must have 64 bytes');
  return {
    der,
    serial: serial.body.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n),
    issuer: items(issuer.body).flatMap((rdn) =>
      items(rdn.body).map((attribute) => {
        const [type, value] = items(attribute.body);
        return { oid: oid(type!.body), value: nameValue(value!) };
      }),
    ),
    notBefore: time(notBefore!),
    notAfter: time(notAfter!),
    algorithm: name,
    curve: oid(items(parameters!.body)[0]!.body),
    publicKey: { x: littleEndian(key.subarray(0, 32)), y: littleEndian(key.subarray(32)) },
  };
}

/** DER of the first certificate in a PEM or DER file. Throws if there is none. */
export function certificateDer(file: Uint8Array): Uint8Array {
  const text = new TextDecoder('latin1').decode(file);
  const pem = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(text);
  const der = pem ? new Uint8Array(Buffer.from(pem[1]!, 'base64')) : file;
  readTlv(der, 0);
  return der;
}

const SHORT_NAMES: Record<string, string> = {
  CN: '2.5.4.3',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  S: '2.5.4.8',
  C: '2.5.4.6',
  STREET: '2.5.4.9',
};

/**
 * Is the text one of the two forms of X509IssuerName that are known to pass (PROTOCOL §8): 1. reverse order, `,` between
 * attributes, lower-case short names; 2. order of the certificate, `, ` between attributes, upper-case names. `"` and `,`
 * are escaped with a backslash; attributes without a short name stand under their dotted OID.
 */
export function issuerMatches(text: string, issuer: Certificate['issuer']): boolean {
  const parts: { type: string; value: string; spaced: boolean }[] = [];
  let current = '';
  const flush = () => {
    const equals = current.indexOf('=');
    if (equals < 0) return false;
    const type = current.slice(0, equals);
    parts.push({
      type: type.trimStart(),
      spaced: type.startsWith(' '),
      value: current.slice(equals + 1).replace(/\\(.)/gs, '$1'),
    });
    current = '';
    return true;
  };
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') current += text[i]! + (text[++i] ?? '');
    else if (text[i] === ',') {
      if (!flush()) return false;
    } else if (text[i] === '"') return false;
    else current += text[i];
  }
  if (!flush() || parts.length !== issuer.length) return false;

  const fits = (expected: Certificate['issuer'], lower: boolean) =>
    parts.every(({ type, value, spaced }, i) => {
      const { oid: expectedOid, value: expectedValue } = expected[i]!;
      const isOid = /^\d/.test(type);
      // The server's own reply writes the country as `c=RU`, so lower case concerns the names only.
      const cased = isOid || type === (lower ? type.toLowerCase() : type.toUpperCase());
      const found = isOid ? type : SHORT_NAMES[type.toUpperCase()];
      return cased && found === expectedOid && value === expectedValue && spaced === (!lower && i > 0);
    });
  return fits([...issuer].reverse(), true) || fits(issuer, false);
}
