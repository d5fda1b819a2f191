import { staffRoute } from '@/lib/action';
import { downloadExport } from '@/lib/debt-requests/exports';
import { xlsxResponse } from '../../../xlsx';

/** A built exchange file of this person; `?part=2` where there are several. */
export const GET = staffRoute(async (request, person, { params }: RouteContext<'/api/debt-requests/exports/[id]'>) => {
  const part = Number(request.nextUrl.searchParams.get('part') ?? 1);
  const bytes = await downloadExport(person, (await params).id, part);
  if (!bytes) return Response.json({ reason: 'notFound', message: 'Файла нет.' }, { status: 404 });
  return xlsxResponse(new Uint8Array(bytes), `debt-requests${part > 1 ? `-${part}` : ''}.xlsx`);
});
