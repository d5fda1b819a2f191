import { expect, test } from '@playwright/test';
import {
  complaintsOf,
  logIn,
  noViolations,
  openNewRequest,
  openRequest,
  PDF,
  receive,
  send,
  stand,
  statusOf,
  typeLogin,
} from './journey';

test.describe('the answer', () => {
  test('wrong input is told beside the field, and nothing is sent', async ({ page }) => {
    await logIn(page, 'orlova');
    await openNewRequest(page);
    await page.getByRole('button', { name: 'Подписать и отправить в ГИС' }).click();
    await expect(page.getByText(/Выберите, есть ли задолженность/)).toBeVisible();
    await expect(page.getByRole('alertdialog')).toHaveCount(0);

    await page.getByLabel('существует').check();
    const debtor = page.getByRole('region', { name: 'Должник 1' });
    await debtor.getByLabel('СНИЛС').fill('112-233-445 96');
    await debtor.getByLabel('Имя').focus();
    await expect(debtor.getByText('Контрольное число не сходится. Проверьте последние две цифры.')).toBeVisible();
    await expect(debtor.getByLabel('СНИЛС')).toHaveAttribute('aria-invalid', 'true');
    await noViolations(page);
    await debtor.getByLabel('СНИЛС').fill('112-233-445 95');
    await expect(debtor.getByText('Контрольное число не сходится')).toHaveCount(0);

    await page.getByRole('button', { name: 'Подписать и отправить в ГИС' }).click();
    await expect(debtor.getByText('Введите фамилию.')).toBeVisible();
    await expect(debtor.getByLabel('Фамилия')).toBeFocused();

    await page.getByLabel('Комментарий').fill('x'.repeat(1001));
    await expect(page.getByText(/1\s001\sиз\s1\s000/)).toBeVisible();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText('Комментарий: не больше 1000 знаков.')).toBeVisible();

    // what «отсутствует» hides does not hold the answer back
    await page.getByLabel('Комментарий').fill('');
    await debtor.getByLabel('СНИЛС').fill('1');
    await page.getByLabel('отсутствует').check();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText('Сохранено.')).toBeVisible();
    await expect(statusOf(page)).toHaveText('В работе');
  });

  test('files: what does not fit is named, at most five, «отсутствует» keeps them until it is saved', async ({
    page,
  }) => {
    await logIn(page, 'orlova');
    await openNewRequest(page);
    await page.getByLabel('существует').check();
    const input = page.getByLabel('Файлы к ответу');
    await input.setInputFiles([
      { name: 'программа.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
      { name: 'не таблица.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('просто текст') },
      { name: 'большой.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(5 * 1024 * 1024 + 1, 'x') },
      { name: 'письмо.txt', mimeType: 'text/plain', buffer: Buffer.from('текст') },
    ]);
    await expect(page.getByText(/Файл «программа\.exe» не подходит/)).toBeVisible();
    await expect(page.getByText(/Содержимое файла «не таблица\.xlsx» не похоже на xlsx/)).toBeVisible();
    await expect(page.getByText(/Файл «большой\.pdf» больше 5\sМБ/)).toBeVisible();
    await expect(page.getByText(/Портал принимает txt не всегда/)).toBeVisible();
    await noViolations(page);

    await input.setInputFiles(Array.from({ length: 5 }, (_, i) => ({ ...PDF, name: `акт ${i + 1}.pdf` })));
    await expect(page.getByText(/Можно приложить до\s5\sфайлов\. Не\sприложены: «акт 5\.pdf»/)).toBeVisible();
    await expect(page.getByRole('heading', { name: /Файлы к\sответу: 5\sиз\s5/ })).toBeVisible();

    await page.getByLabel('отсутствует').check();
    await expect(page.getByRole('link', { name: 'акт 1.pdf' })).toHaveCount(0);
    await page.getByLabel('существует').check();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'акт 1.pdf' }).click();
    expect((await download).suggestedFilename()).toBe('акт 1.pdf');
  });

  test('a sent answer is read-only until it is withdrawn with a reason', async ({ page }) => {
    test.setTimeout(120_000);
    await logIn(page, 'orlova');
    await openNewRequest(page);
    await page.getByLabel('отсутствует').check();
    await send(page);
    await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 30_000 });
    await page.reload();
    await expect(page.getByLabel('отсутствует')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Сохранить' })).toHaveCount(0);

    await page.getByRole('button', { name: 'Отозвать ответ и исправить' }).click();
    const dialog = page.getByRole('alertdialog');
    await expect(dialog.getByLabel('Причина')).toBeFocused();
    await noViolations(page);
    await dialog.getByRole('button', { name: 'Отозвать ответ и исправить' }).click();
    await expect(dialog.getByText('Напишите, почему ответ нужно исправить.')).toBeVisible();
    await dialog.getByLabel('Причина').fill('Нашли судебный приказ');
    await dialog.getByRole('button', { name: 'Отозвать ответ и исправить' }).click();
    await expect(statusOf(page)).toHaveText('В работе', { timeout: 30_000 });
    await expect(page.getByText('Причина: «Нашли судебный приказ»')).toBeVisible();
    await expect(page.getByLabel('отсутствует')).toBeChecked();
  });

  test('what two people typed stands side by side, neither is lost', async ({ page, context }) => {
    await logIn(page, 'orlova');
    await openNewRequest(page);
    const colleague = await context.newPage();
    await colleague.goto(page.url());
    await page.getByLabel('Комментарий').fill('Остаток 9 480 ₽');
    await colleague.getByLabel('Комментарий').fill('Взыскание идёт');
    await colleague.keyboard.press('Control+Enter');
    await expect(colleague.getByText('Сохранено.')).toBeVisible();

    await page.keyboard.press('Control+Enter');
    const conflict = page.getByRole('alert').filter({ hasText: 'Ваш текст не потерян' });
    const comment = conflict.getByRole('row').filter({ hasText: 'Комментарий' });
    await expect(comment).toContainText('Остаток 9 480 ₽');
    await expect(comment).toContainText('Взыскание идёт');
    await noViolations(page);
    await conflict.getByRole('button', { name: 'Оставить моё' }).click();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText('Сохранено.')).toBeVisible();
    // the colleague typed nothing since: the new text comes by itself
    await expect(colleague.getByLabel('Комментарий')).toHaveValue('Остаток 9 480 ₽', { timeout: 30_000 });
  });

  test('an ended session is renewed in place', async ({ page, context }) => {
    await logIn(page, 'orlova');
    await openNewRequest(page);
    await page.getByLabel('Комментарий').fill('Не потеряется');
    await context.clearCookies();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('alertdialog', { name: 'Сеанс закончился' })).toBeVisible();
    await noViolations(page);
    await typeLogin(page, 'orlova');
    await expect(page.getByRole('alertdialog')).toHaveCount(0);
    await expect(page.getByLabel('Комментарий')).toHaveValue('Не потеряется');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText('Сохранено.')).toBeVisible();
  });

  test('leaving with unsaved changes asks first', async ({ page }) => {
    await logIn(page, 'orlova');
    const { number } = await openNewRequest(page);
    await page.getByLabel('Комментарий').fill('Черновик');
    await page.getByRole('link', { name: 'Реестр' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Уйти без сохранения?' });
    await expect(dialog.getByRole('button', { name: 'Остаться' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(page.getByLabel('Комментарий')).toHaveValue('Черновик');
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: /Уйти/ }).click();
    await expect(page).toHaveURL(/\/debt-requests\?number=/);
    await openRequest(page, number);
    await expect(page.getByLabel('Комментарий')).toHaveValue('');
  });

  test('a request that the portal withdrew closes under the hand, and what was typed can be copied', async ({
    page,
  }) => {
    await logIn(page, 'orlova');
    const { guid } = await openNewRequest(page);
    await page.getByLabel('Комментарий').fill('Уже не нужно');
    await stand.withdraw({ subrequestGuid: guid });
    const elsewhere = await page.context().newPage();
    await receive(elsewhere);
    await expect(statusOf(page)).toHaveText('Отозван', { timeout: 40_000 });
    await expect(page.getByRole('alert').filter({ hasText: 'Ваш текст не потерян' })).toContainText('Уже не нужно');
    await expect(page.getByRole('button', { name: 'Подписать и отправить в ГИС' })).toHaveCount(0);
  });
});

test('an executor takes a request, finishes the answer, and the head sends it', async ({ page, browser }) => {
  test.setTimeout(120_000);
  const complaints = complaintsOf(page);
  await logIn(page, 'safina');
  const { number } = await openNewRequest(page);
  await expect(page.getByLabel('отсутствует')).toHaveCount(0);
  await page.getByRole('button', { name: 'Взять в работу' }).click();
  await page.getByLabel('отсутствует').check();
  await expect(page.getByRole('button', { name: 'Подписать и отправить в ГИС' })).toHaveCount(0);
  await expect(page.getByText(/уйдёт на\sпроверку: Орлова\sМ\.\sС\./)).toBeVisible();
  await page.keyboard.press('Control+Shift+Enter');
  await expect(statusOf(page)).toHaveText('Подготовлен исполнителем');
  await expect(page.getByText(/Ответ на\sпроверке/)).toBeVisible();

  const head = await (await browser.newContext()).newPage();
  await logIn(head, 'orlova');
  await openRequest(head, number);
  await expect(head.getByLabel('отсутствует')).toBeChecked();
  await send(head);
  await expect(statusOf(head)).toHaveText('Отправлен', { timeout: 30_000 });
  // the executor's open card follows
  await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 40_000 });
  expect(complaints).toEqual([]);
});

test('who may not send reads why beside the button', async ({ page }) => {
  await logIn(page, 'admin');
  await openNewRequest(page);
  const button = page.getByRole('button', { name: 'Подписать и отправить в ГИС' });
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await expect(button).toHaveAccessibleDescription(/Отправить нельзя: нет права отправлять ответы/);
});
