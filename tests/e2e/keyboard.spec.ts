import { expect, type Page, test } from '@playwright/test';
import { DEMO_ORG_PPA_GUID } from '../stand/demo-data';
import { logIn, noViolations, receive, stand, statusOf } from './journey';

/** Tabs until the focus is on what is looked for; says what it met when it is not there. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const met: string[] = [];
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    const label = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      return (
        element?.getAttribute('aria-label') ??
        [...(element?.labels ?? [])]
          .map((label) => label.textContent)
          .join(' ')
          .trim() ??
        ''
      );
    });
    const text = label || (await page.evaluate(() => document.activeElement?.textContent ?? ''));
    if (name.test(text)) return;
    met.push(text.slice(0, 40));
  }
  throw new Error(`no ${name} by Tab; met: ${met.join(' | ')}`);
}

test('the whole work by keyboard alone: log in, choose, answer, send, go back', async ({ page }) => {
  test.setTimeout(120_000);
  const { requestNumber } = await stand.addRequest({ orgPPAGUID: DEMO_ORG_PPA_GUID, addressDetails: 'кв. 12' });
  const other = await page.context().newPage();
  await logIn(other, 'orlova');
  await receive(other);
  await other.close();
  await page.context().clearCookies();

  await page.goto('/login');
  await page.keyboard.type('orlova');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('demo-otklik-2026');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/debt-requests');

  // «/» from anywhere, a number, Enter: the list of one row
  // (the page is a new one after the log-in: a key pressed before its scripts are there is nobody's)
  await expect(async () => {
    await page.keyboard.press('Slash');
    await expect(page.locator('#number')).toBeFocused({ timeout: 1000 });
  }).toPass();
  await page.keyboard.type(requestNumber);
  await page.keyboard.press('Enter');
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('link', { name: requestNumber, exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(requestNumber);

  await tabTo(page, /отсутствует/);
  await page.keyboard.press('ArrowRight');
  await expect(page.getByLabel('существует')).toBeChecked();
  await tabTo(page, /^Фамилия/);
  await page.keyboard.type('Кравцов');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Артём');
  await noViolations(page);
  await page.keyboard.press('Control+Shift+Enter');
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText('«существует»: должников 1, файлов 0');
  await page.keyboard.press('Enter');
  await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 30_000 });
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/debt-requests\?number=/);
});

test('«?» lists all keys; single letters can be switched off and on again', async ({ page }) => {
  await logIn(page, 'safina');
  await page.goto('/debt-requests');
  const rows = page.locator('tbody tr');
  await expect(rows.first()).toBeVisible();
  const dialog = page.getByRole('alertdialog', { name: 'Клавиши' });
  // whatever an earlier run has left: on
  await expect(async () => {
    await page.getByRole('button', { name: 'все клавиши' }).click();
    await expect(dialog).toBeVisible({ timeout: 500 });
  }).toPass();
  await dialog.getByRole('checkbox').check();
  await expect(page.locator('[data-letters-off]')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+Slash');
  for (const keys of ['Ctrl Shift Enter', 'Ctrl A', 'Пробел']) await expect(dialog).toContainText(keys);
  await noViolations(page);
  const saved = page.waitForResponse((response) => response.request().method() === 'POST');
  await dialog.getByRole('checkbox').uncheck();
  await saved;
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-letters-off]')).toHaveCount(1);

  await page.reload();
  // arrows are no letters
  await expect(async () => {
    await page.keyboard.press('ArrowDown');
    await expect(rows.first().locator('td.no a')).toBeFocused({ timeout: 500 });
  }).toPass();
  for (const key of ['Shift+Slash', 'KeyJ', 'Slash', 'KeyF']) await page.keyboard.press(key);
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect(rows.first().locator('td.no a')).toBeFocused();

  // the person's menu opens the same list, also where the navigation is folded
  await page.setViewportSize({ width: 800, height: 700 });
  await page.getByRole('button', { name: /Сафина/ }).click();
  await page.getByRole('button', { name: 'Клавиши', exact: true }).click();
  const again = page.waitForResponse((response) => response.request().method() === 'POST');
  await dialog.getByRole('checkbox').check();
  await again;
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-letters-off]')).toHaveCount(0);
  await page.keyboard.press('Slash');
  await expect(page.locator('#number')).toBeFocused();
});

test('J and K walk the filter, ask before unsaved text is lost, and type letters inside a field', async ({ page }) => {
  await logIn(page, 'orlova');
  await page.goto('/debt-requests?sort=-deadline&size=50');
  const links = page.locator('tbody td.no a');
  const [before, number, after] = (await links.allInnerTexts()) as [string, string, string];
  const href = await links.nth(1).getAttribute('href');
  await page.goto(`${href!.split('?')[0]}?sort=-deadline&size=50`);
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toContainText(number);
  await expect(page.getByRole('navigation', { name: 'Соседние запросы' })).toContainText(/2\sиз\s\d+/);
  await page.keyboard.press('KeyJ');
  await expect(heading).toContainText(after);
  await page.keyboard.press('KeyK');
  await expect(heading).toContainText(number);
  await page.keyboard.press('KeyK');
  await expect(heading).toContainText(before);
  await expect(page).toHaveURL(/sort=-deadline&size=50/);
  // the first has none before it
  await page.keyboard.press('KeyK');
  await page.keyboard.press('KeyJ');
  await expect(heading).toContainText(number);
  await noViolations(page);

  await page.getByLabel('Комментарий').pressSequentially('jk');
  await expect(page.getByLabel('Комментарий')).toHaveValue('jk');
  // Esc leaves the field first, then J is a key again
  await page.keyboard.press('Escape');
  await page.keyboard.press('KeyJ');
  await expect(page.getByRole('alertdialog', { name: 'Уйти без сохранения?' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Комментарий')).toHaveValue('jk');
});
