import { NextRequest } from 'next/server';
import { expect, test } from 'vitest';
import { authOptions } from '@/lib/auth/options';
import { SESSION_SECONDS, sessionCookie } from '@/lib/auth/session-cookie';
import { proxy } from '@/proxy';

// the environment is read once a process, so the https site has a file of its own
process.env.APP_URL = 'https://otklik.example';
process.env.DATABASE_URL = 'postgres://127.0.0.1:9/none';
process.env.GIS_URL = 'http://127.0.0.1:9';
process.env.AUTH_SECRET = 'only for this test, long enough to be taken';

test('the session cookie is for this host over https alone, out of reach of scripts and foreign forms', () => {
  expect(sessionCookie()).toEqual({
    name: '__Host-otklik',
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure: true },
  });
});

test('next-auth writes that cookie, for 12 hours, the token within it too', () => {
  expect(authOptions()).toMatchObject({
    cookies: { sessionToken: sessionCookie() },
    useSecureCookies: true,
    session: { strategy: 'jwt', maxAge: 12 * 60 * 60 },
    jwt: { maxAge: SESSION_SECONDS },
  });
  expect(process.env.NEXTAUTH_URL).toBe('https://otklik.example');
});

test('the cookie of the http site is no session here, and browsers are told to stay on https', () => {
  const ask = (cookie: string) =>
    proxy(new NextRequest('http://127.0.0.1:3000/debt-requests', { headers: { cookie } }));
  expect(ask('otklik=x').status).toBe(307);
  const response = ask('__Host-otklik=x');
  expect(response.status).toBe(200);
  expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
  expect(response.headers.get('content-security-policy')).toContain('upgrade-insecure-requests');
});
