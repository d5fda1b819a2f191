import { staffRoute } from '@/lib/action';
import { MAX_IMPORT_BYTES, startImport } from '@/lib/imports/imports';
import { readUpTo, refusalResponse, uploadName } from '../upload';

/** `POST /api/imports?kind=…`: a table from Excel. Gives the id under which it is checked. */
export const POST = staffRoute(async (request, person) => {
  const bytes = await readUpTo(request, MAX_IMPORT_BYTES);
  if (!bytes)
    return Response.json(
      { reason: 'invalid', message: 'Файл больше 20\u00a0МБ. Разделите его на\u00a0несколько.' },
      { status: 413 },
    );
  const kind = request.nextUrl.searchParams.get('kind') ?? '';
  const result = await startImport(person, { kind, name: uploadName(request), bytes });
  return result.ok ? Response.json({ id: result.id }) : refusalResponse(result, 'Такой таблицы нет.');
});
