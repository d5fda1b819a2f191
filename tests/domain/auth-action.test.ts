import { redirect } from 'next/navigation';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { sql } from '@/db/client';
import { performAction, performRoute } from '@/lib/action';
import type { Person } from '@/lib/auth/actor';
import type { Result } from '@/lib/errors';
import { log } from '@/lib/log';

process.env.AUTH_SECRET = 'only for this test, long enough to be taken';
process.env.GIS_URL = 'http://127.0.0.1:9';
process.env.APP_URL = 'http://127.0.0.1:3000';

const orlova: Person = {
  kind: 'person',
  userId: '00000000-0000-4000-8000-000000000001',
  organizationId: '00000000-0000-4000-8000-000000000002',
  name: 'Орлова\u00a0М.\u00a0С.',
  roles: ['executor'],
  canSend: false,
  gisEmployeeGuid: null,
  divisionIds: null,
  standsInFor: [],
};
const somebody = async () => orlova;
const nobody = async () => null;

const SECRET = '11223344595';
const schema = z.object({
  debtors: z.array(z.object({ snils: z.string().max(11, 'СНИЛС состоит из 11 цифр.') })),
});
const good = { debtors: [{ snils: SECRET }] };

/** Every line of the log while a test runs, as it is written. */
let lines: string[];
beforeEach(() => {
  lines = [];
  const keep = (...args: unknown[]) =>
    void lines.push(JSON.stringify(args, (_, v) => (v instanceof Error ? v.stack : v)));
  vi.spyOn(log, 'info').mockImplementation(keep as never);
  vi.spyOn(log, 'error').mockImplementation(keep as never);
});
afterEach(() => vi.restoreAllMocks());

describe('a server action', () => {
  let calls: unknown[];
  const verb = async (person: Person, input: z.output<typeof schema>): Promise<Result<{ id: string }>> => {
    calls.push([person, input]);
    return { ok: true, id: 'x' };
  };
  beforeEach(() => {
    calls = [];
  });

  test('without a session nothing is done, however right the input', async () => {
    expect(await performAction(nobody, schema, verb, 'save', good)).toEqual({ ok: false, reason: 'unauthenticated' });
    expect(calls).toEqual([]);
  });

  test('hands the verb who asks and what was asked', async () => {
    expect(await performAction(somebody, schema, verb, 'save', good)).toEqual({ ok: true, id: 'x' });
    expect(calls).toEqual([[orlova, good]]);
  });

  test('input that does not fit is refused by field', async () => {
    expect(await performAction(somebody, schema, verb, 'save', { debtors: [{ snils: `${SECRET}0` }] })).toEqual({
      ok: false,
      reason: 'invalid',
      message: 'Проверьте отмеченные поля.',
      fields: { 'debtors.0.snils': 'СНИЛС состоит из 11 цифр.' },
    });
    for (const rubbish of [undefined, null, 'x', [], { debtors: 'x' }, new FormData()]) {
      expect(await performAction(somebody, schema, verb, 'save', rubbish)).toMatchObject({ reason: 'invalid' });
    }
    expect(calls).toEqual([]);
  });

  test('a refusal of the verb is handed on', async () => {
    const refusal = { ok: false, reason: 'forbidden', message: 'Это делает исполнитель запроса.' } as const;
    expect(await performAction(somebody, schema, async () => refusal, 'save', good)).toEqual(refusal);
  });

  test('what nobody expected becomes a sentence with the number under which the log has it', async () => {
    const broken = async () => {
      await sql`select 1 from no_such_table`;
      return { ok: true } as const;
    };
    const result = await performAction(somebody, schema, broken, 'save', good);
    expect(result).toMatchObject({ ok: false, reason: 'failed' });
    const number = /номер ошибки ([0-9a-f]{8})\.$/.exec((result as { message: string }).message)?.[1];
    expect(lines.find((line) => line.includes('no_such_table'))).toContain(`"errorId":"${number}"`);
    expect((result as { message: string }).message).not.toContain('no_such_table');
  });

  test('a redirect of the verb is no error', async () => {
    await expect(performAction(somebody, schema, async () => redirect('/x'), 'save', good)).rejects.toThrow(
      'NEXT_REDIRECT',
    );
    expect(lines.join()).not.toContain('unexpected');
  });

  test('the log says who did what and how it went, and nothing that was typed', async () => {
    await performAction(somebody, schema, verb, 'save', good);
    await performAction(somebody, schema, verb, 'save', { debtors: [{ snils: `${SECRET}0` }] });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(
      `"action":"save","userId":"${orlova.userId}","organizationId":"${orlova.organizationId}","outcome":"ok"`,
    );
    expect(lines[1]).toContain('"outcome":"invalid"');
    expect(lines.join()).not.toContain(SECRET);
    expect(lines.join()).not.toContain('Орлова');
  });
});

describe('a route for staff', () => {
  const url = 'http://127.0.0.1:3000/api/files/1';
  const handler = async (_: Request, person: Person, context: { id: string }) =>
    Response.json({ who: person.userId, id: context.id });
  const ask = (find: typeof somebody | typeof nobody, init?: RequestInit) =>
    performRoute(find, handler, new Request(url, init), { id: '1' });

  test('without a session: 401 in JSON', async () => {
    const response = await ask(nobody);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ reason: 'unauthenticated' });
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('from a foreign page: 403, and the handler is not asked', async () => {
    const response = await ask(somebody, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } });
    expect(response.status).toBe(403);
    expect((await ask(somebody, { method: 'POST' })).status).toBe(403);
  });

  test('else the handler answers', async () => {
    const response = await ask(somebody, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ who: orlova.userId, id: '1' });
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await ask(somebody)).status).toBe(200);
  });

  test('what is thrown becomes 500 with a number', async () => {
    const broken = async () => {
      throw new Error('secret detail');
    };
    const response = await performRoute(somebody, broken, new Request(url), undefined);
    expect(response.status).toBe(500);
    const { message } = (await response.json()) as { message: string };
    expect(message).toMatch(/номер ошибки [0-9a-f]{8}\.$/);
    expect(message).not.toContain('secret detail');
  });
});
