import { types } from 'node:util';
import pino from 'pino';

/** One line of JSON a message, with ids and outcomes; never names, addresses, СНИЛС or XML. Errors go by their stack. */
export const LOG_OPTIONS: pino.LoggerOptions = {
  level: process.env.LOG_LEVEL ?? 'info',
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { err: safeError },
};

export const log = pino(LOG_OPTIONS);

/**
 * Errors that others print (Next those of pages, with the whole statement and its values) go into the log like ours, under the
 * `digest` that the page names to the person; what is no error is printed as it was.
 */
export function takeOverConsoleErrors(): void {
  const print = console.error;
  console.error = (...given: unknown[]) => {
    const err = given.find(types.isNativeError) as (Error & { digest?: string }) | undefined;
    if (err) log.error({ digest: err.digest, err }, 'page failed');
    else print(...given);
  };
}

/** A database error carries the values of the failed statement in its text and `detail`: only its code is logged. */
function safeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  // by its shape: the bundle of the pages holds another copy of the class than the one that instanceof would know
  const ofQuery = 'query' in error && 'params' in error;
  const inner = (ofQuery ? error.cause : error) as { code?: string; constraint_name?: string } | undefined;
  const fromDatabase = ofQuery || error.name === 'PostgresError';
  return {
    type: ofQuery ? 'DrizzleQueryError' : error.name,
    code: inner?.code,
    constraint: inner?.constraint_name,
    ...(fromDatabase ? {} : { message: error.message }),
    // the first lines of a stack repeat the text
    stack: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n'),
  };
}
