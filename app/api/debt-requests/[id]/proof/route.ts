import { disposition } from '@/app/api/attachment';
import { staffRoute } from '@/lib/action';
import { buildProof } from '@/lib/debt-requests/proof';
import type { Refusal } from '@/lib/errors';

const STATUS_CODES: Partial<Record<Refusal['reason'], number>> = { notFound: 404, forbidden: 403, notAllowed: 409 };

/** «Скачать подтверждение»: the proof package as a file. */
export const GET = staffRoute(async (_request, person, { params }: RouteContext<'/api/debt-requests/[id]/proof'>) => {
  const proof = await buildProof(person, (await params).id);
  if (!proof.ok) {
    const message = 'message' in proof ? proof.message : 'Запрос не\u00a0найден.';
    return Response.json({ reason: proof.reason, message }, { status: STATUS_CODES[proof.reason] ?? 500 });
  }
  return new Response(Buffer.from(proof.bytes), {
    headers: {
      'Content-Type': 'application/zip',
      'Content-Disposition': disposition(proof.name),
      'Cache-Control': 'private, no-store',
    },
  });
});
