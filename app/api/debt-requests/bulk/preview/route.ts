import { staffRoute } from '@/lib/action';
import { previewBulk, selectionSchema } from '@/lib/debt-requests/bulk';

/** What a mass work would do. POST only because a selection may be long: nothing is changed. */
export const POST = staffRoute(async (request, person) => {
  const input = selectionSchema.safeParse(await request.json().catch(() => null));
  if (!input.success) return Response.json({ reason: 'invalid', message: 'Непонятный выбор.' }, { status: 422 });
  const result = await previewBulk(person, input.data);
  return result.ok ? Response.json(result.preview) : Response.json(result, { status: 422 });
});
