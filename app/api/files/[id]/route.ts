import { disposition } from '@/app/api/attachment';
import { staffRoute } from '@/lib/action';
import { downloadFile } from '@/lib/files/files';

/** Always an attachment: whatever a file holds, it is never opened as a page of ours. */
export const GET = staffRoute(async (_request, person, { params }: RouteContext<'/api/files/[id]'>) => {
  const file = await downloadFile(person, (await params).id);
  if (!file) return Response.json({ reason: 'notFound', message: 'Файла нет.' }, { status: 404 });
  return new Response(Buffer.from(file.bytes), {
    headers: {
      'Content-Type': file.contentType,
      'Content-Disposition': disposition(file.name),
      'X-Content-Type-Options': 'nosniff',
    },
  });
});
