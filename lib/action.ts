import { randomUUID } from 'node:crypto';
import { unstable_rethrow } from 'next/navigation';
import type { NextRequest } from 'next/server';
import type { z } from 'zod';
import type { Person } from '@/lib/auth/actor';
import { currentPerson } from '@/lib/auth/session';
import { env } from '@/lib/env';
import { invalid, type Result } from '@/lib/errors';
import { log } from '@/lib/log';

/**
 * A server action out of a domain verb: session → schema → `verb(person, input)` → its typed result. Anybody may call
 * it with anything, so it takes `unknown`; rights are the verb's to check. Returns `unauthenticated` without a session,
 * `invalid` with a sentence per field (`debtors.0.snils`) when the input does not fit. What the verb throws is logged
 * under a number and comes back as `failed` with a sentence that names it; redirects pass through.
 *
 * That the call comes from our own pages is Next's check (Origin against the host, POST only).
 * The log names the action (`name`, needed where the verb is an unnamed function), the person, the organization, the outcome and
 * the time taken; never what was typed.
 */
export function staffAction<S extends z.ZodType, T>(
  schema: S,
  verb: (person: Person, input: z.output<S>) => Promise<Result<T>>,
  name: string = verb.name,
): (input: unknown) => Promise<Result<T>> {
  return (input) => performAction(currentPerson, schema, verb, name, input);
}

/** `staffAction` without the request: `findPerson` says who asks. */
export async function performAction<S extends z.ZodType, T>(
  findPerson: () => Promise<Person | null>,
  schema: S,
  verb: (person: Person, input: z.output<S>) => Promise<Result<T>>,
  name: string,
  input: unknown,
): Promise<Result<T>> {
  const started = performance.now();
  const note: Record<string, unknown> = { action: name };
  const finish = <R extends Result<T>>(result: R): R => {
    log.info(
      { ...note, outcome: result.ok ? 'ok' : result.reason, ms: Math.round(performance.now() - started) },
      'action',
    );
    return result;
  };
  try {
    const person = await findPerson();
    if (!person) return finish({ ok: false, reason: 'unauthenticated' });
    note.userId = person.userId;
    note.organizationId = person.organizationId;
    const parsed = schema.safeParse(input);
    if (!parsed.success) return finish(invalid('Проверьте отмеченные поля.', fieldErrors(parsed.error)));
    return finish(await verb(person, parsed.data));
  } catch (error) {
    unstable_rethrow(error);
    return finish({ ok: false, reason: 'failed', message: unexpected(error, note) });
  }
}

/** What the person reads of an error nobody expected; the log has it under the same number. */
function unexpected(err: unknown, note: Record<string, unknown>): string {
  const errorId = randomUUID().slice(0, 8);
  log.error({ ...note, errorId, err }, 'unexpected error');
  return `Не\u00a0получилось: ошибка в\u00a0программе. Повторите; если не\u00a0поможет, сообщите администратору номер ошибки ${errorId}.`;
}

/** A sentence for each field that does not fit, by its path. */
export function fieldErrors(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[issue.path.join('.')] ??= issue.message;
  return fields;
}

/**
 * A route handler for staff: `handler(request, person, context)`. 401 without a session; 403 for anything but GET and
 * HEAD that does not come from our own pages, as Next checks the origin of actions only; 500 with a numbered sentence for
 * what is thrown. Refusals are JSON `{ reason, message }`. Every response says `nosniff`.
 */
export function staffRoute<C>(
  handler: (request: NextRequest, person: Person, context: C) => Promise<Response>,
): (request: NextRequest, context: C) => Promise<Response> {
  return (request, context) => performRoute(currentPerson, handler, request, context);
}

/** `staffRoute` with `findPerson` in place of the session. */
export async function performRoute<R extends Request, C>(
  findPerson: () => Promise<Person | null>,
  handler: (request: R, person: Person, context: C) => Promise<Response>,
  request: R,
  context: C,
): Promise<Response> {
  const refuse = (status: number, reason: string, message: string) => Response.json({ reason, message }, { status });
  const respond = async () => {
    const person = await findPerson();
    if (!person) return refuse(401, 'unauthenticated', 'Сеанс закончился. Войдите снова.');
    if (!isSameOrigin(request, env.APP_URL)) return refuse(403, 'forbidden', 'Запрос пришёл не со страницы «Отклика».');
    try {
      return await handler(request, person, context);
    } catch (error) {
      unstable_rethrow(error);
      const note = {
        route: new URL(request.url).pathname,
        userId: person.userId,
        organizationId: person.organizationId,
      };
      return refuse(500, 'unexpected', unexpected(error, note));
    }
  };
  const response = await respond();
  response.headers.set('X-Content-Type-Options', 'nosniff');
  return response;
}

/**
 * Whether a request that changes something comes from a page of ours: by Sec-Fetch-Site where the browser says it, else
 * by Origin against the address of the site. Reading (GET, HEAD) is free.
 */
export function isSameOrigin(request: Request, appUrl: string): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  return request.headers.get('origin') === new URL(appUrl).origin;
}
