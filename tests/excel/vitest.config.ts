import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** `npm run test:excel-foreign`: needs LibreOffice (apt-get install libreoffice-calc-nogui), so it is no part of CI. */
const root = path.join(import.meta.dirname, '../..');

export default defineConfig({
  root,
  resolve: { alias: { '@': root } },
  test: { include: ['tests/excel/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 60_000 },
});
