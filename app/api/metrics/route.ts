import { metricsText } from '@/lib/state/metrics';
import { namesToken } from '../monitor';

// asked anew each time, not answered from the build
export const dynamic = 'force-dynamic';

/** For Prometheus, by `Authorization: Bearer METRICS_TOKEN`; 404 where no token is set (see `metricsText`). */
export async function GET(request: Request): Promise<Response> {
  const mayRead = namesToken(request);
  if (mayRead === null) return new Response(null, { status: 404 });
  if (!mayRead) return new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
  return new Response(await metricsText(new Date()), {
    headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
  });
}
