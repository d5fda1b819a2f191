import { randomUUID } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import { DEMO_ORG_PPA_GUID } from '../stand/demo-data';
import { complaintsOf, logIn, noViolations, receive, stand } from './journey';

const rows = (page: Page) => page.locator('tbody tr');

/** Requests of one street that no other test knows: a list of its own for a test. */
async function arrive(page: Page, street: string, count: number): Promise<string[]> {
  const numbers: string[] = [];
  const houseGuid = randomUUID();
  for (let flat = 1; flat <= count; flat++) {
    const { requestNumber } = await stand.addRequest({
      orgPPAGUID: DEMO_ORG_PPA_GUID,
      houseGuid,
      houseAddress: `624071, обл Приозёрская, г Верхнеозёрск, ул ${street}, д. 7`,
      addressDetails: `кв. ${flat}`,
    });
    numbers.push(requestNumber);
  }
  await receive(page);
  return numbers;
}

/** Keys work as soon as the scripts do. */
async function unfoldByKey(page: Page): Promise<void> {
  await expect(async () => {
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('KeyF');
    await expect(page.getByLabel('Дата направления запроса, с')).toBeFocused({ timeout: 500 });
  }).toPass();
}

async function search(page: Page, text: string): Promise<void> {
  await unfoldByKey(page);
  await page.getByLabel(/Поиск по/).fill(text);
  await page.keyboard.press('Enter');
  await page.waitForURL(/search=/);
}

test('the whole filter works by keyboard, and what may name a person stays out of the address', async ({ page }) => {
  const complaints = complaintsOf(page);
  await logIn(page, 'orlova');
  const [first] = await arrive(page, 'Клавишная', 3);
  await page.goto('/debt-requests');
  await unfoldByKey(page);
  await noViolations(page);

  const house = page.getByRole('combobox', { name: 'Здание' });
  await house.fill('клавишн');
  const offered = page.getByRole('listbox').getByRole('option');
  await expect(offered.first()).toContainText('ул Клавишная');
  await noViolations(page);
  await page.keyboard.press('Escape');
  await expect(offered).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(house).toHaveValue(/ул Клавишная, д\. 7/);
  const text = page.getByLabel(/Поиск по/);
  await text.fill(`кв. ${first}`);
  await page.keyboard.press('Enter');
  // neither form loses what stands in the other
  await page.waitForURL(/search=/);
  expect(page.url()).toMatch(/house=[0-9a-f-]{36}&search=[0-9a-f-]{36}$/);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(first!);
  await expect(text).toHaveValue(`кв. ${first}`);
  await expect(page.getByRole('list', { name: 'Применённые условия' })).toContainText(`Поиск: кв. ${first}`);

  await page.getByLabel('Ответ', { exact: true }).selectOption('Да');
  await page.getByRole('search').getByLabel('Исполнитель').selectOption('Без исполнителя');
  await page.getByRole('button', { name: 'Найти' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Ничего не найдено' })).toBeVisible();
  await expect(page.getByText(/Нет запросов без исполнителя по\sзданию/)).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'Без «Ответ: Да»' })).toContainText(/показать 1\sзапрос/);
  await expect(page.getByRole('listitem').filter({ hasText: 'Без «Без исполнителя»' })).toContainText('тоже ничего');
  await noViolations(page);
  await page.getByRole('link', { name: /показать 1\sзапрос/ }).click();
  await expect(rows(page)).toHaveCount(1);
  expect(complaints).toEqual([]);
});

test('sorting by heads, columns of one’s own, saved filters', async ({ page }) => {
  await logIn(page, 'orlova');
  await arrive(page, 'Столбцовая', 3);
  await search(page, 'Столбцовая');
  await expect(rows(page)).toHaveCount(3);
  const flats = async () => (await rows(page).locator('.addr .c').allInnerTexts()).map((flat) => flat.trim());

  await page.getByRole('link', { name: 'Адрес, помещение' }).click();
  await page.waitForURL(/sort=address/);
  await expect(page.getByRole('columnheader', { name: 'Адрес' })).toHaveAttribute('aria-sort', 'ascending');
  expect(await flats()).toEqual(['кв. 1', 'кв. 2', 'кв. 3']);
  await page.getByRole('link', { name: 'Адрес, помещение' }).click();
  await page.waitForURL(/sort=-address/);
  await expect(page.getByRole('columnheader', { name: 'Адрес' })).toHaveAttribute('aria-sort', 'descending');
  await expect.poll(flats).toEqual(['кв. 3', 'кв. 2', 'кв. 1']);

  // 1280 px hides it until it is asked for
  await expect(page.getByRole('columnheader', { name: 'Отпр.' })).toBeHidden();
  await page.getByRole('button', { name: 'Столбцы' }).click();
  await page.getByLabel('Дата отправления запроса').uncheck();
  await page.getByLabel('Дата отправления запроса').check();
  await page.getByLabel('Ответчики').check();
  await noViolations(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('columnheader', { name: 'Отпр.' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('columnheader', { name: 'Отпр.' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Ответчики' })).toBeVisible();
  await page.getByRole('button', { name: 'Столбцы' }).click();
  await page.getByRole('button', { name: 'Как было сначала' }).click();
  await expect(page.getByRole('columnheader', { name: 'Ответчики' })).toHaveCount(0);
  await page.keyboard.press('Escape');

  const filter = page.url();
  await page.getByRole('button', { name: 'Сохранённые отборы' }).click();
  const menu = page.getByRole('region', { name: 'Сохранённые отборы' });
  await menu.getByRole('button', { name: 'Сохранить' }).click();
  await expect(menu.getByText('Назовите отбор.')).toBeVisible();
  await menu.getByLabel('Сохранить теперешний отбор').fill('Моя улица');
  await page.keyboard.press('Enter');
  await expect(menu.getByRole('link', { name: 'Моя улица' })).toBeVisible();
  await noViolations(page);
  await page.goto('/debt-requests');
  await page.getByRole('button', { name: 'Сохранённые отборы' }).click();
  await menu.getByRole('link', { name: 'Моя улица' }).click();
  await expect(page).toHaveURL(filter);
  await page.getByRole('button', { name: 'Сохранённые отборы' }).click();
  await menu.getByRole('button', { name: 'Удалить отбор «Моя улица»' }).click();
  await expect(menu.getByRole('button', { name: 'Не удалять' })).toBeFocused();
  await menu.getByRole('button', { name: 'Удалить', exact: true }).click();
  await expect(menu.getByText('Сохранённых отборов ещё нет.')).toBeVisible();
});

test('rows are chosen by mouse and by keys as in a file manager', async ({ page }) => {
  await logIn(page, 'orlova');
  await arrive(page, 'Выборная', 24);
  await search(page, 'Выборная');
  await expect(rows(page)).toHaveCount(20);
  const bulk = page.getByRole('region', { name: 'Действия с выбранными' });
  const box = (at: number) => rows(page).nth(at).getByRole('checkbox');
  const top = (at: number) => rows(page).nth(at).boundingBox();

  const before = await top(5);
  await box(1).check();
  expect(await top(5)).toEqual(before);
  await expect(bulk).toContainText(/Выбрано 1/);
  await rows(page)
    .nth(3)
    .locator('td')
    .nth(4)
    .click({ modifiers: ['Control'] });
  await rows(page)
    .nth(6)
    .locator('td')
    .nth(4)
    .click({ modifiers: ['Shift'] });
  await expect(bulk).toContainText('Выбрано 5');
  await expect(bulk.getByRole('button', { name: /Отправить ответы/ })).toContainText(/0\sиз\s5/);
  await noViolations(page);
  await bulk.getByRole('button', { name: 'Отправить ответы' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText('Отправить нечего');
  await expect(dialog).toContainText(/останутся в\sреестре: ответ не заполнен/);
  await noViolations(page);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('Escape');
  await expect(bulk).toHaveCount(0);

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(box(0)).toBeChecked();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+KeyX');
  await expect(bulk).toContainText('Выбрано 3');
  await page.keyboard.press('Control+KeyA');
  await expect(bulk).toContainText('Выбрано 20');
  await bulk.getByRole('button', { name: /Выбрать все 24/ }).click();
  await expect(bulk).toContainText('Выбрано 24');
  await expect(bulk.getByRole('button', { name: /Отправить ответы/ })).toContainText(/0\sиз\s24/);
  await bulk.getByRole('button', { name: 'Снять выбор' }).click();
  await expect(bulk).toHaveCount(0);
});

test('any garbage in the address gives a clear list, ids that are none give 404', async ({ page }) => {
  const complaints = complaintsOf(page);
  await logIn(page, 'orlova');
  await arrive(page, 'Мусорная', 1);
  const garbage = [
    'organization=1&house=%27%20or%201=1&from=2026-02-31&to=вчера&assignee=%25&search=x&sort=drop&debt=maybe',
    'organization=00000000-0000-4000-8000-000000000000&house=00000000-0000-4000-8000-000000000000',
    'search=00000000-0000-4000-8000-000000000000&assignee=00000000-0000-4000-8000-000000000000',
    `number=${'9'.repeat(5000)}`,
    'from=9999-12-31&to=0001-01-01&page=1e9&size=-1',
    'sort=-&status=__proto__&due=yes&unanswered=2',
  ];
  for (const query of garbage) {
    expect((await page.goto(`/debt-requests?${query}`))!.status(), query).toBe(200);
    await noViolations(page);
  }
  for (const path of ['/debt-requests/bulk/x', '/debt-requests/bulk', '/exchange/syncs/%00', '/exchange/syncs/1']) {
    expect((await page.goto(path))!.status(), path).toBe(404);
  }
  const stray = await page.request.post('/api/debt-requests/bulk/preview', { data: { selection: 'all' } });
  expect(stray.status()).toBe(403);
  expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
});

test('the window of a receiving names every request that it brought', async ({ page }) => {
  await logIn(page, 'orlova');
  const [number] = await arrive(page, 'Оконная', 2);
  const done = page.getByRole('status').filter({ hasText: 'Синхронизация выполнена' });
  await done.getByRole('link', { name: /Результат по\sкаждому запросу/ }).click();
  await expect(page.getByRole('heading', { name: 'Получение запросов' })).toBeVisible();
  const row = page.getByRole('row').filter({ hasText: number! });
  await expect(row).toContainText('ул Оконная, д. 7, кв. 1');
  await expect(row).toContainText('Получен');
  await noViolations(page);
  await row.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(number!);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('every condition, the search too, works by plain forms', async ({ page, browser }) => {
    const scripted = await (await browser.newContext({ javaScriptEnabled: true })).newPage();
    await logIn(scripted, 'orlova');
    const [number] = await arrive(scripted, 'Бесскриптовая', 2);
    await page.context().addCookies(await scripted.context().cookies());
    await page.goto('/debt-requests?size=50');
    await page.getByLabel(/Поиск по/).fill(`Бесскриптовая ${number}`);
    await page.getByRole('button', { name: 'Искать' }).click();
    await page.waitForURL(/search=[0-9a-f-]{36}/);
    expect(page.url()).toContain('size=50');
    await expect(rows(page)).toHaveCount(1);
    await expect(rows(page)).toContainText(number!);
    await page.getByLabel('Ответ', { exact: true }).selectOption('Нет');
    await page.getByRole('button', { name: 'Найти' }).click();
    await expect(page.getByRole('heading', { name: 'Ничего не найдено' })).toBeVisible();
    expect(page.url()).toMatch(/search=[0-9a-f-]{36}/);
    await page.getByRole('link', { name: 'Убрать условие «Ответ: Нет»' }).click();
    await expect(rows(page)).toHaveCount(1);
    // what cannot work is not shown
    await expect(page.getByRole('checkbox', { name: `Выбрать ${number}` })).toBeHidden();
    await expect(page.getByRole('button', { name: 'Столбцы' })).toBeHidden();
    // the lists of what stands in the requests take the place of the type-ahead
    await page.getByRole('search').getByLabel('Организация, направившая запрос').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Найти' }).click();
    await page.waitForURL(/organization=[0-9a-f-]{36}/);
  });
});
