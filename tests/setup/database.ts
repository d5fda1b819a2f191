import type { TestProject } from 'vitest/node';
import { startThrowaway } from '../../db/embedded';
import { migrate } from '../../db/migrate';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated database that nobody is connected to: test files are given copies of it. */
    templateUrl: string;
  }
}

let cluster: Promise<{ url: string; stop(): Promise<void> }> | undefined;
let users = 0;

/** One throwaway cluster for the whole run, shared by the projects that name this file. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  cluster ??= (async () => {
    const postgres = await startThrowaway();
    await migrate(postgres.url);
    return postgres;
  })();
  const postgres = await cluster;
  project.provide('templateUrl', postgres.url);
  return async () => {
    users -= 1;
    if (users === 0) await postgres.stop();
  };
}
