/** The programs that check our work and share no line with it: OpenSSL with the ГОСТ engine, and xmllint. */
import { spawnSync } from 'node:child_process';

/** Runs a program and returns its stdout. Throws with its stderr when it fails or cannot be started. */
export function run(program: string, args: string[], input: string | Uint8Array = ''): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, maxBuffer: 64 * 2 ** 20 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${status}\n${stderr}${stdout}`);
  return stdout;
}

/** OpenSSL with the ГОСТ engine (Debian: libengine-gost-openssl). */
export function openssl(args: string[], input: string | Uint8Array = ''): Buffer {
  const [command, ...rest] = args as [string, ...string[]];
  return run('openssl', [command, '-engine', 'gost', ...rest], input);
}

export function foreignDigest(algorithm: 'md_gost12_256' | 'md_gost94', data: Uint8Array): Buffer {
  return openssl(['dgst', `-${algorithm}`, '-binary'], data);
}

function missing(): string | undefined {
  try {
    openssl(['dgst', '-md_gost12_256'], 'abc');
    run('xmllint', ['--version']);
    return undefined;
  } catch (error) {
    return String(error).split('\n')[0];
  }
}

/**
 * For `describe.skipIf`: on a developer's machine tests that need the foreign tools are skipped by name when these are
 * absent; on CI they run and fail.
 */
export const foreignToolsAbsent = process.env.CI !== 'true' && missing() !== undefined;
