/** Private keys of ГОСТ Р 34.10-2012 (256 bit) in PKCS#8 PEM, as OpenSSL with the ГОСТ engine writes them. */
import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { DerError, type DerValue, readDer, readInteger, readItems, readOctets, readOid, TAG } from './der';
import { type Curve, curveByOid } from './gost3410';
import { pemBlocks } from './pem';
import { SigningProblem } from './problem';

export interface PrivateKey {
  readonly scalar: bigint;
  readonly curve: Curve;
}

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const HMAC_SHA1 = '1.2.840.113549.2.7';

const HMACS: Record<string, string> = {
  [HMAC_SHA1]: 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

const CIPHERS: Record<string, { name: string; keyLength: number }> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyLength: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyLength: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyLength: 32 },
};

const GOST_2012_256 = '1.2.643.7.1.1.1.1';

const CONVERT =
  'Преобразуйте его: openssl pkcs8 -engine gost -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in старый.pem -out новый.pem';

/**
 * Reads the key from PEM: `ENCRYPTED PRIVATE KEY` (PBES2 with PBKDF2 and AES-CBC) or `PRIVATE KEY`; a passphrase given for
 * the latter is ignored.
 * @throws SigningProblem with a Russian sentence: not PEM, no or wrong passphrase, not a ГОСТ key of 256 bit, another cipher
 */
export function readPrivateKey(pem: string, passphrase?: string): PrivateKey {
  const block = pemBlocks(pem).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (!block) {
    throw new SigningProblem('В файле ключа нет закрытого ключа: ожидается PEM («BEGIN ENCRYPTED PRIVATE KEY»).');
  }
  try {
    if (block.label === 'PRIVATE KEY' && !block.hasHeaders) return parseKey(readDer(block.bytes));
    if (block.label === 'ENCRYPTED PRIVATE KEY') return decrypt(readDer(block.bytes), passphrase);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new SigningProblem('Файл ключа повреждён: его содержимое не читается как PKCS#8.');
  }
  throw new SigningProblem(`Ключ записан не в виде PKCS#8 («BEGIN ${block.label}»). ${CONVERT}`);
}

function decrypt(encrypted: DerValue, passphrase: string | undefined): PrivateKey {
  const [algorithm, data] = readItems(encrypted);
  const [scheme, parameters] = readItems(algorithm!);
  if (readOid(scheme) !== PBES2) throw unsupported(readOid(scheme));
  const [derivation, encryption] = readItems(parameters!);
  const [derivationType, derivationParameters] = readItems(derivation!);
  if (readOid(derivationType) !== PBKDF2) throw unsupported(readOid(derivationType));
  // RFC 8018 §A.2: salt, iterations, an optional key length, an optional PRF (SHA-1 by default).
  const [salt, iterations, ...optional] = readItems(derivationParameters!);
  const prf = optional.find(({ tag }) => tag === TAG.sequence);
  const prfOid = prf ? readOid(readItems(prf)[0]) : HMAC_SHA1;
  const hmac = HMACS[prfOid];
  if (!hmac) throw unsupported(prfOid);
  const [cipherType, vector] = readItems(encryption!);
  const cipher = CIPHERS[readOid(cipherType)];
  if (!cipher) throw unsupported(readOid(cipherType));

  if (!passphrase) throw new SigningProblem('Ключ защищён паролем: задайте его в GIS_KEY_PASSPHRASE.');
  const rounds = Number(readInteger(iterations));
  const iv = readOctets(vector);
  const sane = rounds >= 1 && rounds <= 100_000_000 && iv.length === 16;
  if (!sane) throw new DerError('encryption parameters out of range');
  const secret = pbkdf2Sync(passphrase, readOctets(salt), rounds, cipher.keyLength, hmac);
  const decipher = createDecipheriv(cipher.name, secret, iv);
  const plain = attempt(() => readDer(Buffer.concat([decipher.update(readOctets(data)), decipher.final()])));
  // A wrong passphrase shows as wrong padding or, once in some 250 times, as plain bytes that are no DER.
  if (!plain) throw new SigningProblem('Пароль к ключу не подходит: проверьте GIS_KEY_PASSPHRASE.');
  return parseKey(plain);
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function unsupported(oid: string): SigningProblem {
  return new SigningProblem(`Ключ зашифрован способом, который не поддерживается (${oid}). ${CONVERT}`);
}

function parseKey(info: DerValue): PrivateKey {
  const [, algorithm, data] = readItems(info);
  const [type, parameters] = readItems(algorithm!);
  const typeOid = readOid(type);
  if (typeOid !== GOST_2012_256) {
    throw new SigningProblem(`Ключ не подходит (${typeOid}): ГИС ЖКХ принимает ГОСТ Р 34.10-2012 с ключом 256 бит.`);
  }
  const curveOid = readOid(readItems(parameters!)[0]);
  const curve = attempt(() => curveByOid(curveOid));
  if (!curve) throw new SigningProblem(`Набор параметров ключа ${curveOid} не поддерживается.`);
  const scalar = readScalar(readOctets(data), curve.order);
  if (scalar === 0n || scalar >= curve.order) throw new DerError('the private key is out of range');
  return { scalar, curve };
}

/**
 * The forms in circulation, as the ГОСТ engine reads them: 32 bytes little-endian, bare or in an OCTET STRING, each further
 * 32 bytes being a mask to multiply with (RFC 9548 writes such keys); or an INTEGER.
 */
function readScalar(data: Uint8Array, order: bigint): bigint {
  if (data.length % 32 !== 0) {
    const value = readDer(data);
    if (value.tag === TAG.integer) return readInteger(value);
    data = readOctets(value);
  }
  if (data.length === 0 || data.length % 32 !== 0) throw new DerError('the private key has a wrong length');
  let scalar = 1n;
  for (let offset = 0; offset < data.length; offset += 32) {
    const factor = BigInt(
      `0x${Buffer.from(data.subarray(offset, offset + 32))
        .reverse()
        .toString('hex')}`,
    );
    scalar = offset === 0 ? factor : (scalar * factor) % order;
  }
  return scalar;
}
