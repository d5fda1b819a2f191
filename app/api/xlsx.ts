import { disposition } from '@/app/api/attachment';
/** A workbook as an attachment under this name. */
export const xlsxResponse = (bytes: Uint8Array<ArrayBuffer>, name: string): Response =>
  new Response(bytes, {
    headers: {
      'Content-Type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'Content-Disposition': disposition(name),
      'X-Content-Type-Options': 'nosniff',
    },
  });
