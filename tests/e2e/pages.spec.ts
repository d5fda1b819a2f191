import { expect, test } from '@playwright/test';
import { DEMO_ORG_PPA_GUID } from '../stand/demo-data';
import { complaintsOf, logIn, noViolations, openNewRequest, receive, send, stand, statusOf } from './journey';

test('garbage in the address gives the defaults, a foreign id gives 404', async ({ page }) => {
  const complaints = complaintsOf(page);
  await logIn(page, 'orlova');
  await receive(page);
  for (const query of [
    'page=-1',
    'page=999999',
    'size=7&status=<b>',
    'number=%00%25_',
    'status=new&status=ready',
    'answered=yes',
  ]) {
    const response = await page.goto(`/debt-requests?${query}`);
    expect(response!.status(), query).toBe(200);
  }
  for (const path of ['/debt-requests/1', '/debt-requests/00000000-0000-4000-8000-000000000000', '/exchange/x']) {
    expect((await page.goto(path))!.status(), path).toBe(404);
    await noViolations(page);
  }
  expect((await page.goto('/exchange?state=none&page=-5'))!.status()).toBe(200);
  expect((await page.goto('/debt-requests/statistics?from=31.02.2026&to=x&division=y'))!.status()).toBe(200);
  await expect(page.getByLabel('Дата направления запроса с')).toHaveValue('31.02.2026');
  await expect(page.getByText('Такой даты нет.')).toHaveCount(2);
  await noViolations(page);
  expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
});

test('the filter works by its form and by chips', async ({ page }) => {
  await logIn(page, 'orlova');
  const { number } = await openNewRequest(page);
  await page.goto('/debt-requests');
  await expect(async () => {
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('Slash');
    await expect(page.getByLabel('Номер запроса')).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.type(number);
  await page.getByLabel('Статус запроса').selectOption('Новый');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`number=${number}&status=new`));
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await page.getByRole('link', { name: 'Убрать условие «Новый»' }).click();
  await expect(page).toHaveURL(`/debt-requests?number=${number}`);
  await page.getByRole('link', { name: 'Сбросить' }).click();
  await expect(page).toHaveURL('/debt-requests');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the registry is there, and its filter is a form', async ({ page, browser }) => {
    const withScripts = await (await browser.newContext({ javaScriptEnabled: true })).newPage();
    await logIn(withScripts, 'orlova');
    const { number } = await openNewRequest(withScripts);
    await page.context().addCookies(await withScripts.context().cookies());
    await page.goto('/debt-requests');
    await page.getByLabel('Номер запроса').fill(number);
    await page.getByRole('button', { name: 'Найти' }).click();
    await expect(page.locator('tbody tr')).toHaveCount(1);
  });
});

test('rows are walked by keys in any layout, and change in place', async ({ page, context }) => {
  await logIn(page, 'orlova');
  const { number } = await openNewRequest(page);
  const card = page.url();
  await page.goto('/debt-requests?size=100');
  // keys work as soon as the scripts do
  await expect(async () => {
    await page.keyboard.press('ArrowDown');
    await expect(page.locator('tbody tr').nth(0).getByRole('link')).toBeFocused({ timeout: 500 });
  }).toPass();
  // «о» of the Russian layout is the same key as J
  await page.dispatchEvent('body', 'keydown', { code: 'KeyJ', key: 'о', bubbles: true });
  await expect(page.locator('tbody tr').nth(1).getByRole('link')).toBeFocused();
  await page.keyboard.press('k');
  await expect(page.locator('tbody tr').nth(0).getByRole('link')).toBeFocused();

  await page.goto(`/debt-requests?number=${number}`);
  const row = page.locator('tbody tr').filter({ hasText: number });
  await expect(row).toContainText('Не сопоставлен');
  const colleague = await context.newPage();
  await colleague.goto(card);
  await colleague.getByLabel('отсутствует').check();
  await send(colleague);
  await expect(statusOf(colleague)).toHaveText('Отправлен', { timeout: 30_000 });
  // answered requests are hidden by default, and yet the row does not vanish under the hand
  await expect(row).toContainText('Отправлен', { timeout: 40_000 });
  await page.keyboard.press('ArrowDown');
  await expect(row.getByRole('link')).toBeFocused();
  await page.keyboard.press('Enter');
  // the card knows the list it was opened from
  await expect(page).toHaveURL(`${new URL(card).pathname}?number=${number}`);
});

test('what is new is announced and waits to be shown', async ({ page, context }) => {
  await logIn(page, 'orlova');
  const { number } = await openNewRequest(page, { responseDate: '2090-01-10' });
  await page.goto('/debt-requests?size=100');
  const before = await page.locator('tbody tr').count();
  const { requestNumber } = await stand.addRequest({ orgPPAGUID: DEMO_ORG_PPA_GUID });
  await receive(await context.newPage());
  await expect(page.getByRole('status').filter({ hasText: 'Появились другие запросы: 1' })).toBeAttached({
    timeout: 40_000,
  });
  expect(await page.locator('tbody tr').count()).toBe(before);
  await page.getByRole('button', { name: 'Показать' }).click();
  await expect(page.getByRole('link', { name: requestNumber, exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: number, exact: true })).toBeVisible();
});

test('a receiving that fails says it in the portal’s words; one under way survives a reload and stops on demand', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await logIn(page, 'orlova');
  await receive(page);
  await stand.inject({
    fault: 'messageError',
    match: { operation: 'exportDebtSubrequests' },
    code: 'AUT011003',
    text: 'Доступ запрещен для поставщика данных',
  });
  await page.getByRole('button', { name: 'Получить запросы' }).click();
  const note = page.getByRole('status').filter({ hasText: 'Получить запросы не' });
  await expect(note).toContainText('AUT011003 Доступ запрещен для поставщика данных', { timeout: 30_000 });
  await noViolations(page);

  await stand.inject({ fault: 'delay', ms: 8000, match: { operation: 'exportDebtSubrequests' } });
  await page.getByRole('button', { name: 'Получить запросы' }).click();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await noViolations(page);
  await page.reload();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await page.getByRole('button', { name: 'Прервать' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Синхронизация прервана' })).toBeVisible({ timeout: 40_000 });
  await page.getByRole('link', { name: 'Предыдущие', exact: true }).click();
  await expect(page.getByRole('row').nth(1)).toContainText('Прервана');
  await noViolations(page);
});

test('an admin reads the exact messages, others do not', async ({ page, browser }) => {
  await logIn(page, 'admin');
  await receive(page);
  await page.goto('/exchange');
  await page.getByRole('link', { name: 'Получение запросов' }).first().click();
  await expect(page.getByText('<soap:Envelope').first()).toBeVisible();
  await noViolations(page);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Скачать' }).first().click();
  expect((await download).suggestedFilename()).toMatch(/^[0-9a-f-]{36}-request\.xml$/);

  const executor = await (await browser.newContext()).newPage();
  await logIn(executor, 'safina');
  await executor.goto(page.url());
  await expect(executor.getByText('открывается администратору')).toBeVisible();
  await expect(executor.getByText('soap:Envelope')).toHaveCount(0);
  const file = await executor.context().request.get(`${page.url()}/xml?part=request`);
  expect(file.status()).toBe(404);
});

test('nothing scrolls sideways at 1280 px and at 200 %', async ({ page }) => {
  test.setTimeout(300_000);
  await logIn(page, 'orlova');
  await openNewRequest(page);
  const paths = [
    ...[
      '/debt-requests',
      '/debt-requests/statistics',
      '/debt-requests/prepared',
      '/radar',
      '/all-organizations',
      '/houses',
      '/notifications',
      '/rights',
      '/accounts',
      '/settings/calendar',
      '/settings/retention',
      '/settings/state',
    ],
    ...['/court-cases', '/court-cases/verification', '/debt-requests/matching', '/imports?kind=accounts'],
    ...[
      '/debt-requests/export',
      '/debt-requests/import',
      '/debt-requests/import/format',
      '/debt-requests/import/sample',
    ],
    ...['/exchange', '/exchange/syncs', new URL(page.url()).pathname],
  ];
  for (const width of [1280, 720]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of paths) {
      await page.goto(path);
      const extra = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(extra, `${path} at ${width}`).toBe(0);
      await noViolations(page);
    }
  }
});

test('a browser that asks for the icon before it has read the page gets it', async ({ request }) => {
  const icon = await request.get('/favicon.ico');
  expect(icon.status()).toBe(200);
  expect(icon.headers()['content-type']).toContain('svg');
});
