import { health } from '@/lib/health';
import { stateOfAll } from '@/lib/state/state';
import { namesToken } from '../monitor';

// asked anew each time, not answered from the build
export const dynamic = 'force-dynamic';

/**
 * For monitoring: 200 when the product works, 503 when it does not (see `health`). Who names METRICS_TOKEN also reads what
 * «Состояние» shows of the installation, and over all organizations.
 */
export async function GET(request: Request): Promise<Response> {
  const brief = await health();
  const mayReadAll = request.headers.has('authorization') && namesToken(request);
  const state = mayReadAll && brief.database === 'ok' ? await stateOfAll(new Date()) : undefined;
  return Response.json({ ...brief, state }, { status: brief.ok ? 200 : 503 });
}
