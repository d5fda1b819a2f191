import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseOptions } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { isSameOrigin } from '@/lib/action';
import { clientAddress, stampClientAddresses, trustedProxies } from '@/lib/auth/client-address';
import { pagePolicy, protectingHeaders } from '@/lib/auth/headers';
import { delaySeconds, slowdownSeconds } from '@/lib/auth/login';
import { loginErrorCode, loginErrorInWords } from '@/lib/auth/login-error';
import { loginPath, safeNext } from '@/lib/auth/next-path';
import { DUMMY_HASH, hashPassword, PARAMETERS, passwordProblem, verifyPassword } from '@/lib/auth/password';

describe('where a log-in leads', () => {
  test.each(['/debt-requests', '/debt-requests?number=00123&status=new#row', '/court-cases/1', '/loginsomething'])(
    '%s stays',
    (path) => {
      expect(safeNext(path)).toBe(path);
    },
  );

  test.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n\\evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/x/..//evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    'evil',
    '',
    '//',
    '/login',
    '/login?next=/login',
    '/api/auth/signin',
    ['/debt-requests', '/x'],
    undefined,
  ])('%j becomes the start page', (path) => {
    expect(safeNext(path)).toBe('/');
  });

  test('the log-in page leads back, with the query', () => {
    expect(loginPath('/debt-requests?status=new&page=2')).toBe(
      '/login?next=%2Fdebt-requests%3Fstatus%3Dnew%26page%3D2',
    );
    expect(loginPath('/')).toBe('/login');
    expect(loginPath('//evil.example')).toBe('/login');
  });
});

describe('the address an attempt comes from', () => {
  const nginx = trustedProxies(['127.0.0.1', '10.0.0.0/8', '::1']);
  const nobody = trustedProxies([]);

  test('without trusted proxies the other end of the socket counts, whatever the client writes', () => {
    expect(clientAddress('203.0.113.7', undefined, nobody)).toBe('203.0.113.7');
    expect(clientAddress('203.0.113.7', '198.51.100.1', nobody)).toBe('203.0.113.7');
    expect(clientAddress('::ffff:203.0.113.7', '198.51.100.1', nobody)).toBe('203.0.113.7');
  });

  test('a proxy on this machine that we were not told of: nobody can be told apart', () => {
    expect(clientAddress('127.0.0.1', '198.51.100.1', nobody)).toBeNull();
    expect(clientAddress('::1', undefined, nobody)).toBeNull();
    expect(clientAddress('::ffff:127.0.0.1', undefined, nobody)).toBeNull();
    expect(clientAddress(undefined, '198.51.100.1', nobody)).toBeNull();
  });

  test('behind trusted proxies: the first untrusted from the right, not what the client put in front', () => {
    expect(clientAddress('127.0.0.1', '198.51.100.1', nginx)).toBe('198.51.100.1');
    expect(clientAddress('127.0.0.1', '192.0.2.9, 198.51.100.1', nginx)).toBe('198.51.100.1');
    expect(clientAddress('127.0.0.1', '192.0.2.9, 198.51.100.1, 10.1.2.3', nginx)).toBe('198.51.100.1');
    expect(clientAddress('127.0.0.1', 'rubbish', nginx)).toBeNull();
    expect(clientAddress('127.0.0.1', undefined, nginx)).toBeNull();
  });

  test('a stranger past the proxy is himself', () => {
    expect(clientAddress('203.0.113.7', '198.51.100.1', nginx)).toBe('203.0.113.7');
  });

  test('one subscriber of IPv6 is one address', () => {
    expect(clientAddress('2001:db8:0:7::1', undefined, nobody)).toBe('2001:db8:0:7::/64');
    expect(clientAddress('2001:0db8::7:dead:beef:0:1', undefined, nobody)).toBe('2001:db8:0:7::/64');
    expect(clientAddress('2001:db8::', undefined, nobody)).toBe('2001:db8:0:0::/64');
  });

  test('a server stamps it on what comes in, over whatever the client wrote there', async () => {
    stampClientAddresses(trustedProxies(['127.0.0.1']));
    const server = createServer((request, response) => response.end(request.headers['x-client-address']));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ask = async (headers: Record<string, string>) => (await fetch(url, { headers })).text();
    expect(await ask({ 'x-client-address': '192.0.2.9' })).toBe('');
    expect(await ask({ 'x-client-address': '192.0.2.9', 'x-forwarded-for': '198.51.100.1' })).toBe('198.51.100.1');
    await new Promise((resolve) => server.close(resolve));
  });

  test('what is neither an address nor a network is refused at start', () => {
    expect(() => trustedProxies(['nginx'])).toThrow();
    expect(() => trustedProxies(['10.0.0.0/40'])).toThrow();
  });
});

describe('delays', () => {
  test('two failures are free, then it doubles up to five minutes', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1_000_000].map(delaySeconds)).toEqual([
      0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300,
    ]);
  });

  test('failures elsewhere cost the owner seconds, never more', () => {
    expect([0, 4, 5, 10, 20, 1_000_000].map(slowdownSeconds)).toEqual([0, 0, 1, 2, 4, 4]);
  });

  test('a refusal says in words when the next try is possible', () => {
    const words = (reason: 'wrong' | 'tooEarly', retryAfterSeconds: number) =>
      loginErrorInWords(loginErrorCode({ ok: false, reason, retryAfterSeconds })).replaceAll('\u00a0', ' ');
    expect(words('wrong', 0)).toBe('Логин или пароль не подходят.');
    expect(words('wrong', 5)).toBe('Логин или пароль не подходят. Следующая попытка — через 5 секунд.');
    expect(words('tooEarly', 21)).toBe('Слишком много неудачных попыток. Следующая попытка — через 21 секунду.');
    expect(words('tooEarly', 61)).toBe('Слишком много неудачных попыток. Следующая попытка — через 2 минуты.');
    expect(words('wrong', 300)).toBe('Логин или пароль не подходят. Следующая попытка — через 5 минут.');
  });

  test('nothing from the address bar is shown', () => {
    for (const code of ['Позвоните 8-800', 'wrong.99999', '<b>', 'Configuration']) {
      expect(loginErrorInWords(code)).toMatch(/^Войти не\u00a0получилось\. /);
    }
  });
});

describe('passwords', () => {
  test('an unknown login costs what a known one costs', () => {
    expect(parseOptions(DUMMY_HASH)).toMatchObject(PARAMETERS);
  });

  test('hashes are argon2id with these parameters and fit their password only', async () => {
    const hash = await hashPassword('правильная лошадь');
    expect(parseOptions(hash)).toMatchObject(PARAMETERS);
    expect(await verifyPassword(hash, 'правильная лошадь')).toBe(true);
    expect(await verifyPassword(hash, 'правильная лошадь'.normalize('NFD'))).toBe(true);
    expect(await verifyPassword(hash, 'правильная Лошадь')).toBe(false);
    expect(await verifyPassword(null, 'правильная лошадь')).toBe(false);
  });

  test('weak ones are refused in words', () => {
    expect(passwordProblem('короткий1', 'orlova')).toMatch(/короче 10/);
    expect(passwordProblem('абабабабабаб', 'orlova')).toMatch(/разных/);
    expect(passwordProblem('мой-Orlova-2026', 'orlova')).toMatch(/логин/);
    expect(passwordProblem('я'.repeat(201), 'orlova')).toMatch(/длиннее/);
    expect(passwordProblem('синий чайник', 'orlova')).toBeNull();
  });
});

describe('headers', () => {
  test('only scripts and styles with this nonce run', () => {
    const policy = pagePolicy({ nonce: 'abc', https: false, dev: false });
    expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
    expect(policy).toContain("style-src 'self' 'nonce-abc';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toContain("object-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toContain('upgrade-insecure-requests');
  });

  test('development alone gets what its tools need', () => {
    expect(pagePolicy({ nonce: 'abc', https: false, dev: true })).toContain("'unsafe-eval'");
  });

  test('https is insisted on where the site has it', () => {
    expect(protectingHeaders({ https: true })['Strict-Transport-Security']).toBe('max-age=31536000');
    expect(protectingHeaders({ https: false })).not.toHaveProperty('Strict-Transport-Security');
    expect(pagePolicy({ nonce: 'abc', https: true, dev: false })).toContain('upgrade-insecure-requests');
    expect(protectingHeaders({ https: false })).toMatchObject({
      'Cache-Control': 'private, no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'same-origin',
    });
  });

  test('what changes something must come from our own pages', () => {
    const from = (headers: Record<string, string>, method = 'POST') =>
      isSameOrigin(new Request('http://127.0.0.1:3000/api/files', { method, headers }), 'https://otklik.example/');
    expect(from({ 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(from({ 'sec-fetch-site': 'same-site', origin: 'https://otklik.example' })).toBe(false);
    expect(from({ 'sec-fetch-site': 'cross-site' })).toBe(false);
    expect(from({ 'sec-fetch-site': 'none' })).toBe(false);
    expect(from({ origin: 'https://otklik.example' })).toBe(true);
    expect(from({ origin: 'https://evil.example' })).toBe(false);
    expect(from({ origin: 'null' })).toBe(false);
    expect(from({})).toBe(false);
    expect(from({}, 'DELETE')).toBe(false);
    expect(from({}, 'GET')).toBe(true);
  });
});
