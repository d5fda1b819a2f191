import { expect, test } from 'vitest';
import { readEnv } from '@/lib/env';

const required = {
  DATABASE_URL: 'postgres:///otklik?host=/run/otklik&user=postgres',
  AUTH_SECRET: 'x'.repeat(32),
  GIS_URL: 'http://127.0.0.1:8080',
} as unknown as NodeJS.ProcessEnv;

test('fills in what may be left out; empty counts as absent', () => {
  const result = readEnv({ ...required, PORT: '', APP_URL: '', GIS_KEY_FILE: '', TRUSTED_PROXIES: '' });
  expect(result).toMatchObject({
    ok: true,
    env: {
      PORT: 3000,
      APP_URL: 'http://127.0.0.1:3000',
      TRUSTED_PROXIES: [],
      GIS_POLL_SECONDS: [10, 60, 300, 900, 1800],
    },
  });
  expect(result.ok && result.env.GIS_KEY_FILE).toBeUndefined();
});

test('reads lists and numbers', () => {
  const given = {
    PORT: '8080',
    GIS_POLL_SECONDS: '1, 2.5,5',
    TRUSTED_PROXIES: '10.0.0.5, 192.168.0.0/24,fd00::/8,::1',
  };
  expect(readEnv({ ...required, ...given })).toMatchObject({
    ok: true,
    env: {
      PORT: 8080,
      APP_URL: 'http://127.0.0.1:8080',
      GIS_POLL_SECONDS: [1, 2.5, 5],
      TRUSTED_PROXIES: ['10.0.0.5', '192.168.0.0/24', 'fd00::/8', '::1'],
    },
  });
});

test('names every missing variable once and says how to get it', () => {
  const result = readEnv({} as NodeJS.ProcessEnv);
  if (result.ok) throw new Error('accepted');
  expect(result.problems.map((problem) => problem.split(':')[0])).toEqual(['DATABASE_URL', 'AUTH_SECRET', 'GIS_URL']);
  expect(result.problems[1]).toContain('openssl rand -base64 32');
});

test.each([
  ['PORT', '0'],
  ['PORT', '70000'],
  ['PORT', 'восемьдесят'],
  ['DATABASE_URL', 'mysql://host/db'],
  ['DATABASE_URL', 'localhost'],
  ['APP_URL', 'otklik.example.ru'],
  ['APP_URL', 'ftp://otklik.example.ru'],
  ['AUTH_SECRET', 'short-secret'],
  ['METRICS_TOKEN', 'short'],
  ['TRUSTED_PROXIES', '10.0.0.5;10.0.0.6'],
  ['TRUSTED_PROXIES', '10.0.0.0/33'],
  ['GIS_URL', 'tunnel'],
  ['GIS_BASIC_AUTH', 'sit'],
  ['GIS_POLL_SECONDS', '10,soon'],
  ['GIS_POLL_SECONDS', '0'],
  ['GIS_POLL_SECONDS', ','],
])('refuses %s=%s with one sentence that does not repeat the value', (name, value) => {
  const result = readEnv({ ...required, [name]: value });
  if (result.ok) throw new Error('accepted');
  expect(result.problems).toHaveLength(1);
  expect(result.problems[0]).toMatch(new RegExp(`^${name}: .*[а-яё]`));
  if (name === 'AUTH_SECRET') expect(result.problems[0]).not.toContain(value);
});
