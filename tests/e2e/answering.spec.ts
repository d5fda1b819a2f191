import { expect, test } from '@playwright/test';
import { DEMO_REFUSAL } from '../stand/demo-data';
import { complaintsOf, logIn, noViolations, openRequest, PDF, receive, send, standUrl, statusOf } from './journey';

/** The main job, end to end: asked on the portal, received, answered, signed, sent, confirmed, seen by who asked. */
test('a head receives requests, answers them, and the asker sees the answers', async ({ page, context }) => {
  test.setTimeout(180_000);
  const complaints = complaintsOf(page);
  await logIn(page, 'orlova');
  await noViolations(page);
  await receive(page);
  await expect(page.getByText(/Показаны записи 1–20 из\s\d+/)).toBeVisible();
  await noViolations(page);
  const rows = page.locator('tbody tr');
  await expect(rows).toHaveCount(20);
  await page.getByRole('link', { name: '50', exact: true }).click();
  await expect(page).toHaveURL(/size=50/);
  await expect(rows).toHaveCount(50);
  const numbers = await rows.locator('td.no').allInnerTexts();
  const [withDebt, ...without] = numbers.slice(0, 4) as [string, string, string, string];

  await test.step('«существует» with two debtors and a court act', async () => {
    await openRequest(page, withDebt);
    await page.getByLabel('существует').check();
    await page.getByRole('button', { name: 'Добавить информацию о должнике' }).click();
    const first = page.getByRole('region', { name: 'Должник 1' });
    const second = page.getByRole('region', { name: 'Должник 2' });
    await first.getByLabel('Фамилия').fill('Кравцов');
    await first.getByLabel('Имя').fill('Артём');
    await first.getByLabel('Отчество').fill('Олегович');
    await first.getByLabel('СНИЛС').fill('11223344595');
    await second.getByLabel('Фамилия').fill('Кравцова');
    await second.getByLabel('Имя').fill('Нина');
    await expect(first.getByLabel('СНИЛС')).toHaveValue('112-233-445 95');
    await first.getByLabel('Файлы к должнику 1').setInputFiles(PDF);
    await expect(first.getByRole('link', { name: PDF.name })).toBeVisible();
    await first.getByRole('combobox', { name: 'Вид документа', exact: true }).last().selectOption('Судебный акт');
    await noViolations(page);
    await page.getByRole('button', { name: 'Подписать и отправить в ГИС' }).click();
    const dialog = page.getByRole('alertdialog');
    await expect(dialog).toContainText('«существует»: должников 2, файлов 1');
    await expect(dialog).toContainText(/Ответ уйдёт от\sимени: Орлова\sМ\.\sС\./);
    await expect(dialog.getByRole('button', { name: 'Подписать и отправить ответ' })).toBeFocused();
    await noViolations(page);
    await dialog.getByRole('button', { name: 'Подписать и отправить ответ' }).click();
    await expect(statusOf(page)).toHaveText('Отправляется');
    // without a reload
    await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 30_000 });
    await expect(page.getByText(/через 2–3\sдня/)).toBeVisible();
    await expect(page.getByLabel('существует')).toHaveCount(0);
    await noViolations(page);
  });

  await test.step('the asker reads the same on the portal', async () => {
    const asker = await context.newPage();
    await asker.goto(`${standUrl}/?number=${withDebt}`);
    await asker.getByRole('link', { name: withDebt }).click();
    await expect(asker.getByText('Кравцов Артём Олегович')).toBeVisible();
    await expect(asker.getByText('Кравцова Нина')).toBeVisible();
    await expect(asker.getByRole('link', { name: /\.pdf/ })).toBeVisible();
    await asker.close();
  });

  await test.step('three «отсутствует»; the portal refuses one, it is sent again', async () => {
    const [first, refused, third] = without as [string, string, string];
    for (const number of [first, third, refused]) {
      await openRequest(page, number);
      await page.getByLabel('отсутствует').check();
      await send(page);
      if (number !== refused) await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 30_000 });
    }
    // the stand refuses the first answer for the third of those due soonest
    await expect(statusOf(page)).toHaveText('Ошибка отправки', { timeout: 30_000 });
    const refusal = page.getByRole('alert').filter({ hasText: 'Портал не' });
    await expect(refusal).toContainText(`${DEMO_REFUSAL.code} ${DEMO_REFUSAL.text}`);
    await expect(refusal).toContainText('осталось');
    await noViolations(page);
    await page.getByLabel('Комментарий').fill('Исправлено');
    await send(page);
    await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 30_000 });
    await expect(page.getByText(new RegExp(`Портал не\\sпринял ответ: ${DEMO_REFUSAL.code}`))).toBeVisible();
  });

  await test.step('the journal has every message; the registry hides what is answered', async () => {
    await page.goto('/exchange');
    await noViolations(page);
    await expect(
      page.getByRole('row').filter({ hasText: without[1] }).filter({ hasText: DEMO_REFUSAL.code }),
    ).toBeVisible();
    await page.goto(`/debt-requests?number=${withDebt}`);
    await expect(page.getByRole('heading', { name: 'Ничего не найдено' })).toBeVisible();
    await noViolations(page);
    await page.goto(`/debt-requests?number=${withDebt}&answered=1`);
    const row = rows.filter({ hasText: withDebt });
    await expect(row).toContainText('Отправлен');
    await expect(row).toContainText('Да · 2');
  });
  expect(complaints).toEqual([]);
});
