import path from 'node:path';
import { defineConfig } from 'vitest/config';

const root = path.join(import.meta.dirname, '..');

export default defineConfig({
  root,
  resolve: { alias: { '@': root } },
  test: {
    // a process per test file: DATABASE_URL and the pool of the process belong to the file
    pool: 'forks',
    // much of a test's time is waiting for the database and the stand
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['tests/unit/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'domain',
          include: ['tests/domain/**/*.test.ts'],
          globalSetup: ['tests/setup/database.ts'],
          setupFiles: ['tests/setup/test-database.ts'],
        },
      },
      { extends: true, test: { name: 'gis', include: ['tests/gis/**/*.test.ts'] } },
    ],
  },
});
