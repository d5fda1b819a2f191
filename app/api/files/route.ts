import { staffRoute } from '@/lib/action';
import { MAX_FILE_BYTES } from '@/lib/debt-requests/answer-schema';
import { uploadFile } from '@/lib/files/files';
import { readUpTo, refusalResponse, uploadName } from '../upload';

/** `POST /api/files?requestId=…`: a file for the answer to a request. */
export const POST = staffRoute(async (request, person) => {
  const name = uploadName(request);
  const requestId = request.nextUrl.searchParams.get('requestId') ?? '';
  const bytes = await readUpTo(request, MAX_FILE_BYTES);
  if (!bytes) {
    return Response.json({ reason: 'invalid', message: `Файл «${name}» больше 5\u00a0МБ.` }, { status: 413 });
  }
  const result = await uploadFile(person, { requestId, name, bytes });
  return result.ok ? Response.json({ file: result.file }) : refusalResponse(result, 'Запрос не\u00a0найден.');
});
