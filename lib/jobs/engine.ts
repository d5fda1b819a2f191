/**
 * Which engine says when: Inngest where its SDK is set up (any of its keys, or its dev mode switched on), else the timers of the
 * worker. Web and worker read the same environment, so they agree; the worker writes it down for «Состояние».
 */
export function engineOf(source: NodeJS.ProcessEnv = process.env): 'embedded' | 'inngest' {
  const dev = source.INNGEST_DEV && !/^(0|false)$/i.test(source.INNGEST_DEV);
  return source.INNGEST_EVENT_KEY || source.INNGEST_SIGNING_KEY || dev ? 'inngest' : 'embedded';
}
