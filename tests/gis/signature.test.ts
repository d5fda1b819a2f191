import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCertificate } from '@/lib/gis/signature/certificate';
import { createDevKey } from '@/lib/gis/signature/dev-key';
import { readPrivateKey } from '@/lib/gis/signature/key';
import { commandSigner, loadSigner, pemSigner, type Signer } from '@/lib/gis/signature/signer';
import { streebog256 } from '@/lib/gis/signature/streebog';
import { signMessage, verifySignedMessage } from '@/lib/gis/signature/xades';
import { run } from './foreign/tools';

const sample = (name: string) => readFile(new URL(`./samples/${name}.xml`, import.meta.url), 'utf8');
const PASSPHRASE = 'пароль с пробелами';

let folder: string;
let sample14: string;
let unsigned: string;
let files: { key: string; certificate: string; otherKey: string };
let signer: Signer;

const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'otklik-signature-'));
  sample14 = await sample('14-importResponses.signed.request');
  unsigned = sample14.replace(/<ds:Signature .*<\/ds:Signature>/s, '');
  const own = await createDevKey({ subject: 'ООО «Пример»', passphrase: PASSPHRASE });
  const other = await createDevKey({ subject: 'Чужой', passphrase: PASSPHRASE });
  files = {
    key: file('key.pem', own.keyPem),
    certificate: file('certificate.pem', own.certPem),
    otherKey: file('other.pem', other.keyPem),
  };
  signer = pemSigner({
    key: readPrivateKey(own.keyPem, PASSPHRASE),
    certificate: readCertificate(own.certPem),
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('sample 14', () => {
  const certificate14 = () => readCertificate(Buffer.from(/<ds:X509Certificate>(.*?)</.exec(sample14)![1]!, 'base64'));

  test('its certificate is read', () => {
    expect(certificate14()).toMatchObject({
      issuer:
        'cn=Тестовый УЦ АО \\"Образцовый УЦ\\",o=АО \\"Образцовый УЦ\\",l=г. Примерск,st=00 Примерная область,c=RU,' +
        'street=ул. Образцовая\\, д. 1,1.2.643.3.131.1.1=000000000000,1.2.643.100.1=1000000000009',
      serialNumber: '2459281838254544063995307604409433839',
      subjectName: 'ООО "Пример ЖКХ" (тестовый ключ)',
      notBefore: new Date('2026-11-21T22:40:56Z'),
      notAfter: new Date('2036-11-18T22:40:56Z'),
      curveOid: '1.2.643.2.2.35.1',
    });
    expect(Buffer.from(streebog256(certificate14().der)).toString('base64')).toBe(
      'MxPSF8Hp3knYnucaXbOiAdz6B2M56+FPePgLlGF5W8s=',
    );
  });

  test('verifies', () => {
    expect(verifySignedMessage(sample14)).toMatchObject({ ok: true });
  });

  test('is re-created byte for byte when its key signs the same SignedInfo', async () => {
    const value = Buffer.from(/<ds:SignatureValue>(.*?)</.exec(sample14)![1]!, 'base64');
    const again = await signMessage(
      unsigned,
      { certificate: certificate14(), sign: async () => value },
      {
        signingTime: new Date('2026-11-22T06:30:00.000Z'),
        signatureId: 'xmldsig-2f0e8d6c-5b4a-4938-8271-60f5e4d3c2b1',
      },
    );
    expect(again).toBe(sample14);
  });

  test.each([
    ['the body', '>Образцов<', '>Образцова<', 'the digest of the signed element differs'],
    ['white space in the body', '<drs:action><base', '<drs:action> <base', 'the digest of the signed element differs'],
    [
      'an attribute of the element',
      'base:version="14.0.0.0"',
      'base:version="14.0.0.1"',
      'the digest of the signed element differs',
    ],
    [
      'SignedProperties',
      '09:30:00.000+03:00</xades',
      '09:30:01.000+03:00</xades',
      'the digest of SignedProperties differs',
    ],
    ['SignedInfo', '-ref0"', '-ref1"', 'SignatureValue does not verify'],
    ['a digest in SignedInfo', '>HGidQ', '>HGidR', 'SignatureValue does not verify'],
    ['SignatureValue', '>2zaj', '>2zak', 'SignatureValue does not verify'],
    ['the certificate', 'B8xU</ds:X509C', 'B8xV</ds:X509C', 'the digest of the certificate differs'],
    ['the serial number', '9433839<', '9433838<', 'the serial number of the certificate differs'],
    ['the issuer', '1000000000009<', '1000000000008<', 'the issuer of the certificate differs'],
    [
      'the signature algorithm',
      /SignatureMethod Algorithm="[^"]*"/,
      'SignatureMethod Algorithm="x"',
      'SignatureMethod x is not supported',
    ],
    ['a third child of the Body', '</soap:Body>', '<drs:x/></soap:Body>', 'the Body must have one element'],
    ['a DOCTYPE', '<soap:Envelope', '<!DOCTYPE x><soap:Envelope', 'XML with a DOCTYPE is not accepted'],
    ['the signature', /<ds:Signature .*<\/ds:Signature>/s, '', '<importDSRResponsesRequest> has no <Signature>'],
  ])('refused after a change in %s', (_, from, to, problem) => {
    const changed = sample14.replace(from, to);
    expect(changed).not.toBe(sample14);
    expect(verifySignedMessage(changed)).toEqual({ ok: false, problem });
  });

  test('a header is not signed, as the portal expects', () => {
    const changed = sample14.replace('0b7c1f2e-3a54-4d68', '0b7c1f2e-3a54-4d69');
    expect(verifySignedMessage(changed)).toMatchObject({ ok: true });
  });

  test('a signed element moved away, with another in its place, is refused', () => {
    const container = /<drs:importDSR.*<\/drs:importDSRResponsesRequest>/s.exec(sample14)![0];
    const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(sample14)![0];
    const forged = container
      .replace('<drs:hasDebt>true', '<drs:hasDebt>false')
      .replace(
        signature,
        signature.replace('<ds:Object>', `<ds:Object>${container.replace(signature, '')}</ds:Object><ds:Object>`),
      );
    expect(verifySignedMessage(sample14.replace(container, forged))).toMatchObject({ ok: false });
    const otherId = forged.replace('Id="signed-data-container"', 'Id="other"');
    expect(verifySignedMessage(sample14.replace(container, otherId))).toMatchObject({ ok: false });
  });
});

describe('signing a message', () => {
  test('adds the signature and leaves every other byte alone', async () => {
    const signed = await signMessage(unsigned, signer, { signingTime: new Date() });
    expect(verifySignedMessage(signed)).toMatchObject({ ok: true, certificate: { subjectName: 'ООО «Пример»' } });
    expect(signed.replace(/<ds:Signature .*<\/ds:Signature>/s, '')).toBe(unsigned);
    expect(signed).toMatch(/Id="signed-data-container" base:version="14.0.0.0"><ds:Signature /);
  });

  test.each([
    '01-exportDebtSubrequests.request',
    '02-exportDebtSubrequests.page2.request',
    '03-exportDebtSubrequests.by-guid.request',
    '10-importResponses.request',
    '11-importResponses.revoke.request',
    '35-exportNsiItem.request',
  ])('sample %s', async (name) => {
    const signed = await signMessage(await sample(name), signer, { signingTime: new Date() });
    expect(verifySignedMessage(signed)).toMatchObject({ ok: true });
  });

  test('survives being put into another envelope', async () => {
    const signed = await signMessage(unsigned, signer, { signingTime: new Date() });
    const moved = signed
      .replace('<soap:Envelope ', '<soap:Envelope xmlns="urn:somebody" xmlns:zzz="urn:z" ')
      .replaceAll('soap:', 'S:')
      .replace('xmlns:soap', 'xmlns:S');
    expect(verifySignedMessage(moved)).toMatchObject({ ok: true });
  });

  test('text that looks like markup, U+2028, emoji, CR and long Cyrillic stay intact', async () => {
    const text = `Id="signed-data-container" ]]&gt; &lt;x Id="signed-data-container"&gt; \u2028 🏠 &#xD;\n\t${'Ж'.repeat(9001)}`;
    const message = unsigned
      .replace(/(?<=<drs:description>)[^<]*/, () => text)
      .replace('<drs:action>', '<!-- <a Id="signed-data-container"> --><drs:action>');
    const signed = await signMessage(message, signer, { signingTime: new Date() });
    expect(verifySignedMessage(signed)).toMatchObject({ ok: true });
    expect(signed.replace(/<ds:Signature .*<\/ds:Signature>/s, '')).toBe(message);
  });

  test('SigningTime is Moscow time, also across midnight', async () => {
    const signed = await signMessage(unsigned, signer, { signingTime: new Date('2026-12-31T21:00:00.007Z') });
    expect(signed).toContain('<xades:SigningTime>2027-01-01T00:00:00.007+03:00</xades:SigningTime>');
  });

  test('two signatures have different ids', async () => {
    const ids = await Promise.all(
      [1, 2].map(
        async () =>
          /Id="(xmldsig-[0-9a-f-]{36})"/.exec(await signMessage(unsigned, signer, { signingTime: new Date() }))![1],
      ),
    );
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('throws on a message that is signed already, has nothing to sign, or has it twice', async () => {
    const options = { signingTime: new Date() };
    await expect(signMessage(sample14, signer, options)).rejects.toThrow('signed already');
    await expect(signMessage(await sample('05-getState.request'), signer, options)).rejects.toThrow('0 elements');
    const twice = unsigned.replace('<drs:action>', '<drs:action Id="signed-data-container">');
    await expect(signMessage(twice, signer, options)).rejects.toThrow('2 elements');
  });
});

describe('the signer of the installation', () => {
  const now = new Date();
  const config = () => ({ keyFile: files.key, passphrase: PASSPHRASE, certFile: files.certificate });
  const years = (count: number) => new Date(now.getFullYear() + count, 0);

  test('a key and its certificate', async () => {
    expect(await loadSigner(config(), now)).toMatchObject({
      ok: true,
      signer: { certificate: { subjectName: 'ООО «Пример»' } },
    });
  });

  test.each([
    [
      'no certificate file',
      () => ({ ...config(), certFile: join(folder, 'none.pem') }),
      'Файл сертификата (GIS_CERT_FILE) не найден: ',
    ],
    [
      'a folder for a certificate',
      () => ({ ...config(), certFile: folder }),
      'Файл сертификата (GIS_CERT_FILE) не читается (EISDIR): ',
    ],
    [
      'a certificate that is none',
      () => ({ ...config(), certFile: file('junk.pem', 'junk') }),
      'В файле сертификата нет сертификата',
    ],
    [
      'a certificate cut off',
      () => ({ ...config(), certFile: file('cut.der', signer.certificate.der.subarray(0, 200)) }),
      'Файл сертификата повреждён',
    ],
    [
      'no key file',
      () => ({ ...config(), keyFile: join(folder, 'none.pem') }),
      'Файл ключа (GIS_KEY_FILE) не найден: ',
    ],
    [
      'a certificate in place of the key',
      () => ({ ...config(), keyFile: files.certificate }),
      'В файле ключа нет закрытого ключа',
    ],
    ['a wrong passphrase', () => ({ ...config(), passphrase: 'не тот' }), 'Пароль к ключу не подходит'],
    ['no passphrase', () => ({ ...config(), passphrase: undefined }), 'Ключ защищён паролем'],
    [
      'the key of another certificate',
      () => ({ ...config(), keyFile: files.otherKey }),
      'Закрытый ключ (GIS_KEY_FILE) не подходит к сертификату «ООО «Пример»»',
    ],
    [
      'neither key nor command',
      () => ({ certFile: files.certificate }),
      'Не задан ни ключ (GIS_KEY_FILE), ни команда подписи',
    ],
    ['both key and command', () => ({ ...config(), signCommand: 'true' }), 'Заданы и GIS_KEY_FILE, и GIS_SIGN_COMMAND'],
    [
      'a command that fails',
      () => ({ certFile: files.certificate, signCommand: 'exit 7' }),
      'завершилась с ошибкой (код 7)',
    ],
    [
      'a command that signs nothing',
      () => ({ certFile: files.certificate, signCommand: 'cat >/dev/null' }),
      'выдала 0 байт вместо 64',
    ],
    [
      'a command that signs with another key',
      () => ({ certFile: files.certificate, signCommand: 'head -c 64 /dev/zero' }),
      'не подходит к сертификату',
    ],
    ['a command that talks too much', () => ({ certFile: files.certificate, signCommand: 'yes' }), 'больше 64 байт'],
  ])('says what is wrong: %s', async (_, makeConfig, problem) => {
    expect(await loadSigner(makeConfig(), now)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  test('an expired certificate and one of the future', async () => {
    expect(await loadSigner(config(), years(11))).toEqual({
      ok: false,
      problem: expect.stringMatching(/^Срок действия сертификата «ООО «Пример»» истёк \d\d\.\d\d\.\d{4}: /),
    });
    expect(await loadSigner(config(), years(-1))).toEqual({
      ok: false,
      problem: expect.stringMatching(/^Сертификат «ООО «Пример»» действует только с \d\d\.\d\d\.\d{4}\./),
    });
  });

  test('a command that signs well is used, one run at a time; the time limit kills it with its children', async () => {
    const signature = file('signature.bin', await signer.sign(Buffer.from('<x></x>')));
    const input = join(folder, 'input');
    const good = commandSigner({ command: `cat > ${input} && cat ${signature}`, certificate: signer.certificate });
    expect(await good.sign(Buffer.from('<x></x>'))).toHaveLength(64);
    expect(await readFile(input, 'utf8')).toBe('<x></x>');

    const turns = file('turns', '');
    const exclusive = `mkdir ${join(folder, 'busy')} && echo turn >> ${turns} && cat ${signature} && rmdir ${join(folder, 'busy')}`;
    const token = commandSigner({ command: exclusive, certificate: signer.certificate });
    await Promise.all([1, 2, 3].map(() => token.sign(Buffer.from('<x></x>'))));
    expect(await readFile(turns, 'utf8')).toBe('turn\nturn\nturn\n');

    // The child of the shell holds the pipe open: its end is the end of that child.
    const pipe = join(folder, 'pipe');
    run('mkfifo', [pipe]);
    const closed = readFile(pipe);
    const command = `sleep 60 > ${pipe} & wait`;
    const slow = commandSigner({ command, certificate: signer.certificate, timeoutMs: 300 });
    await expect(slow.sign(Buffer.from('<x></x>'))).rejects.toThrow('не ответила за 0.3 с и остановлена');
    expect(await closed).toHaveLength(0);
  });
});
