/** What a browser feels of the pages: how much of scripts it is sent, when it has painted, how soon it answers, what moves. */
import fs from 'node:fs';
import path from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { closeDb } from '@/db/client';
import { startThrowaway } from '@/db/embedded';
import { type CommandContext, CommandError } from '@/lib/cli/command';
import { runOnce } from '@/lib/cli/processes';
import { findBrowser } from '../e2e/browser';
import { median } from './measure';
import { startWeb } from './registry';
import { makeYears } from './years';

/** An application of one page that shows nothing. */
const EMPTY = path.join('tests', 'bench', 'empty');
const LOADS = 5;

export interface Felt {
  /** Scripts as they travel, gzip KiB. */
  scripts: { empty: number; registry: number; card: number };
  /** Of the registry, ms: the middle of its loads; the slowest answer to a press or a key. */
  lcp: number;
  inp: number;
  /** Over loading, filtering, sorting, opening a card, answering, going back. */
  cls: number;
}

/** A build, a database of a thousand requests and Chromium of their own. */
export async function timeBrowser(context: CommandContext, folder: string, say: (line: string) => void): Promise<Felt> {
  say('building an empty page');
  await buildEmpty(folder, context);
  const postgres = await startThrowaway();
  context.atEnd(() => postgres.stop());
  const { head } = await makeYears(postgres.url, 1000);
  const place = { standUrl: 'http://127.0.0.1:9', folder };
  const web = await startWeb({ ...place, name: 'web-browser' }, context);
  const empty = await startWeb({ ...place, name: 'web-empty', app: EMPTY }, context);
  const browser = await chromium.launch({
    executablePath: findBrowser() ?? undefined,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  context.atEnd(() => browser.close());
  const viewer = await browser.newContext({ baseURL: web.url, viewport: { width: 1280, height: 800 } });
  const cookies = (await web.logIn(head)).split('; ').map((one) => one.split('=') as [string, string]);
  await closeDb();
  await viewer.addCookies(cookies.map(([name, value]) => ({ name, value, url: web.url })));

  say('the registry in a browser');
  const page = await viewer.newPage();
  await page.goto('/debt-requests');
  const card = (await page.locator('tbody tr').first().getByRole('link').getAttribute('href'))!;
  return {
    scripts: {
      empty: await scriptsOf(viewer, empty.url),
      registry: await scriptsOf(viewer, '/debt-requests'),
      card: await scriptsOf(viewer, card),
    },
    ...(await walk(viewer)),
  };
}

async function buildEmpty(folder: string, { signal, atEnd }: CommandContext): Promise<void> {
  atEnd(async () => fs.rmSync(path.join(EMPTY, '.next'), { recursive: true, force: true }));
  const { code, tail } = await runOnce(
    {
      name: 'build',
      args: ['node_modules/next/dist/bin/next', 'build', EMPTY],
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      logFile: path.join(folder, 'build-empty.log'),
    },
    signal,
  );
  if (code !== 0) throw new CommandError(`The empty page could not be built:\n${tail}`);
}

/** KiB of all scripts that the page has asked for when it is idle. */
async function scriptsOf(viewer: BrowserContext, address: string): Promise<number> {
  const page = await viewer.newPage();
  // a route of any kind switches the cache off
  await page.route('**/*', (route) => route.continue());
  const sizes: Promise<number>[] = [];
  page.on('requestfinished', (request) => {
    if (/\.js(\?|$)/.test(request.url())) sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto(address, { waitUntil: 'networkidle' });
  await page.close();
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1024;
}

interface Seen {
  lcp: number;
  inp: number;
  cls: number;
}

/** As one works: the list, its filter and order, a card, an answer, back. */
async function walk(viewer: BrowserContext): Promise<Pick<Felt, 'lcp' | 'inp' | 'cls'>> {
  const page = await viewer.newPage();
  await page.addInitScript(() => {
    const seen: Seen = { lcp: 0, inp: 0, cls: 0 };
    Object.assign(window, { seen });
    // no function with a name: the loader of the bench would add a helper that the page has not
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & Record<string, number>)[]) {
        if (entry.entryType === 'largest-contentful-paint') seen.lcp = entry.startTime;
        if (entry.entryType === 'layout-shift' && !entry.hadRecentInput) seen.cls += entry.value!;
        if (entry.interactionId) seen.inp = Math.max(seen.inp, entry.duration);
      }
    });
    for (const type of ['largest-contentful-paint', 'layout-shift', 'event'])
      observer.observe({ type, buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
  });
  const paints: number[] = [];
  const shifts: number[] = [];
  for (let i = 0; i < LOADS; i++) {
    await page.goto('/debt-requests?size=100', { waitUntil: 'networkidle' });
    const { lcp, cls } = await settled(page);
    paints.push(lcp);
    shifts.push(cls);
  }
  await page.locator('tbody input').nth(2).check();
  await page.locator('tbody input').nth(2).uncheck();
  await page.getByRole('button', { name: /Ещё условия/ }).click();
  await page.getByLabel('Номер запроса').pressSequentially('11');
  await page.getByRole('link', { name: 'Адрес, помещение' }).click();
  await page.waitForURL(/sort=address/);
  const { inp } = await settled(page);
  await page.locator('tbody tr').nth(10).getByRole('link').click();
  const no = page.getByLabel('отсутствует');
  await no.waitFor();
  await no.check();
  await settled(page);
  await page.goBack();
  await page.locator('tbody tr').nth(10).waitFor();
  const { cls } = await settled(page);
  return { lcp: median(paints), inp, cls: cls + shifts.slice(0, -1).reduce((sum, one) => sum + one, 0) };
}

/** After two frames and what they have told the observers. */
const settled = (page: Page): Promise<Seen> =>
  page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { ...(window as unknown as { seen: Seen }).seen };
  });
