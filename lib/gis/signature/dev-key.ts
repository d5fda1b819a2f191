/** A throw-away ГОСТ key with a self-signed certificate: for the demo, the training stand and tests, without any OpenSSL. */
import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { TAG, writeBits, writeDer, writeInteger, writeOid, writeSequence, writeTime } from './der';
import { curveByOid, publicKeyOf, signDigest } from './gost3410';
import { writePem } from './pem';
import { streebog256 } from './streebog';

const OID = {
  gost2012_256: '1.2.643.7.1.1.1.1',
  streebog256: '1.2.643.7.1.1.2.2',
  gost2012WithStreebog256: '1.2.643.7.1.1.3.2',
  cryptoProA: '1.2.643.2.2.35.1',
  commonName: '2.5.4.3',
  organizationName: '2.5.4.10',
  countryName: '2.5.4.6',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacWithSha256: '1.2.840.113549.2.9',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
} as const;

const YEARS = 10;
const ITERATIONS = 100_000;

/**
 * Makes a fresh key on the curve CryptoPro-A: `keyPem` is encrypted PKCS#8 (PBES2, AES-256-CBC) for `passphrase`, `certPem`
 * a self-signed certificate of `subject` (its common name), valid from an hour before `now` for ten years. The real portal
 * does not accept such a certificate.
 */
export async function createDevKey(options: {
  subject: string;
  passphrase: string;
  now?: Date;
}): Promise<{ keyPem: string; certPem: string }> {
  const { subject, passphrase, now = new Date() } = options;
  const curve = curveByOid(OID.cryptoProA);
  const scalar = (BigInt(`0x${randomBytes(48).toString('hex')}`) % (curve.order - 1n)) + 1n;
  const { x, y } = publicKeyOf(scalar, curve);
  const algorithm = writeSequence(
    writeOid(OID.gost2012_256),
    writeSequence(writeOid(OID.cryptoProA), writeOid(OID.streebog256)),
  );

  const name = writeSequence(
    nameAttribute(OID.countryName, writeDer(0x13, Buffer.from('RU'))),
    nameAttribute(OID.organizationName, utf8('Учебный контур «Отклик»')),
    nameAttribute(OID.commonName, utf8(subject)),
  );
  const notAfter = new Date(now);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + YEARS);
  const signatureAlgorithm = writeSequence(writeOid(OID.gost2012WithStreebog256));
  // Version 1 (no version field): there are no extensions.
  const toBeSigned = writeSequence(
    writeInteger(BigInt(`0x${randomBytes(16).toString('hex')}`) + 1n),
    signatureAlgorithm,
    name,
    writeSequence(writeTime(new Date(now.getTime() - 3_600_000)), writeTime(notAfter)),
    name,
    writeSequence(algorithm, writeBits(writeDer(TAG.octetString, littleEndian(x), littleEndian(y)))),
  );
  const signature = signDigest(scalar, streebog256(toBeSigned), curve);
  const certificate = writeSequence(toBeSigned, signatureAlgorithm, writeBits(signature));

  const keyInfo = writeSequence(writeInteger(0n), algorithm, writeDer(TAG.octetString, littleEndian(scalar)));
  return {
    keyPem: writePem('ENCRYPTED PRIVATE KEY', encrypt(keyInfo, passphrase)),
    certPem: writePem('CERTIFICATE', certificate),
  };
}

/** EncryptedPrivateKeyInfo (RFC 5958 §3) by PBES2 (RFC 8018). */
function encrypt(plain: Uint8Array, passphrase: string): Uint8Array {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(passphrase, salt, ITERATIONS, 32, 'sha256'), iv);
  const derivation = writeSequence(
    writeOid(OID.pbkdf2),
    writeSequence(
      writeDer(TAG.octetString, salt),
      writeInteger(BigInt(ITERATIONS)),
      writeSequence(writeOid(OID.hmacWithSha256), writeDer(TAG.null)),
    ),
  );
  const encryption = writeSequence(writeOid(OID.aes256Cbc), writeDer(TAG.octetString, iv));
  return writeSequence(
    writeSequence(writeOid(OID.pbes2), writeSequence(derivation, encryption)),
    writeDer(TAG.octetString, cipher.update(plain), cipher.final()),
  );
}

function nameAttribute(oid: string, value: Uint8Array): Uint8Array {
  return writeDer(TAG.set, writeSequence(writeOid(oid), value));
}

function utf8(text: string): Uint8Array {
  return writeDer(TAG.utf8String, Buffer.from(text));
}

function littleEndian(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}
