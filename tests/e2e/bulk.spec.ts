import { expect, type Page, test } from '@playwright/test';
import { DEMO_ORG_PPA_GUID } from '../stand/demo-data';
import { complaintsOf, logIn, noViolations, receive, stand } from './journey';

const rows = (page: Page) => page.locator('tbody tr');
const bulk = (page: Page) => page.getByRole('region', { name: 'Действия с выбранными' });
const work = (page: Page) => page.getByRole('status', { name: 'Массовая работа' });
const REFUSAL = { code: 'INT002000', text: 'Значение в поле subrequestGUID отсутствует в реестре' };

/** Requests of one street, «отсутствует» saved for all but the last; the list of them is open. */
async function prepare(page: Page, street: string, count: number) {
  const requests: { number: string; guid: string }[] = [];
  for (let flat = 1; flat <= count; flat++) {
    const { requestNumber: number, subrequestGuid: guid } = await stand.addRequest({
      orgPPAGUID: DEMO_ORG_PPA_GUID,
      houseAddress: `624071, обл Приозёрская, г Верхнеозёрск, ул ${street}, д. 7`,
      addressDetails: `кв. ${flat}`,
    });
    requests.push({ number, guid });
  }
  await receive(page);
  await page.goto('/debt-requests?size=100');
  await page.getByRole('button', { name: 'Ещё условия' }).click();
  await page.getByLabel(/Поиск по/).fill(street);
  await page.keyboard.press('Enter');
  await page.waitForURL(/search=/);
  await expect(rows(page)).toHaveCount(count);
  const list = page.url();
  const cards = await rows(page)
    .locator('td.no a')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  for (const card of cards.slice(0, -1)) {
    await page.goto(card);
    await page.getByLabel('отсутствует').check();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText('Сохранено.')).toBeVisible();
  }
  await page.goto(list);
  return { requests, list };
}

test('a few dozen answers are sent at once; progress outlives a reload and a closed tab; each has its result', async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  const complaints = complaintsOf(page);
  await logIn(page, 'orlova');
  const { requests, list } = await prepare(page, 'Массовая', 25);
  const refused = requests[3]!;
  await stand.refuseNext({ subrequestGuid: refused.guid, ...REFUSAL });
  await stand.inject({ fault: 'delay', ms: 6000, match: { operation: 'importResponses' } });

  await page.getByRole('checkbox', { name: 'Выбрать все на странице' }).check();
  await bulk(page)
    .getByRole('button', { name: /Отправить ответы\s24\sиз\s25/ })
    .click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText('Подписать и\u00a0отправить 24\u00a0ответа?');
  await expect(dialog).toContainText('«отсутствует»');
  await expect(dialog).toContainText(/останется в\sреестре: ответ не заполнен/);
  await expect(dialog).toContainText(/Ответы уйдут от\sимени: Орлова\sМ\.\sС\./);
  await expect(dialog.getByRole('button', { name: /Подписать/ })).toBeFocused();
  await noViolations(page);
  // quick double clicks start one work
  await dialog.getByRole('button', { name: /Подписать/ }).dblclick();
  await expect(dialog).toHaveCount(0);
  await expect(work(page).getByRole('progressbar')).toBeVisible();
  await noViolations(page);
  await page.reload();
  await expect(work(page).getByRole('progressbar')).toBeVisible();
  await page.close();

  const later = await context.newPage();
  const laterComplaints = complaintsOf(later);
  await later.goto(list);
  await expect(work(later)).toContainText('Отправка ответов закончена', { timeout: 60_000 });
  await expect(work(later)).toContainText('Принято порталом: 23, портал отказал: 1, не\u00a0отправлено: 1. Всего: 25.');
  await noViolations(later);
  await work(later)
    .getByRole('link', { name: /Результат/ })
    .click();
  await expect(later.getByRole('heading', { name: 'Отправка ответов' })).toBeVisible();
  await expect(rows(later)).toHaveCount(25);
  // what went wrong comes first
  const first = rows(later).first();
  await expect(first).toContainText(refused.number);
  await expect(first).toContainText('ул Массовая, д. 7, кв. 4');
  await expect(first).toContainText(`${REFUSAL.code} ${REFUSAL.text}`);
  await expect(rows(later).nth(1)).toContainText(/Не\sотправлен/);
  await expect(rows(later).filter({ hasText: /Отправлен/ })).toHaveCount(23);
  await noViolations(later);
  await first.getByRole('link').click();
  await expect(later.getByRole('heading', { level: 1 })).toContainText(refused.number);

  for (const { guid, number } of requests) {
    const { acceptedSends } = await stand.subrequest({ subrequestGuid: guid });
    expect(acceptedSends, number).toBe(guid === refused.guid || guid === requests[24]!.guid ? 0 : 1);
  }
  // the browser's «back» shows what is true now, not what was
  await later.goBack();
  await later.goBack();
  await expect(later).toHaveURL(list);
  await expect(rows(later).filter({ hasText: 'В работе' })).toHaveCount(0);
  expect([...complaints, ...laterComplaints]).toEqual([]);
});

test('«Готов к отправке» at once, then all ready ones of the filter; a changed answer asks again; rows stay in place', async ({
  page,
}) => {
  test.setTimeout(180_000);
  await logIn(page, 'orlova');
  await prepare(page, 'Готовая', 4);
  await page.keyboard.press('ArrowDown');
  await expect(async () => {
    await page.keyboard.press('Control+KeyA');
    await expect(bulk(page)).toContainText('Выбрано 4', { timeout: 500 });
  }).toPass();
  await bulk(page).getByRole('button', { name: 'Готов к отправке' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: /Отметить 3\sответа/ }).click();
  await expect(work(page)).toContainText('Отмечено: 3, не\u00a0отмечено: 1. Всего: 4.', { timeout: 30_000 });
  await expect(rows(page).filter({ hasText: 'Готов к отправке' })).toHaveCount(3);
  await expect(rows(page)).toHaveCount(4);

  // a colleague changes an answer while the confirmation is being read: nobody said yes to that
  await page.reload();
  await page.getByRole('button', { name: /Отправить ответы\s3\sготовых/ }).click();
  await expect(dialog).toContainText('Подписать и\u00a0отправить 3\u00a0ответа?');
  const colleague = await page.context().newPage();
  await colleague.goto((await rows(page).first().getByRole('link').getAttribute('href'))!);
  await colleague.getByLabel('Комментарий').fill('Проверьте ещё раз');
  await colleague.keyboard.press('Control+Enter');
  await expect(colleague.getByText('Сохранено.')).toBeVisible();
  await dialog.getByRole('button', { name: /Подписать/ }).click();
  await expect(dialog.getByRole('alert')).toContainText('запросы изменились');
  await expect(dialog).toContainText('Подписать и\u00a0отправить 2\u00a0ответа?');
  await noViolations(page);
  await dialog.getByRole('button', { name: /Подписать и\sотправить 2/ }).click();
  await expect(work(page)).toContainText('Принято порталом: 2. Всего: 2.', { timeout: 60_000 });
  // answered requests leave the list by default, and yet the rows do not vanish under the hand
  await expect(rows(page).filter({ hasText: 'Отправлен' })).toHaveCount(2);
  await expect(rows(page)).toHaveCount(4);
});

test('who may not send is told why', async ({ page, browser }) => {
  test.setTimeout(120_000);
  await logIn(page, 'orlova');
  const { requests } = await prepare(page, 'Чужая', 2);
  const executor = await (await browser.newContext()).newPage();
  await logIn(executor, 'safina');
  await executor.goto(`/debt-requests?number=${requests[0]!.number}`);
  await executor.getByRole('checkbox', { name: `Выбрать ${requests[0]!.number}` }).check();
  await bulk(executor)
    .getByRole('button', { name: /Отправить ответы/ })
    .click();
  await expect(executor.getByRole('alertdialog')).toContainText('Отправить нечего');
  await expect(executor.getByRole('alertdialog')).toContainText('это делает ответственный за запрос');
  await noViolations(executor);
});
