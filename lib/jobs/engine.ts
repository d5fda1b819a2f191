/**
 * Which engine says when: Inngest where its SDK is set up (any of its keys), else the timers of the worker. Web and worker
 * read the same environment, so they agree; the worker writes it down for «Состояние».
 */
export const engineOf = (source: NodeJS.ProcessEnv = process.env): 'embedded' | 'inngest' =>
  source.INNGEST_EVENT_KEY || source.INNGEST_SIGNING_KEY || source.INNGEST_DEV ? 'inngest' : 'embedded';
