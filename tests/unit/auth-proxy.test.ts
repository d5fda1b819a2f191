import { NextRequest } from 'next/server';
import { beforeAll, describe, expect, test } from 'vitest';
import { config, proxy } from '@/proxy';

const ORIGIN = 'http://127.0.0.1:3000';
beforeAll(() => {
  process.env.APP_URL = ORIGIN;
  process.env.DATABASE_URL = 'postgres://127.0.0.1:9/none';
  process.env.GIS_URL = 'http://127.0.0.1:9';
  process.env.AUTH_SECRET = 'only for this test, long enough to be taken';
});

const ask = (path: string, init: { method?: string; cookie?: string; headers?: Record<string, string> } = {}) =>
  proxy(
    new NextRequest(ORIGIN + path, {
      method: init.method ?? 'GET',
      headers: { ...init.headers, ...(init.cookie ? { cookie: init.cookie } : {}) },
    }),
  );
const nonceOf = (policy: string | null) => /'nonce-([^']+)'/.exec(policy ?? '')?.[1];

describe('before every page', () => {
  test('a nonce of its own for each response, the same one told to Next', () => {
    const [one, two] = [ask('/login'), ask('/login')];
    const nonce = nonceOf(one.headers.get('content-security-policy'));
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(nonce).not.toBe(nonceOf(two.headers.get('content-security-policy')));
    expect(nonceOf(one.headers.get('x-middleware-request-content-security-policy'))).toBe(nonce);
  });

  test('what a client writes into our own headers is overwritten', () => {
    const response = ask('/login?next=%2Fx', {
      headers: { 'x-path': '//evil', 'content-security-policy': "script-src 'nonce-known'" },
    });
    expect(response.headers.get('x-middleware-request-x-path')).toBe('/login?next=%2Fx');
    expect(nonceOf(response.headers.get('x-middleware-request-content-security-policy'))).not.toBe('known');
  });

  test('without a session cookie a page leads to the log-in and back', () => {
    const response = ask('/debt-requests?status=new');
    expect(response.status).toBe(307);
    const { pathname, search } = new URL(response.headers.get('location')!);
    expect(pathname + search).toBe('/login?next=%2Fdebt-requests%3Fstatus%3Dnew');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  });

  test.each([
    ['the log-in page', '/login', {}],
    ['a session cookie, good or not', '/debt-requests', { cookie: 'otklik=x' }],
    ['an action, so that it can answer itself', '/debt-requests', { method: 'POST' }],
    ['a file', '/icon.svg', {}],
    ['data', '/api/health', {}],
  ])('%s goes through', (_, path, init) => {
    const response = ask(path, init);
    expect(response.headers.get('x-middleware-next')).toBe('1');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('data is never a page', () => {
    expect(ask('/api/health').headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  });

  test('only a shown file may stand in a frame of ours, and it can do nothing there', () => {
    const view = ask('/api/files/00000000-0000-4000-8000-000000000000/view').headers;
    expect(view.get('content-security-policy')).toBe(
      "sandbox; default-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'",
    );
    expect(view.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(view.get('x-content-type-options')).toBe('nosniff');
    expect(view.get('cache-control')).toBe('private, no-store');
    for (const path of ['/api/files/x', '/api/files/x/view/y', '/api/debt-requests/x/view', '/api/files/view']) {
      expect(ask(path).headers.get('x-frame-options')).toBe('DENY');
      expect(ask(path).headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
    const page = ask('/debt-requests', { cookie: 'otklik=x' }).headers;
    expect(page.get('content-security-policy')).toContain("frame-src 'self';");
    expect(page.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.get('x-frame-options')).toBe('DENY');
  });

  test('it stands before everything but what the build made', () => {
    const matcher = new RegExp(`^${config.matcher}$`);
    for (const path of ['/', '/login', '/debt-requests/1', '/api/health', '/api/auth/csrf']) {
      expect(path).toMatch(matcher);
    }
    expect('/_next/static/chunks/main.js').not.toMatch(matcher);
  });
});
