import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { findBrowser } from './browser';

export default defineConfig({
  testDir: '.',
  outputDir: path.join(import.meta.dirname, '..', '..', 'test-results'),
  globalSetup: './setup.ts',
  // the journeys share one installation
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    baseURL: process.env.E2E_URL,
    launchOptions: { executablePath: findBrowser() ?? undefined, args: ['--no-sandbox', '--disable-gpu'] },
    locale: 'ru-RU',
    timezoneId: 'Europe/Moscow',
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
  },
});
