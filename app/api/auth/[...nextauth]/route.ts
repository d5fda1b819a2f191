import type { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { authOptions } from '@/lib/auth/options';

/** What the log-in form needs of next-auth. The rest is closed: a session nobody asks for, a log that strangers fill. */
const OPEN = { GET: ['csrf', 'signin', 'error'], POST: ['callback'] };

type Context = RouteContext<'/api/auth/[...nextauth]'>;

async function handle(method: keyof typeof OPEN, request: NextRequest, context: Context): Promise<Response> {
  const [action = ''] = (await context.params).nextauth;
  if (!OPEN[method].includes(action)) return Response.json({ message: 'Not found' }, { status: 404 });
  return NextAuth(request, context, authOptions());
}

export const GET = (request: NextRequest, context: Context) => handle('GET', request, context);
export const POST = (request: NextRequest, context: Context) => handle('POST', request, context);
