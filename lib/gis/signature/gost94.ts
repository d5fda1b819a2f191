/**
 * ГОСТ Р 34.11-94 with the CryptoPro parameters (RFC 5831, S-boxes id-GostR3411-94-CryptoProParamSet of RFC 4357 §11.2):
 * the hash of an attached file (AttachmentHASH, PROTOCOL §7).
 */

/** S-boxes K1…K8; K1 acts on the lowest four bits. */
const SBOXES = [
  'a4568137dce092bf',
  '5f402db91763cea8',
  '7fce94103b526a8d',
  '4a7c0f28e165db93',
  '764b9c2a180efd35',
  '7624d9f0a15b8ec3',
  'de41705a3c8f629b',
  '13a95b4f867ed02c',
].map((row) => Array.from(row, (digit) => Number.parseInt(digit, 16)));

/** BOX[256·i + b]: byte i of the round's sum replaced through two S-boxes and rotated left by 11 bits. */
const BOX = new Int32Array(1024);
for (let i = 0; i < 4; i++) {
  for (let b = 0; b < 256; b++) {
    const value = ((SBOXES[2 * i + 1]![b >> 4]! << 4) | SBOXES[2 * i]![b & 15]!) << (8 * i);
    BOX[256 * i + b] = (value << 11) | (value >>> 21);
  }
}

/** The constant C3 of the key generation as little-endian words (RFC 5831 §6.1). */
const C3 = Int32Array.of(
  ...[0xff00ff00, 0xff00ff00, 0x00ff00ff, 0x00ff00ff, 0x00ffff00, 0xff0000ff, 0x000000ff, 0xff00ffff],
);

const KEY_ORDER = [...[0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1, 0]];

/** The state of one hash: everything is 256-bit numbers in eight little-endian words. */
class State {
  readonly h = new Int32Array(8);
  private readonly u = new Int32Array(8);
  private readonly v = new Int32Array(8);
  private readonly key = new Int32Array(8);
  /** ψ is a shift register of 16-bit words that moves on by one word per application: 74 of them in a step. */
  private readonly register = new Int32Array(16 + 74);

  /** h = χ(h, m): one step of the hash (RFC 5831 §6). */
  step(m: Int32Array): void {
    const { h, u, v, register } = this;
    u.set(h);
    v.set(m);
    for (let part = 0; part < 4; part++) {
      if (part > 0) {
        shiftA(u);
        if (part === 2) for (let i = 0; i < 8; i++) u[i]! ^= C3[i]!;
        shiftA(v);
        shiftA(v);
      }
      this.makeKey();
      this.encrypt(part);
    }
    this.shuffle(0, 12);
    xorHalves(register, 12, m);
    this.shuffle(12, 13);
    xorHalves(register, 13, h);
    this.shuffle(13, 74);
    for (let i = 0; i < 8; i++) h[i] = register[74 + 2 * i]! | (register[75 + 2 * i]! << 16);
  }

  /** key = P(u ⊕ v): byte j of each of the four 64-bit quarters makes word j. */
  private makeKey(): void {
    const { u, v, key } = this;
    for (let half = 0; half < 2; half++) {
      const a = u[half]! ^ v[half]!;
      const b = u[half + 2]! ^ v[half + 2]!;
      const c = u[half + 4]! ^ v[half + 4]!;
      const d = u[half + 6]! ^ v[half + 6]!;
      for (let j = 0; j < 4; j++) {
        const shift = 8 * j;
        key[4 * half + j] =
          ((a >>> shift) & 255) |
          (((b >>> shift) & 255) << 8) |
          (((c >>> shift) & 255) << 16) |
          (((d >>> shift) & 255) << 24);
      }
    }
  }

  /** Encrypts quarter `part` of h by ГОСТ 28147-89 with the current key into the register. */
  private encrypt(part: number): void {
    const { h, key, register } = this;
    let low = h[2 * part]!;
    let high = h[2 * part + 1]!;
    for (let round = 0; round < 32; round += 2) {
      const first = (low + key[KEY_ORDER[round]!]!) | 0;
      high ^=
        BOX[first & 255]! ^
        BOX[256 | ((first >>> 8) & 255)]! ^
        BOX[512 | ((first >>> 16) & 255)]! ^
        BOX[768 | (first >>> 24)]!;
      const second = (high + key[KEY_ORDER[round + 1]!]!) | 0;
      low ^=
        BOX[second & 255]! ^
        BOX[256 | ((second >>> 8) & 255)]! ^
        BOX[512 | ((second >>> 16) & 255)]! ^
        BOX[768 | (second >>> 24)]!;
    }
    register[4 * part] = high & 0xffff;
    register[4 * part + 1] = high >>> 16;
    register[4 * part + 2] = low & 0xffff;
    register[4 * part + 3] = low >>> 16;
  }

  /** Applies ψ `to − from` times to the sixteen words at `from`. */
  private shuffle(from: number, to: number): void {
    const r = this.register;
    for (let i = from; i < to; i++) r[i + 16] = r[i]! ^ r[i + 1]! ^ r[i + 2]! ^ r[i + 3]! ^ r[i + 12]! ^ r[i + 15]!;
  }
}

/** x = A(x): the quarters move down by one, the new upper one is the sum of the two lowest. */
function shiftA(x: Int32Array): void {
  const low = x[0]! ^ x[2]!;
  const high = x[1]! ^ x[3]!;
  x.copyWithin(0, 2);
  x[6] = low;
  x[7] = high;
}

function xorHalves(register: Int32Array, at: number, value: Int32Array): void {
  for (let i = 0; i < 8; i++) {
    register[at + 2 * i]! ^= value[i]! & 0xffff;
    register[at + 2 * i + 1]! ^= value[i]! >>> 16;
  }
}

/** sum += addend modulo 2^256. */
function add(sum: Int32Array, addend: Int32Array): void {
  let carry = 0;
  for (let i = 0; i < 8; i++) {
    const total = (sum[i]! >>> 0) + (addend[i]! >>> 0) + carry;
    sum[i] = total | 0;
    carry = total > 0xffffffff ? 1 : 0;
  }
}

/**
 * ГОСТ Р 34.11-94 (CryptoPro parameters) of `data`: 32 bytes in the order of `openssl dgst -md_gost94`; their lower-case
 * hex is AttachmentHASH. Empty data → 981e5f3c…d656c0.
 */
export function gost94(data: Uint8Array): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const state = new State();
  const sum = new Int32Array(8);
  const block = new Int32Array(8);

  let offset = 0;
  for (; offset + 32 <= data.length; offset += 32) {
    for (let i = 0; i < 8; i++) block[i] = view.getInt32(offset + 4 * i, true);
    state.step(block);
    add(sum, block);
  }
  // A last incomplete block is padded with zeros; empty data has no block at all.
  if (offset < data.length) {
    const tail = new Uint8Array(32);
    tail.set(data.subarray(offset));
    const tailView = new DataView(tail.buffer);
    for (let i = 0; i < 8; i++) block[i] = tailView.getInt32(4 * i, true);
    state.step(block);
    add(sum, block);
  }
  const bits = data.length * 8;
  block.fill(0);
  block[0] = bits | 0;
  block[1] = Math.floor(bits / 2 ** 32);
  state.step(block);
  state.step(sum);

  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (let i = 0; i < 8; i++) out.setInt32(4 * i, state.h[i]!, true);
  return digest;
}
