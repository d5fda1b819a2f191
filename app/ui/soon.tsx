import { setTimeout } from 'node:timers/promises';
import type { ReactElement, ReactNode } from 'react';
import { Held } from './held';

/** What comes within a tenth of a second is not felt as waiting. */
const AT_ONCE_MS = 100;

interface SoonProps {
  /** Under way already. */
  content: Promise<ReactElement>;
  /** Stands in its place, of the same size where something is below or beside it. */
  meanwhile: ReactNode;
}

/**
 * What a page asks the database for: quick, it comes with the page; slow, the page goes without it and it follows in the same
 * response. By then the status has gone too: who may see the page, and whether it exists, is settled before.
 */
export async function Soon({ content, meanwhile }: SoonProps) {
  const late = await Promise.race([content.then(() => false), setTimeout(AT_ONCE_MS, true)]);
  return <Held late={late} content={late ? content : await content} meanwhile={meanwhile} />;
}
