import { expect, test } from '@playwright/test';
import { complaintsOf, logIn, noViolations, openNewRequest, openRequest, statusOf } from './journey';

test('delegated with a note, prepared, returned with a comment, prepared again, sent from the review list', async ({
  browser,
}) => {
  const headPage = await (await browser.newContext()).newPage();
  const executorPage = await (await browser.newContext()).newPage();
  const complaints = [complaintsOf(headPage), complaintsOf(executorPage)];
  await logIn(headPage, 'orlova');
  const { number } = await openNewRequest(headPage);

  await headPage.getByRole('button', { name: 'Делегировать' }).click();
  const dialog = headPage.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Делегировать', exact: true }).click();
  await expect(dialog.getByText('Выберите исполнителя.')).toBeVisible();
  await noViolations(headPage);
  await dialog.getByLabel('Исполнитель').selectOption({ index: 2 });
  await dialog.getByLabel('Примечание').fill('Проверьте, нет ли банкротства');
  await dialog.getByRole('button', { name: 'Делегировать', exact: true }).click();
  await expect(statusOf(headPage)).toContainText('В работе');

  await logIn(executorPage, 'safina');
  await executorPage.getByRole('button', { name: /Уведомления/ }).click();
  await executorPage
    .getByRole('link', { name: new RegExp(`Вам делегирован запрос.*${number}`) })
    .first()
    .click();
  await expect(executorPage.getByText('Проверьте, нет ли банкротства').first()).toBeVisible();
  await expect(executorPage.getByText(/Карточка открыта также у.*Орлова/)).toBeVisible({ timeout: 40_000 });
  await executorPage.getByLabel('отсутствует').check();
  await executorPage.getByRole('button', { name: 'Сохранить и завершить работу' }).click();
  await expect(statusOf(executorPage)).toContainText('Подготовлен исполнителем');

  await headPage.goto('/debt-requests/prepared');
  await expect(headPage.getByLabel('Клавиши страницы')).toContainText('отправить');
  const row = headPage.getByRole('row').filter({ hasText: number });
  await row.getByRole('button', { name: /Вернуть/ }).click();
  await headPage.getByRole('button', { name: 'Вернуть на доработку' }).click();
  await expect(headPage.getByText('Напишите, что исправить.')).toBeVisible();
  await headPage.getByLabel('Что исправить').fill('Приложите приказ');
  await noViolations(headPage);
  await headPage.getByRole('button', { name: 'Вернуть на доработку' }).click();
  await expect(row).toHaveCount(0);

  await openRequest(executorPage, number);
  await expect(statusOf(executorPage)).toContainText('На доработке');
  await expect(executorPage.getByText('Приложите приказ').first()).toBeVisible();
  await executorPage.getByLabel('Комментарий').fill('Приказа не было');
  await executorPage.getByRole('button', { name: 'Сохранить и завершить работу' }).click();
  await expect(statusOf(executorPage)).toContainText('Подготовлен исполнителем');

  await headPage.reload();
  await row.getByRole('button', { name: /Отправить/ }).click();
  await headPage.getByRole('alertdialog').getByRole('button', { name: 'Подписать и отправить 1 ответ' }).click();
  await expect(headPage.getByText('Отправка ответов закончена')).toBeVisible({ timeout: 30_000 });
  await openRequest(headPage, number);
  await expect(statusOf(headPage)).toContainText('Отправлен');
  expect(complaints.flat()).toEqual([]);
});

test('an admin makes an employee, who chooses a password by the link and works until he is blocked', async ({
  browser,
}) => {
  const admin = await (await browser.newContext()).newPage();
  const complaints = complaintsOf(admin);
  await logIn(admin, 'admin');
  await admin.goto('/settings/divisions');
  await admin.getByRole('button', { name: 'Добавить подразделение' }).click();
  const dialog = admin.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Добавить подразделение' }).click();
  await expect(dialog.getByText('Введите название.')).toBeVisible();
  await dialog.getByLabel('Название').fill('ЖЭУ № 7');
  await dialog.getByRole('button', { name: 'Добавить подразделение' }).click();
  await expect(admin.getByRole('cell', { name: 'ЖЭУ № 7', exact: true })).toBeVisible();
  await noViolations(admin);

  await admin.goto('/settings/employees/new');
  await admin.getByRole('button', { name: 'Добавить сотрудника' }).click();
  await expect(admin.getByText('Фамилия: не заполнено.')).toBeVisible();
  await admin.getByLabel('Фамилия').fill('Рогов');
  await admin.getByLabel('Имя').fill('Кирилл');
  await admin.getByLabel('Логин').fill('safina');
  await admin.getByRole('checkbox', { name: /^исполнитель/ }).check();
  await admin.getByRole('button', { name: 'Добавить сотрудника' }).click();
  await expect(admin.getByText('Этот логин уже занят. Возьмите другой.')).toBeVisible();
  await admin.getByLabel('Логин').fill('rogov');
  await admin.getByLabel('Подразделение').selectOption({ label: 'ЖЭУ № 7' });
  await admin.getByRole('button', { name: 'Добавить сотрудника' }).click();
  const link = await admin.getByRole('textbox', { name: 'Ссылка для входа' }).inputValue();
  await noViolations(admin);

  const rogov = await (await browser.newContext()).newPage();
  await rogov.goto(link);
  await noViolations(rogov);
  await rogov.getByLabel('Пароль', { exact: true }).fill('кот-дом-река-41');
  await rogov.getByLabel('Пароль ещё раз').fill('кот-дом-река-41');
  await rogov.getByRole('button', { name: 'Сохранить пароль' }).click();
  await rogov.getByRole('link', { name: 'Войти' }).click();
  await rogov.getByLabel('Логин').fill('rogov');
  await rogov.getByLabel('Пароль', { exact: true }).fill('кот-дом-река-41');
  await rogov.getByRole('button', { name: 'Войти' }).click();
  await rogov.waitForURL('**/debt-requests');
  // nothing belongs to his division yet
  await expect(rogov.locator('td.no')).toHaveCount(0);
  await rogov.goto('/settings/employees');
  await expect(rogov.getByText(/видит и.меняет администратор/)).toBeVisible();
  await rogov.goto(link);
  await expect(rogov.getByRole('heading', { name: 'Ссылка не действует' })).toBeVisible();

  await admin.goto('/settings/employees');
  await admin.getByRole('link', { name: 'Рогов Кирилл' }).click();
  await admin.getByRole('button', { name: 'Заблокировать' }).click();
  await admin.getByRole('alertdialog').getByRole('button', { name: 'Заблокировать', exact: true }).click();
  await expect(admin.getByText('Сотрудник заблокирован: войти')).toBeVisible();
  await rogov.goto('/debt-requests');
  await rogov.waitForURL('**/login**');

  await admin.goto('/settings/divisions');
  await admin.getByRole('button', { name: 'Удалить ЖЭУ № 7' }).click();
  await admin.getByRole('alertdialog').getByRole('button', { name: 'Удалить подразделение' }).click();
  await expect(admin.getByText(/Удалить нельзя\. В.подразделении есть сотрудники: 1/)).toBeVisible();
  await admin.goto('/settings/requisites');
  const requisites = admin.getByRole('form', { name: 'Реквизиты' });
  await admin.getByLabel('ИНН').fill('7707083894');
  await requisites.getByRole('button', { name: 'Сохранить' }).click();
  await expect(admin.getByText(/Контрольное число ИНН/)).toBeVisible();
  await expect(admin.getByLabel('ИНН')).toHaveValue('7707083894');
  await admin.getByLabel('ИНН').fill('7707083893');
  await requisites.getByRole('button', { name: 'Сохранить' }).click();
  await expect(admin.getByText('Сохранено.')).toBeVisible();
  for (const place of [
    '/settings/requisites',
    '/settings/default-user',
    '/settings/calendar',
    '/settings/retention',
    '/settings/access-log',
    '/settings/state',
    '/rights',
    '/notifications',
    '/notifications/letters',
  ]) {
    await admin.goto(place);
    await noViolations(admin);
  }
  expect(complaints).toEqual([]);
});

test('who belongs to two organizations switches between them and sees all at once', async ({ page }) => {
  const complaints = complaintsOf(page);
  await logIn(page, 'orlova');
  await page.getByRole('button', { name: /Заречье/ }).click();
  await page.getByRole('button', { name: /Озёрная, 12/ }).click();
  await expect(page.getByRole('button', { name: /Озёрная, 12/ })).toBeVisible();
  await page.getByRole('button', { name: 'Получить запросы' }).click();
  await expect(page.locator('td.no').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('td.no')).toHaveCount(3);
  await page.goto('/all-organizations');
  await noViolations(page);
  const row = page.getByRole('row').filter({ hasText: 'Озёрная, 12' }).first();
  await row.getByRole('button').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Запрос №');
  await page.getByRole('button', { name: /Озёрная, 12/ }).click();
  await page.getByRole('button', { name: /Заречье/ }).click();
  await page.waitForURL('**/debt-requests');
  expect(complaints).toEqual([]);
});
