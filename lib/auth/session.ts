import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { decode, encode } from 'next-auth/jwt';
import { cache } from 'react';
import type { Person } from './actor';
import { loginPath } from './next-path';
import { PATH_HEADER } from './path-header';
import { personOf, type SessionClaims } from './person';
import { authSecret, SESSION_SECONDS, sessionCookie } from './session-cookie';

/** The chosen organization of a person of several; its id, checked against the memberships at every call. */
const ORGANIZATION_COOKIE = 'organization';

/**
 * Who is asking, read from the database once per request; null without a session or when it ended: 12 hours after the
 * log-in, by a block, a new password, or the last membership taken away.
 */
export const currentPerson = cache(async (): Promise<Person | null> => {
  const jar = await cookies();
  const claims = await readSession(jar.get(sessionCookie().name)?.value);
  return claims && personOf(claims, jar.get(ORGANIZATION_COOKIE)?.value);
});

/** Remembers in the browser which of his organizations the person works in; an id of another one means nothing later. */
export async function chooseOrganization(id: string): Promise<void> {
  const { options } = sessionCookie();
  (await cookies()).set(ORGANIZATION_COOKIE, id, { ...options, maxAge: 365 * 86_400 });
}

/** `currentPerson` for pages: without a session it goes to the log-in page, which leads back here. */
export async function requirePerson(): Promise<Person> {
  const person = await currentPerson();
  if (!person) redirect(loginPath((await headers()).get(PATH_HEADER) ?? '/'));
  return person;
}

/** Claims of a session cookie; null when it is absent, expired, or not ours. */
export async function readSession(cookie: string | undefined): Promise<SessionClaims | null> {
  if (!cookie) return null;
  // jose throws on whatever is wrong with a token, and a stranger may send anything
  const token = await decode({ token: cookie, secret: authSecret() }).catch(() => null);
  return token?.sub && typeof token.tokenVersion === 'number'
    ? { userId: token.sub, tokenVersion: token.tokenVersion }
    : null;
}

/** Gives the browser that asks a new session, in a server action or route handler: after the person's own new password. */
export async function renewSession(claims: SessionClaims): Promise<void> {
  const { name, options } = sessionCookie();
  const token = await encode({
    token: { sub: claims.userId, tokenVersion: claims.tokenVersion },
    secret: authSecret(),
    maxAge: SESSION_SECONDS,
  });
  (await cookies()).set(name, token, { ...options, maxAge: SESSION_SECONDS });
}

/** Takes the session from the browser that asks. Sessions of the same person elsewhere go on. */
export async function endSession(): Promise<void> {
  (await cookies()).delete({ name: sessionCookie().name, path: '/' });
}
