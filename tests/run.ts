/**
 * `npm test`: everything that CI checks, one thing after another until something fails. The last line is
 * `N passed, N failed, N skipped` over both test runners; a failed step that has no tests of its own counts as one.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findBrowser } from './e2e/browser';

const ROOT = path.join(import.meta.dirname, '..');
const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'otklik-reports-'));
const vitestReport = path.join(reports, 'vitest.json');
const playwrightReport = path.join(reports, 'playwright.json');
const total = { passed: 0, failed: 0, skipped: 0 };
const steps: string[] = [];

// the tests run on their own databases and ports, whatever this machine is configured for
const { DATABASE_URL: _database, PORT: _port, DATA_DIR: _data, ...environment } = process.env;
const env: NodeJS.ProcessEnv = {
  ...environment,
  NEXT_TELEMETRY_DISABLED: '1',
  PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport,
};

const ok =
  step('types, lint, arrows, unused', ['npm', 'run', '--silent', 'check']) &&
  step(
    'unit, domain, gis',
    [process.execPath, 'node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/vitest.config.ts'].concat([
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${vitestReport}`,
    ]),
    countVitest,
  ) &&
  step('build', [process.execPath, 'node_modules/next/dist/bin/next', 'build']) &&
  step('browser', findOrInstallBrowser) &&
  step(
    'e2e',
    [
      process.execPath,
      'node_modules/@playwright/test/cli.js',
      'test',
      '--config',
      'tests/e2e/playwright.config.ts',
    ].concat(['--reporter=list,json']),
    countPlaywright,
  );
fs.rmSync(reports, { recursive: true, force: true });

console.log(`\n${steps.join('\n')}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(ok && total.failed === 0 ? 0 : 1);

/** Runs one step; returns whether to go on. */
function step(name: string, what: string[] | (() => boolean), count?: () => void): boolean {
  console.log(`\n── ${name}`);
  const startedAt = Date.now();
  const passed = Array.isArray(what) ? run(what) : what();
  const before = total.failed;
  count?.();
  if (!passed && total.failed === before) total.failed += 1;
  steps.push(`${passed ? 'ok  ' : 'FAIL'}  ${name} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  return passed;
}

function run(command: string[]): boolean {
  const { status, error } = spawnSync(command[0]!, command.slice(1), { cwd: ROOT, env, stdio: 'inherit' });
  if (error) console.error(error.message);
  return status === 0;
}

function countVitest(): void {
  const report = readReport(vitestReport);
  total.passed += report?.numPassedTests ?? 0;
  total.failed += report?.numFailedTests ?? 0;
  total.skipped += (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
}

function countPlaywright(): void {
  const stats = readReport(playwrightReport)?.stats;
  total.passed += (stats?.expected ?? 0) + (stats?.flaky ?? 0);
  total.failed += stats?.unexpected ?? 0;
  total.skipped += stats?.skipped ?? 0;
}

// biome-ignore lint/suspicious/noExplicitAny: two runners' own formats, of which we read a few numbers
function readReport(file: string): any {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null;
}

function findOrInstallBrowser(): boolean {
  const found = findBrowser() ?? installBrowser();
  console.log(found ?? 'No browser: run «npx playwright install --with-deps chromium», or set CHROMIUM_PATH.');
  return found !== null;
}

function installBrowser(): string | null {
  const hasApt = spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
  if (hasApt && process.getuid?.() === 0) {
    run(['apt-get', 'update', '-qq']);
    run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium']);
    if (findBrowser()) return findBrowser();
  }
  run([process.execPath, 'node_modules/@playwright/test/cli.js', 'install', 'chromium']);
  return findBrowser();
}
