import { staffRoute } from '@/lib/action';
import { isImportKind } from '@/lib/imports/kinds';
import { importTemplate } from '@/lib/imports/template';

/** `GET /api/imports/template?kind=…`: an empty table with the columns that are understood. */
export const GET = staffRoute(async (request) => {
  const kind = request.nextUrl.searchParams.get('kind') ?? '';
  if (!isImportKind(kind)) return Response.json({ reason: 'notFound', message: 'Такой таблицы нет.' }, { status: 404 });
  return new Response(Buffer.from(await importTemplate(kind)), {
    headers: {
      'Content-Type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'Content-Disposition': `attachment; filename="${kind}.xlsx"`,
    },
  });
});
