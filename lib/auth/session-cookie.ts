import { env } from '@/lib/env';

/** A working day with its breaks; counted from the log-in, activity does not prolong it. */
export const SESSION_SECONDS = 12 * 60 * 60;

export const authSecret = (): string => env.AUTH_SECRET;

/** The site's own address is https: cookies are Secure and browsers are told to stay there. */
export const isHttps = (): boolean => new URL(env.APP_URL).protocol === 'https:';

/** The session cookie. Over https the prefix makes browsers refuse it from anybody but this very host. */
export function sessionCookie() {
  const secure = isHttps();
  return {
    name: secure ? '__Host-otklik' : 'otklik',
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure } as const,
  };
}
