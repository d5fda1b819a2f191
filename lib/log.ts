import pino from 'pino';

/** One line of JSON a message, with ids and outcomes; never names, addresses, СНИЛС or XML. Errors go by their stack. */
export const log = pino({
  level: process.env.LOG_LEVEL ?? 'info',
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { err: safeError },
});

/** A database error carries the values of the failed statement in `detail` and `parameters`: only its code is logged. */
function safeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const cause = error.cause as { code?: string; constraint_name?: string; table_name?: string } | undefined;
  const own = error as { code?: string; constraint_name?: string };
  const fromDatabase = error.name === 'PostgresError' || error.name === 'DrizzleQueryError' || cause?.constraint_name;
  return {
    type: error.name,
    code: own.code ?? cause?.code,
    constraint: own.constraint_name ?? cause?.constraint_name,
    ...(fromDatabase
      ? {
          stack: error.stack
            ?.split('\n')
            .filter((line) => /^\s+at /.test(line))
            .join('\n'),
        }
      : { message: error.message, stack: error.stack }),
  };
}
