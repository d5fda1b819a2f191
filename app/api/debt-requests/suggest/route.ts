import { z } from 'zod';
import { staffRoute } from '@/lib/action';
import { suggest } from '@/lib/debt-requests/registry';

const schema = z.object({ field: z.enum(['organization', 'house']), typed: z.string().max(200) });

/** Type-ahead. POST, for what a person types into a field does not belong into an address line. */
export const POST = staffRoute(async (request, person) => {
  const asked = schema.safeParse(await request.json().catch(() => null));
  if (!asked.success) return Response.json({ reason: 'invalid', message: 'Непонятный запрос.' }, { status: 422 });
  return Response.json(await suggest(person, asked.data.field, asked.data.typed));
});
