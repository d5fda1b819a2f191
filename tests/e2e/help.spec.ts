import { expect, test } from '@playwright/test';
import { STATUS_LABELS } from '@/lib/debt-requests/workflow';
import { complaintsOf, logIn, noViolations } from './journey';

test('«Справка»: the contents lead to what they name, every status is explained', async ({ page }) => {
  const complaints = complaintsOf(page);
  await logIn(page, 'safina');
  await page.getByRole('navigation', { name: 'Разделы' }).getByRole('link', { name: 'Справка' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Справка' })).toBeVisible();
  await noViolations(page);

  const links = page.getByRole('navigation', { name: 'Содержание' }).getByRole('link');
  const titles = await links.allInnerTexts();
  expect(titles.length).toBeGreaterThan(10);
  for (const [i, title] of titles.entries()) {
    const anchor = (await links.nth(i).getAttribute('href'))!.split('#')[1]!;
    await links.nth(i).click();
    // the address follows the click a moment later
    await expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toBe(`#${decodeURIComponent(anchor)}`);
    const target = page.locator(`[id="${decodeURIComponent(anchor)}"]`);
    await expect(target).toHaveCount(1);
    await expect(target).toHaveText(title);
    await expect(target).toBeInViewport();
  }
  const statuses = page.getByRole('region', { name: 'Что значит каждый статус' });
  for (const label of Object.values(STATUS_LABELS)) {
    await expect(statuses.getByRole('term').filter({ hasText: label })).toHaveCount(1);
  }
  expect(complaints).toEqual([]);
});

test('what other pages lead to is there, and the links out of «Справка» too', async ({ page }) => {
  await logIn(page, 'admin');
  await page.goto('/settings');
  const outside = await page
    .locator('main a[href*="/help"]')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href')!));
  expect(outside).not.toEqual([]);
  for (const href of [...outside, '/help#server', '/help#check']) {
    await page.goto(href);
    await expect(page.locator(`[id="${href.split('#')[1]}"]`), href).toHaveCount(1);
  }
  const inside = await page.locator('.help a').evaluateAll((all) => all.map((link) => link.getAttribute('href')!));
  for (const href of inside.filter((given) => given.startsWith('#'))) {
    await expect(page.locator(`[id="${href.slice(1)}"]`), href).toHaveCount(1);
  }
  for (const href of new Set(inside.filter((given) => given.startsWith('/')))) {
    expect((await page.goto(href))!.status(), href).toBe(200);
  }
});

test('on paper there is the text alone', async ({ page }) => {
  await logIn(page, 'orlova');
  await page.goto('/help');
  await page.emulateMedia({ media: 'print' });
  for (const hidden of [
    page.getByRole('banner'),
    page.getByRole('navigation', { name: 'Разделы' }),
    page.getByRole('navigation', { name: 'Содержание' }),
    page.getByRole('button', { name: 'Распечатать' }),
  ]) {
    await expect(hidden).toBeHidden();
  }
  await expect(page.getByRole('heading', { name: 'Что говорит закон' })).toBeVisible();
});

test('nothing scrolls sideways at 1280 px and at 200 %', async ({ page }) => {
  await logIn(page, 'admin');
  for (const width of [1280, 720]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ['/help', '/settings']) {
      await page.goto(path);
      const extra = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(extra, `${path} at ${width}`).toBe(0);
      await noViolations(page);
    }
  }
});
