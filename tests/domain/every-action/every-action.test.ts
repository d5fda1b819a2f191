import fs from 'node:fs';
import path from 'node:path';
import { NextRequest } from 'next/server';
import { encode } from 'next-auth/jwt';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Person } from '@/lib/auth/actor';
import { authSecret, sessionCookie } from '@/lib/auth/session-cookie';
import type { Result } from '@/lib/errors';
import { log } from '@/lib/log';
import { resetDatabase } from '../../setup/reset-database';
import { ACTIONS, type ActionCase, BY_SECRET, OPEN_ROUTES, REDIRECTING, ROUTES, type RouteCase } from './cases';
import { footprint, forged, makeWorld, type World } from './world';

process.env.AUTH_SECRET = 'only for this test, long enough to be taken';
process.env.GIS_URL = 'http://127.0.0.1:9';
process.env.APP_URL = 'http://127.0.0.1:3000';

/**
 * Every server action and every route handler of the product, found by looking for them and called as a stranger with curl
 * would: without a session, in each single role, from another organization, with forged identifiers, with an old version.
 * A new one without a case in `cases.ts` fails here.
 */

// the browser's cookie is the only thing that stands in: all behind it is the real session
const browser = vi.hoisted(() => ({ cookies: new Map<string, string>() }));
vi.mock('next/headers', () => ({
  cookies: async () => ({
    get: (name: string) => (browser.cookies.has(name) ? { name, value: browser.cookies.get(name) } : undefined),
    set: () => {},
    delete: () => {},
  }),
  headers: async () => new Headers(),
}));

async function logIn(person: Person | null): Promise<void> {
  browser.cookies.clear();
  if (!person) return;
  const token = await encode({ token: { sub: person.userId, tokenVersion: 0 }, secret: authSecret(), maxAge: 600 });
  browser.cookies.set(sessionCookie().name, token);
}

const root = path.join(import.meta.dirname, '../../..');
const found = (fs.readdirSync(path.join(root, 'app'), { recursive: true }) as string[]).map((file) => `app/${file}`);
const source = (file: string) => fs.readFileSync(path.join(root, file), 'utf8');

type Action = (input: unknown) => Promise<Result>;
const actions = new Map<string, Action>();
for (const file of found.filter((name) => /\.tsx?$/.test(name) && /^['"]use server['"]/.test(source(name)))) {
  const module = (await import(path.join(root, file))) as Record<string, Action>;
  for (const [name, action] of Object.entries(module)) actions.set(name, action);
}

type Handler = (request: NextRequest, context: unknown) => Promise<Response>;
const routes = new Map<string, Handler>();
for (const file of found.filter((name) => name.endsWith('/route.ts') && !name.includes('/inngest/'))) {
  const place = file
    .replace(/^app/, '')
    .replace(/\/\([^)]+\)/g, '')
    .replace(/\/route\.ts$/, '');
  const module = (await import(path.join(root, file))) as Record<string, unknown>;
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])
    if (typeof module[method] === 'function') routes.set(`${method} ${place}`, module[method] as Handler);
}

test('every action has a case, every case its action', () => {
  expect([...actions.keys()].sort()).toEqual([...Object.keys(ACTIONS), ...REDIRECTING, ...BY_SECRET].sort());
});
test('every route has a case, every case its route', () => {
  expect([...routes.keys()].sort()).toEqual([...Object.keys(ROUTES), ...OPEN_ROUTES].sort());
});
test('no action stands inside another file, where this test would not find it', () => {
  const inline = found.filter((name) => /\.tsx?$/.test(name) && /^\s+['"]use server['"]/m.test(source(name)));
  expect(inline).toEqual([]);
});

let world: World;
beforeEach(async () => {
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(log, level).mockImplementation(() => {});
  await resetDatabase();
  world = await makeWorld();
});

const GARBAGE = [
  undefined,
  null,
  0,
  '',
  'x',
  [],
  {},
  { id: 1 },
  { id: "' or 1=1 --", version: 1 },
  { __proto__: { ok: true } },
];

describe.each(Object.entries(ACTIONS) as [string, ActionCase][])('%s', (name, it) => {
  const call = async (person: Person | null, input: unknown) => {
    await logIn(person);
    return actions.get(name)!(input);
  };

  test('without a session', async () => {
    const input = await it.input(world, world.people.head);
    const before = await footprint(world.organization.id);
    expect(await call(null, input)).toEqual({ ok: false, reason: 'unauthenticated' });
    expect(await footprint(world.organization.id)).toBe(before);
  });

  test('garbage', async () => {
    const before = await footprint(world.organization.id);
    for (const garbage of GARBAGE) {
      const result = await call(world.people.debt_clerk, garbage);
      expect(result).toMatchObject({ ok: expect.any(Boolean) });
      if (!result.ok) expect(await footprint(world.organization.id)).toBe(before);
    }
  });

  test.each(['executor', 'head', 'debt_clerk', 'admin'] as const)('as %s', async (role) => {
    const person = world.people[role];
    const input = await it.input(world, person);
    const before = await footprint(world.organization.id);
    const result = await call(person, input);
    expect(result).toMatchObject({ ok: it.may.includes(role) });
    if (!result.ok) expect(await footprint(world.organization.id)).toBe(before);
  });

  test('from another organization, an identifier of ours is as unknown as one that never was', async () => {
    const input = await it.input(world, world.stranger);
    const before = await footprint(world.organization.id);
    const result = await call(world.stranger, input);
    expect(await footprint(world.organization.id)).toBe(before);
    if (it.own) return;
    expect(result).toMatchObject({ ok: false });
    if (JSON.stringify(forged(input)) !== JSON.stringify(input))
      expect(JSON.stringify(await call(world.stranger, forged(input)))).toBe(JSON.stringify(result));
  });

  if (it.versioned)
    test('with a version that somebody overtook', async () => {
      const role = (['admin', 'head', 'executor'] as const).find((one) => it.may.includes(one))!;
      const input = (await it.input(world, world.people[role])) as { version: number };
      const before = await footprint(world.organization.id);
      for (const version of [input.version - 1, input.version + 1].filter((one) => one > 0)) {
        expect(await call(world.people[role], { ...input, version })).toMatchObject({ ok: false, reason: 'stale' });
      }
      expect(await footprint(world.organization.id)).toBe(before);
    });
});

describe.each(Object.entries(ROUTES) as [string, RouteCase][])('%s', (name, it) => {
  type Asked = Awaited<ReturnType<RouteCase['ask']>>;
  const call = async (
    person: Person | null,
    { path: place, params = {}, body, headers = {} }: Asked,
    site = 'same-origin',
  ) => {
    await logIn(person);
    const request = new NextRequest(`http://127.0.0.1:3000${place}`, {
      method: it.method,
      headers: { 'sec-fetch-site': site, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const response = await routes.get(name)!(request, { params: Promise.resolve(params) });
    return { status: response.status, body: await response.text(), headers: response.headers };
  };

  test('without a session', async () => {
    const asked = await it.ask(world, world.people.head);
    const before = await footprint(world.organization.id);
    expect(await call(null, asked)).toMatchObject({ status: 401 });
    expect(await footprint(world.organization.id)).toBe(before);
  });

  test.each(['executor', 'head', 'debt_clerk', 'admin'] as const)('as %s', async (role) => {
    const asked = await it.ask(world, world.people[role]);
    const before = await footprint(world.organization.id);
    const { status, headers } = await call(world.people[role], asked);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(status < 300).toBe(it.may.includes(role));
    if (status >= 300) {
      expect(status).toBeLessThan(500);
      expect(await footprint(world.organization.id)).toBe(before);
    }
  });

  test('from another organization', async () => {
    const asked = await it.ask(world, world.stranger);
    const before = await footprint(world.organization.id);
    const answer = await call(world.stranger, asked);
    expect(await footprint(world.organization.id)).toBe(before);
    expect(answer.body).not.toMatch(/Тайная|5556667778/);
    if (JSON.stringify(forged(asked)) === JSON.stringify(asked)) return;
    const never = await call(world.stranger, forged(asked));
    expect({ status: never.status, body: never.body }).toEqual({ status: answer.status, body: answer.body });
  });

  if (it.method === 'POST')
    test('not from a page of somebody else', async () => {
      const asked = await it.ask(world, world.people.admin);
      expect(await call(world.people.admin, asked, 'cross-site')).toMatchObject({ status: 403 });
    });
});
