/** The stand's check of signatures against the valid sample 14: any changed byte is refused, with the reason. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { XmlElement } from 'libxml2-wasm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkSignature } from '../stand/signature';
import { type Stand, startStand } from '../stand/stand';
import { ackOf, getState, post, SAMPLE_EXECUTOR, SAMPLE_ORG } from '../stand/test-client';
import { NS, parseDocument } from '../stand/xml';

const SAMPLE = readFileSync(new URL('../gis/samples/14-importResponses.signed.request.xml', import.meta.url), 'utf8');
const NOW = Date.parse('2026-11-22T12:00:00+03:00');

function check(xml: string, now = NOW): string {
  using doc = parseDocument(Buffer.from(xml));
  const verdict = checkSignature(doc, doc.get('/e:Envelope/e:Body/*', { e: NS.soap }) as XmlElement, now);
  return verdict.ok ? 'valid' : verdict.reason;
}

/** The sample with one place replaced; fails when there is no such place. */
function changed(from: string | RegExp, to: string): string {
  const xml = SAMPLE.replace(from, to);
  if (xml === SAMPLE) throw new Error(`Nothing to replace: ${from}`);
  return xml;
}

test('the sample is valid, and so it is in another envelope with other prefixes around it', () => {
  expect(check(SAMPLE)).toBe('valid');
  expect(check(changed('<soap:Envelope ', '<soap:Envelope xmlns:more="urn:more" '))).toBe('valid');
  // The header is not signed (PROTOCOL §8).
  expect(check(changed(/0b7c1f2e-3a54-4d68-9c1b-7e2f4a6d8c14/, randomUUID()))).toBe('valid');
});

test.each<[string, string | RegExp, string, string]>([
  ['a letter of the answer', 'Образцов<', 'Образцoв<', 'хэш содержимого не совпал'],
  ['a space between elements', '<drs:action>', '<drs:action> ', 'хэш содержимого не совпал'],
  ['the time of signing', '09:30:00.000+03:00</xades', '09:30:01.000+03:00</xades', 'хэш свойств подписи не совпал'],
  ['a digest in SignedInfo', 'HGidQ/0P', 'HGidQ/1P', 'значение подписи не подтверждено'],
  ['SignedInfo', /-ref0"/, '-ref1"', 'значение подписи не подтверждено'],
  ['SignatureValue', '2zajFi', '3zajFi', 'значение подписи не подтверждено'],
  ['the digest of the certificate', 'MxPSF8', 'MxPSF9', 'хэш сертификата не совпал'],
  [
    'the serial number',
    '2459281838254544063995307604409433839',
    '2459281838254544063995307604409433838',
    'серийный номер',
  ],
  ['the value of the issuer', 'l=г. Примерск', 'l=г.Примерск', 'издатель'],
  ['upper case in the issuer', 'l=г. Примерск', 'L=г. Примерск', 'издатель'],
  [
    'an algorithm of 2001',
    /urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102012-gostr34112012-256/,
    'http://www.w3.org/2001/04/xmldsig-more#gostr34102001-gostr3411',
    'алгоритм подписи',
  ],
  ['where QualifyingProperties point', 'Target="#xmldsig-2f', 'Target="#xmldsig-3f', 'другой подписи'],
  [
    'a second Id of the same name',
    '<drs:action>',
    '<drs:action Id="signed-data-container">',
    'не указывает на один элемент',
  ],
  ['the reference to the body', 'URI="#signed-data-container"', 'URI=""', 'не подтверждено'],
  [
    'an element that BES does not have',
    '</xades:SignedSignatureProperties>',
    '<xades:SignerRole/></xades:SignedSignatureProperties>',
    'XAdES-BES',
  ],
])('changed: %s', (_, from, to, reason) => {
  expect(check(changed(from, to))).toContain(reason);
});

test('the second known form of the issuer is recognised, too (the digest then fails, not the name)', () => {
  const second =
    '1.2.643.100.1=1000000000009, 1.2.643.3.131.1.1=000000000000, STREET=ул. Образцовая\\, д. 1, C=RU, ' +
    'ST=00 Примерная область, L=г. Примерск, O=АО \\"Образцовый УЦ\\", CN=Тестовый УЦ АО \\"Образцовый УЦ\\"';
  expect(check(changed(/cn=Тестовый.*?(?=<\/ds:X509IssuerName>)/, second))).toBe('хэш свойств подписи не совпал');
  expect(check(changed(/cn=Тестовый.*?(?=<\/ds:X509IssuerName>)/, second.replaceAll(', ', ',')))).toContain('издатель');
});

test('a certificate that is not valid yet, or no more', () => {
  expect(check(SAMPLE, Date.parse('2026-11-21T22:40:55Z'))).toBe('сертификат не действует на дату подписи');
  expect(check(SAMPLE, Date.parse('2036-11-18T22:40:57Z'))).toBe('сертификат не действует на дату подписи');
});

let stand: Stand;
beforeEach(async () => {
  stand = await startStand({ clock: () => NOW });
  stand.control.addOrganization({
    orgPPAGUID: SAMPLE_ORG,
    name: 'ООО «Пример»',
    employees: [{ guid: SAMPLE_EXECUTOR, fio: 'Исполнителев Иван Примерович' }],
  });
  stand.control.addRequest({ orgPPAGUID: SAMPLE_ORG, guid: '4c1d9e70-c1b0-11f1-8e3a-0242ac120064' });
  stand.control.addFile({
    guid: 'a4b5c6d7-e8f9-4a0b-9c1d-2e3f40516273',
    orgPPAGUID: SAMPLE_ORG,
    name: 'act.pdf',
    base64: btoa('abc'),
  });
});
afterEach(() => stand.close());

const DER = /<ds:X509Certificate>([^<]+)/.exec(SAMPLE)![1]!;
const fresh = () => changed(/0b7c1f2e-3a54-4d68-9c1b-7e2f4a6d8c14/, randomUUID());

test('the signed sample is accepted over HTTP and its answer stands', async () => {
  const guid = ackOf(await post(stand.url, 'importResponses', SAMPLE));
  const { text } = await getState(stand.url, guid);
  expect(text).toContain('UpdateDate');
  expect(stand.control.subrequest({ subrequestGuid: '4c1d9e70-c1b0-11f1-8e3a-0242ac120064' }).status).toBe('Sent');
});

test('a changed byte is refused over HTTP, also where unsigned messages would pass', async () => {
  stand.control.set({ requireSignature: false });
  const reply = await post(stand.url, 'importResponses', changed('Образцов<', 'Образцoв<'));
  expect(reply.status).toBe(500);
  expect(reply.text).toContain('AUT011004: Ошибка проверки подписи: хэш содержимого не совпал');
  expect(stand.control.summary().acceptedSends).toBe(0);
});

test('a valid signature of a certificate that is not registered is refused', async () => {
  const other = Buffer.from(DER, 'base64');
  other[other.length - 1]! ^= 1;
  stand.control.registerCertificate({ certificate: other.toString('base64') });
  const reply = await post(stand.url, 'importResponses', fresh());
  expect(reply.text).toContain('сертификат не зарегистрирован');
  stand.control.registerCertificate({
    certificate: `-----BEGIN CERTIFICATE-----\n${DER}\n-----END CERTIFICATE-----\n`,
  });
  expect((await post(stand.url, 'importResponses', fresh())).status).toBe(200);
});
