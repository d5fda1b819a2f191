import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { DEMO_ORG_PPA_GUID } from '../stand/demo-data';
import { remoteControl } from '../stand/remote';

/** Steps that the journeys of the staff share. */

export const stand = remoteControl(process.env.E2E_STAND_URL!);
export const standUrl = process.env.E2E_STAND_URL!;

export const PDF = {
  name: 'Решение 2-1184.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n'),
};

export async function logIn(page: Page, login: string): Promise<void> {
  await page.goto('/login');
  await typeLogin(page, login);
  await page.waitForURL('**/debt-requests');
}

export async function typeLogin(page: Page, login: string): Promise<void> {
  await page.getByLabel('Логин').fill(login);
  await page.getByLabel('Пароль', { exact: true }).fill('demo-otklik-2026');
  await page.getByRole('button', { name: 'Войти' }).click();
}

/** Presses «Получить запросы» and waits for the words that it is done. */
export async function receive(page: Page): Promise<void> {
  await page.goto('/debt-requests');
  const button = page.getByRole('button', { name: 'Получить запросы' });
  await button.click();
  await expect(page.getByRole('status').filter({ hasText: 'Синхронизация выполнена' })).toBeVisible({
    timeout: 30_000,
  });
}

/** A request of its own for a test: asked on the stand, received, opened. Gives its number and GUID. */
export async function openNewRequest(
  page: Page,
  given: { responseDate?: string } = {},
): Promise<{ number: string; guid: string }> {
  const { subrequestGuid, requestNumber } = await stand.addRequest({
    orgPPAGUID: DEMO_ORG_PPA_GUID,
    addressDetails: 'кв. 12',
    ...given,
  });
  await receive(page);
  await openRequest(page, requestNumber);
  return { number: requestNumber, guid: subrequestGuid };
}

export async function openRequest(page: Page, number: string): Promise<void> {
  await page.goto(`/debt-requests?number=${number}&answered=1`);
  await page.getByRole('link', { name: number, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(number);
}

/** Presses the main button and says yes in the dialog. */
export async function send(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Подписать и отправить в ГИС' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Подписать и отправить ответ' }).click();
}

/** The mark beside the number of an open card. */
export const statusOf = (page: Page) => page.locator('.chead').getByRole('status');

export async function noViolations(page: Page): Promise<void> {
  // while a page renders itself anew, its title comes a moment after its content
  await expect(page).toHaveTitle(/./);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
}

/** Everything the browser complained of while the test went on: errors, hydration, the policy. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const refusedOnPurpose = /status of (401|409|413|422)/.test(message.text());
    if (message.type() === 'error' && !refusedOnPurpose) complaints.push(`${message.text()} ${message.location().url}`);
  });
  return complaints;
}
