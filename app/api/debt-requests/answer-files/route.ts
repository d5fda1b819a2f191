import { staffRoute } from '@/lib/action';
import { TOO_LARGE, uploadAnswers } from '@/lib/debt-requests/answer-files';
import { MAX_FILE_BYTES } from '@/lib/debt-requests/exchange-file';
import { readUpTo, refusalResponse, uploadName } from '../../upload';

/** `POST /api/debt-requests/answer-files`: an exchange file with answers. Gives the id under which it is checked. */
export const POST = staffRoute(async (request, person) => {
  const bytes = await readUpTo(request, MAX_FILE_BYTES);
  if (!bytes) return Response.json({ reason: 'invalid', message: TOO_LARGE }, { status: 413 });
  const result = await uploadAnswers(person, { name: uploadName(request), bytes });
  return result.ok ? Response.json({ id: result.id }) : refusalResponse(result, 'Файл не\u00a0принят.');
});
