/** Our ГОСТ against programs that share no line with it: OpenSSL with its ГОСТ engine, and xmllint. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Certificate, readCertificate } from '@/lib/gis/signature/certificate';
import { readDer, readItems, TAG, writeDer, writeInteger, writeSequence } from '@/lib/gis/signature/der';
import { createDevKey } from '@/lib/gis/signature/dev-key';
import { gost94 } from '@/lib/gis/signature/gost94';
import { publicKeyOf, signDigest, verifyDigest } from '@/lib/gis/signature/gost3410';
import { readPrivateKey } from '@/lib/gis/signature/key';
import { writePem } from '@/lib/gis/signature/pem';
import { loadSigner, type Signer } from '@/lib/gis/signature/signer';
import { streebog256 } from '@/lib/gis/signature/streebog';
import { signMessage, verifySignedMessage } from '@/lib/gis/signature/xades';
import { foreignDigest, foreignToolsAbsent, openssl } from './foreign/tools';
import { canonicalize, namespaces, verifyWithForeignTools } from './foreign/verify';

const sample = (name: string) => readFile(new URL(`./samples/${name}.xml`, import.meta.url), 'utf8');
const PASSPHRASE = 'Секрет 1';

describe.skipIf(foreignToolsAbsent)('foreign tools (OpenSSL with the ГОСТ engine, xmllint)', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);

  /** Makes a key (PEM, encrypted) and a self-signed certificate with OpenSSL. */
  function foreignKey(name: string, paramset: string, subject: string): void {
    const passphrase = ['-pass', `pass:${PASSPHRASE}`];
    const key = ['-algorithm', 'gost2012_256', '-pkeyopt', `paramset:${paramset}`, '-aes256', ...passphrase];
    openssl(['genpkey', ...key, '-out', at(`${name}.key`)]);
    const options = [
      '-key',
      at(`${name}.key`),
      '-passin',
      `pass:${PASSPHRASE}`,
      '-utf8',
      '-multivalue-rdn',
      '-days',
      '2',
    ];
    openssl(['req', '-x509', '-new', ...options, '-subj', subject, '-out', at(`${name}.crt`)]);
  }

  async function foreignSigner(name: string): Promise<Signer> {
    const files = { keyFile: at(`${name}.key`), certFile: at(`${name}.crt`), passphrase: PASSPHRASE };
    const loaded = await loadSigner(files, new Date());
    if (!loaded.ok) throw new Error(loaded.problem);
    return loaded.signer;
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'otklik-foreign-'));
    foreignKey(
      'own',
      'A',
      '/1.2.643.100.1=1000000000009/1.2.643.3.131.1.1=000000000000/C=RU/ST=00 Примерная область/L=г. Примерск' +
        '/street=ул. Образцовая, д. 1/O=ООО "А, Б \\+ В" <&>; \\\\/OU= #1 /emailAddress=a@example.org/title=Директор' +
        '/CN=Имя\\, Отчество+SN=Фамилия',
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('both hashes of messages of every length around the block sizes', () => {
    for (const length of [1, 31, 32, 33, 63, 64, 65, 95, 127, 128, 129, 4096, 70_001]) {
      // Ones carry through every addition.
      for (const data of [randomBytes(length), Buffer.alloc(length, 0xff)]) {
        expect(Buffer.from(streebog256(data)), `Streebog of ${length}`).toEqual(foreignDigest('md_gost12_256', data));
        expect(Buffer.from(gost94(data)), `34.11-94 of ${length}`).toEqual(foreignDigest('md_gost94', data));
      }
    }
    // Not 34.11-94 of nothing: there the engine hashes a block of zeros more than rhash and PROTOCOL §7.
    expect(Buffer.from(streebog256(new Uint8Array()))).toEqual(foreignDigest('md_gost12_256', new Uint8Array()));
  });

  test.each(['A', 'B', 'C', 'XA', 'XB', 'TCA', 'TCB', 'TCC', 'TCD'])(
    'curve %s: their signature, our signature',
    (set) => {
      foreignKey(set, set, `/CN=${set}`);
      const message = randomBytes(100);
      writeFileSync(at('message'), message);
      const password = ['-passin', `pass:${PASSPHRASE}`];
      const certificate = readCertificate(openssl(['x509', '-in', at(`${set}.crt`)]));

      const theirs = openssl([
        'dgst',
        '-md_gost12_256',
        '-sign',
        at(`${set}.key`),
        ...password,
        '-binary',
        at('message'),
      ]);
      expect(verifyDigest(certificate.publicKey, streebog256(message), theirs, certificate.curve)).toBe(true);

      const key = readPrivateKey(openssl(['pkey', '-in', at(`${set}.key`), ...password]).toString());
      expect(publicKeyOf(key.scalar, key.curve)).toMatchObject(certificate.publicKey);
      writeFileSync(at('signature'), signDigest(key.scalar, streebog256(message), key.curve));
      writeFileSync(at('public.pem'), openssl(['x509', '-in', at(`${set}.crt`), '-noout', '-pubkey']));
      const verify = ['dgst', '-md_gost12_256', '-verify', at('public.pem'), '-signature', at('signature')];
      expect(openssl([...verify, at('message')]).toString()).toContain('Verified OK');
      writeFileSync(at('message'), Buffer.concat([message, Buffer.of(0)]));
      expect(() => openssl([...verify, at('message')])).toThrow();
    },
  );

  test('a certificate is read as OpenSSL reads it', () => {
    const certificate = readCertificate(openssl(['x509', '-in', at('own.crt'), '-outform', 'DER']));
    expect(certificate.issuer).toBe(
      'cn=Имя\\, Отчество+2.5.4.4=Фамилия,2.5.4.12=Директор,1.2.840.113549.1.9.1=a@example.org,ou=\\ #1\\ ,' +
        'o=ООО \\"А\\, Б \\+ В\\" \\<&\\>\\; \\\\,street=ул. Образцовая\\, д. 1,l=г. Примерск,st=00 Примерная область,c=RU,' +
        '1.2.643.3.131.1.1=000000000000,1.2.643.100.1=1000000000009',
    );
    expect(certificate.subjectName).toBe('Имя, Отчество');
    const field = (name: string) =>
      openssl(['x509', '-in', at('own.crt'), '-noout', `-${name}`])
        .toString()
        .trim();
    expect(field('serial')).toBe(
      `serial=${BigInt(certificate.serialNumber).toString(16).toUpperCase().padStart(40, '0')}`,
    );
    expect(new Date(field('startdate').replace('notBefore=', ''))).toEqual(certificate.notBefore);
    expect(new Date(field('enddate').replace('notAfter=', ''))).toEqual(certificate.notAfter);
  });

  describe('a message', () => {
    let signed: string;
    beforeAll(async () => {
      const signer = await foreignSigner('own');
      const request = (await sample('10-importResponses.request')).replace(
        /(?<=<drs:description>)[^<]*/,
        'Строка\u2028и ]]&gt; с &lt;tag a="&amp;"&gt;&#xD;\n\tконец',
      );
      signed = await signMessage(request, signer, { signingTime: new Date() });
    });

    test('signed by us verifies with them', async () => {
      await verifyWithForeignTools(signed);
    });

    test('sample 14 verifies with them', async () => {
      await verifyWithForeignTools(await sample('14-importResponses.signed.request'));
    });

    test.each([
      ['the body', /(?<=<drs:lastName>)./, 'Ы', 'digest of the signed element'],
      ['SignedProperties', /(?<=<xades:SigningTime>20)\d\d/, '11', 'digest of SignedProperties'],
      ['SignedInfo', '-ref0"', '-ref1"', 'Verification failure'],
      ['SignatureValue', /(?<=<ds:SignatureValue>.{10})./, '+', 'Verification failure'],
      ['the issuer', '1000000000009</ds:X509IssuerName>', '1</ds:X509IssuerName>', 'digest of SignedProperties'],
      ['the certificate', /(?<=<ds:X509Certificate>.{300})./, '+', 'digest of the certificate'],
      ['the schema', /<drs:hasDebt>true/, '<drs:hasDebt>да', 'hasDebt'],
    ])('a changed byte in %s is seen by them', async (_, from, to, reason) => {
      const changed = signed.replace(from, to);
      expect(changed).not.toBe(signed);
      await expect(verifyWithForeignTools(changed)).rejects.toThrow(reason);
    });

    test('canonicalized inclusively, as other clients and perhaps the portal do, it verifies with us', async () => {
      const cut = (text: string, name: string) => new RegExp(`<${name}[ >].*</${name}>`, 's').exec(text)![0];
      const element = cut(signed, 'drs:importDSRResponsesRequest');
      const signature = cut(signed, 'ds:Signature');
      const { ds, xades, ...outer } = Object.fromEntries(namespaces(signed)) as Record<string, string>;
      const digest = (fragment: string, scope: Record<string, string>) =>
        foreignDigest('md_gost12_256', canonicalize(fragment, new Map(Object.entries(scope)), '--c14n')).toString(
          'base64',
        );
      const elementDigest = digest(
        element.replace(signature, () => ''),
        outer,
      );
      const propertiesDigest = digest(cut(signature, 'xades:SignedProperties'), { ...outer, ds: ds!, xades: xades! });
      const digests = [elementDigest, propertiesDigest];
      const signedInfo = cut(signature, 'ds:SignedInfo')
        .replaceAll('http://www.w3.org/2001/10/xml-exc-c14n#', 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315')
        .replace(/<ds:Transforms><ds:Transform [^>]*><\/ds:Transforms>/, '') // none means inclusive
        .replace(/(?<=<ds:DigestValue>)[^<]*/g, () => digests.shift()!);
      writeFileSync(at('info'), canonicalize(signedInfo, new Map(Object.entries({ ...outer, ds: ds! })), '--c14n'));
      const sign = ['dgst', '-md_gost12_256', '-sign', at('own.key'), '-passin', `pass:${PASSPHRASE}`, '-binary'];
      const value = openssl([...sign, at('info')]).toString('base64');
      const inclusive = signed
        .replace(cut(signature, 'ds:SignedInfo'), () => signedInfo)
        .replace(/(?<=<ds:SignatureValue>)[^<]*/, value);
      expect(verifySignedMessage(inclusive)).toMatchObject({ ok: true });
      // Inclusive canonicalization sees the declarations of the envelope.
      const moved = inclusive.replace('<soap:Envelope ', '<soap:Envelope xmlns:zzz="urn:z" ');
      expect(verifySignedMessage(moved)).toEqual({ ok: false, problem: 'SignatureValue does not verify' });
    });

    test('signed by OpenSSL through the external command verifies with us', async () => {
      const command = `openssl dgst -engine gost -md_gost12_256 -sign '${at('own.key')}' -passin 'pass:${PASSPHRASE}' -binary`;
      const loaded = await loadSigner({ certFile: at('own.crt'), signCommand: command }, new Date());
      if (!loaded.ok) throw new Error(loaded.problem);
      const message = await sample('01-exportDebtSubrequests.request');
      const bySomeoneElse = await signMessage(message, loaded.signer, { signingTime: new Date() });
      expect(verifySignedMessage(bySomeoneElse)).toMatchObject({ ok: true });
      await verifyWithForeignTools(bySomeoneElse);
    });
  });

  describe('keys', () => {
    test('the forms of PKCS#8 that OpenSSL writes', () => {
      const expected = readPrivateKey(
        openssl(['pkey', '-in', at('own.key'), '-passin', `pass:${PASSPHRASE}`]).toString(),
      );
      const source = ['pkcs8', '-topk8', '-in', at('own.key'), '-passin', `pass:${PASSPHRASE}`];
      for (const options of [
        ['-nocrypt'],
        ['-v2', 'aes-256-cbc', '-passout', 'pass:x'],
        ['-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA1', '-passout', 'pass:x'],
        ['-v2', 'aes-192-cbc', '-v2prf', 'hmacWithSHA512', '-iter', '10000', '-passout', 'pass:x'],
      ]) {
        const pem = openssl([...source, ...options]).toString();
        expect(readPrivateKey(pem, 'x').scalar, options.join(' ')).toBe(expected.scalar);
      }
      // Rarer ways to write the number, which OpenSSL reads too: INTEGER, an inner OCTET STRING, a product of two numbers.
      const { scalar, curve } = expected;
      const plain = openssl([...source, '-nocrypt', '-outform', 'DER']);
      const [, algorithm] = readItems(readDer(plain));
      const littleEndian = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
      const mask = 0x1234567890abcdef1234567890abcdefn;
      const masked = curve.Point.Fn.mul(scalar, curve.Point.Fn.inv(mask));
      for (const form of [
        writeInteger(scalar),
        writeDer(TAG.octetString, littleEndian(scalar)),
        Buffer.concat([littleEndian(masked), littleEndian(mask)]),
      ]) {
        const info = writeSequence(writeInteger(0n), algorithm!.bytes, writeDer(TAG.octetString, form));
        const pem = writePem('PRIVATE KEY', info);
        expect(readPrivateKey(pem).scalar).toBe(scalar);
        const theirs = openssl(['pkey', '-outform', 'DER', '-pubout'], pem);
        expect(theirs).toEqual(
          openssl(['pkey', '-in', at('own.key'), '-passin', `pass:${PASSPHRASE}`, '-outform', 'DER', '-pubout']),
        );
      }
      const scrypt = openssl([...source, '-scrypt', '-passout', 'pass:x']).toString();
      expect(() => readPrivateKey(scrypt, 'x')).toThrow('способом, который не поддерживается');
    });

    test('keys that are not ours to use', () => {
      const generate = (...args: string[]) => openssl(['genpkey', '-algorithm', ...args]).toString();
      expect(() => readPrivateKey(generate('gost2012_512', '-pkeyopt', 'paramset:A'))).toThrow('Ключ не подходит');
      expect(() => readPrivateKey(generate('rsa'))).toThrow('Ключ не подходит');
      const request = [
        'req',
        '-x509',
        '-new',
        '-newkey',
        'rsa:2048',
        '-noenc',
        '-keyout',
        at('rsa.key'),
        '-subj',
        '/CN=x',
      ];
      expect(() => readCertificate(openssl(request))).toThrow('Ключ сертификата не подходит');
    });

    test('a dev key is a real key with a real certificate', async () => {
      const { keyPem, certPem } = await createDevKey({ subject: 'ООО «Учёба», "1"', passphrase: PASSPHRASE });
      writeFileSync(at('dev.key'), keyPem);
      writeFileSync(at('dev.crt'), certPem);
      const publicText = (text: string) =>
        text
          .replace(/\s/g, '')
          // OpenSSL leaves leading zeros of a coordinate out
          .match(/X:([0-9A-F]{1,64})Y:([0-9A-F]{1,64})/)!
          .slice(1)
          .map((hex) => hex.padStart(64, '0'));
      const key = openssl(['pkey', '-in', at('dev.key'), '-passin', `pass:${PASSPHRASE}`, '-noout', '-text_pub']);
      const certificate: Certificate = readCertificate(certPem);
      expect(publicText(key.toString())).toEqual(publicHex(certificate));
      const text = openssl([
        'x509',
        '-in',
        at('dev.crt'),
        '-noout',
        '-text',
        '-nameopt',
        'utf8,sep_comma_plus',
      ]).toString();
      expect(text).toContain('ООО «Учёба», "1"');
      expect(publicText(text)).toEqual(publicHex(certificate));
      // Its own signature, too: -check_ss_sig.
      const verify = ['verify', '-check_ss_sig', '-CAfile', at('dev.crt'), at('dev.crt')];
      expect(openssl(verify).toString()).toContain('OK');

      const signer = await foreignSigner('dev');
      const message = await sample('11-importResponses.revoke.request');
      await verifyWithForeignTools(await signMessage(message, signer, { signingTime: new Date() }));
    });
  });
});

function publicHex({ publicKey: { x, y } }: Certificate): string[] {
  return [x, y].map((coordinate) => coordinate.toString(16).toUpperCase().padStart(64, '0'));
}
