import { staffRoute } from '@/lib/action';
import { IMPORT_KINDS, isImportKind } from '@/lib/imports/kinds';
import { writeWorkbook } from '@/lib/imports/write-workbook';
import { xlsxResponse } from '../../xlsx';

/** `GET /api/imports/template?kind=…`: an empty table with the columns that are understood. */
export const GET = staffRoute(async (request) => {
  const kind = request.nextUrl.searchParams.get('kind') ?? '';
  if (!isImportKind(kind)) return Response.json({ reason: 'notFound', message: 'Такой таблицы нет.' }, { status: 404 });
  const { title, columns } = IMPORT_KINDS[kind];
  return xlsxResponse(await writeWorkbook({ title, columns: Object.values(columns) }), `${kind}.xlsx`);
});
