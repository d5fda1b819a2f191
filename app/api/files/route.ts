import { staffRoute } from '@/lib/action';
import { MAX_FILE_BYTES } from '@/lib/debt-requests/answer-schema';
import type { Refusal } from '@/lib/errors';
import { uploadFile } from '@/lib/files/files';

const STATUS_CODES: Record<Refusal['reason'], number> = {
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  stale: 409,
  notAllowed: 409,
  invalid: 422,
};

/**
 * `POST /api/files?requestId=…` with `X-File-Name` (percent-encoded); the body is the file itself. The body is read piece by piece and let go at the
 * first byte over the limit, so no sender fills the memory.
 */
export const POST = staffRoute(async (request, person) => {
  const name = decoded(request.headers.get('x-file-name') ?? '');
  const requestId = request.nextUrl.searchParams.get('requestId') ?? '';
  const bytes = await readUpTo(request, MAX_FILE_BYTES);
  if (!bytes) {
    return Response.json({ reason: 'invalid', message: `Файл «${name}» больше 5\u00a0МБ.` }, { status: 413 });
  }
  const result = await uploadFile(person, { requestId, name, bytes });
  if (result.ok) return Response.json({ file: result.file });
  const message = 'message' in result ? result.message : 'Запрос не\u00a0найден.';
  return Response.json({ reason: result.reason, message }, { status: STATUS_CODES[result.reason] });
});

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The body, or null when it is longer than `limit` bytes. */
async function readUpTo(request: Request, limit: number): Promise<Uint8Array | null> {
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
