import { describe, expect, test } from 'vitest';
import { gost94 } from '@/lib/gis/signature/gost94';
import { curveByOid, makeCurve, publicKeyOf, signDigest, verifyDigest } from '@/lib/gis/signature/gost3410';
import { streebog256 } from '@/lib/gis/signature/streebog';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
/** Milliseconds of the fastest of three runs: a busy machine slows some, not all. */
const best = (action: () => unknown) =>
  Math.min(
    ...[1, 2, 3].map(() => {
      const started = performance.now();
      action();
      return performance.now() - started;
    }),
  );
const ascii = (text: string) => Buffer.from(text, 'latin1');

describe('ГОСТ Р 34.11-2012, 256 bit', () => {
  test.each([
    // RFC 6986 §10.1 and §10.2; the latter is «Се ветри, Стрибожи внуци, веютъ с моря стрелами на храбрыя плъкы Игоревы».
    [
      ascii('012345678901234567890123456789012345678901234567890123456789012'),
      '9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500',
    ],
    [
      Buffer.from(
        'd1e520e2e5f2f0e82c20d1f2f0e8e1eee6e820e2edf3f6e82c20e2e5fef2fa20f120ece' +
          'ef0ff20f1f2f0e5ebe0ece820ede020f5f0e0e1f0fbff20efebfaeafb20c8e3eef0e5e2fb',
        'hex',
      ),
      '9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50',
    ],
    // PROTOCOL §8
    [ascii('abc'), '4e2919cf137ed41ec4fb6270c61826cc4fffb660341e0af3688cd0626d23b481'],
    [ascii(''), '3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb'],
  ])('vector %#', (message, digest) => {
    expect(hex(streebog256(message))).toBe(digest);
  });

  test('reads a view in the middle of a buffer and leaves it unchanged', () => {
    const buffer = Buffer.from('xxabcxx');
    expect(hex(streebog256(buffer.subarray(2, 5)))).toBe(hex(streebog256(ascii('abc'))));
    expect(buffer.toString()).toBe('xxabcxx');
  });

  test('250 KB take well under 100 ms', () => {
    const message = new Uint8Array(250_000).fill(1);
    expect(best(() => streebog256(message))).toBeLessThan(100);
  });
});

describe('ГОСТ Р 34.11-94, CryptoPro parameters', () => {
  test.each([
    // PROTOCOL §7
    ['', '981e5f3ca30c841487830f84fb433e13ac1101569b9c13584ac483234cd656c0'],
    ['abc', 'b285056dbf18d7392d7677369524dd14747459ed8143997e163b2986f92fd42c'],
    // The list of vectors in circulation with the algorithm
    ['a', 'e74c52dd282183bf37af0079c9f78055715a103f17e3133ceff1aacf2f403011'],
    ['message digest', 'bc6041dd2aa401ebfa6e9886734174febdb4729aa972d60f549ac39b29721ba0'],
    ['The quick brown fox jumps over the lazy dog', '9004294a361a508c586fe53d1f1b02746765e71b765472786e4770d565830a76'],
  ])('of «%s»', (message, digest) => {
    expect(hex(gost94(ascii(message)))).toBe(digest);
  });

  test('a file of 5 MB takes less than two seconds', () => {
    const file = new Uint8Array(5_000_000).fill(0xff);
    expect(best(() => gost94(file))).toBeLessThan(2000);
  });
});

describe('ГОСТ Р 34.10-2012, 256 bit', () => {
  /** RFC 7091 §7.1 */
  const curve = makeCurve({
    p: 0x8000000000000000000000000000000000000000000000000000000000000431n,
    a: 0x7n,
    b: 0x5fbff498aa938ce739b8e022fbafef40563f6e6a3472fc2a514c0ce9dae23b7en,
    q: 0x8000000000000000000000000000000150fe8a1892976154c59cfc193accf5b3n,
    x: 0x2n,
    y: 0x8e2a8a0e65147d4bd6316030e16d19c85c97f0a9ca267122b96abbcea7e8fc8n,
  });
  const privateKey = 0x7a929ade789bb9be10ed359dd39a72c11b60961f49397eee1d19ce9891ec3b28n;
  const publicKey = {
    x: 0x7f2b49e270db6d90d8595bec458b50c58585ba1d4e9b788f6689dbd8e56fd80bn,
    y: 0x26f1b489d6701dd185c8413a977b3cbbaf64d1c593d26627dffb101a87ff77dan,
  };
  /** e of the RFC is a number; the digest is its little-endian bytes. */
  const digest = Buffer.from('2dfbc1b372d89a1188c09c52e0eec61fce52032ab1022e8e67ece6672b043ee5', 'hex').reverse();
  const signature = Buffer.from(
    '01456c64ba4642a1653c235a98a60249bcd6d3f746b631df928014f6c5bf9c40' +
      '41aa28d2f1ab148280cd9ed56feda41974053554a42767b83ad043fd39dc0493',
    'hex',
  );

  test('RFC 7091: public key and signature of the example', () => {
    expect(publicKeyOf(privateKey, curve)).toMatchObject(publicKey);
    expect(verifyDigest(publicKey, digest, signature, curve)).toBe(true);
  });

  test('any changed byte of the signature or the digest refuses', () => {
    for (let i = 0; i < 64; i += 7) {
      const changed = Buffer.from(signature);
      changed[i]! ^= 0x10;
      expect(verifyDigest(publicKey, digest, changed, curve), `signature byte ${i}`).toBe(false);
    }
    for (let i = 0; i < 32; i += 7) {
      const changed = Buffer.from(digest);
      changed[i]! ^= 1;
      expect(verifyDigest(publicKey, changed, signature, curve), `digest byte ${i}`).toBe(false);
    }
    const halves = Buffer.concat([signature.subarray(32), signature.subarray(0, 32)]);
    expect(verifyDigest(publicKey, digest, halves, curve), 'r ‖ s').toBe(false);
  });

  test('refuses r or s that is zero or not below q, another length, and a key off the curve', () => {
    const q = Buffer.from(curve.order.toString(16), 'hex');
    const [s, r] = [signature.subarray(0, 32), signature.subarray(32)];
    for (const bad of [
      Buffer.concat([s, Buffer.alloc(32)]),
      Buffer.concat([Buffer.alloc(32), r]),
      Buffer.concat([s, q]),
      Buffer.concat([q, r]),
      signature.subarray(1),
      Buffer.concat([signature, Buffer.alloc(1)]),
    ]) {
      expect(verifyDigest(publicKey, digest, bad, curve)).toBe(false);
    }
    expect(verifyDigest({ x: publicKey.x, y: publicKey.y + 1n }, digest, signature, curve)).toBe(false);
    expect(verifyDigest({ x: 0n, y: 0n }, digest, signature, curve)).toBe(false);
  });

  test.each([
    '1.2.643.2.2.35.1',
    '1.2.643.2.2.35.2',
    '1.2.643.2.2.35.3',
    '1.2.643.2.2.36.0',
    '1.2.643.2.2.36.1',
    '1.2.643.7.1.2.1.1.1',
    '1.2.643.7.1.2.1.1.2',
    '1.2.643.7.1.2.1.1.3',
    '1.2.643.7.1.2.1.1.4',
  ])('signs and verifies on %s', (oid) => {
    const named = curveByOid(oid);
    const key = publicKeyOf(privateKey % named.order, named);
    const first = signDigest(privateKey % named.order, digest, named);
    const second = signDigest(privateKey % named.order, digest, named);
    expect(verifyDigest(key, digest, first, named)).toBe(true);
    expect(verifyDigest(key, digest, second, named)).toBe(true);
    // The same nonce twice would give the same r.
    expect(hex(first.subarray(32))).not.toBe(hex(second.subarray(32)));
    expect(verifyDigest(key, streebog256(digest), first, named)).toBe(false);
  });

  test('a digest of zeros counts as one, not zero', () => {
    const zeros = new Uint8Array(32);
    expect(verifyDigest(publicKey, zeros, signDigest(privateKey, zeros, curve), curve)).toBe(true);
  });

  test('refuses what is no key, no digest and no curve', () => {
    expect(() => publicKeyOf(0n, curve)).toThrow(RangeError);
    expect(() => signDigest(curve.order, digest, curve)).toThrow(RangeError);
    expect(() => signDigest(privateKey, digest.subarray(1), curve)).toThrow(RangeError);
    expect(() => curveByOid('1.2.643.7.1.2.1.2.1')).toThrow(RangeError);
    expect(() => curveByOid('constructor')).toThrow(RangeError);
  });
});
