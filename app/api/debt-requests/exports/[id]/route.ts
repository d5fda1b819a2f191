import { staffRoute } from '@/lib/action';
import { downloadExport } from '@/lib/debt-requests/exports';

/** A built exchange file of this person. */
export const GET = staffRoute(async (_request, person, { params }: RouteContext<'/api/debt-requests/exports/[id]'>) => {
  const bytes = await downloadExport(person, (await params).id);
  if (!bytes) return Response.json({ reason: 'notFound', message: 'Файла нет.' }, { status: 404 });
  return new Response(Buffer.from(bytes), {
    headers: {
      'Content-Type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'Content-Disposition': 'attachment; filename="debt-requests.xlsx"',
    },
  });
});
