import { randomUUID } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import { DEMO_ORG_PPA_GUID } from '../stand/demo-data';
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

const block = (page: Page, title: RegExp | string) =>
  page.locator('details.block').filter({ has: page.getByRole('heading', { name: title }) });

test('the blocks of 1С hold every field of the message, close and stay closed on the next card', async ({ page }) => {
  const complaints = complaintsOf(page);
  await logIn(page, 'orlova');
  const { guid } = await openNewRequest(page);
  // out of the filter of one number, into the whole list
  await page.goto(page.url().split('?')[0]!);
  const task = block(page, 'Сведения для заполнения ответа');
  const request = block(page, 'Данные запроса');
  for (const label of ['Период', 'Здание', 'Помещение', /Код здания/]) {
    await expect(task.getByRole('term').filter({ hasText: label })).toBeVisible();
  }
  await expect(task).toContainText('кв. 12');
  await expect(page.getByText(/Имени заявителя в\sзапросе нет/)).toBeVisible();
  for (const label of [
    'Организация',
    'Телефон',
    'Сотрудник',
    /Адрес в\sГИС/,
    /Запрос на\sпортале/,
    /Ответ на\sпортале/,
  ]) {
    await expect(request.getByRole('term').filter({ hasText: label }).first()).toBeVisible();
  }
  await expect(request).toContainText('не\u00a0отправлен');
  await request.getByText(/Идентификаторы запроса/).click();
  await expect(request).toContainText(guid);
  await expect(request).toContainText('Формат');

  await task.getByRole('heading').click();
  await expect(task.getByText('Период')).toBeHidden();
  const heading = page.getByRole('heading', { level: 1 });
  const number = (await heading.textContent())!;
  await page.getByRole('navigation', { name: 'Соседние запросы' }).getByRole('link').first().click();
  await expect(heading).not.toHaveText(number);
  await expect(task.getByText('Период')).toBeHidden();
  await noViolations(page);

  // what a message points at opens by itself
  await page.goBack();
  await expect(heading).toHaveText(number);
  await page.getByRole('heading', { name: 'Ответ', exact: true }).click();
  await expect(page.getByLabel('отсутствует')).toBeHidden();
  await page.keyboard.press('Control+Shift+Enter');
  await expect(page.getByLabel('отсутствует')).toBeFocused();
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  expect(complaints).toEqual([]);
});

test('earlier answers for the same premises, the exchange of a request, and the neighbours after it is sent', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await logIn(page, 'orlova');
  const house = { orgPPAGUID: DEMO_ORG_PPA_GUID, houseGuid: randomUUID() };
  const first = await stand.addRequest({ ...house, addressDetails: 'кв. 7' });
  const second = await stand.addRequest({ ...house, addressDetails: 'кв.7' });
  await stand.addRequest({ ...house, addressDetails: 'кв. 8' });
  await receive(page);
  await openRequest(page, first.requestNumber);
  const id = /debt-requests\/([0-9a-f-]{36})/.exec(page.url())![1];
  await page.goto(`/debt-requests/${id}?status=new&size=50`);
  await page.getByLabel('отсутствует').check();
  await send(page);
  await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 30_000 });
  const neighbours = page.getByRole('navigation', { name: 'Соседние запросы' });
  await expect(neighbours).toContainText('вне отбора');
  await expect(page.getByText(/через 2–3\sдня/)).toBeVisible();

  await test.step('to its message and back', async () => {
    const exchange = block(page, /Обмен с\sГИС/);
    await expect(exchange).toContainText('принято порталом');
    await exchange.getByRole('link', { name: 'Сообщение' }).click();
    await expect(page).toHaveURL(/\/exchange\/[0-9a-f-]{36}$/);
    await page.getByRole('link', { name: first.requestNumber }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(first.requestNumber);
  });

  await test.step('the way to the neighbour is still there', async () => {
    await page.goto(`/debt-requests/${id}?status=new&size=50`);
    await neighbours.getByRole('link').first().click();
    await expect(page.getByRole('heading', { level: 1 })).not.toContainText(first.requestNumber);
    await expect(page).toHaveURL(/status=new&size=50/);
    await expect(neighbours).toContainText(/\d+\sиз\s\d+/);
    await page.getByRole('link', { name: 'Реестр' }).click();
    await expect(page).toHaveURL(/\/debt-requests\?status=new/);
  });

  await test.step('the next request about the same flat shows the answer', async () => {
    await openRequest(page, second.requestNumber);
    const before = block(page, /Ответы по\sэтому помещению/);
    const row = before.getByRole('row').filter({ hasText: first.requestNumber });
    await expect(row).toContainText('Нет');
    await expect(row).toContainText('Отправлен');
    await expect(before.getByRole('row')).toHaveCount(2);
    await noViolations(page);
    await row.getByRole('link').click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(first.requestNumber);
  });
});

test('two versions: one line is taken, the rest stays, and a file removed in another tab keeps its name', async ({
  page,
  context,
}) => {
  test.setTimeout(120_000);
  await logIn(page, 'orlova');
  await openNewRequest(page);
  await page.getByLabel('существует').check();
  await page.getByRole('region', { name: 'Должник 1' }).getByLabel('Фамилия').fill('Кравцов');
  await page.getByLabel('Файлы к ответу').setInputFiles(PDF);
  await expect(page.getByRole('link', { name: PDF.name })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Сохранено.')).toBeVisible();
  await page.getByRole('button', { name: `Просмотр: ${PDF.name}` }).click();
  await expect(page.getByRole('dialog', { name: PDF.name })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByRole('button', { name: `Убрать файл ${PDF.name}` }).click();
  await other.getByLabel('Комментарий').fill('Взыскание идёт');
  await page.getByLabel('Комментарий').fill('Остаток 9 480 ₽');
  await page.getByRole('region', { name: 'Должник 1' }).getByLabel('Имя').fill('Артём');
  await other.keyboard.press('Control+Enter');
  await expect(other.getByText('Сохранено.')).toBeVisible();

  await page.keyboard.press('Control+Enter');
  const conflict = page.getByRole('alert').filter({ hasText: 'Ваш текст не потерян' });
  await expect(conflict.getByRole('row').filter({ hasText: 'Файлы' })).toContainText(PDF.name);
  await expect(conflict.getByRole('row').filter({ hasText: 'Должник 1' })).toContainText('Кравцов Артём');
  await noViolations(page);
  await conflict.getByRole('button', { name: 'Взять сохранённое: Комментарий' }).click();
  await expect(page.getByLabel('Комментарий')).toHaveValue('Взыскание идёт');
  await expect(page.getByRole('region', { name: 'Должник 1' }).getByLabel('Имя')).toHaveValue('Артём');
  await conflict.getByRole('button', { name: 'Оставить моё' }).click();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Сохранено.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Комментарий')).toHaveValue('Взыскание идёт');
  await expect(page.getByRole('region', { name: 'Должник 1' }).getByLabel('Имя')).toHaveValue('Артём');
  await expect(page.getByRole('link', { name: PDF.name })).toBeVisible();
});

test('a session that ends while sending is renewed in place, and nothing went out twice', async ({ page, context }) => {
  test.setTimeout(120_000);
  await logIn(page, 'orlova');
  const { guid } = await openNewRequest(page);
  await page.getByLabel('отсутствует').check();
  await page.getByLabel('Комментарий').fill('Не потеряется');
  await page.getByRole('button', { name: 'Подписать и отправить в ГИС' }).click();
  await context.clearCookies();
  const confirm = page.getByRole('button', { name: 'Подписать и отправить ответ' });
  await confirm.click();
  await expect(page.getByRole('alertdialog', { name: 'Сеанс закончился' })).toBeVisible();
  await typeLogin(page, 'orlova');
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect(page.getByLabel('отсутствует')).toBeChecked();
  await expect(page.getByLabel('Комментарий')).toHaveValue('Не потеряется');
  await page.getByRole('button', { name: 'Подписать и отправить в ГИС' }).click();
  // two clicks are one action
  await confirm.dblclick();
  await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 30_000 });
  await expect(page.getByRole('alert').filter({ hasText: 'изменился' })).toHaveCount(0);
  expect(await stand.subrequest({ subrequestGuid: guid })).toMatchObject({ acceptedSends: 1 });
});

test('pasted from Word: what the portal cannot take is named beside the field, the rest goes', async ({ page }) => {
  await logIn(page, 'orlova');
  await openNewRequest(page);
  await page.getByLabel('отсутствует').check();
  const comment = page.getByLabel('Комментарий');
  const pasted = 'Решение “в силе”\tот\u00a028.05 пере\u00adнос';
  await comment.fill(`${pasted}\u0007!`);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Невидимый знак, который портал не\sпримет, стоит после/)).toBeVisible();
  await expect(comment).toHaveAttribute('aria-invalid', 'true');
  await expect(comment).toHaveValue(`${pasted}\u0007!`);
  await comment.fill(pasted);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Сохранено.')).toBeVisible();
  await page.reload();
  await expect(comment).toHaveValue(pasted);
});

test('back and forward after sending never show the status that was', async ({ page }) => {
  test.setTimeout(120_000);
  await logIn(page, 'orlova');
  const { number } = await openNewRequest(page);
  await page.goto(`/debt-requests?number=${number}&answered=1`);
  const row = page.getByRole('row').filter({ hasText: number });
  await expect(row).toContainText('Не сопоставлен');
  await row.getByRole('link').click();
  await expect(statusOf(page)).toHaveText('Новый');
  await page.getByLabel('отсутствует').check();
  await send(page);
  await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 30_000 });
  await page.goBack();
  await expect(row).toContainText('Отправлен', { timeout: 5_000 });
  await page.goForward();
  await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 5_000 });
  await expect(page.getByRole('button', { name: 'Подписать и отправить в ГИС' })).toHaveCount(0);
});

test('answered elsewhere: the portal’s answer stands beside the draft that was kept', async ({ page }) => {
  await logIn(page, 'orlova');
  const { guid } = await openNewRequest(page);
  await page.getByLabel('отсутствует').check();
  await page.getByLabel('Комментарий').fill('Наш черновик');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Сохранено.')).toBeVisible();
  await stand.answerElsewhere({ subrequestGuid: guid, hasDebt: true, description: 'Из личного кабинета' });
  const url = page.url();
  await receive(page);
  await page.goto(url);
  await expect(statusOf(page)).toHaveText('Отправлен');
  const row = page.getByRole('row').filter({ hasText: 'Комментарий' });
  await expect(row).toContainText('Из личного кабинета');
  await expect(row).toContainText('Наш черновик');
  await expect(page.getByRole('button', { name: 'Подписать и отправить в ГИС' })).toHaveCount(0);
  await noViolations(page);
});

test('a card on paper: facts, answer and history, nothing to press; at 200 % nothing scrolls sideways', async ({
  page,
}) => {
  await logIn(page, 'orlova');
  await openNewRequest(page);
  await block(page, 'Данные запроса').getByRole('heading').click();
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('button', { name: 'Печать' })).toBeHidden();
  await expect(page.getByRole('navigation', { name: 'Разделы' })).toBeHidden();
  await expect(page.getByRole('toolbar')).toBeHidden();
  await expect(page.getByRole('heading', { name: 'История' })).toBeVisible();
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await expect(block(page, 'Данные запроса').getByText('Телефон')).toBeVisible();
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: 'screen' });
  await expect(block(page, 'Данные запроса').getByText('Телефон')).toBeHidden();

  await page.setViewportSize({ width: 640, height: 400 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(640);
  await expect(page.getByRole('navigation', { name: 'Соседние запросы' })).toBeVisible();
  await noViolations(page);
});

test('«Скачать подтверждение» appears with the first message, for a head and not for an executor', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  await logIn(page, 'orlova');
  const { number } = await openNewRequest(page);
  const link = page.getByRole('link', { name: 'Скачать подтверждение' });
  await expect(link).toHaveCount(0);
  await page.getByLabel('отсутствует').check();
  await send(page);
  await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 30_000 });
  const download = page.waitForEvent('download');
  await link.click();
  expect((await download).suggestedFilename()).toContain(number);

  const executor = await (await browser.newContext()).newPage();
  await logIn(executor, 'safina');
  await openRequest(executor, number);
  await expect(executor.getByRole('link', { name: 'Скачать подтверждение' })).toHaveCount(0);
});
