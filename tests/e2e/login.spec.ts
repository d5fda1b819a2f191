import AxeBuilder from '@axe-core/playwright';
import { type Browser, expect, type Page, test } from '@playwright/test';

const PASSWORD = 'demo-otklik-2026';

async function fill(page: Page, login: string, password: string) {
  await page.getByLabel('Логин').fill(login);
  await page.getByLabel('Пароль', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Войти' }).click();
}

async function loggedIn(browser: Browser, login: string, password: string, path = '/debt-requests') {
  const page = await (await browser.newContext()).newPage();
  await page.goto(path);
  await fill(page, login, password);
  await page.waitForURL(`**${path}`);
  return page;
}

/** What the browser refused to run or load; filled while the test goes on. */
function blockedBy(page: Page): string[] {
  const blocked: string[] = [];
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) blocked.push(message.text());
  });
  return blocked;
}

test('a wrong password is refused in words and keeps the login; the right one leads where one was going', async ({
  page,
}) => {
  const blocked = blockedBy(page);
  await page.goto('/debt-requests?status=new');
  await expect(page).toHaveURL('/login?next=%2Fdebt-requests%3Fstatus%3Dnew');
  await expect(page.getByLabel('Логин')).toBeFocused();

  await fill(page, 'orlova', 'не тот пароль');
  await expect(page.getByRole('alert').filter({ hasText: 'Логин' })).toContainText(/Логин или пароль не\sподходят/);
  await expect(page.getByLabel('Логин')).toHaveValue('orlova');
  const password = page.getByLabel('Пароль', { exact: true });
  await expect(password).toBeFocused();
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await password.fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/debt-requests?status=new');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(blocked).toEqual([]);

  // nothing a person typed is left in the browser but the session, which scripts cannot read
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  expect(await page.evaluate(() => document.cookie)).not.toMatch(/otklik/);
});

test('an empty form says what is missing', async ({ page }) => {
  await page.goto('/login');
  await page.getByRole('button', { name: 'Войти' }).click();
  await expect(page.getByText(/Введите логин и\sпароль/)).toBeVisible();
});

test('the log-in page can be read by everybody', async ({ page }) => {
  await page.goto('/login');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test('the typed password is shown only when asked', async ({ page }) => {
  await page.goto('/login');
  const password = page.getByLabel('Пароль', { exact: true });
  await password.fill('синий чайник');
  await expect(password).toHaveAttribute('type', 'password');
  await page.getByRole('button', { name: 'Показать пароль' }).click();
  await expect(password).toHaveAttribute('type', 'text');
  await expect(password).toHaveValue('синий чайник');
});

for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example/', '/.//evil.example']) {
  test(`a link with next=${next} leads nowhere else`, async ({ page, baseURL }) => {
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await fill(page, 'orlova', PASSWORD);
    await expect(page.getByRole('heading', { level: 1, name: 'Вход' })).toBeHidden();
    expect(new URL(page.url()).origin).toBe(new URL(baseURL!).origin);
  });
}

test('after «Выйти» the pages are closed', async ({ browser }) => {
  const page = await loggedIn(browser, 'safina', PASSWORD);
  await page.getByRole('button', { name: /Сафина/ }).click();
  await page.getByRole('button', { name: 'Выйти' }).click();
  await expect(page).toHaveURL('/login');
  await page.goto('/debt-requests');
  await expect(page).toHaveURL('/login?next=%2Fdebt-requests');
  expect((await page.context().request.get('/api/debt-requests/sync')).status()).toBe(401);
});

test('a new password ends the sessions elsewhere, and this one goes on', async ({ browser }) => {
  const here = await loggedIn(browser, 'dementyeva', PASSWORD, '/password');
  const elsewhere = await loggedIn(browser, 'dementyeva', PASSWORD);
  const change = async (from: string, to: string) => {
    await here.getByLabel('Прежний пароль').fill(from);
    await here.getByLabel('Новый пароль', { exact: true }).fill(to);
    await here.getByLabel('Новый пароль ещё раз').fill(to);
    await here.getByRole('button', { name: 'Сменить пароль' }).click();
  };
  await change('не тот пароль', 'синий чайник');
  await expect(here.getByLabel('Прежний пароль')).toHaveAttribute('aria-invalid', 'true');
  await expect(here.getByText(/Прежний пароль не\sподходит/)).toBeVisible();
  expect((await new AxeBuilder({ page: here }).analyze()).violations).toEqual([]);

  await change(PASSWORD, 'синий чайник');
  await expect(here.getByText('Пароль изменён.')).toBeVisible();
  await elsewhere.goto('/debt-requests?page=2');
  await expect(elsewhere).toHaveURL('/login?next=%2Fdebt-requests%3Fpage%3D2');
  await here.goto('/password');
  await change('синий чайник', PASSWORD);
  await expect(here.getByText('Пароль изменён.')).toBeVisible();
});
