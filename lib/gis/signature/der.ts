/** As much of DER (X.690) as certificates and PKCS#8 keys need. */

/** Malformed or unexpected DER. The message is English and holds no content. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

export interface DerValue {
  /** The identifier octet; high tag numbers (over 30) are refused. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** The whole value with its header. */
  readonly bytes: Uint8Array;
}

/** The single value that `bytes` consist of. @throws DerError also on trailing bytes */
export function readDer(bytes: Uint8Array): DerValue {
  const value = readAt(bytes, 0);
  if (value.bytes.length !== bytes.length) throw new DerError('bytes after the end of the value');
  return value;
}

/** The values inside a constructed one; `tag` is required of it if given. @throws DerError */
export function readItems(value: DerValue, tag: number = TAG.sequence): DerValue[] {
  expectTag(value, tag);
  const items: DerValue[] = [];
  for (let offset = 0; offset < value.content.length; ) {
    const item = readAt(value.content, offset);
    items.push(item);
    offset += item.bytes.length;
  }
  return items;
}

/** Dotted decimal. @throws DerError */
export function readOid(value: DerValue | undefined): string {
  const { content } = expectTag(value, TAG.oid);
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw new DerError('an arc of the OID is too large');
    arc = arc * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (arcs.length === 0) {
      const first = Math.min(Math.floor(arc / 40), 2);
      arcs.push(first, arc - 40 * first);
    } else arcs.push(arc);
    arc = 0;
  }
  if (content.length === 0 || content.at(-1)! & 0x80) throw new DerError('an incomplete OID');
  return arcs.join('.');
}

/** @throws DerError */
export function readInteger(value: DerValue | undefined): bigint {
  const { content } = expectTag(value, TAG.integer);
  if (content.length === 0) throw new DerError('an empty INTEGER');
  return BigInt.asIntN(8 * content.length, BigInt(`0x${Buffer.from(content).toString('hex')}`));
}

/** The bytes of an OCTET STRING. @throws DerError */
export function readOctets(value: DerValue | undefined): Uint8Array {
  return expectTag(value, TAG.octetString).content;
}

/** The bytes of a BIT STRING of whole bytes. @throws DerError */
export function readBits(value: DerValue | undefined): Uint8Array {
  const { content } = expectTag(value, TAG.bitString);
  if (content[0] !== 0) throw new DerError('a BIT STRING that is not whole bytes');
  return content.subarray(1);
}

/** UTCTime (years 1950–2049, RFC 5280 §4.1.2.5.1) or GeneralizedTime, both with seconds and in UTC. @throws DerError */
export function readTime(value: DerValue | undefined): Date {
  if (value?.tag !== TAG.utcTime && value?.tag !== TAG.generalizedTime) throw new DerError('not a time');
  const digits = Buffer.from(value.content).toString('latin1');
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(digits);
  if (!match || match[1]!.length !== (value.tag === TAG.utcTime ? 2 : 4)) throw new DerError('a malformed time');
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    ...[number, number, number],
    ...[number, number, number],
  ];
  const fullYear = value.tag === TAG.generalizedTime ? year : year < 50 ? 2000 + year : 1900 + year;
  return new Date(Date.UTC(fullYear, month - 1, day, hour, minute, second));
}

function expectTag(value: DerValue | undefined, tag: number): DerValue {
  if (value?.tag !== tag) {
    throw new DerError(
      `expected tag 0x${tag.toString(16)}, found ${value ? `0x${value.tag.toString(16)}` : 'nothing'}`,
    );
  }
  return value;
}

function readAt(bytes: Uint8Array, offset: number): DerValue {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) throw new DerError('the value is cut off');
  if ((tag & 0x1f) === 0x1f) throw new DerError('high tag numbers are not supported');
  let start = offset + 2;
  let length = first;
  if (first & 0x80) {
    const count = first & 0x7f;
    // DER has no indefinite length (0x80); four bytes of length are 4 GB.
    if (count === 0 || count > 4) throw new DerError('a length that DER does not allow');
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] ?? Number.NaN);
    start += count;
  }
  if (!(start + length <= bytes.length)) throw new DerError('the value is cut off');
  return { tag, content: bytes.subarray(start, start + length), bytes: bytes.subarray(offset, start + length) };
}

/** One value with this tag; several contents are put one after another. */
export function writeDer(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  const length = content.length;
  if (length < 0x80) return Buffer.concat([Uint8Array.of(tag, length), content]);
  const digits = Buffer.from(length.toString(16).padStart(length > 0xffff ? 6 : length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Uint8Array.of(tag, 0x80 | digits.length), digits, content]);
}

export function writeSequence(...items: Uint8Array[]): Uint8Array {
  return writeDer(TAG.sequence, ...items);
}

/** From dotted decimal. */
export function writeOid(oid: string): Uint8Array {
  const [first, second, ...rest] = oid.split('.').map(Number) as [number, number, ...number[]];
  const content: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift(0x80 | (left & 0x7f));
    content.push(...groups);
  }
  return writeDer(TAG.oid, Uint8Array.from(content));
}

/** A number that is not negative. */
export function writeInteger(value: bigint): Uint8Array {
  let hex = value.toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  if (Number.parseInt(hex.slice(0, 2), 16) >= 0x80) hex = `00${hex}`;
  return writeDer(TAG.integer, Buffer.from(hex, 'hex'));
}

/** A BIT STRING of whole bytes. */
export function writeBits(bytes: Uint8Array): Uint8Array {
  return writeDer(TAG.bitString, Uint8Array.of(0), bytes);
}

/** UTCTime up to 2049, GeneralizedTime later; whole seconds. */
export function writeTime(time: Date): Uint8Array {
  const digits = time.toISOString().replace(/[-:T]|\.\d+/g, '');
  return time.getUTCFullYear() < 2050
    ? writeDer(TAG.utcTime, Buffer.from(digits.slice(2)))
    : writeDer(TAG.generalizedTime, Buffer.from(digits));
}
