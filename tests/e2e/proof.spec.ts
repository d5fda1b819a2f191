import { type APIResponse, expect, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import { complaintsOf, logIn, openNewRequest, send, statusOf } from './journey';

/** What leaves the card as a file: the proof package, and attachments shown in the page. */

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

/** A page with words, made so that a viewer opens it. */
function pdfThatOpens(): Buffer {
  const content = 'BT /F1 24 Tf 40 100 Td (2-1184) Tj ET';
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  return Buffer.from(
    `${text}${table}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF`,
  );
}

const reasonOf = async (response: APIResponse) => [response.status(), (await response.json()).reason];

test('the proof of an answer, and its files in the page', async ({ page, browser }) => {
  test.setTimeout(120_000);
  const complaints = complaintsOf(page);
  await logIn(page, 'orlova');
  const { number } = await openNewRequest(page);
  const id = new URL(page.url()).pathname.split('/').at(-1)!;
  const proof = `/api/debt-requests/${id}/proof`;
  expect(await reasonOf(await page.request.get(proof))).toEqual([409, 'notAllowed']);

  await page.getByLabel('существует').check();
  const debtor = page.getByRole('region', { name: 'Должник 1' });
  await debtor.getByLabel('Фамилия').fill('Кравцов');
  await debtor.getByLabel('Имя').fill('Артём');
  await page.getByLabel('Файлы к ответу').setInputFiles([
    { name: 'Решение 2-1184.pdf', mimeType: 'application/pdf', buffer: pdfThatOpens() },
    { name: 'снимок.png', mimeType: 'image/png', buffer: PICTURE },
    { name: '<script>.txt', mimeType: 'text/html', buffer: Buffer.from('<script>alert(1)</script>') },
  ]);
  await expect(page.getByRole('link', { name: 'txt' })).toBeVisible();
  await send(page);
  await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 30_000 });
  const address = async (name: string) => `${await page.getByRole('link', { name }).first().getAttribute('href')}/view`;
  const [pdf, picture, text] = [await address('Решение'), await address('снимок'), await address('txt')];

  await test.step('the package comes as a zip and leaves a line in the history', async () => {
    const response = await page.request.get(proof);
    expect(response.status()).toBe(200);
    expect(response.headers()).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(`Подтверждение ${number}.zip`)}`,
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    });
    const entries = unzipSync(await response.body());
    expect(Object.keys(entries)).toEqual(expect.arrayContaining(['verify.sh', 'messages/1/reply.xml', 'история.html']));
    await page.reload();
    await expect(page.getByText('Скачано подтверждение: Орлова')).toBeVisible();
  });

  await test.step('a picture and a PDF are shown, sandboxed; text is not', async () => {
    const response = await page.request.get(pdf);
    expect(response.status()).toBe(200);
    expect(response.headers()).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': expect.stringMatching(/^inline; /),
      'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'; frame-ancestors 'self';/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'cache-control': 'private, no-store',
    });
    expect((await page.request.get(picture)).headers()['content-type']).toBe('image/png');
    expect(await reasonOf(await page.request.get(text))).toEqual([415, 'notAllowed']);
    await page.evaluate((src) => {
      const frame = document.createElement('iframe');
      frame.src = src;
      document.body.append(frame);
    }, pdf);
    // the browser's own viewer opens it in a frame of the page, under the policies of both
    const viewer = () => page.frames().some((frame) => frame.url().startsWith('chrome-extension://'));
    await expect.poll(viewer).toBe(true);
  });

  await test.step('who may not, gets neither', async () => {
    const other = await browser.newContext();
    const executor = await other.newPage();
    expect(await reasonOf(await executor.request.get(proof))).toEqual([401, 'unauthenticated']);
    expect(await reasonOf(await executor.request.get(pdf))).toEqual([401, 'unauthenticated']);
    await logIn(executor, 'safina');
    expect(await reasonOf(await executor.request.get(proof))).toEqual([403, 'forbidden']);
    expect((await executor.request.get(pdf)).status()).toBe(200);
    const absent = pdf.replace(/[0-9a-f]{8}-/, '00000000-');
    expect(await reasonOf(await executor.request.get(absent))).toEqual([404, 'notFound']);
    await other.close();
  });
  expect(complaints).toEqual([]);
});
