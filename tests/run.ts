/**
 * `npm test`: everything that CI checks, one step after another until one fails. The last line is
 * `N passed, N failed, N skipped` over both test runners; a failed step that has no tests of its own counts as one.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findBrowser } from './e2e/browser';

interface Step {
  name: string;
  /** Whether to go on. */
  run(): Promise<boolean>;
  /** Adds the runner's own numbers to the total. */
  count?(): void;
}

const ROOT = path.join(import.meta.dirname, '..');
const node = (script: string, ...args: string[]) => [process.execPath, path.join('node_modules', script), ...args];
const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'otklik-reports-'));
const vitestReport = path.join(reports, 'vitest.json');
const playwrightReport = path.join(reports, 'playwright.json');
const total = { passed: 0, failed: 0, skipped: 0 };

const steps: Step[] = [
  { name: 'types, lint, arrows, unused', run: () => run(['npm', 'run', '--silent', 'check']) },
  {
    name: 'unit, domain, gis',
    run: () =>
      run([
        ...node('vitest/vitest.mjs', 'run', '--config', 'tests/vitest.config.ts'),
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`],
      ]),
    count() {
      const report = readReport(vitestReport);
      total.passed += report?.numPassedTests ?? 0;
      total.failed += report?.numFailedTests ?? 0;
      total.skipped += (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
    },
  },
  { name: 'build', run: () => run(node('next/dist/bin/next', 'build')) },
  // a short campaign; the long one is for people: `npm run chaos -- --kills 1000 --seed 7`
  { name: 'chaos', run: () => run(['node', '--import', 'tsx', 'tests/chaos/main.ts', '--kills', '24', '--seed', '1']) },
  { name: 'browser', run: findOrInstallBrowser },
  {
    name: 'e2e',
    run: () =>
      run(
        node('@playwright/test/cli.js', 'test', '--config', 'tests/e2e/playwright.config.ts', '--reporter=list,json'),
      ),
    count() {
      const stats = readReport(playwrightReport)?.stats;
      total.passed += (stats?.expected ?? 0) + (stats?.flaky ?? 0);
      total.failed += stats?.unexpected ?? 0;
      total.skipped += stats?.skipped ?? 0;
    },
  },
];

// the tests have their own databases and ports, whatever this machine is configured for
const { DATABASE_URL: _database, PORT: _port, DATA_DIR: _data, ...machine } = process.env;
const env: NodeJS.ProcessEnv = {
  ...machine,
  NEXT_TELEMETRY_DISABLED: '1',
  PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport,
};

// the terminal's Ctrl+C reaches the runners without us; they clean up after it, and we say how far they came
let running: ChildProcess | undefined;
let stopped = false;
process.on('SIGINT', () => {
  stopped = true;
});
process.on('SIGTERM', () => {
  stopped = true;
  running?.kill('SIGINT');
});

const summary: string[] = [];
let ok = true;
for (const step of steps) {
  if (!ok || stopped) {
    summary.push(`—     ${step.name}`);
    continue;
  }
  console.log(`\n── ${step.name}`);
  const startedAt = Date.now();
  const failedBefore = total.failed;
  ok = await step.run();
  step.count?.();
  if (!ok && total.failed === failedBefore) total.failed += 1;
  summary.push(`${ok ? 'ok   ' : 'FAIL '} ${step.name} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
}
fs.rmSync(reports, { recursive: true, force: true });
console.log(`\n${summary.join('\n')}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(ok && !stopped && total.failed === 0 ? 0 : 1);

function run(command: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    running = spawn(command[0]!, command.slice(1), { cwd: ROOT, env, stdio: 'inherit' });
    running.once('exit', (code) => resolve(code === 0));
    running.once('error', (error) => {
      console.error(error.message);
      resolve(false);
    });
  });
}

// biome-ignore lint/suspicious/noExplicitAny: two runners' own formats, of which we read a few numbers
function readReport(file: string): any {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null;
}

async function findOrInstallBrowser(): Promise<boolean> {
  if (!findBrowser() && process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    await run(['apt-get', 'update', '-qq']);
    await run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium']);
  }
  if (!findBrowser()) await run(node('@playwright/test/cli.js', 'install', 'chromium'));
  const found = findBrowser();
  console.log(found ?? 'No browser: run «npx playwright install --with-deps chromium», or set CHROMIUM_PATH.');
  return found !== null;
}
