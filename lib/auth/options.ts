import type { NextAuthOptions } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { z } from 'zod';
import { env } from '@/lib/env';
import { log } from '@/lib/log';
import { CLIENT_ADDRESS_HEADER } from './client-address';
import { onFirstOfDay } from './first-of-day';
import { logIn } from './login';
import { loginErrorCode } from './login-error';
import { authSecret, isHttps, SESSION_SECONDS, sessionCookie } from './session-cookie';

declare module 'next-auth' {
  interface User {
    tokenVersion: number;
  }
}
declare module 'next-auth/jwt' {
  interface JWT {
    tokenVersion?: number;
  }
}

const credentialsSchema = z.object({ login: z.string(), password: z.string() });

/**
 * next-auth as we use it: it checks the CSRF token, calls `authorize` and writes the session cookie. The cookie names
 * the person and `users.token_version`, nothing else; reading it is `currentPerson`, which compares both with the
 * database at every call, so no callback here needs to.
 */
export function authOptions(): NextAuthOptions {
  // read by next-auth from the environment alone; ours has one name for the address of the site
  process.env.NEXTAUTH_URL = env.APP_URL;
  return {
    secret: authSecret(),
    useSecureCookies: isHttps(),
    cookies: { sessionToken: sessionCookie() },
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    // the token has a term of its own, 30 days if left out
    jwt: { maxAge: SESSION_SECONDS },
    // none of next-auth's own pages: they write inline styles, in English
    pages: { signIn: '/login', signOut: '/login', error: '/login', verifyRequest: '/login' },
    providers: [
      Credentials({
        credentials: { login: {}, password: {} },
        async authorize(credentials, request) {
          const input = credentialsSchema.safeParse(credentials);
          if (!input.success) return null;
          const address: string | null = request.headers?.[CLIENT_ADDRESS_HEADER] || null;
          const result = await logIn({ ...input.data, address }).catch((err) => {
            log.error({ err }, 'log-in failed');
            // the message of whatever is thrown here travels to the browser
            throw new Error('unexpected');
          });
          if (!result.ok) {
            log.warn({ retryAfterSeconds: result.retryAfterSeconds, reason: result.reason }, 'log-in refused');
            // next-auth carries a refusal to the form as the message of an error
            throw new Error(loginErrorCode(result));
          }
          log.info({ userId: result.userId }, 'logged in');
          await onFirstOfDay(result.userId, new Date());
          return { id: result.userId, tokenVersion: result.tokenVersion };
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => (user ? { sub: user.id, tokenVersion: user.tokenVersion } : token),
    },
    logger: {
      // its details may hold what was typed into the form
      error: (code) => log.error({ code }, 'next-auth'),
      warn: (code) => log.warn({ code }, 'next-auth'),
      debug: () => {},
    },
  };
}
