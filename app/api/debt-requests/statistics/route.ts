import { staffRoute } from '@/lib/action';
import { moscowToday } from '@/lib/calendar/moscow';
import { statisticsOf } from '@/lib/debt-requests/statistics';
import { statisticsSheets } from '@/lib/debt-requests/statistics-file';
import { parseStatisticsQuery } from '@/lib/debt-requests/statistics-period';
import { writeWorkbook } from '@/lib/imports/write-workbook';
import { xlsxResponse } from '../../xlsx';

/** `GET /api/debt-requests/statistics?from&to&division`: the figures of the page as a workbook, of what this person may see. */
export const GET = staffRoute(async (request, person) => {
  const now = new Date();
  const { query, errors } = parseStatisticsQuery(Object.fromEntries(request.nextUrl.searchParams), moscowToday(now));
  if (!query)
    return Response.json(
      { reason: 'invalid', message: Object.values(errors).join(' '), fields: errors },
      { status: 422 },
    );
  const bytes = await writeWorkbook({ sheets: statisticsSheets(await statisticsOf(person, query, now)) });
  return xlsxResponse(bytes, `statistics-${query.from}-${query.to}.xlsx`);
});
