import fs from 'node:fs';
import { expect, test } from '@playwright/test';
import ExcelJS from 'exceljs';
import { DEMO_ORG_PPA_GUID } from '../stand/demo-data';
import { complaintsOf, logIn, noViolations, openRequest, receive, stand, statusOf } from './journey';

test('a file is downloaded, filled in and loaded back: what is right goes, what is wrong is named', async ({
  page,
}) => {
  test.setTimeout(240_000);
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
  for (const tab of ['Пример', 'Формат']) {
    await page.getByRole('navigation', { name: 'Загрузить из файла' }).getByRole('link', { name: tab }).click();
    await expect(page.getByRole('columnheader', { name: /Наличие задолженности|Столбец/ })).toBeVisible();
    await noViolations(page);
  }
  const sample = page.waitForEvent('download');
  await page.goto('/debt-requests/import');
  await page.getByRole('link', { name: 'Скачать пример' }).click();
  const example = new ExcelJS.Workbook();
  await example.xlsx.load(fs.readFileSync(await (await sample).path()) as never);
  expect(example.worksheets[0]!.getCell('O2').value).toBe('НЕТ');

  const choose = async (name: string, buffer: Buffer) =>
    page.getByLabel('Файл .xlsx').setInputFiles({
      name,
      mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      buffer,
    });
  await choose('ответы.xlsx', Buffer.alloc(5 * 1024 * 1024 + 1));
  await expect(page.locator('section[role=alert]')).toContainText('больше 5');
  await choose('ответы.xls', Buffer.from('a'));
  await expect(page.locator('section[role=alert]')).toContainText('.xlsx');
  await noViolations(page);
  await choose('ответы.xlsx', Buffer.from(await book.xlsx.writeBuffer()));
  await page.waitForURL(/\/import\/[0-9a-f-]{36}/);
  const rows = page.getByRole('region', { name: 'Строки файла' });
  await expect(rows.getByRole('row', { name: new RegExp(no.requestNumber) })).toContainText('отсутствует');
  await expect(rows.getByRole('row', { name: new RegExp(wrong.requestNumber) })).toContainText('Бывает: ДА или НЕТ');
  await noViolations(page);
  // a choice outlives the page
  await rows.getByRole('checkbox', { name: 'Загрузить строку 2' }).uncheck();
  await expect(page.getByRole('button', { name: 'Загрузить 0 ответов' })).toHaveAttribute('aria-disabled', 'true');
  await page.reload();
  await expect(rows.getByRole('checkbox', { name: 'Загрузить строку 2' })).not.toBeChecked();
  await rows.getByRole('checkbox', { name: 'Загрузить строку 2' }).check();
  await page
    .getByRole('navigation', { name: 'Какие строки показать' })
    .getByRole('link', { name: /Ошибки/ })
    .click();
  await expect(rows.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Загрузить 1 ответ' }).click();
  await expect(page.getByText('Загружено ответов: 1.')).toBeVisible();
  await noViolations(page);
  const results = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Скачать файл с результатом' }).click();
  const result = new ExcelJS.Workbook();
  await result.xlsx.load(fs.readFileSync(await (await results).path()) as never);
  expect(result.worksheets[0]!.getCell('V2').value).toBe('загружен');

  await openRequest(page, wrong.requestNumber);
  await expect(statusOf(page)).toContainText('Новый');
  await openRequest(page, no.requestNumber);
  await expect(statusOf(page)).toContainText('Готов к отправке');
  await page.goto('/debt-requests/import');
  const listed = page.getByRole('region', { name: 'Загруженные файлы' }).getByRole('row').nth(1);
  await expect(listed).toContainText('загружено ответов: 1, не\u00a0загружено: 1');
  await noViolations(page);
  await listed.getByRole('link', { name: 'ответы.xlsx' }).click();
  await page.getByRole('button', { name: 'Подписать и отправить загруженные' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Подписать и отправить 1 ответ' }).click();
  await page.waitForURL(/\/bulk\//);
  await openRequest(page, no.requestNumber);
  await expect(statusOf(page)).toContainText('Отправлен', { timeout: 30_000 });
  expect(complaints).toEqual([]);
});
