import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendAnswer } from '@/lib/debt-requests/answer';
import { uploadFile } from '@/lib/files/files';
import { answerNo, answerYes } from '../factories';
import { foreignToolsAbsent } from '../gis/foreign/tools';
import { verifyWithForeignTools } from '../gis/foreign/verify';
import { openPortal, type Portal } from '../portal';

/** Messages that the product really sent, as the portal received them, held against tools that share no code with us. */

describe.skipIf(foreignToolsAbsent)('xmllint and OpenSSL on what was sent', () => {
  let portal: Portal;
  let sent: { operation: string; body: string }[];

  beforeAll(async () => {
    portal = await openPortal();
    const { subrequestGuids } = portal.stand.control.addRequests({
      orgPPAGUID: portal.organization.orgPpaGuid,
      count: 3,
    });
    await portal.receive();
    const [first, second, third] = await Promise.all(subrequestGuids.map((guid) => portal.request(guid)));
    const file = await uploadFile(portal.head, {
      requestId: first!.id,
      name: 'Приказ «2-1».pdf',
      bytes: Buffer.from('%PDF-1.7'),
    });
    if (!file.ok) throw new Error(file.reason);
    const answers = [
      [first!, answerYes({ files: [{ id: file.file.id, documentTypeCode: '1' }] })],
      [second!, answerNo('строка\u2028другая ]]> <&> "кавычки" 🙂')],
      [third!, answerNo()],
    ] as const;
    for (const [request, answer] of answers) {
      await sendAnswer(portal.head, { id: request.id, version: request.version, answer });
      await portal.work();
    }
    sent = portal.stand.control.log().filter(({ operation }) => /^(export|import)/.test(operation));
  });

  afterAll(() => portal.close());

  test('every kind of signed message was sent', () => {
    expect(new Set(sent.map(({ operation }) => operation))).toEqual(
      new Set(['exportNsiItem', 'exportDebtSubrequests', 'importResponses']),
    );
    expect(sent.filter(({ operation }) => operation === 'importResponses')).toHaveLength(3);
  });

  test('each one is valid to xmllint and OpenSSL', async () => {
    for (const { body } of sent) await verifyWithForeignTools(body);
  }, 60_000);

  test.each([
    ['the body', /<drs:hasDebt>true</, '<drs:hasDebt>false<'],
    ['SignedProperties', /<xades:SigningTime>2/, '<xades:SigningTime>1'],
    ['SignedInfo', /<ds:DigestValue>[A-Za-z0-9+/]/, '<ds:DigestValue>='],
  ])(
    'a changed byte in %s fails there',
    async (_, pattern, replacement) => {
      const { body } = sent.find(({ operation, body }) => operation === 'importResponses' && body.includes('>true<'))!;
      const forged = body.replace(pattern, replacement);
      expect(forged).not.toBe(body);
      await expect(verifyWithForeignTools(forged)).rejects.toThrow();
    },
    30_000,
  );
});
