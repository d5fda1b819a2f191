import { expect, type Page, test } from '@playwright/test';
import { complaintsOf, logIn, noViolations, stand, typeLogin } from './journey';

/** «Связь с ГИС ЖКХ». The journeys share one installation: what is saved here harms nobody. */

const GUID = /orgPPAGUID/;
const HOURS = /Сколько часов/;
const checkButton = (page: Page) => page.getByRole('button', { name: 'Проверить связь' });
const checkResult = (page: Page) => page.getByRole('region', { name: 'Состояние' }).getByRole('status');

async function openSettings(page: Page): Promise<void> {
  await logIn(page, 'admin');
  await page.getByRole('navigation', { name: 'Разделы' }).getByRole('link', { name: 'Настройки' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Связь с\sГИС\sЖКХ/);
}

test('an admin saves settings; what is wrong is told beside the field and nothing typed is lost', async ({ page }) => {
  const complaints = complaintsOf(page);
  await openSettings(page);
  await noViolations(page);
  const guid = await page.getByLabel(GUID).inputValue();

  await page.getByLabel(GUID).fill('не идентификатор');
  await page.getByLabel(HOURS).fill('1000');
  await expect(checkButton(page)).toHaveAttribute('aria-disabled', 'true');
  await expect(checkButton(page)).toHaveAccessibleDescription(/Сначала сохраните/);
  await page.getByRole('button', { name: 'Сохранить' }).click();
  await expect(page.getByLabel(GUID)).toBeFocused();
  await expect(page.getByLabel(GUID)).toHaveAccessibleDescription(/нужны 32\sцифры.*Пример: 7d3f1a52/);
  await expect(page.getByLabel(HOURS)).toHaveAccessibleDescription(/не\sбольше 168/);
  await expect(page.getByLabel(GUID)).toHaveValue('не идентификатор');
  await noViolations(page);

  // a link of the page asks before it takes what was typed
  await page.getByRole('link', { name: /Как подключиться/ }).click();
  await expect(page.getByRole('alertdialog', { name: 'Уйти без сохранения?' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByLabel(HOURS)).toHaveValue('1000');

  await page.getByLabel(GUID).fill(` ${guid.toUpperCase()} `);
  await page.getByLabel(HOURS).fill('24');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Сохранено.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel(GUID)).toHaveValue(guid);
  await expect(page.getByLabel(HOURS)).toHaveValue('24');
  expect(complaints).toEqual([]);
});

test('«Проверить связь» tells the portal’s words and what to do, then that all is well', async ({ page }) => {
  await openSettings(page);
  await expect(page.getByText(/Действует до\s\d/)).toBeVisible();
  await stand.inject({
    fault: 'messageError',
    match: { operation: 'exportDebtSubrequests' },
    code: 'AUT011003',
    text: 'Доступ запрещен для поставщика данных',
  });
  await checkButton(page).click();
  await expect(checkResult(page)).toContainText('AUT011003 Доступ запрещен для поставщика данных', { timeout: 30_000 });
  await expect(checkResult(page)).toContainText(/Руководитель подаёт заявку/);
  await noViolations(page);

  await stand.inject({ fault: 'http400', match: { operation: 'exportDebtSubrequests' } });
  await checkButton(page).click();
  await expect(checkResult(page)).toContainText('HTTP 400', { timeout: 30_000 });
  await expect(checkResult(page)).toContainText('Выберите другую версию');
  // it is kept, not only shown
  await page.reload();
  await expect(checkResult(page)).toContainText('HTTP 400');

  await stand.inject({ fault: 'delay', ms: 4000, match: { operation: 'exportDebtSubrequests' } });
  await checkButton(page).click();
  await expect(checkResult(page)).toContainText('Проверяем связь');
  await expect(checkButton(page)).toHaveAttribute('aria-disabled', 'true');
  await noViolations(page);
  // a closed tab loses nothing
  await page.goto('/exchange');
  await page.goBack();
  await expect(checkResult(page)).toContainText('Связь есть', { timeout: 30_000 });
  await expect(checkResult(page)).toContainText(/Проверено сегодня/);
  await noViolations(page);
});

test('an ended session is renewed in place, and what was typed is saved then', async ({ page, context }) => {
  await openSettings(page);
  await page.getByLabel(HOURS).fill('36');
  await context.clearCookies();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('alertdialog', { name: 'Сеанс закончился' })).toBeVisible();
  await typeLogin(page, 'admin');
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect(page.getByLabel(HOURS)).toHaveValue('36');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Сохранено.')).toBeVisible();
});

for (const { name, open, form, field, typed, button } of [
  {
    name: 'requisites',
    open: '/settings/requisites',
    form: 'Реквизиты',
    field: 'ИНН',
    typed: '770',
    button: 'Сохранить',
  },
  {
    name: 'the automatic answer',
    open: '/settings/requisites',
    form: 'Настройка автоответа',
    field: /Комментарий/,
    typed: 'Автоматический ответ',
    button: 'Сохранить',
  },
  { name: 'calendar', open: '/settings/calendar', field: /Дополнительные/, typed: '32.13', button: 'Сохранить' },
  { name: 'erasure', open: '/settings/retention', field: 'Крайний срок с', typed: '2020-01-01', button: 'Посчитать' },
  { name: 'court case', open: '/court-cases', field: 'Номер акта', typed: 'А-1', button: 'Сохранить' },
]) {
  test(`${name}: an ended session is renewed in place, and nothing typed is lost`, async ({ page, context }) => {
    await logIn(page, 'admin');
    await page.goto(open);
    if (open === '/court-cases') await page.getByRole('main').getByRole('table').getByRole('link').first().click();
    const own = form ? page.getByRole('form', { name: form }) : page.getByRole('main');
    await own.getByLabel(field).fill(typed);
    await context.clearCookies();
    await own.getByRole('button', { name: button }).click();
    await expect(page.getByRole('alertdialog', { name: 'Сеанс закончился' })).toBeVisible();
    await typeLogin(page, 'admin');
    await expect(page.getByRole('alertdialog')).toHaveCount(0);
    await expect(own.getByLabel(field)).toHaveValue(typed);
  });
}

test('others are told who may', async ({ page }) => {
  await logIn(page, 'orlova');
  await expect(page.getByRole('link', { name: 'Справка' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Настройки' })).toHaveCount(0);
  await page.goto('/settings');
  await expect(page.getByText(/меняет администратор: Тимофеева\sА\.\sВ\./)).toBeVisible();
  await expect(page.getByLabel(GUID)).toHaveCount(0);
  await noViolations(page);
  expect((await page.request.get('/api/settings/link')).status()).toBe(403);
});
