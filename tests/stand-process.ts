import { keepRunning } from '@/lib/cli/processes';

/** Starts the stand as a process of its own, with arguments of tests/stand/main.ts; resolves when it listens. */
export async function startStandProcess(logFile: string, ...args: string[]) {
  let listening: (url: string) => void;
  const ready = new Promise<string>((resolve) => {
    listening = resolve;
  });
  const stand = keepRunning({
    name: 'stand',
    args: ['tests/stand/main.ts', ...args],
    env: process.env,
    logFile,
    onLine: (line) => {
      if (line.startsWith('{"url":')) listening((JSON.parse(line) as { url: string }).url);
    },
  });
  return { url: await stand.until(ready), pid: stand.pid, stop: () => stand.stop() };
}
