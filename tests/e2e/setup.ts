import fs from 'node:fs';
import { makeDataDir, startDemo } from './demo';

/** The whole product, once for all journeys: database, stand, worker and the built pages, as `npm run demo` runs them. */
export default async function setup(): Promise<() => Promise<void>> {
  const dataDir = makeDataDir();
  const removeData = () => fs.rmSync(dataDir, { recursive: true, force: true });
  const demo = await startDemo(dataDir).catch((error) => {
    removeData();
    throw error;
  });
  // read by the configuration when Playwright loads it again in its worker processes
  process.env.E2E_URL = demo.url;
  process.env.E2E_STAND_URL = demo.standUrl;
  process.env.E2E_DATA_DIR = dataDir;
  return async () => {
    await demo.end('SIGTERM');
    removeData();
  };
}
