import { createHash, timingSafeEqual } from 'node:crypto';
import { env } from '@/lib/env';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Whether the request names METRICS_TOKEN as its bearer; null where no token is set. */
export function namesToken(request: Request): boolean | null {
  if (!env.METRICS_TOKEN) return null;
  // digests are equally long, which the comparison needs
  return timingSafeEqual(digest(request.headers.get('authorization') ?? ''), digest(`Bearer ${env.METRICS_TOKEN}`));
}
