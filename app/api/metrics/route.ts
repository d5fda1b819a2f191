import { createHash, timingSafeEqual } from 'node:crypto';
import { env } from '@/lib/env';
import { metricsText } from '@/lib/state/metrics';

// asked anew each time, not answered from the build
export const dynamic = 'force-dynamic';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** For Prometheus, by `Authorization: Bearer METRICS_TOKEN`; 404 where no token is set (see `metricsText`). */
export async function GET(request: Request): Promise<Response> {
  if (!env.METRICS_TOKEN) return new Response(null, { status: 404 });
  // digests are equally long, which the comparison needs
  if (!timingSafeEqual(digest(request.headers.get('authorization') ?? ''), digest(`Bearer ${env.METRICS_TOKEN}`)))
    return new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
  return new Response(await metricsText(new Date()), {
    headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
  });
}
