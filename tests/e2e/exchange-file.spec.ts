import fs from 'node:fs';
import { expect, test } from '@playwright/test';
import ExcelJS from 'exceljs';
import { DEMO_ORG_PPA_GUID } from '../stand/demo-data';
import { complaintsOf, logIn, noViolations, openRequest, receive, stand, statusOf } from './journey';

test('a file is downloaded, filled in and loaded back: what is right goes, what is wrong is named', async ({
  page,
}) => {
  const complaints = complaintsOf(page);
  await logIn(page, 'orlova');
  const [no, wrong] = [
    await stand.addRequest({ orgPPAGUID: DEMO_ORG_PPA_GUID, addressDetails: 'кв. 701' }),
    await stand.addRequest({ orgPPAGUID: DEMO_ORG_PPA_GUID, addressDetails: 'кв. 702' }),
  ];
  await receive(page);
  await page.goto(`/debt-requests?number=${no.requestNumber}`);
  await page.getByRole('button', { name: 'Скачать отбор' }).click();
  await page.waitForURL('**/debt-requests/export');
  const link = page.locator('tbody tr').first().getByRole('link', { name: 'Скачать файл' });
  await expect(link).toBeVisible({ timeout: 20_000 });
  await noViolations(page);
  const download = page.waitForEvent('download');
  await link.click();
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(fs.readFileSync(await (await download).path()) as never);
  const sheet = book.worksheets[0]!;
  expect(sheet.getCell('A2').value).toBe(no.requestNumber);
  sheet.getCell('O2').value = 'НЕТ';
  sheet.addRow([wrong.requestNumber, '', wrong.subrequestGuid]).getCell(15).value = 'наверное';

  await page.getByRole('link', { name: 'Загрузить из файла' }).click();
  await noViolations(page);
  await page.getByLabel('Файл .xlsx').setInputFiles({
    name: 'ответы.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: Buffer.from(await book.xlsx.writeBuffer()),
  });
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
  await expect(page.getByRole('region', { name: 'Что изменится' })).toContainText('отсутствует');
  await expect(page.getByRole('region', { name: /Ошибки/ })).toContainText('Бывает: ДА или НЕТ');
  await noViolations(page);
  await page.getByRole('button', { name: 'Загрузить 1' }).click();
  await expect(page.getByText('Загружено.')).toBeVisible();
  await openRequest(page, no.requestNumber);
  await expect(statusOf(page)).toContainText('Готов к отправке');
  await openRequest(page, wrong.requestNumber);
  await expect(statusOf(page)).toContainText('Новый');
  expect(complaints).toEqual([]);
});
