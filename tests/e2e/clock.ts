import fs from 'node:fs';
import path from 'node:path';

/**
 * A clock for a whole installation of its own: the product, its database and the stand read the time through libfaketime,
 * so the next day comes by writing to a file and nothing of the product knows of it.
 */
export interface Clock {
  /** For the environment of the command that starts the installation. */
  env: Record<string, string>;
  /** From now on it is this moment there. */
  set(at: Date): void;
}

/** Null where libfaketime (Debian: `libfaketime`) is not installed. */
export function makeClock(folder: string): Clock | null {
  const library = fs
    .readdirSync('/usr/lib')
    .map((name) => `/usr/lib/${name}/faketime/libfaketime.so.1`)
    .find((candidate) => fs.existsSync(candidate));
  if (!library) return null;
  const file = path.join(folder, 'clock');
  const write = (offset: string) => fs.writeFileSync(file, offset);
  write('+0');
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // timers go on as before: only what time it is changes
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set: (at) => write(`+${Math.round((at.getTime() - Date.now()) / 1000)}`),
  };
}
