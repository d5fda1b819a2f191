import { staffRoute } from '@/lib/action';
import { SAMPLE_ROWS } from '@/lib/debt-requests/exchange-file';
import { writeWorkbook } from '@/lib/imports/write-workbook';
import { xlsxResponse } from '../../../xlsx';

/** «Пример»: an exchange file with invented requests. */
export const GET = staffRoute(async () => xlsxResponse(await writeWorkbook({ rows: SAMPLE_ROWS }), 'primer.xlsx'));
