import fs from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { connect } from '@/db/client';
import { runningUrl } from '@/db/embedded';
import { logIn, openNewRequest, PDF, send, stand, statusOf } from './journey';

/**
 * Marked words go through every way that staff have to write down something of a person, well and while the database refuses.
 * None of them may be found where personal data have no place: addresses, logs, letters, payloads of jobs.
 */

const FOLDER = path.join(process.env.E2E_DATA_DIR!, 'demo');
const MARKS = ['Метинский', 'Меткослав', 'Пометкович', '11223344595', '112-233-445', 'metka-pisma', 'Отметинская'];
const found = (text: string): string[] =>
  MARKS.filter((mark) => text.includes(mark) || text.includes(encodeURIComponent(mark)));

/** Whatever this page asks for: addresses with their queries. */
function addressesOf(page: Page): string[] {
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  page.on('framenavigated', (frame) => addresses.push(frame.url()));
  return addresses;
}

async function withoutTable(table: string, act: () => Promise<void>): Promise<void> {
  const sql = connect(runningUrl(path.join(FOLDER, 'postgres'))!, { max: 1 });
  try {
    await sql.unsafe(`alter table ${table} rename to ${table}_away`);
    await act();
  } finally {
    await sql.unsafe(`alter table ${table}_away rename to ${table}`);
    await sql.end();
  }
}

test('marked names are in no address, log, letter or payload', async ({ page, browser }) => {
  test.setTimeout(180_000);
  const addresses = addressesOf(page);
  await logIn(page, 'orlova');
  const { guid } = await openNewRequest(page);
  const card = page.url();

  await test.step('an answer with a debtor, a file and a comment', async () => {
    await page.getByLabel('существует').check();
    await page.getByLabel(/^Фамилия/).fill('Метинский');
    await page.getByLabel(/^Имя/).fill('Меткослав');
    await page.getByLabel(/^Отчество/).fill('Пометкович');
    await page.getByLabel(/СНИЛС/).fill('112-233-445 95');
    await page.getByLabel('Комментарий').fill('Долг Метинский М. П. признал');
    await page.getByLabel('Файлы к ответу').setInputFiles({ ...PDF, name: 'Приказ Метинский.pdf' });
    await expect(page.getByRole('button', { name: /^Просмотр: Приказ Метинский/ })).toBeVisible();
    await withoutTable('debtors', async () => {
      await page.getByRole('button', { name: 'Сохранить', exact: true }).click();
      await expect(page.getByText(/сообщите администратору номер ошибки/)).toBeVisible();
      // a page that the server cannot make just now must not take the place of what is typed
      await page.waitForLoadState('networkidle');
    });
    await expect(page.getByLabel(/^Фамилия/)).toHaveValue('Метинский');
    // a refusal of the portal with the name in it
    await stand.refuseNext({ subrequestGuid: guid, code: 'INT002018', text: 'Должник Метинский не найден' });
    await send(page);
    await expect(statusOf(page)).toHaveText('Ошибка отправки', { timeout: 30_000 });
    await send(page);
    await expect(statusOf(page)).toHaveText('Отправлен', { timeout: 30_000 });
  });

  await test.step('a search in the registry, well and while its table is away', async () => {
    await page.goto('/debt-requests');
    const look = async (text: string) => {
      await expect(async () => {
        await page.getByRole('heading', { level: 1 }).click();
        await page.keyboard.press('KeyF');
        await expect(page.getByLabel('Дата направления запроса, с')).toBeFocused({ timeout: 500 });
      }).toPass();
      await page.getByLabel(/Поиск по/).fill(text);
      await page.keyboard.press('Enter');
      await page.waitForURL(/search=/);
    };
    await look('Метинский Отметинская');
    await expect(page.getByRole('heading', { name: 'Ничего не найдено' })).toBeVisible();
    const searched = page.url();
    await withoutTable('debt_requests', async () => {
      await page.goto(searched);
      await page.goto(card);
    });
  });

  await test.step('employees and court cases', async () => {
    const admin = await (await browser.newContext()).newPage();
    const own = addressesOf(admin);
    await logIn(admin, 'admin');
    await admin.goto('/settings/employees/new', { waitUntil: 'networkidle' });
    await admin.getByLabel('Фамилия').fill('Метинский');
    await admin.getByLabel('Имя').fill('Меткослав');
    await admin.getByLabel('Логин').fill('metka');
    await admin.getByLabel(/почт/i).fill('metka-pisma@example.ru');
    await admin.getByRole('checkbox', { name: /^исполнитель/ }).check();
    await withoutTable('memberships', async () => {
      await admin.getByRole('button', { name: 'Добавить сотрудника' }).click();
      await expect(admin.getByText(/номер ошибки/)).toBeVisible();
    });
    await admin.goto('/accounts');
    const field = admin.getByLabel('Номер, ЕЛС, адрес или фамилия');
    await field.fill('Метинский');
    await field.press('Enter');
    await admin.waitForURL(/accounts\?/);
    await withoutTable('accounts', async () => {
      await admin.reload();
    });
    await admin.goto('/court-cases');
    await admin.getByRole('main').getByRole('table').getByRole('link').first().click();
    await admin.getByLabel('Фамилия').first().fill('Отметинская');
    await withoutTable('respondents', async () => {
      await admin.getByRole('button', { name: 'Сохранить' }).click();
      await expect(admin.getByText(/номер ошибки/)).toBeVisible();
    });
    addresses.push(...own);
  });

  const logs = fs.readdirSync(FOLDER).filter((name) => name.endsWith('.log') && name !== 'stand.log');
  expect(logs).toEqual(expect.arrayContaining(['web.log', 'worker.log']));
  for (const name of logs) {
    const text = fs.readFileSync(path.join(FOLDER, name), 'utf8');
    expect([name, found(text)]).toEqual([name, []]);
  }
  // they did write down that something failed
  const web = fs.readFileSync(path.join(FOLDER, 'web.log'), 'utf8');
  expect(web).toContain('"msg":"unexpected error"');
  expect(web).toContain('"msg":"page failed"');
  expect(addresses.filter((address) => found(address).length > 0)).toEqual([]);
  const sql = connect(runningUrl(path.join(FOLDER, 'postgres'))!, { max: 1 });
  const letters = await sql<{ text: string }[]>`select subject || text as text from letters`;
  const payloads = await sql<{ text: string }[]>`
    select to_jsonb(r)::text as text from job_runs r union all select to_jsonb(l)::text from leases l
    union all select params::text from bulk_runs union all select query::text from exchanges where query is not null`;
  await sql.end();
  expect(found(letters.map(({ text }) => text).join('\n'))).toEqual([]);
  expect(found(payloads.map(({ text }) => text).join('\n'))).toEqual([]);
});
