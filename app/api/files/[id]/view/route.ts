import { disposition } from '@/app/api/attachment';
import { staffRoute } from '@/lib/action';
import { downloadFile } from '@/lib/files/files';
import { viewKind } from '@/lib/files/viewable';

/** A PDF or a picture to be shown within the card; the policy that keeps it harmless is set in proxy.ts. */
export const GET = staffRoute(async (_request, person, { params }: RouteContext<'/api/files/[id]/view'>) => {
  const file = await downloadFile(person, (await params).id);
  if (!file) return Response.json({ reason: 'notFound', message: 'Файла нет.' }, { status: 404 });
  if (!viewKind(file.extension)) {
    const message = 'Такой файл на\u00a0странице не\u00a0показать, его можно скачать.';
    return Response.json({ reason: 'notAllowed', message }, { status: 415 });
  }
  return new Response(Buffer.from(file.bytes), {
    headers: {
      'Content-Type': file.contentType,
      'Content-Disposition': disposition(file.name, 'inline'),
      'Cache-Control': 'private, no-store',
    },
  });
});
