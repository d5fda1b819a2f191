import { randomBytes } from 'node:crypto';
import { type NextRequest, NextResponse } from 'next/server';
import { DATA_POLICY, isFileView, pagePolicy, protectingHeaders, VIEW_POLICY } from '@/lib/auth/headers';
import { loginPath } from '@/lib/auth/next-path';
import { PATH_HEADER } from '@/lib/auth/path-header';
import { isHttps, sessionCookie } from '@/lib/auth/session-cookie';

/**
 * Before every page and route: the protecting headers with a nonce of this very request, and a way to the log-in page
 * for who has no session cookie. The latter spares a person a detour and guards nothing: each page and action asks
 * `currentPerson` itself. Actions (POST) pass, so that they can answer «unauthenticated» and the page keeps what was typed.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  const https = isHttps();
  const framed = isFileView(pathname);
  const protect = (response: NextResponse, policy: string) => {
    for (const [name, value] of Object.entries(protectingHeaders({ https, framed }))) response.headers.set(name, value);
    response.headers.set('Content-Security-Policy', policy);
    // a new icon gets a new name
    if (pathname === '/icon.svg') response.headers.set('Cache-Control', 'public, max-age=31536000, immutable');
    return response;
  };
  // here and not in the route: Next sends both headers of a name, and a browser keeps to the stricter
  if (framed) return protect(NextResponse.next(), VIEW_POLICY);
  if (pathname.startsWith('/api/')) return protect(NextResponse.next(), DATA_POLICY);

  const nonce = randomBytes(16).toString('base64');
  const policy = pagePolicy({ nonce, https, dev: process.env.NODE_ENV === 'development' });
  if (wantsSession(request) && !request.cookies.has(sessionCookie().name)) {
    return protect(NextResponse.redirect(new URL(loginPath(pathname + search), request.nextUrl)), policy);
  }
  const headers = new Headers(request.headers);
  // Next takes the nonce for its own tags from here
  headers.set('Content-Security-Policy', policy);
  headers.set(PATH_HEADER, pathname + search);
  return protect(NextResponse.next({ request: { headers } }), policy);
}

/** A page that staff read: not the log-in page, not an invitation, not a file of `public/`. */
function wantsSession({ method, nextUrl: { pathname } }: NextRequest): boolean {
  return (
    (method === 'GET' || method === 'HEAD') && !/^\/(login$|invitation\/)/.test(pathname) && !/\.\w+$/.test(pathname)
  );
}

// what the build made is neither personal nor a page
export const config = { matcher: '/((?!_next/static|_next/image).*)' };
