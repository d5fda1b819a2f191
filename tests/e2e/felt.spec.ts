import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { connect } from '@/db/client';
import { runningUrl } from '@/db/embedded';
import { logIn, receive } from './journey';

/** What people feel: the frame comes at once, nothing moves by itself, a list stands as it was left and tells the truth. */

const DATABASE = path.join(process.env.E2E_DATA_DIR!, 'demo', 'postgres');

/** Nobody can read the requests until `release` is called: as a slow database would be. */
async function whileRequestsAreLocked(act: (release: () => void) => Promise<void>): Promise<void> {
  const sql = connect(runningUrl(DATABASE)!, { max: 1 });
  const held = new EventEmitter();
  const released = once(held, 'released');
  const locked = once(held, 'locked');
  const holding = sql.begin(async (tx) => {
    await tx`lock table debt_requests in access exclusive mode`;
    held.emit('locked');
    await released;
  });
  const release = () => void held.emit('released');
  try {
    await locked;
    await act(release);
  } finally {
    release();
    await holding;
    await sql.end();
  }
}

const rows = (page: Page) => page.locator('tbody tr');
const frame = (page: Page) => page.getByRole('navigation', { name: 'Разделы' });

/** From now on each page of this tab keeps what moved on it without a person's doing. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        hadRecentInput: boolean;
        value: number;
        sources: { node?: Element }[];
      })[]) {
        if (entry.hadRecentInput) continue;
        shifts.push(`${entry.value}: ${entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 100)).join(' | ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

const shiftsOf = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return (window as unknown as { shifts: string[] }).shifts;
  });

test('the frame and the heading do not wait for the database, and nothing moves when the rows come', async ({
  page,
}) => {
  await logIn(page, 'orlova');
  await receive(page);
  await watchShifts(page);
  for (const address of ['/debt-requests', '/radar']) {
    await whileRequestsAreLocked(async (release) => {
      const opened = page.goto(address);
      await expect(page.getByRole('status').filter({ hasText: 'Собираем данные…' })).toBeVisible();
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(frame(page).getByRole('link', { name: 'Радар' })).toBeVisible();
      release();
      expect((await opened)!.status()).toBe(200);
      await expect(page.getByText('Собираем данные…')).toHaveCount(0);
    });
    await expect(rows(page).first()).toBeVisible();
    expect(await shiftsOf(page), address).toEqual([]);
  }
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('what comes late is there too', async ({ page, browser }) => {
    const scripted = await (await browser.newContext({ javaScriptEnabled: true })).newPage();
    await logIn(scripted, 'orlova');
    await receive(scripted);
    await page.context().addCookies(await scripted.context().cookies());
    await whileRequestsAreLocked(async (release) => {
      const opened = page.goto('/debt-requests');
      await expect(page.getByText('Собираем данные…')).toBeVisible();
      release();
      await opened;
    });
    await expect(rows(page).first()).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expect(page.getByRole('button', { name: 'Найти' })).toBeVisible();
  });
});

test('back from a card the list keeps filter and place, and never shows what has changed since', async ({
  page,
  context,
}) => {
  await logIn(page, 'orlova');
  await receive(page);
  const address = '/debt-requests?answered=1&size=100';
  await page.goto(address);
  const fresh = rows(page).filter({ hasText: 'Новый' });
  const mine = (await fresh.last().getByRole('link').textContent())!;
  const theirs = fresh.nth((await fresh.count()) - 2).getByRole('link');
  const [another, anotherCard] = [(await theirs.textContent())!, (await theirs.getAttribute('href'))!];
  const row = (number: string) => rows(page).filter({ hasText: number });
  const place = () => page.locator('.wrap').evaluate((list) => list.scrollTop);
  await row(mine).scrollIntoViewIfNeeded();
  const top = await place();
  expect(top).toBeGreaterThan(0);

  await row(mine).getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(mine);
  const save = async (card: Page) => {
    await card.getByLabel('отсутствует').check();
    await card.keyboard.press('Control+Enter');
    await expect(card.getByText('Сохранено.')).toBeVisible();
  };
  await save(page);
  const colleague = await context.newPage();
  await colleague.goto(anotherCard);
  await save(colleague);
  await colleague.close();

  // every status that the two rows have shown since, by frames; the server takes its time
  await page.evaluate(
    (numbers) => {
      const shown = new Set<string>();
      Object.assign(window, { shown });
      const look = () => {
        for (const row of document.querySelectorAll('tbody tr'))
          if (row.checkVisibility({ visibilityProperty: true }) && numbers.some((one) => row.textContent.includes(one)))
            shown.add((row as HTMLTableRowElement).cells[4]!.textContent);
        requestAnimationFrame(look);
      };
      look();
    },
    [mine, another],
  );
  await page.route('**/debt-requests?*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await route.continue();
  });
  await page.goBack();
  await expect(page).toHaveURL(address);
  await expect(row(mine)).toContainText('В работе');
  await expect(row(another)).toContainText('В работе');
  expect(await page.evaluate(() => [...(window as unknown as { shown: Set<string> }).shown])).toEqual(['В работе']);
  expect(await place()).toBe(top);

  await row(mine).getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(mine);
  await page.getByRole('link', { name: 'Реестр' }).click();
  await expect(page).toHaveURL(address);
  await expect(row(mine)).toBeVisible();
  expect(await place()).toBe(top);
});

test('nothing moves by itself on any page; fonts and pictures are ours and kept for good', async ({ page }) => {
  const kept: [url: string, cache: string | undefined][] = [];
  page.on('response', (response) => {
    if (['font', 'image'].includes(response.request().resourceType()))
      kept.push([response.url(), response.headers()['cache-control']]);
  });
  await logIn(page, 'admin');
  await watchShifts(page);
  for (const address of [
    '/debt-requests?size=100',
    '/debt-requests/statistics',
    '/debt-requests/prepared',
    '/debt-requests/matching',
    '/radar',
    '/court-cases',
    '/accounts',
    '/houses',
    '/exchange',
    '/settings',
    '/settings/requisites',
    '/settings/employees',
    '/settings/state',
    '/help',
  ]) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await shiftsOf(page), address).toEqual([]);
  }
  expect(kept.length).toBeGreaterThan(0);
  for (const [url, cache] of kept) {
    expect(new URL(url).origin, url).toBe(process.env.E2E_URL);
    expect(cache, url).toBe('public, max-age=31536000, immutable');
  }
});
