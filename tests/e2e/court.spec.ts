import { randomUUID } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import ExcelJS from 'exceljs';
import { DEMO_HOUSES, DEMO_ORG_PPA_GUID } from '../stand/demo-data';
import { complaintsOf, logIn, noViolations, openRequest, receive, send, stand, statusOf } from './journey';

const xlsx = async (rows: unknown[][]) => {
  const book = new ExcelJS.Workbook();
  book.addWorksheet('Лист1').addRows(rows);
  return {
    name: 'таблица.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: Buffer.from(await book.xlsx.writeBuffer()),
  };
};
async function load(page: Page, kind: string, rows: unknown[][], button: RegExp) {
  await page.goto(`/imports?kind=${kind}`);
  await page.getByLabel('Файл .xlsx').setInputFiles(await xlsx(rows));
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
  await page.getByRole('button', { name: button }).click();
  await expect(page.getByText('Загружено.')).toBeVisible();
}
const STREET = 'г Верхнеозёрск, ул Судебная';

test('from Excel to a confirmed «Да»: houses, accounts, a case, filled, confirmed, sent', async ({ browser }) => {
  test.slow();
  const [admin, clerk, head] = [
    await (await browser.newContext()).newPage(),
    await (await browser.newContext()).newPage(),
    await (await browser.newContext()).newPage(),
  ];
  const complaints = [admin, clerk, head].map(complaintsOf);
  await logIn(admin, 'admin');
  await admin.goto('/houses');
  await admin.getByRole('link', { name: 'Загрузить из Excel' }).click();
  await noViolations(admin);
  await admin
    .getByLabel('Файл .xlsx')
    .setInputFiles({ name: 'a.xlsx', mimeType: 'text/plain', buffer: Buffer.from('а;б') });
  await expect(admin.getByText(/Это не\sфайл .xlsx/)).toBeVisible();
  await admin.goto('/imports?kind=houses');
  await admin.getByLabel('Файл .xlsx').setInputFiles(
    await xlsx([
      ['Адрес', 'Код ФИАС'],
      [`${STREET}, д. 1`, ''],
      [`${STREET}, д. 2`, 'не код'],
    ]),
  );
  await expect(admin.getByRole('row').filter({ hasText: 'Код ФИАС' }).last()).toContainText('32');
  await noViolations(admin);
  await admin.getByRole('button', { name: 'Загрузить 1' }).click();
  await expect(admin.getByText('Загружено.')).toBeVisible();

  await logIn(clerk, 'dementyeva');
  const rows = [
    ['Лицевой счёт', 'Адрес дома', 'Помещение', 'Фамилия', 'Имя', 'Отчество'],
    ['77001', `${STREET}, 1`, '5', 'Судебнов', 'Иван', 'Ильич'],
  ];
  await load(clerk, 'accounts', rows, /Загрузить 1/);
  await clerk.goto('/accounts');
  await clerk.getByLabel('Номер, ЕЛС, адрес или фамилия').fill('Судебнов');
  await clerk.getByRole('button', { name: 'Найти' }).click();
  await expect(clerk).toHaveURL(/search=/);
  expect(decodeURIComponent(clerk.url())).not.toContain('Судебнов');
  await noViolations(clerk);
  await clerk.getByRole('link', { name: '77001' }).click();
  await clerk.getByRole('link', { name: 'Добавить дело' }).click();
  await clerk.getByRole('button', { name: 'Сохранить' }).click();
  await expect(clerk.getByText('Введите номер.')).toBeVisible();
  await noViolations(clerk);
  const year = new Date().getFullYear();
  for (const [label, value] of [
    ['Номер', '2-77/2025'],
    ['Дата', '01.02.2025'],
    ['Период взыскания с', `01.01.${year - 1}`],
    ['Период взыскания по', `30.06.${year - 1}`],
    ['Сумма задолженности, ₽', '12 000,50'],
    ['Вступил в силу', '01.03.2025'],
    ['Сумма взыскания по решению суда, ₽', '12 000,50'],
  ] as const)
    await clerk.getByLabel(label, { exact: true }).fill(value);
  await clerk.getByLabel('Решение суда').selectOption('Взыскать полностью');
  await clerk.getByRole('button', { name: 'Добавить: Судебнов Иван Ильич' }).click();
  await clerk.getByRole('button', { name: 'Сохранить' }).click();
  await expect(clerk).toHaveURL(/court-cases\/[0-9a-f-]{36}/);
  await expect(clerk.getByText('12 000,50 ₽').first()).toBeVisible();

  await logIn(head, 'orlova');
  const { requestNumber } = await stand.addRequest({
    orgPPAGUID: DEMO_ORG_PPA_GUID,
    houseAddress: `624071, обл Приозёрская, ${STREET}, д. 1`,
    addressDetails: 'кв. 5',
  });
  await receive(head);
  await openRequest(head, requestNumber);
  await expect(head.getByText(/Подтверждено судом: дело/)).toBeVisible();
  await head.getByRole('button', { name: 'Заполнить ответ' }).click();
  await expect(statusOf(head)).toContainText('Готов к отправке');
  await expect(head.getByText(/ждёт подтверждения/).first()).toBeVisible();
  await noViolations(head);

  await clerk.goto('/court-cases/verification');
  await noViolations(clerk);
  const waiting = clerk.getByRole('row').filter({ hasText: requestNumber });
  await waiting.getByRole('button', { name: /Подтверждаю/ }).click();
  await expect(waiting).toHaveCount(0);
  await head.reload();
  await send(head);
  await expect(statusOf(head)).toContainText('Отправлен', { timeout: 30_000 });
  await expect(head.getByText(/Заполнено по\sсудебным делам/)).toBeVisible();

  await clerk.goto('/court-cases');
  await noViolations(clerk);
  await clerk.getByRole('link', { name: '2-77/2025' }).click();
  await clerk.getByLabel('Дата платежа').fill('01.06.2025');
  await clerk.getByLabel('Сумма, ₽', { exact: true }).fill('99 999');
  await clerk.getByRole('button', { name: 'Внести платёж' }).click();
  await expect(clerk.getByText('Это больше остатка.')).toBeVisible();
  await clerk.getByLabel('Сумма, ₽', { exact: true }).fill('12 000,50');
  await clerk.getByRole('button', { name: 'Внести платёж' }).click();
  await expect(clerk.getByText('Платежи: 1')).toBeVisible();
  await noViolations(clerk);
  await head.goto('/notifications');
  await expect(head.locator('#main').getByText(/долг погашен или решение отменено/)).toBeVisible();
  expect(complaints.flat()).toEqual([]);
});

test('what is not matched is chosen by hand, and the house is remembered', async ({ page }) => {
  const complaints = complaintsOf(page);
  await logIn(page, 'orlova');
  const house = DEMO_HOUSES[0]!;
  const address = house.address.replace('ул Космонавтов, д. 14, корп. 2', 'ул им. Космонавтов, д. 14, корп. 2');
  const houseGuid = randomUUID();
  const [first, second] = [
    await stand.addRequest({
      orgPPAGUID: DEMO_ORG_PPA_GUID,
      houseGuid,
      houseAddress: address,
      addressDetails: 'кв. 9',
    }),
    await stand.addRequest({
      orgPPAGUID: DEMO_ORG_PPA_GUID,
      houseGuid,
      houseAddress: address,
      addressDetails: 'кв. 28',
    }),
  ];
  await receive(page);
  await page.goto('/debt-requests/matching');
  await noViolations(page);
  await openRequest(page, first.requestNumber);
  await page.getByRole('link', { name: 'Сопоставить' }).click();
  const row = page.getByRole('row').filter({ hasText: first.requestNumber });
  await expect(row).toContainText('нет в списке');
  await row.getByRole('button', { name: /Выбрать.*кв\. 9/ }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByText('Запрос сопоставлен.')).toBeVisible();
  await openRequest(page, second.requestNumber);
  await expect(page.getByText('Судебных дел нет, счетов: 1.')).toBeVisible();
  expect(complaints).toEqual([]);
});
