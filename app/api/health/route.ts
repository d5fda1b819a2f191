import { health } from '@/lib/health';

// asked anew each time, not answered from the build
export const dynamic = 'force-dynamic';

/** For monitoring: 200 when the product works, 503 when it does not (see `health`). */
export async function GET(): Promise<Response> {
  const state = await health();
  return Response.json(state, { status: state.ok ? 200 : 503 });
}
