import { staffRoute } from '@/lib/action';
import { downloadResult } from '@/lib/debt-requests/answer-files';
import { xlsxResponse } from '../../../xlsx';

/** The loaded file of this person with what became of each row. */
export const GET = staffRoute(
  async (_request, person, { params }: RouteContext<'/api/debt-requests/answer-files/[id]'>) => {
    const result = await downloadResult(person, (await params).id);
    if (!result) return Response.json({ reason: 'notFound', message: 'Файла нет.' }, { status: 404 });
    return xlsxResponse(new Uint8Array(result.bytes), `${result.name.replace(/\.xlsx$/i, '')} — результат.xlsx`);
  },
);
