/** ГОСТ Р 34.10-2012 with a 256-bit key (RFC 7091) on the generic Weierstrass arithmetic of @noble/curves. */
import { createHmac, randomBytes } from 'node:crypto';
import { type WeierstrassPointCons, weierstrass } from '@noble/curves/abstract/weierstrass.js';

export interface Curve {
  /** Order of the subgroup, q of the standard. */
  readonly order: bigint;
  readonly Point: WeierstrassPointCons<bigint>;
}

/** A point in affine coordinates. */
export interface PublicKey {
  readonly x: bigint;
  readonly y: bigint;
}

export interface CurveParameters {
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly q: bigint;
  readonly x: bigint;
  readonly y: bigint;
  readonly cofactor?: bigint;
}

/** A curve from the parameters of the standard; a product asks {@link curveByOid}, tests also need the curve of RFC 7091. */
export function makeCurve({ p, a, b, q, x, y, cofactor = 1n }: CurveParameters): Curve {
  return { order: q, Point: weierstrass({ p, a, b, n: q, h: cofactor, Gx: x, Gy: y }) };
}

/** RFC 4357 §11.4, CryptoPro-A; RFC 7836 calls the same curve tc26 256 paramSetB. */
const CRYPTO_PRO_A: CurveParameters = {
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd97n,
  a: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd94n,
  b: 0xa6n,
  q: 0xffffffffffffffffffffffffffffffff6c611070995ad10045841b09b761b893n,
  x: 0x1n,
  y: 0x8d91e471e0989cda27df505a453f2b7635294f2ddf23e3b122acc99c9e9f1e14n,
};

/** RFC 4357 §11.4, CryptoPro-B; tc26 256 paramSetC. */
const CRYPTO_PRO_B: CurveParameters = {
  p: 0x8000000000000000000000000000000000000000000000000000000000000c99n,
  a: 0x8000000000000000000000000000000000000000000000000000000000000c96n,
  b: 0x3e1af419a269a5f866a7d3c25c3df80ae979259373ff2b182f49d4ce7e1bbc8bn,
  q: 0x800000000000000000000000000000015f700cfff1a624e5e497161bcc8a198fn,
  x: 0x1n,
  y: 0x3fa8124359f96680b83d1c3eb2c070e5c545c9858d03ecfb744bf8d717717efcn,
};

/** RFC 4357 §11.4, CryptoPro-C; tc26 256 paramSetD. */
const CRYPTO_PRO_C: CurveParameters = {
  p: 0x9b9f605f5a858107ab1ec85e6b41c8aacf846e86789051d37998f7b9022d759bn,
  a: 0x9b9f605f5a858107ab1ec85e6b41c8aacf846e86789051d37998f7b9022d7598n,
  b: 0x805an,
  q: 0x9b9f605f5a858107ab1ec85e6b41c8aa582ca3511eddfb74f02f3a6598980bb9n,
  x: 0x0n,
  y: 0x41ece55743711a8c3cbf3783cd08c0ee4d4dc440d4641a8f366e550dfdb3bb67n,
};

/** RFC 7836 appendix A.2, tc26 256 paramSetA in its Weierstrass form; the only one with a cofactor. */
const TC26_A: CurveParameters = {
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd97n,
  a: 0xc2173f1513981673af4892c23035a27ce25e2013bf95aa33b22c656f277e7335n,
  b: 0x295f9bae7428ed9ccc20e7c359a9d41a22fccd9108e17bf7ba9337a6f8ae9513n,
  q: 0x400000000000000000000000000000000fd8cddfc87b6635c115af556c360c67n,
  x: 0x91e38443a5e82c0d880923425712b2bb658b9196932e02c78b2582fe742daa28n,
  y: 0x32879423ab1a0375895786c4bb46e9565fde0b5344766740af268adb32322e5cn,
  cofactor: 4n,
};

const PARAMETERS: Record<string, CurveParameters> = {
  '1.2.643.2.2.35.1': CRYPTO_PRO_A,
  '1.2.643.2.2.35.2': CRYPTO_PRO_B,
  '1.2.643.2.2.35.3': CRYPTO_PRO_C,
  '1.2.643.2.2.36.0': CRYPTO_PRO_A,
  '1.2.643.2.2.36.1': CRYPTO_PRO_C,
  '1.2.643.7.1.2.1.1.1': TC26_A,
  '1.2.643.7.1.2.1.1.2': CRYPTO_PRO_A,
  '1.2.643.7.1.2.1.1.3': CRYPTO_PRO_B,
  '1.2.643.7.1.2.1.1.4': CRYPTO_PRO_C,
};

/** Made once per parameter set: the tables of multiples of the base point are built at the first signature and kept. */
const made = new Map<CurveParameters, Curve>();

/**
 * The 256-bit curve with this OID: CryptoPro A, B, C, XchA, XchB (RFC 4357) and tc26 paramSetA…D (RFC 7836).
 * Throws RangeError for any other OID.
 */
export function curveByOid(oid: string): Curve {
  const parameters = Object.hasOwn(PARAMETERS, oid) ? PARAMETERS[oid] : undefined;
  if (!parameters) throw new RangeError(`Not a known 256-bit curve of ГОСТ Р 34.10: ${oid}`);
  let curve = made.get(parameters);
  if (!curve) {
    curve = makeCurve(parameters);
    made.set(parameters, curve);
  }
  return curve;
}

/** The public key d·P. Throws RangeError if the private key is not in 1…q−1. */
export function publicKeyOf(privateKey: bigint, curve: Curve): PublicKey {
  requireScalar(privateKey, curve);
  return curve.Point.BASE.multiply(privateKey).toAffine();
}

/**
 * Signs a 32-byte digest: 64 bytes s ‖ r, each big-endian, as SignatureValue wants them and as OpenSSL's engine and
 * CryptoPro give them (PROTOCOL §8). The digest is read as a little-endian number. Two signatures of the same digest
 * differ. Throws RangeError on a key outside 1…q−1 or a digest of another length.
 */
export function signDigest(privateKey: bigint, digest: Uint8Array, curve: Curve): Uint8Array {
  requireScalar(privateKey, curve);
  const { order: q, Point } = curve;
  const e = digestNumber(digest, q);
  for (;;) {
    const k = nonce(privateKey, digest, q);
    const r = Point.BASE.multiply(k).toAffine().x % q;
    if (r === 0n) continue;
    const s = (r * privateKey + k * e) % q;
    if (s === 0n) continue;
    const signature = new Uint8Array(64);
    signature.set(toBytes(s), 0);
    signature.set(toBytes(r), 32);
    return signature;
  }
}

/** Checks a signature made as by {@link signDigest}; false also for a malformed signature or a point off the curve. */
export function verifyDigest(publicKey: PublicKey, digest: Uint8Array, signature: Uint8Array, curve: Curve): boolean {
  if (signature.length !== 64) return false;
  const { order: q, Point } = curve;
  const s = toNumber(signature.subarray(0, 32));
  const r = toNumber(signature.subarray(32));
  if (s === 0n || s >= q || r === 0n || r >= q) return false;
  let key: InstanceType<typeof Point>;
  try {
    key = Point.fromAffine({ x: publicKey.x, y: publicKey.y });
    key.assertValidity();
  } catch {
    return false;
  }
  const v = Point.Fn.inv(digestNumber(digest, q));
  const point = Point.BASE.mulAddUnsafe((s * v) % q, key, ((q - r) * v) % q);
  return !point.is0() && point.toAffine().x % q === r;
}

/** e of the standard: the digest, little-endian, modulo q, and never zero. */
function digestNumber(digest: Uint8Array, q: bigint): bigint {
  if (digest.length !== 32) throw new RangeError('The digest must have 32 bytes');
  return toNumber(Uint8Array.from(digest).reverse()) % q || 1n;
}

/**
 * A fresh secret k in 1…q−1. Key and digest are mixed in, so that even a repeating source of randomness never gives one k
 * to two digests (which would disclose the key); 512 bits make the bias of the reduction negligible.
 */
function nonce(privateKey: bigint, digest: Uint8Array, q: bigint): bigint {
  const wide = createHmac('sha512', toBytes(privateKey)).update(randomBytes(32)).update(digest).digest();
  return (toNumber(wide) % (q - 1n)) + 1n;
}

function requireScalar(privateKey: bigint, curve: Curve): void {
  if (privateKey <= 0n || privateKey >= curve.order) throw new RangeError('The private key is outside 1…q−1');
}

function toNumber(bigEndian: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bigEndian.buffer, bigEndian.byteOffset, bigEndian.byteLength).toString('hex')}`);
}

function toBytes(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}
