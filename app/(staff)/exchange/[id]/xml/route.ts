import { staffRoute } from '@/lib/action';
import { recordAccess } from '@/lib/auth/access-log';
import { getExchange } from '@/lib/exchange/journal';

const PARTS = { request: 'requestXml', ack: 'ackXml', reply: 'replyXml' } as const;

/** One direction of a message, byte for byte, as a file; for admins, as on the page. */
export const GET = staffRoute(async (request, person, { params }: RouteContext<'/exchange/[id]/xml'>) => {
  const message = await getExchange(person, (await params).id);
  const part = request.nextUrl.searchParams.get('part') ?? '';
  const xml = message && part in PARTS ? message[PARTS[part as keyof typeof PARTS]] : null;
  if (!xml) {
    const words = message?.textErased ? 'Текст удалён вместе с\u00a0архивными запросами.' : 'Такого сообщения нет.';
    return Response.json({ reason: 'notFound', message: words }, { status: 404 });
  }
  await recordAccess(person, 'openMessage', { subject: `сообщение ${message!.messageGuid}` });
  return new Response(xml, {
    headers: {
      'Content-Type': 'application/xml; charset=utf-8',
      'Content-Disposition': `attachment; filename="${message!.messageGuid}-${part}.xml"`,
    },
  });
});
