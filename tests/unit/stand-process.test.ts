/** The stand as a process: what it was told survives kill -9, and people can read its pages. */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEMO_EMPLOYEES, DEMO_ORG_PPA_GUID, DEMO_REFUSAL } from '../stand/demo-data';
import { remoteControl } from '../stand/remote';
import { ackOf, DEBT_PATH, getState, importBody, message, post, sendAction } from '../stand/test-client';

const MAIN = fileURLToPath(new URL('../stand/main.ts', import.meta.url));
let folder: string;
let child: ChildProcess | undefined;

/** Starts the command as `npm run stand` does and waits for its line. */
async function start(...options: string[]): Promise<string> {
  child = spawn(process.execPath, ['--import', 'tsx', MAIN, '--data', folder, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout! })) return (JSON.parse(line) as { url: string }).url;
  throw new Error('The stand ended without a word');
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode) return;
  const ended = new Promise((resolve) => child!.once('exit', resolve));
  child.kill(signal);
  await ended;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stand-'));
});
afterEach(async () => {
  await stop('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const send = (guid: string, description?: string) =>
  message(
    importBody(
      sendAction(guid, {
        executor: DEMO_EMPLOYEES.orlova.guid,
        data: description && `<drs:description>${description}</drs:description>`,
      }),
    ),
    DEMO_ORG_PPA_GUID,
  );

test('what was acknowledged survives kill -9, what was under way goes on', async () => {
  let url = await start('--seed', 'demo', '--no-signature');
  let control = remoteControl(url);
  const before = await control.state();
  expect(before.subrequests).toHaveLength(63);
  const [first, second] = before.subrequests.map(({ guid }) => guid) as [string, string];
  await control.addFile({
    orgPPAGUID: DEMO_ORG_PPA_GUID,
    name: 'act.pdf',
    base64: Buffer.from('%PDF-1').toString('base64'),
  });
  await post(url, 'importResponses', send(first, 'Первый'));
  await control.set({ processingMs: 3_600_000 });
  const guid = ackOf(await post(url, 'importResponses', send(second)));
  expect((await getState(url, guid, DEBT_PATH, DEMO_ORG_PPA_GUID)).text).toContain('RequestState>2<');
  await stop('SIGKILL');
  // A kill in the middle of a line.
  appendFileSync(join(folder, 'stand.ndjson'), '{"k":"subrequest","v":{"guid":"');

  url = await start('--seed', 'demo');
  control = remoteControl(url);
  const after = await control.state();
  expect(after.subrequests).toHaveLength(63);
  expect(after.files).toHaveLength(1);
  expect(after.settings.requireSignature).toBe(false);
  expect((await control.subrequest({ subrequestGuid: first })).arrivals).toMatchObject([
    { accepted: true, answer: { description: 'Первый' } },
  ]);
  expect((await control.subrequest({ subrequestGuid: second })).status).toBe('NotSent');
  await control.advanceClock({ hours: 1 });
  expect((await getState(url, guid, DEBT_PATH, DEMO_ORG_PPA_GUID)).text).toContain('UpdateDate');
  expect((await control.subrequest({ subrequestGuid: second })).status).toBe('Sent');

  // Ctrl+C ends it by itself, and the journal is rewritten at the start instead of growing.
  await stop('SIGINT');
  expect(child?.exitCode).toBe(0);
  const lines = () => readFileSync(join(folder, 'stand.ndjson'), 'utf8').trim().split('\n').length;
  const grown = lines();
  await start();
  expect(lines()).toBeLessThan(grown);
  expect(statSync(join(folder, 'files')).isDirectory()).toBe(true);
});

test('the demo: ugly addresses, deadlines within the week, one refusal that passes the second time', async () => {
  const url = await start('--seed', 'demo', '--no-signature');
  const control = remoteControl(url);
  const { subrequests } = await control.state();
  expect(subrequests.some(({ requestNumber }) => requestNumber.startsWith('00'))).toBe(true);
  expect(subrequests.some(({ addressDetails }) => addressDetails === undefined)).toBe(true);
  expect(new Set(subrequests.map(({ requestNumber }) => requestNumber)).size).toBe(60);
  const today = new Date(Date.now() + 3 * 3_600_000).toISOString().slice(0, 10);
  for (const { sentDate, responseDate, status } of subrequests) {
    expect(responseDate >= today && sentDate <= today).toBe(true);
    expect(status).toBe('NotSent');
  }
  const refused = subrequests.find(({ refuse }) => refuse)!;
  const action = () => exchangeOnce(url, sendAction(refused.guid, { executor: DEMO_EMPLOYEES.safina.guid }));
  expect(await action()).toContain(DEMO_REFUSAL.text);
  expect(await action()).toContain('UpdateDate');
});

async function exchangeOnce(url: string, action: string): Promise<string> {
  const guid = ackOf(await post(url, 'importResponses', message(importBody(action), DEMO_ORG_PPA_GUID)));
  return (await getState(url, guid, DEBT_PATH, DEMO_ORG_PPA_GUID)).text;
}

test('the pages escape what came, work as forms, and refuse other sites', async () => {
  const url = await start('--seed', 'demo', '--no-signature');
  const control = remoteControl(url);
  const { subrequests } = await control.state();
  const [first, second] = subrequests as [(typeof subrequests)[number], (typeof subrequests)[number]];
  await post(url, 'importResponses', send(first.guid, '&lt;script>alert(1)&lt;/script>'));

  const page = await fetch(`${url}/requests/${first.guid}`);
  const html = await page.text();
  expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  expect(html).toContain('задолженности нет');
  expect(html).toContain('Орлова Марина Сергеевна');
  expect(html).toContain('&#60;script&#62;alert(1)');
  expect(html).not.toContain('<script');
  expect(await (await fetch(url)).text()).toContain('Показаны записи 1–63 из 63');

  const submit = (action: string, fields: Record<string, string>, headers = {}) =>
    fetch(`${url}/control/form/${action}`, { method: 'POST', body: new URLSearchParams(fields), headers });
  expect(await (await submit('withdraw', { number: second.requestNumber })).text()).toContain('Отозван запрос');
  expect((await control.subrequest({ subrequestGuid: second.guid })).withdrawn).toBe(true);
  expect(await (await submit('add', { orgPPAGUID: DEMO_ORG_PPA_GUID, count: '10' })).text()).toContain(
    'Запросов добавлено: 10',
  );
  expect((await submit('add', { orgPPAGUID: DEMO_ORG_PPA_GUID, count: 'много' })).status).toBe(400);
  expect((await submit('clock', { hours: '24' }, { Origin: 'http://example.org' })).status).toBe(403);
  expect((await control.now()).offsetMs).toBe(0);
  await submit('fault', { name: 'refuse' });
  expect(await exchangeOnce(url, sendAction(first.guid, { executor: DEMO_EMPLOYEES.orlova.guid }))).toContain(
    'documentType',
  );
  await expect(control.withdraw({ subrequestGuid: 'nothing' })).rejects.toThrow('Unknown subrequest');
});
