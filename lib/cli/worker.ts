/** `npm run worker`: the worker process alone, beside a web process. SIGTERM lets it write down what is under way, then ends it. */
import { closeDb } from '@/db/client';
import { readEnv } from '@/lib/env';
import { runWorker } from '@/lib/jobs/worker';
import { CommandError, loadDotEnv, runCommand } from './command';
import { joinDatabase } from './database';

runCommand(async ({ atEnd, signal }) => {
  loadDotEnv();
  joinDatabase();
  const result = readEnv();
  if (!result.ok) throw new CommandError(result.problems.join('\n'));
  const done = runWorker({ env: result.env, signal });
  atEnd(async () => {
    await done;
    await closeDb();
  });
  await done;
});
