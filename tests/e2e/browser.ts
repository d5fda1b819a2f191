import fs from 'node:fs';
import { chromium } from '@playwright/test';

const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The browser of the end-to-end tests: `CHROMIUM_PATH`, one of the system, Playwright's own; null when there is none. */
export function findBrowser(): string | null {
  const given = process.env.CHROMIUM_PATH;
  if (given) return given;
  return [...USUAL, chromium.executablePath()].find((file) => fs.existsSync(file)) ?? null;
}
