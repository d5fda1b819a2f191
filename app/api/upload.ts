import type { NextRequest } from 'next/server';
import type { Refusal } from '@/lib/errors';

/** A file sent as the body of a POST, with its percent-encoded name in `X-File-Name`. */

const STATUS_CODES: Record<Refusal['reason'], number> = {
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  stale: 409,
  notAllowed: 409,
  invalid: 422,
  failed: 500,
};

export function refusalResponse(refusal: Refusal, notFoundMessage: string): Response {
  const message = 'message' in refusal ? refusal.message : notFoundMessage;
  return Response.json({ reason: refusal.reason, message }, { status: STATUS_CODES[refusal.reason] });
}

export function uploadName(request: NextRequest): string {
  const name = request.headers.get('x-file-name') ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/**
 * The body, or null when it is longer than `limit` bytes. It is read piece by piece and let go at the first byte over the
 * limit, so no sender fills the memory.
 */
export async function readUpTo(request: Request, limit: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) return null;
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += piece.length;
    if (length > limit) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
