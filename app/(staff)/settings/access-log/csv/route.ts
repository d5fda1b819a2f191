import { staffRoute } from '@/lib/action';
import { exportAccess, parseAccessQuery } from '@/lib/staff/access-log';

/** The filtered access log as a file; admins only. */
export const GET = staffRoute(async (request, person) => {
  const csv = await exportAccess(person, parseAccessQuery(Object.fromEntries(request.nextUrl.searchParams)));
  if (csv === null)
    return Response.json({ reason: 'forbidden', message: 'Журнал выгружает администратор.' }, { status: 403 });
  return new Response(csv, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': 'attachment; filename="access-log.csv"',
    },
  });
});
