import fs from 'node:fs';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { addDays, moscowMoment, moscowToday } from '@/lib/calendar/moscow';
import { isWorkingDay } from '../stand/moscow';
import { remoteControl } from '../stand/remote';
import { type Clock, makeClock } from './clock';
import { type Demo, makeDataDir, startDemo } from './demo';
import { complaintsOf, logIn, noViolations, receive } from './journey';

/** The automatic answer from switching it on to the portal's word, a night in between: an installation with a clock of its own. */

let dataDir: string;
let demo: Demo;
let clock: Clock | null;

/** The first Monday to come whose next three days are worked. */
const MONDAY = (() => {
  for (let day = addDays(moscowToday(), 1); ; day = addDays(day, 1)) {
    const monday = !isWorkingDay(addDays(day, -1)) && !isWorkingDay(addDays(day, -2));
    if (monday && [0, 1, 2, 3].every((n) => isWorkingDay(addDays(day, n)))) return day;
  }
})();
const TUESDAY = addDays(MONDAY, 1);

test.beforeAll(async () => {
  dataDir = makeDataDir();
  clock = makeClock(dataDir);
  if (!clock) {
    if (process.env.CI) throw new Error('libfaketime is not installed');
    return;
  }
  // the database may run as somebody else, who reads the time too
  fs.chmodSync(dataDir, 0o755);
  clock.set(moscowMoment(MONDAY, '12:00'));
  demo = await startDemo(dataDir, clock.env);
});

test.afterAll(async () => {
  await demo?.end('SIGTERM');
  fs.rmSync(dataDir, { recursive: true, force: true });
});

async function open(browser: Browser, login: string): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: demo.url })).newPage();
  await logIn(page, login);
  return page;
}

test('switched on over its list, one held, the rest sent the next morning and confirmed', async ({ browser }) => {
  test.skip(!clock, 'libfaketime is not installed');
  test.setTimeout(300_000);
  const page = await open(browser, 'admin');
  const complaints = complaintsOf(page);
  await receive(page);

  await page.goto('/settings/requisites');
  await expect(page.getByText('Автоответ выключен: без человека')).toBeVisible();
  const form = page.getByRole('form', { name: 'Настройка автоответа' });
  await form.getByLabel('Сопоставленные и\u00a0без судебной задолженности').check();
  await form.getByLabel('Сколько дней осталось').selectOption('0');
  // a wrong hour is told beside its field and stays as typed
  await form.getByLabel('Во\u00a0сколько').fill('утром');
  await form.getByRole('button', { name: 'Посмотреть список' }).click();
  await expect(form.getByText('Время: часы и\u00a0минуты')).toBeVisible();
  await expect(form.getByLabel('Во\u00a0сколько')).toHaveValue('утром');
  await form.getByLabel('Во\u00a0сколько').fill('08:00');
  await form.getByRole('button', { name: 'Посмотреть список' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText(`Ближайший запуск\u00a0— ${TUESDAY.split('-').reverse().join('.')}`);
  const total = Number((await dialog.textContent())!.match(/уйдёт: (\d+)/)![1]);
  expect(total).toBeGreaterThan(2);
  await noViolations(page);
  await dialog.getByRole('button', { name: 'Включить автоответ' }).click();
  await expect(page.getByText('Автоответ включён.')).toBeVisible();
  await expect(page.getByText('Каждый день в 08:00 по\u00a0Москве ответ «отсутствует» получат')).toBeVisible();
  await noViolations(page);

  await page.goto('/radar');
  const list = page.getByRole('complementary', { name: /будет отправлено автоматически/ });
  await expect(list.getByRole('heading')).toHaveText(`Завтра будет отправлено автоматически: ${total}`);
  const numbers = await list.locator('li a.num').allInnerTexts();
  expect(numbers).toHaveLength(total);
  await noViolations(page);
  const held = numbers[0]!;
  await list.getByRole('button', { name: `Не\u00a0отправлять автоматически запрос ${held}` }).click();
  await expect(list.getByRole('heading')).toHaveText(`Завтра будет отправлено автоматически: ${total - 1}`);
  await expect(list).toContainText('Не\u00a0отправляем: Тимофеева');
  // the card tells the same, and of another one what will become of it
  await list.getByRole('link', { name: held }).click();
  await expect(page.getByText('Автоматически не\u00a0отправляем: Тимофеева')).toBeVisible();
  await page.goto(`/debt-requests?number=${numbers[1]}`);
  await page.getByRole('link', { name: numbers[1]!, exact: true }).click();
  await expect(page.getByText(/Уйдёт автоматически: «отсутствует»/)).toBeVisible();
  await noViolations(page);

  // whoever has a card open is waited for: nobody has one at night
  await page.goto('/notifications');
  // the next morning: «Отклик» receives, then answers
  clock!.set(moscowMoment(TUESDAY, '08:00'));
  const portal = remoteControl(demo.standUrl);
  const onPortal = async (number: string) =>
    (await portal.state()).subrequests.find(({ requestNumber }) => requestNumber === number)!.status;
  await expect
    .poll(async () => (await Promise.all(numbers.slice(1).map(onPortal))).every((status) => status === 'Sent'), {
      timeout: 200_000,
      intervals: [2000],
    })
    .toBe(true);
  expect(await onPortal(held)).toBe('NotSent');

  const next = await open(browser, 'admin');
  await next.goto(`/debt-requests?status=answered&due=${TUESDAY}`);
  for (const number of numbers.slice(1))
    await expect(next.getByRole('link', { name: number, exact: true })).toBeVisible();
  await expect(next.getByRole('link', { name: held, exact: true })).toBeHidden();
  await next.getByRole('link', { name: numbers[1]!, exact: true }).click();
  await expect(
    next.getByText(/Отправлено автоматически\. Ответ: отсутствует\..*Настройка: Каждый день в.08:00/),
  ).toBeVisible();
  await expect(next.getByText('Ответ принят порталом')).toBeVisible();
  await next.goto('/settings/requisites');
  await expect(next.getByRole('row', { name: new RegExp(`Выполнен.*${total - 1}`) })).toBeVisible();
  await next.goto('/notifications');
  await expect(next.getByRole('cell', { name: `Автоответ: отправлено ${total - 1}` })).toBeVisible();
  await expect(next.getByRole('cell', { name: /Синхронизация выполнена: получено/ })).toBeVisible();
  expect(complaints).toEqual([]);
});
