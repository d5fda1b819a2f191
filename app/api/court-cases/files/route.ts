import { staffRoute } from '@/lib/action';
import { addCaseFile } from '@/lib/court-cases/case-files';
import { MAX_FILE_BYTES } from '@/lib/debt-requests/answer-schema';
import { readUpTo, refusalResponse, uploadName } from '../../upload';

/** `POST /api/court-cases/files?caseId=…`: a scan of a court case. */
export const POST = staffRoute(async (request, person) => {
  const name = uploadName(request);
  const bytes = await readUpTo(request, MAX_FILE_BYTES);
  if (!bytes) return Response.json({ reason: 'invalid', message: `Файл «${name}» больше 5\u00a0МБ.` }, { status: 413 });
  const caseId = request.nextUrl.searchParams.get('caseId') ?? '';
  const result = await addCaseFile(person, { caseId, name, bytes });
  return result.ok ? Response.json({ file: result.file }) : refusalResponse(result, 'Дело не\u00a0найдено.');
});
